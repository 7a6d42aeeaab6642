"""A server that answers in the documented forms of the OpenAI images API, on loopback."""

import base64
import email.parser
import email.policy
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image


def png(colour: str = "navy", size: tuple[int, int] = (96, 64)) -> bytes:
    """Return a picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


@dataclass
class Answer:
    """What the server says next; of `stalls` it sends the head and no more."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    stalls: bool = False

    @classmethod
    def picture(cls, data: bytes = b"") -> "Answer":
        encoded = base64.b64encode(data or png()).decode()
        usage = {"total_tokens": 100, "input_tokens": 50, "output_tokens": 50}
        return cls(body={"created": 1713833628, "data": [{"b64_json": encoded}], "usage": usage})

    @classmethod
    def error(cls, status: int, code: str | None, message: str = "No.", **headers) -> "Answer":
        kind = "invalid_request_error" if status == 400 else "server_error"
        error = {"message": message, "type": kind, "param": None, "code": code}
        return cls(status, {"error": error}, {k.replace("_", "-"): v for k, v in headers.items()})


@dataclass
class Api:
    """The server: answers in turn, and what it was asked."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def images_api() -> Iterator[Api]:
    """Run the server; yield what it is to say and was asked."""
    told = Api()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            told.asked.append((self.path, dict(self.headers), fields(self.headers, body)))
            answer = told.answers.pop(0) if told.answers else Answer.picture()
            sent = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body)
            sent = sent if isinstance(sent, bytes) else sent.encode()
            self.send_response(answer.status)
            headers = {"content-type": "application/json", "content-length": str(len(sent))}
            for name, value in (headers | answer.headers).items():
                self.send_header(name, value)
            self.end_headers()
            if answer.stalls:
                told.over.wait(30)
                return
            self.wfile.write(sent)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield told
    finally:
        told.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def fields(headers: Any, body: bytes) -> dict[str, Any]:
    """Return a request's fields, of JSON or of a form with files."""
    if headers["content-type"] == "application/json":
        return json.loads(body)
    head = f"content-type: {headers['content-type']}\r\n\r\n".encode()
    form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    return {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in form.iter_parts()
    }

"""The OpenAI images API, against a server that answers in its documented forms."""

import base64
import email.parser
import email.policy
import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from PIL import Image
from sameframe import errors
from sameframe.generators import openai
from sameframe.generators.openai import OpenAI
from sameframe.generators.wish import Cancelled, Wish
from sameframe.settings import Settings

KEY = "sk-test-key"
DRAW = Wish("draw", "a sea at night", 1)


def png(colour: str = "navy", size: tuple[int, int] = (96, 64)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


EDIT = Wish("restyle", "in winter", 1, Image.open(io.BytesIO(png("green"))))


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


@pytest.fixture
def api() -> Iterator[Api]:
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
    yield told
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


@pytest.fixture
def ask(api, monkeypatch) -> Callable[..., bytes]:
    monkeypatch.setattr(openai, "_WAIT_S", 0.01)

    def asked(wish: Wish = DRAW, cancelled=lambda: False, **changed: Any) -> bytes:
        known = {"maker": "openai", "openai_url": api.url, "openai_key": KEY}
        made = OpenAI(Settings(**(known | changed))).make(wish, lambda done: None, cancelled)
        return made.picture

    return asked


def test_words_become_a_picture(api, ask):
    assert ask() == png()
    ((path, headers, sent),) = api.asked
    assert path == "/v1/images/generations"
    assert headers["authorization"] == f"Bearer {KEY}"
    assert sent.pop("prompt").endswith("a sea at night")
    assert sent == {"model": "gpt-image-1", "n": 1, "size": "1536x1024"}


def test_a_picture_is_changed(api, ask):
    assert ask(EDIT) == png()
    ((path, _, sent),) = api.asked
    assert path == "/v1/images/edits"
    assert Image.open(io.BytesIO(sent.pop("image"))).size == (96, 64)
    assert sent == {
        "model": b"gpt-image-1", "n": b"1", "size": b"1536x1024", "prompt": b"in winter",
    }  # fmt: skip


@pytest.mark.parametrize(("model", "size"), [("dall-e-3", "1792x1024"), ("local", "1024x1024")])
def test_other_models_are_asked_for_the_picture_itself(api, ask, model, size):
    ask(openai_model=model, openai_key=None)
    ((_, headers, sent),) = api.asked
    assert "authorization" not in headers
    assert (sent["response_format"], sent["size"]) == ("b64_json", size)


@pytest.mark.parametrize(
    ("answer", "refusal", "times"),
    [
        (Answer.error(400, "moderation_blocked"), errors.PromptRefused, 1),
        (Answer.error(400, "content_policy_violation"), errors.PromptRefused, 1),
        (Answer.error(400, None, "rejected by the safety system"), errors.PromptRefused, 1),
        (Answer.error(400, "unknown_parameter"), errors.MakerFailed, 1),
        (Answer.error(401, "invalid_api_key"), errors.MakerFailed, 1),
        (Answer.error(403, None), errors.MakerFailed, 1),
        (Answer.error(404, "model_not_found"), errors.MakerFailed, 1),
        (Answer.error(429, "insufficient_quota"), errors.MakerBusy, 1),
        (Answer.error(429, "rate_limit_exceeded", retry_after="3600"), errors.MakerBusy, 1),
        (Answer.error(429, "rate_limit_exceeded"), errors.MakerBusy, 3),
        (Answer.error(500, None), errors.MakerFailed, 3),
        (Answer.error(503, None), errors.MakerBusy, 3),
        (Answer(502, b"<html>Bad gateway"), errors.MakerFailed, 3),
        (Answer(302, {}, {"location": "http://127.0.0.1:1/"}), errors.MakerFailed, 1),
        (Answer(400, b"[" * 10_000), errors.MakerFailed, 1),
    ],
    ids=lambda value: f"{value.status}" if isinstance(value, Answer) else None,
)
def test_what_is_refused_has_a_name_and_is_asked_again_where_that_may_help(
    api, ask, answer, refusal, times
):
    api.answers = [answer] * 5
    with pytest.raises(refusal):
        ask()
    assert len(api.asked) == times


def test_it_waits_as_long_as_it_is_told(api, ask):
    api.answers = [
        Answer.error(429, "rate_limit_exceeded", retry_after="1"),
        Answer.error(500, None),
    ]
    begun = time.monotonic()
    assert ask() == png()
    assert time.monotonic() - begun >= 1
    assert len(api.asked) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b"null", {"data": []}, {"data": [{}]}, {"data": [{"b64_json": None}]},
        {"data": [{"b64_json": "not base64!"}]}, {"data": [{"url": "http://169.254.169.254/"}]},
        {"data": "x"}, b"[" * 100_000, b"\xff\xfe",
    ],
    ids=str,
)  # fmt: skip
def test_an_answer_without_a_picture_is_none(api, ask, body):
    api.answers = [Answer(body=body)]
    with pytest.raises(errors.MakerFailed):
        ask()
    assert len(api.asked) == 1


def test_no_more_is_read_than_a_picture_may_have(api, ask):
    api.answers = [Answer(body=b"x" * (23 * 1024 * 1024))]
    with pytest.raises(errors.PictureTooLarge):
        ask()


def test_who_does_not_answer_in_time_is_left(api, ask):
    api.answers = [Answer(body=b"x" * 100, stalls=True)]
    with pytest.raises(errors.MakerSlow):
        ask(openai_s=1.0)


def test_who_is_not_there_has_failed(ask):
    with pytest.raises(errors.MakerFailed):
        ask(openai_url="http://127.0.0.1:9/v1")


def test_it_is_given_up_while_the_server_thinks(api, ask):
    api.answers = [Answer(body=b"x" * 100, stalls=True)]
    with pytest.raises(Cancelled):
        ask(cancelled=lambda: bool(api.asked))


def test_the_key_is_in_no_text_of_the_settings():
    settings = Settings(maker="openai", openai_key=KEY)
    assert KEY not in repr(settings)
    assert KEY not in str(settings.model_dump())


def test_styles_and_movement_are_our_own():
    provider = OpenAI(Settings(maker="openai"))
    assert provider.can(DRAW)
    assert provider.can(EDIT)
    assert not provider.can(Wish("restyle", "", 1, style="paint"))
    assert not provider.can(Wish("move", "snow", 1))

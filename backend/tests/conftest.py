"""A real server in a thread, and guests that speak to it as browsers do."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
import structlog
from sameframe import serving, wire
from sameframe.app import create_app
from sameframe.settings import Settings
from websockets.sync.client import ClientConnection, connect

# Four tests at once on two cores may let a request wait longer than the usual 5 s.
httpx2._config.DEFAULT_TIMEOUT_CONFIG.read = 30

# As Vite writes it: the album's entry shares a chunk with the booth's.
MANIFEST = b"""{
  "_tokens.js": {"file": "assets/tokens-abc.js", "css": ["assets/tokens-abc.css"]},
  "src/ui/album/album.ts": {
    "file": "assets/album-abc.js", "isEntry": true,
    "imports": ["_tokens.js"], "css": ["assets/album-abc.css"]
  }
}"""
PAGE = "<!doctype html><title>Sameframe</title>"


def _unheard(*event: object) -> None:
    raise structlog.DropEvent


# What the servers log is looked at in test_hub.py only.
structlog.configure(processors=[_unheard])


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that servers keep their albums in."""
    monkeypatch.setenv("SAMEFRAME_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def small_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make prints of a fifth of their size, which takes a twentieth of the time."""
    monkeypatch.setattr("sameframe.prints.SIZE", (768, 432))


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """Return a folder as the frontend's build leaves it."""
    for name, content in {
        "index.html": PAGE.encode(),
        "assets/index-abc123.js": b"export {}\n" * 99,
        "assets/index-abc123.js.br": b"not really brotli",
        "assets/index-abc123.js.gz": b"not really gzip",
        "vendor/pyodide-314.0.7/pyodide.asm.wasm": b"\0asm",
        "vendor/pyodide-314.0.7/pyodide.mjs": b"export {}",
        "backgrounds/curtain.webp": b"RIFF",
        "assets/font.woff2": b"wOF2",
        "favicon.svg": b"<svg/>",
        "built.json": MANIFEST,
        "assets/album-abc.js": b"export {}",
        "assets/album-abc.css": b"body {}",
        "assets/tokens-abc.css": b":root {}",
    }.items():
        file = tmp_path / "static" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    (tmp_path / "secret.txt").write_text("no")
    return tmp_path / "static"


class Guest:
    """One connection, spoken to in messages of wire.py."""

    def __init__(self, connection: ClientConnection):
        self.connection = connection
        self.welcome: wire.Welcome | None = None

    def say(self, message: wire.FromBrowser) -> None:
        self.connection.send(msgspec.json.encode(message).decode())

    def hear(self, kind: type, until: Callable[[Any], bool] = lambda message: True) -> Any:
        """Return the next message of this kind for which `until` holds; skip all others."""
        while True:
            text = self.connection.recv(timeout=10)
            message = msgspec.json.decode(text, type=wire.FromServer)
            if isinstance(message, kind) and until(message):
                return message

    def join(self, name: str = "Ada", **hello: Any) -> "Guest":
        self.say(wire.Hello(name=name, **({"camera": "on", "microphone": True} | hello)))
        self.welcome = self.hear(wire.Welcome)
        return self


@dataclass
class Booth:
    """A running server."""

    port: int
    stop: Callable[[], None]
    connections: ExitStack

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def make_room(self) -> wire.RoomMade:
        answer = httpx2.post(f"{self.url}/api/rooms")
        assert answer.status_code == 201, answer.text
        return msgspec.json.decode(answer.content, type=wire.RoomMade)

    def connect(self, room: str, **options: Any) -> Guest:
        url = f"ws://127.0.0.1:{self.port}/api/rooms/{room}/socket"
        usual = {"origin": self.url, "compression": None, "close_timeout": 2}
        return Guest(self.connections.enter_context(connect(url, **(usual | options))))


@pytest.fixture
def open_booth(static: Path) -> Iterator[Callable[..., Booth]]:
    """Return a function that starts a server with some settings; stopped at the end."""
    with ExitStack() as stack:

        def start(small_buffers: bool = False, **changed: Any) -> Booth:
            settings = Settings(**({"static": static} | changed))
            listener = serving.listen("127.0.0.1", 0)
            if small_buffers:
                listener.setsockopt(serving.socket.SOL_SOCKET, serving.socket.SO_SNDBUF, 4096)
            server = serving.server(create_app(settings), settings)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()

            def stop() -> None:
                server.should_exit = True
                thread.join(timeout=15)
                assert not thread.is_alive()

            stack.callback(stop)
            port = listener.getsockname()[1]
            return Booth(port, stop, stack.enter_context(ExitStack()))

        yield start


@pytest.fixture
def booth(open_booth: Callable[..., Booth]) -> Booth:
    """Return a running server with ordinary settings."""
    return open_booth()

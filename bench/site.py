"""What serves the pages: the bench's own over the product's built files, and the product itself."""

import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from conftest import Server
from sameframe.assets import Assets
from sameframe.security import HEADERS
from sameframe.serving import listen, server
from sameframe.settings import Settings
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bench.chromium import ROOT

HERE = Path(__file__).parent
STATIC = ROOT / "static"
# All of the product's headers but the policy: the first booth's library needs eval.
ISOLATED = {n: v for n, v in HEADERS.items() if n.startswith("cross-origin-")}


class Isolated:
    """Isolates every page from others', as the product does: for clocks of 5 µs."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, adding the headers to an answer's start."""

        async def isolated(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] += [(n.encode(), v.encode()) for n, v in ISOLATED.items()]
            await send(message)

        await self._app(scope, receive, isolated)


class Site:
    """The bench's pages, with the product's built workers and the npm packages beside them."""

    def __init__(self, origin: str):
        self.origin = origin

    def page(self, name: str, **query: object) -> str:
        """Return a page's URL; its query says where the product's parts are."""
        return f"{self.origin}/bench/{name}?{urlencode(parts() | query)}"


def parts() -> dict[str, str]:
    """Return where the product's workers and what they load are, as built."""
    found = {name: _one(f"assets/{name}-*.js") for name in ("cutout", "gate", "stage", "litert")}
    folders = {"pyodide": "pyodide", "worker": "worker", "runtime": "litert", "model": "model"}
    return found | {name: _one(f"vendor/{part}-*") + "/" for name, part in folders.items()}


@contextmanager
def site() -> Iterator[Site]:
    """Serve the bench's pages while in use."""
    app = Starlette(
        routes=[
            Mount("/bench", StaticFiles(directory=HERE / "pages", html=True)),
            Mount("/node_modules", StaticFiles(directory=ROOT / "frontend" / "node_modules")),
            Mount("/", Assets(STATIC)),
        ],
        middleware=[Middleware(Isolated)],
    )
    listener, opened = listen("127.0.0.1", 0), threading.Event()
    running = server(app, Settings(), opened=opened.set)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    opened.wait()
    try:
        yield Site(f"http://localhost:{listener.getsockname()[1]}")
    finally:
        running.should_exit = True
        thread.join()


@contextmanager
def product(folder: Path) -> Iterator[Server]:
    """Run the product's server, its log in `folder`."""
    running = Server(folder / "server.log", SAMEFRAME_ROOMS_PER_HOUR="1000")
    try:
        yield running
    finally:
        running.stop()


def new_room(origin: str) -> str:
    """Make a room and return its path."""
    request = urllib.request.Request(
        f"{origin}/api/rooms", data=b"", headers={"origin": origin}, method="POST"
    )
    with urllib.request.urlopen(request) as response:
        return f"/r/{json.load(response)['room']}"


def _one(pattern: str) -> str:
    found = list(STATIC.glob(pattern))
    if len(found) != 1:
        raise SystemExit(f"static/{pattern}: {len(found)} found, run `make build`")
    return "/" + str(found[0].relative_to(STATIC))

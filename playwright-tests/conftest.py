"""Real Chromium, real footage, the real server: what every test here starts from."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from footage import camera
from guest import Guest, meet

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    # Loopback candidates by address: there is no multicast DNS in a closed network.
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, once."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a person's footage by letter."""
    folder = tmp_path_factory.mktemp("footage")
    return lambda person: camera(person, folder)


class Server:
    """A Sameframe server of our own, in its own process."""

    def __init__(self, log: Path, **settings: str):
        self.port = _free_port()
        self.url = f"http://localhost:{self.port}"
        self._path = log
        self._settings = settings
        self.start()

    def start(self) -> None:
        """Start (again), and wait until it says where it is open."""
        self._log = self._path.open("ab")
        environment = {
            **os.environ,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "SAMEFRAME_DATA": str(self._path.parent / "data"),
            **self._settings,
        }
        self.process = subprocess.Popen(
            [Path(sys.executable).with_name("sameframe"), "serve"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        if b"Sameframe is open" not in self.process.stdout.readline():
            raise RuntimeError(f"the server did not start, see {self._path}")

    def stop(self) -> None:
        """End it, as an operator would."""
        self.process.terminate()
        self._ended()

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self._ended()

    def _ended(self) -> None:
        self.process.wait(20)
        self.process.stdout.close()
        self._log.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests; rooms keep them apart."""
    running = Server(tmp_path_factory.mktemp("server") / "log", SAMEFRAME_ROOMS_PER_HOUR="1000")
    yield running
    running.stop()


Launch = Callable[..., Browser]


@pytest.fixture(scope="session")
def browser(playwright: Playwright, footage: Callable[[str], Path]) -> Iterator[Launch]:
    """Launch Chromium with a person before its camera; one browser per person, kept."""
    running: dict[tuple[str, bool], Browser] = {}

    def launch(person: str = "A", *, allowed: bool = True) -> Browser:
        if (person, allowed) not in running:
            flags = [
                *QUIET,
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={footage(person)}",
            ]
            if allowed:  # else headless Chromium says no for the person
                flags.append("--use-fake-ui-for-media-stream")
            running[person, allowed] = playwright.chromium.launch(
                executable_path=CHROMIUM, args=flags
            )
        return running[person, allowed]

    yield launch
    for opened in running.values():
        opened.close()


NewGuest = Callable[..., Guest]


@contextmanager
def _guests(server: Server, browser: Launch) -> Iterator[NewGuest]:
    contexts = []

    def arrive(person: str = "A", *, allowed: bool = True, **context: object) -> Guest:
        settings = {"viewport": {"width": 1280, "height": 860}, "locale": "en"} | context
        opened = browser(person, allowed=allowed).new_context(base_url=server.url, **settings)
        contexts.append(opened)
        return Guest(opened)

    yield arrive
    for context in contexts:
        context.close()


@pytest.fixture
def guest(server: Server, browser: Launch) -> Iterator[NewGuest]:
    """Make guests, each with a browser profile of their own; all leave at the end."""
    with _guests(server, browser) as arrive:
        yield arrive


@pytest.fixture(scope="module")
def regular(server: Server, browser: Launch) -> Iterator[NewGuest]:
    """Make guests who stay for all tests of a file: a room costs fifteen seconds to fill."""
    with _guests(server, browser) as arrive:
        yield arrive


@pytest.fixture(scope="module")
def pair(regular: NewGuest) -> tuple[Guest, Guest]:
    """Ada, the host, and Bo, who see each other; each test leaves them so."""
    people = regular("A"), regular("B")
    meet(*people)
    return people


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

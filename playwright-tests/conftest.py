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
from playwright.sync_api import Browser, BrowserContext, Playwright, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from footage import camera
from guest import LIVE_MS, Guest, meet

# With 12, half of two cores went into cutting out what nobody looks at.
CAMERA_FPS = 6
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
    expect.set_options(timeout=LIVE_MS)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return a person's footage by letter."""
    folder = tmp_path_factory.mktemp("footage")
    return lambda person, fps=CAMERA_FPS: camera(person, folder, fps)


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

    def log(self) -> str:
        """Return what it has logged so far."""
        return self._path.read_text()

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
def browser(playwright: Playwright, footage: Callable[..., Path]) -> Iterator[Launch]:
    """Launch Chromium with a person before its camera; one browser per person, kept."""
    running: dict[tuple[str, bool, int], Browser] = {}

    def launch(person: str = "A", *, allowed: bool = True, fps: int = CAMERA_FPS) -> Browser:
        key = person, allowed, fps
        if key not in running:
            flags = [
                *QUIET,
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={footage(person, fps)}",
            ]
            if allowed:  # else headless Chromium says no for the person
                flags.append("--use-fake-ui-for-media-stream")
            running[key] = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        return running[key]

    yield launch
    for opened in running.values():
        opened.close()


NewGuest = Callable[..., Guest]


class Profiles:
    """Browser profiles by person, each as good as new but for its caches.

    A profile that has been here before holds compiled code and Python's snapshot, as that of
    anyone who comes a second time: who is not the first to use it joins in half the time.
    """

    def __init__(self, server: Server, launch: Launch):
        self._server, self._launch = server, launch
        self._free: dict[tuple[str, int], list[BrowserContext]] = {}
        self._owners: dict[BrowserContext, tuple[str, int]] = {}

    def take(
        self,
        person: str,
        *,
        allowed: bool = True,
        new: bool = False,
        fps: int = CAMERA_FPS,
        **context: object,
    ) -> BrowserContext:
        """Return a profile that nobody uses; a `new` one, or with settings of its own, has never
        been here and holds nothing that could be had without the network.
        """
        usual = allowed and not new and not context
        if usual and self._free.get((person, fps)):
            return self._free[person, fps].pop()
        settings = {"viewport": {"width": 1280, "height": 860}, "locale": "en"} | context
        browser = self._launch(person, allowed=allowed, fps=fps)
        opened = browser.new_context(base_url=self._server.url, **settings)
        if usual:
            self._owners[opened] = person, fps
        return opened

    def give_back(self, context: BrowserContext) -> None:
        """Close its pages, and forget what they kept."""
        if context not in self._owners:
            return context.close()
        context.unroute_all(behavior="ignoreErrors")
        context.set_offline(False)
        for page in context.pages:
            page.close()
        context.clear_cookies()
        page = context.new_page()
        page.goto("/favicon.svg")
        page.evaluate(
            """async () => {
              localStorage.clear();
              const files = await navigator.storage.getDirectory();
              const names = await Array.fromAsync(files.keys());
              for (const name of names) await files.removeEntry(name, { recursive: true });
            }"""
        )
        page.close()
        self._free.setdefault(self._owners[context], []).append(context)
        return None


@pytest.fixture(scope="session")
def profiles(server: Server, browser: Launch) -> Profiles:
    """The profiles of everyone who comes; they end with their browsers."""
    return Profiles(server, browser)


@contextmanager
def guests(profiles: Profiles) -> Iterator[NewGuest]:
    """Let guests arrive, each with a browser profile of their own, who leave at the end."""
    contexts = []

    def arrive(person: str = "A", **settings: object) -> Guest:
        contexts.append(profiles.take(person, **settings))
        return Guest(contexts[-1])

    yield arrive
    for context in contexts:
        profiles.give_back(context)


@pytest.fixture
def guest(profiles: Profiles) -> Iterator[NewGuest]:
    """Make guests, each with a browser profile of their own; all leave at the end."""
    with guests(profiles) as arrive:
        yield arrive


@pytest.fixture(scope="module")
def regular(profiles: Profiles) -> Iterator[NewGuest]:
    """Make guests who stay for all tests of a file: a room costs seconds to fill."""
    with guests(profiles) as arrive:
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

"""From the link to oneself on the stage: bytes of a first visit, time of a second.

`join.cold_bytes`: everything that a proxy before the server hands to a browser with a fresh
profile, headers included, until the first own cutout is on the lobby's stage; the baseline is
what the page says of itself. The worst of 3, as both workers may ask for the same file at once.

`join.warm_ms`: from navigation to the first own cutout in the lobby, on the second visit of a
profile, in a browser that was started anew and has settled; the baseline is the first visit.
Medians of 3 profiles.
"""

import socket
import threading
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Playwright

from bench.chromium import SEEN, evaluated, profile, snapshot_left
from bench.rows import Row
from bench.site import Site, new_room, product

COLD, WARM = 3, 3
SETTLE_MS = 3_000  # a browser's own start takes both cores for a while
LOAD = "window.sameframe.stats().then(({ load }) => load)"


def cold(playwright: Playwright, site: Site) -> list[Row]:
    """Return the bytes of a first visit."""
    visits = []
    with TemporaryDirectory() as folder, product(Path(folder)) as server:
        for visit in range(COLD):
            with Proxy(server.url) as proxy, profile(playwright, Path(folder, str(visit))) as there:
                page = there.pages[0]
                page.goto(proxy.url + new_room(server.url))
                evaluated(page, SEEN)
                visits.append((proxy.received, page.evaluate(LOAD)["bytes"]))
    counted, claimed = max(visits)
    return [Row("join.cold_bytes", counted, "bytes", claimed)]


def warm(playwright: Playwright, site: Site) -> list[Row]:
    """Return the time to the first own cutout on a second visit."""
    first, second = [], []
    with TemporaryDirectory() as folder, product(Path(folder)) as server:
        for person in range(WARM):
            at, link = Path(folder, str(person)), server.url + new_room(server.url)
            with profile(playwright, at) as there:
                first.append(_picture_ms(there, link))
                snapshot_left(there.pages[0])
            with profile(playwright, at) as there:
                second.append(_picture_ms(there, link))
    return [Row("join.warm_ms", median(second), "ms", median(first))]


def _picture_ms(there: BrowserContext, link: str) -> float:
    page = there.pages[0]
    page.wait_for_timeout(SETTLE_MS)
    page.goto(link)
    evaluated(page, SEEN)
    return page.evaluate(LOAD)["first_picture_ms"]


class Proxy:
    """Passes connections on to a server and counts what comes back."""

    def __init__(self, origin: str):
        address = urlsplit(origin)
        self._server = (address.hostname, address.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self._listener.getsockname()[1]}"
        self.received = 0
        self._counting = threading.Lock()

    def __enter__(self) -> "Proxy":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listener.accept()
            except OSError:  # closed
                return
            server = socket.create_connection(self._server)
            for source, sink, counted in ((browser, server, False), (server, browser, True)):
                args = (source, sink, counted)
                threading.Thread(target=self._pump, args=args, daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        try:
            while data := source.recv(1 << 16):
                if counted:
                    with self._counting:
                        self.received += len(data)
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:  # either side is gone: so is the other's business with it
            source.close()
            sink.close()

"""How much later one is seen on another's stage than by plain WebRTC video of the same camera.

`latency.drag`: from a layer's move in one's hand to its place on the other's stage, told there;
the baseline is one way of a plain data channel between the same two pages.

`latency.extra`:

The camera's film bears its frame's number on the person's chest: eight squares, black or white,
six bits of Gray code, their parity, and one that is always white. Ada stands in the room; Bo, who
only watches, has her on his stage by the product's whole way (cutout, mesh, stage), and beside it
in a video element by a plain connection of the same two pages, with the same camera, codec and
bitrate. In each of Bo's animation frames both numbers are read off what the page can show at that
instant; their difference is how much older the stage's picture is. So there is one clock and no
marker that only one way carries, and frames that either way drops count as age.

The baseline is the plain way's own latency: from the camera's frame in Ada's page to Bo's video
element. Medians of three spans of 8 s; both browsers and both ways share this machine.
"""

import subprocess
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from bench.chromium import SEEN, VIEW, chromium, entered, evaluated, footage
from bench.rows import Row
from bench.site import HERE, Site, new_room, product

WIDTH, HEIGHT, FPS = 640, 480, 30
NUMBERS, FRAMES = 64, 256
LEFT, TOP, SIDE, COLUMNS = 264, 404, 28, 4  # of the squares: upper left corner, size, in a row
DARK, LIGHT = 30, 220
SPANS, SPAN_MS, WARM_UP_MS = 3, 8_000, 6_000
MOVES, EVERY_MS, SETTLE_MS = 50, 60, 500
NEAR = 0.002  # of the stage's width: placements are snapped to whole pixels
LOST_MS = 1_000.0


def measure(playwright: Playwright, site: Site) -> list[Row]:
    """Return what the product adds to the latency of plain video, in ms."""
    script = (HERE / "pages" / "latency.js").read_text()
    with (
        TemporaryDirectory() as folder,
        product(Path(folder)) as server,
        chromium(playwright, film=numbered(footage("A"))) as browser,
    ):
        link = server.url + new_room(server.url)
        ada, bo = (_guest(browser, script, cameras) for cameras in (True, False))
        for page, name in ((ada, "Ada"), (bo, "Bo")):
            entered(page, link, name)
        evaluated(bo, SEEN)
        answer = bo.evaluate("(offer) => plainAnswer(offer)", ada.evaluate("() => plainOffer()"))
        ada.evaluate("(answer) => plainConnect(answer)", answer)
        evaluated(bo, "window.plain?.videoWidth > 0")
        bo.wait_for_timeout(WARM_UP_MS)
        extra, plain = [], []
        for _ in range(SPANS):
            for page in (ada, bo):
                page.evaluate("() => startReading()")
            bo.wait_for_timeout(SPAN_MS)
            sent, seen = (page.evaluate("() => stopReading()") for page in (ada, bo))
            extra.append(lag(seen["both"]) * 1000 / FPS)
            plain.append(flight(sent["camera"], seen["plain"]))
        bo.evaluate("() => watchLayer()")
        dragged = ada.evaluate("([steps, every]) => drag(steps, every)", [MOVES, EVERY_MS])
        bo.wait_for_timeout(SETTLE_MS)
        stood = bo.evaluate("() => stood")
        moved = [passage(move, stood) for move in dragged["moves"]]
    return [
        Row("latency.extra", median(extra), "ms", median(plain)),
        Row("latency.drag", median(moved), "ms", median(dragged["plain"])),
    ]


def passage(move: list[float], stood: list[list[float]]) -> float:
    """Return the ms from a move [x, at] until a layer that goes right stood there or beyond."""
    x, at = move
    return next((then - at for where, then in stood if where > x - NEAR and then >= at), LOST_MS)


def lag(pairs: list[list[int]]) -> float:
    """Return by how many frames the second number lags behind the first, on the average."""
    if not pairs:
        raise RuntimeError("no number could be read off both pictures")
    half = NUMBERS // 2
    return float(np.mean([(ours[0] - ours[1] + half) % NUMBERS - half for ours in pairs]))


def flight(sent: list[list[float]], seen: list[list[float]]) -> float:
    """Return the median ms from a number's instant in `sent` to its next one in `seen`."""
    sightings = [
        min((at - start for n, at in seen if n == number and at >= start), default=None)
        for number, start in sent
    ]
    # A frame that was never shown would be found a whole round of numbers later.
    found = [ms for ms in sightings if ms is not None and ms < NUMBERS * 1000 / FPS / 2]
    if not found:
        raise RuntimeError("no frame of the camera was seen by plain video")
    return median(found)


def numbered(film: Path) -> Path:
    """Return the film with its frames' numbers on it."""
    out = film.with_name(f"numbered-{film.name}")
    if out.exists():
        return out
    size = WIDTH * HEIGHT * 3 // 2
    form = ("-f", "rawvideo", "-pix_fmt", "yuv420p")
    ffmpeg = ("ffmpeg", "-y", "-loglevel", "error")
    decode = (*ffmpeg, "-stream_loop", "-1", "-i", film, "-frames:v", str(FRAMES), *form, "-")
    raw = subprocess.run(decode, check=True, capture_output=True).stdout
    frames = np.frombuffer(raw, np.uint8).reshape(FRAMES, size).copy()
    for number, planes in enumerate(frames):
        _write(planes, number % NUMBERS)
    shape = ("-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS))
    encode = (*ffmpeg, *form, *shape, "-i", "-", out)
    subprocess.run(encode, input=frames.tobytes(), check=True)
    return out


def squares(number: int) -> list[bool]:
    """Return a number's eight squares: Gray code, least bit first, its parity, and light."""
    gray = number ^ (number >> 1)
    bits = [bool(gray >> bit & 1) for bit in range(6)]
    return [*bits, sum(bits) % 2 == 1, True]


def _write(planes: np.ndarray, number: int) -> None:
    luma = planes[: WIDTH * HEIGHT].reshape(HEIGHT, WIDTH)
    chroma = planes[WIDTH * HEIGHT :].reshape(2, HEIGHT // 2, WIDTH // 2)
    for at, light in enumerate(squares(number)):
        x, y = LEFT + at % COLUMNS * SIDE, TOP + at // COLUMNS * SIDE
        luma[y : y + SIDE, x : x + SIDE] = LIGHT if light else DARK
        chroma[:, y // 2 : (y + SIDE) // 2, x // 2 : (x + SIDE) // 2] = 128


def _guest(browser: Browser, script: str, camera: bool) -> Page:
    context: BrowserContext = browser.new_context(viewport=VIEW, locale="en")
    geometry = {"left": LEFT, "top": TOP, "side": SIDE, "columns": COLUMNS}
    context.add_init_script(
        f"window.squares = {geometry}; window.blind = {str(not camera).lower()};"
    )
    context.add_init_script(script)
    return context.new_page()

"""Picture and sound of a take of ten minutes: how far apart they are, at its start and at its end.

A page claps every two seconds: another background and a tone, in one turn of the page
(pages/clap.js). What is measured is the file: its decoded frames' brightness, its decoded samples.
One background fades into the other, so a frame's brightness tells how long ago it began.
`take.sync.start` and `take.sync.end`: the median of ten claps there, in ms, of lead or lag;
`take.sync.fps` and `take.sync.lost`: how many frames a second there were, and were left out.
"""

import base64
import subprocess
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import Page, Playwright

from bench.chromium import SEEN, VIEW, chromium, entered, evaluated
from bench.rows import Row
from bench.site import HERE, Site, new_room, product

MINUTES = 10
CLAPS = 10
RATE = 48_000
CORNER = "crop=64:64:16:16,scale=1:1"  # nobody stands there
PIECE = 8 * 1024 * 1024
NEAR_S = 0.5
FADE_S = 0.3  # as long as in stage/fade.py
LEAST = 12  # of 255: more is no coding noise


def measure(playwright: Playwright, site: Site, minutes: float = MINUTES) -> list[Row]:
    """Return how far sound and picture are apart, in ms."""
    with (
        TemporaryDirectory() as folder,
        product(Path(folder)) as server,
        chromium(playwright, "--autoplay-policy=no-user-gesture-required") as browser,
    ):
        context = browser.new_context(viewport=VIEW, locale="en")
        context.add_init_script(path=HERE / "pages" / "clap.js")
        page = context.new_page()
        entered(page, server.url + new_room(server.url), "Ada")
        evaluated(page, SEEN)
        page.evaluate("() => { window.sameframe.booth.setMicrophone(true); clap(); }")
        page.evaluate("() => void window.sameframe.booth.takes.start()")
        page.wait_for_timeout(minutes * 60_000)
        take = page.evaluate("() => window.sameframe.booth.takes.now.value")
        page.evaluate("() => window.sameframe.booth.takes.stop()")
        evaluated(page, "window.sameframe.booth.takes.kept.value.length > 0")
        file = Path(folder) / "take.mp4"
        _saved(page, file)
        apart = offsets(file)
    return [
        Row("take.sync.start", abs(median(apart[:CLAPS])) * 1000, "ms"),
        Row("take.sync.end", abs(median(apart[-CLAPS:])) * 1000, "ms"),
        Row("take.sync.fps", take["frames"] / take["ms"] * 1000, "fps"),
        Row("take.sync.lost", take["lost"] / (take["lost"] + take["frames"]), "of its frames"),
    ]


def offsets(file: Path) -> list[float]:
    """Return by how many seconds the sound of each clap is behind its picture."""
    shown, heard = flashes(file), tones(file)
    nearest = [heard[np.abs(heard - at).argmin()] - at for at in shown]
    return [float(apart) for apart in nearest if abs(apart) < NEAR_S]


def flashes(file: Path) -> np.ndarray:
    """Return when the picture's corner begins to change, in seconds."""
    probe = ("ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time")
    told = subprocess.run([*probe, "-of", "csv=p=0", file], check=True, capture_output=True)
    times = np.sort([float(line.strip(b",")) for line in told.stdout.split()])
    form = ("-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray", "-")
    bright = np.frombuffer(_decoded(file, "-an", "-vf", CORNER, *form), np.uint8).astype(float)
    begun: list[float] = []
    for n in np.flatnonzero(np.abs(np.diff(bright)) > LEAST) + 1:
        if begun and times[n] < begun[-1] + 2 * FADE_S:
            continue
        fading = (times >= times[n]) & (times < times[n] + FADE_S)
        shares = np.abs(bright[fading] - bright[n - 1]) / 255
        within = shares < 0.95
        if within.any():
            begun.append(float(np.median(times[fading][within] - shares[within] * FADE_S)))
    return np.array(begun)


def tones(file: Path) -> np.ndarray:
    """Return when a tone begins, in seconds."""
    raw = _decoded(file, "-vn", "-f", "f32le", "-ac", "1", "-ar", str(RATE), "-")
    loud = np.abs(np.frombuffer(raw, np.float32)) > 0.1
    at = np.flatnonzero(loud)
    return at[np.diff(at, prepend=-RATE) > RATE // 2] / RATE


def _decoded(file: Path, *form: str) -> bytes:
    ffmpeg = ("ffmpeg", "-v", "error", "-i", file, *form)
    return subprocess.run(ffmpeg, check=True, capture_output=True).stdout


def _saved(page: Page, file: Path) -> None:
    """Write the newest take to a file."""
    size = page.evaluate("() => window.sameframe.booth.takes.kept.value[0].bytes")
    with file.open("wb") as out:
        for at in range(0, size, PIECE):
            data = page.evaluate(
                """async ([from, to]) => {
                  const piece = window.sameframe.booth.takes.kept.value[0].file.slice(from, to);
                  const reader = new FileReader();
                  const read = new Promise((done) => (reader.onload = done));
                  reader.readAsDataURL(piece);
                  await read;
                  return reader.result;
                }""",
                [at, at + PIECE],
            )
            out.write(base64.b64decode(data.partition(",")[2]))

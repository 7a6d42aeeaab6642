"""What the own cutout costs: a frame's time beside the model's, and the whole browser's CPU.

`cutout.frame`: medians of what the product's line says of itself in five spans of 3 s at the
camera's pace, beside the model run once more alone, after each frame, on the same input, in the
same worker, between these spans.

`cutout.cpu`: CPU seconds per second of all the browser's processes, medians of four spans of 4 s;
the floor is the camera in a video element, `.model` the same with the bare model running thirty
times a second in a worker. The cutout's track is shown in a video element, as
that of its peers was when they were measured; `.room` is the real room with one guest.
"""

from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic

from playwright.sync_api import Page, Playwright

from bench.chromium import SEEN, VIEW, chromium, cpu_seconds, entered, evaluated, snapshot_left
from bench.rows import Row
from bench.site import Site, new_room, product

WARM_UP_MS = 7_000  # until all is compiled as well as it gets
SPANS, SPAN_MS = 4, 4_000


def frame(playwright: Playwright, site: Site) -> list[Row]:
    """Return the time of a whole own frame beside the bare model's."""
    with chromium(playwright) as browser:
        page = browser.new_page()
        page.goto(site.page("frame.html"))
        found = evaluated(page, "window.result")
    return [
        Row("cutout.frame", found["frame"], "ms", found["bare"]),
        Row("cutout.frame.model", found["infer"], "ms", found["bare"]),
        Row("cutout.frame.fps", found["fps"], "fps", 30.0),
    ]


def cpu(playwright: Playwright, site: Site) -> list[Row]:
    """Return CPU seconds per second of the whole browser, and the frames per second held."""
    floor, camera_fps = _alone(playwright, site, "camera")
    model, model_fps = _alone(playwright, site, "model")
    alone, fps = _alone(playwright, site, "cutout")
    room, room_fps = _room(playwright)
    return [
        Row("cutout.cpu.floor", floor, "CPU s/s"),
        Row("cutout.cpu.model", model, "CPU s/s", floor),
        Row("cutout.cpu.model.fps", model_fps, "fps", camera_fps),
        Row("cutout.cpu", alone, "CPU s/s", floor),
        Row("cutout.cpu.fps", fps, "fps", camera_fps),
        Row("cutout.cpu.room", room, "CPU s/s", floor),
        Row("cutout.cpu.room.fps", room_fps, "fps", camera_fps),
    ]


def _alone(playwright: Playwright, site: Site, show: str) -> tuple[float, float]:
    with chromium(playwright) as browser:
        page = browser.new_page(viewport=VIEW)
        page.goto(site.page("cutout.html", show=show))
        evaluated(page, "window.ready")
        return _spans(page, lambda: page.evaluate("window.frames_so_far()"))


def _room(playwright: Playwright) -> tuple[float, float]:
    frames = "async () => (await window.sameframe.stats()).cutout.frames"
    with (
        TemporaryDirectory() as folder,
        product(Path(folder)) as server,
        chromium(playwright) as browser,
    ):
        page = browser.new_page(viewport=VIEW, locale="en")
        entered(page, server.url + new_room(server.url), "Ada")
        evaluated(page, SEEN)
        snapshot_left(page)  # it is made once, and no part of what a room costs
        return _spans(page, lambda: page.evaluate(frames))


def _spans(page: Page, frames: Callable[[], int]) -> tuple[float, float]:
    """Return CPU seconds and frames per second, medians of the spans."""
    page.wait_for_timeout(WARM_UP_MS)
    loads, rates = [], []
    for _ in range(SPANS):
        shown, used, start = frames(), cpu_seconds(), monotonic()
        page.wait_for_timeout(SPAN_MS)
        seconds = monotonic() - start
        loads.append((cpu_seconds() - used) / seconds)
        rates.append((frames() - shown) / seconds)
    return median(loads), median(rates)

"""Six people on one machine: the first booth's way, and ours.

First: one page segments all six pictures, one after the other, with the library of that time and
a canvas. Ours: the cutout worker cuts the own picture at 30 fps, the stage worker takes and draws
six streams of stacked frames. Both get their pictures from this machine's camera without a
network, so neither pays for decoding. Frames per second and person; each way runs twice, 8 s.
"""

from statistics import mean
from time import monotonic

from playwright.sync_api import Page, Playwright

from bench.chromium import chromium, evaluated
from bench.rows import Row
from bench.site import Site

ROUNDS = 2
WARM_UP_MS, SPAN_MS = 3_000, 8_000
LOOKS = 4


def measure(playwright: Playwright, site: Site) -> list[Row]:
    """Return frames per second of the stage, and of each person on it."""
    serial, ours = [], []
    for _ in range(ROUNDS):
        with chromium(playwright) as browser:
            page = browser.new_page()
            page.goto(site.page("serial.html"))
            evaluated(page, "window.ready")
            page.wait_for_timeout(WARM_UP_MS)
            serial.append(_rate(page))
        with chromium(playwright) as browser:
            page = browser.new_page()
            page.goto(site.page("six.html"))
            evaluated(page, "window.ready")
            page.wait_for_timeout(WARM_UP_MS)
            for _ in range(LOOKS):
                page.wait_for_timeout(SPAN_MS / LOOKS)  # the figures are of the last 2 s
                ours.append(page.evaluate("window.figures()"))
    first = mean(serial)
    each = {key: mean(look[key] for look in ours) for key in ("person", "stage", "cutout")}
    return [
        Row("booth.serial.6", each["person"], "fps per person", first),
        Row("booth.serial.6.stage", each["stage"], "fps", first),
        Row("booth.serial.6.own_cutout", each["cutout"], "fps", first),
    ]


def _rate(page: Page) -> float:
    before, start = page.evaluate("window.pictures"), monotonic()
    page.wait_for_timeout(SPAN_MS)
    return (page.evaluate("window.pictures") - before) / (monotonic() - start)

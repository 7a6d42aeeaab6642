"""Shots of three guests: how far apart their instants lie, and how soon each sees a picture.

`shot.skew_ms` is the span of the instants of the three cameras' frames, as the server records it
with each shot; the baseline is the distance of one camera's frames. `shot.step_ms` is the span of
the instants at which the three pages flash. `shot.preview_ms` is from the shutter's instant until
the stage's own picture can be seen on the page. All clocks are this machine's; medians of several
shots.

Whoever presses has a whole booth. The other two stand for people at machines of their own, as no
two cores carry three booths. For the spans their pages count down, flash, cut out their own camera
by the product's worker at the instant and send the layer, but have no stage (pages/sitting.js,
distant.js); a shot that lacks a layer says nothing of the span: `shot.missing` counts them. For
the wait, which is of one machine alone, they are no pages at all (distant.py).
"""

import json
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, Playwright

from bench.chromium import SEEN, VIEW, chromium, entered, evaluated, footage
from bench.distant import people
from bench.rows import Row
from bench.site import HERE, Site, new_room, product

PEOPLE = ("Ada", "Bo", "Cy")
SHOTS, SECONDS = 5, 3
FRAME_MS, WARM_UP_MS = 1000 / 30, 6_000
LIMIT_MS = 20_000

SHOOT = """(seconds) => {
  const { booth } = window.sameframe;
  booth.timer.value = seconds;
  booth.takePhoto();
}"""
# Resolves with the time at which the shutter flashes next.
FLASH = """async () => {
  const { flash } = window.sameframe.booth;
  for (const before = flash.value; flash.value === before; )
    await new Promise((again) => setTimeout(again, 1));
  return Date.now();
}"""
# Resolves with the time at which the count-th picture is there to be seen.
PREVIEWED = """async (count) => {
  const { pictures } = window.sameframe.booth;
  while (pictures.value.length < count) await new Promise((again) => setTimeout(again, 1));
  const image = new Image();
  image.src = pictures.value[0].url;
  await image.decode();
  return Date.now();
}"""


def measure(playwright: Playwright, site: Site) -> list[Row]:
    """Return the span of a shot's instants and the wait for its first picture, in ms."""
    return [*_spans(playwright), _wait(playwright)]


def _spans(playwright: Playwright) -> list[Row]:
    with (
        TemporaryDirectory() as folder,
        product(Path(folder)) as server,
        chromium(playwright, film=footage("A")) as browser,
    ):
        link = server.url + new_room(server.url)
        contexts = [browser.new_context(viewport=VIEW, locale="en") for _ in PEOPLE]
        for context in contexts[1:]:
            for script in ("sitting.js", "distant.js"):
                context.add_init_script((HERE / "pages" / script).read_text())
        pages = [context.new_page() for context in contexts]
        heard = _heard(pages[0])
        for page, name in zip(pages, PEOPLE, strict=True):
            entered(page, link, name)
        evaluated(pages[0], f"{SEEN} && window.sameframe.booth.seen.value.size === {len(PEOPLE)}")
        pages[0].wait_for_timeout(WARM_UP_MS)
        skews, steps = [], []
        for _ in range(SHOTS):
            for page in pages:  # which all watch from now on, each by itself
                page.evaluate(f"() => {{ window.flashed = ({FLASH})(); }}")
            pages[0].evaluate(SHOOT, SECONDS)
            flashes = [page.evaluate("() => window.flashed") for page in pages]
            steps.append(max(flashes) - min(flashes))
            shutter = next(m for m in reversed(heard) if m["type"] == "shutter")
            if (skew := _skew(pages[0], heard, shutter["shot"])) is not None:
                skews.append(skew)
    return [
        Row("shot.skew_ms", median(skews), "ms", FRAME_MS),
        Row("shot.missing", SHOTS - len(skews), f"of {SHOTS}"),
        Row("shot.step_ms", median(steps), "ms"),
    ]


def _wait(playwright: Playwright) -> Row:
    with (
        TemporaryDirectory() as folder,
        product(Path(folder)) as server,
        chromium(playwright, film=footage("A")) as browser,
    ):
        link = server.url + new_room(server.url)
        ada = browser.new_context(viewport=VIEW, locale="en").new_page()
        heard = _heard(ada)
        entered(ada, link, PEOPLE[0])
        with people(link, footage("B"), *PEOPLE[1:]):
            evaluated(ada, f"{SEEN} && window.sameframe.booth.seen.value.size === {len(PEOPLE)}")
            ada.wait_for_timeout(WARM_UP_MS)
            waits = []
            for count in range(1, SHOTS + 1):
                ada.evaluate(f"(count) => {{ window.previewed = ({PREVIEWED})(count); }}", count)
                ada.evaluate(SHOOT, SECONDS)
                seen = ada.evaluate("() => window.previewed")
                shutter = next(m for m in reversed(heard) if m["type"] == "shutter")
                waits.append(seen - shutter["at"])
        return Row("shot.preview_ms", median(waits), "ms")


def _heard(page: Page) -> list[dict]:
    """Return what the page hears from the server, as it grows."""
    heard: list[dict] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda data: heard.append(json.loads(data))),
    )
    return heard


def _skew(page: Page, heard: list[dict], shot: str) -> float | None:
    """Wait for everyone's layer of a shot; return the span of their instants, None without one."""
    for _ in range(LIMIT_MS // 100):
        for message in reversed(heard):
            whole = message["type"] == "shot_changed" and message["shot"] == shot
            if whole and len(message["layers"]) == len(PEOPLE):
                return message["skew_ms"]
        page.wait_for_timeout(100)
    return None

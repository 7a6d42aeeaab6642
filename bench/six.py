"""Six people before a background that moves, in light and with a look, on two cores without a GPU.

`six.stage`: pictures that the stage draws a second, with light, a look of table, grain and
vignette, and a video of 20 s as the background; the baseline is the same room without all three.
`six.person`: how often each person's picture is new, the mean; `six.cutout`: the own cutouts a
second; `six.spared`: how many of the four things that a busy stage gives up it has given up
(budget.py). One whole booth, the other five at machines of their own (distant.py). Medians.
"""

from base64 import b64encode
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, Playwright

from bench.chromium import SEEN, VIEW, chromium, entered, evaluated, footage
from bench.distant import ffmpeg, people
from bench.rows import Row
from bench.site import Site, new_room, product

PEOPLE = ("Ada", "Bo", "Cy", "Di", "Ed", "Fi")
LOOKS, LOOK_MS, SETTLE_MS = 8, 2_500, 25_000
STATS = "async () => window.sameframe.stats()"
DRESS = """() => {
  const { booth } = window.sameframe;
  booth.setLight("auto");
  booth.setLook({ name: "film", strength: 1 });
}"""
STRIP = """() => {
  const { booth } = window.sameframe;
  booth.setLight("off");
  booth.setLook({ name: "natural", strength: 1 });
}"""
BRING = """async (video64) => {
  const bytes = Uint8Array.from(atob(video64), (letter) => letter.charCodeAt(0));
  const video = new File([bytes], "loop.mp4", { type: "video/mp4" });
  return window.sameframe.booth.backdrops.bring(video);
}"""
MOVES = "window.sameframe.booth.scene.value.background.moves"


def measure(playwright: Playwright, site: Site) -> list[Row]:
    """Return the stage's rate with six people and everything, and without."""
    with (
        TemporaryDirectory() as folder,
        product(Path(folder)) as server,
        chromium(playwright, film=footage("A")) as browser,
    ):
        video = Path(folder) / "loop.mp4"
        moving = "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30", "-t", "20"
        ffmpeg(*moving, "-pix_fmt", "yuv420p", "-b:v", "1M", str(video))
        link = server.url + new_room(server.url)
        ada = browser.new_context(viewport=VIEW, locale="en").new_page()
        entered(ada, link, PEOPLE[0])
        with people(link, footage("B"), *PEOPLE[1:]):
            evaluated(ada, f"{SEEN} && window.sameframe.booth.seen.value.size === {len(PEOPLE)}")
            ada.evaluate(STRIP)
            plain = _looked(ada)
            refused = ada.evaluate(BRING, b64encode(video.read_bytes()).decode())
            if refused:
                raise RuntimeError(refused)
            evaluated(ada, MOVES)
            ada.evaluate(DRESS)
            dressed = _looked(ada)
    return [
        Row(f"six.{name}", dressed[name], unit, plain[name])
        for name, unit in (
            ("stage", "fps"),
            ("person", "fps"),
            ("cutout", "fps"),
            ("spared", "steps"),
        )
    ]


def _looked(page: Page) -> dict[str, float]:
    page.wait_for_timeout(SETTLE_MS)
    seen = []
    for _ in range(LOOKS):
        page.wait_for_timeout(LOOK_MS)  # the figures are of the last 2 s
        seen.append(page.evaluate(STATS))
    return {
        "stage": median(s["stage"]["fps"] for s in seen),
        "person": median(sum(g["fps"] for g in s["guests"]) / len(s["guests"]) for s in seen),
        "cutout": median(s["cutout"]["fps"] for s in seen),
        "spared": median(len(s["stage"]["spared"]) for s in seen),
    }

"""A take of three guests: what of it is left out, and what it costs the stage.

One browser records, all of the product in it: camera, cutout, stage, mesh, recorder. The other two
guests are at machines of their own, as those on whom one records are (distant.py).

`take.drop_ratio` is the share of the frames that the stage drew and offered to the film (at most 30
a second) for which the recorder had no room, or which its encoder swallowed; of all takes. What the
stage never drew is no drop: `take.fps` is the film's frames a second beside the stage's rate then.
`take.overhead` is the stage's rate while recording over that while not, in turns. Medians.
`take.cpu` is what the browser takes of the machine meanwhile, in cores.
"""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic

from playwright.sync_api import Page, Playwright

from bench.chromium import SEEN, VIEW, chromium, cpu_seconds, entered, evaluated, footage
from bench.distant import people
from bench.rows import Row
from bench.site import Site, new_room, product

PEOPLE = ("Ada", "Bo", "Cy")
# A first visit leaves its snapshot of Python after 20 s.
ROUNDS, LOOKS, LOOK_MS, WARM_UP_MS = 3, 4, 3_000, 25_000
RATE = "async () => (await window.sameframe.stats()).stage.fps"
NOW = "() => window.sameframe.booth.takes.now.value"


def measure(playwright: Playwright, site: Site) -> list[Row]:
    """Return the share of a take's frames that are left out, and the stage's rate beside it."""
    with (
        TemporaryDirectory() as folder,
        product(Path(folder)) as server,
        chromium(playwright, film=footage("A")) as browser,
    ):
        link = server.url + new_room(server.url)
        ada = browser.new_context(viewport=VIEW, locale="en").new_page()
        entered(ada, link, PEOPLE[0])
        with people(link, footage("B"), *PEOPLE[1:]):
            return _takes(ada)


def _takes(ada: Page) -> list[Row]:
    """Take some, and look at the stage in between."""
    evaluated(ada, f"{SEEN} && window.sameframe.booth.seen.value.size === {len(PEOPLE)}")
    ada.wait_for_timeout(WARM_UP_MS)
    without, beside, lost, kept, seconds = Look(), Look(), 0, 0, 0.0
    for _ in range(ROUNDS):
        without.look(ada)
        ada.evaluate("() => void window.sameframe.booth.takes.start()")
        evaluated(ada, "window.sameframe.booth.takes.now.value?.ms > 0")
        beside.look(ada)
        take = ada.evaluate(NOW)
        lost += take["lost"]
        kept += take["frames"]
        seconds += take["ms"] / 1000
        ada.evaluate("() => window.sameframe.booth.takes.stop()")
    return [
        Row("take.drop_ratio", lost / (lost + kept), "of the stage's frames"),
        Row("take.fps", kept / seconds, "fps", median(beside.rates)),
        Row("take.overhead", median(beside.rates), "fps", median(without.rates)),
        Row("take.cpu", median(beside.cores), "cores", median(without.cores)),
    ]


class Look:
    """The stage's rate and the browser's use of the machine, looked at several times."""

    def __init__(self) -> None:
        self.rates: list[float] = []
        self.cores: list[float] = []

    def look(self, page: Page) -> None:
        """Look some more times."""
        for _ in range(LOOKS):
            used, began = cpu_seconds(), monotonic()
            page.wait_for_timeout(LOOK_MS)  # the figures are of the last 2 s
            self.rates.append(page.evaluate(RATE))
            self.cores.append((cpu_seconds() - used) / (monotonic() - began))

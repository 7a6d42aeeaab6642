"""From the click on another background until all three guests show it.

`background.switch_ms`: presets that no guest has seen yet, fetched, decoded, scaled and faded in
(300 ms); the corner of each page's stage is compared with that of the picture. The baseline is one
page that fetches and decodes such a picture, alone. Medians.

Whoever clicks has a whole booth. The other two stand for people at machines of their own: their
stage is the product's, but their cutout a film (pages/composing.js, distant.js), as no two cores
carry three booths.
"""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Playwright

from bench.chromium import SEEN, VIEW, chromium, entered, evaluated, footage
from bench.rows import Row
from bench.site import HERE, Site, new_room, product

PEOPLE = ("Ada", "Bo", "Cy")
NAMES = ("beach", "stars", "gradient", "forest", "riso")
BARE = ("sunset", "autumn", "party", "disco", "arch")

# A sixteenth of the picture each way, and seldom: the looking must not be what is waited for.
CORNER = """
  const drawn = new OffscreenCanvas(8, 8).getContext("2d", { willReadFrequently: true });
  const corner = (image) => {
    drawn.drawImage(image, 0, 0, image.width / 16, image.height / 16, 0, 0, 8, 8);
    return drawn.getImageData(4, 4, 1, 1).data;
  };
"""
# Past the page's cache, which the product is to fill.
EXPECT = """async (name) => {
  window.expected = await (await fetch(`/backgrounds/${name}.webp`, { cache: "no-store" })).blob();
}"""
# Resolves with the time at which the stage shows the picture.
SHOWN = f"""async () => {{
  {CORNER}
  const picture = await createImageBitmap(window.expected);
  const wanted = corner(picture);
  const stage = document.querySelector("canvas");
  for (;;) {{
    const seen = corner(stage);
    if ([0, 1, 2].every((c) => Math.abs(seen[c] - wanted[c]) <= 10)) return Date.now();
    await new Promise((again) => setTimeout(again, 20));
  }}
}}"""
ALONE = f"""async (name) => {{
  {CORNER}
  const began = performance.now();
  const response = await fetch(`/backgrounds/${{name}}.webp`);
  corner(await createImageBitmap(await response.blob()));
  return performance.now() - began;
}}"""


def measure(playwright: Playwright, site: Site) -> list[Row]:
    """Return the wait for another background, ms."""
    with (
        TemporaryDirectory() as folder,
        product(Path(folder)) as server,
        chromium(playwright, film=footage("A")) as browser,
    ):
        link = server.url + new_room(server.url)
        contexts = [browser.new_context(viewport=VIEW, locale="en") for _ in PEOPLE]
        for context in contexts[1:]:
            for script in ("composing.js", "distant.js"):
                context.add_init_script((HERE / "pages" / script).read_text())
        pages = [context.new_page() for context in contexts]
        for page, name in zip(pages, PEOPLE, strict=True):
            entered(page, link, name)
        for page in pages:  # the other two call the first alone
            seen = len(PEOPLE) if page is pages[0] else 2
            evaluated(page, f"{SEEN} && window.sameframe.booth.seen.value.size === {seen}")
        waits = []
        for name in NAMES:
            for page in pages:
                page.evaluate(EXPECT, name)
            for page in pages:
                page.evaluate(f"() => {{ window.shown = ({SHOWN})(); }}")
            began = pages[0].evaluate(
                """(name) => {
                  window.sameframe.booth.setBackground({ name, colour: "#D9CBB8" });
                  return Date.now();
                }""",
                name,
            )
            waits.append(max(page.evaluate("() => window.shown") for page in pages) - began)
        alone = median(pages[0].evaluate(ALONE, name) for name in BARE)
        return [Row("background.switch_ms", median(waits), "ms", alone)]

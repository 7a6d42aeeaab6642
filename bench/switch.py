"""From the click on another background until all three guests show it.

`background.switch_ms`: presets that no guest has seen yet, fetched, decoded, scaled and faded in
(300 ms); the corner of each page's stage is compared with that of the picture. The baseline is one
page that fetches and decodes such a picture, alone. Medians; three guests share the machine.
"""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Playwright

from bench.chromium import SEEN, VIEW, chromium, entered, evaluated, footage
from bench.rows import Row
from bench.site import STATIC, Site, new_room, product

PEOPLE = ("Ada", "Bo", "Cy")
NAMES = ("beach", "stars", "gradient", "forest", "riso")
BARE = ("sunset", "autumn", "party", "disco", "arch")

CORNER = """
  const drawn = new OffscreenCanvas(64, 36).getContext("2d", { willReadFrequently: true });
  const corner = (image) => {
    drawn.drawImage(image, 0, 0, 64, 36);
    return drawn.getImageData(2, 2, 1, 1).data;
  };
"""
EXPECT = "(bytes) => { window.expected = new Blob([new Uint8Array(bytes)]); }"
# Resolves with the time at which the stage shows the picture.
SHOWN = f"""async (name) => {{
  {CORNER}
  const picture = await createImageBitmap(await window.expected);
  const wanted = corner(picture);
  const stage = document.querySelector("canvas");
  for (;;) {{
    const seen = corner(stage);
    if ([0, 1, 2].every((c) => Math.abs(seen[c] - wanted[c]) <= 10)) return Date.now();
    await new Promise(requestAnimationFrame);
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
        pages = [browser.new_context(viewport=VIEW, locale="en").new_page() for _ in PEOPLE]
        for page, name in zip(pages, PEOPLE, strict=True):
            entered(page, link, name)
        for page in pages:
            evaluated(page, f"{SEEN} && window.sameframe.booth.seen.value.size === {len(PEOPLE)}")
        waits = []
        for name in NAMES:
            # What is expected is fetched past the pages' caches.
            body = list((STATIC / "backgrounds" / f"{name}.webp").read_bytes())
            for page in pages:
                page.evaluate(EXPECT, body)
                page.evaluate(f"(name) => {{ window.shown = ({SHOWN})(name); }}", name)
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

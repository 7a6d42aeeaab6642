"""What a tick of the stage costs: the product's Python and kernels in a Chromium worker.

`stage.cpu.N`: one tick in which all N guests have a new frame and everyone is taken (no turns):
copied from VideoFrames, sampled, composed, shown on an OffscreenCanvas. `stage.canvas2d.6`: the
same six by drawImage, as large, on a 2D canvas, without their masks. `stage.flat`: a tick with
turns, each guest with a new frame before every tick, six guests beside one. `look.cost`: the tick
with six new again, with light, under a look with table, grain, vignette and frame, and before a
background that moves 25 times in 30 ticks (its frame's copy included), beside it without all three;
`look.still`: the same before one that stands; `light.cost`: with light alone. Medians of 8 × 20
ticks each, of the canvas 8 × 8.

Without a GPU Chromium draws its 2D canvases by itself. Rows named `.gl` are of a browser told to
draw them by OpenGL in software, as it does where it takes a software driver for a GPU.
"""

import json

from playwright.sync_api import Playwright

from bench.chromium import chromium, evaluated
from bench.rows import Row
from bench.site import Site

SOFTWARE_GL = "--use-angle=swiftshader", "--enable-unsafe-swiftshader"


def measure(playwright: Playwright, site: Site) -> list[Row]:
    """Return the stage's rows."""
    ms, gl = _ticks(playwright, site), _ticks(playwright, site, *SOFTWARE_GL)
    return [
        Row("stage.canvas2d.6", ms["canvas2d"], "ms"),
        Row("stage.cpu.6", ms["six_new"], "ms", ms["canvas2d"]),
        Row("stage.cpu.25", ms["many_new"], "ms", ms["canvas2d"]),
        Row("stage.flat", ms["six"], "ms", ms["one"]),
        Row("light.cost", ms["light"], "ms", ms["six_new"]),
        Row("look.still", ms["look"], "ms", ms["six_new"]),
        Row("look.cost", ms["all"], "ms", ms["six_new"]),
        Row("stage.canvas2d.6.gl", gl["canvas2d"], "ms"),
        Row("stage.cpu.6.gl", gl["six_new"], "ms", gl["canvas2d"]),
    ]


def _ticks(playwright: Playwright, site: Site, *flags: str) -> dict[str, float]:
    with chromium(playwright, *flags) as browser:
        page = browser.new_page()
        page.goto(site.page("stage.html"))
        return json.loads(evaluated(page, "window.result"))

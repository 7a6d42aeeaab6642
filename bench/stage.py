"""What a tick of the stage costs: the product's Python and kernels in a Chromium worker.

`stage.cpu.N`: one tick in which all N guests have a new frame and everyone is taken (no turns):
copied from VideoFrames, sampled, composed, shown on an OffscreenCanvas. `stage.canvas2d.6`: the
same six by drawImage, as large, on a 2D canvas, without their masks. `stage.flat`: a tick with
turns, each guest with a new frame before every tick, six guests beside one. `look.cost`: the tick
with six new again, with light, under a look with table, grain, vignette and frame, and before a
background that moves 25 times in 30 ticks (its frame's copy included), beside it without all three;
`look.still`: the same before one that stands; `light.cost`: with light alone. In each of 12 rounds
all have 20 ticks, the canvas four; a ratio is the median of the rounds' own: a machine's clock may
go up or down by half for seconds, and would else decide which way looks dear.

Without a GPU Chromium draws its 2D canvases by itself. Rows named `.gl` are of a browser told to
draw them by OpenGL in software, as it does where it takes a software driver for a GPU.
"""

import json
from statistics import median

from playwright.sync_api import Playwright

from bench.chromium import chromium, evaluated
from bench.rows import Row
from bench.site import Site

SOFTWARE_GL = "--use-angle=swiftshader", "--enable-unsafe-swiftshader"


def measure(playwright: Playwright, site: Site) -> list[Row]:
    """Return the stage's rows."""
    ms, gl = _ticks(playwright, site), _ticks(playwright, site, *SOFTWARE_GL)
    return [
        Row("stage.canvas2d.6", median(ms["canvas2d"]), "ms"),
        _beside("stage.cpu.6", ms["six_new"], ms["canvas2d"]),
        _beside("stage.cpu.25", ms["many_new"], ms["canvas2d"]),
        _beside("stage.flat", ms["six"], ms["one"]),
        _beside("light.cost", ms["light"], ms["six_new"]),
        _beside("look.still", ms["look"], ms["six_new"]),
        _beside("look.cost", ms["all"], ms["six_new"]),
        Row("stage.canvas2d.6.gl", median(gl["canvas2d"]), "ms"),
        _beside("stage.cpu.6.gl", gl["six_new"], gl["canvas2d"]),
    ]


def _beside(name: str, ms: list[float], baseline: list[float]) -> Row:
    """Return a row whose ratio is the median of the rounds'."""
    ratio = median(a / b for a, b in zip(ms, baseline, strict=True))
    return Row(name, ratio * median(baseline), "ms", median(baseline))


def _ticks(playwright: Playwright, site: Site, *flags: str) -> dict[str, list[float]]:
    with chromium(playwright, *flags) as browser:
        page = browser.new_page()
        page.goto(site.page("stage.html"))
        return json.loads(evaluated(page, "window.result"))

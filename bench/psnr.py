"""How near the stage's two renderers are to the reference that makes prints, in dB.

The worst of the scenes that py_worker/tests hold at 40, and of the same people lit unlike each
other in strong light, held at 38 (`print.psnr.light`). WebGL is Chromium's in software.
"""

from base64 import b64decode
from dataclasses import replace

import numpy as np
from playwright.sync_api import Page, Playwright
from sameframe.reference import StackedFrame
from sameframe_worker.scene import Scene
from sameframe_worker.stage.cpu import CpuRenderer
from sameframe_worker.stage.gpu import GpuRenderer
from test_stage_renderers_numpy import (
    CONSTANTS,
    FLAGS,
    HEIGHT,
    KERNELS,
    REPLAY,
    SCENES,
    WIDTH,
    Recorder,
    compose,
    composed,
    psnr,
    reference,
    unlike,
)

from bench.chromium import chromium
from bench.rows import Row
from bench.site import Site


def measure(playwright: Playwright, site: Site) -> list[Row]:
    """Return the worst scene's agreement, of each renderer."""
    lit = {
        f"{name} in strong light": (replace(of, light="strong"), frames | unlike())
        for name, (of, frames) in SCENES.items()
    }
    rows = []
    with chromium(playwright, *FLAGS) as browser:
        page = browser.new_page()
        for name, scenes in (("print.psnr", SCENES), ("print.psnr.light", lit)):
            cpu = [
                psnr(composed(CpuRenderer(KERNELS, WIDTH, HEIGHT), *of), reference(*of))
                for of in scenes.values()
            ]
            gpu = [psnr(_by_webgl(page, *of), reference(*of)) for of in scenes.values()]
            rows += [Row(name, min(cpu), "dB"), Row(f"{name}.gpu", min(gpu), "dB")]
    return rows


def _by_webgl(page: Page, of: Scene, frames: dict[str, StackedFrame]) -> np.ndarray:
    gl = Recorder(page.evaluate(CONSTANTS))
    compose(GpuRenderer(None, gl, gl.heap, KERNELS, WIDTH, HEIGHT), of, frames)
    pixels = page.evaluate(REPLAY, [gl.calls, WIDTH, HEIGHT])
    return np.frombuffer(b64decode(pixels), np.uint8).reshape(HEIGHT, WIDTH, 4)[::-1, :, :3]

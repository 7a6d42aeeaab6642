"""How near the stage's two renderers are to the reference that makes prints, in dB.

The worst of the scenes that py_worker/tests hold at 40. WebGL is Chromium's in software.
"""

from base64 import b64decode

import numpy as np
from playwright.sync_api import Page, Playwright
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
)

from bench.chromium import chromium
from bench.rows import Row
from bench.site import Site


def measure(playwright: Playwright, site: Site) -> list[Row]:
    """Return the worst scene's agreement, of each renderer."""
    cpu = [
        psnr(composed(CpuRenderer(KERNELS, WIDTH, HEIGHT), of, frames), reference(of, frames))
        for of, frames in SCENES.values()
    ]
    with chromium(playwright, *FLAGS) as browser:
        page = browser.new_page()
        gpu = [
            psnr(_by_webgl(page, name), reference(of, frames))
            for name, (of, frames) in SCENES.items()
        ]
    return [Row("print.psnr", min(cpu), "dB"), Row("print.psnr.gpu", min(gpu), "dB")]


def _by_webgl(page: Page, name: str) -> np.ndarray:
    gl = Recorder(page.evaluate(CONSTANTS))
    compose(GpuRenderer(None, gl, gl.heap, KERNELS, WIDTH, HEIGHT), *SCENES[name])
    pixels = page.evaluate(REPLAY, [gl.calls, WIDTH, HEIGHT])
    return np.frombuffer(b64decode(pixels), np.uint8).reshape(HEIGHT, WIDTH, 4)[::-1, :, :3]

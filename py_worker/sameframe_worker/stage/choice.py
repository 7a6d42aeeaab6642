"""Which renderer is faster here: measured at start-up, not guessed from names."""

from collections.abc import Callable
from ctypes import CDLL
from typing import Any

from sameframe_worker import stacked
from sameframe_worker.kernels import Buffer
from sameframe_worker.scene import arranged, place
from sameframe_worker.stage.backgrounds import plain
from sameframe_worker.stage.cpu import CpuRenderer
from sameframe_worker.stage.gpu import GpuRenderer
from sameframe_worker.stage.picture import PADDING, Picture
from sameframe_worker.stage.renderer import Kind, Lost, Renderer

GUESTS = 6
ROUNDS = 4  # the first one warms up and isn't counted
BOX_MS = 60.0  # per renderer; a slow one is given up after the round that passes it


def choose(browser: Any, kernels: CDLL, forced: Kind | None, width: int, height: int) -> Renderer:
    """Return the faster renderer for a stage of this size, or the forced one if it works here."""
    cpu = CpuRenderer(kernels, width, height, browser)
    if forced == "cpu":
        return cpu
    gpu = _gpu(browser, kernels, width, height, fast=forced is None)
    if gpu is None:
        return cpu
    if forced == "gpu":
        return gpu
    context, pixel = browser.canvas(width, height).getContext("2d"), Buffer(4)
    on_cpu = measured(cpu, lambda: cpu.show(context), browser.now, width, height)
    on_gpu = measured(gpu, lambda: gpu.finish(pixel), browser.now, width, height)
    return gpu if on_gpu < on_cpu else cpu


def measured(
    renderer: Renderer, show: Callable[[], None], now: Callable[[], float], width: int, height: int
) -> float:
    """Return the ms of the best tick in which six guests are all new."""
    picture = _person()
    renderer.background(plain("#808080", width, height))
    layers = arranged([str(n) for n in range(GUESTS)], "row")
    placed = [(la.guest, place(la, picture.aspect, width, height)) for la in layers]
    start, times = now(), []
    while len(times) < ROUNDS and now() - start < BOX_MS:
        began = now()
        for guest, placement in placed:
            renderer.ingest(guest, picture, placement)
        renderer.compose(placed)
        show()
        times.append(now() - began)
    for guest, _ in placed:
        renderer.forget(guest)
    return min(times[1:] or times)


def _gpu(browser: Any, kernels: CDLL, width: int, height: int, *, fast: bool) -> GpuRenderer | None:
    canvas = browser.canvas(width, height)
    gl = browser.webgl(canvas, fast=fast)
    if gl is None:
        return None
    try:
        return GpuRenderer(canvas, gl, browser.heap, kernels, width, height)
    except Lost:
        return None


def _person() -> Picture:
    """Return a frame of the usual size in which a person fills the middle half."""
    width, height = stacked.frame_size(640, 480)
    size = stacked.i420_bytes(width, height)
    planes = Buffer(size + PADDING)
    planes.view[:size] = bytes([128]) * size
    row = bytes([stacked.MASK_EMPTY]) * 160 + bytes([stacked.MASK_FULL]) * 320
    row += bytes([stacked.MASK_EMPTY]) * 160
    planes.view[width * 480 : width * height] = row * 240
    return Picture(planes, width, height)

"""The cutout worker's entry: messages in, lines of cameras, messages out. Wiring only.

The worker's shell calls, once Python is there:

    await main(browser, load_segmenter)
"""

from collections import deque
from collections.abc import Awaitable, Callable
from ctypes import CDLL
from typing import Any

from sameframe_worker import messages
from sameframe_worker.clock import Clock
from sameframe_worker.cutout.exposure import Exposure
from sameframe_worker.cutout.figures import Figures
from sameframe_worker.cutout.library import cutout_kernels
from sameframe_worker.cutout.line import Line
from sameframe_worker.cutout.pace import Pace
from sameframe_worker.cutout.segment import Segmentation, Segmenter
from sameframe_worker.cutout.shutter import Arrivals
from sameframe_worker.cutout.still import cut_out

RUNTIMES = ("litert", "tasks")  # fastest on a CPU first


async def main(
    browser: Any,
    load_segmenter: Callable[[str], Awaitable[Segmenter]],
    kernels: CDLL | None = None,
) -> None:
    """Load the model, answer the page from then on; return at once after.

    browser: the module `sameframe_worker.browser`, or a fake of it.
    load_segmenter: name ("litert" | "tasks") -> promise of a Segmenter; rejects if it can't run.
    kernels: what `cutout_kernels()` returns; by default that.

    Posts CutoutReady, or CutoutFailed(fatal) if no runtime loads.
    """
    pyodide_ms = browser.age()
    segmenter = await _first(browser, load_segmenter)
    if segmenter is None:
        return
    worker = Worker(browser, kernels or cutout_kernels(), Segmentation(browser, segmenter))
    browser.on_message(messages.ToCutout, worker.handle)
    browser.post(messages.CutoutReady(segmenter.name, pyodide_ms, browser.age()))


async def _first(browser: Any, load_segmenter: Callable[[str], Awaitable[Any]]) -> Any | None:
    refused = []
    for name in RUNTIMES:
        try:
            return await load_segmenter(name)
        except browser.JsException as error:
            refused.append(f"{name}: {error}")
    browser.post(messages.CutoutFailed("; ".join(refused), fatal=True))
    return None


class Worker:
    """Keeps one line running, the newest camera's."""

    def __init__(self, browser: Any, kernels: CDLL, segmentation: Segmentation):
        self._browser, self._kernels, self._segmentation = browser, kernels, segmentation
        self._figures, self._clock, self._pace = Figures(), Clock(), Pace()
        self._exposures: deque[Exposure] = deque()  # of a burst several are asked for
        self._line: Line | None = None
        self._task: Any = None

    def handle(self, message: Any) -> None:
        """Do what the page asks."""
        match message:
            case messages.Camera():
                self._replace(message)
            case messages.CameraOff():
                if self._line:
                    self._line.off()
            case messages.ClockSample():
                self._clock.sample(message.sent, message.server, message.received)
            case messages.Expose():
                self._expose(message)
            case messages.CutOut():
                parts = self._browser, self._kernels, self._segmentation
                self._browser.spawn(cut_out(*parts, message), lambda _: None)
            case messages.Sparing():
                self._pace.fps = message.camera_fps
            case messages.AskStats():
                self._browser.post(self._stats(message.request))

    def _replace(self, camera: messages.Camera) -> None:
        if self._line:
            self._line.stop()
        parts = self._browser, self._kernels, self._segmentation, self._figures
        line = self._line = Line(*parts, camera, self._exposures, self._pace)
        for exposure in self._exposures:
            exposure.restart(line.arrivals)

        def failed(error: BaseException) -> None:
            # What a stopped line still says concerns nobody.
            if line is self._line:
                reason = f"{type(error).__name__}: {error}"
                self._browser.post(messages.CutoutFailed(reason, fatal=True))

        self._task = self._browser.spawn(line.run(), failed)

    def _expose(self, order: messages.Expose) -> None:
        for waiting in self._exposures:
            if waiting.at >= order.at:
                waiting.fail("another was asked for")
        arrivals = self._line.arrivals if self._line else Arrivals()
        exposure = Exposure(self._browser, self._kernels, self._clock, order, arrivals)
        self._exposures.append(exposure)
        self._browser.spawn(exposure.expire(), lambda _: None)

    def _stats(self, request: int) -> messages.CutoutStats:
        figures = self._figures
        return messages.CutoutStats(
            request,
            figures.fps(self._browser.now()),
            figures.infer_ms(),
            figures.frame_ms(),
            self._segmentation.name,
            self._segmentation.count,
            figures.frames,
        )

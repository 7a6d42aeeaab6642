"""The line of one camera: frame in, stacked frame out, and emptiness when anything fails.

    line = Line(browser, kernels, segmentation, figures, camera, exposures, pace)
    await line.run()        # until `off()`, `stop()` or the camera's end

Nothing leaves a line but what `Refiner.cut` has finished, or an empty frame.
"""

from collections import deque
from ctypes import CDLL
from time import perf_counter
from typing import Any

from sameframe_worker.cutout.exposure import Exposure
from sameframe_worker.cutout.figures import Figures
from sameframe_worker.cutout.pace import Pace
from sameframe_worker.cutout.picture import Picture
from sameframe_worker.cutout.refine import Refiner
from sameframe_worker.cutout.segment import Segmentation
from sameframe_worker.cutout.shutter import Arrivals
from sameframe_worker.messages import Camera, CutoutBeat, CutoutFailed

DEFAULT_SIZE = 640, 480
FATAL_AFTER = 5  # failures in a row; at 30 frames a second, a sixth of a second
BEAT_MS = 100.0  # how often the page hears of it
EMPTY_EVERY_S = 0.25  # while there is no camera: a lost frame must not leave a person standing


class Line:
    """From one camera's stream to the gate; `exposures` wait for a frame, one after the other."""

    def __init__(
        self,
        browser: Any,
        kernels: CDLL,
        segmentation: Segmentation,
        figures: Figures,
        camera: Camera,
        exposures: deque[Exposure],
        pace: Pace,
    ):
        self._browser, self._kernels = browser, kernels
        self._segmentation, self._figures = segmentation, figures
        self._reader = browser.Reader(camera.frames)
        self._writer = browser.Writer(camera.cutouts)
        self._picture = Picture(browser, kernels)
        self._refiner = Refiner(kernels, *DEFAULT_SIZE)
        self._exposures, self._pace = exposures, pace
        self.arrivals = Arrivals()
        self._open, self._stopped = True, False
        self._failures = 0
        self._timestamp, self._written, self._beat = 0.0, 0.0, (0.0, False)

    async def run(self) -> None:
        """Cut every frame until the camera ends, then send empty ones until `stop`."""
        while self._open and (frame := await self._reader.read()) is not None:
            await self._pass(frame)
        self._forget()
        while not self._stopped:
            elapsed = max(1.0, self._browser.now() - self._written)
            self._write(self._timestamp + elapsed * 1000, empty=True)
            await self._browser.sleep(EMPTY_EVERY_S)

    def off(self) -> None:
        """Leave the camera; what goes out is empty from now on."""
        if self._open:
            self._open = False
            self._forget()
            self._reader.cancel()

    def stop(self) -> None:
        """Leave camera and gate; nothing goes out any more."""
        if not self._stopped:
            self.off()
            self._stopped = True
            self._writer.close()

    async def _pass(self, frame: Any) -> None:
        began = perf_counter()
        infer_ms, empty = 0.0, False
        exposure, choice = self._due(), None
        try:
            timestamp = frame.timestamp
            self.arrivals.note(timestamp / 1000, self._browser.now())
            wanted = self._pace.lets(timestamp / 1000)
            if exposure:  # which may need any of them
                choice = exposure.offer(timestamp / 1000, self._figures.frame_ms())
                wanted = choice != "leave"
            if not wanted:
                return
            infer_ms = await self._cut(frame)
            self._failures = 0
        except Exception as error:  # fail closed: whatever it was, nothing of the frame goes out
            empty = True
            timestamp = self._timestamp + 1000
            self._failed(error)
        finally:
            frame.close()
        if self._stopped:
            return
        if not self._open:
            self._forget()
        made = self._write(timestamp, empty=empty or not self._open)
        self._figures.add(self._written, infer_ms, (made - began) * 1000)
        if not choice:
            return
        if empty and choice == "take":
            exposure.fail("the frame could not be cut")
        elif not empty and self._open:
            exposure.cut(choice, timestamp / 1000, self._picture, self._refiner)

    def _due(self) -> Exposure | None:
        while self._exposures and self._exposures[0].done:
            self._exposures.popleft()
        return self._exposures[0] if self._exposures else None

    async def _cut(self, frame: Any) -> float:
        picture, segmentation = self._picture, self._segmentation
        try:
            await picture.take(frame)
        finally:
            frame.close()  # at once: a camera has few frames to lend
        if (picture.width, picture.height) != (self._refiner.width, self._refiner.height):
            self._refiner = Refiner(self._kernels, picture.width, picture.height)
        async with segmentation.turn:
            self._refiner.look(picture, segmentation)
            began = perf_counter()
            await segmentation.run()
            infer_ms = (perf_counter() - began) * 1000
            self._refiner.cut(picture, segmentation)
        return infer_ms

    def _failed(self, error: Exception) -> None:
        self._forget()
        self._failures += 1
        if self._failures in (1, FATAL_AFTER):
            fatal = self._failures == FATAL_AFTER
            self._browser.post(CutoutFailed(f"{type(error).__name__}: {error}", fatal))

    def _forget(self) -> None:
        self._picture.forget()
        self._refiner.forget()
        for exposure in self._exposures:
            exposure.lose()

    def _write(self, timestamp: float, *, empty: bool) -> float:
        """Send `stacked`; return when it was made."""
        refiner = self._refiner
        width, height = refiner.width, refiner.height * 3 // 2
        out = self._browser.i420_frame(refiner.stacked, width, height, timestamp)
        made = perf_counter()
        self._timestamp, self._written = timestamp, self._browser.now()
        self._writer.write(out)
        self._report(empty)
        return made

    def _report(self, empty: bool) -> None:
        at, was_empty = self._beat
        if self._written - at >= BEAT_MS or empty != was_empty:
            self._beat = self._written, empty
            self._browser.post(CutoutBeat(self._figures.frames, empty))

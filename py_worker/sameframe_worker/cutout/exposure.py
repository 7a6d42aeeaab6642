"""One guest's layer of a shot: the frame nearest to the instant, cut out at the camera's own size.

    exposure = Exposure(browser, kernels, clock, order, arrivals)
    choice = exposure.offer(stamp, cut_ms)              # of every frame, until `done`
    exposure.cut(choice, stamp, picture, refiner)       # after the frame was cut for the others

Posts Exposed or ExposeFailed, once. Nothing of a frame leaves but what `cutout_layer` has made, and
of that only where somebody is.
"""

from ctypes import CDLL
from dataclasses import dataclass
from typing import Any

from sameframe_worker.clock import Clock
from sameframe_worker.cutout.picture import Picture
from sameframe_worker.cutout.refine import Refiner
from sameframe_worker.cutout.shutter import REACH_MS, Arrivals, Choice, Shutter
from sameframe_worker.kernels import Buffer
from sameframe_worker.messages import Expose, Exposed, ExposeFailed


@dataclass(frozen=True, slots=True)
class Negative:
    """A frame at the camera's own size, and the fits that its live cutout was made of."""

    stamp: float
    planes: Buffer
    size: tuple[int, int]
    fits: Buffer
    cutout: tuple[int, int]

    def layer(self, kernels: CDLL) -> Buffer:
        """Return the layer as RGBA with straight alpha; where alpha is 0 so is the colour."""
        width, height = self.size
        pixels = Buffer(width * height * 4)
        scratch = Buffer(kernels.cutout_layer_scratch(width))
        kernels.cutout_layer(
            pixels.address, self.planes.address, *self.size,
            self.fits.address, *self.cutout, scratch.address,
        )  # fmt: skip
        return pixels

    def wipe(self) -> None:
        """Overwrite what was seen."""
        self.planes.wipe()
        self.fits.wipe()


class Exposure:
    """What one `Expose` asked for, at `at`; `done` once it is answered, or about to be."""

    def __init__(
        self, browser: Any, kernels: CDLL, clock: Clock, order: Expose, arrivals: Arrivals
    ):
        self._browser, self._kernels, self._clock, self._order = browser, kernels, clock, order
        self._negative: Negative | None = None
        self.at = order.at
        self.restart(arrivals)
        self.done = False

    async def expire(self) -> None:
        """Give up where nothing was taken in time."""
        now = self._browser.now()
        await self._browser.sleep(max(0.0, self._at(now) + REACH_MS - now) / 1000)
        self.fail("the camera gave no frame in time")

    def offer(self, stamp: float, cut_ms: float) -> Choice:
        """Judge a camera's frame, stamped in ms, as it comes; to cut it takes `cut_ms`."""
        now = self._browser.now()
        choice = self._shutter.offer(stamp, self._at(now), now + cut_ms)
        if choice == "kept":
            self._develop()
        elif choice == "late":
            self.fail("the camera's next frame came too late")
        return choice

    def cut(self, choice: Choice, stamp: float, picture: Picture, refiner: Refiner) -> None:
        """Take the frame that was offered and has been cut, if it was chosen."""
        if self.done or choice not in ("keep", "take"):
            return
        try:
            self._keep(stamp, picture, refiner)
        except MemoryError as error:
            self.fail(_reason(error))
        else:
            if choice == "take":
                self._develop()

    def lose(self) -> None:
        """Forget the frame that is kept; one that comes yet may do."""
        if self._negative is not None:
            self._negative.wipe()
            self._negative = None
            self._shutter.keep(None)

    def restart(self, arrivals: Arrivals) -> None:
        """Go on with another camera, whose stamps begin elsewhere."""
        self.lose()
        self._arrivals, self._shutter = arrivals, Shutter(arrivals)

    def fail(self, reason: str) -> None:
        """Answer that there will be no layer, unless it is answered already."""
        if not self.done:
            self.done = True
            self.lose()
            self._browser.post(ExposeFailed(self._order.request, reason))

    def _at(self, now: float) -> float:
        return self._clock.own(self._order.at, now)

    def _keep(self, stamp: float, picture: Picture, refiner: Refiner) -> None:
        old = self._negative
        planes, size = picture.part(old and old.planes)
        fits = refiner.part(old and old.fits)
        self._negative = Negative(stamp, planes, size, fits, (picture.width, picture.height))
        self._shutter.keep(stamp)

    def _develop(self) -> None:
        # At once, and not beside the line: while the browser copies a frame onto the heap, the
        # heap must not grow.
        negative = self._negative
        assert negative is not None
        taken = self._clock.server(self._arrivals.time(negative.stamp))
        try:
            pixels = negative.layer(self._kernels)
        except MemoryError as error:
            self.fail(_reason(error))
        else:
            self.done = True
            self.lose()
            self._browser.spawn(self._send(pixels, negative.size, taken), lambda _: None)

    async def _send(self, pixels: Buffer, size: tuple[int, int], taken: float) -> None:
        request = self._order.request
        try:
            image = await self._browser.webp(pixels, *size)
            self._browser.post(Exposed(request, image, *size, taken))
        except Exception as error:
            self._browser.post(ExposeFailed(request, _reason(error)))


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"

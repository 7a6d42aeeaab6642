"""A camera's frame, brought to the cutout's size and to I420.

picture = Picture(browser, kernels)
await picture.take(frame)
picture.planes.address, picture.width, picture.height
"""

from ctypes import CDLL
from typing import Any

from sameframe_worker.kernels import Buffer
from sameframe_worker.stacked import i420_bytes

LIVE_PIXELS = 640 * 480
LARGEST_SIDE = 8192


def cutout_size(width: int, height: int, pixels: int = LIVE_PIXELS) -> tuple[int, int]:
    """Return the cutout's size for a camera of width × height: its shape, at most `pixels`.

    The width is a multiple of 16 and the height of 4, for the kernels and the stacked frame.
    Raises ValueError for a size that no camera has.
    """
    if not (16 <= width <= LARGEST_SIDE and 16 <= height <= LARGEST_SIDE):
        raise ValueError(f"no picture can be cut out of {width}x{height}")
    scale = min(1.0, (pixels / (width * height)) ** 0.5)
    return max(16, round(width * scale / 16) * 16), max(16, round(height * scale / 4) * 4)


class Picture:
    """The frame being cut; `planes` begins with tightly packed I420 of width × height."""

    def __init__(self, browser: Any, kernels: CDLL, pixels: int = LIVE_PIXELS):
        self.width = self.height = 0
        self.planes = Buffer(0)
        self._browser, self._kernels, self._pixels = browser, kernels, pixels
        self._source = (0, 0)
        self._camera = self._converted = self._scaled = self._scratch = self._own = Buffer(0)

    async def take(self, frame: Any) -> None:
        """Copy the frame's pixels; the frame may be closed afterwards.

        Raises ValueError for a size or a format that can't be cut out.
        """
        source = self._browser.visible_size(frame)
        if source != self._source:
            self._resize(*source)
        form = await self._browser.copy_planes(frame, self._camera)
        self._own = self._to_i420(form)
        self.planes = self._to_size(self._own)

    def part(self, spare: Buffer | None) -> tuple[Buffer, tuple[int, int]]:
        """Part with the frame as I420 at the camera's own size; return it and that size.

        `spare`, one of those parted with before, takes its place if it fits. `planes` may be it.
        """
        own = self._own
        place = spare if spare is not None and spare.size == own.size else Buffer(own.size)
        if own is self._camera:
            self._camera = place
        else:
            self._converted = place
        return own, self._source

    def forget(self) -> None:
        """Overwrite what was seen."""
        for buffer in (self._camera, self._converted, self._scaled, self._scratch):
            buffer.wipe()

    def _resize(self, width: int, height: int) -> None:
        self._source = (0, 0)  # until all of it is there
        self.width, self.height = cutout_size(width, height, self._pixels)
        self._camera = Buffer(width * height * 4)  # enough for RGBA
        self._converted = Buffer(i420_bytes(width, height))
        self._scaled = Buffer(i420_bytes(self.width, self.height))
        self._scratch = Buffer(width * height // 4)
        self._source = (width, height)

    def _to_i420(self, form: str) -> Buffer:
        source, target = self._camera.address, self._converted.address
        match form:
            case "I420":
                return self._camera
            case "NV12":
                self._kernels.cutout_from_nv12(target, source, *self._source)
            case "RGBA":
                self._kernels.cutout_from_rgba(target, source, *self._source)
            case _:
                raise ValueError(f"no such format: {form}")
        return self._converted

    def _to_size(self, planes: Buffer) -> Buffer:
        size = self.width, self.height
        if size == self._source:
            return planes
        self._kernels.cutout_scale(
            self._scaled.address, *size, planes.address, *self._source, self._scratch.address
        )
        return self._scaled

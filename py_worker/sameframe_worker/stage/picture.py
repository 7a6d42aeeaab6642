"""A guest's stacked frame as the stage holds it: I420 planes on the heap."""

from collections.abc import Mapping, Sequence
from ctypes import CDLL
from dataclasses import dataclass

from sameframe_worker import stacked
from sameframe_worker.kernels import Buffer
from sameframe_worker.scene import Placement

SIZE_MIN, SIZE_MAX = 16, 4096  # of a frame's width and height; the kernels' rows are as long
SEEN_ALPHA = 0.3 * 255  # less than that of somebody can't be grabbed
PADDING = 32  # the kernels read whole vectors and may pass a row's end


@dataclass(frozen=True, slots=True)
class Picture:
    """One stacked frame of width × height; `arrived` in ms, None for what does not age."""

    planes: Buffer
    width: int
    height: int
    arrived: float | None = None

    @property
    def aspect(self) -> float:
        """Return the cutout's width over its height."""
        return stacked.aspect(self.width, self.height)

    def alpha(self, u: float, v: float) -> int:
        """Return the mask (0..255) at a point of the cutout in fractions; 0 outside of it."""
        if not (0 <= u < 1 and 0 <= v < 1):
            return 0
        rows = stacked.rows(self.height)
        row = max(rows.mask_first, int(rows.seam + v * (self.height - rows.seam)))
        return stacked.luma_to_mask(self.planes.view[row * self.width + int(u * self.width)])

    def shows_someone(self, step: int = 7) -> bool:
        """Tell whether anything of the mask is set, looking at one pixel in `step`."""
        first = stacked.rows(self.height).mask_first * self.width
        mask = self.planes.view[first : self.width * self.height : step]
        return max(mask, default=0) > stacked.MASK_FLOOR


def picked(
    placed: Sequence[tuple[str, Placement]], pictures: Mapping[str, Picture], x: float, y: float
) -> str | None:
    """Return who of these, back to front, is seen at a pixel, or else whose frame is there."""
    framed = None
    for guest, placement in reversed(placed):
        a, b, c, d, e, f = placement.inverse()
        u, v = a * x + b * y + c, d * x + e * y + f
        picture = pictures.get(guest)
        if picture is not None and picture.alpha(u, v) > SEEN_ALPHA:
            return guest
        if framed is None and 0 <= u < 1 and 0 <= v < 1:
            framed = guest
    return framed


def acceptable(width: int, height: int) -> bool:
    """Tell whether the stage takes frames of this size."""
    return SIZE_MIN <= width <= SIZE_MAX and SIZE_MIN <= height <= SIZE_MAX


def bytes_of(pixel_format: str, width: int, height: int) -> int:
    """Return the bytes that `browser.copy_planes` writes, and the kernels' padding."""
    if pixel_format in ("I420", "NV12"):
        return stacked.i420_bytes(width, height) + PADDING
    return width * height * 4 + PADDING


def to_i420(kernels: CDLL, pixel_format: str, pixels: Buffer, width: int, height: int) -> Buffer:
    """Return what was copied as I420: the same buffer if it is already."""
    if pixel_format == "I420":
        return pixels
    planes = Buffer(bytes_of("I420", width, height))
    convert = kernels.stage_from_nv12 if pixel_format == "NV12" else kernels.stage_from_rgba
    convert(planes.address, pixels.address, width, height)
    return planes

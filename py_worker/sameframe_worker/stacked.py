"""The stacked frame: how a cutout travels as one ordinary video frame.

A cutout of W × H is an I420 frame of W × 1.5 H (both even): colour in the upper two thirds, its
mask as luma in the lower third at full width and half height, neutral chroma below the seam.
Colour is BT.601, limited range. Where the mask is empty, colour is FLAT: nothing of the room
is in it. WebRTC may rescale a frame, so receivers measure in fractions, not in pixels.

How every renderer samples a frame of W × H as received, at (u, v), fractions of the cutout, with
`seam` = H * 2/3 and bilinear filtering whose taps are clamped to the rows named in `Rows`:

    luma     x = u*W - 0.5      y = v*seam - 0.5               rows 0 .. colour_last
    chroma   x = u*W/2 - 0.5    y = v*seam/2 - 0.5             rows 0 .. chroma_last
    mask     x = u*W - 0.5      y = seam + v*(H - seam) - 0.5  rows mask_first .. H - 1
"""

from dataclasses import dataclass

FLAT_Y, FLAT_U, FLAT_V = 128, 128, 128

# The mask's luma. An encoder's noise is about ±4 at 1 Mbps, so the ends have a dead zone:
# everything up to MASK_FLOOR is 0, everything from MASK_CEIL on is 255, linear between.
# A sender writes 16 for 0, 235 for 255, and the linear ramp FLOOR..CEIL between.
MASK_EMPTY, MASK_FLOOR, MASK_CEIL, MASK_FULL = 16, 28, 224, 235

# Rows next to the seam that a receiver never samples, as codecs smear across it:
# the last of the colour part, the first of the mask part.
GUARD_COLOUR, GUARD_MASK = 2, 1


def frame_size(width: int, height: int) -> tuple[int, int]:
    """Return the stacked frame's size for a cutout of width × height (height divisible by 4)."""
    return width, height + height // 2


def cutout_size(width: int, height: int) -> tuple[int, int]:
    """Return the cutout's size inside a stacked frame of width × height, as received."""
    return width, height * 2 // 3


def aspect(width: int, height: int) -> float:
    """Return the cutout's width over its height, of a stacked frame of width × height."""
    return 1.5 * width / height


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows of a received frame may be sampled; `seam` may lie between two rows."""

    seam: float
    colour_last: int
    chroma_last: int
    mask_first: int


def rows(height: int) -> Rows:
    """Return the rows of a stacked frame of this height that a receiver samples."""
    colour = height * 2 // 3
    return Rows(
        height * 2 / 3,
        colour - 1 - GUARD_COLOUR,
        colour // 2 - 1 - (GUARD_COLOUR + 1) // 2,
        (height * 2 + 2) // 3 + GUARD_MASK,
    )


def i420_bytes(width: int, height: int) -> int:
    """Return the bytes of an I420 frame; odd sizes round chroma up."""
    return width * height + 2 * ((width + 1) // 2) * ((height + 1) // 2)


def mask_to_luma(alpha: int) -> int:
    """Return the luma that carries alpha (0..255)."""
    if alpha <= 0:
        return MASK_EMPTY
    if alpha >= 255:
        return MASK_FULL
    return MASK_FLOOR + (alpha * (MASK_CEIL - MASK_FLOOR) + 127) // 255


def luma_to_mask(luma: int) -> int:
    """Return the alpha (0..255) that luma carries."""
    span = MASK_CEIL - MASK_FLOOR
    return max(0, min(255, ((luma - MASK_FLOOR) * 255 + span // 2) // span))

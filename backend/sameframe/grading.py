"""Looks in numpy: the definition in sameframe_worker.looks, for the reference and for prints."""

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from sameframe_worker import looks
from sameframe_worker.looks import GRAIN_SIDE, GRID, RECIPES, SIZE, Frame
from sameframe_worker.scene import Look

Array = NDArray[np.float32]
_BAND = 128  # rows of a print that are in hand at once: few enough for the caches


def graded(picture: NDArray[np.floating], look: Look) -> NDArray[np.floating]:
    """Return a picture (height × width × 3, 0..255, unrounded) with a look."""
    if look.plain:
        return picture
    table = np.frombuffer(looks.table(look.name), np.uint8).reshape(SIZE, SIZE, SIZE, 3)
    at = np.clip(picture, 0, 255) * ((SIZE - 1) / 255)
    low = np.minimum(at.astype(int), SIZE - 2)
    part = at - low
    out = np.zeros_like(picture)
    for corner in np.ndindex(2, 2, 2):
        r, g, b = np.moveaxis(low + corner, -1, 0)
        share = np.prod(np.where(corner, part, 1 - part), -1, keepdims=True)
        out += share * table[b, g, r]
    out = picture + (out - picture) * look.strength
    _surround(out, look, 0, picture.shape[0])
    return np.clip(out, 0, 255)


def printed(picture: Image.Image, look: Look) -> Image.Image:
    """Return a picture with a look; the same by Pillow's table, which is fast."""
    if look.plain:
        return picture
    pixels = np.asarray(picture.filter(_filter(look)))
    height = picture.height
    out = np.empty_like(pixels)
    bounds = [*range(0, height, _BAND), height]
    for top, bottom in pairwise(bounds):
        band = pixels[top:bottom].astype(np.float32)
        _surround(band, look, top, height)
        band += 0.5
        out[top:bottom] = np.clip(band, 0, 255, out=band)
    return Image.fromarray(out)


@lru_cache(maxsize=4)
def _filter(look: Look) -> ImageFilter.Color3DLUT:
    table = np.frombuffer(looks.table(look.name), np.uint8).reshape(-1, 3) / 255
    b, g, r = np.mgrid[:SIZE, :SIZE, :SIZE].reshape(3, -1) / (SIZE - 1)
    same = np.stack([r, g, b], -1)
    mixed = same + (table - same) * look.strength
    return ImageFilter.Color3DLUT(SIZE, mixed.ravel().tolist())


def _surround(band: Array, look: Look, top: int, height: int) -> None:
    """Give rows from `top` on, of a picture so high, their grain, vignette and frame."""
    recipe, (rows, width, _) = RECIPES[look.name], band.shape
    x = np.arange(width, dtype=np.float32) + np.float32(0.5)
    y = np.arange(top, top + rows, dtype=np.float32)[:, None] + np.float32(0.5)
    if recipe.grain:
        scale = np.float32(GRID / height)
        noise = _grain(x * scale - np.float32(0.5), y[:, 0] * scale - np.float32(0.5))
        band += (noise * np.float32(recipe.grain * look.strength))[..., None]
    if recipe.vignette:
        far = ((2 * x / width - 1) ** 2 + (2 * y / height - 1) ** 2) / 2
        _mix(band, recipe.shade, far * far * np.float32(recipe.vignette * look.strength))
    if recipe.frame:
        share = _frame(recipe.frame, look.strength, x, y, width, height)
        under = np.flatnonzero(share.any(axis=0))  # of most rows a few columns
        part = band[:, under]
        _mix(part, recipe.frame.colour, share[:, under])
        band[:, under] = part


def _mix(band: Array, colour: tuple[int, int, int], share: Array) -> None:
    band *= (1 - share)[..., None]
    for channel, value in enumerate(colour):
        if value:
            band[..., channel] += value * share


def _grain(x: Array, y: Array) -> Array:
    """Return the noise, -1..1, at these columns and rows of the tile."""
    tile = np.frombuffer(looks.grain(), np.uint8).reshape(GRAIN_SIDE, GRAIN_SIDE)
    tile = tile.astype(np.float32) / 127.5 - 1
    left, above = np.floor(x).astype(int), np.floor(y).astype(int)
    p, q = x - left, (y - above)[:, None]
    wide = [tile[:, (left + n) % GRAIN_SIDE] for n in (0, 1)]
    across = wide[0] * (1 - p) + wide[1] * p
    return across[above % GRAIN_SIDE] * (1 - q) + across[(above + 1) % GRAIN_SIDE] * q


def _frame(frame: Frame, strength: float, x: Array, y: Array, width: int, height: int) -> Array:
    """Return how much of the frame's colour each pixel has."""
    side, foot = frame.side * strength * height, frame.foot * strength * height
    radius = frame.radius * strength * height
    half_width, half_height = width / 2 - side, (height - side - foot) / 2
    across = np.abs(x - width / 2) - half_width + radius
    down = np.abs(y - (side + half_height)) - half_height + radius
    beyond = np.hypot(np.maximum(across, 0), np.maximum(down, 0))
    outside = beyond + np.minimum(np.maximum(across, down), 0) - radius
    softness = max(1.0, frame.softness * strength * height)
    return np.clip(outside / softness + 0.5, 0, 1)

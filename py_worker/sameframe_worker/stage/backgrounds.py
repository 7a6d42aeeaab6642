"""Backgrounds as RGBA of the size they are drawn at; the last few are kept."""

from typing import Any

from sameframe_worker.kernels import Buffer
from sameframe_worker.scene import Background

# 4 MB each on the stage, 8 MB for a photo: this one, the one before, this one's photo and preview.
KEPT = 4


class Backgrounds:
    """Decodes presets once."""

    def __init__(self, browser: Any):
        self._browser = browser
        self._kept: dict[tuple[Background, int, int], Buffer] = {}

    async def get(self, background: Background, width: int, height: int) -> Buffer:
        """Return a background's pixels; one that can't be had is its plain colour."""
        key = (background, width, height)
        pixels = self._kept.pop(key, None) or await self._made(background, width, height)
        self._kept[key] = pixels
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        return pixels

    async def _made(self, background: Background, width: int, height: int) -> Buffer:
        if background.name != "plain":
            try:
                url = f"/backgrounds/{background.name}.webp"
                return await self._browser.decode_image(url, width, height)
            except OSError:
                pass  # the picture goes on; it is tried again when it is next chosen
        return plain(background.colour, width, height)


def plain(colour: str, width: int, height: int) -> Buffer:
    """Return one colour (#rrggbb) as RGBA."""
    pixels = Buffer(width * height * 4)
    pixels.view[:] = (bytes.fromhex(colour[1:]) + b"\xff") * (width * height)
    return pixels

"""Backgrounds as RGBA of the size they are drawn at; the last few are kept."""

from typing import Any

from sameframe_worker.kernels import Buffer
from sameframe_worker.scene import UPLOAD, Background

# 4 MB each on the stage, 8 MB for a photo: this one, the one before, this one's photo and preview.
KEPT = 4

REST_MS = 1_500  # before what failed is asked for again
HEIGHTS = (720, 1080, 2160)  # in which the server has what guests brought, in lines


class Backgrounds:
    """Decodes pictures once; those that guests brought are below the room's own path."""

    def __init__(self, browser: Any, room: str | None = None):
        self._browser, self._room = browser, room
        self._kept: dict[tuple[Background, int, int], Buffer] = {}
        self._failed: dict[tuple[Background, int, int], float] = {}

    async def get(self, background: Background, width: int, height: int) -> Buffer:
        """Return a background's pixels. Raises OSError for one that can't be had.

        A film asks for every frame: what failed is not asked for again at once.
        """
        key = (background, width, height)
        now = self._browser.now()
        if now < self._failed.get(key, now):
            raise OSError("it failed a moment ago")
        try:
            pixels = self._kept.pop(key, None) or await self._made(background, width, height)
        except OSError:
            self._failed[key] = self._browser.now() + REST_MS
            raise
        self._failed.pop(key, None)
        self._kept[key] = pixels
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        return pixels

    def loop(self, background: Background) -> str:
        """Return where the loop of a background is that moves."""
        return f"/api/rooms/{self._room}/backdrops/{background.file}/loop.webm"

    async def _made(self, background: Background, width: int, height: int) -> Buffer:
        if background.name == "plain":
            return plain(background.colour, width, height)
        if background.name != UPLOAD:
            url = f"/backgrounds/{background.name}.webp"
        else:
            lines = next((lines for lines in HEIGHTS if lines >= height), HEIGHTS[-1])
            url = f"/api/rooms/{self._room}/backdrops/{background.file}/{lines}.jpg"
        return await self._browser.decode_image(url, width, height)


def plain(colour: str, width: int, height: int) -> Buffer:
    """Return one colour (#rrggbb) as RGBA."""
    pixels = Buffer(width * height * 4)
    pixels.view[:] = (bytes.fromhex(colour[1:]) + b"\xff") * (width * height)
    return pixels

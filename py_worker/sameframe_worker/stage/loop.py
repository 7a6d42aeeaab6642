"""A background that moves: its frames, each when it is due by the server's clock.

So all guests see the same one at the same time. What can't be decoded stands still, and is tried
again; who draws never waits for it.
"""

from collections.abc import Callable
from ctypes import CDLL, memmove
from typing import Any

from sameframe_worker.clock import Clock
from sameframe_worker.kernels import Buffer
from sameframe_worker.stacked import i420_bytes

REST_S = 4.0  # before what failed is tried again
SOON_S = 0.004


class Loop:
    """Plays one loop of the stage's size; `shown` hears of each new frame."""

    def __init__(self, browser: Any, kernels: CDLL, clock: Clock, url: str, size: tuple[int, int]):
        self._browser, self._kernels, self._clock = browser, kernels, clock
        self._url, self._size = url, size
        self._film: Any = None
        # One is shown while the next is copied into the other.
        self._planes, self._next_planes = (Buffer(i420_bytes(*size)) for _ in range(2))
        self._pixels, self._next_pixels = (Buffer(size[0] * size[1] * 4) for _ in range(2))
        self._made = True  # `_pixels` are what is shown; else only `_planes` are
        self._scaled: dict[tuple[int, int], Buffer] = {}
        self._closed = self._running = self.began = False

    async def first(self) -> None:
        """Take the first frame that is due. Raises OSError."""
        await self._open()
        await self.turn()

    async def run(self, shown: Callable[["Loop"], None]) -> None:
        """Play until it is closed."""
        self._running = True
        while not self._closed:
            try:
                await self._open()
                if await self.turn():
                    shown(self)
                await self._browser.sleep(self._wait())
            except OSError:
                self._leave()
                await self._browser.sleep(REST_S)
        self._leave()

    async def turn(self) -> bool:
        """Take the frame that is due, if it is another than before."""
        planes, pixels = self._next_planes, self._next_pixels
        into = await self._browser.loop_frame(
            self._film, self._second(), self._size, planes, pixels
        )
        if into is None:
            return False
        self._made = into is pixels
        if self._made:
            self._pixels, self._next_pixels = pixels, self._pixels
        else:
            self._planes, self._next_planes = planes, self._planes
        self.began = True
        self._scaled.clear()
        return True

    @property
    def pixels(self) -> Buffer:
        """Return the frame as RGBA, valid until the next is taken."""
        if not self._made:
            self._convert(self._pixels, 0, self._size[1])
            self._made = True
        return self._pixels

    def draw(self, picture: Buffer, top: int, bottom: int) -> None:
        """Draw these rows, from an even one to an even one, into a picture of the same size."""
        if not self._made:
            self._convert(picture, top, bottom)
            return
        start, size = top * self._size[0] * 4, (bottom - top) * self._size[0] * 4
        memmove(picture.address + start, self._pixels.address + start, size)

    def close(self) -> None:
        """Let go of it; the last frame stays as it is."""
        self._closed = True
        if not self._running:
            self._leave()

    def scaled(self, width: int, height: int) -> Buffer:
        """Return what is shown now in another size; not a frame is scaled twice."""
        if (width, height) == self._size:
            return self.pixels
        if (width, height) not in self._scaled:
            self._scaled[width, height] = pixels = Buffer(width * height * 4)
            self._kernels.stage_scale(
                pixels.address, width, height, self.pixels.address, *self._size
            )
        return self._scaled[width, height]

    def _convert(self, picture: Buffer, top: int, bottom: int) -> None:
        self._kernels.stage_from_i420(
            picture.address, self._planes.address, *self._size, top, bottom
        )

    async def _open(self) -> None:
        if self._film is None:
            self._film = await self._browser.open_loop(self._url)

    def _leave(self) -> None:
        if self._film is not None:
            self._film.close()
            self._film = None

    def _wait(self) -> float:
        """Return the seconds until the next frame is due."""
        step = self._film.step
        return step - self._second() % step + SOON_S

    def _second(self) -> float:
        return self._clock.server(self._browser.now()) / 1000


def rgba(behind: Buffer | Loop) -> Buffer:
    """Return what is behind everyone as RGBA, whether it moves or not."""
    return behind.pixels if isinstance(behind, Loop) else behind

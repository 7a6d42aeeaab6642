"""The frames of a moving picture: the stage as it is at each of their instants, on one sheet.

Each is drawn once more by the kernels, small, beside the live picture: a quarter of a tick's work,
twelve times a second. What can't be drawn in time is drawn late; the stage is not kept waiting.
"""

from ctypes import CDLL, memmove
from typing import Any

from sameframe_worker import frames
from sameframe_worker.kernels import Buffer
from sameframe_worker.stage.film import Alongside, Filmed


class Sequence:
    """Draws the frames from an instant of the own clock on."""

    def __init__(self, browser: Any, kernels: CDLL, stage: Filmed, at: float):
        self._browser, self._stage, self._at = browser, stage, at
        self._drawing = Alongside(browser, kernels, frames.WIDTH, frames.HEIGHT)
        self._sheet = Buffer(frames.SHEET[0] * frames.SHEET[1] * 4)

    async def run(self) -> Any:
        """Return the sheet as a WebP, once its last frame is drawn."""
        for number in range(frames.COUNT):
            await self._drawing.prepare(self._stage)
            wait = self._at + number * frames.STEP_MS - self._browser.now()
            await self._browser.sleep(max(0.0, wait) / 1000)
            self._paste(number, self._drawing.draw(self._stage))
        return await self._browser.webp(self._sheet, *frames.SHEET)

    def _paste(self, number: int, frame: Buffer) -> None:
        x, y = frames.corner(number)
        row, line = frames.WIDTH * 4, frames.SHEET[0] * 4
        start = self._sheet.address + y * line + x * 4
        for n in range(frames.HEIGHT):
            memmove(start + n * line, frame.address + n * row, row)

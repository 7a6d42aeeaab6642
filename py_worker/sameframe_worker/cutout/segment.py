"""The model, seen from Python: one method, called once per own frame.

segmentation = Segmentation(browser, segmenter)
async with segmentation.turn:
    kernels.cutout_input(segmentation.picture.address, ...)
    await segmentation.run()
    kernels.cutout_steady(..., segmentation.mask.address, ...)
"""

import asyncio
from collections.abc import Awaitable
from typing import Any, Protocol

from sameframe_worker.kernels import Buffer

SIZE = 256


class Segmenter(Protocol):
    """What frontend/src/segmenters implement, and fakes in tests."""

    name: str
    size: int

    def run(self, picture: Any, mask: Any) -> Awaitable[None]:
        """Read `picture` (Float32Array, size × size × RGB, 0..1), write `mask` (size × size)."""

    def close(self) -> None:
        """Let go of the model's memory."""


class Segmentation:
    """A segmenter with its memory, used in turns; `count` is how often it ran."""

    def __init__(self, browser: Any, segmenter: Segmenter):
        if segmenter.size != SIZE:
            raise ValueError(f"the kernels work on {SIZE}², not on {segmenter.size}²")
        self.name: str = segmenter.name
        self.count = 0
        self.picture = Buffer(SIZE * SIZE * 3 * 4)
        self.mask = Buffer(SIZE * SIZE * 4)
        self.turn = asyncio.Lock()  # a camera's last frame may still be in it as the next comes
        self._floats, self._run = browser.floats, segmenter.run

    async def run(self) -> None:
        """Find the mask of `picture`. Whatever the segmenter raises is raised."""
        self.count += 1
        await self._run(self._floats(self.picture), self._floats(self.mask))

"""One background becoming another: both mixed by the kernels, a frame of 4 MB in 1 ms."""

from ctypes import CDLL

from sameframe_worker.kernels import Buffer

FADE_MS = 300


class Fade:
    """A change from one background to another of the same size, that begins now."""

    def __init__(self, kernels: CDLL, before: Buffer, after: Buffer, now: float):
        self._kernels, self._began = kernels, now
        self._before, self._after = before, after
        self._mixed = Buffer(after.size)

    def move(self, after: Buffer) -> None:
        """Go on to another picture of what it becomes: that one moves."""
        self._after = after

    def over(self, now: float) -> bool:
        """Tell whether there is nothing left of the one before."""
        return now - self._began >= FADE_MS

    def at(self, now: float) -> Buffer:
        """Return the pixels of this moment, valid until the next call."""
        if self.over(now):
            return self._after
        weight = round(256 * max(0.0, now - self._began) / FADE_MS)
        self._kernels.stage_mix(
            self._mixed.address, self._before.address, self._after.address,
            self._mixed.size, weight,
        )  # fmt: skip
        return self._mixed

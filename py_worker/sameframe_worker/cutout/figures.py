"""Figures of the last seconds: how many frames, and how long each took."""

from collections import deque
from collections.abc import Iterator
from statistics import median

WINDOW_MS = 3000.0


class Figures:
    """Times of the frames that went out in the last WINDOW_MS."""

    def __init__(self) -> None:
        self.frames = 0
        self._last: deque[tuple[float, float, float]] = deque()

    def add(self, now: float, infer_ms: float, frame_ms: float) -> None:
        """Count one frame that went out at `now` (ms)."""
        self.frames += 1
        self._last.append((now, infer_ms, frame_ms))
        self._forget(now)

    def fps(self, now: float) -> float:
        """Return frames per second."""
        self._forget(now)
        return len(self._last) * 1000 / WINDOW_MS

    def infer_ms(self) -> float:
        """Return the median time of the model, 0 where nothing was cut."""
        return _median(infer for _, infer, _ in self._last if infer > 0)

    def frame_ms(self) -> float:
        """Return the median time of a whole frame, 0 where nothing was cut."""
        return _median(frame for _, infer, frame in self._last if infer > 0)

    def _forget(self, now: float) -> None:
        while self._last and self._last[0][0] <= now - WINDOW_MS:
            self._last.popleft()


def _median(values: Iterator[float]) -> float:
    found = list(values)
    return median(found) if found else 0.0

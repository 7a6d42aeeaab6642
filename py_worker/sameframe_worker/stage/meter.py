"""How often something happens and how long it takes."""

from collections import deque

WINDOW_MS = 2000.0


class Meter:
    """Counts and times of the last two seconds."""

    def __init__(self) -> None:
        self._values: deque[tuple[float, float]] = deque()

    def add(self, now: float, value: float = 0.0) -> None:
        """Count one event, and its value in ms."""
        self._values.append((now, value))
        self._forget(now)

    def per_second(self, now: float) -> float:
        """Return how often it happens."""
        self._forget(now)
        return len(self._values) * 1000 / WINDOW_MS

    def median(self, now: float) -> float:
        """Return the median of the values, 0 without any."""
        self._forget(now)
        values = sorted(value for _, value in self._values)
        return values[len(values) // 2] if values else 0.0

    def _forget(self, now: float) -> None:
        while self._values and self._values[0][0] <= now - WINDOW_MS:
            self._values.popleft()

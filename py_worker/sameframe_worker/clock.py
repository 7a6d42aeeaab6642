"""Server time from pings. Times are ms since the epoch; every function is told the own time.

A ping sent at `sent`, answered at server time `server`, received at `received` bounds the offset:
it lies within half the round trip of server - (sent + received) / 2. Quartz clocks drift apart by
up to DRIFT, so the bound widens with the sample's age; the sample with the narrowest bound wins.
Samples whose bounds exclude the newest's are of another time: a clock was set, or stood still
while a laptop slept.
"""

from collections import deque
from dataclasses import dataclass
from math import isfinite

DRIFT = 100e-6  # ms per ms: two clocks of ±50 ppm
SLACK_MS = 1.0  # for rounding, where two bounds are compared
WINDOW = 32  # samples; beyond them an old lucky one has been widened past the new ones


@dataclass(frozen=True, slots=True)
class _Sample:
    offset: float
    half: float
    at: float

    def bound(self, now: float) -> float:
        return self.half + DRIFT * abs(now - self.at)

    def agrees(self, other: "_Sample", now: float) -> bool:
        apart = abs(self.offset - other.offset)
        return apart <= self.bound(now) + other.bound(now) + SLACK_MS


class Clock:
    """Estimates the server's clock; before the first sample it is taken to be the own one."""

    def __init__(self) -> None:
        self._samples: deque[_Sample] = deque(maxlen=WINDOW)

    def sample(self, sent: float, server: float, received: float) -> None:
        """Learn from a ping. Raises ValueError for what can't have happened."""
        if not all(isfinite(t) for t in (sent, server, received)) or received < sent:
            raise ValueError(f"no ping: {sent}, {server}, {received}")
        middle = (sent + received) / 2
        half = (received - sent) / 2 * (1 + DRIFT)  # the clocks drift during the ping as well
        newest = _Sample(server - middle, half, middle)
        agreeing = [s for s in self._samples if s.agrees(newest, received)]
        self._samples = deque([*agreeing, newest], maxlen=WINDOW)

    def offset(self, now: float) -> float:
        """Return server time minus own time."""
        return self._best(now).offset if self._samples else 0.0

    def uncertainty(self, now: float) -> float:
        """Return by how much the offset may be wrong; infinite before the first sample."""
        return self._best(now).bound(now) if self._samples else float("inf")

    def server(self, now: float) -> float:
        """Return the server's time at this own time."""
        return now + self.offset(now)

    def own(self, server: float, now: float) -> float:
        """Return the own time at this server time."""
        return server - self.offset(now)

    def _best(self, now: float) -> _Sample:
        return min(self._samples, key=lambda s: s.bound(now))

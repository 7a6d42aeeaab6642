"""Which of a camera's frames is nearest to an instant; pure. Times are ms on the own clock.

A camera stamps its frames on a clock that begins anywhere. What its frames take to arrive varies,
as they wait for their turn; the quickest one of late tells where that clock begins. So a frame's
time is when it would have arrived without waiting: the camera's own delay is in it, everyone's
alike to within a frame. All frames tell, not only those about a shot: on a busy machine none of
thirty may have come without waiting, and each guest's time would be wrong by another wait.
"""

from collections import deque
from math import inf
from typing import Literal

REACH_MS = 1000.0  # a frame further from the instant than this is none of it
WINDOW = 300  # frames of late: ten seconds, in which two clocks drift apart by 1 ms
GAPS = 30  # so many tell how far apart frames are: a busy line misses most
LEAVE_MS = 250.0  # so long at most nothing goes out before a shot: half of what the gate bears

# Too early; leave it, for a nearer one; keep it, it may be the nearest; it is the nearest; the one
# kept is; all are too late.
Choice = Literal["early", "leave", "keep", "take", "kept", "late"]


class Arrivals:
    """When a camera's frames came, by which their stamps become times."""

    def __init__(self) -> None:
        self._delays: deque[float] = deque(maxlen=WINDOW)
        self._gaps: deque[float] = deque(maxlen=GAPS)
        self._last: float | None = None

    def note(self, stamp: float, arrived: float) -> None:
        """Hear of every frame, in the order of their stamps."""
        self._delays.append(arrived - stamp)
        if self._last is not None:
            self._gaps.append(stamp - self._last)
        self._last = stamp

    def time(self, stamp: float) -> float:
        """Return when a frame was taken, after the first was noted."""
        return stamp + min(self._delays)

    def gap(self) -> float:
        """Return the time between two frames of the camera; 0: not known."""
        return min(self._gaps, default=0.0)


class Shutter:
    """Chooses among the frames of one camera, one after the other; at most one is kept."""

    def __init__(self, arrivals: Arrivals) -> None:
        self._arrivals = arrivals
        self._kept: float | None = None

    def offer(self, stamp: float, at: float, ready: float = -inf) -> Choice:
        """Judge a frame, noted by now, for the instant `at`.

        `ready`: when the line will be, once it has cut this one. Where that is after the instant,
        and a nearer frame is to come, this one is not worth it.
        """
        past = self._arrivals.time(stamp) - at
        if past < -REACH_MS:
            return "early"
        if self._kept is not None and abs(self._arrivals.time(self._kept) - at) <= past:
            return "kept"
        if ready > at and -LEAVE_MS < past < -self._arrivals.gap() / 2:
            return "leave"
        if past < 0:
            return "keep"
        return "take" if past <= REACH_MS else "late"

    def keep(self, stamp: float | None) -> None:
        """Keep this frame instead of the one before; None: that one is lost."""
        self._kept = stamp

"""Which of a camera's frames is nearest to an instant; pure. Times are ms on the own clock.

A camera stamps its frames on a clock that begins anywhere. What its frames take to arrive varies,
as they wait for their turn; the quickest one of late tells where that clock begins. So a frame's
time is when it would have arrived without waiting: the camera's own delay is in it, everyone's
alike to within a frame.
"""

from collections import deque
from typing import Literal

REACH_MS = 1000.0  # a frame further from the instant than this is none of it
WINDOW = 90  # frames of late: three seconds

# Too early; keep it, it may be the nearest; it is the nearest; the one kept is; all are too late.
Choice = Literal["early", "keep", "take", "kept", "late"]


class Shutter:
    """Chooses among the frames of one camera, one after the other; at most one is kept."""

    def __init__(self) -> None:
        self._delays: deque[float] = deque(maxlen=WINDOW)
        self._kept: float | None = None

    def offer(self, stamp: float, arrived: float, at: float) -> Choice:
        """Judge a frame for the instant `at`. Frames come in the order of their stamps."""
        self._delays.append(arrived - stamp)
        past = self.time(stamp) - at
        if past < -REACH_MS:
            return "early"
        if self._kept is not None and abs(self.time(self._kept) - at) <= past:
            return "kept"
        if past < 0:
            return "keep"
        return "take" if past <= REACH_MS else "late"

    def keep(self, stamp: float | None) -> None:
        """Keep this frame instead of the one before; None: that one is lost."""
        self._kept = stamp

    def time(self, stamp: float) -> float:
        """Return when a frame was taken, after the first offer."""
        return stamp + min(self._delays)

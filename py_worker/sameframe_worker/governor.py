"""How often the own camera is cut out, by how late the stage begins its ticks. Pure.

A stage that would draw and is kept waiting shares too few cores with what else runs: most of all
with the own cutout, which costs more than the whole stage. So the one gives way to the other, a
frame or two a second at a time, which nobody sees, and takes back more slowly what it gave. A stage
that is slow by itself is not late, and nothing is gained by cutting less: that is budget.py's.
"""

MOST, LEAST = 30.0, 15.0  # frames a second
# What timers are late by themselves (4 ms on a laptop's battery, 1 else) says nothing of cores.
# With a take on two full ones every tenth tick is 15 ms late, and there are 26 a second.
TIMERS_MS = 5.0
LATE_MS = 0.8  # beyond that, on average
PROMPT_MS = 0.4
SLOWER, FASTER = 6.0, 1.0  # frames a second, per second
_LEARN_MS = 700.0


class Governor:
    """Hears how late each tick was and says how often to cut."""

    def __init__(self) -> None:
        self._fps = MOST
        self._late = self._now = 0.0

    @property
    def fps(self) -> int | None:
        """Return how many frames a second to cut; None: all that the camera gives."""
        return round(self._fps) if self._fps < MOST else None

    def tick(self, now: float, late: float) -> None:
        """Learn that a tick that had something to do began at `now`, so many ms late."""
        passed = min(_LEARN_MS, max(0.0, now - self._now))
        self._now = now
        self._late += (max(0.0, late - TIMERS_MS) - self._late) * passed / _LEARN_MS
        if self._late > LATE_MS:
            self._fps = max(LEAST, self._fps - SLOWER * passed / 1000)
        elif self._late < PROMPT_MS:
            self._fps = min(MOST, self._fps + FASTER * passed / 1000)

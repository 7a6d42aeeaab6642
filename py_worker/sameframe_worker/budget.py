"""What the stage gives up, and in what order, to keep 24 pictures a second on a busy machine. Pure.

`ORDER` says what is given up first: light around the edges, then shadows, then half of what a look
resolves, then how often each guest's picture is new. What is not in use is passed over. One step
is given up after ticks have been too dear for OVER_MS on end, and one comes back after they have
been cheap enough for a while, SPARE_MS at first. That is twice as long for each time that a step
had to be given up again soon after it came back: a machine that is just too slow tries ever more
rarely, and nobody sees it flicker. Nothing changes twice within REST_MS, in which the tick's cost
settles.
"""

from collections.abc import Collection
from typing import Literal

Step = Literal["wrap", "shadow", "look", "ingest"]
ORDER: tuple[Step, ...] = ("wrap", "shadow", "look", "ingest")

DEAR_MS = 36.0  # a tick, and how late the next one begins: with the rest, 24 a second
CHEAP_MS = 24.0
OVER_MS, REST_MS = 1500.0, 3000.0
SPARE_MS, SPARE_MOST_MS = 8_000.0, 128_000.0
SOON_MS = 12_000.0  # after it came back: then it came too early
SHARE = 0.6  # of a tick's time for new pictures, once that is given up
_LEARN_MS = 400.0


class Budget:
    """Hears what ticks cost and says what is given up now."""

    def __init__(self) -> None:
        self.given: tuple[Step, ...] = ()
        self._cost = self._now = 0.0
        self._since: float | None = None  # dear or cheap, whichever it is
        self._dear = False
        self._changed = self._returned = float("-inf")
        self._spare = SPARE_MS

    def spent(self, now: float, ms: float, uses: Collection[Step]) -> bool:
        """Learn what a tick that drew and was over at `now` cost; tell whether `given` changed.

        uses: what there is to give up.
        """
        # As much of it is new as time has passed, whatever the ticks' rate.
        part = min(1.0, max(0.0, (now - self._now) / _LEARN_MS))
        self._cost, self._now = self._cost + (ms - self._cost) * part, now
        state = self._cost > DEAR_MS if not CHEAP_MS < self._cost <= DEAR_MS else None
        if state is None:
            self._since = None
            return False
        if self._since is None or state != self._dear:
            self._since, self._dear = now, state
        if now - self._changed < REST_MS:
            return False
        return self._give(now, uses) if self._dear else self._take_back(now)

    def share(self) -> float:
        """Return how much of the time for new pictures a tick may spend."""
        return SHARE if "ingest" in self.given else 1.0

    def _give(self, now: float, uses: Collection[Step]) -> bool:
        left = [step for step in ORDER if step in uses and step not in self.given]
        if now - self._since < OVER_MS or not left:
            return False
        if now - self._returned < SOON_MS:
            self._spare = min(SPARE_MOST_MS, 2 * self._spare)
        given = {*self.given, left[0]}
        self.given = tuple(step for step in ORDER if step in given)
        self._changed, self._since = now, None
        return True

    def _take_back(self, now: float) -> bool:
        if not self.given:
            if now - self._returned > 4 * self._spare:
                self._spare = SPARE_MS  # it has been well for long
            return False
        if now - self._since < self._spare:
            return False
        self.given = self.given[:-1]
        self._changed = self._returned = now
        self._since = None
        return True

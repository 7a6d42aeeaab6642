"""Whose new frame is ingested in this tick: round-robin within a budget of milliseconds.

A tick may spend on new pictures little more than what ONE guest who fills the stage costs
(`budget`), so that it costs about the same however many guests there are: six guests in a row
cover together little more than one alone, and nearly all of them still get every frame. Two are
always served where the machine has time for two, as a pair is the commonest room. Where there is
more to do than that, freshness shrinks, evenly, and never the stage's frame rate.

Guests stand in a queue, least recently served first, the own picture like any other. From its
head they are served while their cost, learnt from their last turns, fits the budget. The first
one with something new is always served, so nobody starves however dear he is, and the queue is
never jumped, so whoever has something new waits at most for every other guest's one turn.
"""

from collections.abc import Collection

FULL = 1.15  # of a stage-filling guest's cost: copying a frame costs the same at any size
PAIR = 2
CEILING_MS = 12.0  # of a tick of 33 ms: the rest is for drawing, messages and the browser
LEARN = 0.2  # weight of the newest measurement
# A turn during which the machine had no core for it takes twice as long or more. It counts as half
# as much again: what really grew is learnt in a few turns, and one such turn is next to nothing.
SPIKE = 1.5


class Turns:
    """The queue of guests and what they cost."""

    def __init__(self) -> None:
        self._queue: list[str] = []
        self._costs: dict[str, float] = {}
        self._ms: float | None = None  # of a turn, and what it covered
        self._pixels: float | None = None

    def choose(self, fresh: Collection[str], budget_ms: float) -> list[str]:
        """Return who of `fresh` (guests with a new frame) is served now, and count it as done."""
        self._queue += [guest for guest in sorted(fresh) if guest not in self._queue]
        waiting = [guest for guest in self._queue if guest in fresh]
        left = max(budget_ms, min(CEILING_MS, sum(map(self.cost, waiting[:PAIR]))))
        served: list[str] = []
        for guest in waiting:
            left -= self.cost(guest)
            if served and left < -1e-9:  # a sum of what is taken off one by one
                break
            served.append(guest)
        self._queue = [guest for guest in self._queue if guest not in served] + served
        return served

    def spent(self, guest: str, ms: float, pixels: int) -> None:
        """Learn what a guest's turn cost, and how many pixels of the stage it covered."""
        self._costs[guest] = _learnt(self._costs.get(guest), ms)
        self._ms, self._pixels = _learnt(self._ms, ms), _mean(self._pixels, pixels)

    def cost(self, guest: str) -> float:
        """Return what a guest's turn should cost, in ms; for a newcomer the others' mean."""
        if guest in self._costs:
            return self._costs[guest]
        return sum(self._costs.values()) / len(self._costs) if self._costs else 0.0

    def budget(self, stage_pixels: float) -> float:
        """Return what a tick may spend on new frames, in ms."""
        if self._ms is None or not self._pixels:
            return CEILING_MS
        return min(CEILING_MS, FULL * stage_pixels * self._ms / self._pixels)

    def forget(self, guest: str) -> None:
        """Strike a guest off the queue."""
        self._costs.pop(guest, None)
        if guest in self._queue:
            self._queue.remove(guest)


def _learnt(old: float | None, new: float) -> float:
    return _mean(old, new if old is None else min(new, SPIKE * old))


def _mean(old: float | None, new: float) -> float:
    return new if old is None else old + LEARN * (new - old)

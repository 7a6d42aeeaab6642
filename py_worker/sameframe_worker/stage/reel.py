"""A take's timing and quality: which frame is due when, and how coarse it may be. Pure.

A take has one clock: ms of the own clock since it was started, pauses left out. Frames stand on a
grid of it, so that a late one is dated by its place and never by its delay.
"""

from collections import deque
from collections.abc import Callable

FPS = 30
KEY_FRAMES = FPS // 2  # a key frame so often: what one can seek to, and cut at
# Bits a second of which a take may consist for long; until then its quality is always the best.
CAP = {720: 6_000_000, 1080: 12_000_000}

SLOWEST = 3  # every third place: 10 frames a second, and still no gap longer than 100 ms
SECOND_MS = 1000.0
MANY = 3  # frames lost in a second: one who has lost so many twice in a row can't keep the beat
CALM_S = (4.0, 64.0)  # without a loss, until a faster beat is tried: at first, and at most


class Pace:
    """How many places of the grid one frame stands for: more than one while a machine is too slow.

    A slower beat looks better than holes. After a while without losses a faster one is tried; each
    time that it fails the while is doubled.
    """

    def __init__(self) -> None:
        self.step = 1
        self._lost, self._until = 0, SECOND_MS
        self._bad, self._good, self._calm = 0, 0.0, CALM_S[0]

    def lost(self, count: int) -> None:
        """Count frames that were wanted and did not come."""
        self._lost += count

    def look(self, length: float) -> None:
        """Decide anew after each second of the take; `length` is its, in ms."""
        if length < self._until:
            return
        self._until = length + SECOND_MS
        self._bad = self._bad + 1 if self._lost >= MANY else 0
        self._good = 0.0 if self._lost else self._good + SECOND_MS / 1000
        self._lost = 0
        if self._bad >= 2 and self.step < SLOWEST:
            self.step += 1
            self._bad, self._good = 0, 0.0
            self._calm = min(2 * self._calm, CALM_S[1])
        elif self._good >= self._calm and self.step > 1:
            self.step -= 1
            self._good = 0.0


class Reel:
    """Says which frame is due; `missed` counts places on the grid that no frame came for."""

    def __init__(self, fps: int = FPS):
        self._fps = fps
        self._done = 0.0  # ms filmed before `_since`
        self._since: float | None = None
        self._last = -1
        self._keyed = -1
        self._pace = Pace()
        self.missed = 0

    @property
    def step(self) -> int:
        """Return how many places one frame stands for."""
        return self._pace.step

    def roll(self, at: float, done: float | None = None) -> None:
        """Film from this instant on; `done` says how much there is already, if not known."""
        self.hold(at)
        if done is not None:
            self._done = done
            self._last = max(self._last, self._place(done) - 1)
        self._since = at

    def hold(self, at: float) -> None:
        """Stop at this instant, until it is to roll again."""
        self._done = self.length(at)
        self._since = None

    def length(self, now: float) -> float:
        """Return the take's length, ms."""
        return self._done + (0.0 if self._since is None else max(0.0, now - self._since))

    def wait(self, now: float) -> float | None:
        """Return the ms until the next frame is due; None while nothing is filmed."""
        if self._since is None:
            return None
        wanted = self._next() * 1000 / self._fps - self._done
        return max(0.0, self._since + wanted - now)

    def due(self, now: float) -> int | None:
        """Return the stamp (µs) of the frame to take now, each once; None: it is too early."""
        if self._since is None or now < self._since:
            return None
        length = self.length(now)
        self._pace.look(length)
        place, wanted = self._place(length), self._next()
        if place < wanted:
            return None
        # Picture and sound begin together, however late the first frame is; later, one that comes
        # a place too late is still taken for its own.
        if self._last < 0 or place == wanted + 1:
            place = wanted
        self._pace.lost(place - wanted)
        self.missed += place - self._last - 1
        self._last = place
        return round(place * 1_000_000 / self._fps)

    def refused(self) -> None:
        """Hear that there was no room for the frame that was due."""
        self.missed += 1
        self._pace.lost(1)

    def key(self) -> bool:
        """Tell, of the frame that is handed on now, whether it has to be a key frame."""
        stretch = self._last // KEY_FRAMES
        fresh = stretch != self._keyed
        self._keyed = stretch
        return fresh

    def _next(self) -> int:
        return 0 if self._last < 0 else self._last + self._pace.step

    def _place(self, length: float) -> int:
        # The grid in whole µs rounds down to the place before without the margin.
        return int(length * self._fps / 1000 + 1e-6)


class Backlog:
    """What is with the recorder and not encoded yet: what a crash takes.

    No more frames than it has lately encoded in LAG_MS, and a few.
    """

    LAG_MS, LATELY_MS = 400.0, 1200.0
    MOST, FEW = 12, 2

    def __init__(self) -> None:
        self._held = 0
        self._done: deque[float] = deque()
        self._since: float | None = None

    def full(self, now: float) -> bool:
        """Tell whether there is no room for another frame."""
        if self._since is None:
            self._since = now
        lately = now - self.LATELY_MS
        while self._done and self._done[0] < lately:
            self._done.popleft()
        if self._since > lately:  # too early to know how fast it is
            return self._held >= self.MOST
        room = int(len(self._done) * self.LAG_MS / self.LATELY_MS) + self.FEW
        return self._held >= min(room, self.MOST)

    def grow(self) -> None:
        """Count a frame that is handed over."""
        self._held += 1

    def shrink(self, now: float) -> None:
        """Count a frame that is encoded."""
        self._held -= 1
        self._done.append(now)


class Thrift:
    """Constant quality, coarser only while a take would outgrow its cap: a leaky bucket of 1 s."""

    def __init__(self, cap: int, length: Callable[[], float]):
        """`cap` in bits per second; `length` gives the take's length in ms."""
        self._cap, self._length = cap, length
        self._held, self._at = 0.0, 0.0

    def spent(self, size: int) -> None:
        """Count bytes that the encoder made."""
        now = self._length()
        left = max(0.0, self._held - (now - self._at) / 1000 * self._cap)
        self._held = min(left + size * 8, 2 * self._cap)  # a burst is not paid for long
        self._at = now

    @property
    def coarseness(self) -> float:
        """Return 0 (best) to 1: it begins to rise with the bucket half full."""
        return min(1.0, max(0.0, 2 * self._held / self._cap - 1))

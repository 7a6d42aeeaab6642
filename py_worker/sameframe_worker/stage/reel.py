"""A take's timing and quality: what a frame is dated, and how coarse it may be. Pure.

A take has one clock: ms of the own clock since it was started, pauses left out. Frames come when
the stage draws, and stand on a grid of that clock, one on a place at most.
"""

from collections import deque
from collections.abc import Callable

FPS = 30
KEY_FRAMES = FPS // 2  # a key frame so often: what one can seek to, and cut at
# Bits a second of which a take may consist for long; until then its quality is always the best.
CAP = {720: 6_000_000, 1080: 12_000_000}

STILL = 2.5  # places: a picture that stays is shown again, so that no gap is longer than 100 ms
# Places that a stamp may be beside its frame's time: what comes unsteadily, but thirty times a
# second, fills every place.
LEEWAY = 0.75


class Reel:
    """Dates the frames that the stage draws."""

    def __init__(self, fps: int = FPS):
        self._fps = fps
        self._done = 0.0  # ms filmed before `_since`
        self._since: float | None = None
        self._last = -1
        self._keyed = -1
        self.skipped = 0  # places that the newest frame left free before it

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
        """Return the ms until a picture that stays is due; None while nothing is filmed."""
        if self._since is None:
            return None
        wanted = 0.0 if self._last < 0 else self._last + STILL
        return max(0.0, self._since + wanted * 1000 / self._fps - self._done - now)

    def due(self, now: float) -> int | None:
        """Return the stamp (µs) of a frame that is drawn now; None: its place is taken."""
        if self._since is None or now < self._since:
            return None
        at = self.length(now) * self._fps / 1000
        if self._last < 0:
            place = 0  # picture and sound begin together, however late the first frame is
        elif at < self._last + 1 - LEEWAY:
            return None
        elif at <= self._last + 1 + LEEWAY:
            place = self._last + 1
        else:
            place = round(at)
        self.skipped = place - self._last - 1 if self._last >= 0 else 0
        self._last = place
        return round(place * 1_000_000 / self._fps)

    def key(self) -> bool:
        """Tell, of the frame that is handed on now, whether it has to be a key frame."""
        stretch = self._last // KEY_FRAMES
        fresh = stretch != self._keyed
        self._keyed = stretch
        return fresh

    def _place(self, length: float) -> int:
        # The grid in whole µs rounds down to the place before without the margin.
        return int(length * self._fps / 1000 + 1e-6)


class Backlog:
    """What is with the recorder and not encoded yet: what a crash takes.

    What came within LAG_MS always has room; beyond that no more than it has lately encoded in
    LAG_MS, and a few.
    """

    LAG_MS, LATELY_MS = 400.0, 1200.0
    MOST, FEW = 24, 3

    def __init__(self) -> None:
        self._held: deque[float] = deque()
        self._done: deque[float] = deque()
        self._since: float | None = None

    def full(self, now: float) -> bool:
        """Tell whether there is no room for another frame."""
        if self._since is None:
            self._since = now
        lately = now - self.LATELY_MS
        while self._done and self._done[0] < lately:
            self._done.popleft()
        room = self.MOST
        # Else it is too early to know how fast it is, or it has had no time yet.
        known = now - self._since > 2 * self.LATELY_MS
        if self._held and known and now - self._held[0] > self.LAG_MS:
            room = int(len(self._done) * self.LAG_MS / self.LATELY_MS) + self.FEW
        return len(self._held) >= min(room, self.MOST)

    def grow(self, now: float) -> None:
        """Count a frame that is handed over."""
        self._held.append(now)

    def shrink(self, now: float) -> None:
        """Count a frame that is encoded."""
        self._held.popleft()
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

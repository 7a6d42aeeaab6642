"""A take's timing and quality: which frame is due when, and how coarse it may be. Pure.

A take has one clock: ms of the own clock since it was started, pauses left out. Frames stand on a
grid of it, so that a late one is dated by its place and never by its delay.
"""

from collections.abc import Callable

FPS = 30
# A key frame so often: with each the film before it is whole on disk, and a crash takes the rest.
KEY_FRAMES = FPS // 2
# Bits a second of which a take may consist for long; until then its quality is always the best.
CAP = {720: 6_000_000, 1080: 12_000_000}


class Reel:
    """Says which frame is due; `missed` counts places on the grid that no frame came for."""

    def __init__(self, fps: int = FPS):
        self._fps = fps
        self._done = 0.0  # ms filmed before `_since`
        self._since: float | None = None
        self._last = -1
        self._keyed = -1
        self.missed = 0

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
        wanted = (self._last + 1) * 1000 / self._fps - self._done
        return max(0.0, self._since + wanted - now)

    def due(self, now: float) -> int | None:
        """Return the stamp (µs) of the frame to take now, each once; None: it is too early."""
        if self._since is None or now < self._since:
            return None
        place = self._place(self.length(now))
        if place <= self._last:
            return None
        if self._last < 0:
            place = 0  # picture and sound begin together, however late the first frame is
        self.missed += place - self._last - 1
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

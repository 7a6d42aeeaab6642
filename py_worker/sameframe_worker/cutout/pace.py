"""Which of a camera's frames are cut, where the machine has no time for all; pure."""

LEEWAY = 0.05  # of a place: stamps are rounded, and cameras are not quite regular


class Pace:
    """Lets so many frames a second through, evenly, whatever the camera's own rate."""

    def __init__(self, fps: float | None = None):
        self.fps = fps  # None: all of them
        self._last: float | None = None
        self._places = 1.0  # that have come free since a frame was let through

    def lets(self, stamp: float) -> bool:
        """Tell whether this frame, stamped in ms, is to be cut; asked of every frame in order."""
        if self._last is not None and self.fps is not None:
            self._places += max(0.0, stamp - self._last) * self.fps / 1000
        self._last = stamp
        if self.fps is None:
            return True
        if self._places < 1 - LEEWAY:
            return False
        # What is left of a place counts for the next; what a gap left free does not.
        self._places = min(self._places - 1, 1 - LEEWAY)
        return True

"""A guest's incoming frames: the newest one waits, older ones are closed and counted."""

from collections.abc import Callable
from typing import Any


class Intake:
    """Reads one stream of VideoFrame and holds at most one frame."""

    def __init__(self, reader: Any, now: Callable[[], float], came: Callable[[], None]):
        self._reader, self._now, self._came = reader, now, came
        self._frame: Any = None
        self._closed = self._ended = False
        self.dropped = 0
        self.arrived = 0.0

    @property
    def fresh(self) -> bool:
        """Tell whether a frame waits."""
        return self._frame is not None

    def take(self) -> Any:
        """Return the waiting frame; the caller closes it."""
        frame, self._frame = self._frame, None
        return frame

    async def run(self) -> None:
        """Read until the stream ends or `close` is called."""
        try:
            while (frame := await self._reader.read()) is not None:
                if self._closed:
                    frame.close()
                    return
                self._drop()
                self._frame, self.arrived = frame, self._now()
                self._came()
        finally:
            self._ended = True
            self.close()

    def close(self) -> None:
        """Give the stream up and close the waiting frame."""
        self._drop(counted=False)
        if not (self._closed or self._ended):
            self._reader.cancel()
        self._closed = True

    def _drop(self, *, counted: bool = True) -> None:
        if self._frame is not None:
            self.take().close()
            self.dropped += counted

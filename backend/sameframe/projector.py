"""The projector: where videos that guests bring become loops, in a job, with the room looking on.

The records are the truth: a loop that was being made when the server was killed is made anew.
"""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import structlog

from sameframe import errors, loops, wire
from sameframe.backdrops import Backdrops
from sameframe.grounds import source_file
from sameframe.jobs import Jobs
from sameframe.storage import Storage

_NEWS_S = 1  # between two news of one

log = structlog.get_logger()


class Projector:
    """Makes loops; `announce` tells a room how far one is. All of it blocks."""

    def __init__(
        self,
        backdrops: Backdrops,
        storage: Storage,
        jobs: Jobs,
        announce: Callable[[str, wire.Backdrop], None],
    ):
        self._backdrops, self._storage, self._jobs = backdrops, storage, jobs
        self._announce = announce
        self._making: tuple[str, str] | None = None

    def want(self, album: str, backdrop: str) -> None:
        """Have a loop made; if that can't be queued now, it is when somebody resumes."""
        try:
            self._jobs.loop(album, backdrop)
        except Exception:  # whatever a full disk does to the queue
            log.exception("a loop could not be queued")

    def resume(self) -> None:
        """Take up what was lost: by a kill, or by a disk that was full."""
        if self._jobs.idle():
            for unmade in self._backdrops.unmade():
                if unmade != self._making:
                    self._jobs.loop(*unmade)

    def make(self, album: str, backdrop: str) -> None:
        """Make a loop, if it is still wanted."""
        try:
            self._making = album, backdrop
            self._make(album, backdrop)
        except (errors.UnknownBackground, errors.NotFound):
            return  # removed meanwhile
        finally:
            self._making = None

    def _make(self, album: str, backdrop: str) -> None:
        shown, crop = self._backdrops.making(album, backdrop)
        told = time.monotonic()

        def progress(done: float) -> None:
            nonlocal told
            if time.monotonic() - told >= _NEWS_S:
                told = time.monotonic()
                self._backdrops.making(album, backdrop)  # or else the end of it
                self._announce(album, msgspec.structs.replace(shown, done=done))

        with TemporaryDirectory(prefix="sameframe-") as folder:
            source, loop = Path(folder, "source"), Path(folder, "loop.webm")
            with source.open("wb") as file:
                for piece in self._storage.chunks(source_file(album, backdrop)):
                    file.write(piece)
            try:
                loops.made(source, crop, loop, progress)
            except (
                errors.BadVideo,
                errors.VideoTooLarge,
                errors.VideoTooLong,
                errors.TooHeavy,
            ) as no:
                log.info("no loop", code=no.code, detail=no.detail)
                return self._announce(album, self._backdrops.failed(album, backdrop, no.code))
            return self._announce(album, self._backdrops.made(album, backdrop, loop))

"""Jobs: work that outlives a request, in huey's queues on SQLite, done by threads of this process.

Loops take minutes and have a queue and a thread of their own: prints don't wait for them.
The queue is not the truth: a job that was begun when the server was killed is in it no more. What
is unfinished is known from the records, and asked for anew at the start (darkroom.py).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from huey import SqliteHuey, crontab
from huey.consumer import Consumer

_POLL_S = 0.2  # how long a job waits for the worker to look
_PATIENCE_S = 20  # how long the end waits for the job in hand; then it is done at the next start
_RETRIES, _RETRY_S, _SLOWER = 5, 2, 3  # after 2, 6, 18, 54, 162 s: a full disk, a storage away


class Work(Protocol):
    """What is to be done; all of it blocks and may be done twice."""

    def settle(self, shot: str) -> None:
        """Wait for nobody any longer, if the deadline has come."""

    def print(self, shot: str) -> None:
        """Make the print that is wanted."""

    def sheet(self, sheet: str) -> None:
        """Make the sheet that is wanted."""

    def loop(self, album: str, backdrop: str) -> None:
        """Make the loop that is wanted."""

    def purge(self) -> None:
        """Delete what has expired."""


class _Consumer(Consumer):
    def __init__(self, huey: SqliteHuey):
        super().__init__(
            huey, initial_delay=_POLL_S, max_delay=_POLL_S, shutdown_timeout=_PATIENCE_S
        )

    def _set_signal_handlers(self) -> None:
        """Leave signals to the server, whose guest this consumer is."""


class Jobs:
    """The queues and their one worker each: prints are made one after the other, loops, too."""

    def __init__(self, file: Path):
        file.parent.mkdir(parents=True, exist_ok=True)
        self.huey = SqliteHuey("sameframe", filename=str(file), results=False)
        self.slow = SqliteHuey("loops", filename=str(file), results=False)
        self._consumers: list[Consumer] = []
        self._work: Work | None = None
        retried = {"retries": _RETRIES, "retry_delay": _RETRY_S, "retry_backoff": _SLOWER}
        self._print = self.huey.task(name="print", **retried)(lambda shot: self._work.print(shot))
        self._sheet = self.huey.task(name="sheet", **retried)(lambda sheet: self._work.sheet(sheet))
        self._settle = self.huey.task(name="settle", **retried)(
            lambda shot: self._work.settle(shot)
        )
        self._loop = self.slow.task(name="loop", **retried)(
            lambda album, backdrop: self._work.loop(album, backdrop)
        )
        self.huey.periodic_task(crontab(minute="17"), name="purge")(lambda: self._work.purge())

    def print(self, shot: str) -> None:
        """Have a print made soon."""
        self._print(shot)

    def sheet(self, sheet: str) -> None:
        """Have a sheet made soon."""
        self._sheet(sheet)

    def loop(self, album: str, backdrop: str) -> None:
        """Have a loop made, after those that were asked for before."""
        self._loop(album, backdrop)

    def settle(self, shot: str, wait_s: float) -> None:
        """Have the shot settled then."""
        self._settle.schedule((shot,), delay=max(0.0, wait_s))

    def start(self, work: Work) -> None:
        """Begin to work."""
        self._work = work
        for huey in (self.huey, self.slow):
            consumer = _Consumer(huey)
            consumer.start()
            self._consumers.append(consumer)

    def tend(self) -> bool:
        """Replace threads that have died; tell whether nothing is queued.

        The queue is on a disk, too: when that is full, huey's threads end and jobs are lost.
        """
        for consumer in self._consumers:
            consumer.check_worker_health()
        return self.huey.pending_count() + self.huey.scheduled_count() == 0

    def idle(self) -> bool:
        """Tell whether no loop is queued."""
        return self.slow.pending_count() + self.slow.scheduled_count() == 0

    def stop(self) -> None:
        """Finish the job in hand and stop; blocks. A loop is made anew at the next start."""
        for consumer in self._consumers:
            consumer.stop(graceful=consumer.huey is self.huey)
        self.huey.storage.close()
        self.slow.storage.close()


class WishJobs:
    """The queue of wishes for backgrounds, and its one worker: neither prints nor loops wait."""

    def __init__(self, file: Path):
        file.parent.mkdir(parents=True, exist_ok=True)
        self.huey = SqliteHuey("wishes", filename=str(file), results=False)
        self._consumer: Consumer | None = None
        self._make: Callable[[str], None] = lambda wish: None
        # What is missed is found on record, and asked for anew, by the next server.
        self._task = self.huey.task(name="wish")(lambda wish: self._make(wish))

    def wish(self, wish: str) -> None:
        """Have a wish fulfilled, after those before it."""
        self._task(wish)

    def start(self, make: Callable[[str], None]) -> None:
        """Begin to work; `make` blocks and may be called twice for one."""
        self._make = make
        self._consumer = _Consumer(self.huey)
        self._consumer.start()

    def stop(self) -> None:
        """Finish the job in hand and stop; blocks."""
        if self._consumer:
            self._consumer.stop(graceful=True)
        self.huey.storage.close()

"""Jobs: done soon, done later, done again after a failure, known again after a restart."""

from datetime import datetime
from threading import Event
from typing import Any

import pytest
from sameframe import jobs
from sameframe.jobs import Jobs


class Work:
    """Remembers what it was asked for, and fails as often as it is told to."""

    def __init__(self, failures: int = 0):
        self.done: list[tuple[Any, ...]] = []
        self.failures = failures
        self.finished = Event()
        self.purged = Event()  # apart: the minute for it may come during any test

    def _do(self, *what: Any) -> None:
        self.done.append(what)
        if self.failures:
            self.failures -= 1
            raise RuntimeError("once more")
        self.finished.set()

    def print(self, shot: str) -> None:
        self._do("print", shot)

    def settle(self, shot: str) -> None:
        self._do("settle", shot)

    def purge(self) -> None:
        self.purged.set()


@pytest.fixture
def queue(tmp_path):
    queue = Jobs(tmp_path / "jobs.db")
    yield queue
    queue.stop()


def test_a_print_is_made_soon(queue):
    work = Work()
    queue.start(work)
    queue.print("s1")
    assert work.finished.wait(10)
    assert work.done == [("print", "s1")]


def test_a_shot_is_settled_later_and_not_before(queue):
    work = Work()
    queue.start(work)
    queue.settle("s1", 1.5)
    queue.print("s2")
    assert work.finished.wait(10)
    assert work.done == [("print", "s2")]
    work.finished.clear()
    assert work.finished.wait(10)
    assert work.done[1:] == [("settle", "s1")]


def test_what_fails_is_done_again(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "_RETRY_S", 0)
    queue, work = Jobs(tmp_path / "jobs.db"), Work(failures=2)
    queue.start(work)
    queue.print("s1")
    assert work.finished.wait(10)
    assert work.done == [("print", "s1")] * 3
    queue.stop()


def test_what_was_asked_for_is_done_by_the_next_server(tmp_path):
    before = Jobs(tmp_path / "jobs.db")
    before.print("s1")
    before.stop()
    after, work = Jobs(tmp_path / "jobs.db"), Work()
    after.start(work)
    assert work.finished.wait(10)
    assert work.done == [("print", "s1")]
    after.stop()


def test_it_is_purged_every_hour(queue):
    times = [datetime(2026, 1, 1, hour, minute) for hour in (0, 13) for minute in range(60)]
    due = [when for when in times if queue.huey.read_periodic(when)]
    assert [(when.hour, when.minute) for when in due] == [(0, 17), (13, 17)]
    work = Work()
    queue.start(work)
    (task,) = queue.huey.read_periodic(due[0])
    queue.huey.enqueue(task)
    assert work.purged.wait(10)

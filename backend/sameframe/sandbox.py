"""Whatever decodes what came from outside, in a child process: bounded, alone, and expendable.

A child (cell.py) has a share of memory, of processor time per task and of the disk, no network
where the system lets it give that up, and none of the server's environment. Whatever it does, the
server is told by name: its own refusal, or TooHeavy for one that was killed, ran out, or broke
down.

A child that did its task waits for the next one, as starting it takes as long as a small picture
does. PyAV's wheel brings x264 and x265, which are GPL: only children load it.
"""

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from sameframe import errors

STILL_S = 10  # of processor time, for a picture
_BUSY = 3  # times as long it may take by the clock: others use the machine, too
ANSWER_MAX = 64 * 1024 * 1024  # bytes of all parts; a child is not believed either
_TASKS = 200  # a child does; then a fresh one
_IDLE = 2  # children that wait at most
_LINE = 1024 * 1024
# Without it a child would know the storage's keys.
_ENVIRONMENT = {"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}
_REFUSALS = {
    error.code: error
    for error in (
        *(errors.BadStill, errors.PictureTooLarge, errors.BadVideo, errors.VideoTooLarge),
        *(errors.VideoTooLong, errors.TooHeavy),
    )
}

_idle: list["_Child"] = []
_lock = threading.Lock()


def run(
    task: str,
    options: dict[str, Any],
    body: Iterable[bytes | memoryview] = (),
    within_s: float = STILL_S,
    progress: Callable[[float], None] = lambda done: None,
) -> tuple[dict[str, Any], list[bytes]]:
    """Have a child do one of cell.py's tasks; return its answer and the parts that belong to it.

    Blocks. Raises what the child refuses, TooHeavy.
    """
    child = _taken()
    clock = threading.Timer(_BUSY * within_s, child.kill)
    clock.start()
    try:
        child.ask({"task": task, "options": options, "within_s": within_s}, body)
        return child.answer(progress)
    finally:
        clock.cancel()
        _given_back(child)  # in the middle of a task, if the body or the progress raised


class _Child:
    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "sameframe.cell"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}, cwd="/",
        )  # fmt: skip
        self._left = _TASKS
        self._busy = False

    def ask(self, asked: dict[str, Any], body: Iterable[bytes | memoryview]) -> None:
        """Send a task and its body, piece by piece."""
        self._left -= 1
        self._busy = True
        hears = self._process.stdin
        with suppress(BrokenPipeError):  # what it said before it went is its answer
            hears.write(json.dumps(asked).encode() + b"\n")
            for piece in filter(len, body):  # an empty one would be the end
                hears.write(memoryview(piece).nbytes.to_bytes(4, "little"))
                hears.write(piece)
            hears.write(bytes(4))
            hears.flush()

    def answer(self, progress: Callable[[float], None]) -> tuple[dict[str, Any], list[bytes]]:
        """Read until there is an answer. Raises what is refused, TooHeavy."""
        says = self._process.stdout
        try:
            while "progress" in (said := json.loads(says.readline(_LINE))):
                progress(min(1.0, max(0.0, float(said["progress"]))))
            if "refused" in said:
                self._busy = said["refused"] == errors.TooHeavy.code  # it is short of memory now
                raise _REFUSALS[said["refused"]](str(said["detail"])[:200])
            sizes = [int(size) for size in said["sizes"]]
            if min(sizes, default=0) < 0 or sum(sizes) > ANSWER_MAX:
                raise ValueError("an answer of another size")
            parts = [says.read(size) for size in sizes]
            if [len(part) for part in parts] != sizes:
                raise ValueError("half an answer")
            self._busy = False
            return dict(said["answer"]), parts
        except (
            OSError,
            ValueError,
            TypeError,
            KeyError,
        ) as fault:  # it is gone, or speaks nonsense
            raise errors.TooHeavy from fault

    def kill(self) -> None:
        """End it whatever it does; who waits for its answer is told."""
        self._left = 0
        self._process.kill()

    def worn(self) -> bool:
        """Tell whether it can do no further task."""
        return self._busy or self._left <= 0 or self._process.poll() is not None

    def end(self) -> None:
        """End it for good."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what it did not read
                pipe.close()


def _taken() -> _Child:
    with _lock:
        while _idle:
            child = _idle.pop()
            if not child.worn():
                return child
            child.end()
    return _Child()


def _given_back(child: _Child) -> None:
    with _lock:
        if not child.worn() and len(_idle) < _IDLE:
            return _idle.append(child)
    return child.end()


@atexit.register
def close() -> None:
    """End all children that wait."""
    with _lock:
        while _idle:
            _idle.pop().end()

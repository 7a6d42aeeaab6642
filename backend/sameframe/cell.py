"""What runs in a sandbox's child: one task after the other, read from stdin, answered on stdout.

{"task": "still", "options": {…}, "within_s": 10}\\n, then the body in pieces: 4 bytes of length
each, 0 at its end
{"progress": .5}\\n … {"answer": {…}, "sizes": [n, …]}\\n, then the parts, or {"refused": code}\\n
"""

import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO

from sameframe import errors

# Of addresses, of which libraries take half a gigabyte; a video of 4K takes as much again.
MEMORY = 2 * 1024**3
FILE = 64 * 1024 * 1024  # what may be written into one
_PIECE_MAX = 64 * 1024 * 1024
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def confine() -> None:
    """Give up whatever decoding does not need."""
    with suppress(ValueError, OSError):  # macOS knows no limit of addresses
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writing fails, and says so
    os.nice(5)  # rooms and prints go first
    with suppress(AttributeError, OSError):
        # Where the system allows it. Where it does not, nothing here opens an address anyway.
        ctypes.CDLL(None).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def allow(seconds: float) -> None:
    """Allow so much processor time from now on; who takes more is killed, whatever has become of
    the server.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))


class Talk:
    """The way to the server."""

    def __init__(self, hears: BinaryIO, says: BinaryIO):
        self._hears, self._says = hears, says

    def asked(self) -> dict[str, Any] | None:
        """Return the next task, None at the end."""
        line = self._hears.readline()
        return json.loads(line) if line else None

    def pieces(self) -> Iterator[bytes]:
        """Yield the body's pieces."""
        while size := int.from_bytes(self._hears.read(4), "little"):
            if size > _PIECE_MAX:
                raise errors.TooHeavy
            yield self._hears.read(size)

    def say(self, said: dict[str, Any], parts: tuple[bytes, ...] = ()) -> None:
        """Tell the server."""
        self._says.write(json.dumps(said).encode() + b"\n")
        for part in parts:
            self._says.write(part)
        self._says.flush()

    def progress(self, done: float) -> None:
        """Tell how much is done, 0..1."""
        self.say({"progress": round(done, 3)})


def done(
    talk: Talk, task: str, options: dict[str, Any]
) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """Do a task; return its answer and its parts."""
    # Each is imported where it is needed: a child for pictures stays small.
    if task == "still":
        from sameframe import stills

        files = stills.files(b"".join(talk.pieces()), stills.Crop(**options["crop"]))
        return {"heights": list(files)}, tuple(files.values())
    from sameframe import reels, stills

    rest = {name: value for name, value in options.items() if name != "crop"}
    crop = stills.Crop(**options["crop"]) if "crop" in options else None
    if task == "encode":
        reels.encode(talk.pieces(), **rest)
        return {}, ()
    for _ in talk.pieces():
        pass
    if task == "probe":
        frames, files = reels.probe(crop=crop, **rest)
        return {"frames": frames, "heights": list(files)}, tuple(files.values())
    return reels.loop(crop=crop, progress=talk.progress, **rest), ()


def main() -> None:
    """Serve until stdin ends."""
    # Libraries that print do not speak for us.
    talk = Talk(sys.stdin.buffer, os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)
    confine()
    while (asked := talk.asked()) is not None:
        allow(asked["within_s"])
        try:
            answer, parts = done(talk, asked["task"], asked["options"])
        except (errors.SameframeError, MemoryError) as refusal:
            if asked["task"] == "encode":  # in the middle of its body: the end of this child
                raise
            named = errors.TooHeavy() if isinstance(refusal, MemoryError) else refusal
            talk.say({"refused": named.code, "detail": named.detail})
        else:
            talk.say({"answer": answer, "sizes": [len(part) for part in parts]}, parts)


if __name__ == "__main__":
    main()

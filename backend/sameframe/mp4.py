"""Whether a file is what a browser's recorder makes: an MP4 with a picture track.

What is uploaded is served to other people as video/mp4. Nothing here decodes: the boxes must tile
the file exactly, and the table of contents must name a picture track. A player does the rest.
"""

from collections.abc import Iterator
from typing import BinaryIO

from sameframe import errors

_MAX_TABLE = 64 * 1024 * 1024  # of ten hours it is some 20 MB
_KNOWN = {b"ftyp", b"moov", b"mdat", b"free", b"skip"}


def check(file: BinaryIO, size: int) -> None:
    """Raise NotATake unless the file is a whole MP4 with a picture track."""
    boxes = list(_boxes(file, 0, size))
    kinds = [kind for kind, _, _ in boxes]
    if kinds[:1] != [b"ftyp"] or kinds.count(b"moov") != 1 or b"mdat" not in kinds:
        raise errors.NotATake("not an MP4")
    if not set(kinds) <= _KNOWN:
        raise errors.NotATake("a box that no take has")
    start, end = next((start, end) for kind, start, end in boxes if kind == b"moov")
    if end - start > _MAX_TABLE or b"vide" not in set(_handlers(file, start, end)):
        raise errors.NotATake("no picture track")


def _handlers(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    """Yield each track's handler."""
    for kind, at, until in _boxes(file, start, end):
        if kind in (b"trak", b"mdia"):
            yield from _handlers(file, at, until)
        elif kind == b"hdlr" and until - at >= 12:
            file.seek(at + 8)
            yield file.read(4)


def _boxes(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start and end of the content of each box; raises NotATake if they don't tile."""
    while at < end:
        file.seek(at)
        head = file.read(16)
        length, start = int.from_bytes(head[:4], "big"), at + 8
        if length == 1:
            length, start = int.from_bytes(head[8:16], "big"), at + 16
        if len(head) < 8 or length < start - at or at + length > end:
            raise errors.NotATake("broken boxes")
        yield head[4:8], start, at + length
        at += length

"""Takes in the album: uploaded piece by piece, checked when whole, kept until the album goes.

Everything here blocks: it is called from threads. Pieces are collected in a local folder and only a
whole, checked file goes to the storage. `now` is server time in ms.
"""

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import func, select

from sameframe import errors, mp4
from sameframe.db import AlbumRow, Database, TakeRow
from sameframe.storage import Storage

GIVEN_UP_MS = 86_400_000  # an upload that nobody has gone on with for a day
PIECE = 8 * 1024 * 1024  # bytes sent at a time, and hashed at a time


@dataclass(frozen=True, slots=True)
class Announced:
    """A take that is about to be uploaded; `by` is the digest of its guest's token."""

    take: str
    album: str
    room: bytes
    host: bytes
    by: bytes
    size: int
    sha256: bytes
    width: int
    height: int
    length_ms: float


@dataclass(frozen=True, slots=True)
class Take:
    """A take as an album's page shows it."""

    id: str
    at: float
    size: int
    width: int
    height: int
    length_ms: float
    poster: bool


class Takes:
    """All albums' takes; `incoming` is a local folder for what is being uploaded."""

    def __init__(
        self, database: Database, storage: Storage, incoming: Path, per_take: int, per_album: int
    ):
        self._db, self._storage, self._incoming = database, storage, incoming
        self._per_take, self._per_album = per_take, per_album

    # --- uploading ---------------------------------------------------------------------------

    def announce(self, new: Announced, now: float) -> None:
        """Make room for a take; raises TakeTooLarge, TakesFull."""
        if not 0 < new.size <= self._per_take:
            raise errors.TakeTooLarge
        with self._db.writing() as session:
            album = session.get(AlbumRow, new.album)
            if album is None:
                album = AlbumRow(
                    id=new.album, link=new.album, room=new.room, host=new.host, touched=now
                )
                session.add(album)
            album.touched = max(album.touched, now)
            used = session.scalar(
                select(func.coalesce(func.sum(TakeRow.size), 0)).where(TakeRow.album == new.album)
            )
            if used + new.size > self._per_album:
                raise errors.TakesFull
            session.add(
                TakeRow(
                    id=new.take,
                    album=new.album,
                    by=new.by,
                    at=now,
                    touched=now,
                    size=new.size,
                    sha256=new.sha256,
                    width=new.width,
                    height=new.height,
                    length_ms=new.length_ms,
                    kept=False,
                    poster=False,
                )
            )
        self._incoming.mkdir(parents=True, exist_ok=True)
        self._part(new.take).touch()

    def progress(self, take: str, by: bytes) -> tuple[int, int]:
        """Return how many bytes have come, and how many there will be; raises UnknownTake."""
        with self._db.reading() as session:
            row = session.get(TakeRow, take)
            if row is None or row.by != by:
                raise errors.UnknownTake
            return (row.size if row.kept else self._come(take)), row.size

    def append(self, take: str, offset: int, piece: bytes) -> int:
        """Add bytes at the end; return how many there are now. Raises BadOffset, NotKept."""
        if offset != self._come(take):
            raise errors.BadOffset
        try:
            with self._part(take).open("ab") as file:
                file.write(piece)
        except OSError as fault:
            raise errors.NotKept(type(fault).__name__) from fault
        return offset + len(piece)

    def complete(self, take: str) -> None:
        """Check what has come and keep it; raises TakeDamaged, NotATake, after which it is gone."""
        with self._db.reading() as session:
            row = session.get_one(TakeRow, take)
            album, size, digest = row.album, row.size, row.sha256
        part = self._part(take)
        try:
            with part.open("rb") as file:
                if _digest(file) != digest:
                    raise errors.TakeDamaged
                mp4.check(file, size)
        except errors.SameframeError:
            self.delete(album, take)
            raise
        self._storage.put_file(f"{folder(album, take)}take.mp4", part)
        with self._db.writing() as session:
            session.get_one(TakeRow, take).kept = True
        part.unlink()

    def put_poster(self, take: str, webp: bytes) -> None:
        """Keep a take's picture."""
        with self._db.writing() as session:
            row = session.get_one(TakeRow, take)
            self._storage.put(f"{folder(row.album, take)}poster.webp", webp)
            row.poster = True

    # --- looking -----------------------------------------------------------------------------

    def of(self, album: str) -> list[Take]:
        """Return the album's takes, newest first."""
        with self._db.reading() as session:
            kept = select(TakeRow).where(TakeRow.album == album, TakeRow.kept)
            return [_take(row) for row in session.scalars(kept.order_by(TakeRow.at.desc()))]

    def one(self, album: str, take: str) -> Take:
        """Return a take that is whole; raises UnknownTake."""
        with self._db.reading() as session:
            row = session.get(TakeRow, take)
            if row is None or row.album != album or not row.kept:
                raise errors.UnknownTake
            return _take(row)

    # --- the end -----------------------------------------------------------------------------

    def delete(self, album: str, take: str) -> None:
        """Delete a take with its files; raises UnknownTake."""
        with self._db.writing() as session:
            row = session.get(TakeRow, take)
            if row is None or row.album != album:
                raise errors.UnknownTake
            session.delete(row)
        # A server killed here leaves files that no record knows: the purge finds them.
        self._storage.clear(folder(album, take))
        self._part(take).unlink(missing_ok=True)

    def purge(self, now: float) -> None:
        """Give up uploads that nobody goes on with, and pieces that no record knows."""
        with self._db.writing() as session:
            coming = session.scalars(select(TakeRow).where(~TakeRow.kept)).all()
            known = set()
            for row in coming:
                part = self._part(row.id)
                if now - max(row.touched, _written(part)) > GIVEN_UP_MS:
                    session.delete(row)
                else:
                    known.add(part.name)
        for part in self._incoming.glob("*") if self._incoming.is_dir() else ():
            if part.name not in known:
                part.unlink(missing_ok=True)

    def _part(self, take: str) -> Path:
        return self._incoming / take

    def _come(self, take: str) -> int:
        with suppress(FileNotFoundError):
            return os.path.getsize(self._part(take))
        return 0


def folder(album: str, take: str) -> str:
    """Return the folder of everything of a take."""
    return f"{album}/{take}/"


def _digest(file: BinaryIO) -> bytes:
    """Return the SHA-256 of the SHA-256 of each piece: browsers can't hash a file bit by bit."""
    whole = hashlib.sha256()
    while piece := file.read(PIECE):
        whole.update(hashlib.sha256(piece).digest())
    return whole.digest()


def _written(part: Path) -> float:
    with suppress(FileNotFoundError):
        return part.stat().st_mtime * 1000
    return 0.0


def _take(row: TakeRow) -> Take:
    return Take(row.id, row.at, row.size, row.width, row.height, row.length_ms, row.poster)

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
from sqlalchemy.orm import Session

from sameframe import errors, mp4
from sameframe.album import Albums, folder
from sameframe.db import TakeRow
from sameframe.moments import local
from sameframe.storage import Storage

GIVEN_UP_MS = 86_400_000  # an upload that nobody has gone on with for a day
PIECE = 8 * 1024 * 1024  # bytes sent at a time, and hashed at a time


@dataclass(frozen=True, slots=True)
class Announced:
    """A take, or a cut of one, about to be uploaded; `by` is the digest of its guest's token."""

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
    cut_of: str | None = None


@dataclass(frozen=True, slots=True)
class Film:
    """One file of a take: what was recorded, or a cut of that."""

    id: str
    size: int
    width: int
    height: int
    length_ms: float

    @property
    def file(self) -> str:
        """Return its path below its album's link, and of its file below the album's folder."""
        return f"{self.id}/take.mp4"


@dataclass(frozen=True, slots=True)
class Take:
    """A take as an album's pages show it; `poster` changes with the picture, None without one."""

    id: str
    at: float
    by: bytes
    whole: Film
    cut: Film | None
    poster: int | None

    @property
    def name(self) -> str:
        """Return what a downloaded file is called, without its ending."""
        return f"sameframe-{local(self.at):%Y%m%d-%H%M%S}"

    @property
    def film(self) -> Film:
        """Return what everyone sees of it."""
        return self.cut or self.whole


class Takes:
    """All albums' takes; `incoming` is a local folder for what is being uploaded."""

    def __init__(
        self, albums: Albums, storage: Storage, incoming: Path, per_take: int, per_album: int
    ):
        self._albums, self._db = albums, albums.database
        self._storage, self._incoming = storage, incoming
        self._per_take, self._per_album = per_take, per_album

    # --- uploading ---------------------------------------------------------------------------

    def announce(self, new: Announced, now: float) -> None:
        """Make room for a take; raises TakeTooLarge, TakesFull.

        Everything on the disk counts, so a cut does beside its original, but for an earlier cut,
        which goes once the new one is there.
        """
        if not 0 < new.size <= self._per_take:
            raise errors.TakeTooLarge
        with self._db.writing() as session:
            self._albums.reopen(session, new.album, new.room, new.host, now)
            used = session.scalar(
                select(func.coalesce(func.sum(TakeRow.size), 0)).where(TakeRow.album == new.album)
            )
            used -= sum(old.size for old in _cuts(session, new.cut_of) if old.kept)
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
                    cut_of=new.cut_of,
                )
            )
        self._incoming.mkdir(parents=True, exist_ok=True)
        self._part(new.take).touch()

    def announce_cut(self, new: Announced, now: float) -> None:
        """Make room for a cut, which is no longer than its original; raises UnknownTake, BadTake,
        TakeTooLarge, TakesFull.
        """
        if new.length_ms > self.one(new.album, new.cut_of or "", now).whole.length_ms + 1:
            raise errors.BadTake
        self.announce(new, now)

    def progress(self, take: str, by: bytes, now: float) -> tuple[int, int, bool]:
        """Return how many bytes have come, how many there will be, and whether the take is kept;
        raises UnknownTake.
        """
        with self._db.reading() as session:
            row = session.get(TakeRow, take)
            if row is None or row.by != by or self._albums.gone(session, row.album, now):
                raise errors.UnknownTake
            return (row.size if row.kept else self._come(take)), row.size, row.kept

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
            row = session.get(TakeRow, take)
            if row is None:
                raise errors.UnknownTake
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
            row = session.get(TakeRow, take, with_for_update=True)
            orphan = row is None or (row.cut_of and session.get(TakeRow, row.cut_of) is None)
            replaced = [] if orphan else [old.id for old in _cuts(session, row.cut_of) if old.kept]
            if not orphan:
                row.kept = True
            for old in replaced:
                session.delete(session.get_one(TakeRow, old))
        part.unlink(missing_ok=True)
        for old in [take] if orphan else replaced:
            self._storage.clear(folder(album, old))
        if orphan:  # deleted meanwhile, or what it is a cut of
            raise errors.UnknownTake

    def put_poster(self, take: str, webp: bytes, now: float) -> None:
        """Keep a take's picture; raises UnknownTake."""
        with self._db.writing() as session:
            row = session.get(TakeRow, take, with_for_update=True)
            if row is None or self._albums.gone(session, row.album, now):
                raise errors.UnknownTake
            self._storage.put(f"{folder(row.album, take)}poster.webp", webp)
            row.poster, row.touched = True, now

    # --- looking -----------------------------------------------------------------------------

    def of(self, album: str, now: float) -> list[Take]:
        """Return the album's takes, newest first."""
        with self._db.reading() as session:
            if self._albums.gone(session, album, now):
                return []
            kept = select(TakeRow).where(TakeRow.album == album, TakeRow.kept)
            rows = session.scalars(kept.order_by(TakeRow.at.desc())).all()
        cuts = {row.cut_of: row for row in rows if row.cut_of}
        return [_take(row, cuts.get(row.id)) for row in rows if not row.cut_of]

    def one(self, album: str, take: str, now: float) -> Take:
        """Return the take that has this id, or a cut of which has; raises UnknownTake."""
        for found in self.of(album, now):
            if take in (found.id, found.film.id):
                return found
        raise errors.UnknownTake

    # --- the end -----------------------------------------------------------------------------

    def delete(self, album: str, take: str) -> None:
        """Delete a take with its files; raises UnknownTake."""
        with self._db.writing() as session:
            row = session.get(TakeRow, take)
            if row is None or row.album != album:
                raise errors.UnknownTake
            gone = [take, *self._forget_cuts(session, take)]
            session.delete(row)
        self._clear(album, gone)

    def uncut(self, album: str, take: str) -> None:
        """Show the whole take again: delete its cut, if it has one; raises UnknownTake."""
        with self._db.writing() as session:
            row = session.get(TakeRow, take)
            if row is None or row.album != album:
                raise errors.UnknownTake
            gone = self._forget_cuts(session, take)
        self._clear(album, gone)

    def _forget_cuts(self, session: Session, take: str) -> list[str]:
        cuts = _cuts(session, take)
        for cut in cuts:
            session.delete(cut)
        return [cut.id for cut in cuts]

    def _clear(self, album: str, takes: list[str]) -> None:
        # A server killed here leaves files that no record knows: the purge finds them.
        for take in takes:
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


def _cuts(session: Session, take: str | None) -> list[TakeRow]:
    """Return the cuts of a take, those on their way included."""
    return list(session.scalars(select(TakeRow).where(TakeRow.cut_of == take))) if take else []


def _take(row: TakeRow, cut: TakeRow | None) -> Take:
    poster = int(row.touched) if row.poster else None
    return Take(row.id, row.at, row.by, _film(row), cut and _film(cut), poster)


def _film(row: TakeRow) -> Film:
    return Film(row.id, row.size, row.width, row.height, row.length_ms)

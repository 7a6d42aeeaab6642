"""Backgrounds that guests bring: an album's, as long as it lives.

A background is known by the SHA-256 of its file, so the same picture twice is one. Its record comes
before its files, so that no purge takes them for strangers. Everything here blocks: it is called
from threads. `now` is server time in ms.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sameframe import errors, seats, wire
from sameframe.album import Albums, folder
from sameframe.db import AlbumRow, BackdropRow, ShotRow
from sameframe.grounds import backdrop_file
from sameframe.seats import Room
from sameframe.stills import Still
from sameframe.storage import Storage

GIVEN_UP_MS = 3_600_000  # a record whose files never came: the server was killed


@dataclass(frozen=True, slots=True)
class Quota:
    """How many backgrounds an album may have in its picker, and how many bytes in all."""

    count: int
    size: int


class Backdrops:
    """All albums' backgrounds."""

    def __init__(self, albums: Albums, storage: Storage, quota: Quota):
        self._albums, self._db = albums, albums.database
        self._storage, self._quota = storage, quota

    def add(self, room: Room, by: str, still: Still, now: float) -> tuple[wire.Backdrop, bool]:
        """Keep a background of a room's; return it, and whether it is new.

        Raises BackdropsFull, NotKept.
        """
        album = room.album
        with self._db.writing() as session:
            self._albums.reopen(session, album, seats.digest(room.name), room.host_digest, now)
            session.flush()
            # Locked, so that two who bring pictures at once don't pass the quota together.
            session.get_one(AlbumRow, album, with_for_update=True)
            row = session.get(BackdropRow, (album, still.id), with_for_update=True)
            if row is None or row.hidden:
                self._make_room(session, album, 0 if row else still.size)
            if row is not None and row.kept:
                new, row.hidden = row.hidden, False
                return shown(row), new
            if row is None:
                row = BackdropRow(album=album, id=still.id, by=by, at=now, size=still.size)
                row.width, row.height = still.width, still.height
                row.kept, row.hidden = False, False
                session.add(row)
        for height, data in still.files.items():
            self._storage.put(backdrop_file(album, still.id, height), data)
        with self._db.writing() as session:
            row = session.get(BackdropRow, (album, still.id), with_for_update=True)
            if row is None:  # the album expired meanwhile
                raise errors.NotKept
            row.kept = True
            return shown(row), True

    def known(self, album: str) -> list[str]:
        """Return the ids of all of an album's backgrounds, oldest first; of hidden ones, too."""
        query = select(BackdropRow.id).where(BackdropRow.album == album, BackdropRow.kept)
        with self._db.reading() as session:
            return list(session.scalars(query.order_by(BackdropRow.at)))

    def remove(self, album: str, backdrop: str, current: Collection[str]) -> None:
        """Take a background out of the picker; if no picture needs it, delete it.

        `current` are those that the room's scene shows now. Raises UnknownBackground.
        """
        with self._db.writing() as session:
            row = session.get(BackdropRow, (album, backdrop), with_for_update=True)
            if row is None or not row.kept or row.hidden:
                raise errors.UnknownBackground
            row.hidden = True
        self._sweep(album, current)

    def purge(self, now: float, current: Collection[str]) -> None:
        """Delete what is hidden and needed by no picture (any more), and what never came whole."""
        with self._db.writing() as session:
            late = ~BackdropRow.kept & (BackdropRow.at < now - GIVEN_UP_MS)
            for row in session.scalars(select(BackdropRow).where(late)):
                session.delete(row)  # what there is of its files is a stranger's now
            albums = set(session.scalars(select(BackdropRow.album).where(BackdropRow.hidden)))
        for album in albums:
            self._sweep(album, current)

    def _sweep(self, album: str, current: Collection[str]) -> None:
        with self._db.writing() as session:
            hidden = select(BackdropRow).where(BackdropRow.album == album, BackdropRow.hidden)
            rows = list(session.scalars(hidden))
            scenes = select(ShotRow.scene, ShotRow.scenes).where(ShotRow.album == album)
            used = [text for one, all_ in session.execute(scenes) for text in (one, *all_)]
            gone = [
                row
                for row in rows
                if row.id not in current and not any(row.id in text for text in used)
            ]
            for row in gone:
                # Within the transaction, so that whoever brings it again now waits for the end.
                self._storage.clear(folder(album, row.id))
                session.delete(row)

    def _make_room(self, session: Session, album: str, size: int) -> None:
        mine = BackdropRow.album == album
        count = session.scalar(select(func.count()).where(mine, ~BackdropRow.hidden))
        used = session.scalar(select(func.coalesce(func.sum(BackdropRow.size), 0)).where(mine))
        if count >= self._quota.count or used + size > self._quota.size:
            raise errors.BackdropsFull


def shown(row: BackdropRow) -> wire.Backdrop:
    """Return a background as a room sees it."""
    return wire.Backdrop(row.id, row.by, row.width, row.height)

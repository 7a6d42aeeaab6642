"""Backgrounds that guests bring: an album's, as long as it lives.

A background is known by the SHA-256 of its file, so the same picture twice is one. Its record comes
before its files, so that no purge takes them for strangers. Everything here blocks: it is called
from threads. `now` is server time in ms.
"""

from collections.abc import Collection
from dataclasses import astuple, dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sameframe import errors, loops, seats, stills, wire
from sameframe.album import Albums, folder
from sameframe.db import AlbumRow, BackdropRow, ShotRow
from sameframe.grounds import backdrop_file, loop_file, source_file
from sameframe.loops import Film
from sameframe.seats import Room
from sameframe.stills import Crop, Still
from sameframe.storage import Storage

_MAKING = (BackdropRow.loop == "making") & BackdropRow.kept & ~BackdropRow.hidden
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

    def add(
        self, room: Room, by: str, still: Still | Film, now: float
    ) -> tuple[wire.Backdrop, bool]:
        """Keep a background of a room's; return it, and whether it is new.

        Of a film the poster and the film itself are kept, until its loop is made. Raises
        BackdropsFull, NotKept.
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
            if row is not None and row.kept and row.loop != "failed":
                new, row.hidden = row.hidden, False
                return shown(row), new
            if row is None:
                row = BackdropRow(album=album, id=still.id, by=by, at=now, size=still.size)
                row.width, row.height = still.width, still.height
                row.kept, row.hidden = False, False
                session.add(row)
            row.loop = row.crop = row.why = None
            if isinstance(still, Film):
                row.loop, row.crop = "making", _said(still.crop)
        if isinstance(still, Film):
            self._storage.put_file(source_file(album, still.id), still.source)
        for height, data in still.files.items():
            self._storage.put(backdrop_file(album, still.id, height), data)
        with self._db.writing() as session:
            row = session.get(BackdropRow, (album, still.id), with_for_update=True)
            if row is None:  # the album expired meanwhile
                raise errors.NotKept
            row.kept, row.hidden = True, False
            return shown(row), True

    def add_loop(
        self, room: Room, by: str, poster: Still, loop: Path, now: float
    ) -> tuple[wire.Backdrop, bool]:
        """Keep a loop that is made already, as `add` does; the poster has the loop's id."""
        backdrop, new = self.add(room, by, poster, now)
        if not new or backdrop.loop == "made":
            return backdrop, new
        self._storage.put_file(loop_file(room.album, poster.id), loop)
        more = loop.stat().st_size
        return self._ended(room.album, poster.id, "made", None, more), True

    def unmade(self) -> list[tuple[str, str]]:
        """Return album and id of all whose loops are to be made."""
        query = select(BackdropRow.album, BackdropRow.id).where(_MAKING).order_by(BackdropRow.at)
        with self._db.reading() as session:
            return [(album, backdrop) for album, backdrop in session.execute(query)]

    def making(self, album: str, backdrop: str) -> tuple[wire.Backdrop, Crop]:
        """Return what a loop is to be made of. Raises UnknownBackground: of nothing any more."""
        with self._db.reading() as session:
            row = session.get(BackdropRow, (album, backdrop))
            if row is None or row.loop != "making" or not row.kept or row.hidden:
                raise errors.UnknownBackground
            return shown(row), stills.crop(row.crop or "")

    def made(self, album: str, backdrop: str, loop: Path) -> wire.Backdrop:
        """Keep a loop; return what can be chosen now. Raises UnknownBackground, NotKept."""
        self.making(album, backdrop)
        self._storage.put_file(loop_file(album, backdrop), loop)
        more = max(0, loop.stat().st_size - loops.USUAL_BYTES)
        return self._ended(album, backdrop, "made", None, more)

    def failed(self, album: str, backdrop: str, why: str) -> wire.Backdrop:
        """Say why there will be no loop. Raises UnknownBackground."""
        return self._ended(album, backdrop, "failed", why, 0)

    def _ended(
        self, album: str, backdrop: str, loop: wire.Loop, why: str | None, more: int
    ) -> wire.Backdrop:
        with self._db.writing() as session:
            row = session.get(BackdropRow, (album, backdrop), with_for_update=True)
            if row is None:
                self._storage.clear(folder(album, backdrop))
                raise errors.UnknownBackground
            row.loop, row.why, row.size = loop, why, row.size + more
            found = shown(row)
        self._storage.delete(source_file(album, backdrop))
        return found

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
    done = 0.0 if row.loop == "making" else None
    return wire.Backdrop(row.id, row.by, row.width, row.height, row.loop, done, row.why)


def _said(crop: Crop) -> str:
    return ",".join(map(repr, astuple(crop)))

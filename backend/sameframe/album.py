"""Albums on record: a room's shots, their pictures and prints, until they are deleted or expire.

Everything here blocks: it is called from threads. What a shot may do is decided in shots.py; here
each change is one transaction. `now` is server time in ms.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import msgspec
from sameframe_worker.scene import Scene
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session, aliased, selectinload

from sameframe import errors, ids, seats, shots
from sameframe.db import (
    AlbumRow,
    BackdropRow,
    Database,
    GuestRow,
    PictureRow,
    PrintRow,
    RequestRow,
    SheetRow,
    ShotRow,
    TakeRow,
)
from sameframe.news import Change, Item, change_of, item_of, shot_of
from sameframe.rooms import Snapshot

DAY_MS = 86_400_000
PAGE = 24  # shots on one page of an album

Kind = Literal["layer", "fill", "frames", "retake"]
_EVENTS = {"layer": shots.LayerCame, "fill": shots.FillCame, "frames": shots.LayerCame}
_EDITED = shots.Edited()


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture whose file is kept. `digest` is of the bytes as they came."""

    shot: str
    guest: str
    kind: Kind
    digest: bytes
    file: str
    taken: float | None
    width: int
    height: int

    def row(self, number: int) -> PictureRow:
        """Return its record, as picture `number` of its kind and guest."""
        return PictureRow(
            guest=self.guest,
            kind=self.kind,
            number=number,
            digest=self.digest,
            file=self.file,
            taken=self.taken,
            width=self.width,
            height=self.height,
        )


@dataclass(frozen=True, slots=True)
class Order:
    """A print to be made: the scene, and each guest's file; `fills` are whose is a fill.

    Of a moving one, the file of its frames.
    """

    album: str
    shot: str
    number: int
    scene: Scene
    files: dict[str, str]
    fills: tuple[str, ...]
    change: Change
    motion: str | None = None
    frames: str | None = None

    def file(self, kind: str) -> str:
        """Return where the finished print's file of this kind goes."""
        return print_file(self.album, self.shot, self.number, kind)


@dataclass(frozen=True, slots=True)
class Page:
    """Shots, newest first; `older` is the instant before which there are more."""

    items: list[Item]
    older: float | None
    expires: float | None


class Albums:
    """All albums of a database; they expire so many days after their last shot, or never."""

    def __init__(self, database: Database, days: float | None):
        self._db = self.database = database
        self._kept_ms = None if days is None else days * DAY_MS

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    # --- a shot's course ---------------------------------------------------------------------

    def open(self, snapshot: Snapshot, now: float) -> Change:
        """Put a shot on record when the shutter is pressed."""
        with self._db.writing() as session:
            room = seats.digest(snapshot.room)
            self.reopen(session, snapshot.album, room, snapshot.host_digest, now)
            moving, series = snapshot.motion is not None, snapshot.series
            shot = shots.Shot(snapshot.at, frozenset(snapshot.expects), moving=moving)
            row = ShotRow(id=snapshot.shot, album=snapshot.album, at=snapshot.at, deleted=False)
            row.by, row.motion = snapshot.by, snapshot.motion
            row.burst = series and series.burst
            session.add(row)
            _remember(row, snapshot)
            return _saved(session, row, shot, shot)

    def expose(self, snapshot: Snapshot, now: float) -> Change:
        """Put on record who stood where at the instant; raises UnknownShot."""
        with self._db.writing() as session:
            row = _row(session, snapshot.shot)
            before = shot_of(row)
            _remember(row, snapshot)
            after = shots.step(before, shots.Exposed(frozenset(snapshot.expects)), now)
            for guest in row.guests:
                guest.expected = guest.guest in after.expects
            return _saved(session, row, before, after)

    def tick(self, shot: str, now: float) -> tuple[Change | None, float]:
        """Settle the shot if its deadline has come; return what changed and when that is."""
        with self._db.writing() as session:
            row = _row(session, shot)
            before = shot_of(row)
            after = shots.step(before, shots.Tick(), now)
            change = None if after == before else _saved(session, row, before, after)
            return change, shots.deadline(row.at, before.moving)

    def unfinished(self) -> tuple[list[str], list[str]]:
        """Return the shots that wait for pictures, and those that wait for their print."""
        with self._db.reading() as session:
            done = ShotRow.deleted | ShotRow.state.in_(("printed", "missed"))
            found = session.execute(select(ShotRow.id, ShotRow.state).where(~done)).all()
        return (
            [shot for shot, state in found if state in ("opened", "expecting")],
            [shot for shot, state in found if state in ("settled", "printing")],
        )

    # --- pictures ----------------------------------------------------------------------------

    def admit(
        self, room: str, shot: str, guest: str, kind: Kind, token: str, now: float
    ) -> tuple[str, float]:
        """Return the shot's album and instant to whom may put this picture.

        A guest's layer, frames and retake are its own to put; a fill is any guest's of the shot.
        Raises UnknownShot, BadGuestToken, NotExpected.
        """
        with self._db.reading() as session:
            row = _row(session, shot)
            album = session.get_one(AlbumRow, row.album)
            if not seats.matches(room, album.room) or self.expired(album, now):
                raise errors.UnknownShot
            allowed = [g for g in row.guests if kind == "fill" or g.guest == guest]
            if not any(seats.matches(token, g.digest) for g in allowed):
                raise errors.BadGuestToken
            moving = row.motion is not None
            if guest not in shot_of(row).expects or moving != (kind == "frames"):
                raise errors.NotExpected
            return row.album, row.at

    def kept(self, shot: str, guest: str, kind: Kind, digest: bytes) -> Change | None:
        """Return the shot as it is if these very bytes are kept already; raises UnknownShot."""
        with self._db.reading() as session:
            row = _row(session, shot)
            same = any(p.digest == digest for p in _of(row, guest, kind))
            return change_of(row) if same else None

    def add(self, upload: Upload, now: float) -> Change:
        """Put a picture on record; the same bytes a second time change nothing.

        Raises UnknownShot, NotExpected, AlreadyKept, ShotClosed.
        """
        with self._db.writing() as session:
            row = _row(session, upload.shot)
            mine = _of(row, upload.guest, upload.kind)
            if any(picture.digest == upload.digest for picture in mine):
                return change_of(row)
            before = shot_of(row)
            after = shots.step(before, _EVENTS[upload.kind](upload.guest), now)
            row.pictures.append(upload.row(len(mine) + 1))
            return _saved(session, row, before, after)

    # --- prints ------------------------------------------------------------------------------

    def start(self, shot: str, now: float) -> Order | None:
        """Begin the print that is wanted; None if there is none to make."""
        with self._db.writing() as session:
            row = session.get(ShotRow, shot, with_for_update=True)
            if row is None or row.deleted:
                return None
            before = shot_of(row)
            after = shots.step(before, shots.Started(), now)
            if after.state != "printing":
                return None
            change = _saved(session, row, before, after)
            scene = msgspec.json.decode(row.scene, type=Scene)
            fills = tuple(change.message.fills)
            moving = row.motion, row.frames()
            return Order(row.album, shot, after.wanted, scene, row.files(), fills, change, *moving)

    def finish(
        self, order: Order, size: tuple[int, int], bytes_: dict[str, int], now: float
    ) -> tuple[Change, list[int]]:
        """Put a print on record whose files are kept; return the numbers it replaces.

        `bytes_` are the files' sizes by their kind.
        Raises UnknownShot if it was deleted meanwhile: the files must go, too.
        """
        with self._db.writing() as session:
            row = _row(session, order.shot)
            before = shot_of(row)
            after = shots.step(before, shots.Finished(order.number), now)
            if after.made != order.number:
                return change_of(row), []
            replaced = [print_.number for print_ in row.prints]
            row.prints = [
                PrintRow(
                    number=order.number,
                    width=size[0],
                    height=size[1],
                    jpeg_bytes=bytes_["jpg"],
                    png_bytes=bytes_["png"],
                    gif_bytes=bytes_.get("gif", 0),
                    fills=list(order.fills),
                )
            ]
            return _saved(session, row, before, after), replaced

    def edit(
        self,
        album: str,
        shot: str,
        edit: Callable[[ShotRow], None],
        now: float,
        event: shots.Edited | shots.Retaken = _EDITED,
    ) -> Change:
        """Change a shot, to be printed anew.

        Raises UnknownAlbum, UnknownShot, and what the event is refused.
        """
        with self._db.writing() as session:
            self._album(session, album, now)
            row = _row(session, shot, album)
            before = shot_of(row)
            after = shots.step(before, event, now)
            edit(row)
            return _saved(session, row, before, after)

    # --- looking -----------------------------------------------------------------------------

    def page(self, album: str, now: float, before: float | None = None) -> Page:
        """Return a page of the album; raises UnknownAlbum."""
        with self._db.reading() as session:
            found = self._album(session, album, now)
            rows = list(session.scalars(_shown(album, before).limit(PAGE + 1)))
            older = rows[PAGE - 1].at if len(rows) > PAGE else None
            expires = None if self._kept_ms is None else found.touched + self._kept_ms
            return Page([item_of(row) for row in rows[:PAGE]], older, expires)

    def all(self, album: str, now: float) -> list[Item]:
        """Return every shot that has a print, oldest first; raises UnknownAlbum."""
        with self._db.reading() as session:
            self._album(session, album, now)
            items = map(item_of, session.scalars(_shown(album, None, whole=True)))
            return [item for item in items if item.print][::-1]

    def view(self, album: str, shot: str, now: float) -> tuple[Item, str | None, str | None]:
        """Return one shot that has a print, and the next newer and older one of those."""
        item = self.item(album, shot, now)
        shown = _shown(album, None).with_only_columns(ShotRow.id).where(ShotRow.prints.any())
        newer = shown.where(ShotRow.at > item.at).order_by(None).order_by(ShotRow.at)
        older = shown.where(ShotRow.at < item.at)
        with self._db.reading() as session:
            beside = [session.scalar(query.limit(1)) for query in (newer, older)]
        return item, *beside

    def item(self, album: str, shot: str, now: float) -> Item:
        """Return one shot that has a print; raises UnknownAlbum, UnknownShot."""
        with self._db.reading() as session:
            self._album(session, album, now)
            row = _row(session, shot)
            if row.album != album or not row.prints:
                raise errors.UnknownShot
            return item_of(row)

    def check(self, album: str, now: float) -> None:
        """Raise UnknownAlbum unless there is such an album."""
        with self._db.reading() as session:
            self._album(session, album, now)

    def gone(self, session: Session, album: str, now: float) -> bool:
        """Tell whether there is no such album, or its time is over."""
        row = session.get(AlbumRow, album)
        return row is None or self.expired(row, now)

    # --- the end -----------------------------------------------------------------------------

    def hide(self, album: str, shot: str) -> Change:
        """Mark a shot as deleted: from now on nobody sees it; raises UnknownShot."""
        with self._db.writing() as session:
            row = _row(session, shot, album)
            row.deleted = True
            shown = change_of(row).message
            return Change(album, msgspec.structs.replace(shown, deleted=True, print=None))

    def expire(self, now: float) -> list[tuple[str, str]]:
        """Remove expired albums from the records; return album and id of the shots they had."""
        with self._db.writing() as session:
            expired = [row for row in session.scalars(select(AlbumRow)) if self.expired(row, now)]
            gone = [(album.id, shot.id) for album in expired for shot in album.shots]
            for album in expired:
                session.delete(album)
            return gone

    def hidden(self) -> list[tuple[str, str]]:
        """Return album and id of the shots that are marked as deleted."""
        with self._db.reading() as session:
            found = session.execute(select(ShotRow.album, ShotRow.id).where(ShotRow.deleted))
            return [(album, shot) for album, shot in found]

    def forget_shot(self, shot: str) -> None:
        """Remove a shot from the records."""
        with self._db.writing() as session:
            for table in (GuestRow, PictureRow, PrintRow, RequestRow):
                session.execute(delete(table).where(table.shot == shot))
            session.execute(delete(ShotRow).where(ShotRow.id == shot))

    def strangers(self, album: str, found: list[str]) -> list[str]:
        """Return which of these ids are nothing of the album's on record."""
        with self._db.reading() as session:
            tables = ShotRow, SheetRow, TakeRow, BackdropRow
            queries = (select(table.id).where(table.album == album) for table in tables)
            known = {found for query in queries for found in session.scalars(query)}
            if session.get(AlbumRow, album) is not None:
                known.add(ids.FRIENDS)
        return [shot for shot in found if shot not in known]

    def _album(self, session: Session, album: str, now: float) -> AlbumRow:
        if self.gone(session, album, now):
            raise errors.UnknownAlbum
        return session.get_one(AlbumRow, album)

    def reopen(
        self, session: Session, album: str, room: bytes, host: bytes, now: float
    ) -> AlbumRow:
        """Return an album that something is put into; one that has expired starts empty.

        What was in it is on record no more, or marked as deleted: its files are the purge's.
        """
        row = session.get(AlbumRow, album)
        if row is None:
            row = AlbumRow(id=album, link=album, room=room, host=host, touched=now)
            session.add(row)
        elif self.expired(row, now):
            for old in row.shots:
                old.deleted = True
            row.sheets.clear()
            row.takes.clear()
            row.wishes.clear()
        row.touched = max(row.touched, now)
        return row

    def expired(self, album: AlbumRow, now: float) -> bool:
        """Tell whether an album's time is over."""
        return self._kept_ms is not None and album.touched + self._kept_ms < now


def folder(album: str, shot: str) -> str:
    """Return the folder of everything of a shot."""
    return f"{album}/{shot}/"


def print_file(album: str, shot: str, number: int, kind: str) -> str:
    """Return where a print's file is kept; its webp is the preview, moving.webp what moves."""
    return f"{folder(album, shot)}print.{number}.{kind}"


def _row(session: Session, shot: str, album: str | None = None) -> ShotRow:
    row = session.get(ShotRow, shot, with_for_update=True)
    if row is None or row.deleted or album not in (None, row.album):
        raise errors.UnknownShot
    return row


def _shown(album: str, before: float | None, whole: bool = False) -> Select:
    """Select an album's shots, newest first; of a burst only the last, unless `whole`."""
    query = select(ShotRow).where(
        ShotRow.album == album, ~ShotRow.deleted, ShotRow.state != "missed"
    )
    if not whole:
        later = aliased(ShotRow)
        of_burst = later.burst == ShotRow.burst, later.album == album, later.at > ShotRow.at
        query = query.where(
            ~select(later.id).where(*of_burst, ~later.deleted, later.state != "missed").exists()
        )
    if before is not None:
        query = query.where(ShotRow.at < before)
    return query.order_by(ShotRow.at.desc()).options(selectinload(ShotRow.prints))


def _of(row: ShotRow, guest: str, kind: Kind) -> list[PictureRow]:
    return [p for p in row.pictures if p.guest == guest and p.kind == kind]


def _remember(row: ShotRow, snapshot: Snapshot) -> None:
    """Take over scene and guests; who was here at the press and left before the instant goes."""
    row.scene = msgspec.json.encode(snapshot.scene).decode()
    known = {guest.guest: guest for guest in row.guests}
    kept = {picture.guest for picture in row.pictures}
    here = dict(snapshot.guests)
    for guest in known.keys() & kept - here.keys():
        here[guest] = known[guest].digest
    row.guests = [
        known.get(guest) or GuestRow(guest=guest, digest=digest, expected=True)
        for guest, digest in here.items()
    ]
    for position, guest in enumerate(row.guests):
        guest.position = position
        guest.expected = guest.guest in snapshot.expects


def _saved(session: Session, row: ShotRow, before: shots.Shot, after: shots.Shot) -> Change:
    row.state, row.wanted, row.made = after.state, after.wanted, after.made
    session.flush()
    return replace(change_of(row), due=after.state == "settled" != before.state)

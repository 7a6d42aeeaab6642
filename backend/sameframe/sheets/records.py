"""Sheets on record: which shots, in which design, and what the newest print was made of.

Everything here blocks: it is called from threads. A sheet has no state of its own: what it is to
show follows from its design and its shots, and is compared with what its print was made of. So
whatever was interrupted is found again, and doing it twice changes nothing.
"""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import msgspec
from msgspec import Struct
from sameframe_worker.scene import Scene
from sqlalchemy import select
from sqlalchemy.orm import Session

from sameframe import errors, wire
from sameframe.album import Albums, folder
from sameframe.db import SheetRow, ShotRow
from sameframe.moments import local
from sameframe.retouch import moved, stepped
from sameframe.rooms import Snapshot
from sameframe.sheets.template import Paper, Template

CAPTION_MAX = 60


class Design(Struct, frozen=True):
    """How a sheet is to look. `order` names the shot, counted from 0, for each the template takes.

    Without a paper it has the template's own.
    """

    template: str
    order: list[int]  # not a tuple: it is compared with what comes out of JSON
    paper: Paper | None = None
    caption: str = ""

    @classmethod
    def asked(
        cls, template: Template, order: list[int], paper: str, caption: str, count: int
    ) -> "Design":
        """Return the design that a form asks for, of a series of `count` shots."""
        shown = "".join(c if c.isprintable() else " " for c in caption)
        return cls(
            template.name,
            [order[n % len(order)] % count for n in range(template.shots)],
            paper if paper in get_args(Paper) else None,
            " ".join(shown.split())[:CAPTION_MAX],
        )


@dataclass(frozen=True, slots=True)
class SheetChange:
    """What a room is told of a sheet; `due` if its print is to be made now."""

    album: str
    message: wire.SheetChanged
    due: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """One shot's scene, and each guest's file."""

    scene: Scene
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class SheetOrder:
    """A sheet's print to be made; a shot that was missed is None."""

    album: str
    sheet: str
    number: int
    at: float
    zone: int | None
    design: Design
    shots: tuple[Source | None, ...]
    made_of: dict[str, Any]

    def file(self, kind: str) -> str:
        """Return where the finished print's file of this kind goes."""
        return sheet_file(self.album, self.sheet, self.number, kind)


@dataclass(frozen=True, slots=True)
class SheetItem:
    """A sheet as an album's page shows it."""

    sheet: str
    at: float
    zone: int | None
    print: wire.Print | None
    jpeg_bytes: int
    design: Design
    count: int
    undo: bool
    redo: bool
    developing: bool

    @property
    def name(self) -> str:
        """Return what a downloaded file is called, without its ending."""
        return f"sameframe-{local(self.at, self.zone):%Y%m%d-%H%M%S}-{self.design.template}"


class SheetRecords:
    """The sheets of a database's albums."""

    def __init__(self, albums: Albums, templates: dict[str, Template]):
        self._db, self._albums = albums.database, albums
        self.templates = templates

    # --- a sheet's course --------------------------------------------------------------------

    def opened(self, snapshot: Snapshot) -> SheetChange:
        """Put a series' shot on its sheet when it is opened."""
        series = snapshot.series
        with self._db.writing() as session:
            row = session.get(SheetRow, series.sheet, with_for_update=True)
            if row is None:
                count = len(series.shots)
                design = Design(series.template, list(range(count)))
                row = SheetRow(
                    id=series.sheet,
                    album=snapshot.album,
                    count=count,
                    shots=[],
                    designs=[msgspec.to_builtins(design)],
                    zone=series.zone,
                )
                session.add(row)
            row.at = snapshot.at
            row.shots = [*row.shots, snapshot.shot]
            session.flush()
            return _change(session, row)

    def of(self, shot: str, album: str) -> list[SheetChange]:
        """Return the sheets that the shot is on, as they are."""
        with self._db.reading() as session:
            rows = session.scalars(select(SheetRow).where(SheetRow.album == album))
            return [_change(session, row) for row in rows if shot in row.shots]

    def start(self, sheet: str) -> SheetOrder | None:
        """Return what the sheet is to be made of; None if it is made of that, or can't be yet."""
        with self._db.reading() as session:
            row = session.get(SheetRow, sheet)
            if row is None or _state(session, row) != "printing":
                return None
            shots = [session.get_one(ShotRow, shot) for shot in row.shots]
            sources = [_source(shots[n]) if n < len(shots) else None for n in _design(row).order]
            return SheetOrder(
                row.album,
                sheet,
                row.number + 1,
                row.at,
                row.zone,
                _design(row),
                tuple(sources),
                _wanted(session, row),
            )

    def finish(
        self, order: SheetOrder, size: tuple[int, int], jpeg_bytes: int
    ) -> tuple[SheetChange, int]:
        """Put a print on record whose files are kept; return the number it replaces.

        Raises UnknownSheet if it was deleted meanwhile: the files must go, too.
        """
        with self._db.writing() as session:
            row = _row(session, order.album, order.sheet)
            replaced, row.number = row.number, order.number
            row.made_of, row.jpeg_bytes = order.made_of, jpeg_bytes
            row.width, row.height = size
            session.flush()
            return _change(session, row), replaced

    def change(self, album: str, sheet: str, design: Design) -> SheetChange:
        """Give a sheet another design, as one step of its history; raises UnknownSheet."""
        with self._db.writing() as session:
            row = _row(session, album, sheet)
            new = msgspec.to_builtins(design)
            row.designs, row.design = stepped(row.designs, row.design, new)
            session.flush()
            return _change(session, row)

    def move(self, album: str, sheet: str, way: Literal["undo", "redo"]) -> SheetChange:
        """Go one step of the history back or forth, where there is one; raises UnknownSheet."""
        with self._db.writing() as session:
            row = _row(session, album, sheet)
            row.design = moved(row.designs, row.design, way)
            session.flush()
            return _change(session, row)

    def unfinished(self) -> list[SheetChange]:
        """Return every sheet that waits for its print or lost a shot.

        Called at the start: whatever series were being taken then end with what they have.
        """
        with self._db.writing() as session:
            rows = list(session.scalars(select(SheetRow)))
            for row in rows:
                row.count = len(row.shots)
            session.flush()
            changes = [_change(session, row) for row in rows]
        return [change for change in changes if change.due or change.message.deleted]

    def remove(self, album: str, sheet: str) -> SheetChange:
        """Forget a sheet; raises UnknownSheet."""
        with self._db.writing() as session:
            row = _row(session, album, sheet)
            message = _change(session, row).message
            session.delete(row)
            return SheetChange(album, msgspec.structs.replace(message, deleted=True, print=None))

    # --- looking -----------------------------------------------------------------------------

    def all(self, album: str, now: float) -> list[SheetItem]:
        """Return every sheet that has a print, oldest first; raises UnknownAlbum."""
        self._albums.check(album, now)
        with self._db.reading() as session:
            rows = session.scalars(
                select(SheetRow)
                .where(SheetRow.album == album, SheetRow.number > 0)
                .order_by(SheetRow.at)
            )
            return [_item(session, row) for row in rows]

    def item(self, album: str, sheet: str, now: float) -> SheetItem:
        """Return one sheet that has a print; raises UnknownAlbum, UnknownSheet."""
        self._albums.check(album, now)
        with self._db.reading() as session:
            row = _row(session, album, sheet)
            if not row.number:
                raise errors.UnknownSheet
            return _item(session, row)


def sheet_file(album: str, sheet: str, number: int, kind: str) -> str:
    """Return where a sheet's jpg, png, pdf or webp (preview) is kept."""
    return f"{folder(album, sheet)}sheet.{number}.{kind}"


def _row(session: Session, album: str, sheet: str) -> SheetRow:
    row = session.get(SheetRow, sheet, with_for_update=True)
    if row is None or row.album != album:
        raise errors.UnknownSheet
    return row


def _design(row: SheetRow) -> Design:
    return msgspec.convert(row.designs[row.design], Design)


def _shots(session: Session, row: SheetRow) -> list[ShotRow]:
    """Return the sheet's shots that are there, in order."""
    found = session.scalars(select(ShotRow).where(ShotRow.id.in_(row.shots), ~ShotRow.deleted))
    return sorted(found, key=lambda shot: row.shots.index(shot.id))


def _wanted(session: Session, row: SheetRow) -> dict[str, Any]:
    """Return what the print is to be made of: the design, and each shot's newest print."""
    numbers = {shot.id: shot.made for shot in _shots(session, row)}
    return {"design": msgspec.to_builtins(_design(row)), "shots": numbers}


def _state(session: Session, row: SheetRow) -> wire.SheetState:
    shots = _shots(session, row)
    if len(row.shots) < row.count:
        return "taking"
    if any(shot.state not in ("printed", "missed") for shot in shots):
        return "waiting"
    if all(shot.state == "missed" for shot in shots):
        return "missed"
    return "printed" if row.made_of == _wanted(session, row) else "printing"


def _source(shot: ShotRow) -> Source | None:
    if shot.state != "printed":
        return None
    return Source(msgspec.json.decode(shot.scene, type=Scene), shot.files())


def _change(session: Session, row: SheetRow) -> SheetChange:
    state = _state(session, row)
    whole = len(_shots(session, row)) == len(row.shots)
    message = wire.SheetChanged(
        sheet=row.id,
        template=_design(row).template,
        count=row.count,
        shots=row.shots,
        state=state,
        print=_print(row) if whole else None,
        deleted=not whole,
    )
    return SheetChange(row.album, message, due=whole and state == "printing")


def _print(row: SheetRow) -> wire.Print | None:
    if not row.number:
        return None
    page = f"/a/{row.owner.link}/sheets/{row.id}"
    file = f"{page}/{row.number}"
    return wire.Print(
        number=row.number,
        width=row.width,
        height=row.height,
        page=page,
        jpeg=f"{file}.jpg",
        png=f"{file}.png",
        preview=f"{file}.webp",
        pdf=f"{file}.pdf",
    )


def _item(session: Session, row: SheetRow) -> SheetItem:
    return SheetItem(
        row.id,
        row.at,
        row.zone,
        _print(row),
        row.jpeg_bytes,
        _design(row),
        len(row.shots),
        undo=row.design > 0,
        redo=row.design < len(row.designs) - 1,
        developing=_state(session, row) != "printed",
    )

"""The records: tables of albums and shots, in SQLite (WAL) unless told otherwise.

Everything here blocks: it is called from threads. Times are server time in ms.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    Engine,
    ForeignKey,
    create_engine,
    event,
    func,
    insert,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from sameframe import errors

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_S = 10  # how long a writer waits for another
_MIGRATING = 0x5A3EF2A3E  # the lock's number, of our own choice


class Row(DeclarativeBase):
    """The base of all tables."""


class AlbumRow(Row):
    """A room's album. Of the keys to it, room and host token, only digests are kept.

    `link` is where its pages are, at first its id; `lock` is its passphrase's hash (rights.py).
    """

    __tablename__ = "albums"
    id: Mapped[str] = mapped_column(primary_key=True)
    room: Mapped[bytes]
    host: Mapped[bytes]
    touched: Mapped[float]
    link: Mapped[str] = mapped_column(index=True, unique=True)
    lock: Mapped[bytes | None]
    shots: Mapped[list["ShotRow"]] = relationship(
        cascade="all, delete-orphan", back_populates="owner"
    )
    sheets: Mapped[list["SheetRow"]] = relationship(
        cascade="all, delete-orphan", back_populates="owner"
    )
    takes: Mapped[list["TakeRow"]] = relationship(cascade="all, delete-orphan")
    backdrops: Mapped[list["BackdropRow"]] = relationship(cascade="all, delete-orphan")
    wishes: Mapped[list["WishRow"]] = relationship(cascade="all, delete-orphan")


class ShotRow(Row):
    """A shot, and its scene as JSON; `deleted` hides it until its files are gone.

    Once it was edited, `scenes` are all it had, of which number `edit` is the one that counts;
    `versions` are as many, and say of whom a retake is shown there, and which. `by` is the guest
    who pressed; `burst` names what it is one of, until one of those is chosen.
    """

    __tablename__ = "shots"
    id: Mapped[str] = mapped_column(primary_key=True)
    album: Mapped[str] = mapped_column(ForeignKey("albums.id"), index=True)
    at: Mapped[float]
    state: Mapped[str] = mapped_column(index=True)
    scene: Mapped[str]
    wanted: Mapped[int]
    made: Mapped[int]
    deleted: Mapped[bool] = mapped_column(default=False)
    scenes: Mapped[list[str]] = mapped_column(JSON, default=list)
    versions: Mapped[list[dict[str, int]]] = mapped_column(JSON, default=list)
    edit: Mapped[int] = mapped_column(default=0)
    by: Mapped[str] = mapped_column(default="")
    motion: Mapped[str | None]
    burst: Mapped[str | None] = mapped_column(index=True)
    owner: Mapped[AlbumRow] = relationship(back_populates="shots")
    requests: Mapped[list["RequestRow"]] = relationship(cascade="all, delete-orphan")
    guests: Mapped[list["GuestRow"]] = relationship(
        cascade="all, delete-orphan", order_by="GuestRow.position"
    )
    pictures: Mapped[list["PictureRow"]] = relationship(
        cascade="all, delete-orphan", order_by="PictureRow.number"
    )
    prints: Mapped[list["PrintRow"]] = relationship(
        cascade="all, delete-orphan", order_by="PrintRow.number"
    )

    def shown(self) -> dict[str, int]:
        """Return the guests of whom a retake is shown, and its number."""
        return self.versions[self.edit] if self.versions else {}

    def files(self) -> dict[str, str]:
        """Return the file of each guest's retake, layer, or the fill in its stead."""
        files: dict[str, str] = {}
        shown = self.shown()
        for kind in ("fill", "layer", "retake"):
            for p in self.pictures:
                if p.kind == kind and (kind != "retake" or shown.get(p.guest) == p.number):
                    files[p.guest] = p.file
        return files

    def frames(self) -> str | None:
        """Return the file of a moving picture's frames."""
        return next((p.file for p in self.pictures if p.kind == "frames"), None)


class GuestRow(Row):
    """Who was in the room, whether a layer is expected, and the digest of the guest's token."""

    __tablename__ = "guests"
    shot: Mapped[str] = mapped_column(ForeignKey("shots.id"), primary_key=True)
    guest: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    digest: Mapped[bytes]
    expected: Mapped[bool]


class PictureRow(Row):
    """A layer, a fill, a retake, or a moving picture's frames; `digest` is of the upload.

    Of one guest's the highest number counts, but of retakes the one of the shot's step.
    """

    __tablename__ = "pictures"
    shot: Mapped[str] = mapped_column(ForeignKey("shots.id"), primary_key=True)
    guest: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes]
    file: Mapped[str]
    taken: Mapped[float | None]
    width: Mapped[int]
    height: Mapped[int]


class PrintRow(Row):
    """A finished print: its pixels, its files' sizes in bytes, who in it is a fill.

    Only a moving one has a GIF.
    """

    __tablename__ = "prints"
    shot: Mapped[str] = mapped_column(ForeignKey("shots.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    width: Mapped[int]
    height: Mapped[int]
    jpeg_bytes: Mapped[int]
    png_bytes: Mapped[int]
    fills: Mapped[list[str]] = mapped_column(JSON)
    gif_bytes: Mapped[int] = mapped_column(default=0)


class SheetRow(Row):
    """A sheet: the ids of its shots, `count` of them once all are opened; its designs, of which
    number `design` counts; its print's number, 0 before the first, and what that was made of.
    It is dated by the clock of whoever pressed, `zone` minutes ahead of UTC.
    """

    __tablename__ = "sheets"
    id: Mapped[str] = mapped_column(primary_key=True)
    album: Mapped[str] = mapped_column(ForeignKey("albums.id"), index=True)
    at: Mapped[float]
    count: Mapped[int]
    shots: Mapped[list[str]] = mapped_column(JSON)
    designs: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    design: Mapped[int] = mapped_column(default=0)
    number: Mapped[int] = mapped_column(default=0)
    made_of: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    zone: Mapped[int | None]
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    jpeg_bytes: Mapped[int] = mapped_column(default=0)
    owner: Mapped[AlbumRow] = relationship(back_populates="sheets")


class RequestRow(Row):
    """A guest asks the host to delete a shot; `answered` when the host said that it stays."""

    __tablename__ = "requests"
    shot: Mapped[str] = mapped_column(ForeignKey("shots.id"), primary_key=True)
    guest: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[float]
    answered: Mapped[bool]


class TakeRow(Row):
    """A take; `kept` once it has come whole. `by` is the digest of its guest's token.

    A cut is a take of its own, `cut_of` the one that it is shown in place of.
    """

    __tablename__ = "takes"
    id: Mapped[str] = mapped_column(primary_key=True)
    album: Mapped[str] = mapped_column(ForeignKey("albums.id"), index=True)
    by: Mapped[bytes]
    at: Mapped[float]
    touched: Mapped[float]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes]
    width: Mapped[int]
    height: Mapped[int]
    length_ms: Mapped[float]
    kept: Mapped[bool]
    poster: Mapped[bool]
    cut_of: Mapped[str | None]


class BackdropRow(Row):
    """An uploaded background, by the SHA-256 of its file, and the guest who brought it.

    It is `kept` once its files are; `hidden` once it was deleted while a shot still shows it. One
    that moves has a `loop`: making, made or failed, and then `why`; `crop` is the part of the video
    that is wanted.
    """

    __tablename__ = "backdrops"
    album: Mapped[str] = mapped_column(ForeignKey("albums.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    by: Mapped[str]
    at: Mapped[float]
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    kept: Mapped[bool]
    hidden: Mapped[bool]
    loop: Mapped[str | None]
    crop: Mapped[str | None]
    why: Mapped[str | None]


class WishRow(Row):
    """A background that a guest wished for, of `source`; `file` is what came of it, `problem` why
    nothing did, `words` are those that were understood.
    """

    __tablename__ = "wishes"
    id: Mapped[str] = mapped_column(primary_key=True)
    album: Mapped[str] = mapped_column(ForeignKey("albums.id"), index=True)
    by: Mapped[str]
    at: Mapped[float]
    kind: Mapped[str]
    prompt: Mapped[str]
    style: Mapped[str | None]
    movement: Mapped[str | None]
    source: Mapped[str | None]
    seed: Mapped[int]
    maker: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    words: Mapped[list[str]] = mapped_column(JSON, default=list)
    file: Mapped[str | None]
    problem: Mapped[str | None]


class Database:
    """A database, brought up to date."""

    def __init__(self, url: str):
        self._sqlite = make_url(url).get_backend_name() == "sqlite"
        if self._sqlite:
            Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
        self.engine = _engine(url, self._sqlite)
        with self.engine.connect().execution_options(writes=True) as connection:
            migrate(connection)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction that is committed at the end, or rolled back by an exception.

        From its first statement on it is SQLite's only writer; elsewhere rows are locked one by
        one (`with_for_update`). Raises NotKept when the disk is full or the database away.
        """
        try:
            with Session(self.engine.execution_options(writes=True)) as session, session.begin():
                yield session
        except OperationalError as fault:
            raise errors.NotKept(type(fault.orig).__name__) from fault

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


class Rows:
    """An album's rows as plain values: whatever tables there are, as they refer to each other."""

    def __init__(self, database: Database):
        self._db = database
        self._tables = Row.metadata.sorted_tables  # what is referred to comes first
        with database.engine.connect() as connection:
            self.revision = MigrationContext.configure(connection).get_current_revision() or ""

    def album(self, link: str) -> str:
        """Return the id of the album under this link, or with this id; raises UnknownAlbum."""
        wanted = (AlbumRow.link == link) | (AlbumRow.id == link)
        with self._db.reading() as session:
            found = session.scalar(select(AlbumRow.id).where(wanted))
        if found is None:
            raise errors.UnknownAlbum
        return found

    def there(self, album: str) -> bool:
        """Tell whether there is an album of this id."""
        with self._db.reading() as session:
            return session.get(AlbumRow, album) is not None

    def of(self, album: str) -> dict[str, list[dict[str, Any]]]:
        """Return all rows of an album by their tables, but for those that are marked as deleted,
        and takes on their way.
        """
        found: dict[str, list[dict[str, Any]]] = {}
        with self._db.reading() as session:
            for table in self._tables:
                parents = {key.parent: key.column for key in table.foreign_keys}
                query = select(table)
                for column, parent in parents.items():
                    known = [row[parent.name] for row in found[parent.table.name]]
                    query = query.where(column.in_(known))
                if not parents:
                    query = query.where(table.c.id == album)
                rows = map(dict, session.execute(query).mappings())
                whole = (row for row in rows if row.get("kept", True))
                found[table.name] = [row for row in whole if not row.get("deleted")]
        return found

    def checked(self, album: str, tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict]]:
        """Return rows out of JSON as their tables take them; raises BadArchive.

        They are those of this album alone: each refers to rows that come with it.
        """
        if tables.keys() != {table.name for table in self._tables}:
            raise errors.BadArchive("other tables")
        checked: dict[str, list[dict]] = {}
        for table in self._tables:
            kind = msgspec.defstruct(
                table.name, map(_field, table.columns), forbid_unknown_fields=True
            )
            try:
                rows = msgspec.convert(tables[table.name], list[kind], builtin_types=())
            except msgspec.ValidationError as fault:
                raise errors.BadArchive(f"{table.name}: {fault}") from fault
            checked[table.name] = [msgspec.structs.asdict(row) for row in rows]
            for key in table.foreign_keys:
                known = {row[key.column.name] for row in checked[key.column.table.name]}
                if not {row[key.parent.name] for row in checked[table.name]} <= known:
                    raise errors.BadArchive(f"{table.name}: a row of another album")
        if [row["id"] for row in checked["albums"]] != [album]:
            raise errors.BadArchive("not one album")
        return checked

    def add(self, tables: dict[str, list[dict]]) -> str:
        """Put checked rows on record, all or none; return the link. Raises AlbumExists."""
        try:
            with self._db.writing() as session:
                for table in self._tables:
                    if tables[table.name]:
                        session.execute(insert(table), tables[table.name])
        except IntegrityError as fault:
            raise errors.AlbumExists from fault
        return tables["albums"][0]["link"]


def _field(column: Column) -> tuple[str, Any]:
    kind = list | dict if isinstance(column.type, JSON) else column.type.python_type
    return column.name, kind | None if column.nullable else kind


def migrate(connection: Connection) -> None:
    """Bring the tables up to date; of servers that start at once, one does and the others wait.

    SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        # Until the end of the transaction, in which env.py commits what was done.
        connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _wal(connection: sqlite3.Connection) -> None:
    """Let readers and the writer be there at once; a new file learns that from its first opener.

    For this statement alone SQLite does not wait for another that opens it at the same moment.
    """
    for _ in range(_BUSY_S * 20):
        try:
            connection.execute("pragma journal_mode=wal")
            return
        except sqlite3.OperationalError:
            time.sleep(0.05)
    connection.execute("pragma journal_mode=wal")


def _engine(url: str, sqlite: bool) -> Engine:
    if not sqlite:
        # A connection that a restart of the database has ended is noticed before it is used.
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": _BUSY_S})

    # pysqlite begins transactions late and not always: SQLAlchemy's manual says to do it oneself.
    @event.listens_for(engine, "connect")
    def connected(connection, record) -> None:
        connection.isolation_level = None
        _wal(connection)
        connection.execute("pragma foreign_keys=on")

    @event.listens_for(engine, "begin")
    def begun(connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("begin immediate" if writes else "begin")

    return engine

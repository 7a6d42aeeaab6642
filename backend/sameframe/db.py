"""The records: tables of albums and shots, in SQLite (WAL) unless told otherwise.

Everything here blocks: it is called from threads. Times are server time in ms.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import JSON, BigInteger, Engine, ForeignKey, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_S = 10  # how long a writer waits for another


class Row(DeclarativeBase):
    """The base of all tables."""


class AlbumRow(Row):
    """A room's album. Of the keys to it, room and host token, only digests are kept."""

    __tablename__ = "albums"
    id: Mapped[str] = mapped_column(primary_key=True)
    room: Mapped[bytes]
    host: Mapped[bytes]
    touched: Mapped[float]
    shots: Mapped[list["ShotRow"]] = relationship(cascade="all, delete-orphan")
    takes: Mapped[list["TakeRow"]] = relationship(cascade="all, delete-orphan")


class ShotRow(Row):
    """A shot, and its scene as JSON; `deleted` hides it until its files are gone."""

    __tablename__ = "shots"
    id: Mapped[str] = mapped_column(primary_key=True)
    album: Mapped[str] = mapped_column(ForeignKey("albums.id"), index=True)
    at: Mapped[float]
    state: Mapped[str] = mapped_column(index=True)
    scene: Mapped[str]
    wanted: Mapped[int]
    made: Mapped[int]
    deleted: Mapped[bool] = mapped_column(default=False)
    guests: Mapped[list["GuestRow"]] = relationship(
        cascade="all, delete-orphan", order_by="GuestRow.position"
    )
    pictures: Mapped[list["PictureRow"]] = relationship(
        cascade="all, delete-orphan", order_by="PictureRow.number"
    )
    prints: Mapped[list["PrintRow"]] = relationship(
        cascade="all, delete-orphan", order_by="PrintRow.number"
    )


class GuestRow(Row):
    """Who was in the room, whether a layer is expected, and the digest of the guest's token."""

    __tablename__ = "guests"
    shot: Mapped[str] = mapped_column(ForeignKey("shots.id"), primary_key=True)
    guest: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    digest: Mapped[bytes]
    expected: Mapped[bool]


class PictureRow(Row):
    """A layer or a fill; of one guest's the highest number counts. `digest` is of the upload."""

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
    """A finished print: its pixels, its files' sizes in bytes, who in it is a fill."""

    __tablename__ = "prints"
    shot: Mapped[str] = mapped_column(ForeignKey("shots.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    width: Mapped[int]
    height: Mapped[int]
    jpeg_bytes: Mapped[int]
    png_bytes: Mapped[int]
    fills: Mapped[list[str]] = mapped_column(JSON)


class TakeRow(Row):
    """A take; `kept` once it has come whole. `by` is the digest of its guest's token."""

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
        one (`with_for_update`).
        """
        with Session(self.engine.execution_options(writes=True)) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def migrate(connection: object) -> None:
    """Bring the tables up to date."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _engine(url: str, sqlite: bool) -> Engine:
    if not sqlite:
        return create_engine(url)
    engine = create_engine(url, connect_args={"timeout": _BUSY_S})

    # pysqlite begins transactions late and not always: SQLAlchemy's manual says to do it oneself.
    @event.listens_for(engine, "connect")
    def connected(connection, record) -> None:
        connection.isolation_level = None
        connection.execute("pragma journal_mode=wal")
        connection.execute("pragma foreign_keys=on")

    @event.listens_for(engine, "begin")
    def begun(connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("begin immediate" if writes else "begin")

    return engine

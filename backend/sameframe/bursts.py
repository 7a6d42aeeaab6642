"""Bursts on record: shots taken one after the other, of which the best is chosen.

Everything here blocks: it is called from threads. A burst has no row of its own: its shots bear its
name until one of them is chosen, or all are kept; then they are shots like all others, and the rest
is marked as deleted in the same transaction. So a killed server has chosen, or has not.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from sameframe import errors, seats
from sameframe.album import Albums
from sameframe.db import AlbumRow, ShotRow
from sameframe.news import Change, Item, change_of, item_of


@dataclass(frozen=True, slots=True)
class Burst:
    """A burst as an album's page shows it: the shots that are there, in order."""

    burst: str
    shots: list[Item]
    developing: bool
    mine: bool  # whoever visits may choose, the host apart


class Bursts:
    """The bursts of a database's albums."""

    def __init__(self, albums: Albums):
        self._db, self._albums = albums.database, albums

    def look(self, album: str, burst: str, tokens: Iterable[str], now: float) -> Burst:
        """Return a burst for the bearer of these tokens; raises UnknownAlbum, UnknownBurst."""
        self._albums.check(album, now)
        with self._db.reading() as session:
            rows = _rows(session, album, burst)
            shown = [row for row in rows if row.state != "missed"]
            return Burst(
                burst,
                [item_of(row) for row in shown],
                developing=any(row.state != "printed" for row in shown),
                mine=any(_pressed(rows, token) for token in tokens),
            )

    def ruled(self, room: str, burst: str, token: str) -> str:
        """Return the id of the burst's album to who may choose: whoever pressed, and the host.

        Raises UnknownBurst, BadGuestToken.
        """
        with self._db.reading() as session:
            row = session.scalar(
                select(ShotRow).where(ShotRow.burst == burst, ~ShotRow.deleted).limit(1)
            )
            album = row and session.get_one(AlbumRow, row.album)
            if row is None or album is None or not seats.matches(room, album.room):
                raise errors.UnknownBurst
            rows = _rows(session, row.album, burst)
            if not seats.matches(token, album.host) and not _pressed(rows, token):
                raise errors.BadGuestToken
            return row.album

    def choose(self, album: str, burst: str, shot: str | None) -> tuple[list[Change], list[Change]]:
        """Keep one of a burst's shots, or all of them; return what is kept and what is gone.

        Raises UnknownBurst, UnknownShot.
        """
        with self._db.writing() as session:
            session.get(AlbumRow, album, with_for_update=True)  # one choice at a time
            rows = _rows(session, album, burst)
            if shot is not None and shot not in {row.id for row in rows}:
                raise errors.UnknownShot
            for row in rows:
                row.burst = None
                row.deleted = shot not in (None, row.id)
            session.flush()
            kept = [change_of(row) for row in rows if not row.deleted]
            return kept, [_gone(change_of(row)) for row in rows if row.deleted]


def _rows(session: Session, album: str, burst: str) -> list[ShotRow]:
    """Return a burst's shots, in order."""
    query = select(ShotRow).where(ShotRow.album == album, ShotRow.burst == burst, ~ShotRow.deleted)
    rows = list(session.scalars(query.order_by(ShotRow.at)))
    if not rows:
        raise errors.UnknownBurst
    return rows


def _pressed(rows: list[ShotRow], token: str) -> bool:
    """Tell whether this is the token of whoever pressed."""
    return any(
        guest.guest == row.by and seats.matches(token, guest.digest)
        for row in rows
        for guest in row.guests
    )


def _gone(change: Change) -> Change:
    shown = msgspec.structs.replace(change.message, deleted=True, print=None)
    return Change(change.album, shown)

"""Who may do what in an album: its link, its passphrase, and whom a shot shows.

Everything here blocks: it is called from threads. Of a passphrase only a salted scrypt hash is
kept, of tokens their digests (seats.py).
"""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sameframe import errors, ids, seats, shots
from sameframe.album import Albums
from sameframe.db import AlbumRow, GuestRow, RequestRow, ShotRow, TakeRow
from sameframe.news import shot_of

PASSPHRASE_MAX = 200  # characters
_SALT = 16  # bytes
_WORK = {"n": 2**14, "r": 8, "p": 5}  # OWASP's figures for 16 MB: 0.2 s a try on a small server

Part = Literal["alone", "among", "asked", "kept"]


@dataclass(frozen=True, slots=True)
class Found:
    """An album under its link: its id, the host token's digest, and the passphrase's hash."""

    album: str
    host: bytes
    lock: bytes | None

    @property
    def opener(self) -> str | None:
        """Return what a browser keeps that said the passphrase; another passphrase, another one."""
        if self.lock is None:
            return None
        return hmac.new(self.lock, self.album.encode(), "sha256").hexdigest()


class Rights:
    """The rights in all albums on record."""

    def __init__(self, albums: Albums):
        self._albums, self._db = albums, albums.database

    def begin(self, album: str, room: bytes, host: bytes, now: float) -> None:
        """Put an album on record before its first shot, so that its host can close it."""
        with self._db.writing() as session:
            if session.get(AlbumRow, album) is None:
                session.add(AlbumRow(id=album, link=album, room=room, host=host, touched=now))

    def find(self, link: str, now: float) -> Found:
        """Return the album of a link; raises UnknownAlbum, also for a link that was revoked."""
        with self._db.reading() as session:
            row = session.scalar(select(AlbumRow).where(AlbumRow.link == link))
            if row is None or self._albums.expired(row, now):
                raise errors.UnknownAlbum
            return Found(row.id, row.host, row.lock)

    def ruled(self, link: str, token: str, now: float) -> str:
        """Return the id of the album that this host token rules; raises BadHostToken."""
        found = self.find(link, now)
        if not seats.matches(token, found.host):
            raise errors.BadHostToken
        return found.album

    def knows(self, album: str, tokens: Iterable[str]) -> bool:
        """Tell whether one of these tokens is of a guest of the album's shots or takes."""
        wanted = [seats.digest(token) for token in tokens]
        query = select(GuestRow.guest).join(ShotRow, ShotRow.id == GuestRow.shot)
        query = query.where(ShotRow.album == album, GuestRow.digest.in_(wanted))
        taken = select(TakeRow.id).where(TakeRow.album == album, TakeRow.by.in_(wanted))
        with self._db.reading() as session:
            return any(session.scalar(one.limit(1)) is not None for one in (query, taken))

    # --- the host's ---------------------------------------------------------------------------

    def close(self, album: str, passphrase: str) -> None:
        """Require a passphrase from now on; an empty one opens the album. Raises BadPassphrase."""
        said = _said(passphrase)
        if len(said) > PASSPHRASE_MAX:
            raise errors.BadPassphrase
        lock = hashed(said, secrets.token_bytes(_SALT)) if said else None
        with self._db.writing() as session:
            session.get_one(AlbumRow, album, with_for_update=True).lock = lock

    def revoke(self, album: str) -> str:
        """Give the album a new link and return it; the old one leads nowhere any more."""
        link = ids.album_id()
        with self._db.writing() as session:
            session.get_one(AlbumRow, album, with_for_update=True).link = link
        return link

    def asked(self, album: str, now: float) -> dict[str, int]:
        """Return how many ask for each shot to be deleted and wait for an answer."""
        query = (
            select(RequestRow.shot, func.count())
            .join(ShotRow, ShotRow.id == RequestRow.shot)
            .where(ShotRow.album == album, ~ShotRow.deleted, ~RequestRow.answered)
            .group_by(RequestRow.shot, ShotRow.at)
            .order_by(ShotRow.at.desc())
        )
        with self._db.reading() as session:
            gone = self._albums.gone(session, album, now)
            return {} if gone else dict(session.execute(query).all())

    def keep(self, album: str, shot: str, now: float) -> None:
        """Answer everyone who asks: the shot stays; raises UnknownShot."""
        with self._db.writing() as session:
            for request in self._shot(session, album, shot, now).requests:
                request.answered = True

    # --- a guest's ----------------------------------------------------------------------------

    def part(self, album: str, shot: str, tokens: Iterable[str], now: float) -> Part | None:
        """Return how a shot shows the guest with these tokens; raises UnknownShot.

        Nobody is alone in it while another's picture may still come. `asked` and `kept` are among
        others, too: the host was asked, or has said no.
        """
        with self._db.reading() as session:
            row = self._shot(session, album, shot, now)
            mine = _of(row, tokens)
            if not mine:
                return None
            if not (_seen(row) | shots.awaited(shot_of(row), now)) - mine:
                return "alone"
            answers = [request.answered for request in row.requests if request.guest in mine]
            if not answers:
                return "among"
            return "kept" if all(answers) else "asked"

    def ask(self, album: str, shot: str, tokens: Iterable[str], now: float) -> None:
        """Ask the host to delete a shot that shows the guest; raises UnknownShot, NotYours."""
        with self._db.writing() as session:
            row = self._shot(session, album, shot, now)
            mine = _of(row, tokens)
            if not mine:
                raise errors.NotYours
            known = {request.guest for request in row.requests}
            for guest in sorted(mine - known):
                row.requests.append(RequestRow(guest=guest, at=now, answered=False))

    def _shot(self, session: Session, album: str, shot: str, now: float) -> ShotRow:
        row = session.get(ShotRow, shot)
        if row is None or row.deleted or row.album != album:
            raise errors.UnknownShot
        if self._albums.gone(session, album, now):
            raise errors.UnknownShot
        return row


def hashed(passphrase: str, salt: bytes) -> bytes:
    """Return salt and hash as they are kept."""
    return salt + hashlib.scrypt(passphrase.encode(), salt=salt, **_WORK)


def opens(passphrase: str, lock: bytes) -> bool:
    """Tell whether this is the passphrase of a lock; takes its time."""
    said = _said(passphrase)[: PASSPHRASE_MAX + 1]
    return hmac.compare_digest(hashed(said, lock[:_SALT]), lock)


def _said(passphrase: str) -> str:
    # Hangul is typed composed on one machine and in letters on another.
    return unicodedata.normalize("NFC", passphrase).strip()


def _of(row: ShotRow, tokens: Iterable[str]) -> set[str]:
    """Return as whom the bearer of these tokens is shown."""
    digests = {seats.digest(token) for token in tokens}
    return {guest.guest for guest in row.guests if guest.digest in digests} & _seen(row)


def _seen(row: ShotRow) -> set[str]:
    """Return whom a shot shows: in a moving picture, whoever was in the room may be."""
    if row.motion:
        return {guest.guest for guest in row.guests}
    return {picture.guest for picture in row.pictures}

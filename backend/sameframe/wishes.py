"""What guests wish for, on record, and the job that makes it: a background like any other.

The queue is in the records: what was waiting, or in the making, when a server was killed is made by
the next one. Everything here blocks: it is called from threads. `now` is server time in ms.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import structlog
from PIL import Image
from sameframe_worker.scene import Background
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sameframe import errors, furnishing, ids, loops, seats, stills, wire
from sameframe.album import Albums
from sameframe.backdrops import Backdrops
from sameframe.db import AlbumRow, WishRow
from sameframe.events import Event
from sameframe.generators.wish import (
    PROMPT_MAX,
    SIZE,
    Cancelled,
    Frame,
    Loop,
    Made,
    Provider,
    Wish,
)
from sameframe.grounds import Grounds
from sameframe.jobs import WishJobs
from sameframe.seats import Room

HOUR_MS = 3_600_000
WAITING = 4  # of one room at a time
_OPEN = ("waiting", "making")
_TELL_S = 0.3  # the room hears so often how far it is

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Order:
    """A wish that is to be fulfilled now."""

    shown: wire.Wish
    album: str
    seed: int


class Wishes:
    """All rooms' wishes; `tell` lets an event happen to an album's room, from any thread."""

    def __init__(
        self,
        albums: Albums,
        backdrops: Backdrops,
        grounds: Grounds,
        jobs: WishJobs,
        providers: tuple[Provider, ...],
        per_hour: int,
        now: Callable[[], float],
        tell: Callable[[str, Event], None],
    ):
        self._albums, self._db = albums, albums.database
        self._backdrops, self._grounds, self._jobs = backdrops, grounds, jobs
        self._providers, self._per_hour = providers, per_hour
        self._now, self._tell = now, tell
        self._dropped: set[str] = set()  # cancelled while in the making
        self._ending = threading.Event()

    def start(self) -> None:
        """Begin to work, with what an earlier server left undone."""
        with self._db.writing() as session:
            rows = list(session.scalars(_queue()))
            for row in rows:
                row.state = "waiting"
            left = [row.id for row in rows]
        self._jobs.start(self.make)
        for wish in left:
            self._jobs.wish(wish)

    def stop(self) -> None:
        """Leave what is in the making to the next server, and stop."""
        self._ending.set()
        self._jobs.stop()

    def add(self, room: Room, by: str, wanted: wire.Wanted) -> wire.Wish:
        """Take a wish; raises TooManyWishes."""
        now = self._now()
        with self._db.writing() as session:
            key = seats.digest(room.name), room.host_digest
            self._albums.reopen(session, room.album, *key, now)
            session.flush()
            session.get_one(AlbumRow, room.album, with_for_update=True)
            self._within(session, room.album, now)
            row = WishRow(id=ids.wish_id(), album=room.album, by=by, at=now, seed=ids.seed())
            row.kind, row.prompt, row.style = wanted.kind, wanted.prompt, wanted.style
            row.movement, row.state, row.words = wanted.movement, "waiting", []
            if wanted.source is not None:
                row.source = msgspec.json.encode(wanted.source).decode()
            row.maker = self._provider(wanted.kind, wanted.style, wanted.movement).name
            session.add(row)
            session.flush()
            wish, place = row.id, _places(session)[row.id]
            shown = shown_of(row, place)
        # Without names: neither who wished nor where.
        log.info("wish", kind=shown.kind, maker=shown.maker, prompt=shown.prompt)
        self._tell(room.album, furnishing.Wished(shown))
        self._jobs.wish(wish)
        return shown

    def cancel(self, album: str, wish: str) -> None:
        """Give a wish up; raises UnknownWish."""
        with self._db.writing() as session:
            row = session.get(WishRow, wish, with_for_update=True)
            if row is None or row.album != album or row.state not in _OPEN:
                raise errors.UnknownWish
            self._dropped.add(wish)
            row.state = "cancelled"
            shown = shown_of(row)
        self._tell(album, furnishing.Wished(shown))
        self._places_changed()

    def make(self, wish: str) -> None:
        """Fulfil a wish that waits; what goes wrong is put on record."""
        order = self._begun(wish)
        if order is None:
            return
        try:
            made = self._made(order)
            self._end(order, "made", *made)
        except Cancelled:
            if self._ending.is_set():
                self._again(order)
        except errors.SameframeError as problem:
            log.warning("a wish failed", code=problem.code, detail=problem.detail)
            self._end(order, "failed", problem=problem.code)
        except Exception:  # a model's library raises what it likes; the next wish is made
            log.exception("a wish failed")
            self._end(order, "failed", problem=errors.MakerFailed.code)
        finally:
            self._dropped.discard(wish)
            self._places_changed()

    # --- a wish's course ---------------------------------------------------------------------

    def _begun(self, wish: str) -> Order | None:
        with self._db.writing() as session:
            row = session.get(WishRow, wish, with_for_update=True)
            if row is None or row.state != "waiting":
                return None
            row.state = "making"
            order = Order(shown_of(row), row.album, row.seed)
        self._tell(order.album, furnishing.Wished(order.shown))
        return order

    def _made(self, order: Order) -> tuple[tuple[str, ...], str]:
        """Make it; return the words that were understood, and the background's id."""
        shown = order.shown
        source = shown.source and self._grounds.drawn(order.album, shown.source, SIZE)
        wish = Wish(shown.kind, shown.prompt, order.seed, source, shown.style, shown.movement)
        provider = self._provider(shown.kind, shown.style, shown.movement)
        made = provider.make(wish, self._progress(order), lambda: self._unwanted(order))
        if self._unwanted(order):
            raise Cancelled
        return made.words, self._kept(order, made)

    def _kept(self, order: Order, made: Made) -> str:
        # Of what our own code drew nothing is to be doubted, but all pictures go the same way.
        owner = Room("", b"", 0, 0.0, order.album)  # the album is there: nothing else is asked
        by, now = order.shown.by, self._now()
        if made.loop is not None:
            with TemporaryDirectory(prefix="sameframe-") as folder:
                path = Path(folder, "loop.webm")
                poster = self._filmed(order, made.loop, path)
                self._there(order)
                backdrop, new = self._backdrops.add_loop(owner, by, poster, path, now)
        else:
            picture = made.picture
            data = picture if isinstance(picture, bytes) else _png(picture)
            still = stills.still(data)
            self._there(order)
            backdrop, new = self._backdrops.add(owner, by, still, now)
        if new:
            self._tell(order.album, furnishing.Brought(backdrop))
        return backdrop.file

    def _filmed(self, order: Order, loop: Loop, path: Path) -> stills.Still:
        """Write a loop and return its poster, under the loop's id."""
        progress = self._progress(order)
        first: list[Frame] = []

        def shown() -> Iterator[Frame]:
            for number, frame in enumerate(loop.frames, 1):
                if not first:
                    first.append(frame)
                progress(number / loop.count)
                yield frame

        loops.encode(shown(), loop.fps, path)
        poster = stills.still(_png(Image.fromarray(first[0])))
        with path.open("rb") as file:
            return replace(poster, id=f"b{hashlib.file_digest(file, 'sha256').hexdigest()}")

    def _there(self, order: Order) -> None:
        """Raise Cancelled if the album has expired, or nobody wants it any more."""
        with self._db.reading() as session:
            if session.get(WishRow, order.shown.wish) is None or self._unwanted(order):
                raise Cancelled

    def _end(
        self,
        order: Order,
        state: wire.WishState,
        words: tuple[str, ...] = (),
        file: str | None = None,
        problem: str | None = None,
    ) -> None:
        with self._db.writing() as session:
            row = session.get(WishRow, order.shown.wish, with_for_update=True)
            if row is None or row.state != "making":
                return
            row.state, row.file, row.problem, row.words = state, file, problem, list(words)
            shown = shown_of(row)
        self._tell(order.album, furnishing.Wished(shown))

    def _again(self, order: Order) -> None:
        with self._db.writing() as session:
            row = session.get(WishRow, order.shown.wish, with_for_update=True)
            if row is not None and row.state == "making":
                row.state = "waiting"

    # --- parts -------------------------------------------------------------------------------

    def _provider(
        self, kind: wire.WishKind, style: wire.Style | None, movement: wire.Movement | None
    ) -> Provider:
        asked = Wish(kind, "", 0, style=style, movement=movement)
        return next(provider for provider in self._providers if provider.can(asked))

    def _within(self, session: Session, album: str, now: float) -> None:
        mine = WishRow.album == album
        recent = session.scalar(select(func.count()).where(mine, WishRow.at > now - HOUR_MS))
        open_ = session.scalar(select(func.count()).where(mine, WishRow.state.in_(_OPEN)))
        if open_ >= WAITING or recent >= self._per_hour:
            raise errors.TooManyWishes

    def _unwanted(self, order: Order) -> bool:
        return order.shown.wish in self._dropped or self._ending.is_set()

    def _progress(self, order: Order) -> Callable[[float], None]:
        told = 0.0

        def progress(done: float) -> None:
            nonlocal told
            now = time.monotonic()
            if now - told >= _TELL_S and not self._unwanted(order):
                told = now
                shown = msgspec.structs.replace(order.shown, progress=max(0.0, min(1.0, done)))
                self._tell(order.album, furnishing.Wished(shown))

        return progress

    def _places_changed(self) -> None:
        """Tell those who wait that somebody before them is done."""
        with self._db.reading() as session:
            places = _places(session)
            waiting = [row for row in session.scalars(_queue()) if row.state == "waiting"]
            news = [(row.album, shown_of(row, places[row.id])) for row in waiting]
        for album, shown in news:
            self._tell(album, furnishing.Wished(shown))


def wanted(wish: wire.Wanted, prompt: str) -> wire.Wanted:
    """Return a wish that says what it wants, no more and no less; raises PromptEmpty."""
    if len(prompt) > PROMPT_MAX:
        raise errors.PromptTooLong
    style = wish.style if wish.kind == "restyle" else None
    movement = wish.movement if wish.kind == "move" else None
    source = None if wish.kind == "draw" else wish.source
    if not (prompt or style or movement) or (wish.kind != "draw" and source is None):
        raise errors.PromptEmpty
    return wire.Wanted(wish.kind, prompt, style, movement, source)


def shown_of(row: WishRow, place: int | None = None) -> wire.Wish:
    """Return a wish as its room sees it."""
    source = row.source and msgspec.json.decode(row.source, type=Background)
    return wire.Wish(
        wish=row.id,
        by=row.by,
        at=row.at,
        kind=row.kind,
        prompt=row.prompt,
        style=row.style,
        movement=row.movement,
        source=source,
        maker=row.maker,
        state=row.state,
        place=place if row.state == "waiting" else None,
        words=row.words,
        file=row.file,
        problem=row.problem,
    )


def _queue():
    return select(WishRow).where(WishRow.state.in_(_OPEN)).order_by(WishRow.at, WishRow.id)


def _places(session: Session) -> dict[str, int]:
    return {row.id: place for place, row in enumerate(session.scalars(_queue()), 1)}


def _png(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()

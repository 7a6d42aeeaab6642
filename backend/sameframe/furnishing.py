"""Which backgrounds of its own a room can have: (room, event) -> room. Pure."""

from dataclasses import dataclass, replace

from sameframe import wire
from sameframe.seats import Room


@dataclass(frozen=True, slots=True)
class Brought:
    """A guest's background is kept: from now on the room can have it."""

    backdrop: wire.Backdrop


@dataclass(frozen=True, slots=True)
class Grown:
    """The loop of one that moves is further than before, or there, or has failed."""

    backdrop: wire.Backdrop


@dataclass(frozen=True, slots=True)
class Removed:
    """An uploaded background can't be chosen any more; where it is shown it stays."""

    file: str


@dataclass(frozen=True, slots=True)
class Wished:
    """A guest's wish for a background is new, or has gone further."""

    wish: wire.Wish


def furnished(room: Room, event: Brought | Grown | Removed) -> Room:
    """Return the room with what there is after this."""
    if isinstance(event, Grown):
        new = event.backdrop
        return replace(
            room, backdrops=tuple(new if b.file == new.file else b for b in room.backdrops)
        )
    file, new = (event.file, ()) if isinstance(event, Removed) else _new(event)
    others = tuple(backdrop for backdrop in room.backdrops if backdrop.file != file)
    return replace(room, backdrops=(*others, *new))


def _new(event: Brought) -> tuple[str, tuple[wire.Backdrop, ...]]:
    return event.backdrop.file, (event.backdrop,)

"""A change of the room's background, for which everyone gets ready first. Pure.

Who chooses one lets everybody who is there fetch and decode it (`BackgroundComing`); each says when
they are done with that (`BackgroundReady`), whether or not it could be had. Then the scene changes,
for all at once. Nobody is waited for longer than WAIT_MS, nor who is gone; who is later than that
keeps the background before until theirs is there. A plain colour, and the choice of someone who is
alone, change the scene at once.
"""

from dataclasses import replace

from sameframe import decor, wire
from sameframe.events import TellAll
from sameframe.seats import Change, Room, Seat

WAIT_MS = 3_000  # 4K presets of three booths on two cores take half of that


def decorated(room: Room, seat: Seat, message: decor.Decorating, now: float) -> Room:
    """Return the room after this, or in which everyone gets ready for it; raises as decor does."""
    after = decor.decorated(room, seat, message)
    if isinstance(message, wire.UndoBackground):
        return replace(room if room.change else after, change=None)
    if not isinstance(message, wire.SetBackground):
        return after
    background = after.scene.background
    if background == room.scene.background:
        return replace(room, change=None)  # thought better of it
    here = frozenset(one.id for one in room.seats if one.here)
    if len(here) < 2 or background.name == "plain":
        return replace(after, change=None)
    return replace(room, change=Change(background, seat.id, now + WAIT_MS, here))


def ready(room: Room, seat: Seat, message: wire.BackgroundReady) -> Room:
    """Return the room in which one more is ready; for a background that no more comes, the same."""
    change = room.change
    if change is None or not _same(change, message):
        return room
    return replace(room, change=replace(change, awaits=change.awaits - {seat.id}))


def due(room: Room, now: float) -> bool:
    """Tell whether the change is to be made now."""
    change = room.change
    if change is None:
        return False
    return now >= change.until or not any(s.here and s.id in change.awaits for s in room.seats)


def made(room: Room) -> Room:
    """Return the room with the background that everyone has made ready."""
    return replace(decor.changed(room, room.change.background), change=None)


def news(before: Room, after: Room) -> tuple[TellAll, ...]:
    """Return what everyone is told of it."""
    was, now = before.change, after.change
    if (was and (was.background, was.until)) == (now and (now.background, now.until)):
        return ()
    return (TellAll(wire.BackgroundComing(now and now.background)),)


def _same(change: Change, message: wire.BackgroundReady) -> bool:
    return (change.background.name, change.background.file) == (message.name, message.file)

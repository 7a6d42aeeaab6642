"""A retake: one guest's new picture for an old shot. (room, what happens) -> room. Pure.

    asked ──► taking ──► done
      ├► declined ◄┤└──► missed
      └► unanswered
    and from both: gone, when the guest leaves, or the picture is deleted or without them

One at a time in a room. What the shot itself allows is decided in shots.py, before anyone is asked.
"""

from dataclasses import dataclass, replace

from sameframe import errors, wire
from sameframe.seats import Retake, Room, Seat

ASK_MS = 30_000  # to answer
COUNT_MS = 3_000  # to pose
SEND_MS = 60_000  # after the instant: as long as a browser tries again on a lost network
ENDS = ("done", "declined", "unanswered", "missed", "gone")


@dataclass(frozen=True, slots=True)
class Wish:
    """Someone would like a guest's picture of a shot anew: the guest's retake `number` there.

    `by` asks in the room; None is the host on the album's pages, who is never taken by surprise.
    """

    shot: str
    guest: str
    by: str | None
    number: int
    preview: str


def asked(room: Room, wish: Wish, now: float) -> Room:
    """Ask the guest, or begin at once where one asks oneself.

    Raises HostOnly, NotHere, NoCamera, AlreadyRetaking, AlreadyCounting.
    """
    by = room.seat(wish.by) if wish.by is not None else None
    if wish.by is not None and wish.by != wish.guest and not (by and by.host):
        raise errors.HostOnly
    seat = room.seat(wish.guest)
    if seat is None or not seat.here:
        raise errors.NotHere
    if seat.camera != "on":
        raise errors.NoCamera
    if room.retake is not None:
        raise errors.AlreadyRetaking
    host = next((seat.id for seat in room.seats if seat.host and seat.here), None)
    asker = wish.by or host
    retake = Retake(
        wish.shot, wish.guest, asker, wish.number, wish.preview, "asked", now + ASK_MS
    )  # fmt: skip
    if wish.by == wish.guest:
        return _begun(room, retake, now)
    return replace(room, retake=retake)


def answered(room: Room, seat: Seat, answer: wire.AnswerRetake, now: float) -> Room:
    """Begin, or give up, also while the picture is taken.

    Raises NothingAsked, NoCamera, AlreadyCounting.
    """
    retake = room.retake
    if retake is None or (retake.guest, retake.shot) != (seat.id, answer.shot):
        raise errors.NothingAsked
    if not answer.accept:
        return _ended(room, "declined" if retake.state == "asked" else "missed")
    if retake.state != "asked":
        raise errors.NothingAsked
    if seat.camera != "on":
        raise errors.NoCamera
    return _begun(room, retake, now)


def passed(room: Room, now: float) -> Room:
    """Let time pass."""
    retake = room.retake
    if retake is None:
        return room
    if retake.state == "asked" and now >= retake.at:
        return _ended(room, "unanswered")
    if retake.state == "taking" and now >= retake.at + SEND_MS:
        return _ended(room, "missed")
    return room


def wanted(room: Room, shot: str, guest: str) -> Retake:
    """Return the retake that this guest is to bring now; raises NotWanted."""
    retake = room.retake
    if retake is None or (retake.shot, retake.guest, retake.state) != (shot, guest, "taking"):
        raise errors.NotWanted
    return retake


def kept(room: Room, shot: str, guest: str, number: int) -> Room:
    """Note that the picture is kept."""
    retake = room.retake
    if retake is None or (retake.shot, retake.guest, retake.number) != (shot, guest, number):
        return room
    return _ended(room, "done")


def reported(room: Room, shot: wire.ShotChanged) -> Room:
    """Follow a shot on record: it may be deleted, or the guest out of it."""
    retake = room.retake
    if retake is None or retake.shot != shot.shot:
        return room
    return _ended(room, "gone") if shot.deleted or retake.guest not in shot.expects else room


def seated(room: Room) -> Room:
    """Give up the retake of a guest who has no seat any more."""
    if room.retake is None or room.seat(room.retake.guest) is not None:
        return room
    return _ended(room, "gone")


def cleared(room: Room) -> Room:
    """Forget a retake that has ended, once everyone was told."""
    return replace(room, retake=None) if room.retake and room.retake.state in ENDS else room


def counts(room: Room, now: float) -> bool:
    """Tell whether someone poses for a retake just now."""
    retake = room.retake
    return retake is not None and retake.state == "taking" and now < retake.at


def shown(retake: Retake) -> wire.Retaking:
    """Return the retake as all see it."""
    return wire.Retaking(
        retake.shot, retake.guest, retake.by, retake.state, retake.at, retake.preview
    )


def _begun(room: Room, retake: Retake, now: float) -> Room:
    if room.countdown is not None or room.pause is not None:
        raise errors.AlreadyCounting
    return replace(room, retake=replace(retake, state="taking", at=now + COUNT_MS))


def _ended(room: Room, state: wire.RetakeState) -> Room:
    return replace(room, retake=room.retake and replace(room.retake, state=state))

"""Remotes: second devices that press the shutter as a guest, and nothing else. Pure.

A guest's key follows from the room's and the guest's id, so there is nothing to keep of it. It
ends with the guest: ids are never used twice.
"""

import base64
import hashlib
import hmac
from dataclasses import replace

from sameframe import errors, wire
from sameframe.seats import Remote, Room

MAX = 4  # of one guest at once; one whose network is lost counts for a heartbeat more
_KEY_BYTES = 24


def key(room: Room, guest: str) -> str:
    """Return what opens a guest's remote; raises BadRemote where the room has no key."""
    if not room.key:
        raise errors.BadRemote
    digest = hmac.new(room.key, f"remote {guest}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:_KEY_BYTES]).decode()


def attached(room: Room, said: str) -> Room:
    """Connect a remote, whose epoch is the room's then; raises BadRemote, TooManyRemotes."""
    ids = [seat.id for seat in (*room.seats, *(memory.seat for memory in room.memories))]
    guest = next((one for one in ids if hmac.compare_digest(key(room, one), said)), None)
    if guest is None:
        raise errors.BadRemote
    if sum(remote.guest == guest for remote in room.remotes) >= MAX:
        raise errors.TooManyRemotes
    epoch = room.epoch + 1
    return replace(room, epoch=epoch, remotes=(*room.remotes, Remote(epoch, guest)))


def without(room: Room, gone: tuple[Remote, ...]) -> Room:
    """Let these remotes go."""
    return replace(room, remotes=tuple(one for one in room.remotes if one not in gone))


def orphans(room: Room) -> tuple[Remote, ...]:
    """Return the remotes whose guest is gone for good."""
    return tuple(remote for remote in room.remotes if room.known(remote.guest) is None)


def shown(room: Room, remote: Remote) -> wire.RemoteChanged:
    """Return what a remote shows."""
    seat, guest = room.seat(remote.guest), room.known(remote.guest)
    here = seat is not None and seat.here
    barred = room.pressers == "host" and not (guest and guest.host)
    counting = room.countdown
    series = counting.series if counting else room.pause and room.pause.series
    posed = series if series and not series.burst else None  # a burst has no pauses to pose in
    return wire.RemoteChanged(
        name=guest.name if guest else "",
        held="away" if not here else "host" if barred else None,
        busy=counting is not None or room.pause is not None,
        at=counting and counting.at,
        seconds=counting.seconds if counting else 0,
        number=posed and posed.number,
        count=posed and len(posed.shots),
        print=room.newest,
    )

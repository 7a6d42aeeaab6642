"""A room as a state machine: (room, event, now) -> (room, what goes out). Pure.

No sockets, no clock, no randomness: ids and tokens come in with the event, `now` is server time in
ms. What is not allowed raises a named error and changes nothing. Who speaks is known by `epoch`,
the number of the connection: it rises through the room's life and is never used twice.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sameframe_worker import scene as scenes
from sameframe_worker.scene import Arrangement, Layer, Scene

from sameframe import errors, seats, wire
from sameframe.backgrounds import PRESETS
from sameframe.names import tidied
from sameframe.seats import Countdown, Room, Seat

SEAT_MS = 120_000  # how long the seat of someone who lost the connection counts
LEAD_MS = 1_000  # without a countdown: for the message to reach everyone, and to sit up straight

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


# --- events ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arrive:
    """Someone says Hello; `guest` and `token` are theirs if they are new."""

    hello: wire.Hello
    guest: str
    token: str


@dataclass(frozen=True, slots=True)
class Said:
    """A message came through this connection."""

    epoch: int
    message: wire.FromBrowser


@dataclass(frozen=True, slots=True)
class Pressed:
    """The shutter was pressed through this connection; `shot` is the id if it opens one."""

    epoch: int
    message: wire.Shoot
    shot: str


@dataclass(frozen=True, slots=True)
class Lost:
    """This connection is gone."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Moved:
    """The album has a new link."""

    link: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passes."""


Event = Arrive | Said | Pressed | Lost | Moved | Tick


# --- what goes out ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tell:
    """A message to one connection."""

    epoch: int
    message: wire.FromServer


@dataclass(frozen=True, slots=True)
class TellAll:
    """A message to every connection but one."""

    message: wire.FromServer
    but: int | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """The end of a connection, and why."""

    epoch: int
    error: errors.SameframeError


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The room as a shot sees it, to be put on record: once when the shot is opened, and once,
    `exposed`, as it was at the instant. `guests` are those here, with their tokens' digests.
    """

    shot: str
    at: float
    by: str
    room: str
    album: str
    host_digest: bytes
    scene: Scene
    guests: tuple[tuple[str, bytes], ...]
    expects: tuple[str, ...]
    exposed: bool


Outgoing = Tell | TellAll | Close | Snapshot
Step = tuple[Room, tuple[Outgoing, ...]]


def step(room: Room, event: Event, now: float) -> Step:
    """Let one event happen; raises a SameframeError for what is refused.

    Whatever happens first after the instant of a shot finds the room as it was at the instant.
    """
    room, exposed = _exposed(room, now)
    room, out = _happened(room, event, now)
    return room, (*exposed, *out)


def _happened(room: Room, event: Event, now: float) -> Step:
    match event:
        case Arrive():
            return _arrive(room, event, now)
        case Said(epoch, message):
            seat = room.speaker(epoch)
            if seat is None:
                return room, ()
            return _SAID[type(message)](replace(room, touched=now), seat, message, now)
        case Pressed(epoch, message, shot):
            seat = room.speaker(epoch)
            if seat is None:
                return room, ()
            return _shoot(replace(room, touched=now), seat, message, shot, now)
        case Lost(epoch):
            seat = room.speaker(epoch)
            if seat is None:
                return room, ()
            room = seats.with_seat(replace(room, touched=now), replace(seat, lost_at=now))
            return room, (TellAll(wire.Roster(room.guests())),)
        case Moved(link):
            return replace(room, moved=link), (TellAll(wire.AlbumMoved(link)),)
        case Tick():
            return _tick(room, now)


def expired(room: Room, now: float, after_ms: float) -> bool:
    """Tell whether nobody has been in the room for this long."""
    return not any(seat.here for seat in room.seats) and now - room.touched > after_ms


# --- coming and going ------------------------------------------------------------------------


def _arrive(room: Room, event: Arrive, now: float) -> Step:
    hello = event.hello
    name = tidied(hello.name)
    rules = hello.host is not None and seats.matches(hello.host, room.host_digest)
    before = room
    old, memory = room.recognised(hello.token)
    if old is None and len(room.seats) >= room.capacity:
        raise errors.RoomFull
    known = old or (memory and memory.seat)
    fresh = Seat(
        id=known.id if known else event.guest,
        digest=known.digest if known else seats.digest(event.token),
        arrival=known.arrival if known else room.arrivals,
        name=name,
        host=rules or bool(known and known.host),
        camera=hello.camera,
        microphone=hello.microphone,
        epoch=room.epoch + 1,
    )
    room = replace(
        room,
        epoch=fresh.epoch,
        touched=now,
        arrivals=room.arrivals + (known is None),
        memories=tuple(m for m in room.memories if m is not memory),
    )
    room = seats.dressed(seats.with_seat(room, fresh), fresh, memory)
    token = hello.token if known and hello.token else event.token
    out: list[Outgoing] = []
    if old is not None and old.here:
        out.append(Close(old.epoch, errors.Replaced()))
    out.append(Tell(fresh.epoch, _welcome(room, fresh, token, now)))
    if hello.host is not None and not rules:
        out.append(Tell(fresh.epoch, wire.Refused(errors.BadHostToken.code)))
    if room.countdown is not None:
        out.append(Tell(fresh.epoch, _shutter(room.countdown)))
    out.append(TellAll(wire.Roster(room.guests()), but=fresh.epoch))
    out.extend(_scene_news(before, room, but=fresh.epoch))
    return room, tuple(out)


def _tick(room: Room, now: float) -> Step:
    before = room
    for seat in room.seats:
        if seat.lost_at is not None and now - seat.lost_at >= SEAT_MS:
            room = seats.without_seat(seats.remembered(room, seat), seat)
    if room is before:
        return room, ()
    return room, (TellAll(wire.Roster(room.guests())), *_scene_news(before, room))


def _leave(room: Room, seat: Seat, message: wire.Leave, now: float) -> Step:
    left = seats.without_seat(room, seat)
    roster = TellAll(wire.Roster(left.guests()), but=seat.epoch)
    news = _scene_news(room, left, but=seat.epoch)
    return left, (Close(seat.epoch, errors.Left()), roster, *news)


def _status(room: Room, seat: Seat, message: wire.Status, now: float) -> Step:
    changed = replace(
        seat, name=tidied(message.name), camera=message.camera, microphone=message.microphone
    )
    if changed == seat:
        return room, ()
    after = seats.dressed(seats.with_seat(room, changed), changed)
    return after, (TellAll(wire.Roster(after.guests())), *_scene_news(room, after))


def _already_joined(room: Room, seat: Seat, message: wire.Hello, now: float) -> Step:
    raise errors.AlreadyJoined


# --- between two guests ----------------------------------------------------------------------


def _signal(room: Room, seat: Seat, message: wire.Signal, now: float) -> Step:
    if message.to == seat.id:
        raise errors.BadMessage("a signal to oneself")
    if (message.description is None) == (message.candidate is None):
        raise errors.BadMessage("either a description or a candidate")
    to = room.seat(message.to)
    stale = to is None or not to.here or (message.epoch, message.to_epoch) != (seat.epoch, to.epoch)
    if stale:
        return room, ()
    signalled = wire.Signalled(
        sender=seat.id,
        epoch=message.epoch,
        to_epoch=message.to_epoch,
        generation=message.generation,
        description=message.description,
        candidate=message.candidate,
    )
    return room, (Tell(message.to_epoch, signalled),)


def _ping(room: Room, seat: Seat, message: wire.Ping, now: float) -> Step:
    return room, (Tell(seat.epoch, wire.Pong(sent=message.sent, time=now)),)


# --- the scene -------------------------------------------------------------------------------


def _place(room: Room, seat: Seat, message: wire.Place, now: float) -> Step:
    old = _layer_of(room, seat, message.layer.guest)
    try:
        layer = scenes.clamped(message.layer)
    except ValueError as fault:
        raise errors.BadLayer(str(fault)) from fault
    # Turning one's own mirror is no placing by hand: newcomers may still find their row.
    by_hand = replace(layer, mirror=old.mirror, opacity=old.opacity) != old
    return _shown(room, seat, room.scene.with_layer(layer), layout=None if by_hand else room.layout)


def _order(room: Room, seat: Seat, message: wire.Order, now: float) -> Step:
    _layer_of(room, seat, message.guest)
    return _shown(room, seat, room.scene.reordered(message.guest, message.step), layout=None)


def _reset(room: Room, seat: Seat, message: wire.Reset, now: float) -> Step:
    _layer_of(room, seat, message.guest)
    row = scenes.arranged(seats.standing(room), room.layout or "row")
    layer = next(layer for layer in row if layer.guest == message.guest)
    return _shown(room, seat, room.scene.with_layer(layer), layout=room.layout)


def _tidy(room: Room, seat: Seat, message: wire.Tidy, now: float) -> Step:
    if not seat.host:
        raise errors.HostOnly
    scene = scenes.rearranged(room.scene, seats.standing(room), message.arrangement)
    return _shown(room, seat, scene, layout=message.arrangement)


def _set_background(room: Room, seat: Seat, message: wire.SetBackground, now: float) -> Step:
    background = message.background
    if background.name not in PRESETS:
        raise errors.UnknownBackground
    if not _COLOUR.fullmatch(background.colour):
        raise errors.BadColour
    return _shown(room, seat, replace(room.scene, background=background), layout=room.layout)


def _layer_of(room: Room, seat: Seat, guest: str) -> Layer:
    """Return the guest's layer if this seat may change it."""
    layer = room.scene.layer(guest)
    if guest != seat.id and not seat.host:
        raise errors.NotYours
    if layer is None:
        raise errors.UnknownGuest
    return layer


def _shown(room: Room, seat: Seat, scene: Scene, layout: Arrangement | None) -> Step:
    if scene == room.scene:
        return replace(room, layout=layout), ()
    after = replace(room, scene=scene, layout=layout)
    return after, (TellAll(wire.SceneChanged(scene, by=seat.id)),)


# --- the shutter -----------------------------------------------------------------------------


def _shoot(room: Room, seat: Seat, message: wire.Shoot, shot: str, now: float) -> Step:
    if room.countdown is not None:
        raise errors.AlreadyCounting
    at = now + max(message.seconds * 1_000, LEAD_MS)
    countdown = Countdown(shot, at, seat.id, message.seconds, room.posing())
    room = replace(room, countdown=countdown)
    return room, (_snapshot(room, countdown, exposed=False), TellAll(_shutter(countdown)))


def _exposed(room: Room, now: float) -> Step:
    if room.countdown is None or now < room.countdown.at:
        return room, ()
    return replace(room, countdown=None), (_snapshot(room, room.countdown, exposed=True),)


def _snapshot(room: Room, countdown: Countdown, exposed: bool) -> Snapshot:
    return Snapshot(
        shot=countdown.shot,
        at=countdown.at,
        by=countdown.by,
        room=room.name,
        album=room.album,
        host_digest=room.host_digest,
        scene=room.scene,
        guests=tuple((seat.id, seat.digest) for seat in room.seats if seat.here),
        expects=room.posing(),
        exposed=exposed,
    )


def _shutter(countdown: Countdown) -> wire.Shutter:
    return wire.Shutter(
        shot=countdown.shot,
        at=countdown.at,
        by=countdown.by,
        seconds=countdown.seconds,
        expects=list(countdown.expects),
    )


# --- parts -----------------------------------------------------------------------------------


def _scene_news(before: Room, after: Room, but: int | None = None) -> tuple[Outgoing, ...]:
    if before.scene == after.scene:
        return ()
    return (TellAll(wire.SceneChanged(after.scene, by=None), but=but),)


def _welcome(room: Room, seat: Seat, token: str, now: float) -> wire.Welcome:
    return wire.Welcome(
        you=seat.id,
        token=token,
        room=room.name,
        epoch=seat.epoch,
        time=now,
        guests=room.guests(),
        scene=room.scene,
        capacity=room.capacity,
        ice=list(room.ice),
        album=room.link,
    )


_SAID: dict[type, Callable[[Room, Seat, Any, float], Step]] = {
    wire.Hello: _already_joined,
    wire.Leave: _leave,
    wire.Status: _status,
    wire.Signal: _signal,
    wire.Place: _place,
    wire.Order: _order,
    wire.Reset: _reset,
    wire.Tidy: _tidy,
    wire.SetBackground: _set_background,
    wire.Ping: _ping,
}

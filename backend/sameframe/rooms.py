"""A room as a state machine: (room, event, now) -> (room, what goes out). Pure.

No sockets, no clock, no randomness: ids and tokens come in with the event, `now` is server time in
ms. What is not allowed raises a named error and changes nothing. Who speaks is known by `epoch`,
the number of the connection: it rises through the room's life and is never used twice.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

from sameframe import changing, decor, errors, placing, props, remotes, retaking, seats, wire
from sameframe.events import (
    Arrive,
    AskRetake,
    Attach,
    Close,
    Event,
    Lost,
    Moved,
    Outgoing,
    Pressed,
    Reported,
    Retook,
    Said,
    Snapshot,
    Tell,
    TellAll,
    Tick,
)
from sameframe.furnishing import Brought, Grown, Removed, Wished
from sameframe.names import tidied
from sameframe.seats import Countdown, Pause, Room, Seat, Series

SEAT_MS = 120_000  # how long the seat of someone who lost the connection counts
LEAD_MS = 1_000  # without a countdown: for the message to reach everyone, and to sit up straight
# Between a series' shots: a second of looking at each other and three that count, to pose in.
PAUSE_MS, PAUSE_S = 1_000, 3
# From one shot of a burst to the next: the news of it needs its way, the cutout its time.
BURST_MS = 800

Step = tuple[Room, tuple[Outgoing, ...]]


def step(room: Room, event: Event, now: float) -> Step:
    """Let one event happen; raises a SameframeError for what is refused.

    Whatever happens first after the instant of a shot finds the room as it was at the instant.
    """
    now_exposed, exposed = _exposed(room, now)
    after, out = _happened(now_exposed, event, now)
    after, news = _told(room, after, now)
    return after, (*exposed, *out, *news)


def _happened(room: Room, event: Event, now: float) -> Step:
    match event:
        case Arrive():
            return _arrive(room, event, now)
        case Said(epoch, message):
            seat = room.speaker(epoch)
            if seat is None:
                return _remote_said(room, epoch, message, now)
            return _SAID[type(message)](replace(room, touched=now), seat, message, now)
        case Pressed(epoch):
            seat = room.speaker(epoch) or _pressing(room, epoch)
            if seat is None:
                return room, ()
            return _shoot(replace(room, touched=now), seat, event, now)
        case Attach(key):
            return remotes.attached(room, key), ()
        case AskRetake(wish):
            return retaking.asked(replace(room, touched=now), wish, now), ()
        case Retook(shot, guest, number):
            return retaking.kept(room, shot, guest, number), ()
        case Reported(message):
            return retaking.reported(_newest(room, message), message), (TellAll(message),)
        case Lost(epoch):
            seat = room.speaker(epoch)
            if seat is None:
                gone = tuple(remote for remote in room.remotes if remote.epoch == epoch)
                return (remotes.without(room, gone) if gone else room), ()
            room = seats.with_seat(replace(room, touched=now), replace(seat, lost_at=now))
            return room, (TellAll(wire.Roster(room.guests())),)
        case Moved(link):
            # What a remote shows is under the old link; the next print is not.
            return replace(room, moved=link, newest=None), (TellAll(wire.AlbumMoved(link)),)
        case Brought() | Grown() | Removed() | Wished():
            return decor.redecorated(room, event), ()
        case props.Befriended():
            after = props.befriended(replace(room, touched=now), event, now)
            return after, _scene_news(room, after)
        case Tick():
            room, shot = _next(room, now)
            room, news = _tick(retaking.passed(room, now), now)
            return room, (*shot, *news)


def _told(before: Room, after: Room, now: float) -> Step:
    """Say whatever else has changed to whom it concerns."""
    out: list[Outgoing] = []
    after = retaking.seated(after)
    if changing.due(after, now):
        by, ready, after = after.change.by, after, changing.made(after)
        out.extend(_scene_news(ready, after, by=by))
    out.extend(changing.news(before, after))
    if before.recorders != after.recorders:
        out.append(TellAll(_recording(after)))
    if before.pressers != after.pressers:
        out.append(TellAll(wire.PressersChanged(after.pressers)))
    out.extend(decor.news(before, after))
    if before.retake != after.retake and after.retake is not None:
        out.append(TellAll(retaking.shown(after.retake)))
        after = retaking.cleared(after)
    orphans = remotes.orphans(after)
    out.extend(Close(remote.epoch, errors.RemoteEnded()) for remote in orphans)
    after = remotes.without(after, orphans) if orphans else after
    for remote in after.remotes:
        shown = remotes.shown(after, remote)
        if remote not in before.remotes or remotes.shown(before, remote) != shown:
            out.append(Tell(remote.epoch, shown))
    return after, tuple(out)


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
    if room.recorders:
        out.append(Tell(fresh.epoch, _recording(room)))
    if room.retake is not None:
        out.append(Tell(fresh.epoch, retaking.shown(room.retake)))
    out.extend(decor.greeting(room, fresh))
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


def _placed(room: Room, seat: Seat, message: placing.Placing, now: float) -> Step:
    after = placing.placed(room, seat, message, now)
    return after, _scene_news(room, after, by=seat.id)


def _decorated(room: Room, seat: Seat, message: decor.Decorating, now: float) -> Step:
    after = changing.decorated(room, seat, message, now)
    return after, _scene_news(room, after, by=seat.id)


# --- the shutter -----------------------------------------------------------------------------


def _shoot(room: Room, seat: Seat, event: Pressed, now: float) -> Step:
    if room.pressers == "host" and not seat.host:
        raise errors.HostPresses
    if room.countdown is not None or room.pause is not None:
        raise errors.AlreadyCounting
    if retaking.counts(room, now):
        raise errors.AlreadyRetaking
    seconds, template, form = event.message.seconds, event.message.template, event.message.format
    if template is not None and form != "single":
        raise errors.BadMessage("a template makes sheets of single photos")
    series = None
    if event.shots:
        ids = event.sheet or None, template, event.shots
        series = Series(*ids, burst=event.burst or None, zone=event.message.zone)
    at = now + max(seconds * 1_000, LEAD_MS)
    if form in ("loop", "boomerang"):
        return _opened(room, Countdown(event.shot, at, seat.id, seconds, (seat.id,), None, form))
    return _opened(room, Countdown(event.shot, at, seat.id, seconds, room.posing(), series))


def _let_press(room: Room, seat: Seat, message: wire.LetPress, now: float) -> Step:
    if not seat.host:
        raise errors.HostOnly
    return replace(room, pressers=message.who), ()


def _next(room: Room, now: float) -> Step:
    """Open a series' next shot once the pause is over."""
    if room.pause is None or now < room.pause.until:
        return room, ()
    series, by = room.pause.series, room.pause.by
    shot, at = series.shots[series.number - 1], now + PAUSE_S * 1_000
    room = replace(room, pause=None)
    return _opened(room, Countdown(shot, at, by, PAUSE_S, room.posing(), series))


def _opened(room: Room, countdown: Countdown) -> Step:
    before = room
    # A date stamp is of the instant, not of when it was put there.
    room = replace(room, countdown=countdown, scene=props.dated(room.scene, countdown.at))
    snapshot = _snapshot(room, countdown, exposed=False, due=countdown.at)
    return room, (*_scene_news(before, room), snapshot, TellAll(_shutter(countdown)))


def _exposed(room: Room, now: float) -> Step:
    countdown = room.countdown
    if countdown is None or now < countdown.at:
        return room, ()
    pause, series = None, countdown.series
    if series is not None and not series.last:
        series = replace(series, number=series.number + 1)
        if series.burst:
            return _in_burst(room, countdown, series, now)
        pause = Pause(countdown.at + PAUSE_MS, countdown.by, series)
    room = replace(room, countdown=None, pause=pause)
    return room, (_snapshot(room, countdown, exposed=True, due=pause and pause.until),)


def _in_burst(room: Room, countdown: Countdown, series: Series, now: float) -> Step:
    """Put one shot of a burst on record and open the next at once."""
    exposed = _snapshot(room, countdown, exposed=True, due=None)
    # A server that stood still does not make up for it: each shot is announced before its instant.
    at = max(countdown.at, now - BURST_MS / 2) + BURST_MS
    shot = series.shots[series.number - 1]
    room, out = _opened(room, Countdown(shot, at, countdown.by, 0, room.posing(), series))
    return room, (exposed, *out)


def _snapshot(room: Room, countdown: Countdown, exposed: bool, due: float | None) -> Snapshot:
    return Snapshot(
        shot=countdown.shot,
        at=countdown.at,
        by=countdown.by,
        room=room.name,
        album=room.album,
        host_digest=room.host_digest,
        scene=room.scene,
        # Whose browser sends a moving picture may do so after a hiccup, too.
        guests=tuple(
            (seat.id, seat.digest)
            for seat in room.seats
            if seat.here or (countdown.motion and seat.id == countdown.by)
        ),
        expects=countdown.expects if countdown.motion else room.posing(),
        exposed=exposed,
        series=countdown.series,
        due=due,
        motion=countdown.motion,
    )


def _shutter(countdown: Countdown) -> wire.Shutter:
    return wire.Shutter(
        shot=countdown.shot,
        at=countdown.at,
        by=countdown.by,
        seconds=countdown.seconds,
        expects=list(countdown.expects),
        series=countdown.series and countdown.series.shown(),
        motion=countdown.motion,
    )


# --- afterwards, and from elsewhere ----------------------------------------------------------


def _answer(room: Room, seat: Seat, message: wire.AnswerRetake, now: float) -> Step:
    return retaking.answered(room, seat, message, now), ()


def _newest(room: Room, shot: wire.ShotChanged) -> Room:
    """Note what was printed last, for whoever only has a remote in hand."""
    if shot.deleted and room.newest and room.newest.shot == shot.shot:
        return replace(room, newest=None)
    if shot.deleted or shot.print is None or shot.state != "printed":
        return room
    newest = wire.NewestPrint(shot.shot, shot.print.page, shot.print.preview)
    return replace(room, newest=newest)


def _pressing(room: Room, epoch: int) -> Seat | None:
    """Return as whom a remote presses; raises NotHere."""
    remote = next((one for one in room.remotes if one.epoch == epoch), None)
    if remote is None:
        return None
    seat = room.seat(remote.guest)
    if seat is None or not seat.here:
        raise errors.NotHere
    return seat


def _remote_said(room: Room, epoch: int, message: wire.FromBrowser, now: float) -> Step:
    if all(remote.epoch != epoch for remote in room.remotes):
        return room, ()
    if not isinstance(message, wire.Ping):
        raise errors.PressOnly
    return room, (Tell(epoch, wire.Pong(sent=message.sent, time=now)),)


# --- takes -----------------------------------------------------------------------------------


def _record(room: Room, seat: Seat, message: wire.Record, now: float) -> Step:
    others = tuple(recorder for recorder in room.recorders if recorder[0] != seat.id)
    if not message.on:
        return replace(room, recorders=others), ()
    if others != room.recorders:
        return room, ()  # said before
    return replace(room, recorders=(*others, (seat.id, now))), ()


def _recording(room: Room) -> wire.Recording:
    since = min((since for _, since in room.recorders), default=None)
    return wire.Recording(by=[guest for guest, _ in room.recorders], since=since)


# --- parts -----------------------------------------------------------------------------------


def _scene_news(
    before: Room, after: Room, but: int | None = None, by: str | None = None
) -> tuple[Outgoing, ...]:
    if before.scene == after.scene:
        return ()
    return (TellAll(wire.SceneChanged(after.scene, by=by), but=but),)


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
        pressers=room.pressers,
    )


_SAID: dict[type, Callable[[Room, Seat, Any, float], Step]] = {
    **dict.fromkeys(get_args(placing.Placing), _placed),
    **dict.fromkeys(get_args(decor.Decorating), _decorated),
    wire.Hello: _already_joined,
    wire.Leave: _leave,
    wire.BackgroundReady: lambda room, seat, said, _: (changing.ready(room, seat, said), ()),
    wire.Status: _status,
    wire.Signal: _signal,
    wire.LetPress: _let_press,
    wire.AnswerRetake: _answer,
    wire.Record: _record,
    wire.Ping: _ping,
    wire.Remote: _already_joined,
}

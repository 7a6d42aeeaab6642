"""Rooms and the sockets in them: every event goes through here, one after the other."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec
import structlog

from sameframe import errors, ids, remotes, retaking, rooms, seats, wire
from sameframe.rooms import Close, Outgoing, Snapshot, Tell, TellAll
from sameframe.seats import Room

log = structlog.get_logger()
_encoder = msgspec.json.Encoder()
BURST = 5  # shots


class Listener(Protocol):
    """One connection's receiving end; neither call waits or raises."""

    def put(self, text: str) -> None:
        """Take one encoded message."""

    def close(self, error: errors.SameframeError) -> None:
        """End the connection for this reason."""


class Fanout(Protocol):
    """How messages reach the connections of a room, wherever they are held."""

    def join(self, room: str, epoch: int, listener: Listener) -> None:
        """Deliver to this listener from now on."""

    def part(self, room: str, epoch: int) -> None:
        """Stop delivering to it."""

    def send(self, room: str, outgoing: Outgoing) -> None:
        """Deliver."""


class InProcess:
    """Fan-out among the sockets of this process; a message is encoded once per room."""

    def __init__(self) -> None:
        self._rooms: dict[str, dict[int, Listener]] = {}

    def join(self, room: str, epoch: int, listener: Listener) -> None:
        """Deliver to this listener from now on."""
        self._rooms.setdefault(room, {})[epoch] = listener

    def part(self, room: str, epoch: int) -> None:
        """Stop delivering to it."""
        listeners = self._rooms.get(room, {})
        listeners.pop(epoch, None)
        if not listeners:
            self._rooms.pop(room, None)

    def send(self, room: str, outgoing: Outgoing) -> None:
        """Deliver to whoever is still listening."""
        listeners = self._rooms.get(room, {})
        match outgoing:
            case Tell(epoch, message):
                if epoch in listeners:
                    listeners[epoch].put(encoded(message))
            case TellAll(message, but):
                text = encoded(message)
                for epoch, listener in listeners.items():
                    if epoch != but:
                        listener.put(text)
            case Close(epoch, error):
                if epoch in listeners:
                    listeners[epoch].close(error)


class Hub:
    """All rooms of this server: their states, their sockets, their end."""

    def __init__(
        self,
        *,
        capacity: int,
        rooms_max: int,
        idle_ms: float,
        ice: tuple[wire.IceServer, ...] = (),
        series: Mapping[str, int] | None = None,
        maker: wire.Maker = "procedural",
        fanout: Fanout | None = None,
        clock: Callable[[], float] | None = None,
    ):
        """Make a hub; `keeps`, to be set from outside, takes every shot's snapshots.

        `series` says of each template how many shots it takes.
        """
        self.keeps: Callable[[Snapshot], None] = lambda snapshot: None
        self.now = clock or steady_clock()
        self._capacity = capacity
        self._rooms_max = rooms_max
        self._idle_ms = idle_ms
        self._ice = ice
        self._series = series or {}
        self._maker = maker
        self._fanout = fanout or InProcess()
        self._rooms: dict[str, Room] = {}
        self._albums: dict[str, str] = {}  # album -> its room
        self._links: dict[str, str] = {}  # an album's link -> album

    def make(self) -> wire.RoomMade:
        """Open a room; raises ServerFull."""
        if len(self._rooms) >= self._rooms_max:
            raise errors.ServerFull
        name, host, album = ids.room_name(), ids.token(), ids.album_id()
        self._rooms[name] = Room(
            name=name,
            host_digest=seats.digest(host),
            capacity=self._capacity,
            touched=self.now(),
            album=album,
            ice=self._ice,
            key=ids.token().encode(),
            maker=self._maker,
        )
        self._albums[album], self._links[album] = name, album
        log.info("room made", room=short(name), rooms=len(self._rooms))
        return wire.RoomMade(room=name, host=host)

    def find(self, name: str) -> Room:
        """Return the room as it is now; raises BadRoomName, UnknownRoom."""
        if not ids.is_room_name(name):
            raise errors.BadRoomName
        if name not in self._rooms:
            raise errors.UnknownRoom
        return self._rooms[name]

    def arrive(self, name: str, hello: wire.Hello, listener: Listener) -> int:
        """Let someone in, who hears from now on; return the connection's epoch."""
        event = rooms.Arrive(hello, guest=ids.guest_id(), token=ids.token())
        room, out = rooms.step(self.find(name), event, self.now())
        self._fanout.join(name, room.epoch, listener)
        self._commit(room, out)
        log.info("joined", room=short(name), epoch=room.epoch, guests=len(room.seats))
        return room.epoch

    def attach(self, name: str, remote: wire.Remote, listener: Listener) -> int:
        """Connect a guest's remote, which hears nothing that a room is told; return its epoch."""
        room, out = rooms.step(self.find(name), rooms.Attach(remote.key), self.now())
        self._fanout.join(_apart(name), room.epoch, listener)
        self._commit(room, out)
        log.info("remote", room=short(name), epoch=room.epoch)
        return room.epoch

    def remote_key(self, name: str, token: str) -> str:
        """Return the key to the remotes of the guest with this token; raises BadGuestToken."""
        room = self.find(name)
        return remotes.key(room, self.bearer(room, token).id)

    def bearer(self, room: Room, token: str) -> seats.Seat:
        """Return the seat of the guest with this token; raises BadGuestToken."""
        seat, _ = room.recognised(token)
        if seat is None:
            raise errors.BadGuestToken
        return seat

    def ask_retake(self, name: str, wish: retaking.Wish) -> None:
        """Ask a guest for a new picture; raises what the room refuses."""
        self._happen(name, rooms.AskRetake(wish))

    def retook(self, name: str, shot: str, guest: str, number: int) -> None:
        """Say that a guest's new picture is kept."""
        if name in self._rooms:
            self._happen(name, rooms.Retook(shot, guest, number))

    def say(self, name: str, epoch: int, message: wire.FromBrowser) -> None:
        """Let a connection say something; raises what the room refuses."""
        if isinstance(message, wire.Shoot):
            self._happen(name, self._pressed(epoch, message))
        else:
            self._happen(name, rooms.Said(epoch, message))

    def lost(self, name: str, epoch: int) -> None:
        """Let a connection go."""
        self._fanout.part(name, epoch)
        self._fanout.part(_apart(name), epoch)
        if name in self._rooms:
            self._happen(name, rooms.Lost(epoch))
        log.info("gone", room=short(name), epoch=epoch)

    def tick(self) -> None:
        """Let time pass in every room, and forget those that nobody uses."""
        now = self.now()
        for name, room in list(self._rooms.items()):
            if rooms.expired(room, now, self._idle_ms):
                del self._rooms[name], self._albums[room.album], self._links[room.link]
                log.info("room expired", room=short(name), rooms=len(self._rooms))
            else:
                self._happen(name, rooms.Tick())

    def wake(self, name: str) -> None:
        """Let time pass in one room now, where something is due."""
        self.happen(name, rooms.Tick())

    def room_of(self, album: str) -> Room | None:
        """Return the room whose album has this id, while it lives."""
        return self._rooms.get(self._albums.get(album, ""))

    def backdrops_shown(self) -> set[str]:
        """Return the uploaded backgrounds that some room shows now, or is about to."""
        rooms = list(self._rooms.values())
        shown = {room.scene.background.file for room in rooms}
        coming = {room.change.background.file for room in rooms if room.change}
        return {file for file in shown | coming if file is not None}

    def friends_shown(self) -> set[str]:
        """Return the cut-outs of absent friends that some room shows now."""
        rooms = list(self._rooms.values())
        return {prop.file for room in rooms for prop in room.scene.props if prop.file is not None}

    def album_room(self, link: str) -> Room | None:
        """Return the room whose album has this link, while it lives."""
        return self.room_of(self._links.get(link, ""))

    def relink(self, link: str, new: str) -> None:
        """Let the album under this link be under a new one; its room is told."""
        room = self.album_room(link)
        if room is not None:
            del self._links[link]
            self._links[new] = room.album
            self._happen(room.name, rooms.Moved(new))

    def happen(self, name: str, event: rooms.Event) -> None:
        """Let something that is no message happen to a room, if there still is one."""
        if name in self._rooms:
            self._happen(name, event)

    def befall(self, album: str, event: rooms.Event) -> None:
        """Let something that is no message happen to an album's room, if there still is one."""
        room = self.room_of(album)
        if room is not None:
            self._happen(room.name, event)

    def announce(self, album: str, message: wire.FromServer) -> None:
        """Tell everyone in the album's room, if there still is one."""
        room = self.room_of(album)
        if room is None:
            return
        if isinstance(message, wire.ShotChanged):
            self._happen(room.name, rooms.Reported(message))
        else:
            self._fanout.send(room.name, TellAll(message))

    async def run(self) -> None:
        """Tick every second, for ever."""
        while True:
            await asyncio.sleep(1)
            self.tick()

    def _pressed(self, epoch: int, message: wire.Shoot) -> rooms.Pressed:
        if message.format == "burst":
            shots = tuple(ids.shot_id() for _ in range(BURST))
            return rooms.Pressed(epoch, message, shots[0], shots=shots, burst=ids.burst_id())
        if message.template is None:
            return rooms.Pressed(epoch, message, ids.shot_id())
        if message.template not in self._series:
            raise errors.UnknownTemplate
        shots = tuple(ids.shot_id() for _ in range(self._series[message.template]))
        return rooms.Pressed(epoch, message, shots[0], ids.sheet_id(), shots)

    def _happen(self, name: str, event: rooms.Event) -> None:
        room, out = rooms.step(self.find(name), event, self.now())
        self._commit(room, out)

    def _commit(self, room: Room, out: tuple[Outgoing, ...]) -> None:
        self._rooms[room.name] = room
        for outgoing in out:
            if isinstance(outgoing, Snapshot):
                self.keeps(outgoing)
            else:
                self._fanout.send(room.name, outgoing)
                if not isinstance(outgoing, TellAll):
                    self._fanout.send(_apart(room.name), outgoing)


def _apart(room: str) -> str:
    """Return where a room's remotes listen, which its TellAll does not reach."""
    return f"{room}/remotes"


def encoded(message: wire.FromServer) -> str:
    """Return the message as the text of one frame."""
    return _encoder.encode(message).decode()


def steady_clock() -> Callable[[], float]:
    """Return a clock of ms since the epoch that never goes back."""
    start = time.time() - time.monotonic()
    return lambda: (start + time.monotonic()) * 1000


def short(room: str) -> str:
    """Return what logs may say of a room: its name is a key."""
    return hashlib.sha256(room.encode()).hexdigest()[:8]

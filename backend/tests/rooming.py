"""A room to try its rules on."""

from dataclasses import replace
from itertools import count

from sameframe import remotes, rooms, seats, wire
from sameframe.rooms import Tell
from sameframe_worker.scene import Layer

HOST = "host-token-0123456789"
ALBUM = "a" * 25


class Booth:
    """A room with its clock, ids and tokens; remembers what went out at the last event."""

    def __init__(self, capacity: int = 8):
        self.room = seats.Room(
            "r", seats.digest(HOST), capacity, touched=0, album=ALBUM, key=b"a room's own key"
        )
        self.now = 1_000_000.0
        self.numbers = count()
        self.out: tuple[rooms.Outgoing, ...] = ()
        self.prompt = True  # everyone has a background at once

    def happen(self, event: rooms.Event) -> None:
        self.room, self.out = rooms.step(self.room, event, self.now)
        if not self.prompt or self.room.change is None:
            return
        background = self.room.change.background
        for seat in self.room.seats:
            message = wire.BackgroundReady(background.name, background.file)
            self.room, more = rooms.step(self.room, rooms.Said(seat.epoch, message), self.now)
            self.out += more

    def arrive(self, name="Ada", camera="on", token=None, host=None) -> wire.Welcome:
        n = next(self.numbers)
        hello = wire.Hello(name=name, camera=camera, microphone=True, token=token, host=host)
        self.happen(rooms.Arrive(hello, f"g{n:08d}", f"token-number-{n:08d}"))
        return self.told(self.room.epoch, wire.Welcome)

    def say(self, guest: wire.Welcome, message: wire.FromBrowser) -> None:
        self.happen(rooms.Said(guest.epoch, message))

    def press(self, guest: wire.Welcome, seconds: int = 3) -> wire.Shutter:
        self.press_by(guest.epoch, seconds)
        return self.told(guest.epoch, wire.Shutter)

    def press_by(self, epoch: int, seconds: int = 3) -> None:
        shot = f"s{next(self.numbers):012d}"
        self.happen(rooms.Pressed(epoch, wire.Shoot(seconds), shot))

    def attach(self, guest: wire.Welcome) -> int:
        """Connect a remote of the guest's; return its epoch."""
        self.happen(rooms.Attach(remotes.key(self.room, guest.you)))
        return self.room.epoch

    @property
    def snapshots(self) -> list[rooms.Snapshot]:
        """Return what the last event put on record."""
        return [out for out in self.out if isinstance(out, rooms.Snapshot)]

    def lose(self, guest: wire.Welcome) -> None:
        self.happen(rooms.Lost(guest.epoch))

    def wait(self, ms: float) -> None:
        self.now += ms
        self.happen(rooms.Tick())

    def told(self, epoch: int, kind: type) -> wire.FromServer:
        """Return the last message of this kind that the last event sent to this connection."""
        return [
            out.message
            for out in self.out
            if isinstance(getattr(out, "message", None), kind)
            and (out.epoch == epoch if isinstance(out, Tell) else out.but != epoch)
        ][-1]

    def place(self, guest: wire.Welcome, **changes) -> Layer:
        layer = replace(self.room.scene.layer(guest.you), **changes)
        self.say(guest, wire.Place(layer))
        return layer

    @property
    def names(self) -> list[str]:
        return [seat.name for seat in self.room.seats]

    @property
    def standing(self) -> list[str]:
        return [layer.guest for layer in self.room.scene.layers]

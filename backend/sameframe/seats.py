"""A room: who sits in it, what is remembered of those who left, where each stands. Pure."""

import hashlib
import hmac
from dataclasses import dataclass, field, replace

from sameframe_worker import scene as scenes
from sameframe_worker.scene import Arrangement, Background, Layer, Scene

from sameframe import wire

REMEMBERED = 64  # seats kept for people who come back long after they were lost


@dataclass(frozen=True, slots=True)
class Seat:
    """One guest's seat. `arrival` orders the roster; `lost_at` is set while nobody is there."""

    id: str
    digest: bytes
    arrival: int
    name: str
    host: bool
    camera: wire.CameraState
    microphone: bool
    epoch: int
    lost_at: float | None = None

    @property
    def here(self) -> bool:
        """Tell whether the guest is connected."""
        return self.lost_at is None

    def shown(self) -> wire.Guest:
        """Return the guest as all see it."""
        return wire.Guest(
            self.id, self.name, self.host, self.camera, self.microphone, self.here, self.epoch
        )


@dataclass(frozen=True, slots=True)
class Memory:
    """A seat that was given up, and where its layer stood: place and depth."""

    seat: Seat
    layer: Layer | None
    depth: int


@dataclass(frozen=True, slots=True)
class Series:
    """The shots of a sheet or of a burst, of which `number`, from 1, is being taken.

    `zone` is by how many minutes the clock of whoever pressed is ahead of UTC.
    """

    sheet: str | None
    template: str | None
    shots: tuple[str, ...]
    number: int = 1
    burst: str | None = None
    zone: int | None = None

    @property
    def last(self) -> bool:
        """Tell whether no shot comes after this one."""
        return self.number == len(self.shots)

    def shown(self) -> wire.Series:
        """Return the series as all see it."""
        return wire.Series(self.sheet, self.template, self.number, len(self.shots), self.burst)


@dataclass(frozen=True, slots=True)
class Countdown:
    """The shutter is counting; `expects` is whom it saw when it was pressed."""

    shot: str
    at: float
    by: str
    seconds: wire.Seconds
    expects: tuple[str, ...]
    series: Series | None = None
    motion: wire.Motion | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """The background is about to be this one: until then everyone of `awaits` makes it ready."""

    background: Background
    by: str
    until: float
    awaits: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pause:
    """Between two shots of a series: when the next one is opened, and for whom."""

    until: float
    by: str
    series: Series


@dataclass(frozen=True, slots=True)
class Retake:
    """A guest's new picture for an old shot, of which it is number `number`; see retaking.py.

    `at` is the end of the question, then the picture's instant.
    """

    shot: str
    guest: str
    by: str | None
    number: int
    preview: str
    state: wire.RetakeState
    at: float


@dataclass(frozen=True, slots=True)
class Remote:
    """A second device by which the guest presses the shutter."""

    epoch: int
    guest: str


@dataclass(frozen=True, slots=True)
class Room:
    """Everything a room is. `layout` is None once anyone has placed a layer by hand."""

    name: str
    host_digest: bytes
    capacity: int
    touched: float
    album: str
    ice: tuple[wire.IceServer, ...] = ()
    scene: Scene = field(default_factory=lambda: Scene(light="auto"))
    layout: Arrangement | None = "row"
    seats: tuple[Seat, ...] = ()
    memories: tuple[Memory, ...] = ()
    epoch: int = 0
    arrivals: int = 0
    countdown: Countdown | None = None
    pause: Pause | None = None
    recorders: tuple[tuple[str, float], ...] = ()  # who records, and since when
    backdrops: tuple[wire.Backdrop, ...] = ()  # uploaded backgrounds, oldest first
    propped: int = 0  # how many props there ever were: their ids are never used twice
    changers: wire.Pressers = "everyone"  # who may change the background
    change: Change | None = None
    past: tuple[Background, ...] = ()  # the backgrounds before this one, the last is the newest
    favourites: tuple[Background, ...] = ()
    maker: wire.Maker = "procedural"  # who draws what is wished for
    wishes: tuple[wire.Wish, ...] = ()  # oldest first
    words: tuple[str, ...] = ()  # that nobody may wish for
    moved: str | None = None  # the album's link, once its host has revoked the first
    pressers: wire.Pressers = "everyone"
    retake: Retake | None = None
    key: bytes = b""  # what guests' remotes are known by; without one there are none
    remotes: tuple[Remote, ...] = ()
    newest: wire.NewestPrint | None = None

    @property
    def link(self) -> str:
        """Return where the album is."""
        return self.moved or self.album

    def guests(self) -> list[wire.Guest]:
        """Return the roster, in order of arrival."""
        return [seat.shown() for seat in self.seats]

    def seat(self, guest: str) -> Seat | None:
        """Return the guest's seat, or None."""
        return next((seat for seat in self.seats if seat.id == guest), None)

    def posing(self) -> tuple[str, ...]:
        """Return whose cameras a shot taken now would see, in order of arrival."""
        return tuple(seat.id for seat in self.seats if seat.here and seat.camera == "on")

    def speaker(self, epoch: int) -> Seat | None:
        """Return who speaks through this connection, or None when it is not valid any more."""
        return next((seat for seat in self.seats if seat.epoch == epoch and seat.here), None)

    def known(self, guest: str) -> Seat | None:
        """Return the guest's seat, or the one that is remembered of it."""
        remembered = (memory.seat for memory in self.memories)
        return next((seat for seat in (*self.seats, *remembered) if seat.id == guest), None)

    def recognised(self, token: str | None) -> tuple[Seat | None, Memory | None]:
        """Return the seat this token resumes, or the memory of one."""
        if token is None:
            return None, None
        for seat in self.seats:
            if matches(token, seat.digest):
                return seat, None
        for memory in self.memories:
            if matches(token, memory.seat.digest):
                return None, memory
        return None, None


def digest(token: str) -> bytes:
    """Return what is kept of a token: enough to know it again, not enough to use it."""
    return hashlib.sha256(token.encode()).digest()


def matches(token: str, kept: bytes) -> bool:
    """Tell whether this is the token whose digest was kept, in constant time."""
    return hmac.compare_digest(digest(token), kept)


def with_seat(room: Room, seat: Seat) -> Room:
    """Add the seat, or put it in place of the same guest's."""
    others = [other for other in room.seats if other.id != seat.id]
    return replace(room, seats=tuple(sorted([*others, seat], key=lambda s: s.arrival)))


def without_seat(room: Room, seat: Seat) -> Room:
    """Remove seat and layer; the others close ranks unless someone placed by hand."""
    room = replace(
        room,
        seats=tuple(other for other in room.seats if other.id != seat.id),
        recorders=tuple(recorder for recorder in room.recorders if recorder[0] != seat.id),
    )
    if room.scene.layer(seat.id) is None:
        return room
    return _in_ranks(replace(room, scene=room.scene.without(seat.id)))


def remembered(room: Room, seat: Seat) -> Room:
    """Keep what the guest needs to come back into its own place; the oldest is forgotten."""
    layers = room.scene.layers
    layer = room.scene.layer(seat.id)
    memory = Memory(seat, layer, layers.index(layer) if layer else 0)
    return replace(room, memories=(*room.memories, memory)[-REMEMBERED:])


def dressed(room: Room, seat: Seat, memory: Memory | None = None) -> Room:
    """Give the guest a layer, or take it, as the camera asks; a viewer has none."""
    scene = room.scene
    if (seat.camera == "none") == (scene.layer(seat.id) is None):
        return room
    if seat.camera == "none":
        return _in_ranks(replace(room, scene=scene.without(seat.id)))
    if memory is not None and memory.layer is not None:
        back = scene.with_layer(memory.layer)
        step = memory.depth - back.layers.index(memory.layer)
        room = replace(room, scene=back.reordered(seat.id, step))
        return _in_ranks(room)
    if room.layout is None:
        return replace(room, scene=scenes.fitted_in(scene, seat.id))
    return _in_ranks(replace(room, scene=scene.with_layer(Layer(seat.id))))


def _in_ranks(room: Room) -> Room:
    if not room.scene.people:
        return replace(room, layout="row")
    if room.layout is None:
        return room
    return replace(room, scene=scenes.rearranged(room.scene, standing(room), room.layout))


def standing(room: Room) -> list[str]:
    """Return who has a layer, in order of arrival."""
    return [seat.id for seat in room.seats if room.scene.layer(seat.id)]

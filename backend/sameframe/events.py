"""What may happen in a room, and what goes out of it then. Pure."""

from dataclasses import dataclass

from sameframe_worker.scene import Scene

from sameframe import errors, retaking, wire
from sameframe.furnishing import Brought, Removed, Wished
from sameframe.props import Befriended
from sameframe.seats import Series

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
    """The shutter was pressed through this connection; `shot` is the id if it opens one.

    For a series: the id of the sheet or burst and those of all its shots, the first being `shot`.
    """

    epoch: int
    message: wire.Shoot
    shot: str
    sheet: str = ""
    shots: tuple[str, ...] = ()
    burst: str = ""


@dataclass(frozen=True, slots=True)
class Attach:
    """A second device says Remote, with this key."""

    key: str


@dataclass(frozen=True, slots=True)
class AskRetake:
    """Someone asks for a retake, which the shot on record allows."""

    wish: retaking.Wish


@dataclass(frozen=True, slots=True)
class Retook:
    """A guest's retake `number` of a shot is kept."""

    shot: str
    guest: str
    number: int


@dataclass(frozen=True, slots=True)
class Reported:
    """A shot on record has changed."""

    message: wire.ShotChanged


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


Event = (
    Arrive
    | Said
    | Pressed
    | Attach
    | AskRetake
    | Retook
    | Reported
    | Lost
    | Moved
    | Brought
    | Removed
    | Befriended
    | Wished
    | Tick
)


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
    `due` is when the room's next Tick matters.
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
    series: Series | None
    due: float | None
    motion: wire.Motion | None = None


Outgoing = Tell | TellAll | Close | Snapshot

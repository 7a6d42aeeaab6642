"""A shot's life: (shot, event, now) -> shot. Pure.

    opened ──► expecting ──► settled ──► printing ──► printed
                   └──► missed ──┘ ◄── late pictures ──┘

It is opened by the press of the shutter, expects layers from the instant on, and is settled once
all have come or at the deadline. A layer or a fill that comes later makes the print anew, and so
does a retake, on whatever day. It is missed while nothing has come to print. `now` and all times
are server time in ms.
"""

from dataclasses import dataclass, replace

from sameframe import errors
from sameframe.wire import ShotState

DEADLINE_MS = 6_000  # after the instant; who has not sent a layer by then is late
MOTION_MS = 20_000  # the same for a moving picture: two seconds of frames, one large upload
LATE_MS = 24 * 3_600_000  # until then a browser that was away may still bring its layer


@dataclass(frozen=True, slots=True)
class Shot:
    """A shot. `fills` are without those whose layer came. Prints are numbered from 1:

    `made` is the newest finished one, `wanted` the one that shows everything there is.
    Of a moving picture the one layer that is expected is its frames.
    """

    at: float
    expects: frozenset[str]
    state: ShotState = "opened"
    layers: frozenset[str] = frozenset()
    fills: frozenset[str] = frozenset()
    wanted: int = 1
    made: int = 0
    moving: bool = False


@dataclass(frozen=True, slots=True)
class Exposed:
    """The instant has come; these are in the picture."""

    expects: frozenset[str]


@dataclass(frozen=True, slots=True)
class LayerCame:
    """A guest's layer came, cut out of the camera's own frame."""

    guest: str


@dataclass(frozen=True, slots=True)
class FillCame:
    """A stage's picture of the guest came, in place of its layer."""

    guest: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passes."""


@dataclass(frozen=True, slots=True)
class Started:
    """Print number `wanted` is being made."""


@dataclass(frozen=True, slots=True)
class Finished:
    """Print `number` is kept."""

    number: int


@dataclass(frozen=True, slots=True)
class Edited:
    """The scene was changed afterwards."""


@dataclass(frozen=True, slots=True)
class Retaken:
    """A guest has taken their picture anew."""

    guest: str


Event = Exposed | LayerCame | FillCame | Tick | Started | Finished | Edited | Retaken


def deadline(at: float, moving: bool = False) -> float:
    """Return when nobody is waited for any longer, of a shot taken at this instant."""
    return at + (MOTION_MS if moving else DEADLINE_MS)


def awaited(shot: Shot, now: float) -> frozenset[str]:
    """Return whose picture may still come: the people of a shot that is being taken, or late."""
    if now > shot.at + LATE_MS:
        return frozenset()
    return shot.expects - shot.layers - shot.fills


def step(shot: Shot, event: Event, now: float) -> Shot:
    """Let one event happen; raises NotExpected, AlreadyKept, ShotClosed, NotPrinted, and changes
    nothing then.

    What is "settled" afterwards and was not before is to be printed.
    """
    match event:
        case Exposed(expects):
            if shot.state != "opened":
                return shot
            # Whoever was quicker than the news of the instant stays in.
            expects = expects | shot.layers | shot.fills
            return _complete(replace(shot, state="expecting", expects=expects))
        case LayerCame(guest):
            _check(shot, guest, now, taken=guest in shot.layers)
            return _complete(_with(shot, layers=shot.layers | {guest}, fills=shot.fills - {guest}))
        case FillCame(guest):
            _check(shot, guest, now, taken=guest in shot.layers | shot.fills)
            return _with(shot, layers=shot.layers, fills=shot.fills | {guest})
        case Tick():
            waiting = shot.state in ("opened", "expecting")
            over = now >= deadline(shot.at, shot.moving)
            return _settled(shot) if waiting and over else shot
        case Started():
            return replace(shot, state="printing") if _unprinted(shot) else shot
        case Finished(number):
            if shot.state != "printing" or number <= shot.made:
                return shot
            state = "printed" if number == shot.wanted else "settled"
            return replace(shot, made=number, state=state)
        case Edited() | Retaken():
            if isinstance(event, Retaken) and event.guest not in shot.expects:
                raise errors.NotExpected
            if shot.moving or not (shot.made or _unprinted(shot)):
                raise errors.NotPrinted
            return _with(shot, layers=shot.layers, fills=shot.fills)


def _check(shot: Shot, guest: str, now: float, taken: bool) -> None:
    if guest not in shot.expects:
        raise errors.NotExpected
    if taken:
        raise errors.AlreadyKept
    if now > shot.at + LATE_MS:
        raise errors.ShotClosed


def _with(shot: Shot, layers: frozenset[str], fills: frozenset[str]) -> Shot:
    """Add pictures; where a print has been begun without them, another is wanted."""
    shot = replace(shot, layers=layers, fills=fills)
    match shot.state:
        case "missed":
            return replace(shot, state="settled")
        case "printing":
            # At most one more than the one in hand, however many come meanwhile.
            return replace(shot, wanted=shot.wanted + 1)
        case "printed":
            return replace(shot, state="settled", wanted=shot.wanted + 1)
    return shot


def _complete(shot: Shot) -> Shot:
    if shot.state == "expecting" and shot.layers >= shot.expects:
        return _settled(shot)
    return shot


def _settled(shot: Shot) -> Shot:
    return replace(shot, state="settled" if shot.layers or shot.fills else "missed")


def _unprinted(shot: Shot) -> bool:
    return shot.state in ("settled", "printing")

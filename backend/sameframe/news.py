"""What rooms and pages are told of a shot on record."""

from dataclasses import dataclass

from sameframe import shots, wire
from sameframe.db import ShotRow


@dataclass(frozen=True, slots=True)
class Change:
    """What a room is told of a shot; `due` if a print is to be made now."""

    album: str
    message: wire.ShotChanged
    due: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A shot as an album's page shows it; `fills` counts people taken from a stage.

    One with a `burst` stands for all of that on the album's wall.
    """

    shot: str
    at: float
    print: wire.Print | None
    fills: int
    jpeg_bytes: int
    png_bytes: int
    gif_bytes: int
    motion: str | None
    burst: str | None


def shot_of(row: ShotRow) -> shots.Shot:
    """Return the shot as shots.py knows it."""
    layers = frozenset(p.guest for p in row.pictures if p.kind != "fill")
    fills = frozenset(p.guest for p in row.pictures if p.kind == "fill") - layers
    expects = frozenset(guest.guest for guest in row.guests if guest.expected)
    moving = row.motion is not None
    return shots.Shot(row.at, expects, row.state, layers, fills, row.wanted, row.made, moving)


def change_of(row: ShotRow) -> Change:
    """Return what a room is told of the shot."""
    shot = shot_of(row)
    order = [guest.guest for guest in row.guests]
    # By number: of one guest's the last one counts.
    taken = {p.guest: p.taken for p in row.pictures if p.kind == "layer" and p.taken is not None}
    message = wire.ShotChanged(
        shot=row.id,
        state=shot.state,
        progress=float(shot.state == "printed"),
        expects=[guest for guest in order if guest in shot.expects],
        layers=[guest for guest in order if guest in shot.layers],
        fills=[guest for guest in order if guest in shot.fills],
        skew_ms=max(taken.values()) - min(taken.values()) if taken else None,
        print=print_of(row),
        motion=row.motion,
        burst=row.burst,
    )
    return Change(row.album, message)


def print_of(row: ShotRow) -> wire.Print | None:
    """Return the newest print."""
    if not row.prints:
        return None
    newest = row.prints[-1]
    page = f"/a/{row.owner.link}/{row.id}"
    file = f"{page}/{newest.number}"
    return wire.Print(
        number=newest.number,
        width=newest.width,
        height=newest.height,
        page=page,
        jpeg=f"{file}.jpg",
        png=f"{file}.png",
        preview=f"{file}.webp",
        gif=f"{file}.gif" if row.motion else None,
        moving=f"{file}.moving.webp" if row.motion else None,
    )


def item_of(row: ShotRow) -> Item:
    """Return what a page shows of the shot."""
    newest = row.prints[-1] if row.prints else None
    return Item(
        shot=row.id,
        at=row.at,
        print=print_of(row),
        fills=len(newest.fills) if newest else 0,
        jpeg_bytes=newest.jpeg_bytes if newest else 0,
        png_bytes=newest.png_bytes if newest else 0,
        gif_bytes=newest.gif_bytes if newest else 0,
        motion=row.motion,
        burst=row.burst,
    )

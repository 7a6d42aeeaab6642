"""What guests may do to the scene: (room, seat, message) -> room. Pure.

One moves one's own layer and all props, the host all of them. Raises a named error and changes
nothing else.
"""

import re
from collections.abc import Collection
from dataclasses import replace
from math import isfinite

from sameframe_worker import scene as scenes
from sameframe_worker.looks import NAMES
from sameframe_worker.scene import UPLOAD, Background, Layer, Look

from sameframe import errors, props, seats, wire
from sameframe.backgrounds import PRESETS
from sameframe.seats import Room, Seat

SHOWN = (None, "made")  # what a background's loop is while it can be chosen

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")

Placing = (
    wire.Place
    | wire.Order
    | wire.Reset
    | wire.Tidy
    | wire.AddProp
    | wire.WordProp
    | wire.RemoveProp
    | wire.SetLook
    | wire.SetLight
)


def placed(room: Room, seat: Seat, message: Placing, now: float) -> Room:
    """Return the room with its scene changed; raises what does not allow it."""
    match message:
        case wire.Place(layer=layer):
            return _place(room, _layer_of(room, seat, layer.guest), layer)
        case wire.Order(guest=guest, step=step):
            _layer_of(room, seat, guest)
            layout = room.layout if room.scene.prop(guest) else None
            return replace(room, scene=room.scene.reordered(guest, step), layout=layout)
        case wire.Reset(guest=guest):
            _layer_of(room, seat, guest)
            if prop := room.scene.prop(guest):
                return replace(room, scene=room.scene.with_layer(props.start(room.scene, prop)))
            row = scenes.arranged(seats.standing(room), room.layout or "row")
            layer = next(layer for layer in row if layer.guest == guest)
            return replace(room, scene=room.scene.with_layer(layer))
        case wire.Tidy(arrangement=how):
            if not seat.host:
                raise errors.HostOnly
            scene = scenes.rearranged(room.scene, seats.standing(room), how)
            return replace(room, scene=scene, layout=how)
        case wire.AddProp():
            return props.added(room, message, now)
        case wire.WordProp():
            return props.worded(room, message)
        case wire.RemoveProp():
            return props.removed(room, message)
        case wire.SetLook(look=look):
            return replace(room, scene=replace(room.scene, look=sound(look)))
        case wire.SetLight(light=light):
            return replace(room, scene=replace(room.scene, light=light))


def known(background: Background, brought: Collection[str]) -> Background:
    """Return a background that there is; `brought` are the files that guests uploaded.

    Raises UnknownBackground, BadColour.
    """
    if background.name != UPLOAD:
        background = replace(background, file=None)
    if background.name not in PRESETS and background.file not in brought:
        raise errors.UnknownBackground
    if not _COLOUR.fullmatch(background.colour):
        raise errors.BadColour
    return background


def sound(look: Look) -> Look:
    """Return a look that there is, its strength in its range; raises UnknownLook, BadLook."""
    if look.name not in NAMES:
        raise errors.UnknownLook
    if not isfinite(look.strength):
        raise errors.BadLook
    return replace(look, strength=max(0.0, min(1.0, look.strength)))


def within_bounds(layer: Layer) -> Layer:
    """Return the layer with every number in its range; raises BadLayer."""
    try:
        return scenes.clamped(layer)
    except ValueError as fault:
        raise errors.BadLayer(str(fault)) from fault


def _place(room: Room, old: Layer, wish: Layer) -> Room:
    layer = within_bounds(wish)
    # Turning one's own mirror is no placing by hand: newcomers may still find their row.
    by_hand = replace(layer, mirror=old.mirror, opacity=old.opacity) != old
    layout = None if by_hand and not room.scene.prop(layer.guest) else room.layout
    return replace(room, scene=room.scene.with_layer(layer), layout=layout)


def _layer_of(room: Room, seat: Seat, guest: str) -> Layer:
    """Return the guest's layer if this seat may change it."""
    layer = room.scene.layer(guest)
    if guest != seat.id and not seat.host and not guest.startswith("o"):
        raise errors.NotYours
    if layer is None:
        raise errors.UnknownProp if guest.startswith("o") else errors.UnknownGuest
    return layer

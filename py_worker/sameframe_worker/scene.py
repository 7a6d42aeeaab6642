"""The scene: what stands where, in front of what. Shared by server, stage and prints.

Coordinates are fractions of the stage: (0, 0) is its upper left corner, (1, 1) its lower right.
The stage is 16:9. Everything here is pure and imports the standard library only.
"""

from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import ceil, cos, floor, isfinite, radians, sin
from typing import Literal

STAGE_ASPECT = 16 / 9
CUTOUT_ASPECT = 4 / 3
SCALE_MIN, SCALE_MAX = 0.08, 3.0

UPLOAD = "upload"  # the name of backgrounds that are no presets

Arrangement = Literal["row", "two_rows", "arc"]
Light = Literal["off", "auto", "strong"]


@dataclass(frozen=True, slots=True)
class Background:
    """What stands behind everyone: a preset by name; `plain` is filled with `colour`.

    `upload` is what a guest brought; `file` is its id, and whether it `moves` the server says.
    """

    name: str = "curtain"
    colour: str = "#D9CBB8"
    file: str | None = None
    moves: bool | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """How the whole picture is coloured and framed: one of looks.py, and how much of it, 0..1."""

    name: str = "natural"
    strength: float = 1.0

    @property
    def plain(self) -> bool:
        """Tell whether it changes nothing."""
        return self.name == "natural" or self.strength <= 0


@dataclass(frozen=True, slots=True)
class Prop:
    """Something that stands in the picture besides people; its place is the layer of its id.

    `design` is one of the server's props.py. `text` is what is written on it, `file` the cut-out
    of an absent friend, `zone` how many minutes the clock of a date stamp is ahead of UTC.
    `picture` names what all that looks like.
    """

    id: str
    design: str
    text: str = ""
    picture: str = ""
    file: str | None = None
    zone: int = 0


@dataclass(frozen=True, slots=True)
class Layer:
    """The place of a guest, or of a prop by its id.

    `scale` is the cutout frame's height as a fraction of the stage's.
    """

    guest: str
    x: float = 0.5
    y: float = 0.5
    scale: float = 0.92
    rotation: float = 0.0
    mirror: bool = False
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture to be composed: a background and layers, back to front, under one look.

    `light` is how much people are made to belong to the background, light.py; rooms begin with
    "auto", and a scene on record from before there was light has none.
    """

    background: Background = field(default_factory=Background)
    layers: tuple[Layer, ...] = ()
    look: Look = field(default_factory=Look)
    light: Light = "off"
    props: tuple[Prop, ...] = ()

    def layer(self, guest: str) -> Layer | None:
        """Return the guest's layer, or None."""
        return next((layer for layer in self.layers if layer.guest == guest), None)

    def prop(self, name: str) -> Prop | None:
        """Return the prop of this id, or None."""
        return next((prop for prop in self.props if prop.id == name), None)

    @property
    def people(self) -> tuple[Layer, ...]:
        """Return the guests' layers, back to front."""
        return tuple(layer for layer in self.layers if self.prop(layer.guest) is None)

    @property
    def unlit(self) -> frozenset[str]:
        """Return the props that the scene's light leaves alone: what is drawn is no photograph."""
        return frozenset(prop.id for prop in self.props if prop.file is None)

    def with_layer(self, changed: Layer) -> "Scene":
        """Replace the layer of the same guest, in its place; without one it stands in front.

        Who is new stands in front of people, and behind the props that all stand behind.
        """
        if self.layer(changed.guest) is None:
            if self.prop(changed.guest) is None:
                return self.with_people((*self.people, changed))
            return replace(self, layers=(*self.layers, changed))
        return replace(
            self, layers=tuple(changed if la.guest == changed.guest else la for la in self.layers)
        )

    def with_prop(self, changed: Prop) -> "Scene":
        """Replace the prop of the same id; append it if there is none."""
        if self.prop(changed.id) is None:
            return replace(self, props=(*self.props, changed))
        return replace(
            self, props=tuple(changed if prop.id == changed.id else prop for prop in self.props)
        )

    def with_people(self, people: tuple[Layer, ...]) -> "Scene":
        """Replace all guests' layers; props stay before and behind as many as they did.

        What all stood behind, all stand behind.
        """
        behind, in_all = 0, len(self.people)
        placed = [((i, 1), layer) for i, layer in enumerate(people)]
        for layer in self.layers:
            if self.prop(layer.guest) is None:
                behind += 1
            else:
                depth = len(people) if behind == in_all else min(behind, len(people))
                placed.append(((depth, 0), layer))
        return replace(self, layers=tuple(la for _, la in sorted(placed, key=lambda one: one[0])))

    def without(self, guest: str) -> "Scene":
        """Remove the layer of a guest, or a prop."""
        return replace(
            self,
            layers=tuple(la for la in self.layers if la.guest != guest),
            props=tuple(prop for prop in self.props if prop.id != guest),
        )

    def reordered(self, guest: str, step: int) -> "Scene":
        """Move the guest's layer `step` places towards the front (negative: the back)."""
        layer = self.layer(guest)
        if layer is None:
            return self
        others = [la for la in self.layers if la.guest != guest]
        at = max(0, min(len(others), self.layers.index(layer) + step))
        return replace(self, layers=(*others[:at], layer, *others[at:]))


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a cutout lands in an output of a given size, in whole pixels.

    `left, top, width, height` is the unrotated frame, snapped to whole pixels so that every
    renderer agrees and a moved cutout need not be resampled. It is turned by `rotation` degrees
    clockwise about its centre. `x0, y0, x1, y1` bound what it touches, inside the output; they are
    empty (x0 == x1 or y0 == y1) where it is wholly outside.
    """

    left: int
    top: int
    width: int
    height: int
    rotation: float
    mirror: bool
    opacity: float
    x0: int
    y0: int
    x1: int
    y1: int

    def inverse(self) -> tuple[float, float, float, float, float, float]:
        """Return (a, b, c, d, e, f): u = a*x + b*y + c, v = d*x + e*y + f.

        (x, y) is an output pixel's centre (index + 0.5); (u, v) is the cutout's frame, 0..1.
        """
        angle = radians(self.rotation)
        co, si = cos(angle), sin(angle)
        cx, cy = self.left + self.width / 2, self.top + self.height / 2
        sign = -1.0 if self.mirror else 1.0
        a, b = sign * co / self.width, sign * si / self.width
        d, e = -si / self.height, co / self.height
        return a, b, 0.5 - a * cx - b * cy, d, e, 0.5 - d * cx - e * cy


def clamped(layer: Layer) -> Layer:
    """Bring every number into its range, so that a layer can always be seen and grabbed.

    Raises ValueError for what is not a finite number.
    """
    numbers = (layer.x, layer.y, layer.scale, layer.rotation, layer.opacity)
    if not all(isfinite(number) for number in numbers):
        raise ValueError("a layer's numbers must be finite")
    return replace(
        layer,
        x=_between(0.0, layer.x, 1.0),
        y=_between(0.0, layer.y, 1.5),
        scale=_between(SCALE_MIN, layer.scale, SCALE_MAX),
        rotation=(layer.rotation + 180.0) % 360.0 - 180.0,
        opacity=_between(0.1, layer.opacity, 1.0),
    )


def place(layer: Layer, aspect: float, width: int, height: int) -> Placement:
    """Return where `layer`, whose cutout has this `aspect`, lands in width × height pixels."""
    h = max(2, round(layer.scale * height))
    w = max(2, round(h * aspect))
    left, top = round(layer.x * width - w / 2), round(layer.y * height - h / 2)
    angle = radians(layer.rotation)
    co, si = abs(cos(angle)), abs(sin(angle))
    half_w, half_h = (w * co + h * si) / 2, (w * si + h * co) / 2
    cx, cy = left + w / 2, top + h / 2
    x0, y0 = min(width, max(0, floor(cx - half_w))), min(height, max(0, floor(cy - half_h)))
    return Placement(
        left,
        top,
        w,
        h,
        layer.rotation,
        layer.mirror,
        layer.opacity,
        x0,
        y0,
        max(x0, min(width, ceil(cx + half_w))),
        max(y0, min(height, ceil(cy + half_h))),
    )


def arranged(guests: list[str], how: Arrangement) -> tuple[Layer, ...]:
    """Place guests so that all fit, feet on the lower edge; returned back to front.

    A cutout is cut off by its camera at the waist or chest: it always reaches the lower edge,
    so that nobody floats. Whoever stands further back is therefore taller, not higher.
    """
    if how == "two_rows" and len(guests) > 2:
        back, front = guests[1::2], guests[0::2]
        return (*_row(back, 1.45, inset=0.5 / len(front)), *_row(front, 1.0))
    row = _row(guests, 1.0)
    if how == "arc":
        outer = [min(1.0, la.scale * (1 + 0.3 * (2 * la.x - 1) ** 2)) for la in row]
        return tuple(map(_on_floor, row, outer))
    return row


def rearranged(scene: Scene, guests: list[str], how: Arrangement) -> Scene:
    """Place these guests anew, in this order, and nobody else; mirror and opacity stay."""
    return scene.with_people(
        tuple(
            replace(layer, mirror=old.mirror, opacity=old.opacity)
            if (old := scene.layer(layer.guest))
            else layer
            for layer in arranged(guests, how)
        )
    )


def joined(scene: Scene, guest: str) -> Scene:
    """Add a guest at the right end of the row and make room for it."""
    return rearranged(scene, [*(la.guest for la in scene.people), guest], "row")


def fitted_in(scene: Scene, guest: str) -> Scene:
    """Add a guest where there is most room, in front, and leave everyone else where they are.

    Room is measured sideways between the middles of people; the stage's edge counts double,
    as half a person fits beside it. The newcomer is as tall as most, or shorter where the gap
    asks for it, but never shorter than a row of all would make it.
    """
    if not scene.people:
        return joined(scene, guest)
    xs = sorted(layer.x for layer in scene.people)
    gaps = [(2 * xs[0] / 3, xs[0] / 3), (2 * (1 - xs[-1]) / 3, (xs[-1] + 2) / 3)]
    gaps += [((b - a) / 2, (a + b) / 2) for a, b in pairwise(xs)]
    room, x = max(gaps)
    usual = sorted(layer.scale for layer in scene.people)[len(xs) // 2]
    scale = min(usual, max(_row_scale(1 / (len(xs) + 1)), _row_scale(room)))
    return scene.with_layer(_on_floor(Layer(guest, x=x), scale))


def _row(guests: list[str], stretch: float, inset: float = 0.0) -> tuple[Layer, ...]:
    # A person fills about half the width of a webcam's frame: neighbours' frames overlap by half.
    count = max(1, len(guests))
    slot = (1 - 2 * inset) / count
    scale = _row_scale(slot) * stretch
    return tuple(
        _on_floor(Layer(guest, x=inset + slot * (i + 0.5)), min(scale, 1.0))
        for i, guest in enumerate(guests)
    )


def _row_scale(slot: float) -> float:
    return min(0.92, 2 * slot * STAGE_ASPECT / CUTOUT_ASPECT)


def _on_floor(layer: Layer, scale: float) -> Layer:
    return replace(layer, scale=scale, y=1 - scale / 2)


def _between(low: float, value: float, high: float) -> float:
    return max(low, min(high, value))

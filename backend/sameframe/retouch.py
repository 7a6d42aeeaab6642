"""Retouching: a shot's scene changed afterwards, by a form. Pure.

What a form may ask for is a background, a look, a light, an arrangement of all, and of each guest
and prop: whether they are in the picture, how far to the front, where, how large, and mirrored or
not.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from sameframe_worker import scene as scenes
from sameframe_worker.scene import Arrangement, Background, Layer, Light, Look, Scene

from sameframe.placing import known, sound, within_bounds
from sameframe.props import start

Step = TypeVar("Step")
STEPS_MAX = 60  # of one shot's history; then the oldest are forgotten, the first one never
_ON_FLOOR = 0.01  # of the stage's height: who stands so near the lower edge stands on it


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of one guest or prop; `depth` orders them, back to front.

    Guests stand on the floor, or hang where they do; only a prop has `y`.
    """

    guest: str
    shown: bool
    depth: int
    x: float
    scale: float
    mirror: bool
    y: float | None = None


def retouched(
    scene: Scene,
    background: Background,
    look: Look,
    light: Light,
    arrangement: Arrangement | None,
    wishes: list[Wish],
    brought: Collection[str] = (),
) -> Scene:
    """Return the scene as it is wanted; `brought` are the album's uploaded backgrounds.

    Raises what is not allowed of any part of it.
    """
    background, look = known(background, brought), sound(look)
    asked = [wish for wish in sorted(wishes, key=lambda wish: wish.depth) if wish.shown]
    for wish in asked:
        if scene.layer(wish.guest) is None and (prop := scene.prop(wish.guest)):
            scene = scene.with_layer(start(scene, prop))
        elif scene.layer(wish.guest) is None:
            scene = scenes.fitted_in(scene, wish.guest)
            wish = replace(wish, x=scene.layer(wish.guest).x, scale=scene.layer(wish.guest).scale)
        scene = scene.with_layer(_as_wished(scene.layer(wish.guest), wish))
    layers = tuple(scene.layer(wish.guest) for wish in asked)
    scene = replace(scene, background=background, layers=layers, look=look, light=light)
    if arrangement is None:
        return scene
    across = sorted(scene.people, key=lambda layer: layer.x)
    return scenes.rearranged(scene, [layer.guest for layer in across], arrangement)


def stepped(history: list[Step], at: int, new: Step) -> tuple[list[Step], int]:
    """Return the history with a new last step; what had been undone is forgotten."""
    kept = [*history[: at + 1], new]
    if len(kept) > STEPS_MAX:
        kept = [kept[0], *kept[-(STEPS_MAX - 1) :]]
    return kept, len(kept) - 1


def moved(history: list[Step], at: int, way: Literal["undo", "redo"]) -> int:
    """Return where in the history one is after this, if there is a way."""
    return max(0, min(len(history) - 1, at + (1 if way == "redo" else -1)))


def _as_wished(layer: Layer, wish: Wish) -> Layer:
    on_floor = abs(layer.y + layer.scale / 2 - 1) < _ON_FLOOR
    y = 1 - wish.scale / 2 if on_floor else layer.y
    if wish.y is not None:
        y = wish.y
    return within_bounds(replace(layer, x=wish.x, y=y, scale=wish.scale, mirror=wish.mirror))

"""Framing: the same scene in a window of another shape, around its people. Pure.

A window narrower than the stage shows as much of it as it can, centred on the people. If they stand
wider than that, they step back together until they fit, feet on the lower edge: nobody is cut off
at the side, nobody's place beside another changes, nothing is stretched.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sameframe_worker.scene import STAGE_ASPECT, Scene


@dataclass(frozen=True, slots=True)
class Span:
    """From where to where someone is seen across the stage; fractions of its width."""

    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A scene to be composed at the window's size; `left` to `right` of the background is seen."""

    scene: Scene
    left: float
    right: float


def framed(scene: Scene, spans: Mapping[str, Span], aspect: float) -> Frame:
    """Return the scene in a window of this aspect; `spans` has everyone who is to be seen."""
    wide = min(1.0, aspect / STAGE_ASPECT)
    seen = [spans[layer.guest] for layer in scene.people if layer.guest in spans]
    left = max(0.0, min((span.left for span in seen), default=0.0))
    right = min(1.0, max((span.right for span in seen), default=1.0))
    people, half = (left + right) / 2, wide / 2
    middle = _between(half, people, 1 - half)
    step = 1.0
    if right - left > wide:
        step, middle = wide / (right - left), people
    moved = tuple(
        replace(
            layer,
            x=0.5 + (layer.x - middle) * step / wide,
            y=1 - (1 - layer.y) * step,
            scale=layer.scale * step,
        )
        for layer in scene.layers
    )
    behind = _between(half, middle, 1 - half)
    return Frame(replace(scene, layers=moved), behind - half, behind + half)


def _between(low: float, value: float, high: float) -> float:
    return max(low, min(high, value))

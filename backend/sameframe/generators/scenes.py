"""The presets' generators with other paints and other dice in their hands.

A generator is a module of sameframe.presets that takes its colours and shapes from canvas.py. Here
it is loaded once more, for one picture alone, and given a canvas of our own: the same, but each
paint is exchanged, the dice are thrown anew, and every stroke tells that it was done.
"""

import importlib.util
import inspect
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from PIL import Image

from sameframe import presets
from sameframe.generators.paints import Paint
from sameframe.generators.wish import Cancelled, Progress
from sameframe.presets import canvas

_DRY = (64, 36)  # the size in which strokes are counted
_STROKES = ("noise", "blur", "defocus", "mix", "ramp", "discs", "develop", "resized")


class _Dice:
    """numpy, but for its random generators, which depend on our seed as well."""

    def __init__(self, seed: int):
        self.random = self
        self._seed = seed

    def default_rng(self, own: int) -> np.random.Generator:
        """Return the generator that stands in place of a preset's own."""
        return np.random.default_rng([own, self._seed])

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


def draw(
    scene: str,
    size: tuple[int, int],
    paint: Paint,
    seed: int,
    progress: Progress,
    cancelled: Callable[[], bool],
) -> Image.Image:
    """Draw one of DRAWINGS anew; seed 0 has the presets' own dice. Raises Cancelled."""
    count = 0

    def counted() -> None:
        nonlocal count
        count += 1

    _hand(scene, paint, seed, counted).draw(*_DRY)
    total, count = max(1, count), 0

    def stroke() -> None:
        counted()
        if cancelled():
            raise Cancelled
        progress(min(1.0, count / total))

    return _hand(scene, paint, seed, stroke).draw(*size)


def _hand(scene: str, paint: Paint, seed: int, stroke: Callable[[], None]) -> ModuleType:
    """Return a generator's module, loaded for us alone, with our canvas."""
    original = sys.modules[presets.DRAWINGS[scene].__module__]
    spec = importlib.util.spec_from_file_location(f"{original.__name__}.ours", original.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if seed:
        module.np = _Dice(seed)
    if hasattr(module, "colour"):
        module.colour = lambda code: canvas.colour(paint(code))
    if hasattr(module, "ramp"):
        module.ramp = lambda value, stops: canvas.ramp(
            value, [(at, paint(code)) for at, code in stops]
        )
    for name in _STROKES:
        if inspect.isfunction(done := getattr(module, name, None)):
            setattr(module, name, _telling(done, stroke))
    return module


def _telling(done: Callable[..., Any], stroke: Callable[[], None]) -> Callable[..., Any]:
    def told(*arguments: Any, **options: Any) -> Any:
        stroke()
        return done(*arguments, **options)

    return told

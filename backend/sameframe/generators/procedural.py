"""Our own brushes: they know some hundred words and two dozen scenes, and say so."""

from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image

from sameframe import errors
from sameframe.generators import air, movement, scenes, styles
from sameframe.generators.paints import paint
from sameframe.generators.wish import SIZE, Cancelled, Frame, Loop, Made, Progress, Wish
from sameframe.generators.words import Understood, understood

# Where no word of the place is known: what is only colours and paper.
_ABSTRACT = ("gradient", "cut_paper", "gradient", "riso")
_PALETTES = ("pink", "gold", "green", "blue", "purple", "pastel", None)
_DRAWN = 0.85  # of the work of drawing; the rest is air and style


class Procedural:
    """Draws by sameframe.presets, restyles and moves by rules; needs nothing but the processor."""

    name = "procedural"

    def can(self, wish: Wish) -> bool:
        """Tell that all of it is made here."""
        return True

    def make(self, wish: Wish, progress: Progress, cancelled: Callable[[], bool]) -> Made:
        """Make it; raises Cancelled, NotUnderstood."""
        known = understood(wish.prompt)
        random = np.random.default_rng(wish.seed)
        if wish.kind == "draw":
            picture = _drawn(known, wish.seed, progress, cancelled)
            picture = _finished(picture, known, random)
        elif wish.kind == "restyle":
            picture = styles.restyled(wish.picture, _style(wish, known), random)
        else:
            loop = movement.loop(wish.picture, _movement(wish, known), random)
            frames = _watched(loop.frames, cancelled)
            return Made(loop=Loop(frames, loop.count, loop.fps), words=known.words)
        if cancelled():
            raise Cancelled
        progress(1.0)
        return Made(picture, words=known.words)


def _drawn(
    known: Understood, seed: int, progress: Progress, cancelled: Callable[[], bool]
) -> Image.Image:
    scene = known.scene or _ABSTRACT[seed % len(_ABSTRACT)]
    palette = known.palette
    if palette is None and known.scene is None:
        palette = _PALETTES[seed % len(_PALETTES)]
    paints = paint(palette, known.time)
    return scenes.draw(scene, SIZE, paints, seed, lambda done: progress(done * _DRAWN), cancelled)


def _finished(picture: Image.Image, known: Understood, random: np.random.Generator) -> Image.Image:
    """Add what is in the air, then the style; of a scene that has its own snow, no second."""
    own = {"first_snow": "snow", "blossom": "petals", "autumn": "leaves", "stars": "stars"}
    wanted = [one for one in known.air if own.get(known.scene or "") != one]
    if wanted:
        light = air.light(picture)
        for one in wanted:
            light = air.filled(light, one, random)
        picture = air.shown(light)
    return styles.restyled(picture, known.style, random) if known.style else picture


def _style(wish: Wish, known: Understood) -> str:
    if wish.style:
        return wish.style
    found = known.style or {"night": "night"}.get(known.time or "")
    if found is None and ("snow" in known.air or known.scene == "first_snow"):
        found = "winter"
    if found is None and known.palette == "mono":
        found = "duotone"
    if found is None:
        raise errors.NotUnderstood
    return found


def _movement(wish: Wish, known: Understood) -> str:
    if wish.movement:
        return wish.movement
    return next((one for one in known.air if one in ("snow", "rain")), "parallax")


def _watched(frames: Iterator[Frame], cancelled: Callable[[], bool]) -> Iterator[Frame]:
    for frame in frames:
        if cancelled():
            raise Cancelled
        yield frame

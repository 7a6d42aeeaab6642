"""Hills behind hills at the golden hour, each paler than the one before it."""

import numpy as np
from PIL import Image

from sameframe.presets.canvas import (
    Field,
    Picture,
    Random,
    blur,
    colour,
    defocus,
    develop,
    grid,
    half,
    mix,
    noise,
    ramp,
    smooth,
    vignette,
)

_SUN = (0.335, 0.405)
# Where a ridge stands, how rugged it is, its colour at the crest and in the mist at its foot.
_RIDGES = (
    (0.445, 0.020, 4.2, "#F0BE92", "#F9D6A6"),
    (0.470, 0.026, 3.8, "#E6AE88", "#F6CB9C"),
    (0.505, 0.032, 3.4, "#D3987C", "#F0BD92"),
    (0.550, 0.036, 3.0, "#B87F6D", "#E6AA84"),
    (0.605, 0.038, 2.7, "#95655D", "#CF9272"),
    (0.675, 0.040, 2.3, "#704B4A", "#AD755E"),
    (0.765, 0.036, 1.8, "#4E383B", "#83584D"),
    (0.880, 0.024, 1.5, "#3A2A2E", "#5E4040"),
)


def draw(width: int, height: int) -> Image.Image:
    """Draw the hills."""
    random = np.random.default_rng(41)
    w, h = half(width, height)
    x, y = grid(w, h)
    picture = _sky(random, w, h)
    away = np.hypot((x - _SUN[0]) * 16 / 9, y - _SUN[1])
    warmth = np.exp(-((away / 0.55) ** 2))
    for number, (base, rugged, cells, crest, foot) in enumerate(_RIDGES):
        massif, spurs = _range(random, w, cells)
        level = y - base - 0.03 * (x - 0.5) * (-1) ** number + rugged * massif
        drift = 0.012 * noise(random, w, h, (4, 9), 3)
        mist = smooth(0.005, 0.12 + 0.012 * number, level + drift)
        tone = colour(crest) * (1 - mist[..., None]) + colour(foot) * mist[..., None]
        light = (0.60 - 0.07 * number) * warmth
        tone = tone * (1 + light[..., None] * colour("#FFD08A"))
        edge = level + rugged * spurs + _trees(random, w, number)
        picture = mix(picture, tone, smooth(-0.0012, 0.0012, edge))
    seen = defocus(picture, 0.0058)
    seen += 0.10 * np.exp(-((away / 0.40) ** 2))[..., None] * colour("#FFC98A")
    seen = seen * vignette(w, h, 0.28)[..., None]
    return develop(seen, random, grain=0.008, shoulder=0.66, size=(width, height))


def _sky(random: Random, width: int, height: int) -> Picture:
    x, y = grid(width, height)
    bend = y + 0.05 * ((x - _SUN[0]) * 1.6) ** 2 * -1
    sky = ramp(
        bend,
        [
            (-0.1, "#8E9DB4"),
            (0.08, "#A9ABB4"),
            (0.22, "#D7B9A2"),
            (0.34, "#F1C797"),
            (0.46, "#FAD59C"),
        ],
    )
    bands = noise(random, width, height, (2.2, 11), 5, 0.55)
    cover = smooth(0.3, 2.2, bands) * smooth(0.42, 0.2, y)
    sky = mix(sky, colour("#F6C6A0"), 0.6 * blur(cover, 0.004))
    away = np.hypot((x - _SUN[0]) * 16 / 9, y - _SUN[1])
    sun = (
        1.6 * smooth(0.036, 0.030, away) + 0.55 * np.exp(-away / 0.09) + 0.22 * np.exp(-away / 0.30)
    )
    return sky + colour("#FFDDA0") * sun[..., None]


def _range(random: Random, width: int, cells: float) -> tuple[Field, Field]:
    """Return a mountain range: its massif, and the spurs and peaks upon it."""
    massif = 0.8 * noise(random, width, 1, (cells * 0.6, 1), 2) + 0.9
    peaks = -np.abs(noise(random, width, 1, (cells, 1), 1))
    spurs = 1 - np.abs(noise(random, width, 1, (cells * 3.1, 1), 5, 0.55))
    return massif, 0.9 * peaks + 0.42 * spurs


def _trees(random: Random, width: int, number: int) -> Field:
    """Return how far the woods on a ridge stand above it."""
    tall = 0.0011 * number**1.1
    crowns = noise(random, width, 1, (1300 / (number + 2), 1), 3, 0.8)
    groves = smooth(-1.2, 0.6, noise(random, width, 1, (9, 1), 3))
    return tall * groves * np.clip(1 + 0.8 * crowns, 0, 3)

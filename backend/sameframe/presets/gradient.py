"""Colours that run into each other like wet ink on paper; no light falls from anywhere."""

import numpy as np
from PIL import Image

from sameframe.presets.canvas import (
    blur,
    colour,
    develop,
    enough,
    grid,
    mix,
    noise,
)

# Where a colour was dropped, how far it ran, and which; the palest is the paper.
_DROPS = (
    (0.05, 0.10, 0.42, "#F7A58B"),
    (0.98, 0.06, 0.46, "#8FB4E8"),
    (0.80, 0.62, 0.36, "#C7A6E6"),
    (0.12, 0.82, 0.44, "#F6C9A0"),
    (0.50, 1.06, 0.36, "#F08FA2"),
    (0.98, 1.02, 0.34, "#7F8FD8"),
    (0.40, 0.30, 0.24, "#FBEBDC"),
)


def draw(width: int, height: int) -> Image.Image:
    """Let the colours run."""
    random = np.random.default_rng(131)
    w, h = enough(width, height, 540)
    x, y = grid(w, h)
    px = x + 0.075 * noise(random, w, h, (2.2, 1.6), 2, 0.4)
    py = y + 0.095 * noise(random, w, h, (2.2, 1.6), 2, 0.4)
    picture = np.ones((h, w, 3), np.float32) * colour("#F4D6CF")
    for at_x, at_y, reach, tint in _DROPS:
        away = np.hypot((px - at_x) * 16 / 9 * 0.72, py - at_y)
        picture = mix(picture, colour(tint), np.exp(-((away / reach) ** 2.4)) * 0.92)
    # Where two inks meet, a soft fold of light.
    fold = blur(noise(random, w, h, (2.6, 1.4), 2, 0.35) ** 2, 0.02)
    picture = picture * (1 + 0.05 * np.exp(-3 * fold))[..., None]
    return develop(picture, random, grain=0.016, shoulder=0.86, size=(width, height))

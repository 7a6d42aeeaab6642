"""The booth's own curtain: red velvet in deep folds, lit by the booth's lamp."""

import numpy as np
from PIL import Image

from sameframe.presets.canvas import (
    Field,
    Random,
    blur,
    colour,
    develop,
    enough,
    grid,
    noise,
    smooth,
)

_FOLDS = 13.0


def draw(width: int, height: int) -> Image.Image:
    """Draw the curtain."""
    random = np.random.default_rng(2)
    size = width, height
    width, height = enough(width, height)
    x, y = grid(width, height)
    relief = _folds(random, width, height)
    across = np.gradient(relief, axis=1) * height
    down = np.gradient(relief, axis=0) * height
    facing = 1 / np.sqrt(1 + across**2 + down**2)

    key = np.clip((0.42 * across + 0.34 * down + 0.84) * facing, 0, None)
    fill = np.clip((-0.5 * across + 0.1 * down + 0.6) * facing, 0, None)
    shade = _shadow(relief, height)
    hollow = np.clip((blur(relief, 0.045) - relief) / 0.05, 0, 1.6)
    open_sky = np.exp(-1.5 * hollow)

    # Velvet's pile stands up: it shines where it is seen from the side, and looks dark head-on.
    pile = 1 + 0.16 * noise(random, width, height, (9, 3), 3)
    nap = 1 + 0.03 * noise(random, width, height, (width / height * 230, 90), 2, 0.7)
    sheen = (1 - facing) ** 1.35 * pile

    lamp = 1.1 * np.exp(-(((x - 0.48) * 1.75) ** 2) - (np.maximum(y - 0.2, 0) * 1.15) ** 2)
    lamp = lamp * (0.82 + 0.18 * smooth(-0.15, 0.2, y))
    light = (key * shade * (0.34 + 0.5 * sheen) + 0.32 * sheen * fill) * open_sky * nap * pile**0.6
    ambient = 0.07 * open_sky

    # Light that bounces inside a fold is red already: the deeper, the redder.
    red = colour("#C02E22")
    deep = red ** (1 + 0.35 * np.clip(hollow, 0, 1))[..., None]
    cloth = deep * (light * lamp * 2.45 + ambient)[..., None]
    cloth += colour("#FFB59A") * (sheen**2 * key * shade * open_sky * lamp * 0.12)[..., None]
    return develop(blur(cloth, 0.0011), random, grain=0.008, size=size)


def _folds(random: Random, width: int, height: int) -> Field:
    """Return how far the cloth stands out: wide rounded folds between narrow hollows."""
    x, y = grid(width, height)
    u = x * width / height
    drift = 0.020 * noise(random, width, height, (6, 0.45), 2) + 0.006 * noise(
        random, width, height, (15, 1.3), 1
    )
    fall = smooth(-0.4, 1.1, y)
    phase = 2 * np.pi * (_FOLDS / 1.78) * (u + drift * (0.75 + 0.6 * fall))
    major = (0.5 + 0.5 * np.cos(phase)) ** 0.62
    depth = 1 + 0.28 * noise(random, width, height, (9, 0.7), 1)
    minor = 0.5 + 0.5 * np.cos(phase * 2.37 + 2.2 * noise(random, width, height, (6, 1.1), 1))
    crease = 0.5 + 0.5 * np.cos(phase * 4.9 + 3.0 * noise(random, width, height, (9, 1.3), 1))
    relief = 0.058 * depth * major + 0.013 * minor * (0.5 + 0.5 * major) + 0.0035 * crease
    relief += 0.0022 * noise(random, width, height, (16, 5), 2) * fall
    return blur(relief.astype(np.float32), 0.0035)


def _shadow(relief: Field, height: int) -> Field:
    """Return 1 where the lamp, to the left and in front, reaches the cloth."""
    step = max(1, height // 180)
    horizon = np.full_like(relief, -1)
    for i in range(1, 13):
        distance = i * step
        moved = np.empty_like(relief)
        moved[:, distance:] = relief[:, :-distance] - 0.75 * distance / height
        moved[:, :distance] = -1
        np.maximum(horizon, moved, out=horizon)
    return 1 - 0.62 * blur(smooth(-0.004, 0.010, horizon - relief), 0.004)

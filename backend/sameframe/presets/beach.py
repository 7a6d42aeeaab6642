"""A quiet shore early in the morning: haze on the sea, foam running up wet sand."""

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
    enough,
    grid,
    mix,
    noise,
    ramp,
    smooth,
)

_HORIZON = 0.475
_SUN = 0.73


def draw(width: int, height: int) -> Image.Image:
    """Draw the shore."""
    random = np.random.default_rng(31)
    size = width, height
    width, height = enough(width, height)
    x, y = grid(width, height)
    picture = _sky(random, width, height)
    shore = 0.700 + 0.008 * noise(random, width, 1, (3.2, 1), 3) + 0.05 * (x - 0.5)
    tide = shore + 0.050 + 0.006 * noise(random, width, 1, (4, 1), 3)

    sea = _sea(random, width, height)
    sand = _sand(random, width, height)
    wet = _wet_sand(random, width, height, picture)
    soak = smooth(0.055, -0.03, y - tide - 0.02 + 0.008 * noise(random, width, height, (7, 9), 3))
    land = mix(sand, wet, soak)
    ground = mix(sea, land, smooth(-0.004, 0.004, y - shore))
    ground = mix(ground, colour("#FBF4EA") * 0.97, _foam(random, width, height, shore))
    picture = mix(picture, ground, smooth(-0.0012, 0.0012, y - _HORIZON))

    # Morning haze: the far sea melts into the sky.
    haze = np.exp(-np.clip(y - _HORIZON, 0, None) / 0.035) * (y > _HORIZON - 0.01)
    picture = mix(picture, colour("#F3DFCB"), 0.55 * haze * np.ones_like(x))
    glow = np.exp(-((((x - _SUN) * 16 / 9) / 0.75) ** 2) - ((y - 0.36) / 0.42) ** 2)
    picture = picture * (1 + 0.16 * glow[..., None] * colour("#FFE0B0"))
    near = defocus(picture + _glitter(random, width, height), 0.0062)
    return develop(near, random, grain=0.007, shoulder=0.66, size=size)


def _sky(random: Random, width: int, height: int) -> Picture:
    x, y = grid(width, height)
    lean = y + 0.06 * (x - _SUN) ** 2
    sky = ramp(
        lean / _HORIZON,
        [(0, "#9DBED1"), (0.35, "#B9D0D8"), (0.68, "#E2DDD2"), (0.9, "#F4DCC4"), (1.1, "#F5D9BE")],
    )
    bands = noise(random, width, height, (2.6, 13), 5, 0.52)
    wisps = smooth(0.1, 2.4, bands + 0.5 * noise(random, width, height, (2, 3), 2))
    cover = wisps * smooth(-0.1, 0.25, y) * smooth(_HORIZON + 0.03, 0.30, y)
    return mix(sky, colour("#FBEADB") * 1.02, 0.75 * blur(cover, 0.006))


def _sea(random: Random, width: int, height: int) -> Picture:
    x, y = grid(width, height)
    away = np.clip((y - _HORIZON) / (0.72 - _HORIZON), 0.002, 1)
    sea = ramp(
        np.broadcast_to(away, (height, width)),
        [(0, "#B9C9CB"), (0.15, "#8FB0B8"), (0.5, "#84A9AF"), (0.8, "#A3BFB9"), (1, "#CBD0C2")],
    )
    # Waves seen from the beach: rows that crowd together towards the horizon.
    rows = noise(random, width, 700, (5, 110), 3, 0.6)
    line = np.clip((np.log(away) / np.log(0.002) * 699), 0, 699).astype(np.int32)
    swell = rows[line[:, 0]] * smooth(0, 0.25, away)
    path = np.exp(-(((x - _SUN) / (0.10 + 0.10 * away)) ** 2))
    sea = sea * (1 + 0.085 * swell[..., None])
    return sea + colour("#FFE9CC") * (path * (0.16 + 0.10 * np.clip(swell, 0, 2)))[..., None]


def _foam(random: Random, width: int, height: int, shore: Field) -> Field:
    """Return where the water is white: the edge that runs up the sand, and breakers behind it."""
    _, y = grid(width, height)
    lace = noise(random, width, height, (26, 60), 3, 0.6)
    edge = y - shore
    lip = smooth(-0.022, -0.003, edge) * smooth(0.004, -0.001, edge)
    cover = lip * smooth(-0.9, 0.9, lace + 0.5)
    for offset, strength, size in ((-0.062, 0.85, 0.010), (-0.115, 0.55, 0.0055)):
        line = shore + offset + 0.006 * noise(random, width, 1, (4.5, 1), 2)
        breaking = smooth(-0.3, 0.9, noise(random, width, 1, (5, 1), 2))
        crest = smooth(-size * 0.5, 0, y - line) * smooth(size * 1.6, 0, y - line)
        cover = np.maximum(cover, crest * breaking * strength * smooth(-1.4, 0.8, lace))
    return cover


def _wet_sand(random: Random, width: int, height: int, sky: Picture) -> Picture:
    """Return wet sand: a dull mirror of the sky."""
    flat = blur(sky, 0.03)
    _, y = grid(width, height)
    line = np.clip(2 * _HORIZON - 0.04 - y, 0, 0.99) * height
    mirror = flat[line.astype(np.int32)[:, 0]]
    film = 1 + 0.04 * noise(random, width, height, (4, 24), 3)
    shine = 0.62 + 0.5 * smooth(0.80, 0.70, y)
    return mirror * colour("#F4D6B4") * (shine * film)[..., None] + colour("#8F7659") * 0.16


def _sand(random: Random, width: int, height: int) -> Picture:
    x, y = grid(width, height)
    near = np.broadcast_to((y - 0.7) / 0.3, (height, width))
    sand = ramp(near, [(0, "#D9BE9B"), (0.5, "#DCC3A2"), (1, "#CBB08D")])
    humps = noise(random, width, height, (9, 20), 4, 0.62)
    slope = np.gradient(humps, axis=1) * width / 16 - np.gradient(humps, axis=0) * height / 40
    return (
        sand
        * (1 + 0.028 * np.clip(slope, -2, 2) + 0.02 * humps)[..., None]
        * (0.98 + 0.06 * (x - 0.5)[..., None])
    )


def _glitter(random: Random, width: int, height: int) -> Picture:
    """Return sun on the water: points that the lens spreads to discs."""
    picture = np.zeros((height, width, 3), np.float32)
    for _ in range(420):
        away = random.random() ** 1.6
        py = _HORIZON + 0.006 + 0.16 * away
        px = random.normal(_SUN, 0.05 + 0.09 * away)
        i, j = int(py * height), int(px * width)
        if 0 <= j < width:
            power = random.exponential(9.0) * (height / 1080) ** 2 * (1 - 0.5 * away)
            picture[i, j] += colour("#FFEFD6") * power
    return picture

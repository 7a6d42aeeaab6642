"""A curtain of foil strips, champagne and rose, that catches the light as it turns."""

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
    noise,
    ramp,
    smooth,
    vignette,
)

# What a strip mirrors, by the direction it faces: the room's dark, its lamps, its warm walls.
_ROOM = [
    (-1.00, "#2B1414"),
    (-0.62, "#7A4436"),
    (-0.40, "#D99C7C"),
    (-0.30, "#FFE9D2"),
    (-0.20, "#C98A6B"),
    (0.02, "#6B3A34"),
    (0.28, "#B9768A"),
    (0.40, "#FFD9DC"),
    (0.50, "#9C5A66"),
    (1.00, "#2A1218"),
]


def draw(width: int, height: int) -> Image.Image:
    """Draw the curtain."""
    random = np.random.default_rng(43)
    w, h = enough(width, height)
    if h < 360:
        w, h = 2 * w, 2 * h  # a strip is narrower than a pixel there
    x, y = grid(w, h)
    picture = np.ones((h, w, 3), np.float32) * colour("#2A1413")
    for strips, depth in ((64, 0.40), (80, 0.68), (92, 1.0)):
        foil, cover = _layer(random, w, h, strips)
        cast = blur(cover, 0.006)
        picture = picture * (1 - 0.45 * cast)[..., None]
        picture = picture * (1 - cover[..., None]) + foil * depth * cover[..., None]
    lamp = 0.50 + 0.75 * np.exp(-(((x - 0.5) * 1.7) ** 2) - ((y - 0.30) * 1.2) ** 2)
    picture = picture * (lamp * vignette(w, h, 0.35))[..., None]
    # The brightest turns spread in the lens.
    glints = np.clip(picture - 0.72, 0, None)
    seen = defocus(picture, 0.0042) + 0.30 * blur(glints, 0.012) + 0.5 * blur(glints, 0.045)
    seen += defocus(_sparks(random, picture), 0.010)
    return develop(seen, random, grain=0.008, shoulder=0.6, size=(width, height))


def _layer(random: Random, width: int, height: int, strips: int) -> tuple[Picture, Field]:
    """Return one layer of foil and where it hangs; each strip is twisted in its own way."""
    x, y = grid(width, height)
    sway = 0.0035 * noise(random, width, height, (5, 1.2), 2, 0.4) * smooth(-0.1, 0.9, y)
    at = (x + sway) * strips + 2
    number = np.clip(np.floor(at), 0, strips + 4).astype(np.int32)
    across = (at - np.floor(at) - 0.5) * 2

    def each(low: float, high: float) -> Field:
        return random.uniform(low, high, strips + 5).astype(np.float32)[number]

    turn, twist, phase, wide = each(-0.55, 0.55), each(2.5, 9.0), each(0, 6.3), each(0.55, 1.0)
    ripple = each(12, 40) * y + each(0, 6.3)
    swing = turn + 0.62 * np.sin(twist * y + phase) + 0.07 * np.sin(ripple)
    broad = noise(random, width, height, (6, 2.2), 2, 0.5)
    face = swing + 0.10 * across + 0.20 * broad
    foil = ramp(face, _ROOM)
    # A strip seen on edge is narrow.
    reach = wide * (0.55 + 0.45 * np.abs(np.cos(2.1 * swing)))
    cover = smooth(1.0, 0.82, np.abs(across) / reach)
    return foil * (0.85 + 0.3 * wide)[..., None] * 1.25, cover


def _sparks(random: Random, picture: Picture) -> Picture:
    """Return single points, among the bright ones, that flash into the lens."""
    height, width = picture.shape[:2]
    light = np.zeros_like(picture)
    for _ in range(260):
        i, j = int(random.random() * height), int(random.random() * width)
        power = random.exponential(0.9) * (height / 540) ** 2 * 60
        light[i, j] += picture[i, j] ** 1.5 * power
    return light

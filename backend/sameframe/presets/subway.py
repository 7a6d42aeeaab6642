"""A platform late in the evening: glazed tiles under tubes, a green band, a shining floor."""

import numpy as np
from PIL import Image

from sameframe.presets.canvas import (
    Field,
    Picture,
    Random,
    Sketch,
    blur,
    colour,
    develop,
    enough,
    grid,
    mix,
    noise,
    resized,
    smooth,
    vignette,
)

_FLOOR = 0.800
_TALL, _WIDE = 0.0505, 0.1010  # of a tile
_BAND = (0.150, 0.300)


def draw(width: int, height: int) -> Image.Image:
    """Draw the platform."""
    random = np.random.default_rng(89)
    w, h = enough(width, height)
    x, y = grid(w, h)
    wall = _tiles(random, w, h)
    # Two rows of tubes above: bright in pools, dimmer between them.
    tubes = 0.84 + 0.20 * np.cos((x - 0.5) * 2 * np.pi * 1.5) * np.exp(-y * 1.2)
    light = tubes * (1.22 - 0.46 * smooth(0.0, 0.85, y))
    light = light + 0.34 * np.exp(-(((y - 0.045) / 0.05) ** 2)) * np.clip(tubes - 0.6, 0, None)
    wall = wall * light[..., None] * colour("#FFF8EA")
    wall = _sign(wall)
    foot = smooth(-0.0012, 0.0012, y - (_FLOOR - 0.032)) * np.ones_like(x)
    wall = mix(wall, colour("#3B4245") * (light * 0.9)[..., None], foot)
    wall = wall * (1 - 0.45 * np.exp(-np.clip(_FLOOR - y, 0, 1) / 0.010))[..., None]

    rows = np.clip((2 * _FLOOR - y[:, 0]) * h, 0, h - 1).astype(np.int32)
    mirrored = wall[rows]
    thin = resized(mirrored, w, max(4, h // 14))
    smear = 0.55 * resized(blur(thin, 0.02), w, h) + 0.25 * blur(mirrored, 0.004)
    floor = _terrazzo(random, w, h) * (0.66 + 0.14 * smooth(0.8, 1.0, y))[..., None]
    floor = floor * 0.62 + smear * (0.62 - 0.30 * smooth(0.8, 1.0, y))[..., None]
    picture = mix(wall, floor, smooth(-0.001, 0.001, y - _FLOOR) * np.ones_like(x))
    picture = blur(picture, 0.0017) * vignette(w, h, 0.32)[..., None]
    return develop(picture * 0.92, random, grain=0.009, size=(width, height))


def _tiles(random: Random, width: int, height: int) -> Picture:
    """Return glazed tiles in a running bond: none quite flat, none quite the same white."""
    x, y = grid(width, height)
    down = (_FLOOR - y) / _TALL
    row = np.floor(down)
    along = x * width / height / _WIDE + 0.5 * np.mod(row, 2)
    column = np.floor(along)
    # In pixels from the nearest joint.
    gap_x = np.minimum(along - column, 1 - (along - column)) * _WIDE * height
    gap_y = np.minimum(down - row, 1 - (down - row)) * _TALL * height * np.ones_like(x)
    gap = np.minimum(gap_x, gap_y) / height
    number = (row * 97 + column + 5000).astype(np.int32) % 4096
    tone = random.normal(0, 0.022, 4096).astype(np.float32)[number]
    warm = random.normal(0, 0.012, 4096).astype(np.float32)[number]
    tilt = random.normal(0, 0.5, 4096).astype(np.float32)[number]
    u, v = along - column - 0.5, down - row - 0.5
    # The glaze pools: a soft gleam of the tubes lies in every tile, each at its own place.
    gleam = np.exp(-(((v - 0.22 - 0.25 * tilt) / 0.20) ** 2)) * (0.6 + 0.4 * np.cos(u * 2))
    waves = noise(random, width, height, (40, 22), 3, 0.6)
    glaze = 0.84 + tone + 0.10 * gleam + 0.012 * waves
    middle = (_BAND[0] + _BAND[1]) / 2
    in_band = (np.abs(y - middle) < (_BAND[1] - _BAND[0]) / 2) * np.ones_like(x)
    in_band = in_band[
        np.clip(((_FLOOR - (row + 0.5) * _TALL) * height), 0, height - 1).astype(int), 0
    ]
    white = np.stack([1 + warm, 1 + 0 * warm, 1 - warm], axis=-1) * colour("#F4F2E8")
    green = np.ones((height, width, 3), np.float32) * colour("#2F7F5B")
    tint = np.where(in_band[..., None] > 0.5, green, white)
    face = tint * glaze[..., None] + (0.05 * gleam)[..., None]
    bevel = smooth(0.0030, 0.0065, gap)
    face = face * (0.90 + 0.10 * bevel)[..., None]
    joint = smooth(0.0024, 0.0014, gap)
    soot = 0.50 + 0.05 * noise(random, width, height, (8, 5), 3)
    return mix(face, colour("#B9B4A6") * soot[..., None], joint)


def _sign(wall: Picture) -> Picture:
    """Put up a sign without a name: this is nobody's station, and everybody's."""
    height, width = wall.shape[:2]
    sketch = Sketch(width, height)
    for left, right in ((0.055, 0.235), (0.765, 0.945)):
        outline = [(left, 0.175), (right, 0.175), (right, 0.275), (left, 0.275)]
        sketch.polygon(outline, colour("#F6F5EE") * 0.98)
        middle = (left + right) / 2
        line = [(left + 0.012, 0.225), (right - 0.012, 0.225)]
        sketch.line(line, 0.012, colour("#2F7F5B") * 0.8)
        sketch.disc(middle, 0.225, 0.026, colour("#2F7F5B") * 0.8)
        sketch.disc(middle, 0.225, 0.018, colour("#F6F5EE"))
        arrow = [(right - 0.030, 0.200), (right - 0.012, 0.225), (right - 0.030, 0.250)]
        sketch.line(arrow, 0.012, colour("#2F7F5B") * 0.8)
    light, cover = sketch.layers()
    cast = blur(cover, 0.008)
    cast = np.roll(cast, round(0.010 * height), axis=0) * (1 - cover)
    wall = wall * (1 - 0.38 * cast)[..., None]
    return wall * (1 - cover[..., None]) + light


def _terrazzo(random: Random, width: int, height: int) -> Picture:
    x, y = grid(width, height)
    near = np.clip((y - _FLOOR) / (1 - _FLOOR), 0.001, 1)
    chips = noise(random, width, height, (300, 320), 2, 0.7) * (0.4 + 0.6 * near)
    base = colour("#A8A69C") * (1 + 0.07 * np.clip(chips, -2, 2))[..., None]
    # The edge that one may not cross: raised yellow slabs.
    depth: Field = np.broadcast_to(near, (height, width))
    strip = smooth(0.44, 0.46, depth) * smooth(0.80, 0.78, depth)
    u = (x - 0.5) / (0.72 + 0.5 * near) * 34
    away = np.hypot(np.mod(u, 1) - 0.5, np.mod((depth - 0.45) * 13, 1) - 0.5)
    studs = smooth(0.36, 0.26, away)
    slab = np.exp(-(((np.mod(u / 6, 1) - 0.5) / 0.495) ** 60))
    yellow = colour("#E8B437") * (0.86 + 0.20 * studs)[..., None] * (0.6 + 0.4 * slab)[..., None]
    return mix(base, yellow, strip)

"""A roof terrace, the sun just gone at the right: bulbs overhead, a city beyond the wall."""

import numpy as np
from PIL import Image

from sameframe.presets.canvas import (
    Field,
    Picture,
    Random,
    Sketch,
    Stencil,
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

_WALL, _DECK = 0.635, 0.775
_GLOW = (0.70, 0.58)
# Rows of houses: their roofs' height, spread, tone, how bright their windows are; farthest first.
_ROWS = (
    (0.545, 0.030, "#B98590", 0.35),
    (0.520, 0.055, "#84617A", 0.75),
    (0.505, 0.085, "#4F4060", 1.25),
    (0.530, 0.105, "#2C2740", 1.5),
)
_WINDOWS = ("#FFC98A", "#FFD9A6", "#FFB46B", "#FFE9CC", "#D6E4FF")


def draw(width: int, height: int) -> Image.Image:
    """Draw the terrace."""
    random = np.random.default_rng(97)
    w, h = half(width, height)
    picture = _sky(random, w, h)
    for number, row in enumerate(_ROWS):
        picture = _houses(random, picture, number, *row)
    picture = _hills_tower(picture)
    bulbs = [p for string in _STRINGS for p in _sagging(*string)]
    seen = defocus(picture, 0.0105)
    seen = _terrace(random, seen, bulbs)
    seen = defocus(seen, 0.0022)
    wires, lamps = Stencil(w, h), Stencil(w, h)
    for string in _STRINGS:
        wires.line(_sagging(*string, fine=4), 0.0028)
    for bx, by in bulbs:
        lamps.disc(bx, by + 0.012, 0.0095)
    seen = mix(seen, colour("#1B1622"), 0.8 * blur(wires.field(), 0.0022))
    light = lamps.field()[..., None] * colour("#FFC789") * 3.4
    seen = seen + defocus(light, 0.0125) + 0.30 * blur(light, 0.022) + 0.34 * blur(light, 0.09)
    seen = seen * vignette(w, h, 0.32)[..., None]
    return develop(seen * 1.05, random, grain=0.009, shoulder=0.66, size=(width, height))


# Strings of bulbs: from x, y, to x, y, sag, bulbs.
_STRINGS = (
    (-0.05, 0.030, 0.42, 0.075, 0.100, 9),
    (0.42, 0.075, 1.05, -0.020, 0.130, 12),
    (-0.05, 0.200, 0.30, -0.030, 0.050, 7),
)


def _sagging(
    x0: float, y0: float, x1: float, y1: float, sag: float, count: int, fine: int = 1
) -> list[tuple[float, float]]:
    t = np.linspace(0, 1, (count - 1) * fine + 1)
    x, y = x0 + (x1 - x0) * t, y0 + (y1 - y0) * t + sag * 4 * t * (1 - t)
    return list(zip(x.tolist(), y.tolist(), strict=True))


def _sky(random: Random, width: int, height: int) -> Picture:
    x, y = grid(width, height)
    lean = y + 0.10 * np.abs(x - _GLOW[0])
    sky = ramp(
        lean / 0.60,
        [
            (0, "#2C3A68"),
            (0.30, "#58598A"),
            (0.55, "#A0738F"),
            (0.75, "#E0938A"),
            (0.92, "#F9BC85"),
            (1.1, "#FBD09A"),
        ],
    )
    bands = noise(random, width, height, (2.4, 10), 5, 0.55)
    bands += 0.5 * noise(random, width, height, (5, 9), 3)
    cover = smooth(0.2, 2.1, bands) * smooth(0.60, 0.35, y) * smooth(-0.2, 0.12, y)
    under = ramp(
        lean / 0.60, [(0, "#5A5580"), (0.5, "#D98A8C"), (0.9, "#FFC48E"), (1.1, "#FFD8A0")]
    )
    sky = mix(sky, under, 0.75 * blur(cover, 0.004))
    away = np.hypot((x - _GLOW[0]) * 16 / 9 * 0.7, y - _GLOW[1])
    return sky + colour("#FFB56B") * (0.55 * np.exp(-away / 0.16))[..., None]


def _houses(
    random: Random,
    picture: Picture,
    number: int,
    roof: float,
    spread: float,
    tone: str,
    power: float,
) -> Picture:
    """Stand one row of houses before the sky, hazy at the feet, some of their windows lit."""
    height, width = picture.shape[:2]
    sketch = Sketch(width, height)
    dark = colour(tone)
    at = -0.03
    while at < 1.03:
        wide = random.uniform(0.020, 0.055) * (0.8 + 0.35 * number)
        # Low in the middle, where people stand before the open sky.
        valley = 0.6 + 0.8 * min(1.0, abs(at + wide / 2 - 0.5) / 0.4) ** 1.5
        top = roof - random.exponential(spread) * valley + 0.035
        top = max(top, 0.17)
        shade = random.uniform(0.86, 1.1)
        sketch.polygon([(at, top), (at + wide, top), (at + wide, 0.8), (at, 0.8)], dark * shade)
        if random.random() < 0.5:
            box = at + wide * random.uniform(0.1, 0.6)
            sketch.polygon(
                [
                    (box, top - 0.014),
                    (box + wide * 0.3, top - 0.014),
                    (box + wide * 0.3, top),
                    (box, top),
                ],
                dark * shade * 0.92,
            )
        side = wide * 0.30
        edge = [
            (at + wide - side, top),
            (at + wide, top),
            (at + wide, 0.8),
            (at + wide - side, 0.8),
        ]
        sketch.polygon(edge, dark * shade * 1.16)
        step_y, step_x = 0.0105 + 0.0040 * number, 0.0050 + 0.0021 * number
        for wy in np.arange(top + step_y, 0.66, step_y):
            for wx in np.arange(at + step_x * 0.5, at + wide - step_x * 0.7, step_x):
                if random.random() < 0.24:
                    tint = colour(str(random.choice(_WINDOWS)))
                    shine = tint * power * random.uniform(0.25, 1.0)
                    w, t = step_x * 0.55, step_y * 0.5
                    sketch.polygon([(wx, wy), (wx + w, wy), (wx + w, wy + t), (wx, wy + t)], shine)
        at += wide + random.exponential(0.004)
    light, cover = sketch.layers()
    _, y = grid(width, height)
    haze = smooth(0.40, 0.68, y) * (0.62 - 0.15 * number)
    tint = colour("#EBA489") * (1 - haze * 0)[..., None]
    picture = picture * (1 - cover[..., None]) + light
    return mix(picture, tint, haze * cover)


def _hills_tower(picture: Picture) -> Picture:
    """Set a slender tower on the left, far off, as cities have one."""
    height, width = picture.shape[:2]
    sketch = Sketch(width, height)
    tone = colour("#6E5574")
    sketch.polygon([(0.1525, 0.20), (0.1555, 0.20), (0.1590, 0.50), (0.1490, 0.50)], tone)
    sketch.polygon([(0.1465, 0.245), (0.1615, 0.245), (0.1590, 0.285), (0.1490, 0.285)], tone * 1.1)
    sketch.line([(0.1540, 0.105), (0.1540, 0.21)], 0.004, tone)
    sketch.disc(0.1540, 0.105, 0.005, colour("#FF5A4A") * 3)
    return sketch.over_picture(picture)


def _terrace(random: Random, picture: Picture, bulbs: list[tuple[float, float]]) -> Picture:
    """Build the wall around the roof, and the deck of boards that people stand on."""
    height, width = picture.shape[:2]
    x, y = grid(width, height)
    warm: Field = np.zeros((height, width), np.float32)
    for bx, _ in bulbs:
        warm += 0.06 * np.exp(-(((x - bx) / 0.22) ** 2) - ((y - 0.80) / 0.24) ** 2)
    rough = 1 + 0.05 * noise(random, width, height, (9, 5), 4, 0.6)
    wall = (
        colour("#5D5062") * (rough * 0.72)[..., None] + colour("#FFB878") * (0.26 * warm)[..., None]
    )
    cap = np.exp(-(((y - _WALL - 0.010) / 0.010) ** 2))
    rim = (
        colour("#F0A888")
        * (0.42 * cap * (0.7 + 0.5 * np.exp(-(((x - 0.7) / 0.3) ** 2))))[..., None]
    )
    wall = (wall + rim) * (1 - 0.5 * np.exp(-np.clip(_DECK - y, 0, 1) / 0.022))[..., None]
    picture = mix(picture, wall, smooth(-0.002, 0.002, y - _WALL) * np.ones_like(x))
    near = np.clip((y - _DECK) / (1 - _DECK), 0, 1)
    u = (x - 0.5) / (0.42 + 0.58 * near) * 11
    board = np.clip(np.floor(u).astype(np.int32) + 40, 0, 79)
    tone = random.uniform(0.8, 1.15, 80).astype(np.float32)[board]
    gap = 0.25 + 0.75 * np.exp(-(((u - np.floor(u) - 0.5) / 0.47) ** 30))
    grain = 1 + 0.06 * noise(random, width, height, (90, 6), 3, 0.7)
    wood = colour("#7A5A55") * (tone * gap * grain)[..., None]
    lit = colour("#B08AA0") * 0.62 + colour("#FFB878") * (0.95 * warm)[..., None]
    deck = wood * lit * (1 - 0.55 * np.exp(-np.clip(y - _DECK, 0, 1) / 0.018))[..., None]
    picture = mix(picture, deck * 1.25, smooth(-0.002, 0.002, y - _DECK) * np.ones_like(x))
    return _pots(random, picture)


def _pots(random: Random, picture: Picture) -> Picture:
    """Put tall grasses in tubs at both sides."""
    height, width = picture.shape[:2]
    sketch = Sketch(width, height)
    for at, foot, size in ((0.070, 0.865, 1.0), (0.945, 0.855, 0.92), (0.165, 0.815, 0.62)):
        for _ in range(int(190 * size)):
            lean = random.normal(0, 0.55)
            long = random.uniform(0.16, 0.36) * size
            t = np.linspace(0, 1, 7)
            px = at + random.normal(0, 0.016) * size + lean * long * 0.45 * t**1.8 * 9 / 16
            py = foot - 0.10 * size - long * (t - 0.32 * abs(lean) * t**2.4)
            tone = colour(str(random.choice(["#3E4A3C", "#566048", "#2B3430", "#7A6E4E"])))
            path = list(zip(px.tolist(), py.tolist(), strict=True))
            sketch.line(path, 0.0026 * size, tone * random.uniform(0.35, 0.9))
        wide, tall = 0.040 * size, 0.120 * size
        top = foot - tall
        tub = [(at - wide, top), (at + wide, top), (at + wide * 0.8, foot), (at - wide * 0.8, foot)]
        sketch.polygon(tub, colour("#4A3A3E") * 0.55)
        lit = [
            (at + wide * 0.3, top),
            (at + wide, top),
            (at + wide * 0.8, foot),
            (at + wide * 0.25, foot),
        ]
        sketch.polygon(lit, colour("#7A5650") * 0.6)
    return sketch.over_picture(picture, 0.003)

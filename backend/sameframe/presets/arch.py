"""A set in rose: an arch of plaster wound with flowers, steps below; soft light from the left."""

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
    develop,
    enough,
    grid,
    mix,
    noise,
    shifted,
    smooth,
    vignette,
)

_FLOOR = 0.835
_ROSES = ("#E9A6A4", "#F3C9C0", "#D9797F", "#F7E3D8", "#C85D68", "#EFB7A8")
_LEAVES = ("#6E7F62", "#8A9A78", "#55684F", "#A3AD8C")


def draw(width: int, height: int) -> Image.Image:
    """Draw the set."""
    random = np.random.default_rng(67)
    w, h = enough(width, height)
    x, y = grid(w, h)
    wall = _paint(random, w, h, "#E2B4A8") * (1.02 - 0.30 * x + 0.05 * y)[..., None]
    outer, inner = _arch(w, h, 0.235, 0.765, 0.085), _arch(w, h, 0.300, 0.700, 0.195)
    wall = wall * (1 - 0.42 * _cast(outer, 0.030, 0.014))[..., None]

    frame = _paint(random, w, h, "#EFD2C6") * (1.05 - 0.26 * x)[..., None]
    frame = frame * (1 + 0.5 * _edge(outer, 0.0025))[..., None]
    picture = mix(wall, frame, outer)
    # Inside, the niche lies in the shadow of its own left edge.
    niche = _paint(random, w, h, "#CF8F88") * (0.98 - 0.16 * x)[..., None]
    shade = blur(1 - shifted(inner, 0.065, 0.020), 0.022) * inner
    niche = niche * (1 - 0.46 * shade)[..., None]
    glow = np.exp(-(((x - 0.55) / 0.16) ** 2) - ((y - 0.48) / 0.34) ** 2)
    niche = niche * (0.94 + 0.22 * glow)[..., None]
    picture = mix(picture, niche, inner)

    floor = _paint(random, w, h, "#E3BDB0") * (1.0 - 0.28 * x)[..., None]
    floor = floor * (1 - 0.20 * np.exp(-np.clip(y - _FLOOR, 0, 1) / 0.03))[..., None]
    picture = mix(picture, floor, smooth(-0.0012, 0.0012, y - _FLOOR) * np.ones_like(x))
    for left, right, top, low in ((0.20, 0.80, 0.835, 0.885), (0.15, 0.85, 0.885, 0.945)):
        picture = _step(random, picture, left, right, top, low)
    picture = _garland(random, picture)
    picture = blur(picture, 0.0011) * vignette(w, h, 0.24)[..., None]
    return develop(picture * 1.02, random, grain=0.007, size=(width, height))


def _paint(random: Random, width: int, height: int, tint: str) -> Picture:
    tone = 0.016 * noise(random, width, height, (6, 4), 4, 0.6)
    tone += 0.009 * noise(random, width, height, (230, 130), 2, 0.8)
    return colour(tint) * (1 + tone)[..., None]


def _arch(width: int, height: int, left: float, right: float, top: float) -> Field:
    turn = np.linspace(np.pi, 0, 90)
    half = (right - left) / 2
    px = (left + right) / 2 + half * np.cos(turn)
    py = top + half * 16 / 9 * (1 - np.sin(turn))
    shape = Stencil(width, height)
    shape.polygon([(left, _FLOOR), *zip(px.tolist(), py.tolist(), strict=True), (right, _FLOOR)])
    return shape.field()


def _cast(shape: Field, right: float, down: float) -> Field:
    return blur(shifted(shape, right, down), 0.020) * (1 - shape)


def _edge(shape: Field, thick: float) -> Field:
    return np.clip(shape - shifted(shape, thick, thick * 0.6), 0, 1)


def _step(
    random: Random, picture: Picture, left: float, right: float, top: float, low: float
) -> Picture:
    height, width = picture.shape[:2]
    x, y = grid(width, height)
    face = Stencil(width, height)
    face.polygon([(left, top), (right, top), (right, low), (left, low)])
    front = face.field()
    picture = (
        picture * (1 - 0.34 * blur(shifted(front, 0.016, 0.012), 0.012) * (1 - front))[..., None]
    )
    tone = _paint(random, width, height, "#E6C3B6") * (0.90 - 0.24 * x)[..., None]
    lip = np.exp(-(((y - top - 0.002) / 0.003) ** 2))
    tone = tone * (1 + 0.22 * lip - 0.12 * smooth(top, low, y))[..., None]
    return mix(picture, tone, front)


def _garland(random: Random, picture: Picture) -> Picture:
    """Wind leaves and roses about the arch: thick at the upper left, thin to the right."""
    height, width = picture.shape[:2]
    sketch = Sketch(width, height)
    places = []
    for _ in range(300):
        turn = random.triangular(0.02, 0.72, 1.12) * np.pi
        reach = 0.2325 + random.normal(0, 0.016 + 0.012 * (turn > 1.6))
        px = 0.5 + reach * np.cos(turn)
        py = 0.085 + 0.2325 * 16 / 9 + 0.055 - reach * 16 / 9 * np.sin(turn)
        places.append((px, py, turn))
    for px, py, _ in places:
        for _ in range(3):
            _leaf(random, sketch, px + random.normal(0, 0.012), py + random.normal(0, 0.02))
    cover = sketch.layers()[1]
    for px, py, _ in sorted(places[:150], key=lambda place: random.random()):
        _rose(random, sketch, px, py, random.uniform(0.016, 0.040))
    light, cover = sketch.layers()
    shadow = blur(shifted(cover, 0.016, 0.014), 0.010) * (1 - cover)
    picture = picture * (1 - 0.42 * shadow)[..., None]
    # Flowers shade those that lie deeper in the bunch.
    depth = 0.80 + 0.34 * (cover - blur(cover, 0.035))
    return picture * (1 - cover[..., None]) + light * depth[..., None]


def _leaf(random: Random, sketch: Sketch, x: float, y: float) -> None:
    turn, long = random.uniform(0, 2 * np.pi), random.uniform(0.022, 0.052)
    t = np.linspace(0, 1, 8)
    half = 0.22 * long * np.sin(np.pi * t) ** 0.9
    for side, power in ((1, 1.0), (-1, 0.78)):
        along = np.concatenate([t, t[::-1]]) * long
        out = np.concatenate([side * half, 0 * half])
        px = x + (along * np.cos(turn) - out * np.sin(turn)) * 9 / 16
        py = y + along * np.sin(turn) + out * np.cos(turn)
        tint = colour(str(random.choice(_LEAVES))) * power * random.uniform(0.55, 0.95)
        sketch.polygon(zip(px.tolist(), py.tolist(), strict=True), tint)


def _rose(random: Random, sketch: Sketch, x: float, y: float, size: float) -> None:
    """Lay petals in a spiral, the outer ones first; each is paler at its rim and lit from above."""
    tint = colour(str(random.choice(_ROSES)))
    turn = random.uniform(0, 6.3)
    petals = 17
    for number in range(petals):
        out = 1 - number / petals
        turn += 2.4
        cx = x + np.cos(turn) * size * 0.62 * out * 9 / 16
        cy = y + np.sin(turn) * size * 0.62 * out
        radius = size * (0.28 + 0.36 * out)
        lit = 0.84 - 0.24 * (np.sin(turn) * 0.7 + np.cos(turn) * 0.7) * out
        deep = tint ** (1.0 + 0.55 * (1 - out))
        sketch.disc(cx + 0.05 * radius, cy + 0.12 * radius, radius, deep * lit * 0.62, 0.9)
        sketch.disc(cx, cy, radius * 0.97, deep * lit * (0.84 + 0.16 * out), 0.9)

"""A risograph print: three inks on rough paper, none of them quite where it should be."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from sameframe.presets.canvas import (
    Field,
    Random,
    Stencil,
    blur,
    colour,
    develop,
    enough,
    grid,
    noise,
    shifted,
    smooth,
)

_PAPER, _RED, _BLUE, _YELLOW = "#F4EEE1", "#F0563C", "#2F5FA6", "#F6BC3F"


def draw(width: int, height: int) -> Image.Image:
    """Print the sheet."""
    random = np.random.default_rng(29)
    size = width, height
    width, height = enough(width, height, 1440)
    sheet = np.ones((height, width, 3), np.float32) * colour(_PAPER)
    fibre = 1 + 0.010 * noise(random, width, height, (70, 40), 2, 0.8)
    sheet = sheet * fibre[..., None]
    inks: tuple[tuple[str, Callable[[int, int], Field], tuple[float, float]], ...] = (
        (_YELLOW, _yellow, (0.006, -0.004)),
        (_RED, _red, (-0.004, 0.003)),
        (_BLUE, _blue, (0.003, 0.005)),
    )
    for ink, plate, (right, down) in inks:
        cover = shifted(plate(width, height), right, down) * _drum(random, width, height)
        sheet = sheet * (1 - cover[..., None] * (1 - colour(ink)))
    return develop(blur(sheet, 0.0008), random, grain=0.004, shoulder=0.95, size=size)


def _drum(random: Random, width: int, height: int) -> Field:
    """Return how much ink the drum lays down: nearly all, with speckles and faint clouds."""
    speckle = noise(random, width, height, (width / height * 480, 480), 1)
    pores = smooth(2.7, 3.6, speckle + 0.35 * noise(random, width, height, (9, 6), 3))
    cloud = 0.93 + 0.035 * noise(random, width, height, (5, 3), 3)
    return np.clip(cloud - 0.75 * pores, 0, 1)


def _wave(width: int, base: float, tall: float, cycles: float, phase: float) -> Field:
    x = (np.arange(width, dtype=np.float32)[None, :] + 0.5) / width
    return base + tall * np.sin(2 * np.pi * (cycles * x + phase))


def _halftone(tone: Field, width: int, height: int, pitch: float, turn: float) -> Field:
    """Screen a tone 0..1 into dots that touch at 0.8."""
    x, y = grid(width, height)
    px, py = x * width / height, y
    co, si = np.cos(turn), np.sin(turn)
    u, v = (px * co - py * si) / pitch, (px * si + py * co) / pitch
    away = np.hypot(u - np.floor(u) - 0.5, v - np.floor(v) - 0.5)
    radius = 0.56 * np.sqrt(np.clip(tone, 0, 1))
    soft = 0.9 / (pitch * height)
    return smooth(soft, -soft, away - radius) * (radius > 0.05)


def _yellow(width: int, height: int) -> Field:
    x, y = grid(width, height)
    shape = Stencil(width, height)
    shape.disc(0.845, 0.205, 0.135)
    shape.polygon(_arch(0.02, 0.200, 0.30, 1.1))
    cover = shape.field()
    band = smooth(-0.0012, 0.0012, y - _wave(width, 0.765, 0.050, 0.85, 0.33))
    cover = np.maximum(cover, band)
    tone = 0.75 * smooth(0.55, 0.0, y) * smooth(0.78, 0.35, x) * smooth(0.0, 0.35, x)
    return np.maximum(cover, _halftone(tone, width, height, 0.021, 0.35) * (1 - cover))


def _red(width: int, height: int) -> Field:
    _, y = grid(width, height)
    shape = Stencil(width, height)
    shape.disc(0.5, 0.50, 0.365)
    hills = smooth(-0.0012, 0.0012, y - _wave(width, 0.875, 0.055, 1.1, 0.05))
    cover = np.maximum(shape.field(), hills)
    inner = Stencil(width, height)
    inner.polygon(_arch(0.055, 0.165, 0.395, 1.1))
    for i in range(3):
        inner.polygon(_arch(0.800, 0.892, 0.470 + 0.094 * i, 0.552 + 0.094 * i))
    return np.maximum(cover, inner.field())


def _blue(width: int, height: int) -> Field:
    x, y = grid(width, height)
    edge = _wave(width, 0.715, 0.060, 0.75, 0.78)
    below = y - edge
    tone = np.clip(0.95 - 2.6 * np.clip(below, 0, 1), 0.0, 1) * (below > 0)
    dots = _halftone(tone * np.ones_like(x), width, height, 0.0185, 0.78)
    shape = Stencil(width, height)
    shape.disc(0.845, 0.205, 0.075)
    for row in range(5):
        for column in range(5):
            shape.disc(0.235 + 0.024 * column, 0.075 + 0.0427 * row, 0.0085)
    shape.line(_squiggle(0.771, 0.921, 0.405, 0.016, 2.5), 0.012)
    shape.polygon(_arch(0.0895, 0.131, 0.52, 1.1))
    return np.maximum(shape.field(), dots)


def _arch(left: float, right: float, top: float, foot: float) -> list[tuple[float, float]]:
    turn = np.linspace(np.pi, 0, 60)
    half = (right - left) / 2
    x = (left + right) / 2 + half * np.cos(turn)
    y = top + half * 16 / 9 * (1 - np.sin(turn))
    return [(left, foot), *zip(x.tolist(), y.tolist(), strict=True), (right, foot)]


def _squiggle(
    left: float, right: float, middle: float, tall: float, cycles: float
) -> list[tuple[float, float]]:
    t = np.linspace(0, 1, 160)
    x, y = left + (right - left) * t, middle + tall * np.sin(2 * np.pi * cycles * t)
    return list(zip(x.tolist(), y.tolist(), strict=True))

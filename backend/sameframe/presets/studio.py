"""A photographer's studio: a roll of warm grey paper, afternoon sun through a tall window."""

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
    mix,
    noise,
    shifted,
    smooth,
)

# Boughs before the window: where each starts, which way it grows (radians), how long it is.
_BOUGHS = ((0.83, -0.07, 2.70, 0.72), (0.74, -0.12, 2.10, 0.46), (0.86, -0.02, 2.15, 0.66))


def draw(width: int, height: int) -> Image.Image:
    """Draw the studio."""
    random = np.random.default_rng(23)
    size = width, height
    width, height = enough(width, height)
    x, y = grid(width, height)
    paper, edge = _roll(random, width, height)

    # A window to the left: light falls off across the room, and the paper's sweep catches it.
    falloff = 1.0 / (0.72 + 0.75 * x) ** 1.25
    sweep = 1 - 0.16 * smooth(0.55, 0.95, y) + 0.05 * smooth(0.9, 1.1, y)
    room = falloff * sweep * (1 - 0.14 * smooth(0.35, -0.1, y))
    wave = 1 + 0.012 * noise(random, width, height, (7, 0.6), 2)
    fibre = 1 + 0.010 * noise(random, width, height, (width / height * 60, 60), 2, 0.8)

    sun = _sun(random, width, height)
    sky, warm = colour("#F1EEEE"), colour("#FFD6A6")
    light = room[..., None] * (0.80 * sky + 0.46 * sun[..., None] * warm)
    sheet = colour("#D6CCC2") * light * (wave * fibre)[..., None]
    wall = colour("#CFC6BA") * light * (0.50 * (1 - 0.5 * edge))[..., None]
    picture = mix(wall, sheet, paper)
    return develop(blur(picture * 1.2, 0.0012), random, grain=0.007, size=size)


def _roll(random: Random, width: int, height: int) -> tuple[Field, Field]:
    """Return where the paper hangs, and the shadow that it casts on the wall behind."""
    y = np.linspace(-0.05, 1.05, 40)
    curl = 0.004 * np.sin(3.1 * y + 0.6) - 0.006 * y
    left = [(0.052 - c, v) for c, v in zip(curl, y, strict=True)]
    right = [(0.953 + c * 0.8, v) for c, v in zip(curl, y, strict=True)]
    shape = Stencil(width, height)
    shape.polygon([*left, *reversed(right)])
    paper = blur(shape.field(), 0.0035)
    shadow = shifted(paper, 0.018, 0.0)
    return paper, blur(shadow, 0.012)


def _sun(random: Random, width: int, height: int) -> Field:
    """Return the sun's slanting image of the window, with the leaves that stand before it."""

    def slanted(u: float, v: float) -> tuple[float, float]:
        return 0.20 + 0.58 * u + 0.05 * v, -0.10 + 0.80 * v + 0.17 * u

    panes = Stencil(width, height, over=1)
    columns, rows = (0.0, 0.31, 0.345, 0.655, 0.69, 1.0), (0.0, 0.46, 0.49, 1.0)
    for i in range(0, 6, 2):
        for j in range(0, 4, 2):
            (a, b), (c, d) = columns[i : i + 2], rows[j : j + 2]
            panes.polygon([slanted(a, c), slanted(b, c), slanted(b, d), slanted(a, d)])
    window = blur(panes.field(), 0.015)

    leaves = Stencil(width, height, over=1)
    for bough in _BOUGHS:
        _hang(random, leaves, *bough)
    foliage = blur(leaves.field(), 0.0085)
    drift = 1 + 0.06 * noise(random, width, height, (3, 2), 2)
    return np.clip(window * (1 - 0.8 * foliage) * drift, 0, None)


def _hang(random: Random, leaves: Stencil, x: float, y: float, turn: float, long: float) -> None:
    """Hang one bough: leaves in pairs along a stem that droops, smaller towards its tip."""
    stem = []
    for step in np.linspace(0, 1, 13):
        stem.append((x, y))
        size = (0.100 - 0.040 * step) * random.uniform(0.85, 1.15)
        if step > 0.1:
            for side in (-1, 1):
                leaves.polygon(_leaf(x, y, turn + side * random.uniform(0.6, 1.0), size))
        turn -= random.uniform(0.02, 0.09)
        x += np.cos(turn) * long / 12 * 9 / 16
        y += np.sin(turn) * long / 12
    leaves.polygon(_leaf(x, y, turn, 0.055))
    leaves.line(stem, 0.004)


def _leaf(x: float, y: float, turn: float, long: float) -> list[tuple[float, float]]:
    t = np.linspace(0, 1, 12)
    half = 0.24 * long * np.sin(np.pi * t) ** 0.8
    along = np.concatenate([t, t[::-1]]) * long
    side = np.concatenate([half, -half[::-1]])
    px = x + (along * np.cos(turn) - side * np.sin(turn)) * 9 / 16
    py = y + along * np.sin(turn) + side * np.cos(turn)
    return list(zip(px.tolist(), py.tolist(), strict=True))

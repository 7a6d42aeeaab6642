"""Sheets of paper cut in waves and laid over each other, deep in the middle; lamp upper left."""

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
    mix,
    noise,
    resized,
    shifted,
    smooth,
    vignette,
)

# From the deepest sheet to the one on top.
_SHEETS = (
    "#FBE3C0", "#F8C79A", "#F2A57F", "#E77F6C", "#CF5E66",
    "#A34A68", "#713F69", "#4A3765", "#322C57",
)  # fmt: skip


def draw(width: int, height: int) -> Image.Image:
    """Lay the sheets."""
    random = np.random.default_rng(73)
    size = width, height
    width, height = enough(width, height, 1440)
    x, y = grid(width, height)
    hills = _contours(random, width, height)
    glow = np.exp(-(((x - 0.5) / 0.34) ** 2) - ((y - 0.42) / 0.36) ** 2)
    picture = np.ones((height, width, 3), np.float32) * colour(_SHEETS[0])
    picture = picture * (0.86 + 0.22 * glow)[..., None]
    for number, tint in enumerate(_SHEETS[1:]):
        level = 0.34 + 0.085 * number
        edge = 1.3 / height / 2
        cover = smooth(-edge * 4, edge * 4, hills[number] - level)
        far, near = blur(cover, 0.016), blur(cover, 0.004)
        cast = np.maximum(0.62 * shifted(far, 0.012, 0.018), 0.42 * shifted(near, 0.003, 0.005))
        picture = picture * (1 - cast * (1 - cover))[..., None]
        # A cut edge shows the sheet's thickness, lit where it faces the lamp.
        thick = np.clip(cover - shifted(cover, -0.0016, -0.0022), 0, 1)
        fibre = 1 + 0.020 * noise(random, width, height, (width / height * 210, 210), 2, 0.8)
        light = 0.93 + 0.10 * smooth(1.2, -0.2, x + y) + 0.03 * noise(random, width, 1, (3, 1), 1)
        sheet = colour(tint) * (fibre * light)[..., None]
        sheet = sheet + (colour(tint) * 0.35 + 0.05) * thick[..., None]
        picture = mix(picture, sheet, cover)
    picture = picture * vignette(width, height, 0.22)[..., None]
    return develop(picture, random, grain=0.006, shoulder=0.85, size=size)


def _contours(random: Random, width: int, height: int) -> list[Field]:
    """Return of each sheet how far from its opening every place is, in slow waves."""
    w, h = max(64, width // 4), max(36, height // 4)
    x, y = grid(w, h)
    away = np.hypot((x - 0.5) / 0.62, (y - 0.46) / 0.60)
    turn = np.arctan2((y - 0.46), (x - 0.5) * 16 / 9)
    found = []
    drift = noise(random, w, h, (2.4, 1.7), 2, 0.4)
    for number in range(len(_SHEETS) - 1):
        own = noise(random, w, h, (3.0, 2.2), 1)
        lobes = 0.030 * np.sin(turn * 5 + number * 0.9) + 0.018 * np.sin(turn * 9 - number * 1.7)
        found.append(resized((away + 0.040 * drift + 0.026 * own + lobes), width, height))
    return found

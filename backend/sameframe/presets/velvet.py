"""Midnight-blue velvet, tufted in diamonds, lit by a soft lamp from the upper left."""

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
    vignette,
)

_ACROSS, _DOWN = 7.0, 5.6  # diamonds


def draw(width: int, height: int) -> Image.Image:
    """Draw the upholstery."""
    random = np.random.default_rng(11)
    w, h = enough(width, height)
    x, y = grid(w, h)
    relief, buttons, knob = _tufts(random, w, h)
    across = np.gradient(relief, axis=1) * h
    down = np.gradient(relief, axis=0) * h
    facing = 1 / np.sqrt(1 + across**2 + down**2)

    key = np.clip((0.50 * across + 0.55 * down + 0.66) * facing, 0, None)
    fill = np.clip((-0.6 * across - 0.1 * down + 0.5) * facing, 0, None)
    hollow = np.clip((blur(relief, 0.035) - relief) / 0.03, 0, 2)
    open_sky = np.exp(-1.1 * hollow)
    # Pile shines from the side; stroked this way and that, it does so in patches.
    pile = 1 + 0.20 * noise(random, w, h, (10, 7), 4, 0.6)
    nap = 1 + 0.05 * noise(random, w, h, (420, 300), 2, 0.8)
    sheen = (1 - facing) ** 1.2 * pile

    lamp = 1.25 * np.exp(-(((x - 0.44) * 1.35) ** 2) - ((y - 0.36) * 1.15) ** 2) + 0.10
    light = (key * (0.30 + 0.75 * sheen) + 0.30 * sheen * fill) * open_sky * nap
    cloth = colour("#1D3A86") * (light * lamp * 2.1 + 0.05 * open_sky)[..., None]
    cloth += colour("#A9C0F5") * (sheen**1.6 * key * lamp * open_sky * 0.34)[..., None]
    cloth += colour("#FFC79A") * (sheen * fill * open_sky * 0.035 * smooth(0.3, 1.2, x))[..., None]
    bead = colour("#3D62BE") * ((0.25 + 1.6 * knob) * lamp)[..., None]
    cloth = cloth * (1 - buttons[..., None]) + bead * buttons[..., None]
    cloth = cloth * vignette(w, h, 0.4)[..., None]
    return develop(blur(cloth, 0.0009), random, grain=0.008, size=(width, height))


def _tufts(random: Random, width: int, height: int) -> tuple[Field, Field, Field]:
    """Return the cushions' relief, where the buttons are, and how each faces the lamp."""
    x, y = grid(width, height)
    bend_x = 0.0022 * noise(random, width, height, (9, 7), 2)
    bend_y = 0.0030 * noise(random, width, height, (9, 7), 2)
    u = (x + bend_x) * _ACROSS + (y + bend_y) * _DOWN
    v = (x + bend_x) * _ACROSS - (y + bend_y) * _DOWN
    # Seams run where u or v is whole, buttons sit where both are.
    side_u, side_v = np.abs(np.sin(np.pi * u)), np.abs(np.sin(np.pi * v))
    near_u = np.abs(u - np.round(u)) * height / width * 16 / 9
    near_v = np.abs(v - np.round(v)) * height / width * 16 / 9
    away = np.hypot(near_u, near_v)
    cushion = np.minimum(side_u, side_v) ** 0.55 * (side_u * side_v) ** 0.22
    # Cloth drawn into a button lies in pleats that fan out from it.
    turn = np.arctan2(near_v, near_u + 1e-6)
    pleats = np.cos(turn * 18) * np.exp(-((away / 0.16) ** 2)) * smooth(0.02, 0.07, away)
    wrinkle = noise(random, width, height, (24, 18), 3, 0.6)
    relief = 0.070 * cushion + 0.0030 * pleats + 0.0016 * wrinkle
    relief -= 0.040 * np.exp(-((away / 0.09) ** 2))
    buttons = smooth(0.060, 0.050, away)
    signed_u, signed_v = u - np.round(u), v - np.round(v)
    right, up = (signed_u + signed_v) / 2, (signed_v - signed_u) / 2
    knob = np.exp(-(((right + 0.012) / 0.022) ** 2) - ((up - 0.014) / 0.022) ** 2)
    return blur(relief.astype(np.float32), 0.003), blur(buttons, 0.0012), knob

"""Late sun through blinds on a plaster wall, with the shadow of a plant; wooden floor below."""

import numpy as np
from PIL import Image

from sameframe.presets.canvas import (
    Field,
    Picture,
    Random,
    Stencil,
    blur,
    colour,
    develop,
    enough,
    grid,
    mix,
    noise,
    ramp,
    smooth,
    vignette,
)

_FLOOR, _SKIRTING = 0.885, 0.845


def draw(width: int, height: int) -> Image.Image:
    """Draw the wall."""
    random = np.random.default_rng(61)
    w, h = enough(width, height)
    x, y = grid(w, h)
    wall = _plaster(random, w, h)
    board = smooth(-0.0012, 0.0012, y - _SKIRTING) * np.ones_like(x)
    lip = np.exp(-(((y - _SKIRTING - 0.006) / 0.004) ** 2)) * 0.22
    wall = mix(wall, colour("#E3C4A4") * (1 + lip)[..., None], board)
    wall = wall * (1 - 0.35 * np.exp(-np.abs(y - _FLOOR) / 0.006))[..., None]

    sun = _sun(random, w, h)
    falloff = 1.10 - 0.45 * x
    sky = 0.47 * falloff * (1 - 0.18 * smooth(0.5, 1.0, y))
    light = sky[..., None] * colour("#CFC6D6") + (1.22 * sun)[..., None] * colour("#FFD9A0")
    # What the sun lights gives some of it back to the shade beside it.
    light = light + blur(sun, 0.12)[..., None] * colour("#F2A878") * 0.22
    room = wall * light
    floor = _boards(random, w, h) * (light * 0.62 + 0.05)
    mirrored = room[np.clip(2 * int(_FLOOR * h) - np.arange(h), 0, h - 1)]
    floor = floor + 0.12 * blur(mirrored, 0.012)
    picture = mix(room, floor, smooth(-0.001, 0.001, y - _FLOOR) * np.ones_like(x))
    picture = picture * vignette(w, h, 0.3)[..., None]
    return develop(blur(picture, 0.0013) * 1.12, random, grain=0.008, size=(width, height))


def _plaster(random: Random, width: int, height: int) -> Picture:
    trowel = noise(random, width, height, (7, 5), 5, 0.62)
    slope = np.gradient(trowel, axis=1) * width / 60 - np.gradient(trowel, axis=0) * height / 60
    fine = noise(random, width, height, (260, 150), 2, 0.8)
    tone = 1 + 0.030 * trowel + 0.022 * np.clip(slope, -3, 3) + 0.010 * fine
    return colour("#DDA27E") * tone[..., None]


def _sun(random: Random, width: int, height: int) -> Field:
    """Return where the sun falls: slats of light, sharp near the window, soft farther off."""
    slats = Stencil(width, height)
    for i in range(15):
        top = 0.02 + 0.056 * i
        left, right = 0.13 + 0.006 * i, 0.80 + 0.006 * i
        tilt, thick = 0.115, 0.029 + random.normal(0, 0.0008)
        slats.polygon(
            [(left, top), (right, top + tilt), (right, top + tilt + thick), (left, top + thick)]
        )
    cords = Stencil(width, height)
    for at in (0.30, 0.63):
        cords.polygon([(at, 0), (at + 0.003, 0), (at + 0.013, 1.1), (at + 0.010, 1.1)])
    light = slats.field()
    x, y = grid(width, height)
    far = smooth(0.15, 0.85, x) * np.ones_like(y)
    light = blur(light, 0.0035) * (1 - far) + blur(light, 0.0085) * far
    light = light * (1 - 0.7 * blur(cords.field(), 0.003))
    plant = Stencil(width, height, over=1)
    _frond(random, plant, 0.74, 1.02)
    return light * (1 - 0.85 * blur(plant.field(), 0.006))


def _frond(random: Random, plant: Stencil, x: float, y: float) -> None:
    """Grow a palm in a pot that stands out of the picture: stems, each with long leaflets."""
    for lean, long in ((-0.55, 0.74), (-0.12, 0.86), (0.30, 0.80), (0.75, 0.58)):
        px, py, turn = x, y, -np.pi / 2 + lean * 0.55
        steps = 26
        for step in range(steps):
            t = step / steps
            turn += lean * 0.045
            nx = px + np.cos(turn) * long / steps * 9 / 16
            ny = py + np.sin(turn) * long / steps
            plant.line([(px, py), (nx, ny)], 0.007 * (1 - 0.6 * t))
            if t > 0.25:
                for side in (-1, 1):
                    reach = 0.17 * np.sin(np.pi * min(1.0, (t - 0.2) * 1.18)) + 0.02
                    aim = turn + side * random.uniform(0.75, 0.95)
                    tip = (nx + np.cos(aim) * reach * 9 / 16, ny + np.sin(aim) * reach + 0.02)
                    dx, dy = -np.sin(aim) * 0.007 * 9 / 16, np.cos(aim) * 0.007
                    mid = ((nx + tip[0]) / 2, (ny + tip[1]) / 2 - 0.004)
                    plant.polygon(
                        [(nx, ny), (mid[0] + dx, mid[1] + dy), tip, (mid[0] - dx, mid[1] - dy)]
                    )
            px, py = nx, ny


def _boards(random: Random, width: int, height: int) -> Picture:
    x, y = grid(width, height)
    near = np.clip((y - _FLOOR) / (1 - _FLOOR), 0, 1)
    # Boards run away from the viewer and meet far behind the wall.
    u = (x - 0.5) / (0.62 + 0.38 * near) * 15
    number = np.floor(u).astype(np.int32) + 30
    tone = random.uniform(0.82, 1.12, 80).astype(np.float32)[np.clip(number, 0, 79)]
    gap = np.exp(-(((u - np.floor(u) - 0.5) / 0.485) ** 40)) * 0.85 + 0.15
    grain = noise(random, width, height, (160, 7), 3, 0.7)
    return (
        ramp(grain * 0.5, [(-1.5, "#6E452C"), (0, "#8C5B3B"), (1.5, "#A87350")])
        * (tone * gap)[..., None]
    )

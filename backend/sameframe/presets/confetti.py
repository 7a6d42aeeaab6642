"""Gold paper raining through lamplight: discs of light far behind, sharp pieces in the middle."""

import numpy as np
from PIL import Image

from sameframe.presets.canvas import (
    Picture,
    Random,
    Sketch,
    colour,
    defocus,
    develop,
    discs,
    enough,
    grid,
    half,
    noise,
    ramp,
    resized,
    vignette,
)

_GOLD = ("#F6C667", "#FFE3A3", "#D9993A", "#F2B28C", "#FFF0CC")


def draw(width: int, height: int) -> Image.Image:
    """Draw the shower."""
    random = np.random.default_rng(83)
    w, h = half(width, height)
    x, y = grid(w, h)
    away = np.hypot((x - 0.5) * 1.45, (y - 0.30) * 1.15)
    dark = ramp(
        away + 0.03 * noise(random, w, h, (3, 2), 3),
        [(0, "#8F5A33"), (0.28, "#6B3A2C"), (0.6, "#41222A"), (1.1, "#221420")],
    )
    picture = dark + _lights(random, w, h)
    picture = _paper(random, picture, 260, 0.0080, 0.0085)
    large = resized(picture, *enough(width, height))
    large = _paper(random, large, 240, 0.0062, 0.0013)
    large = _paper(random, large, 70, 0.0105, 0.0)
    large = _paper(random, large, 12, 0.026, 0.016)
    large = large * vignette(*enough(width, height), 0.30)[..., None]
    return develop(large * 1.05, random, grain=0.008, shoulder=0.64, size=(width, height))


def _lights(random: Random, width: int, height: int) -> Picture:
    """Return lamps far out of focus: dense above, few where people stand."""
    places = []
    for _ in range(150):
        px, py = random.uniform(-0.05, 1.05), random.random() ** 1.9 * 0.95
        tint = colour(str(random.choice(_GOLD)))
        calm = 1 - 0.75 * np.exp(-(((px - 0.5) / 0.25) ** 2) - ((py - 0.65) / 0.32) ** 2)
        power = random.exponential(0.15) * calm
        places.append((px, py, random.uniform(0.022, 0.064), tint * min(power, 0.55), 0.07))
    return discs(width, height, places)


def _paper(random: Random, picture: Picture, count: int, size: float, softness: float) -> Picture:
    """Let pieces of foil fall; each mirrors the lamps, or the dark, as it happens to turn."""
    height, width = picture.shape[:2]
    sketch = Sketch(width, height)
    for _ in range(count):
        px, py = random.uniform(-0.02, 1.02), random.random() ** 1.35
        calm = np.exp(-(((px - 0.5) / 0.20) ** 2) - ((py - 0.68) / 0.30) ** 2)
        if random.random() < 0.7 * calm:
            continue
        turn, tilt = random.uniform(0, np.pi), random.uniform(0.12, 1.0)
        long = size * random.uniform(0.7, 1.35)
        wide = long * random.uniform(0.4, 0.65) * tilt
        curl = random.uniform(-0.35, 0.35) * long
        along = np.array([-1, 0, 1, 1, 0, -1]) * long
        out = np.array([-wide, -wide + curl, -wide, wide, wide + curl, wide])
        qx = px + (along * np.cos(turn) - out * np.sin(turn)) * 9 / 16
        qy = py + along * np.sin(turn) + out * np.cos(turn)
        corners = list(zip(qx.tolist(), qy.tolist(), strict=True))
        tint = colour(str(random.choice(_GOLD)))
        gleam = random.choice([0.30, 0.62, 0.95, 1.9], p=[0.25, 0.4, 0.25, 0.10])
        # The bend in the middle turns either half to another light.
        sketch.polygon([corners[i] for i in (0, 1, 4, 5)], tint * gleam)
        sketch.polygon([corners[i] for i in (1, 2, 3, 4)], tint * gleam * random.uniform(0.55, 1.3))
    light, cover = sketch.layers()
    both = defocus(np.dstack([light, cover]), softness)
    return picture * (1 - np.clip(both[..., 3:], 0, 1)) + both[..., :3]

"""A painted canvas, warm grey, swept out onto the floor; one lamp on it from the upper left."""

import numpy as np
from PIL import Image

from sameframe.presets.canvas import (
    blur,
    colour,
    develop,
    enough,
    grid,
    mix,
    noise,
    ramp,
    smooth,
)


def draw(width: int, height: int) -> Image.Image:
    """Draw the canvas."""
    random = np.random.default_rng(53)
    w, h = enough(width, height)
    x, y = grid(w, h)
    # Brushed on in clouds, wiped, brushed again.
    warp = 0.04 * noise(random, w, h, (5, 4), 3)
    cloud = noise(random, w, h, (4.2, 3.1), 5, 0.62)
    stroke = noise(random, w, h, (30, 11), 4, 0.6)
    tone = cloud * 0.34 + 0.16 * stroke + 3 * warp
    paint = ramp(tone, [(-2.6, "#5E5851"), (-0.6, "#7C756C"), (0.7, "#948C82"), (2.6, "#B0A79A")])
    weave = noise(random, w, h, (w / h * 380, 380), 1) + noise(random, w, h, (700, 90), 1)
    paint = paint * (1 + 0.012 * weave)[..., None]

    # The canvas turns from wall to floor without an edge; what lies down sees the lamp flatter.
    sweep = smooth(0.70, 0.90, y)
    away = np.hypot((x - 0.47) * 1.52, (y - 0.40) * 1.18)
    pool = 1.55 * np.exp(-((away / 0.46) ** 2.2)) + 0.30 * np.exp(-((away / 0.85) ** 2))
    spill = np.hypot((x - 0.52) * 1.15, (y - 0.98) * 2.6)
    floor = 0.62 * np.exp(-((spill / 0.60) ** 2)) + 0.05
    light = pool * (1 - sweep) + floor * sweep
    light = light * (1 - 0.10 * np.exp(-(((y - 0.80) / 0.07) ** 2))) + 0.035
    lit = paint * light[..., None] * (colour("#FFF1DD") * 1.06)
    # Far from the lamp there is only what the dark room gives back, and that is cooler.
    shade = np.clip(1 - light / 0.5, 0, 1)
    lit = mix(lit, lit * colour("#C9D4E8") * 1.15, shade)
    dust = blur(smooth(2.5, 3.6, noise(random, w, h, (90, 60), 2)), 0.001)
    return develop(lit * 1.5 * (1 + 0.12 * dust)[..., None], random, 0.009, size=(width, height))

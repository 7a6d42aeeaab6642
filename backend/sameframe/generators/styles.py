"""A picture in another style: painted, in two inks, at night, in winter, with a shallow focus."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from sameframe.generators import air
from sameframe.presets.canvas import (
    Picture,
    Random,
    blur,
    colour,
    defocus,
    encoded,
    grid,
    mix,
    noise,
    ramp,
    resized,
    smooth,
    vignette,
)

_REACH = 5  # px of 540 lines: half a brush
_INKS = (
    ("#1F2A5C", "#F7C9B8"), ("#17443F", "#F3DE9A"), ("#4A1942", "#F4B860"),
    ("#7A1F2B", "#F6E3C8"), ("#20305F", "#9FE0D0"),
)  # fmt: skip


def restyled(picture: Image.Image, style: str, random: Random) -> Image.Image:
    """Return an RGB picture in one of STYLES."""
    return air.shown(STYLES[style](air.light(picture), random))


def _paint(light: Picture, random: Random) -> Picture:
    """Paint it: each place takes the calmest of four brushes that touch it (M. Kuwahara, 1976)."""
    height, width = light.shape[:2]
    lines = min(540, height)
    small = resized(light, round(width * lines / height), lines)
    tone = np.sqrt(np.maximum(air.luma(small), 0))
    means = _boxes(np.dstack([small, tone, tone * tone]))
    best, calmest = None, None
    for down in (-_REACH, 0):
        for right in (-_REACH, 0):
            seen = _moved(means, down, right)
            spread = seen[..., 4] - seen[..., 3] ** 2
            if best is None:
                best, calmest = seen[..., :3].copy(), spread
                continue
            calmer = spread < calmest
            best[calmer], calmest = seen[..., :3][calmer], np.minimum(spread, calmest)
    grey = air.luma(best)[..., None]
    painted = resized(np.maximum(grey + 1.18 * (best - grey), 0), width, height)
    # Threads of the canvas, and paint that lies thicker here and there.
    weave = noise(random, width, height, (width / 5, height / 5), 1)
    thick = noise(random, width, height, (90, 30), 3, 0.6)
    return np.maximum(painted, 0) * (1 + 0.028 * weave + 0.035 * thick)[..., None]


def _boxes(planes: np.ndarray) -> np.ndarray:
    """Return the mean of the box of _REACH + 1 pixels a side whose upper left corner each is."""
    side = _REACH + 1
    padded = np.pad(planes, ((_REACH, _REACH + 1), (_REACH, _REACH + 1), (0, 0)), mode="edge")
    sums = padded.astype(np.float64).cumsum(axis=0).cumsum(axis=1)
    sums = np.pad(sums, ((1, 0), (1, 0), (0, 0)))
    whole = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return (whole / side**2).astype(np.float32)


def _moved(means: np.ndarray, down: int, right: int) -> np.ndarray:
    rows, columns = means.shape[0] - _REACH - 1, means.shape[1] - _REACH - 1
    top, left = _REACH + down, _REACH + right
    return means[top : top + rows, left : left + columns]


def _duotone(light: Picture, random: Random) -> Picture:
    tone = encoded(air.luma(light))
    low, high = np.percentile(tone, (2, 98))
    stretched = np.clip((tone - low) / max(0.05, high - low), 0, 1)
    dark, pale = _INKS[random.integers(len(_INKS))]
    return ramp(stretched.astype(np.float32), [(0, dark), (1, pale)])


def _night(light: Picture, random: Random) -> Picture:
    height, width = light.shape[:2]
    _, y = grid(width, height)
    tone = air.luma(light)
    grey = tone[..., None]
    moonlit = (0.45 * light + 0.55 * grey) * np.array([0.085, 0.125, 0.235], np.float32)
    exposed = np.float32(np.clip(0.2 / (tone.mean() + 1e-3), 1, 2.8))  # of what was dark before
    moonlit = moonlit * exposed * (1.25 - 0.5 * y)[..., None]
    # What is bright and warm shines now: windows, lamps, candles.
    stands_out = smooth(0.03, 0.25, tone - blur(tone, 0.07))  # a bright sky is no lamp
    warm = np.clip(light[..., 0] - 0.75 * light[..., 2], 0, 1) * stands_out
    lamps = warm[..., None] * colour("#FFC880") * 1.3
    lit = moonlit + 0.5 * lamps + 0.7 * blur(lamps, 0.02) + 0.5 * blur(lamps, 0.09)
    return lit * vignette(width, height, 0.35)[..., None]


def _winter(light: Picture, random: Random) -> Picture:
    height, width = light.shape[:2]
    _, y = grid(width, height)
    tone = air.luma(light)
    grey = tone[..., None]
    cold = (0.38 * light + 0.62 * grey) * np.array([0.90, 0.97, 1.08], np.float32)
    # Snow lies on what was green, on the ground, and on whatever faces the sky.
    red, green, blue = (light[..., i] for i in range(3))
    leafy = smooth(0.0, 0.5, (np.maximum(green, 0.8 * red) - blue) / (tone + 0.02))
    soft = blur(np.sqrt(np.maximum(tone, 0)), 0.003)
    ledge = smooth(0.02, 0.10, -np.gradient(soft, axis=0) * height / 180)
    drift = smooth(0.62, 1.0, y + 0.03 * noise(random, width, height, (5, 3), 3))
    cover = np.clip(0.62 * leafy + 0.55 * ledge + 0.6 * drift, 0, 0.88)
    snow = colour("#EEF2FA") * (0.32 + 0.62 * encoded(tone))[..., None]
    return air.filled(mix(cold, snow, cover.astype(np.float32)), "snow", random)


def _depth(light: Picture, random: Random) -> Picture:
    height, width = light.shape[:2]
    _, y = grid(width, height)
    far = np.broadcast_to(smooth(0.92, 0.35, y), (height, width))
    seen = light
    for radius, at in ((0.005, 0.0), (0.012, 0.35), (0.022, 0.7)):
        seen = mix(seen, defocus(light, radius, blades=7), smooth(at, at + 0.3, far))
    return seen * vignette(width, height, 0.18)[..., None]


STYLES: dict[str, Callable[[Picture, Random], Picture]] = {
    "paint": _paint,
    "duotone": _duotone,
    "night": _night,
    "winter": _winter,
    "depth": _depth,
}

"""The first snow, at dusk: firs, two lamps along a path, flakes near and far."""

import numpy as np
from PIL import Image

from sameframe.presets.canvas import (
    Field,
    Picture,
    Random,
    Stencil,
    blur,
    colour,
    defocus,
    develop,
    discs,
    enough,
    grid,
    half,
    mix,
    noise,
    ramp,
    resized,
    smooth,
    vignette,
)

_LAMPS = ((0.155, 0.235, 1.0), (0.865, 0.300, 0.75), (0.335, 0.415, 0.34), (0.70, 0.432, 0.26))
_WARM = "#FFC583"


def draw(width: int, height: int) -> Image.Image:
    """Draw the dusk."""
    random = np.random.default_rng(19)
    w, h = half(width, height)
    _, y = grid(w, h)
    picture = ramp(
        np.broadcast_to(y, (h, w)),
        [(0, "#4C5F80"), (0.25, "#7385A3"), (0.42, "#A5A9BC"), (0.52, "#CDBCC0"), (0.6, "#D3C2C3")],
    )
    clouds = noise(random, w, h, (3, 7), 4)
    picture = picture * (1 + 0.06 * clouds)[..., None]
    for depth in range(4):
        picture = _firs(random, picture, depth / 3)
    picture = mix(picture, _snowfield(random, w, h), smooth(-0.014, 0.014, y - _rim(random, w)))
    lamps, posts = _lamps(w, h)
    picture = mix(picture, colour("#2A3140"), posts)
    seen = defocus(picture + lamps, 0.0125)
    halo = blur(lamps, 0.05) * 0.85 + blur(lamps, 0.16) * 0.55
    w, h = enough(width, height)
    out = resized(seen + halo, w, h) * vignette(w, h, 0.3)[..., None]
    out = _flakes(random, out)
    return develop(out * 1.02, random, grain=0.008, size=(width, height))


def _rim(random: Random, width: int) -> Field:
    return 0.580 + 0.012 * noise(random, width, 1, (5, 1), 4)


def _firs(random: Random, picture: Picture, nearness: float) -> Picture:
    height, width = picture.shape[:2]
    dark, white = Stencil(width, height), Stencil(width, height)
    for _ in range(int(44 - 33 * nearness)):
        at = random.uniform(-0.03, 1.03)
        if nearness > 0.5:
            at = random.choice([random.uniform(-0.06, 0.26), random.uniform(0.76, 1.06)])
        foot = 0.585 + random.uniform(0.0, 0.05) * nearness
        tall = (0.10 + 0.42 * nearness**1.3) * random.uniform(0.7, 1.25)
        _fir(random, dark, white, at, foot, tall)
    tone = ramp(
        np.array(nearness), [(0, "#93A0B4"), (0.34, "#6B7B93"), (0.67, "#47566B"), (1, "#2C3848")]
    )
    snow = ramp(np.array(nearness), [(0, "#B4BAC8"), (1, "#A3B0C6")])
    picture = mix(picture, tone, dark.field() * 0.96)
    picture = mix(picture, snow, white.field() * 0.85)
    _, y = grid(width, height)
    mist = smooth(0.36, 0.60, y) * (0.55 - 0.45 * nearness)
    return mix(picture, colour("#CBBFC8"), mist * np.ones((1, width), np.float32))


def _fir(
    random: Random, dark: Stencil, white: Stencil, at: float, foot: float, tall: float
) -> None:
    """Draw a fir as tiers of boughs, each with snow lying on its upper side."""
    tiers = 9
    wide = tall * 0.24 * 9 / 16
    for tier in range(tiers, 0, -1):
        t = tier / tiers
        top = foot - tall + tall * (t - 1.6 / tiers) * 0.96
        low = foot - tall + tall * t * 0.97
        reach = wide * (t**0.85) * random.uniform(0.8, 1.15)
        skew = random.normal(0, 0.08) * wide
        dark.polygon(
            [
                (at + skew * 0.3, top),
                (at + reach, low),
                (at, low - 0.12 * (low - top)),
                (at - reach, low),
            ]
        )
        for side in (-1, 1):
            tip = (at + side * reach * 0.95, low - 0.01 * tall)
            inner = (at + side * reach * random.uniform(0.15, 0.4), low - 0.42 * (low - top))
            under = (at + side * reach * 0.5, low - 0.16 * (low - top))
            white.polygon([inner, tip, under])


def _snowfield(random: Random, width: int, height: int) -> Picture:
    """Return snow on the ground, blue in the dusk and warm below the lamps, with a trodden path."""
    x, y = grid(width, height)
    near = np.clip((y - 0.57) / 0.43, 0, 1)
    snow = ramp(
        np.broadcast_to(near, (height, width)), [(0, "#C4BFCD"), (0.35, "#A7B2C8"), (1, "#8696B3")]
    )
    drift = noise(random, width, height, (5, 14), 4, 0.5)
    slope = np.gradient(drift, axis=0) * height / 28
    snow = snow * (1 - 0.05 * np.clip(slope, -2, 2))[..., None]
    path = np.exp(-(((x - 0.515 - 0.03 * near) / (0.020 + 0.16 * near)) ** 2))
    trodden = 1 - 0.13 * path * (1 + 0.4 * noise(random, width, height, (30, 40), 2))
    snow = snow * trodden[..., None]
    for lx, _, size in _LAMPS:
        foot = 0.575 + 0.16 * size
        pool = np.exp(-(((x - lx) / (0.16 * size)) ** 2) - ((y - foot) / (0.075 * size)) ** 2)
        snow = snow + colour(_WARM) * (0.42 * size**0.3 * pool)[..., None]
    return snow


def _lamps(width: int, height: int) -> tuple[Picture, Field]:
    """Return the lamps' light, and their posts."""
    light, posts = np.zeros((height, width, 3), np.float32), Stencil(width, height)
    for lx, ly, size in _LAMPS:
        bulb = Stencil(width, height)
        bulb.disc(lx, ly, 0.014 * size**0.7)
        light += bulb.field()[..., None] * colour(_WARM) * (5.6 * size**0.2)
        wide, tall = 0.014 * size, 0.030 * size
        posts.line([(lx, ly), (lx, 0.575 + 0.16 * size)], 0.011 * size)
        roof = [(lx - wide, ly - 0.6 * tall), (lx, ly - 1.4 * tall), (lx + wide, ly - 0.6 * tall)]
        posts.polygon(roof)
        posts.line(
            [(lx - wide * 0.6, ly + 0.7 * tall), (lx + wide * 0.6, ly + 0.7 * tall)], 0.01 * size
        )
    return light, posts.field()


def _flakes(random: Random, picture: Picture) -> Picture:
    """Let it snow: many small flakes far away, few large soft ones near, warm beside a lamp."""
    height, width = picture.shape[:2]
    for count, size, softness, power in (
        (900, (0.0013, 0.0026), 1.2, (0.12, 0.45)),
        (260, (0.003, 0.0062), 0.8, (0.15, 0.5)),
        (64, (0.009, 0.017), 0.5, (0.07, 0.22)),
        (13, (0.026, 0.046), 0.35, (0.035, 0.10)),
    ):
        places = []
        for _ in range(count):
            px, py = random.random(), random.random()
            tint = colour("#DDE4F2")
            for lx, ly, lamp in _LAMPS[:2]:
                close = np.exp(-((((px - lx) * 16 / 9) ** 2 + (py - ly) ** 2) / (0.17 * lamp) ** 2))
                tint = tint * (1 - 0.7 * close) + colour("#FFD7A3") * 1.6 * close
            places.append((px, py, random.uniform(*size), tint * random.uniform(*power), softness))
        picture = picture + discs(width, height, places)
    return picture

"""A side street in Seoul after the rain: shop lights, lit signs, wet asphalt, far out of focus."""

from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from sameframe.presets.canvas import (
    Field,
    Picture,
    Point,
    Random,
    blur,
    colour,
    defocus,
    develop,
    grid,
    half,
    mix,
    noise,
    ramp,
    resized,
    smooth,
    vignette,
)

# The street runs to a vanishing point; lengths in metres.
_VANISH = (0.515, 0.49)
_EYE, _KERB, _LENS = 1.5, 3.0, 1.6
_SHOPS = ("#FFC98A", "#FFB968", "#FFD6A3", "#FFAA55", "#FFC078")
_SIGNS = ("#FFD9A8", "#E2402A", "#FFAE45", "#FFE6C2", "#3FA79A", "#EE7A8C", "#FFC562", "#E9562F")
_AWNINGS = ("#D8412B", "#F2A33C", "#3FA79A", "#E9703A", "#C9405A")
_GOODS = ("#FFC98A", "#8A4E28", "#FFDDAE", "#C4452A", "#3A241A", "#A8702F", "#5E5A34", "#F09A45")

Place = tuple[float, float, float]


class _Lit(NamedTuple):
    """A flat surface: corners (metres to the right, up, away) and its light, 1.0 paper white."""

    outline: list[Place]
    tint: str
    power: float


def draw(width: int, height: int) -> Image.Image:
    """Draw the street."""
    random = np.random.default_rng(12)
    w, h = half(width, height)
    surfaces = _street(random)
    upright = _painted(surfaces, w, h, up=1)
    picture = mix(upright, _asphalt(random, _painted(surfaces, w, h, up=-1)), _ground(w, h))
    picture += _lamps(random, w, h)
    seen = defocus(picture, 0.020) + 0.14 * blur(picture, 0.11)
    out = 1.25 * seen + colour("#0B0E18") * 0.35
    _, y = grid(w, h)
    out *= (vignette(w, h, 0.45) * (1 - 0.3 * smooth(0.72, 1.05, y)))[..., None]
    return develop(out, random, grain=0.009, size=(width, height))


def _seen(place: Place, up: int) -> Point:
    side, high, away = place
    return (
        _VANISH[0] + side / away * _LENS * 9 / 16,
        _VANISH[1] + (_EYE - up * high) / away * _LENS,
    )


def _wall(side: float, near: float, far: float, low: float, high: float) -> list[Place]:
    return [(side, low, near), (side, low, far), (side, high, far), (side, high, near)]


def _board(left: float, right: float, low: float, high: float, away: float) -> list[Place]:
    return [(left, low, away), (right, low, away), (right, high, away), (left, high, away)]


def _street(random: Random) -> list[_Lit]:
    """Return the street's surfaces, the farthest first."""
    lit: list[_Lit] = [_Lit(_board(-60, 60, 0, 60, 110), "#1B2135", 0.55)]
    for _ in range(90):
        side, up = random.normal(0, 5), random.exponential(2.2)
        size = random.uniform(0.15, 0.55)
        tint = str(random.choice(_SIGNS))
        board = _board(side - size, side + size, up, up + size * random.uniform(0.4, 2.2), 100)
        lit.append(_Lit(board, tint, random.uniform(0.8, 3.0)))
    shops: list[tuple[float, int]] = []
    for sign in (-1, 1):
        away = 3.6 + (0.9 if sign > 0 else 0.0)
        while away < 60:
            shops.append((away, sign))
            away += random.uniform(2.6, 4.4)
    for away, sign in sorted(shops, reverse=True):
        lit.extend(_shop(random, away, sign))
    return lit


def _shop(random: Random, near: float, sign: int) -> list[_Lit]:
    far, side = near + random.uniform(2.3, 3.6), sign * _KERB
    high = random.uniform(6.5, 12.0)
    warm = str(random.choice(_SHOPS if near > 8 else _SHOPS[-2:]))
    power = float(random.choice([0.9, 1.5, 2.2, 0.35], p=[0.35, 0.3, 0.15, 0.2]))
    power = min(power, 0.16 * near)  # the nearest windows stay dim: people stand before them
    brick = str(random.choice(["#4A3A34", "#3B3A44", "#54423A", "#3A3434"]))
    lit = [
        _Lit(_wall(side, near, near + 5, 0, high), brick, 0.42),
        _Lit(_wall(side, near + 0.2, far, 0.45, 2.35), warm, power * 0.42),
        _Lit(_wall(side, near + 0.2, far, 1.95, 2.3), warm, power * 0.8),
    ]
    for shelf in (0.5, 0.95, 1.4, 1.85):
        # What stands in the window, shelf over shelf: bottles, coats, plants, small lamps.
        for at in np.arange(near + 0.3, far - 0.2, 0.26):
            tall, wide = random.uniform(0.1, 0.42), random.uniform(0.08, 0.22)
            goods = _wall(side, at, at + wide, shelf, shelf + tall)
            tint = str(random.choice(_GOODS))
            lit.append(_Lit(goods, tint, power * random.uniform(0.15, 1.0)))
    for at in np.arange(near + 0.2, far, 0.85):
        lit.append(_Lit(_wall(side, at, at + 0.07, 0.1, 2.4), "#1C1512", 0.6))
    if random.random() < 0.8:
        tint = str(random.choice(_AWNINGS))
        lit.append(_Lit(_wall(side, near + 0.3, far - 0.2, 2.6, 3.2), tint, 0.7))
        for at in np.arange(near + 0.5, far - 0.5, 0.42):
            stroke = _wall(side, at, at + 0.2, 2.72, 3.08)
            lit.append(_Lit(stroke, "#FFF6E4", random.uniform(0.2, 1.6)))
    for floor in np.arange(4.0, high - 1, 1.6):
        if random.random() < 0.5:
            at = random.uniform(near, far - 1)
            window = _wall(side, at, at + 1.0, floor, floor + 1.0)
            lit.append(_Lit(window, warm, random.uniform(0.1, 0.75)))
    for _ in range(int(random.integers(2, 5))):
        at = random.uniform(near, far)
        out, low = random.uniform(0.35, 0.75), random.uniform(2.7, 5.2)
        tall = random.uniform(0.5, 2.3)
        inner, outer = side - sign * 0.15, side - sign * (0.15 + out)
        left, right = min(inner, outer), max(inner, outer)
        tint = str(random.choice(_SIGNS if at > 9 else _AWNINGS))
        shine = random.uniform(0.6, 1.7)
        lit.append(_Lit(_board(left, right, low, low + tall, at), tint, min(shine, 0.09 * at)))
        # Strokes of another tone stand for lettering, which nobody could read at this focus.
        for k in np.arange(low + 0.12, low + tall - 0.2, 0.42):
            stroke = _board(left + 0.1, right - 0.1, k, k + 0.24, at)
            lit.append(_Lit(stroke, "#3A1A12" if random.random() < 0.6 else "#FFEBC8", 0.8))
    return lit


def _painted(surfaces: list[_Lit], width: int, height: int, up: int) -> Picture:
    """Paint the surfaces over each other; `up` -1 paints what the wet ground mirrors."""
    over = 2
    index = Image.new("I", (width * over, height * over), 0)
    pen = ImageDraw.Draw(index)
    for number, lit in enumerate(surfaces, start=1):
        outline = [_seen(place, up) for place in lit.outline]
        pen.polygon([(x * width * over, y * height * over) for x, y in outline], fill=number)
    lights = np.array([np.zeros(3)] + [colour(lit.tint) * lit.power for lit in surfaces])
    large = lights.astype(np.float32)[np.asarray(index)]
    return large.reshape(height, over, width, over, 3).mean(axis=(1, 3))


def _ground(width: int, height: int) -> Field:
    x, y = grid(width, height)
    below = (y - _VANISH[1]) / _LENS * _KERB / _EYE
    return smooth(0, 0.004, below - np.abs(x - _VANISH[0]) * 16 / 9 / _LENS)


def _asphalt(random: Random, mirrored: Picture) -> Picture:
    """Return the wet street: what it mirrors drawn long and broken, as water lies in patches."""
    height, width = mirrored.shape[:2]
    _, y = grid(width, height)
    depth = np.clip((y - _VANISH[1]) / (1 - _VANISH[1]), 0.004, 1)
    # Rough ground smears a reflection along the line of sight: shrink it down the picture.
    thin = resized(mirrored, width, max(4, height // 40))
    long = resized(blur(thin, 0.9 / max(4, height // 40)), width, height)
    ripple = noise(random, width, height, (26, 90), 2)
    shift = (ripple * 0.005 * width * depth).astype(np.int32)
    rows = np.arange(height)[:, None]
    columns = np.clip(np.arange(width)[None, :] + shift, 0, width - 1)
    broken = 0.95 * long[rows, columns] + 0.3 * mirrored[rows, columns]
    wet = 0.75 + 0.25 * noise(random, width, height, (5, 26), 3)
    grazing = 0.45 + 0.45 * (1 - depth) ** 2
    mirror = np.clip(wet, 0.12, 1.2) * grazing
    tar = ramp(
        np.broadcast_to(depth, (height, width)), [(0, "#2B2833"), (0.3, "#1C1B22"), (1, "#131318")]
    )
    return np.clip(broken, 0, 4) * mirror[..., None] + tar * 0.8


def _lamps(random: Random, width: int, height: int) -> Picture:
    """Return points of light: strings over the street, lanterns, headlights, brake lights."""
    picture = np.zeros((height, width, 3), np.float32)
    spots: list[tuple[Place, str, float]] = []
    for away in (8.5, 13.0, 20.0, 31.0):
        for t in np.linspace(-1, 1, 15):
            sag = 3.9 + 0.9 * t * t
            spots.append(((t * _KERB, sag + random.normal(0, 0.03), away), "#FFC98A", 1000 / away))
    for _ in range(40):
        side = random.choice([-1, 1]) * (_KERB - random.uniform(0.05, 0.5))
        place = (side, random.uniform(2.2, 3.4), random.uniform(6, 45))
        spots.append((place, str(random.choice(_SIGNS)), random.uniform(25, 110)))
    for side, tint in ((0.9, "#FFF3DC"), (2.0, "#FFF3DC"), (-1.5, "#E23A26"), (-2.4, "#E23A26")):
        spots.append(((side, 0.75, 62.0), tint, 210))
        spots.append(((side, -0.75, 62.0), tint, 90))
    scale = (height / 540) ** 2
    for place, tint, power in spots:
        px, py = _seen(place, 1)
        i, j = int(py * height), int(px * width)
        if 0 <= i < height and 0 <= j < width:
            picture[i, j] += colour(tint) * power * scale
    return picture

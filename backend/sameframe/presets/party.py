"""A living-room party: a warm wall, bunting, bulbs on a string, balloons, confetti in the air."""

import numpy as np
from PIL import Image

from sameframe.presets.canvas import (
    Picture,
    Random,
    Stencil,
    blur,
    colour,
    defocus,
    develop,
    grid,
    half,
    mix,
    noise,
    shifted,
    smooth,
    vignette,
)

_PAPERS = ("#D4472E", "#F3E9D8", "#E8A93B", "#3E6E78", "#E9A9A0")
_CONFETTI = ("#D4472E", "#FFF4E2", "#F0B64A", "#4E8790", "#F0B3AA", "#E87F4A")
_BALLOONS = (
    (0.045, 0.60, 0.135, "#C8402A"),
    (0.130, 0.76, 0.120, "#E9B25A"),
    (-0.005, 0.85, 0.135, "#EBD9C0"),
    (0.950, 0.66, 0.140, "#3F6F78"),
    (0.870, 0.80, 0.112, "#E59D92"),
    (1.000, 0.88, 0.125, "#D9952F"),
)
# Strings of bulbs: from x, y, to x, y, sag, bulbs.
_STRINGS = ((-0.06, 0.01, 0.50, -0.035, 0.17, 13), (0.50, -0.035, 1.06, -0.01, 0.19, 13))


def draw(width: int, height: int) -> Image.Image:
    """Draw the party."""
    random = np.random.default_rng(17)
    w, h = half(width, height)
    bulbs = [place for string in _STRINGS for place in _bulbs(*string)]
    picture = _wall(random, w, h, bulbs)
    picture = _bunting(random, picture, 0.10, 0.17, 15, 0.072)
    picture = _bunting(random, picture, -0.03, 0.13, 11, 0.090)
    for balloon in sorted(_BALLOONS, key=lambda b: b[1]):
        picture = _balloon(picture, *balloon)
    picture = _confetti(random, picture, 150, 0.0060, 0.0)
    seen = defocus(picture, 0.0062)
    wires = Stencil(w, h)
    for string in _STRINGS:
        wires.line(_curve(*string[:5], 40), 0.004)
    seen = mix(seen, colour("#4A2A20"), 0.75 * blur(wires.field(), 0.0032))
    lights = _lights(w, h, bulbs)
    seen += defocus(lights, 0.0165) + 0.30 * blur(lights, 0.022) + 0.34 * blur(lights, 0.10)
    seen = _confetti(random, seen, 70, 0.0085, 0.0085)
    seen = _confetti(random, seen, 16, 0.018, 0.022)
    out = seen * vignette(w, h, 0.34)[..., None]
    return develop(out, random, grain=0.008, size=(width, height))


def _curve(
    x0: float, y0: float, x1: float, y1: float, sag: float, points: int
) -> list[tuple[float, float]]:
    t = np.linspace(0, 1, points)
    x, y = x0 + (x1 - x0) * t, y0 + (y1 - y0) * t + sag * 4 * t * (1 - t)
    return list(zip(x.tolist(), y.tolist(), strict=True))


def _bulbs(
    x0: float, y0: float, x1: float, y1: float, sag: float, count: int
) -> list[tuple[float, float]]:
    return [(x, y + 0.016) for x, y in _curve(x0, y0, x1, y1, sag, count)]


def _wall(random: Random, width: int, height: int, bulbs: list[tuple[float, float]]) -> Picture:
    """Return the wall: painted plaster in the light of the bulbs before it."""
    x, y = grid(width, height)
    light = np.zeros((height, width), np.float32)
    for bx, by in bulbs:
        away = ((x - bx) * 16 / 9) ** 2 + (y - by - 0.02) ** 2
        light += 0.010 / (away + 0.030)
    plaster = 1 + 0.028 * noise(random, width, height, (6, 4), 5, 0.6)
    plaster += 0.012 * noise(random, width, height, (90, 60), 2, 0.7)
    room = 0.52 + 0.08 * smooth(1.0, 0.1, y) + 0.30 * light / (1 + 0.25 * light)
    paint = colour("#C68468")
    deep = paint ** (1 + 0.12 * smooth(0.3, 1.0, y))[..., None]
    return deep * colour("#FFE6CB") * (1.16 * room * plaster)[..., None]


def _bunting(
    random: Random, picture: Picture, top: float, sag: float, flags: int, tall: float
) -> Picture:
    """Hang paper flags on the wall, each turned a little, with its shadow."""
    height, width = picture.shape[:2]
    line = _curve(-0.04, top, 1.04, top + random.normal(0, 0.02), sag, flags * 2 + 1)
    string = Stencil(width, height)
    string.line(line, 0.0028)
    layers = [(colour("#F3E4CC"), string.field())]
    shadow = string.field()
    x, y = grid(width, height)
    for tint in range(len(_PAPERS)):
        shape = Stencil(width, height)
        for i in range(tint, flags, len(_PAPERS)):
            (ax, ay), (bx, by) = line[2 * i], line[2 * i + 1]
            bx, by = bx + 0.35 * (bx - ax), by + 0.35 * (by - ay)
            swing = random.normal(0, 0.006)
            shape.polygon([(ax, ay), (bx, by), ((ax + bx) / 2 + swing, (ay + by) / 2 + tall)])
        cover = shape.field()
        shadow = np.maximum(shadow, cover)
        folds = 0.80 + 0.10 * np.sin(x * 260 + 40 * y + 3 * tint) + 0.9 * (0.3 - y)
        layers.append((colour(_PAPERS[tint]) * (0.78 * folds)[..., None], cover))
    cast = blur(shifted(shadow, 0.007, 0.012), 0.009)
    picture = picture * (1 - 0.42 * cast)[..., None]
    for tint, cover in layers:
        picture = mix(picture, tint, cover)
    return picture


def _balloon(picture: Picture, at_x: float, at_y: float, radius: float, tint: str) -> Picture:
    """Hang a balloon: a sphere drawn to a knot, lit from above, with the room in its skin."""
    height, width = picture.shape[:2]
    x, y = grid(width, height)
    u, v = (x - at_x) * 16 / 9 / radius, (y - at_y) / radius
    v = np.where(v > 0, v / 1.18, v / 1.02)
    u = u * (1 + 0.10 * np.clip(v, 0, 1))
    inside = np.clip(1 - u * u - v * v, 0, 1)
    z = np.sqrt(inside)
    cover = smooth(0, 0.05, inside)
    light = 0.30 + 0.55 * np.clip(0.15 * u - 0.62 * v + 0.62 * z, 0, 1) + 0.22 * (1 - z) ** 3
    shine = np.exp(-(((u + 0.30) / 0.16) ** 2) - ((v + 0.48) / 0.11) ** 2)
    bounce = 0.10 * np.clip(v, 0, 1) * (1 - z)
    # Rubber glows where it is thin: light that went through comes out at the rim.
    skin = colour(tint) * light[..., None] + colour("#FFC58A") * (0.34 * shine + bounce)[..., None]
    shadow = np.exp(-np.clip(((u - 0.25) ** 2 + (v - 0.22) ** 2 - 0.7), 0, None) / 0.35)
    picture = picture * (1 - 0.34 * shadow * (1 - cover))[..., None]
    return mix(picture, skin, cover)


def _lights(width: int, height: int, bulbs: list[tuple[float, float]]) -> Picture:
    shape = Stencil(width, height)
    for bx, by in bulbs:
        shape.disc(bx, by, 0.0125)
    return shape.field()[..., None] * colour("#FFC98B") * 2.7


def _confetti(
    random: Random, picture: Picture, count: int, size: float, softness: float
) -> Picture:
    """Throw confetti: paper pieces turned every way; `softness` is the lens's disc for them."""
    height, width = picture.shape[:2]
    _, y = grid(width, height)
    light = 0.62 + 0.45 * smooth(0.9, 0.1, y)
    paper = np.zeros((height, width, 4), np.float32)
    for tint in _CONFETTI:
        shape = Stencil(width, height)
        for _ in range(round(count / len(_CONFETTI))):
            px, py = random.random(), random.random() ** 1.2
            shape.polygon(_piece(random, px, py, size))
        paper += shape.field()[..., None] * np.append(colour(tint), 1).astype(np.float32)
    paper = defocus(paper, softness)
    cover = np.clip(paper[..., 3:] * 1.1, 0, 0.95)
    tone = paper[..., :3] / np.maximum(paper[..., 3:], 1e-3)
    return picture * (1 - cover) + tone * light[..., None] * cover


def _piece(random: Random, x: float, y: float, size: float) -> list[tuple[float, float]]:
    turn, tilt = random.uniform(0, np.pi), random.uniform(0.25, 1.0)
    long = size * random.uniform(0.7, 1.3)
    corners = [(-1, -0.55 * tilt), (1, -0.55 * tilt), (1, 0.55 * tilt), (-1, 0.55 * tilt)]
    co, si = np.cos(turn), np.sin(turn)
    return [
        (x + (a * co - b * si) * long * 9 / 16, y + (a * si + b * co) * long) for a, b in corners
    ]

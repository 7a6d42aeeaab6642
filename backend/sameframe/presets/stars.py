"""The Milky Way over a mountain lake; the last light is far off, behind the hills at the right."""

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
    resized,
    smooth,
    vignette,
)

_SHORE = 0.655
_STARS = ("#FFFFFF", "#CFE0FF", "#FFE9CF", "#BBD2FF", "#FFD9B8")


def draw(width: int, height: int) -> Image.Image:
    """Draw the night."""
    random = np.random.default_rng(107)
    w, h = enough(width, height)
    _, y = grid(w, h)
    sky = _sky(random, w, h)
    for level, rugged, cells, crest, foot in (
        (0.560, 0.034, 3.4, "#31456B", "#5B6E8C"),
        (0.600, 0.030, 2.6, "#1D2D4C", "#3A5070"),
        (0.636, 0.022, 2.0, "#101B33", "#22344F"),
    ):
        ridge = level - rugged * (0.9 * noise(random, w, 1, (cells, 1), 6, 0.5))
        mist = smooth(0.0, 0.09, y - ridge)
        tone = mix(np.ones((h, w, 3), np.float32) * colour(crest), colour(foot), mist)
        sky = mix(sky, tone, smooth(-0.0012, 0.0012, y - ridge))
    sky = mix(sky, colour("#050B18") * 1.2, _woods(random, w, h))
    picture = _lake(random, sky)
    picture = _bank(random, picture)
    picture = picture * vignette(w, h, 0.34)[..., None]
    return develop(picture * 1.35, random, grain=0.010, size=(width, height))


def _sky(random: Random, width: int, height: int) -> Picture:
    x, y = grid(width, height)
    sky = ramp(
        (y + 0.05 * (x - 0.8) ** 2) / 0.62,
        [
            (0, "#0B1536"),
            (0.35, "#142650"),
            (0.65, "#254270"),
            (0.85, "#446A8F"),
            (1.02, "#8C9FA0"),
        ],
    )
    warm = np.exp(-(((x - 0.80) / 0.30) ** 2) - ((y - 0.60) / 0.10) ** 2)
    sky = sky + warm[..., None] * colour("#F2B27A") * 0.34
    # The Galaxy rises from the hills and leans to the left, torn by lanes of dust.
    turn = np.float32(-0.95)
    px, py = (x - 0.44) * 16 / 9, y - 0.18
    along, across = px * np.cos(turn) - py * np.sin(turn), px * np.sin(turn) + py * np.cos(turn)
    fog = noise(random, width, height, (8, 6), 6, 0.58)
    wind = 0.05 * noise(random, width, height, (4, 3), 3)
    band = np.exp(-(((across + wind) / (0.125 + 0.03 * fog)) ** 2))
    core = np.exp(-(((across + wind) / 0.05) ** 2)) * np.exp(-(((along - 0.12) / 0.34) ** 2))
    dust = smooth(0.1, 1.9, noise(random, width, height, (13, 9), 5, 0.62) + 0.9 * core)
    power = band * (0.55 + 0.30 * fog) * (1 - 0.62 * dust * band)
    power = np.clip(power, 0, None) * smooth(0.62, 0.36, y)
    milk = np.stack([0.80 + 0.30 * core, 0.84 + 0.10 * core, 1.05 - 0.10 * core], axis=-1)
    sky = sky + milk * (0.105 * power)[..., None]
    sky = (
        sky
        + colour("#FFB8C8") * (0.05 * core * np.clip(fog, 0, 2) * smooth(0.6, 0.3, y))[..., None]
    )
    return sky + _stars(random, width, height, power)


def _stars(random: Random, width: int, height: int, band: Field) -> Picture:
    """Return stars: thousands that are faint, a few that are bright; denser in the band."""
    light = np.zeros((height, width, 3), np.float32)
    large: Picture = np.zeros((height, width, 3), np.float32)
    for _ in range(5200):
        px, py = random.random(), random.random() * 0.64
        tint, power = str(random.choice(_STARS)), random.pareto(1.55) * 0.11
        dense = random.random()
        i, j = int(py * height), int(px * width)
        if dense > 0.30 + 0.9 * band[i, j]:
            continue
        fade = 1 - smooth(0.30, 0.60, np.float32(py))
        power = min(power, 5.0) * fade * (height / 540) ** 2
        (large if power > 1.3 * (height / 540) ** 2 else light)[i, j] += colour(tint) * power
    pixel = 1 / height
    fine = blur(light, max(0.00085, 0.5 * pixel)) * 2.6
    return fine + blur(large, 0.0013) * 2.6 + 0.55 * blur(large, 0.0050)


def _woods(random: Random, width: int, height: int) -> Field:
    """Return the firs on both shores: tall at the edges of the picture, none in the middle."""
    shape = Stencil(width, height)
    for _ in range(300):
        at = random.uniform(-0.02, 1.02)
        out = abs(at - 0.5) * 2
        tall = (0.012 + 0.165 * out**3.2) * random.uniform(0.45, 1.15)
        foot, wide = _SHORE + 0.004, tall * 0.15 * 9 / 16
        tiers = 12
        left, right = [], []
        for tier in range(tiers + 1):
            t = tier / tiers
            reach = wide * t**0.9 * random.uniform(0.75, 1.2)
            py = foot - tall * (1 - t)
            left += [(at - reach, py), (at - reach * 0.45, py + 0.2 * tall / tiers)]
            right += [(at + reach, py), (at + reach * 0.45, py + 0.2 * tall / tiers)]
        shape.polygon([(at, foot - tall * 1.05), *right, *left[::-1]])
    return shape.field()


def _lake(random: Random, sky: Picture) -> Picture:
    """Return the picture with the lake: the sky upside down, drawn long by small waves."""
    height, width = sky.shape[:2]
    x, y = grid(width, height)
    near = np.clip((y - _SHORE) / (1 - _SHORE), 0, 1)
    rows = noise(random, width, height, (16, 170), 3, 0.6)
    waves = rows * (0.004 + 0.018 * near)
    source = np.clip((2 * _SHORE - y - 0.25 * (y - _SHORE) + waves) * height, 0, height - 1)
    columns = np.broadcast_to(np.arange(width)[None, :], (height, width))
    mirrored = sky[source.astype(np.int32), columns]
    thin = resized(mirrored, width, max(8, height // 9))
    long = blur(resized(blur(thin, 0.012), width, height), 0.007)
    water = long * (0.62 + 0.06 * rows * near)[..., None] * colour("#DCE8F5")
    line = np.exp(-np.abs(y - _SHORE) / 0.0035) * np.ones_like(x)
    water = water + colour("#8FA9C4") * (0.07 * line)[..., None]
    return mix(sky, water, smooth(-0.001, 0.001, y - _SHORE) * np.ones_like(x))


def _bank(random: Random, picture: Picture) -> Picture:
    """Lay the near shore: pebbles and dark grass, so that there is somewhere to stand."""
    height, width = picture.shape[:2]
    x, y = grid(width, height)
    rim = 0.895 + 0.010 * noise(random, width, 1, (5, 1), 4, 0.55) - 0.05 * (x - 0.5) ** 2
    stones = noise(random, width, height, (120, 150), 3, 0.7)
    shape = np.gradient(stones, axis=0) * height / 300
    ground = colour("#1C2740") * (1 + 0.5 * np.clip(-shape, -1, 1.6) + 0.14 * stones)[..., None]
    wet = np.exp(-np.clip(y - rim, 0, 1) / 0.012)[..., None] * colour("#5B7696") * 0.22
    picture = mix(picture, ground * 0.62 + wet, smooth(-0.003, 0.003, y - rim))
    grass = Stencil(width, height)
    for _ in range(900):
        side = random.choice([-1, 1])
        at = 0.5 + side * (0.52 - random.exponential(0.085))
        lean, long = random.normal(0, 0.018), random.uniform(0.03, 0.12)
        foot = 1.02 - 0.02 * random.random()
        t = np.linspace(0, 1, 5)
        px, py = at + lean * t**1.7, foot - (long + 0.03) * t
        grass.line(zip(px.tolist(), py.tolist(), strict=True), 0.0022)
    return mix(picture, colour("#060B16"), blur(grass.field(), 0.0012))

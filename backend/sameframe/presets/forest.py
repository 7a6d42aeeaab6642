"""A clearing in a summer wood: trunks in mist, leaves out of focus, light falling through."""

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
    grid,
    half,
    mix,
    noise,
    ramp,
    shifted,
    smooth,
    vignette,
)

_GLOW = (0.60, 0.34)
# Trunks per layer, their width, their tone, how sharp the lens sees them; the farthest first.
_LAYERS = (
    (30, 0.008, "#B4BD8C", 0.016),
    (20, 0.014, "#8E9C68", 0.015),
    (13, 0.024, "#63703F", 0.013),
    (8, 0.040, "#3F4628", 0.012),
    (4, 0.068, "#282A1B", 0.010),
)


def draw(width: int, height: int) -> Image.Image:
    """Draw the clearing."""
    random = np.random.default_rng(5)
    w, h = half(width, height)
    picture = _mist(random, w, h)
    for depth, (count, thick, tone, softness) in enumerate(_LAYERS):
        nearness = depth / (len(_LAYERS) - 1)
        trunks = _trunks(random, w, h, count, thick, nearness)
        bark = _bark(random, trunks, tone, thick)
        picture = mix(
            picture, defocus(bark, softness), defocus(trunks[..., None], softness)[..., 0]
        )
        picture = _leaves(random, picture, nearness, softness)
        picture = _floor(random, picture, nearness)
        glow = _around(w, h, 0.36 + 0.1 * nearness)
        picture = mix(picture, colour("#FFF4CC"), glow * (0.40 - 0.34 * nearness))
        if depth == 2:
            picture += _gaps(random, w, h)
    picture += _shafts(random, w, h)
    out = picture * vignette(w, h, 0.35)[..., None]
    return develop(out * 0.96, random, grain=0.008, size=(width, height))


def _around(width: int, height: int, size: float) -> Field:
    x, y = grid(width, height)
    far = ((x - _GLOW[0]) * 1.5) ** 2 + ((y - _GLOW[1]) * 1.1) ** 2
    return np.exp(-far / size**2)


def _mist(random: Random, width: int, height: int) -> Picture:
    _, y = grid(width, height)
    sky = ramp(
        np.broadcast_to(y, (height, width)),
        [(0, "#A9BD70"), (0.35, "#D5DCA0"), (0.6, "#BCC486"), (0.75, "#7F8F4E"), (1, "#5B6B38")],
    )
    blotch = noise(random, width, height, (14, 9), 4, 0.6)
    return sky * (1 + 0.13 * blotch * (y < 0.7))[..., None]


def _trunks(
    random: Random, width: int, height: int, count: int, thick: float, nearness: float
) -> Field:
    shape = Stencil(width, height)
    foot = 0.65 + 0.24 * nearness
    for _ in range(count):
        at = random.uniform(-0.02, 1.02)
        if nearness > 0.4:
            # The nearer ones stand to the sides: the middle belongs to people.
            at = random.choice([random.uniform(0.0, 0.24), random.uniform(0.80, 1.0)])
        half = thick * random.uniform(0.35, 0.65) * 9 / 16
        lean = random.normal(0, 0.018)
        bend = random.normal(0, 0.006)
        t = np.linspace(0, 1, 9)
        middle = at + lean * (1 - t) + bend * np.sin(3 * t)
        side = half * (0.75 + 0.25 * t + 0.9 * np.clip(t - 0.93, 0, 1) * 4)
        down = -0.02 + (foot + random.uniform(-0.02, 0.04)) * t
        left = list(zip((middle - side).tolist(), down.tolist(), strict=True))
        right = list(zip((middle + side).tolist(), down.tolist(), strict=True))
        shape.polygon([*left, *right[::-1]])
        if nearness < 0.9:
            for _ in range(3):
                start = random.uniform(0.05, 0.6)
                reach = random.choice([-1, 1]) * random.uniform(0.02, 0.07)
                rise = random.uniform(0.03, 0.10)
                root = (float(np.interp(start, t, middle)), start * foot)
                shape.line([root, (root[0] + reach, root[1] - rise)], thick * 0.16)
    return shape.field()


def _bark(random: Random, trunks: Field, tone: str, thick: float) -> Picture:
    """Return the trunks' colour: dark bark, and a warm edge on the side of the glow."""
    height, width = trunks.shape
    x, _ = grid(width, height)
    from_right = trunks * (1 - shifted(trunks, -0.35 * thick, 0.0))
    from_left = trunks * (1 - shifted(trunks, 0.35 * thick, 0.0))
    edge = np.where(x < _GLOW[0], from_right, from_left) * _around(width, height, 0.75)
    rough = 1 + 0.18 * noise(random, width, height, (120, 12), 2, 0.7)
    return colour(tone) * rough[..., None] + colour("#E8C98A") * (0.30 * edge * rough)[..., None]


def _leaves(random: Random, picture: Picture, nearness: float, softness: float) -> Picture:
    """Hang foliage: clusters of leaves, thick above and at the sides, thin towards the middle."""
    height, width = picture.shape[:2]
    shape = Stencil(width, height, over=1)
    size = 0.006 + 0.011 * nearness
    for _ in range(46 - int(16 * nearness)):
        cx, cy = random.uniform(-0.05, 1.05), random.normal(0.02, 0.14)
        out = abs(cx - 0.55)
        if nearness > 0.4 and (out < 0.28 or cy > 0.55 * out):
            continue
        for _ in range(60):
            px = cx + random.normal(0, 0.035 + 0.02 * nearness)
            shape.disc(px, cy + random.normal(0, 0.045), size * random.uniform(0.5, 1.2))
    cover = defocus(shape.field()[..., None], softness * 1.1)[..., 0]
    lit = noise(random, width, height, (40, 24), 3, 0.7) + 2.4 * _around(width, height, 0.4) - 0.5
    far = ramp(lit, [(-2, "#8DA055"), (0.3, "#B4C46C"), (2, "#DDE29A")])
    near = ramp(lit, [(-2, "#1F2C15"), (0.4, "#43591F"), (2.4, "#95A942")])
    leaf = far * (1 - nearness) + near * nearness
    return mix(picture, leaf, 0.92 * cover)


def _floor(random: Random, picture: Picture, nearness: float) -> Picture:
    """Lay ferns and moss over the trunks' feet, with patches of sun."""
    height, width = picture.shape[:2]
    x, y = grid(width, height)
    rim = 0.60 + 0.20 * nearness + 0.010 * noise(random, width, 1, (26, 1), 4, 0.8)
    rim = rim + 0.10 * nearness * (0.5 - np.abs(x - 0.52)) - 0.05 * nearness
    cover = smooth(-0.012, 0.016, y - rim)
    tuft = noise(random, width, height, (60 - 22 * nearness, 44 - 16 * nearness), 3, 0.7)
    patch = (
        noise(random, width, height, (7, 12), 3) + 1.8 * np.exp(-(((x - 0.53) / 0.17) ** 2)) - 0.6
    )
    tone = 0.42 * tuft + 0.75 * patch
    far = ramp(tone, [(-1.5, "#8A9A55"), (0.2, "#A9B76A"), (2, "#DCE09A")])
    near = ramp(tone, [(-1.5, "#1D2612"), (0.2, "#3B4A1F"), (1.2, "#6E7832"), (2.4, "#C3B766")])
    moss = defocus(far * (1 - nearness) + near * nearness, 0.012)
    return mix(picture, moss, blur(cover, 0.006))


def _gaps(random: Random, width: int, height: int) -> Picture:
    """Return sky seen through leaves: discs, the brightest about the glow."""
    places = []
    for _ in range(170):
        px, py = random.normal(_GLOW[0], 0.27), random.normal(0.12, 0.13)
        near = np.exp(-(((px - _GLOW[0]) / 0.3) ** 2) - ((py - _GLOW[1]) / 0.35) ** 2)
        tint = colour(str(random.choice(["#F6F3CF", "#E7EBAA", "#FFF7DC", "#D3DF8C"])))
        power = random.uniform(0.04, 0.22) * (0.35 + near)
        places.append((px, py, random.uniform(0.010, 0.026), tint * power, 0.10))
    return discs(width, height, places)


def _shafts(random: Random, width: int, height: int) -> Picture:
    """Return light in the mist, fanning out from a sun above the frame."""
    x, y = grid(width, height)
    across, down = (x - 0.74) * 16 / 9, y + 0.42
    angle = np.arctan2(across, down)
    beams = noise(random, 1024, 1, (26, 1), 3, 0.6)[0]
    at = np.clip((angle + 1.3) / 2.6 * 1023, 0, 1023).astype(np.int32)
    beam = blur(smooth(-0.1, 1.9, beams[at]), 0.005)
    fade = smooth(1.35, 0.35, np.hypot(across, down)) * smooth(0.95, 0.15, np.abs(angle + 0.25))
    return colour("#FFEDB0") * (0.42 * beam * fade)[..., None]

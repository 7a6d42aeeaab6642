"""Cherry trees in full bloom along a path, high soft sun from the upper left, petals in the air."""

import numpy as np
from PIL import Image

from sameframe.presets.canvas import (
    Picture,
    Random,
    Sketch,
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

_HORIZON = 0.655
_PETALS = ("#FBE3E6", "#F6CBD3", "#FFF3F2", "#EFB3C0", "#F9D9DD")


# A petal's outline, from where petals meet, about its notched tip, and back.
_T = np.linspace(0, 1, 9)
_HALF = 0.48 * np.sin(np.pi * _T**0.85) ** 0.7
_ALONG = np.concatenate([_T, [0.90], _T[::-1]])
_OUT = np.concatenate([_HALF, [0.0], -_HALF[::-1]])


def draw(width: int, height: int) -> Image.Image:
    """Draw the avenue."""
    random = np.random.default_rng(113)
    w, h = half(width, height)
    x, y = grid(w, h)
    sky = ramp(
        np.broadcast_to(y + 0.12 * (x - 0.2), (h, w)),
        [(0, "#A9CDE6"), (0.30, "#CFE2EC"), (0.58, "#F6EBE6"), (0.7, "#FAEFE8")],
    )
    picture = sky
    picture = _trees(random, picture, 0.0)
    picture = _ground(random, picture)
    for nearness in (0.33, 0.66, 1.0):
        picture = _trees(random, picture, nearness)
    seen = defocus(picture, 0.0125)
    sun = np.exp(-(((x - 0.16) / 0.5) ** 2) - ((y - 0.02) / 0.5) ** 2)
    seen = seen + (0.22 * sun)[..., None] * colour("#FFF1DC") + _gaps(random, w, h)
    large = resized(seen, *enough(width, height))
    large = _boughs(random, large)
    large = _falling(random, large)
    large = large * vignette(*enough(width, height), 0.20)[..., None]
    return develop(large * 1.02, random, grain=0.007, shoulder=0.66, size=(width, height))


def _trees(random: Random, picture: Picture, nearness: float) -> Picture:
    """Plant one row on either side: dark trunks that fork, clouds of bloom above them."""
    height, width = picture.shape[:2]
    trunks, bloom = Sketch(width, height), Stencil(width, height, over=1)
    reach = 0.10 + 0.44 * nearness
    bark = ramp(np.array(nearness), [(0, "#B39AA0"), (0.5, "#7C6266"), (1, "#4A383B")])
    foot = _HORIZON + 0.010 + 0.165 * nearness**1.4
    for side in (-1, 1):
        for _ in range(3 if nearness < 0.9 else 1):
            at = 0.5 + side * (reach + random.uniform(-0.03, 0.07))
            tall = 0.16 + 0.52 * nearness
            thick = 0.008 + 0.034 * nearness
            fork = (at + side * random.uniform(-0.01, 0.02), foot - 0.52 * tall)
            trunks.line(
                [(at, foot), ((at + fork[0]) / 2 + 0.004, foot - 0.26 * tall), fork], thick, bark
            )
            for lean in (-0.9, -0.35, 0.25, 0.8):
                tip = (fork[0] + lean * tall * 0.42 * 9 / 16 - side * 0.02, fork[1] - tall * 0.42)
                trunks.line([fork, tip], thick * 0.42, bark)
            for _ in range(36):
                px = fork[0] + random.normal(-side * 0.03 * nearness, 0.30 * tall * 9 / 16)
                py = fork[1] - tall * random.uniform(0.02, 0.75)
                size = tall * random.uniform(0.05, 0.13)
                bloom.disc(px, py, size)
                for _ in range(7):
                    bloom.disc(
                        px + random.normal(0, size) * 9 / 16,
                        py + random.normal(0, size),
                        size * 0.4,
                    )
    picture = trunks.over_picture(picture, 0.003)
    cover = bloom.field()
    lumps = noise(random, width, height, (26 - 12 * nearness, 16 - 7 * nearness), 4, 0.65)
    fine = noise(random, width, height, (150, 90), 2, 0.8)
    # Lit from above: bloom with bloom over it lies in shade.
    shade = blur(cover, 0.05) - blur(np.roll(cover, height // 22, axis=0), 0.05)
    tone = 0.55 * lumps + 0.35 * fine + 3.0 * shade
    far = ramp(tone, [(-1.6, "#EBC6CE"), (0.0, "#F6D9DD"), (1.6, "#FDEFF0")])
    near = ramp(tone, [(-1.8, "#C4899A"), (-0.3, "#E9B3C0"), (0.7, "#F8D5DB"), (1.8, "#FFF4F3")])
    flowers = far * (1 - nearness) + near * nearness
    return mix(picture, flowers, 0.94 * defocus(cover[..., None], 0.004)[..., 0])


def _ground(random: Random, picture: Picture) -> Picture:
    """Lay grass, and a pale path strewn with petals that lie thick at its edges."""
    height, width = picture.shape[:2]
    x, y = grid(width, height)
    near = np.clip((y - _HORIZON) / (1 - _HORIZON), 0.001, 1)
    tuft = noise(random, width, height, (90, 70), 3, 0.7)
    patch = noise(random, width, height, (8, 14), 3)
    grass = ramp(0.4 * tuft + 0.5 * patch, [(-1.6, "#7F9B62"), (0, "#A3B97E"), (1.6, "#CBD6A0")])
    side = np.abs(x - 0.5 - 0.015 * (1 - near)) / (0.055 + 0.36 * near)
    path = colour("#DDD2C6") * (1 + 0.03 * tuft + 0.02 * patch)[..., None]
    ground = mix(grass, path, smooth(1.05, 0.95, side))
    drift = smooth(
        0.2,
        1.5,
        noise(random, width, height, (40, 60), 4, 0.7)
        + 1.3 * np.exp(-(((side - 1.0) / 0.32) ** 2))
        - 0.2,
    )
    ground = mix(ground, colour("#F7D6DC") * 0.98, 0.72 * drift)
    # Shade of the crowns, broken by sun.
    dapple = smooth(-0.6, 0.9, noise(random, width, height, (13, 26), 3, 0.6))
    lit = 0.66 + 0.34 * dapple
    shade = np.stack([lit, lit**0.95, lit**0.8], axis=-1)
    ground = ground * shade * 1.02
    haze = np.exp(-(near / 0.10))
    ground = mix(ground, colour("#F7E4E2"), 0.7 * haze * np.ones_like(x))
    return mix(picture, ground, smooth(-0.004, 0.004, y - _HORIZON) * np.ones_like(x))


def _gaps(random: Random, width: int, height: int) -> Picture:
    places = []
    for _ in range(90):
        px, py = random.random(), abs(random.normal(0, 0.26))
        tint = colour(str(random.choice(["#FFFFFF", "#FFF0EC", "#FFE3E8"])))
        places.append(
            (px, py, random.uniform(0.010, 0.026), tint * random.uniform(0.03, 0.13), 0.10)
        )
    return discs(width, height, places)


def _boughs(random: Random, picture: Picture) -> Picture:
    """Let boughs hang into the upper corners, near enough to see their flowers."""
    height, width = picture.shape[:2]
    for softness, boughs in (
        (0.0055, ((-0.02, 0.30, 0.05, 0.30), (1.02, 0.22, 3.10, 0.34), (0.60, -0.06, 2.5, 0.24))),
        (0.0026, ((-0.03, 0.02, 0.34, 0.50), (1.03, -0.02, 2.72, 0.56), (0.20, -0.08, 0.62, 0.34))),
    ):
        sketch = Sketch(width, height)
        flowers: list[tuple[float, float]] = []
        for bough in boughs:
            _bough(random, sketch, flowers, *bough, thick=0.011)
        random.shuffle(flowers)
        for px, py in flowers:
            _flower(random, sketch, px, py, random.uniform(0.013, 0.0205))
        picture = sketch.over_picture(picture, softness)
    return picture


def _bough(
    random: Random,
    sketch: Sketch,
    flowers: list[tuple[float, float]],
    x: float,
    y: float,
    turn: float,
    long: float,
    thick: float,
) -> None:
    steps = 14
    for step in range(steps):
        t = step / steps
        turn += random.normal(0, 0.11)
        nx, ny = x + np.cos(turn) * long / steps * 9 / 16, y + np.sin(turn) * long / steps
        tone = colour("#5A4143") * random.uniform(0.7, 1.0)
        sketch.line([(x, y), (nx, ny)], thick * (1 - 0.75 * t), tone)
        x, y = nx, ny
        if t > 0.12:
            for _ in range(int(random.integers(2, 8))):
                flowers.append((x + random.normal(0, 0.014), y + random.normal(0, 0.022)))
        if thick > 0.006 and random.random() < 0.42:
            aim = turn + random.choice([-1, 1]) * random.uniform(0.4, 0.9)
            _bough(random, sketch, flowers, x, y, aim, long * 0.42, thick * 0.45)


def _flower(random: Random, sketch: Sketch, x: float, y: float, size: float) -> None:
    """Open a flower: five petals with notched tips, rosy where they meet."""
    tint = colour(str(random.choice(_PETALS)))
    lit = random.uniform(0.74, 1.02) * (0.96 if y > 0.1 else 1.0)
    spin, tilt, lean = random.uniform(0, 6.3), random.uniform(0.55, 1.0), random.uniform(0, 3.1)
    aims = spin + np.arange(5)[:, None] * 2 * np.pi / 5
    co, si = np.cos(aims), np.sin(aims)
    px, py = _ALONG * co - _OUT * si, _ALONG * si + _OUT * co
    # Seen from the side a flower is an ellipse.
    co, si = np.cos(lean), np.sin(lean)
    a, b = px * co + py * si, (py * co - px * si) * tilt
    px, py = x + (a * co - b * si) * size * 9 / 16, y + (a * si + b * co) * size
    power = lit * (0.90 - 0.13 * np.sin(aims) - 0.06 * np.cos(aims))
    for petal in range(5):
        outline = zip(px[petal].tolist(), py[petal].tolist(), strict=True)
        sketch.polygon(outline, tint * power[petal])
    sketch.disc(x, y, size * 0.24, colour("#E08CA0") * lit * 0.9)
    sketch.disc(x, y, size * 0.075, colour("#F6E2B4") * lit)


def _falling(random: Random, picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    for count, size, softness in ((70, 0.0062, 0.0010), (26, 0.0120, 0.0075), (6, 0.028, 0.022)):
        sketch = Sketch(width, height)
        for _ in range(count):
            px, py = random.random(), random.random()
            turn, tilt = random.uniform(0, 6.3), random.uniform(0.25, 1.0)
            t = np.linspace(0, 1, 8)
            out = 0.42 * np.sin(np.pi * t**0.8) * tilt
            along = np.concatenate([t, t[::-1]]) * size * 1.5
            side = np.concatenate([out, -out[::-1]]) * size * 1.5
            qx = px + (along * np.cos(turn) - side * np.sin(turn)) * 9 / 16
            qy = py + along * np.sin(turn) + side * np.cos(turn)
            tint = colour(str(random.choice(_PETALS))) * random.uniform(0.82, 1.05)
            sketch.polygon(zip(qx.tolist(), qy.tolist(), strict=True), tint)
        picture = sketch.over_picture(picture, softness)
    return picture

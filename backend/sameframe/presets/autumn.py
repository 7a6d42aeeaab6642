"""An avenue of maples in late October, low sun at its end, leaves on the ground and in the air."""

import numpy as np
from PIL import Image

from sameframe.presets.canvas import (
    Picture,
    Random,
    Sketch,
    Stencil,
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

_VANISH = (0.53, 0.575)
_LEAVES = ("#D8742A", "#E89B34", "#C4482A", "#F0B84A", "#A93A26", "#DE8A3C")
# How far off the pairs of trees stand; the farthest first.
_PAIRS = (9.0, 6.6, 4.9, 3.6, 2.7, 2.0, 1.45)


def draw(width: int, height: int) -> Image.Image:
    """Draw the avenue."""
    random = np.random.default_rng(127)
    w, h = half(width, height)
    x, y = grid(w, h)
    away = np.hypot((x - _VANISH[0]) * 16 / 9, (y - _VANISH[1] + 0.06) * 1.1)
    picture = ramp(away, [(0, "#FFF1C9"), (0.16, "#FBD98F"), (0.42, "#E3A257"), (0.9, "#A8632F")])
    blotch = noise(random, w, h, (16, 10), 4, 0.62)
    picture = picture * (1 + 0.10 * blotch)[..., None]
    picture = _ground(random, picture)
    for number, far in enumerate(_PAIRS):
        nearness = number / (len(_PAIRS) - 1)
        picture = _pair(random, picture, far, nearness)
        glow = np.exp(-((away / (0.26 + 0.05 * number)) ** 2))
        picture = mix(picture, colour("#FFE9B8") * 1.05, (0.42 - 0.38 * nearness) * glow)
    seen = defocus(picture, 0.0115)
    seen = seen + _sparkle(random, w, h)
    seen = seen + (0.30 * np.exp(-((away / 0.32) ** 2)))[..., None] * colour("#FFD48A")
    large = resized(seen, *enough(width, height))
    large = _falling(random, large)
    large = large * vignette(*enough(width, height), 0.32)[..., None]
    return develop(large * 0.98, random, grain=0.008, shoulder=0.66, size=(width, height))


def _spot(side: float, up: float, far: float) -> tuple[float, float]:
    return _VANISH[0] + 0.66 * side / far, _VANISH[1] - 0.62 * up / far


def _pair(random: Random, picture: Picture, far: float, nearness: float) -> Picture:
    """Plant a tree on either side: a trunk that forks, and its crown over the path."""
    height, width = picture.shape[:2]
    trunks, leaves = Sketch(width, height), Stencil(width, height, over=1)
    bark = ramp(np.array(nearness), [(0, "#C08A52"), (0.4, "#7A5232"), (1, "#33231B")])
    for sign in (-1, 1):
        side = sign * (1.02 + random.uniform(0, 0.10))
        foot = _spot(side, -0.86, far)
        fork = _spot(side + random.normal(0, 0.02), 0.70 + random.uniform(0, 0.2), far)
        bend = (foot[0] * 0.5 + fork[0] * 0.5 + random.normal(0, 0.006), (foot[1] + fork[1]) / 2)
        thick = 0.155 / far
        trunks.line([foot, bend, fork], thick, bark * random.uniform(0.9, 1.1))
        root = [(foot[0] - thick * 0.45, foot[1]), (foot[0] + thick * 0.45, foot[1]), bend]
        trunks.polygon(root, bark)
        for lean, rise in ((-0.75, 0.9), (-0.3, 1.1), (0.2, 1.0), (0.6, 0.8)):
            tip = _spot(side - sign * 0.1 + lean, 0.9 + rise, far)
            trunks.line([fork, tip], thick * 0.38, bark)
        # Lit edge on the side of the low sun.
        rim = -sign * thick * 0.22
        trunks.line(
            [(foot[0] + rim, foot[1]), (bend[0] + rim, bend[1]), (fork[0] + rim, fork[1])],
            thick * 0.10,
            bark + colour("#FFC477") * (0.30 - 0.10 * nearness),
        )
        for _ in range(56):
            cx = side - sign * abs(random.normal(0, 0.42)) + random.normal(0, 0.30)
            cy = 1.30 + random.normal(0, 0.34) + 0.10 * abs(cx)
            if cy < 0.78 + 0.30 * (abs(cx) < 0.5):
                continue
            for _ in range(16):
                px, py = _spot(cx + random.normal(0, 0.11), cy + random.normal(0, 0.10), far)
                leaves.disc(px, py, random.uniform(0.018, 0.042) / far**0.85)
    picture = trunks.over_picture(picture, 0.003)
    cover = leaves.field()
    clumps = noise(random, width, height, (30 - 14 * nearness, 18 - 8 * nearness), 3, 0.65)
    fine = noise(random, width, height, (130, 80), 2, 0.8)
    x, y = grid(width, height)
    sun = np.exp(-(((x - _VANISH[0]) / 0.30) ** 2) - ((y - _VANISH[1] + 0.1) / 0.42) ** 2)
    tone = 0.6 * clumps + 0.4 * fine + 1.5 * sun - 0.5
    lit = ramp(tone, [(-1.6, "#D98F45"), (0.0, "#EDB25C"), (1.6, "#FBD98C")])
    deep = ramp(
        tone,
        [
            (-1.8, "#5A1F14"),
            (-0.8, "#93341C"),
            (0.1, "#C65A22"),
            (1.0, "#E6932F"),
            (2.2, "#F8C860"),
        ],
    )
    crown = lit * (1 - nearness) + deep * nearness
    return mix(picture, crown, 0.93 * defocus(cover[..., None], 0.004)[..., 0])


def _ground(random: Random, picture: Picture) -> Picture:
    """Cover the ground with leaves: dense at the sides, trodden thin along the path."""
    height, width = picture.shape[:2]
    x, y = grid(width, height)
    depth = np.clip((y - _VANISH[1]) / (1 - _VANISH[1]), 0.004, 1)
    side = np.abs(x - _VANISH[0]) / (0.02 + 0.46 * depth)
    litter = noise(random, width, height, (170, 190), 3, 0.75) * (0.5 + 0.5 * depth)
    drift = noise(random, width, height, (9, 18), 4, 0.6)
    tone = 0.75 * litter + 0.45 * drift
    leaves = ramp(
        tone,
        [
            (-1.9, "#5B2814"),
            (-0.7, "#9C4A20"),
            (0.2, "#C97830"),
            (1.1, "#E5A548"),
            (2.2, "#F3CB78"),
        ],
    )
    path = ramp(tone, [(-1.8, "#6B5442"), (0, "#A3835F"), (1.8, "#D0AC78")])
    strewn = smooth(0.55, 1.05, side + 0.16 * drift + 0.10 * litter)
    ground = mix(path, leaves, strewn)
    # Long shadows of the trunks run towards us; between them the sun lies on the leaves.
    turn = (x - _VANISH[0]) / (depth + 0.03)
    stripes = noise(random, 1024, 1, (30, 1), 2)[0]
    at = np.clip((turn + 2.2) / 4.4 * 1023, 0, 1023).astype(np.int32)
    sun = smooth(-0.7, 0.8, stripes[at] + 0.5 * drift)
    warm = np.exp(-(((x - _VANISH[0]) / 0.34) ** 2)) * (1 - 0.45 * depth)
    light = 0.46 + 0.36 * sun + 0.50 * warm * sun
    ground = ground * light[..., None] * colour("#FFEFD6")
    haze = np.exp(-(depth / 0.16)) * np.exp(-(((x - _VANISH[0]) / 0.35) ** 2))
    ground = mix(ground, colour("#FFE3AC"), 0.8 * haze)
    return mix(picture, ground, smooth(-0.004, 0.006, y - _VANISH[1]) * np.ones_like(x))


def _sparkle(random: Random, width: int, height: int) -> Picture:
    """Return sun between the leaves: discs about the avenue's end."""
    places = []
    for _ in range(200):
        px, py = random.normal(_VANISH[0], 0.24), random.normal(0.30, 0.15)
        close = np.exp(-(((px - _VANISH[0]) / 0.26) ** 2) - ((py - 0.42) / 0.30) ** 2)
        tint = colour(str(random.choice(["#FFE8B0", "#FFD27A", "#FFF4D8", "#F7B95A"])))
        power = random.uniform(0.04, 0.26) * (0.25 + close)
        places.append((px, py, random.uniform(0.010, 0.026), tint * power, 0.09))
    return discs(width, height, places)


def _falling(random: Random, picture: Picture) -> Picture:
    """Let leaves fall: small ones in focus, a few near ones that the lens dissolves."""
    height, width = picture.shape[:2]
    for count, size, softness in ((46, 0.013, 0.0012), (14, 0.024, 0.0085), (5, 0.052, 0.026)):
        sketch = Sketch(width, height)
        for _ in range(count):
            px, py = random.random(), random.random() * 0.95
            calm = np.exp(-(((px - 0.5) / 0.18) ** 2) - ((py - 0.62) / 0.30) ** 2)
            if random.random() < 0.75 * calm:
                continue
            _leaf(random, sketch, px, py, size * random.uniform(0.7, 1.3))
        picture = sketch.over_picture(picture, softness)
    # And some that lie in front, sharp among the blurred.
    sketch = Sketch(width, height)
    for _ in range(120):
        near = random.random() ** 0.8
        px, py = random.random(), 0.86 + 0.15 * near
        _leaf(random, sketch, px, py, 0.010 + 0.012 * near, flat=0.42)
    return sketch.over_picture(picture, 0.0040)


def _leaf(
    random: Random, sketch: Sketch, x: float, y: float, size: float, flat: float = 1.0
) -> None:
    """Draw a maple leaf: five pointed lobes and a stalk, curled so that one half is darker."""
    tint = colour(str(random.choice(_LEAVES))) * random.uniform(0.55, 1.05)
    spin, tilt = random.uniform(0, 6.3), random.uniform(0.45, 1.0)
    angle = np.array([-150, -118, -100, -62, -42, -18, 0, 18, 42, 62, 100, 118, 150]) * np.pi / 180
    reach = np.array([0.35, 0.78, 0.42, 0.98, 0.45, 0.62, 1.15, 0.62, 0.45, 0.98, 0.42, 0.78, 0.35])
    u, v = reach * np.cos(angle), reach * np.sin(angle) * tilt

    def placed(a: np.ndarray, b: np.ndarray) -> list[tuple[float, float]]:
        px = x + (a * np.cos(spin) - b * np.sin(spin)) * size * 9 / 16
        py = y + (a * np.sin(spin) + b * np.cos(spin)) * size * flat
        return list(zip(px.tolist(), py.tolist(), strict=True))

    middle = np.array([0.0])
    lower = placed(np.append(u[:7], -0.25), np.append(v[:7], 0.0))
    upper = placed(np.append(u[6:], -0.25), np.append(v[6:], 0.0))
    sketch.polygon(lower, tint)
    sketch.polygon(upper, tint * 0.66)
    stalk = placed(np.array([-0.2, -1.0]), np.concatenate([middle, [0.15]]))
    sketch.line(stalk, size * 0.07, tint * 0.6)

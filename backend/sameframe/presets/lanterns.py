"""Paper lanterns over an old town's lane, row behind row; their own light is all there is."""

import numpy as np
from PIL import Image

from sameframe.presets.canvas import (
    Field,
    Picture,
    Random,
    Sketch,
    blur,
    colour,
    defocus,
    develop,
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

_VANISH = (0.5, 0.60)
_TINTS = ("#FF6A4A", "#FFB347", "#FFD873", "#FF8FA8", "#8FD6B4", "#8FB7FF", "#FFF0D0", "#FF7E5C")
# Rows across the lane: how far off, how high their middle hangs (in lane half-widths).
_ROWS = ((10.0, 1.30), (7.2, 1.28), (5.2, 1.24), (3.9, 1.18), (2.9, 1.12))


def draw(width: int, height: int) -> Image.Image:
    """Draw the lane."""
    random = np.random.default_rng(103)
    w, h = half(width, height)
    x, y = grid(w, h)
    picture = ramp(
        np.broadcast_to(y, (h, w)), [(0, "#101A3C"), (0.35, "#1F2A55"), (0.62, "#51406B")]
    )
    glow = np.exp(-(((x - _VANISH[0]) / 0.13) ** 2) - ((y - _VANISH[1]) / 0.10) ** 2)
    picture = picture + glow[..., None] * colour("#FFB06A") * 0.9
    picture = _houses(random, picture)
    picture = _ground(random, picture)
    # Where the lane ends there is a square, all light and haze.
    end = np.exp(-(((x - _VANISH[0]) / 0.055) ** 2) - ((y - _VANISH[1] - 0.01) / 0.055) ** 2)
    picture = mix(picture, colour("#FFC58A") * 1.05, 0.85 * end)
    far = [row for row in _ROWS if row[0] > 3.5]
    for away, high in far:
        light = _row(random, w, h, away, high)
        picture = _hung(picture, light, 0.0075)
    large_w, large_h = enough(width, height)
    seen = resized(defocus(picture, 0.0075), large_w, large_h)
    for away, high in _ROWS[len(far) :]:
        seen = _hung(seen, _row(random, large_w, large_h, away, high), 0.0028)
    seen = seen * vignette(large_w, large_h, 0.36)[..., None]
    return develop(seen * 1.1, random, grain=0.009, shoulder=0.62, size=(width, height))


def _at(side: float, up: float, away: float) -> tuple[float, float]:
    """Return where a place is seen: sideways and up from the eye in half widths of the lane."""
    return _VANISH[0] + 0.62 * side / away * 1.35, _VANISH[1] - 1.10 * up / away * 0.92


def _hung(below: Picture, lanterns: tuple[Picture, Field], softness: float) -> Picture:
    light, cover = lanterns
    both = defocus(np.dstack([light, cover]), softness)
    over = below * (1 - np.clip(both[..., 3:], 0, 1)) + both[..., :3]
    return over + 0.16 * blur(light, 0.020) + 0.22 * blur(light, 0.075)


def _row(
    random: Random, width: int, height: int, away: float, high: float
) -> tuple[Picture, Field]:
    """Return one string of lanterns: light and cover, each lantern lit from inside."""
    sketch = Sketch(width, height)
    count = 9
    size = 0.155 / away
    places = []
    for i in range(count):
        t = (i - (count - 1) / 2) / ((count - 1) / 2)
        side = 1.36 * t + random.normal(0, 0.015)
        places.append((*_at(side, high + 0.28 * t * t + random.normal(0, 0.02), away), t))
    wire = [_at(1.5 * t, high + 0.34 * t * t + 0.12, away) for t in np.linspace(-1, 1, 25)]
    sketch.line(wire, 0.010 / away, colour("#0C0A12"))
    for px, py, _ in places:
        tint = colour(str(random.choice(_TINTS)))
        _lantern(sketch, px, py, size * random.uniform(0.92, 1.08), tint)
    return sketch.layers()


def _lantern(sketch: Sketch, x: float, y: float, size: float, tint: Field) -> None:
    """Draw a lantern as ribs of paper: hot in its middle, deep at its rim, with cap and tassel."""
    dark = colour("#2A1512") * 0.6
    sketch.line([(x, y - size * 1.5), (x, y - size)], size * 0.04, dark)
    tall, steps = size * 0.92, 22
    for i in range(steps):
        a, b = -1 + 2 * i / steps, -1 + 2 * (i + 1) / steps
        for ring in np.linspace(1.0, 0.12, 12):
            wide_a = size * 1.04 * np.sqrt(max(0.0, 1 - (a * 0.93) ** 2)) * ring
            wide_b = size * 1.04 * np.sqrt(max(0.0, 1 - (b * 0.93) ** 2)) * ring
            middle = (a + b) / 2 - 0.12
            heat = np.exp(-((ring / 0.62) ** 2) - (middle / 0.62) ** 2)
            power = 0.34 + 1.55 * heat
            rib = 0.80 if i % 2 else 1.0
            hot = tint * (1 - 0.35 * heat) + colour("#FFE2A8") * 0.35 * heat
            shape = [
                (x - wide_a * 9 / 16, y + a * tall),
                (x + wide_a * 9 / 16, y + a * tall),
                (x + wide_b * 9 / 16, y + b * tall),
                (x - wide_b * 9 / 16, y + b * tall),
            ]
            sketch.polygon(shape, hot * power * rib)
    cap = size * 0.40 * 9 / 16
    for edge, thick in ((-tall, -0.10), (tall, 0.10)):
        rim = y + edge
        sketch.polygon(
            [
                (x - cap, rim),
                (x + cap, rim),
                (x + cap, rim + thick * size),
                (x - cap, rim + thick * size),
            ],
            dark,
        )
    tassel = size * 0.10 * 9 / 16
    low = y + tall + 0.1 * size
    sketch.polygon(
        [
            (x - tassel, low),
            (x + tassel, low),
            (x + tassel * 1.5, low + size * 0.75),
            (x - tassel * 1.5, low + size * 0.75),
        ],
        tint * 0.42,
    )


def _houses(random: Random, picture: Picture) -> Picture:
    """Line the lane with tiled roofs that curl up at their ends, and papered windows, lit."""
    height, width = picture.shape[:2]
    sketch = Sketch(width, height, over=2)
    for away in (14.0, 10.5, 7.8, 5.8, 4.2, 3.0, 2.15, 1.55, 1.1, 0.78):
        far = away * 1.42
        for sign in (-1, 1):
            warm = str(random.choice(["#FFC27A", "#FFCB8A", "#FFB873"]))
            near_x, far_x = sign * 1.12, sign * 1.12
            dim = 0.30 + 0.07 * away
            corners = [_at(near_x, 0.95, away), _at(far_x, 0.95, far)]
            feet = [_at(far_x, -0.78, far), _at(near_x, -0.78, away)]
            sketch.polygon([*corners, *feet], colour("#4A3026") * dim * 0.5)
            # Two papered doors to a house, with a post and plain wall between them.
            for i in range(2):
                a = away * (far / away) ** ((i + 0.12) / 2)
                b = away * (far / away) ** ((i + 0.80) / 2)
                power = random.choice([0.08, 0.5, 0.7, 0.85]) * (0.30 + 0.10 * away)
                light = colour(warm)
                pane = [
                    _at(near_x, 0.50, a),
                    _at(near_x, 0.50, b),
                    _at(near_x, -0.42, b),
                    _at(near_x, -0.42, a),
                ]
                sketch.polygon(pane, light * power)
                for k in range(7):
                    c = a * (b / a) ** (k / 6)
                    bar = [_at(near_x, 0.50, c), _at(near_x, -0.42, c)]
                    sketch.line(bar, 0.010 / away, colour("#3A2218") * 0.5)
                for up in (0.49, 0.24, 0.0, -0.2, -0.41):
                    sketch.line(
                        [_at(near_x, up, a), _at(near_x, up, b)],
                        0.010 / away,
                        colour("#3A2218") * 0.5,
                    )
            # The roof stands out over the lane and rises towards its end.
            eave = sign * 0.90
            roof = [
                _at(eave, 1.04, away * 0.97),
                _at(eave * 1.02, 0.86, away * 1.10),
                _at(eave * 1.02, 0.84, far * 0.92),
                _at(eave, 0.94, far),
                _at(sign * 1.9, 1.55, far),
                _at(sign * 1.9, 1.60, away),
            ]
            sketch.polygon(roof, colour("#2B2A36") * (0.35 + 0.05 * away))
            for t in np.linspace(0.02, 0.98, 26):
                c = away * 0.98 * (far / away / 0.98) ** t
                low = 0.86 + 0.16 * (1 - t) ** 6 + 0.08 * t**8
                tile = [_at(eave, low, c), _at(sign * 1.9, low + 0.70, c)]
                sketch.line(tile, 0.014 / away, colour("#4A4656") * (0.30 + 0.06 * away))
            edge = [
                _at(eave, 0.86 + 0.16 * (1 - t) ** 6, away * 0.98 * (far / away / 0.98) ** t)
                for t in np.linspace(0, 1, 20)
            ]
            if away > 2.9:
                sketch.line(edge, 0.026 / away, colour("#C98A5A") * 0.20)
    return sketch.over_picture(picture)


def _ground(random: Random, picture: Picture) -> Picture:
    """Pave the lane with stones; the lanterns' colours lie on it in soft pools."""
    height, width = picture.shape[:2]
    x, y = grid(width, height)
    depth = np.clip((y - _VANISH[1]) / (1 - _VANISH[1]), 0.01, 1)
    away = 1 / depth
    side = (x - _VANISH[0]) * away / 1.05
    row = np.floor(np.log(away + 0 * x) * 9)
    u = side * 9 + 0.5 * np.mod(row, 2)
    number = ((np.floor(u) + 300) * 31 + row * 17 + 600).astype(np.int32) % 1024
    tone = random.uniform(0.72, 1.2, 1024).astype(np.float32)[number]
    v = np.log(away + 0 * x) * 9 - row
    joint = np.exp(-((np.abs(u - np.floor(u) - 0.5) / 0.46) ** 14)) * np.exp(
        -((np.abs(v - 0.5) / 0.44) ** 14)
    )
    tone = tone * (0.45 + 0.55 * joint)
    pool = (
        colour("#FF9E5E") * np.exp(-(((x - 0.5) / 0.36) ** 2) - ((y - 0.74) / 0.22) ** 2)[..., None]
    )
    for _ in range(9):
        px, py = random.uniform(0.15, 0.85), random.uniform(0.68, 0.95)
        spot = np.exp(-(((x - px) / 0.16) ** 2) - ((y - py) / 0.07) ** 2)
        pool = pool + spot[..., None] * colour(str(random.choice(_TINTS))) * 0.20
    rough = 1 + 0.10 * noise(random, width, height, (60, 40), 3, 0.7)
    stone = colour("#8A7F88") * (tone * rough)[..., None] * (pool * 0.62 + colour("#4A4E78") * 0.20)
    inside = smooth(0, 0.01, y - _VANISH[1]) * smooth(1.16, 1.10, np.abs(side))
    return mix(picture, stone, inside)

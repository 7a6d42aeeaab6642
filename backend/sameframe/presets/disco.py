"""A mirror ball in haze: its spots wander over walls and floor, two lamps paint the room."""

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
    enough,
    grid,
    half,
    mix,
    noise,
    resized,
    smooth,
    vignette,
)

_BALL, _RADIUS = (0.5, 0.165), 0.125
_HORIZON = 0.70
_SPOTS = ("#FFD9A8", "#FF9CC8", "#B9A6FF", "#FFF1E0", "#8FD0FF")


def draw(width: int, height: int) -> Image.Image:
    """Draw the dance floor."""
    random = np.random.default_rng(79)
    w, h = half(width, height)
    x, y = grid(w, h)
    haze = 1 + 0.22 * noise(random, w, h, (4, 3), 4, 0.55)
    left = np.exp(-(((x - 0.02) / 0.42) ** 2) - ((y - 0.30) / 0.62) ** 2)
    right = np.exp(-(((x - 1.00) / 0.44) ** 2) - ((y - 0.34) / 0.62) ** 2)
    middle = np.exp(-(((x - 0.5) / 0.30) ** 2) - ((y - 0.50) / 0.42) ** 2)
    room = colour("#15102A") * 0.9 + 0 * haze[..., None]
    room = room + (left * haze)[..., None] * colour("#C22A86") * 0.62
    room = room + (right * haze)[..., None] * colour("#2E55D8") * 0.70
    room = room + (middle * haze)[..., None] * colour("#7A3FA8") * 0.38
    spots = _spots(random, w, h)
    wall = room + defocus(spots, 0.004) + 0.45 * blur(spots, 0.02)

    # The floor is lacquered: it gives back the wall, darker and smeared downwards.
    rows = np.clip((2 * _HORIZON - y[:, 0]) * h, 0, h - 1).astype(np.int32)
    mirrored = wall[rows]
    thin = resized(mirrored, w, max(4, h // 24))
    near = smooth(_HORIZON, 1.0, y)
    floor = 0.50 * resized(blur(thin, 0.03), w, h) + 0.16 * mirrored
    floor = floor * (0.95 - 0.35 * near)[..., None] + _floor_spots(random, w, h)
    picture = mix(wall, floor, smooth(-0.006, 0.006, y - _HORIZON) * np.ones_like(x))
    picture = picture + _beams(random, w, h)

    large_w, large_h = enough(width, height)
    picture = _hang(random, resized(picture, large_w, large_h))
    picture = picture * vignette(large_w, large_h, 0.4)[..., None]
    return develop(picture * 1.15, random, grain=0.010, size=(width, height))


def _spots(random: Random, width: int, height: int) -> Picture:
    """Return the ball's spots on the wall: in rings about it, larger and fainter farther out."""
    light = np.zeros((height, width, 3), np.float32)
    for tint in _SPOTS:
        shape = Stencil(width, height)
        for ring in range(1, 13):
            away = 0.15 + 0.075 * ring**1.12
            count = int(9 + 4.2 * ring)
            for i in range(count):
                if random.random() > 0.78 / len(_SPOTS) * (1 + (ring % 2)):
                    continue
                turn = 2 * np.pi * (i + 0.5 * (ring % 2) + random.normal(0, 0.08)) / count
                px = _BALL[0] + away * np.cos(turn) * 9 / 16
                py = _BALL[1] + away * np.sin(turn) * 0.92 + random.normal(0, 0.004)
                if py > _HORIZON + 0.02:
                    continue
                size = 0.0062 + 0.0011 * ring
                along = np.linspace(0, 2 * np.pi, 20)
                a, b = size * (1 + 0.05 * ring), size * 0.72
                qx = a * np.cos(along) * np.cos(turn) - b * np.sin(along) * np.sin(turn)
                qy = a * np.cos(along) * np.sin(turn) + b * np.sin(along) * np.cos(turn)
                power = random.uniform(0.35, 1.0) * (1.05 - 0.045 * ring)
                outline = zip((px + qx * 9 / 16).tolist(), (py + qy).tolist(), strict=True)
                shape.polygon(outline, max(0.1, power))
        light += shape.field()[..., None] * colour(tint) * 0.75
    return light


def _floor_spots(random: Random, width: int, height: int) -> Picture:
    light = np.zeros((height, width, 3), np.float32)
    for tint in _SPOTS:
        shape = Stencil(width, height)
        for _ in range(22):
            near = random.random() ** 0.7
            py = _HORIZON + 0.02 + (1 - _HORIZON) * near
            px = 0.5 + random.normal(0, 0.32) * (0.6 + near)
            size = 0.010 + 0.016 * near
            along = np.linspace(0, 2 * np.pi, 20)
            outline = zip(
                (px + size * 1.7 * np.cos(along) * 9 / 16).tolist(),
                (py + size * 0.5 * np.sin(along)).tolist(),
                strict=True,
            )
            shape.polygon(outline, random.uniform(0.3, 0.9))
        light += shape.field()[..., None] * colour(tint) * 0.42
    return defocus(light, 0.005)


def _beams(random: Random, width: int, height: int) -> Picture:
    """Return light that the haze shows on its way from the ball, and from two lamps above."""
    x, y = grid(width, height)
    light = np.zeros((height, width, 3), np.float32)
    for at, tint, spread, power in (
        (_BALL, "#FFE2C4", 30.0, 0.10),
        ((0.10, -0.15), "#FF5FB0", 9.0, 0.20),
        ((0.90, -0.15), "#5F8CFF", 9.0, 0.22),
    ):
        across, down = (x - at[0]) * 16 / 9, y - at[1]
        angle = np.arctan2(across, down)
        rays = noise(random, 2048, 1, (spread, 1), 3, 0.6)[0]
        beam = smooth(0.1, 2.0, rays[((angle + np.pi) / (2 * np.pi) * 2047).astype(np.int32)])
        fade = np.exp(-np.hypot(across, down) / 0.55)
        light += (blur(beam, 0.003) * fade * power * 2)[..., None] * colour(tint)
    return light


def _hang(random: Random, picture: Picture) -> Picture:
    """Hang the ball: a grid of small mirrors, each showing another part of the room."""
    height, width = picture.shape[:2]
    x, y = grid(width, height)
    u, v = (x - _BALL[0]) * 16 / 9 / _RADIUS, (y - _BALL[1]) / _RADIUS
    inside = np.clip(1 - u * u - v * v, 0, 1)
    z = np.sqrt(inside)
    rows = 20
    latitude = np.arcsin(np.clip(v, -1, 1)) / np.pi * rows
    row = np.floor(latitude)
    around = np.maximum(np.cos((row + 0.5) / rows * np.pi), 0.05)
    columns = np.round(2 * rows * around)
    longitude = (np.arctan2(u, np.maximum(z, 1e-4)) / (2 * np.pi)) * columns + 0.31 * row
    column = np.floor(longitude)
    # Every mirror is tilted a little: a hash of its row and column says how.
    seed = np.sin(row * 12.9898 + column * 78.233) * 43758.547
    chance = (seed - np.floor(seed)).astype(np.float32)
    seed = np.sin(row * 39.425 + column * 11.135) * 24634.633
    other = (seed - np.floor(seed)).astype(np.float32)
    seam = np.minimum(
        np.abs(latitude - row - 0.5), np.abs(longitude - column - 0.5)
    ) * 0 + np.maximum(np.abs(latitude - row - 0.5), np.abs(longitude - column - 0.5))
    lit = np.clip(0.45 - 0.55 * v - 0.25 * u, 0.04, 1.2)
    power = 0.10 + 0.85 * chance**2.2 * (0.35 + lit) + 3.2 * (chance > 0.965)
    warm, cool = colour("#FFD8EC"), colour("#A9C4FF")
    hue = np.clip(0.5 + 0.5 * u + 0.5 * (other - 0.5), 0, 1)[..., None]
    mirror = (warm * (1 - hue) + cool * hue) * (power * (0.30 + 0.70 * z))[..., None]
    mirror = mirror * (1 - 0.75 * smooth(0.40, 0.48, seam))[..., None]
    cover = smooth(0, 3.0 / (_RADIUS * height), inside)
    ball = np.where(cover[..., None] > 0, mirror, 0)
    cord = Stencil(width, height)
    cord.line([(_BALL[0], -0.1), (_BALL[0], _BALL[1] - _RADIUS)], 0.004)
    picture = mix(picture, colour("#2A2036"), cord.field())
    flare = np.clip(ball - 0.8, 0, None) * cover[..., None]
    picture = mix(picture, blur(ball, 0.0008), cover)
    return picture + 0.5 * blur(flare, 0.010) + 0.9 * blur(flare, 0.06)

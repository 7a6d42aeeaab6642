"""What is in the air before a picture: snow, rain, fog, lights, stars, what the wind brings."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from sameframe.presets.canvas import (
    Picture,
    Random,
    Sketch,
    Stencil,
    blur,
    colour,
    discs,
    encoded,
    grid,
    mix,
    noise,
    smooth,
)

_LINEAR = np.array([colour(f"#{n:02X}0000")[0] for n in range(256)], np.float32)
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
_PETALS = ("#F7C9D4", "#F9DDE3", "#EFA9BC")
_LEAVES = ("#C8642B", "#D99A2E", "#A63C24", "#8A6A2E")
_PAPERS = ("#D4472E", "#FFF4E2", "#F0B64A", "#4E8790", "#F0B3AA", "#7F8FD8")
# Of what flies: its share, its size, and how far out of focus it is.
_NEARER = ((0.72, 0.010, 0.0008), (0.22, 0.018, 0.004), (0.06, 0.036, 0.014))
_LAMPS = ("#FFD08A", "#FFE3B8", "#FFB46B", "#FFF1DC")


def light(picture: Image.Image) -> Picture:
    """Return a picture's linear light."""
    return _LINEAR[np.asarray(picture.convert("RGB"))]


def shown(picture: Picture) -> Image.Image:
    """Return linear light as a picture."""
    return Image.fromarray((encoded(picture) * 255 + 0.5).astype(np.uint8))


def luma(picture: Picture) -> np.ndarray:
    """Return how bright the light is."""
    return picture @ _LUMA


def filled(picture: Picture, what: str, random: Random) -> Picture:
    """Return the light of a picture with one of AIR before it."""
    return AIR[what](picture, random)


def flakes(
    random: Random, width: int, height: int, count: int, size: tuple[float, float], soft: float
) -> np.ndarray:
    """Return the cover of snowflakes, which goes on at the upper edge where it ends below."""
    places = []
    for _ in range(count):
        x, y, radius = random.random(), random.random(), random.uniform(*size)
        tint = np.full(3, random.uniform(0.45, 1.0), np.float32)
        places += [(x, y + over, radius, tint, soft) for over in _over(y, radius)]
    return np.clip(discs(width, height, places)[..., 0], 0, 1)


def streaks(
    random: Random, width: int, height: int, count: int, length: float, lean: float
) -> np.ndarray:
    """Return the cover of falling drops, which goes on at the upper edge where it ends below."""
    drawn = Stencil(width, height)
    for _ in range(count):
        x, y, far = random.random(), random.random(), random.uniform(0.5, 1.0)
        long = length * far
        for over in _over(y, long):
            path = [(x, y + over), (x - lean * long * height / width, y + over + long)]
            drawn.line(path, 0.0018 * far, 0.6 * far)
    return blur(drawn.field(), 0.0008)


def _over(at: float, reach: float) -> list[float]:
    """Return where else something is to be drawn, so that the lower edge fits the upper one."""
    return [0.0, *([1.0] if at < reach else []), *([-1.0] if at > 1 - reach else [])]


def _snow(picture: Picture, random: Random) -> Picture:
    height, width = picture.shape[:2]
    white = colour("#F2F5FC")
    cool = picture * np.array([0.93, 0.96, 1.0], np.float32)
    for count, size, soft, power in (
        (700, (0.0012, 0.0026), 1.0, 0.7), (220, (0.003, 0.006), 0.8, 0.6),
        (50, (0.009, 0.018), 0.5, 0.32),
    ):  # fmt: skip
        cool = mix(cool, white, power * flakes(random, width, height, count, size, soft))
    return cool


def _rain(picture: Picture, random: Random) -> Picture:
    height, width = picture.shape[:2]
    grey = luma(picture)[..., None]
    wet = (0.72 * picture + 0.28 * grey) * np.array([0.78, 0.83, 0.9], np.float32)
    for count, long in ((700, 0.035), (180, 0.09)):
        cover = streaks(random, width, height, count, long, 0.16)
        wet = mix(wet, colour("#DCE6F0"), 0.34 * cover)
    return wet


def _fog(picture: Picture, random: Random) -> Picture:
    height, width = picture.shape[:2]
    _, y = grid(width, height)
    clouds = noise(random, width, height, (2.2, 5), 4, 0.5)
    cover = 0.62 * smooth(1.1, 0.35, y) + 0.16 * np.clip(clouds, -1, 1.5)
    # As bright as the picture: fog at night is dark.
    pale = colour("#E9E7E4") * np.float32(np.clip(2.2 * luma(picture).mean() + 0.03, 0.05, 0.85))
    return mix(picture, pale, np.clip(cover, 0, 0.85).astype(np.float32))


def _lights(picture: Picture, random: Random) -> Picture:
    height, width = picture.shape[:2]
    places = [
        (
            random.random(), 0.62 * random.random() ** 0.8, random.uniform(0.008, 0.034),
            colour(random.choice(_LAMPS)) * np.float32(random.uniform(0.12, 0.55)), 0.18,
        )
        for _ in range(64)
    ]  # fmt: skip
    return picture + discs(width, height, places)


def _stars(picture: Picture, random: Random) -> Picture:
    height, width = picture.shape[:2]
    places = []
    for _ in range(520):
        y = random.random() ** 1.5 * 0.5
        tint = colour(random.choice(("#FFFFFF", "#DCE6FF", "#FFE9CC")))
        places.append(
            (random.random(), y, random.uniform(0.0008, 0.002),
             tint * np.float32(random.exponential(0.5) * (1 - 1.7 * y)), 1.0)
        )  # fmt: skip
    dark = smooth(0.30, 0.05, blur(luma(picture), 0.01))[..., None]
    return picture + np.maximum(discs(width, height, places), 0) * dark


def _wind(shape: str, paints: tuple[str, ...], count: int) -> Callable[[Picture, Random], Picture]:
    """Return what lets pieces of these colours fly, some near and out of focus."""

    def flying(picture: Picture, random: Random) -> Picture:
        height, width = picture.shape[:2]
        day = np.float32(np.clip(1.6 * luma(picture).mean() + 0.25, 0.3, 1))
        for share, size, soft in (
            (0.72, 0.010, 0.0008),
            (0.22, 0.018, 0.004),
            (0.06, 0.036, 0.014),
        ):
            sketch = Sketch(width, height, over=1 if soft > 0.002 else 2)
            for _ in range(int(count * share)):
                at, turn = (random.random(), random.random()), random.uniform(0, 6.283)
                long, flat = size * random.uniform(0.6, 1.3), random.uniform(0.25, 1.0)
                outline = _outline(shape, at, turn, long, flat, height / width)
                sketch.polygon(outline, colour(random.choice(paints)) * day)
            picture = sketch.over_picture(picture, soft)
        return picture

    return flying


def _outline(
    shape: str, at: tuple[float, float], turn: float, long: float, flat: float, aspect: float
) -> list[tuple[float, float]]:
    angles = np.linspace(0, 2 * np.pi, 4 if shape == "paper" else 14, endpoint=False)
    if shape == "paper":
        angles = angles + 0.6
    wide = long * np.cos(angles)
    # A leaf and a petal come to a point at one end.
    high = (
        0.55
        * long
        * flat
        * np.sin(angles)
        * (1.0 if shape == "paper" else 1 - 0.45 * np.cos(angles))
    )
    x = wide * np.cos(turn) - high * np.sin(turn)
    y = wide * np.sin(turn) + high * np.cos(turn)
    return [(at[0] + dx * aspect, at[1] + dy) for dx, dy in zip(x, y, strict=True)]


AIR: dict[str, Callable[[Picture, Random], Picture]] = {
    "snow": _snow,
    "rain": _rain,
    "fog": _fog,
    "lights": _lights,
    "stars": _stars,
    "petals": _wind("petal", _PETALS, 130),
    "leaves": _wind("leaf", _LEAVES, 90),
    "paper": _wind("paper", _PAPERS, 190),
}

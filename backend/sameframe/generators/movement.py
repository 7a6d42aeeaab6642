"""A picture that moves, and begins anew where it ends: a camera that sways, weather, light."""

from collections.abc import Callable, Iterator
from math import cos, pi, sin

import numpy as np
from PIL import Image

from sameframe.generators import air
from sameframe.generators.wish import MOVING, Frame, Loop
from sameframe.presets.canvas import colour

FPS, SECONDS = 24, 6
COUNT = FPS * SECONDS
_CELLS = (16, 9)  # of the mesh that a swaying camera bends
_LEAKS = ("#FF9A4D", "#FF6A5A", "#FFD27A")


def loop(picture: Image.Image, movement: str, random: np.random.Generator) -> Loop:
    """Return the frames of an RGB picture that moves in one of MOVEMENTS."""
    still = picture.resize(MOVING, Image.Resampling.LANCZOS)
    return Loop(MOVEMENTS[movement](still, random), COUNT, FPS)


def _turns() -> Iterator[float]:
    """Return how far the loop is, in radians."""
    return (2 * pi * number / COUNT for number in range(COUNT))


def _parallax(still: Image.Image, random: np.random.Generator) -> Iterator[Frame]:
    """Sway: what is near, low in the picture, goes further than what is far."""
    width, height = still.size
    across, down = _CELLS

    def corner(column: int, row: int, turn: float) -> tuple[float, float]:
        x, y = column / across, row / down
        near = 0.2 + 0.8 * y**1.5
        # Enlarged by as much as the nearest goes, so that no edge comes in.
        zoom = 1 - 0.05
        x = 0.5 + (x - 0.5) * zoom + 0.020 * near * cos(turn)
        y = 0.5 + (y - 0.5) * zoom + 0.010 * near * sin(turn)
        return x * width, y * height

    boxes = [
        (column, row, tuple(
            round(side) for side in (
                column * width / across, row * height / down,
                (column + 1) * width / across, (row + 1) * height / down,
            )
        ))
        for row in range(down) for column in range(across)
    ]  # fmt: skip
    for turn in _turns():
        mesh = [
            (box, (
                *corner(column, row, turn), *corner(column, row + 1, turn),
                *corner(column + 1, row + 1, turn), *corner(column + 1, row, turn),
            ))
            for column, row, box in boxes
        ]  # fmt: skip
        bent = still.transform(still.size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)
        yield np.asarray(bent)


def _drift(still: Image.Image, random: np.random.Generator) -> Iterator[Frame]:
    """Let the camera wander slowly about the picture, nearer and further."""
    width, height = still.size
    for turn in _turns():
        share = 0.91 - 0.03 * cos(turn)
        left = (1 - share) * (0.5 + 0.45 * sin(turn)) * width
        top = (1 - share) * (0.5 + 0.35 * sin(turn + 1.1)) * height
        box = (left, top, left + share * width, top + share * height)
        yield np.asarray(
            still.transform(still.size, Image.Transform.EXTENT, box, Image.Resampling.BILINEAR)
        )


def _snow(still: Image.Image, random: np.random.Generator) -> Iterator[Frame]:
    """Let it snow: three sheets of flakes, the nearest the fastest, each swaying."""
    width, height = still.size
    sheets = [
        (power * air.flakes(random, width, height, count, size, soft), rounds, sway)
        for count, size, soft, power, rounds, sway in (
            (420, (0.0016, 0.003), 1.0, 0.62, 1, 7),
            (150, (0.0035, 0.0065), 0.8, 0.6, 2, 16),
            (36, (0.010, 0.019), 0.5, 0.36, 3, 30),
        )
    ]
    return _falling(still, sheets, lean=0, tint=(246, 248, 253))


def _rain(still: Image.Image, random: np.random.Generator) -> Iterator[Frame]:
    """Let it rain: two sheets of drops that fall fast, and a darker picture."""
    width, height = still.size
    sheets = [
        (0.5 * air.streaks(random, width, height, count, long, width / height / rounds), rounds, 0)
        for count, long, rounds in ((520, 0.04, 10), (150, 0.09, 13))
    ]
    grey = np.asarray(still.convert("L").convert("RGB"), np.float32)
    wet = (0.72 * np.asarray(still, np.float32) + 0.28 * grey) * (0.84, 0.88, 0.93)
    return _falling(Image.fromarray(wet.astype(np.uint8)), sheets, lean=1, tint=(222, 231, 240))


def _falling(
    still: Image.Image,
    sheets: list[tuple[np.ndarray, int, int]],
    lean: int,
    tint: tuple[int, int, int],
) -> Iterator[Frame]:
    """Let sheets of cover fall so many heights in a loop, and `lean` widths to the left."""
    below, above = np.asarray(still, np.float32), np.array(tint, np.float32)
    height, width = below.shape[:2]
    for number, turn in enumerate(_turns()):
        share = number / COUNT
        clear = np.ones((height, width), np.float32)
        for place, (cover, rounds, sway) in enumerate(sheets):
            down = round(share * rounds * height)
            right = round(sway * sin(turn + 2 * place) - share * lean * width)
            clear *= 1 - np.roll(cover, (down, right), (0, 1))
        clear = clear[..., None]
        yield (below * clear + above * (1 - clear) + 0.5).astype(np.uint8)


def _leaks(still: Image.Image, random: np.random.Generator) -> Iterator[Frame]:
    """Let light into the camera: warm clouds of it that come and go at the edges."""
    width, height = still.size
    below = air.light(still)
    x, y = np.linspace(0, 1, 160)[None, :], np.linspace(0, 1, 90)[:, None]
    lamps = [
        (colour(code), random.uniform(0, 2 * pi), side, random.uniform(0.2, 0.8))
        for code, side in zip(_LEAKS, (0.0, 1.0, random.choice([0.0, 1.0])), strict=True)
    ]
    for turn in _turns():
        glow = np.zeros((90, 160, 3), np.float32)
        for tint, phase, side, high in lamps:
            reach = 0.30 + 0.10 * sin(turn + phase)
            at_y = high + 0.22 * sin(turn + 1.7 * phase)
            power = 0.42 * (0.55 + 0.45 * sin(turn + phase))
            away = ((x - side) / reach) ** 2 + ((y - at_y) / (1.5 * reach)) ** 2
            glow += (power * np.exp(-away)).astype(np.float32)[..., None] * tint
        planes = [
            np.asarray(
                Image.fromarray(glow[..., i]).resize((width, height), Image.Resampling.BILINEAR)
            )
            for i in range(3)
        ]
        leaking = below + np.stack(planes, axis=-1) * (1 - 0.6 * below)
        yield np.asarray(air.shown(leaking))


MOVEMENTS: dict[str, Callable[[Image.Image, np.random.Generator], Iterator[Frame]]] = {
    "parallax": _parallax,
    "drift": _drift,
    "snow": _snow,
    "rain": _rain,
    "leaks": _leaks,
}

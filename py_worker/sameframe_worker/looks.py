"""Looks: how the whole picture is coloured, lit and framed. THE definition, for every renderer.

A pixel with the colour `rgb` (0..255) whose centre is (x, y), in a picture of w × h, becomes:

    graded   rgb mixed with the look's table at rgb by `strength`; the table has SIZE nodes a side,
             red first, and is filtered trilinearly
    grained  graded + grain * strength * n; n is the mean-free noise of GRAIN, a tile, laid out on
             a grid of GRID rows to the picture's height and filtered bilinearly, wrapping around
    vignetted  mixed with `shade` by vignette * strength * r², where r = (p² + q²) / 2 and p, q are
             (x, y) from the middle, as fractions of the half width and half height
    framed   mixed with `frame.colour` by clamp(d / softness + 1/2, 0, 1), where d is how
             far outside the opening (x, y) lies: a rectangle with round corners, inset by `side`
             and at its foot by `foot`. These, the corners' `radius` and `softness` (at least one
             pixel) are fractions of the height, times `strength`.

The natural look changes nothing. Pure; imports the standard library only.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, product

SIZE = 17
GRID = 720  # rows of grain: the stage's own, so that it is sampled there as it is
GRAIN_SIDE = 256

Colour = tuple[float, float, float]
_LUMA = (0.2126, 0.7152, 0.0722)
_NEUTRAL = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Frame:
    """What lies around the picture; lengths in fractions of its height, colour 0..255."""

    colour: tuple[int, int, int]
    side: float
    foot: float
    radius: float
    softness: float


@dataclass(frozen=True, slots=True)
class Recipe:
    """A look's parameters; colours are 0..1, as they are encoded (sRGB).

    In this order: `gain` per channel; `gamma` (above 1: brighter); `contrast` -1..1, an S through
    black, grey and white; `mono`, weights of red, green and blue in a picture of greys, else
    `saturation`; `shadows` and `lights` are added where it is dark and bright; `black` and `white`
    are where those end up. Then what is not of the table: grain (0..255), vignette, frame.
    """

    gain: Colour = (1.0, 1.0, 1.0)
    gamma: float = 1.0
    contrast: float = 0.0
    saturation: float = 1.0
    mono: Colour | None = None
    shadows: Colour = _NEUTRAL
    lights: Colour = _NEUTRAL
    black: Colour = _NEUTRAL
    white: Colour = (1.0, 1.0, 1.0)
    grain: float = 0.0
    vignette: float = 0.0
    shade: tuple[int, int, int] = (0, 0, 0)
    frame: Frame | None = field(default=None)


RECIPES: dict[str, Recipe] = {
    "natural": Recipe(),
    "warm": Recipe(
        gain=(1.06, 1.0, 0.93), gamma=1.05, contrast=0.14, saturation=1.04,
        shadows=(0.02, 0.0, -0.01), lights=(0.035, 0.0, -0.025), vignette=0.12,
    ),
    "film": Recipe(
        gain=(1.02, 1.0, 0.98), gamma=1.05, contrast=0.32, saturation=0.9,
        shadows=(-0.01, 0.01, 0.025), lights=(0.035, 0.004, -0.025),
        black=(0.045, 0.048, 0.055), white=(0.985, 0.968, 0.945),
        grain=11.0, vignette=0.22, frame=Frame((14, 13, 12), 0.022, 0.022, 0.035, 0.006),
    ),
    "black_and_white": Recipe(
        mono=(0.42, 0.46, 0.12), gamma=1.04, contrast=0.32,
        black=(0.015, 0.015, 0.015), grain=8.0, vignette=0.15,
    ),
    "sepia": Recipe(
        mono=(0.38, 0.5, 0.12), gamma=1.1, contrast=0.2,
        shadows=(0.075, -0.005, -0.05), lights=(0.04, -0.015, -0.075),
        black=(0.09, 0.06, 0.045), white=(1.0, 0.95, 0.855),
        grain=8.0, vignette=0.34, shade=(42, 22, 10),
    ),
    "vivid": Recipe(gamma=1.05, contrast=0.3, saturation=1.24, vignette=0.06),
    "soft": Recipe(
        gain=(1.03, 1.0, 0.99), gamma=1.2, contrast=-0.12, saturation=0.92,
        lights=(0.025, 0.005, 0.0), black=(0.05, 0.045, 0.05),
        vignette=0.22, shade=(255, 248, 242),
    ),
    "noir": Recipe(
        mono=(0.3, 0.58, 0.12), gamma=0.92, contrast=0.8,
        shadows=(-0.01, -0.005, 0.008), grain=14.0, vignette=0.66,
    ),
    "instant": Recipe(
        gain=(1.04, 1.0, 0.97), gamma=1.1, contrast=0.14, saturation=0.86,
        shadows=(0.0, 0.012, 0.04), lights=(0.04, 0.006, -0.02),
        black=(0.08, 0.075, 0.085), white=(0.99, 0.972, 0.94),
        grain=6.0, vignette=0.2, shade=(30, 22, 34),
        frame=Frame((250, 248, 244), 0.04, 0.13, 0.006, 0.002),
    ),
    "pastel": Recipe(
        gain=(1.03, 1.0, 1.02), gamma=1.38, contrast=-0.08, saturation=0.84,
        shadows=(0.025, 0.0, 0.03), lights=(0.02, -0.008, 0.004),
        black=(0.11, 0.1, 0.12), white=(1.0, 0.985, 0.985),
    ),
    "cool": Recipe(
        gain=(0.98, 0.99, 1.05), gamma=1.03, contrast=0.2, saturation=0.94,
        shadows=(-0.03, 0.0, 0.045), lights=(-0.004, 0.0, 0.018), vignette=0.14,
    ),
    "party": Recipe(
        gamma=1.05, contrast=0.32, saturation=1.2,
        shadows=(0.1, -0.06, 0.19), lights=(0.08, -0.045, 0.015),
        black=(0.04, 0.0, 0.07), grain=4.0, vignette=0.4, shade=(60, 0, 90),
    ),
}  # fmt: skip
NAMES = tuple(RECIPES)


@lru_cache(maxsize=len(RECIPES))
def table(name: str) -> bytes:
    """Return the look's table: SIZE³ × RGB, the index of red rising fastest."""
    return b"".join(slices(name))


def slices(name: str) -> Iterator[bytes]:
    """Yield the table in SIZE parts, for who has something else to do between them."""
    recipe = RECIPES[name]
    nodes = [_input(recipe, n / (SIZE - 1)) for n in range(SIZE)]
    mixed = _greys(recipe.mono) if recipe.mono else _saturated(recipe.saturation)
    toned = _toned(recipe)
    for blue in nodes:
        pairs = product(nodes, nodes)
        colours = [toned(*mixed(red[0], green[1], blue[2])) for green, red in pairs]
        yield bytes(chain.from_iterable(colours))


@lru_cache(maxsize=1)
def grain() -> bytes:
    """Return the tile of noise: GRAIN_SIDE² bytes; 0..255 stand for n from -1 to 1."""
    # The sum of two throws, softened along the rows: it clots a little, as silver does.
    state, throws = 1, []
    for _ in range(GRAIN_SIDE**2):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        throws.append((state >> 24) + (state >> 16 & 255))
    ahead = throws[1:] + throws[:1]
    return bytes([(3 * a + b) // 8 for a, b in zip(throws, ahead, strict=True)])


def _input(recipe: Recipe, value: float) -> Colour:
    """Return a node's value in each channel, before the channels meet."""
    return tuple(
        _s_curve(min(1.0, value * gain) ** (1 / recipe.gamma), recipe.contrast)
        for gain in recipe.gain
    )


def _s_curve(x: float, contrast: float) -> float:
    return x + contrast * (x * x * (3 - 2 * x) - x)


def _greys(weights: Colour) -> Callable[[float, float, float], Colour]:
    def mixed(r: float, g: float, b: float) -> Colour:
        light = weights[0] * r + weights[1] * g + weights[2] * b
        return light, light, light

    return mixed


def _saturated(by: float) -> Callable[[float, float, float], Colour]:
    wr, wg, wb = _LUMA

    def mixed(r: float, g: float, b: float) -> Colour:
        light = wr * r + wg * g + wb * b
        # What is strongly coloured already gains less: lips and jackets stay within what there is.
        most = max(r, g, b) - min(r, g, b)
        much = by if by <= 1 else 1 + (by - 1) * (1 - most * most)
        return light + (r - light) * much, light + (g - light) * much, light + (b - light) * much

    return mixed


def _toned(recipe: Recipe) -> Callable[[float, float, float], list[int]]:
    wr, wg, wb = _LUMA
    ends = tuple(
        (dark, bright, black * 255, (white - black) * 255)
        for dark, bright, black, white in zip(
            recipe.shadows, recipe.lights, recipe.black, recipe.white, strict=True
        )
    )

    def toned(r: float, g: float, b: float) -> list[int]:
        light = min(1.0, max(0.0, wr * r + wg * g + wb * b))
        # Neither black nor white takes a tint: `black` and `white` say where those end up.
        dark, bright = 4 * light * (1 - light) ** 2, 4 * light * light * (1 - light)
        return [
            int(min(255.0, max(0.0, low + span * (value + a * dark + z * bright))) + 0.5)
            for value, (a, z, low, span) in zip((r, g, b), ends, strict=True)
        ]

    return toned

"""The preset backgrounds and the landing page's people, all drawn by code.

`python -m sameframe.presets OUT_DIR` writes them. Every module here is one picture:

    >>> draw("beach", 320, 180).size
    (320, 180)
"""

from collections.abc import Callable

from PIL import Image

from sameframe.presets import (
    beach,
    curtain,
    first_snow,
    forest,
    party,
    riso,
    seoul_night,
    studio,
    sunset,
)

# `plain` is missing on purpose: it is one colour, which the scene itself carries.
DRAWINGS: dict[str, Callable[[int, int], Image.Image]] = {
    "curtain": curtain.draw,
    "studio": studio.draw,
    "seoul_night": seoul_night.draw,
    "beach": beach.draw,
    "forest": forest.draw,
    "first_snow": first_snow.draw,
    "party": party.draw,
    "riso": riso.draw,
    "sunset": sunset.draw,
}


def draw(name: str, width: int, height: int) -> Image.Image:
    """Draw a preset at width × height pixels, best near 16:9; the same pixels every time.

    Raises KeyError for a name that is not in DRAWINGS.
    """
    return DRAWINGS[name](width, height)

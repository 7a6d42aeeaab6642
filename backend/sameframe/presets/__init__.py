"""The preset backgrounds and the landing page's people, all drawn by code.

`python -m sameframe.presets OUT_DIR` writes them. Every module here is one picture:

    >>> draw("beach", 320, 180).size
    (320, 180)
"""

from collections.abc import Callable

from PIL import Image

from sameframe.presets import (
    arch,
    autumn,
    beach,
    blinds,
    blossom,
    confetti,
    curtain,
    cut_paper,
    disco,
    first_snow,
    forest,
    gradient,
    lanterns,
    party,
    riso,
    rooftop,
    seoul_night,
    spotlight,
    stars,
    studio,
    subway,
    sunset,
    tinsel,
    velvet,
)

# `plain` is missing on purpose: it is one colour, which the scene itself carries.
DRAWINGS: dict[str, Callable[[int, int], Image.Image]] = {
    "curtain": curtain.draw,
    "velvet": velvet.draw,
    "tinsel": tinsel.draw,
    "studio": studio.draw,
    "spotlight": spotlight.draw,
    "blinds": blinds.draw,
    "arch": arch.draw,
    "party": party.draw,
    "disco": disco.draw,
    "confetti": confetti.draw,
    "seoul_night": seoul_night.draw,
    "rooftop": rooftop.draw,
    "lanterns": lanterns.draw,
    "subway": subway.draw,
    "beach": beach.draw,
    "forest": forest.draw,
    "sunset": sunset.draw,
    "stars": stars.draw,
    "blossom": blossom.draw,
    "autumn": autumn.draw,
    "first_snow": first_snow.draw,
    "riso": riso.draw,
    "cut_paper": cut_paper.draw,
    "gradient": gradient.draw,
}


def draw(name: str, width: int, height: int) -> Image.Image:
    """Draw a preset at width × height pixels, best near 16:9; the same pixels every time.

    Raises KeyError for a name that is not in DRAWINGS.
    """
    return DRAWINGS[name](width, height)

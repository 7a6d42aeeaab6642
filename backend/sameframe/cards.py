"""The picture that a messenger shows beside a link: a print on paper, or nobody's curtain."""

import io
from pathlib import Path

from PIL import Image, ImageOps
from sameframe_worker.scene import Background

from sameframe import prints

SIZE = (1200, 630)  # what Open Graph's readers crop to
_PAPER = "#faf8f4"
_MARGIN = 30
_FILTER = Image.Resampling.BICUBIC


def of_print(jpeg: bytes) -> bytes:
    """Draw the card of one print; `jpeg` is our own file."""
    picture = Image.open(io.BytesIO(jpeg))
    picture.draft("RGB", SIZE)  # the decoder halves 4K by itself: a quarter of the time
    room = SIZE[0] - 2 * _MARGIN, SIZE[1] - 2 * _MARGIN
    shown = ImageOps.contain(picture.convert("RGB"), room, _FILTER)
    card = Image.new("RGB", SIZE, _PAPER)
    card.paste(shown, ((SIZE[0] - shown.width) // 2, (SIZE[1] - shown.height) // 2))
    return _encoded(card)


def of_nobody(backgrounds: Path) -> bytes:
    """Draw the card that shows nothing of the album: the booth's closed curtain."""
    return _encoded(prints.background(Background("curtain"), backgrounds, SIZE))


def _encoded(card: Image.Image) -> bytes:
    file = io.BytesIO()
    card.save(file, "JPEG", quality=85)
    return file.getvalue()

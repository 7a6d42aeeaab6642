"""Pictures that a browser sent: believed only once they are decoded, kept only as encoded anew."""

import io
import struct
import warnings
import zlib
from dataclasses import dataclass

from PIL import Image
from sameframe_worker.frames import SHEET

from sameframe import errors

MAX_BYTES = 12 * 1024 * 1024
MAX_SIDE = 4096  # px, so 16.8 megapixels at most and 67 MB decoded
POSTER_WIDTH = 960
_SEEN = 24  # of alpha: what is less is an edge's breath
_FORMATS = ("WEBP", "PNG")
# What Pillow's two decoders raise on bytes that lie.
_LIES = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, MemoryError)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept: nothing but its pixels, as PNG where it has alpha."""

    data: bytes
    width: int
    height: int
    ending: str = "png"


def checked(data: bytes) -> Picture:
    """Decode a still WebP or PNG with alpha, and encode its pixels anew.

    Metadata and whatever else hides in the file is lost on the way, and so is the colour of
    pixels that nobody can see. Raises PictureTooLarge, BadPicture.
    """
    if len(data) > MAX_BYTES:
        raise errors.PictureTooLarge
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                picture = _pixels(opened)
    except _BOMBS as bomb:
        raise errors.PictureTooLarge from bomb
    except _LIES as fault:
        raise errors.BadPicture(type(fault).__name__) from fault
    encoded = io.BytesIO()
    # Level 1: a tenth larger than level 6 and five times as fast.
    picture.save(encoded, "PNG", compress_level=1)
    return Picture(encoded.getvalue(), *picture.size)


def trimmed(data: bytes, lines: int) -> bytes:
    """Check a picture as `checked` does, cut off what nobody sees, and bound its height; a PNG.

    Raises PictureTooLarge, BadPicture, EmptyCutout.
    """
    with Image.open(io.BytesIO(checked(data).data)) as picture:
        seen = picture.getchannel("A").point(lambda alpha: 255 if alpha > _SEEN else 0).getbbox()
        if seen is None:
            raise errors.EmptyCutout
        part = picture.crop(seen)
    if part.height > lines:
        part = part.resize((max(1, round(part.width * lines / part.height)), lines))
    encoded = io.BytesIO()
    part.save(encoded, "PNG", compress_level=1)
    return encoded.getvalue()


def frames(data: bytes) -> Picture:
    """Decode a sheet of a moving picture's frames, and encode its pixels anew, without alpha.

    Raises PictureTooLarge, BadPicture, BadFrames.
    """
    if len(data) > MAX_BYTES:
        raise errors.PictureTooLarge
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                if max(opened.size) > MAX_SIDE:
                    raise errors.PictureTooLarge
                if opened.size != SHEET or getattr(opened, "is_animated", False):
                    raise errors.BadFrames(f"{opened.width} × {opened.height}")
                picture = opened.convert("RGB")
    except _BOMBS as bomb:
        raise errors.PictureTooLarge from bomb
    except _LIES as fault:
        raise errors.BadPicture(type(fault).__name__) from fault
    encoded = io.BytesIO()
    # A fifth of PNG's bytes and time; what it adds of noise is stilled (motions.py).
    picture.save(encoded, "JPEG", quality=95, subsampling=0)
    return Picture(encoded.getvalue(), *picture.size, "jpg")


def poster(data: bytes) -> bytes:
    """Decode a still WebP and return its pixels alone as one, at most POSTER_WIDTH wide.

    Raises PictureTooLarge, BadPicture.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("WEBP",)) as opened:
                if max(opened.size) > MAX_SIDE:
                    raise errors.PictureTooLarge
                picture = opened.convert("RGB")
    except _BOMBS as bomb:
        raise errors.PictureTooLarge from bomb
    except _LIES as fault:
        raise errors.BadPicture(type(fault).__name__) from fault
    picture.thumbnail((POSTER_WIDTH, POSTER_WIDTH))
    encoded = io.BytesIO()
    picture.save(encoded, "WEBP", quality=80)
    return encoded.getvalue()


def _pixels(opened: Image.Image) -> Image.Image:
    """Return the pixels alone. Up to here only the header was read."""
    if max(opened.size) > MAX_SIDE:
        raise errors.PictureTooLarge
    if getattr(opened, "is_animated", False):
        raise errors.BadPicture("it moves")
    # Without alpha it is a camera's whole picture, with the room in it.
    if opened.mode != "RGBA":
        raise errors.BadPicture("no alpha")
    opened.load()
    picture = Image.new("RGBA", opened.size)
    seen = opened.getchannel("A").point(lambda alpha: 255 if alpha else 0)
    picture.paste(opened, mask=seen)
    return picture

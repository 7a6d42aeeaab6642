"""A picture that somebody gives as background: believed once decoded, kept only as encoded anew.

Everything here blocks. What decodes holds two pictures of MAX_PIXELS at most, 200 MB, and does so
in a sandbox: `files` is for its child alone.
"""

import hashlib
import io
import struct
import zlib
from dataclasses import asdict, dataclass

from PIL import Image, ImageOps

from sameframe import errors, sandbox

MAX_BYTES = 16 * 1024 * 1024
MAX_SIDE = 12_000  # px
MAX_PIXELS = 25_000_000  # a phone's usual picture; a browser sends a third of it
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
ASPECT = 16 / 9
# The heights in which a background is kept, and sent: a thumbnail, a stage, a photo of it, a print.
# Of the larger ones only those that the picture has pixels for.
HEIGHTS = (180, 720, 1080, 2160)
_ALWAYS = 2
# 4:2:0 as cameras have it. WebP is a quarter smaller and takes six times as long at 4K.
_QUALITY = 90
_FILTER = Image.Resampling.BICUBIC
_ORIENTATION = 0x0112
_TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow's decoders raise on bytes that lie.
_LIES = (
    *(OSError, SyntaxError, ValueError, EOFError, OverflowError, IndexError, KeyError, TypeError),
    *(AttributeError, AssertionError, RuntimeError, struct.error, zlib.error),
)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Crop:
    """The part of a picture that is wanted, in fractions of it as it is looked at."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0


@dataclass(frozen=True, slots=True)
class Still:
    """A background: its id is of its bytes; JPEG files by their heights, the last is the whole."""

    id: str
    width: int
    height: int
    files: dict[int, bytes]

    @property
    def size(self) -> int:
        """Return the bytes of all files together."""
        return sum(map(len, self.files.values()))


def crop(text: str) -> Crop:
    """Read "left,top,right,bottom"; nothing is the whole. Raises BadCrop."""
    if not text:
        return Crop()
    try:
        left, top, right, bottom = map(float, text.split(","))
    except ValueError:
        raise errors.BadCrop from None
    # No number at all fails both comparisons.
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        raise errors.BadCrop
    return Crop(left, top, right, bottom)


def still(data: bytes, wanted: Crop = Crop()) -> Still:
    """Have a JPEG, PNG, WebP, AVIF or GIF (its first picture) decoded in a sandbox, cut to 16:9
    about the middle of what is wanted of it, and encoded in every size.

    Nothing but pixels is kept: no metadata, no place, no second format hidden in the same bytes.
    Raises PictureTooLarge, BadStill, TooHeavy.
    """
    if len(data) > MAX_BYTES:
        raise errors.PictureTooLarge
    answer, parts = sandbox.run("still", {"crop": asdict(wanted)}, (data,))
    made = dict(zip(map(int, answer["heights"]), parts, strict=True))
    whole = made[max(made)]
    with Image.open(io.BytesIO(whole), formats=("JPEG",)) as opened:
        width, height = opened.size
    return Still(f"b{hashlib.sha256(whole).hexdigest()}", width, height, made)


def files(data: bytes, wanted: Crop) -> dict[int, bytes]:
    """Decode a picture and return it as JPEG by heights. Raises PictureTooLarge, BadStill."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            _check(opened)
            picture = _pixels(opened, wanted)
    except _BOMBS as bomb:
        raise errors.PictureTooLarge from bomb
    except _LIES as fault:
        raise errors.BadStill(type(fault).__name__) from fault
    return scaled(picture)


def scaled(picture: Image.Image) -> dict[int, bytes]:
    """Return a picture of 16:9 as JPEG in all heights that it is kept in."""
    made = {}
    for height in reversed(kept(picture.height)):
        lines = min(height, picture.height)
        size = (max(1, round(lines * ASPECT)), lines)
        # Each is made of the next larger one.
        picture = picture if picture.size == size else picture.resize(size, _FILTER, reducing_gap=3)
        made[height] = _encoded(picture)
    return dict(reversed(made.items()))


def kept(height: int) -> tuple[int, ...]:
    """Return the heights in which a background of so many lines is kept."""
    lower = (0, *HEIGHTS)
    return tuple(
        tier
        for number, (tier, below) in enumerate(zip(HEIGHTS, lower, strict=False))
        if number < _ALWAYS or height > below
    )


def _check(opened: Image.Image) -> None:
    """Refuse what has too many pixels. Up to here only the header was read."""
    width, height = opened.size
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise errors.PictureTooLarge
    if min(width, height) < 1:
        raise errors.BadStill("no pixels")


def _pixels(opened: Image.Image, wanted: Crop) -> Image.Image:
    """Return what is wanted of a picture, upright, RGB, 16:9, not larger than the largest size."""
    turn = _TURNED.get(_orientation(opened))
    opened.load()
    _check(opened)  # a GIF's first picture may be larger than its header says
    picture = _opaque(opened)
    if turn is not None:
        picture = picture.transpose(turn)
    picture.info.clear()  # or else a comment goes where the pixels go
    part = box(picture.size, wanted)
    height = min(HEIGHTS[-1], max(1, round(part[3] - part[1])))
    size = (max(1, round(height * ASPECT)), height)
    return picture.resize(size, _FILTER, part, reducing_gap=3)


def _orientation(opened: Image.Image) -> int:
    try:
        return opened.getexif().get(_ORIENTATION, 1)
    except _LIES:  # the picture may be sound all the same
        return 1


def _opaque(opened: Image.Image) -> Image.Image:
    """Return the picture as RGB, on white where it is clear."""
    if opened.mode.startswith("I"):  # 16 bits of grey
        return opened.point(lambda value: value / 256).convert("L").convert("RGB")
    if opened.has_transparency_data:
        picture = opened.convert("RGBA")
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        return ground
    return opened.convert("RGB")


def box(size: tuple[int, int], wanted: Crop) -> tuple[float, float, float, float]:
    """Return the largest box of 16:9 about the middle of what is wanted, in pixels."""
    left, right = wanted.left * size[0], wanted.right * size[0]
    top, bottom = wanted.top * size[1], wanted.bottom * size[1]
    width = min(right - left, (bottom - top) * ASPECT)
    height = width / ASPECT
    x, y = (left + right - width) / 2, (top + bottom - height) / 2
    return max(0.0, x), max(0.0, y), min(size[0], x + width), min(size[1], y + height)


def _encoded(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY, subsampling=2)
    return file.getvalue()


def fitted(data: bytes, size: tuple[int, int]) -> Image.Image:
    """Return a kept background, RGB, covering a size."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as opened:
        return ImageOps.fit(opened.convert("RGB"), size, _FILTER)

"""Pictures that come from outside as backgrounds: what is refused, what is kept of the rest."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from sameframe import errors, stills
from sameframe.stills import Crop, still


def photo(width: int = 640, height: int = 360) -> Image.Image:
    """Return a picture whose left is red and whose right is blue, brighter downwards."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, : width // 2, 0] = pixels[:, width // 2 :, 2] = 200
    pixels[..., 1] = np.linspace(0, 120, height, dtype=np.uint8)[:, None]
    return Image.fromarray(pixels)


def encoded(picture: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


@pytest.mark.parametrize("form", stills.FORMATS)
def test_every_kind_is_read_and_kept_as_jpeg(form: str) -> None:
    made = still(encoded(photo(), form))
    assert (made.width, made.height) == (640, 360)
    for data in made.files.values():
        assert Image.open(io.BytesIO(data)).format == "JPEG"
    whole = opened(made.files[720])
    red, blue = whole.getpixel((100, 180)), whole.getpixel((540, 180))
    assert red[0] > 150 > 90 > red[2]
    assert blue[2] > 150 > 90 > blue[0]


@pytest.mark.parametrize(
    ("size", "heights", "largest"),
    [
        ((320, 180), (180, 720), (320, 180)),
        ((1280, 720), (180, 720), (1280, 720)),
        ((1600, 900), (180, 720, 1080), (1600, 900)),
        ((1920, 1080), (180, 720, 1080), (1920, 1080)),
        ((2560, 1440), (180, 720, 1080, 2160), (2560, 1440)),
        ((5000, 3000), (180, 720, 1080, 2160), (3840, 2160)),
    ],
)
def test_sizes_are_made_of_what_there_is_and_nothing_is_blown_up(size, heights, largest) -> None:
    made = still(encoded(Image.new("RGB", size, "green"), "JPEG"))
    assert tuple(made.files) == heights == stills.kept(made.height)
    assert (made.width, made.height) == largest
    for height, data in made.files.items():
        lines = min(height, largest[1])
        assert opened(data).size == (round(lines * 16 / 9), lines)


def test_the_middle_is_cut_to_16_9_and_a_crop_is_of_what_is_asked() -> None:
    tall = encoded(photo(400, 900), "PNG")
    made = still(tall)
    assert (made.width, made.height) == (400, 225)
    # The rows in the middle, 337 to 562 of 900, are of the middle brightnesses.
    assert abs(opened(made.files[720]).getpixel((10, 112))[1] - 60) < 4
    below = still(tall, Crop(0, 0.75, 1, 1))
    assert abs(opened(below.files[720]).getpixel((10, 112))[1] - 105) < 4
    left = still(encoded(photo(), "PNG"), Crop(0, 0, 0.5, 0.5))
    assert (left.width, left.height) == (320, 180)
    assert opened(left.files[720]).getpixel((300, 90))[0] > 150


BAD_CROPS = "1,0,0,1 0,0,1 a,b,c,d 0,0,nan,1 0,0,1,1.1 -1,0,1,1 0,0,inf,1 0,0,0,0 0,0,1,1,1"


@pytest.mark.parametrize("text", BAD_CROPS.split())
def test_a_crop_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(errors.BadCrop):
        stills.crop(text)


def test_a_crop_is_read_and_nothing_is_the_whole() -> None:
    assert stills.crop("") == Crop()
    assert stills.crop("0,0.25,1,0.75") == Crop(0, 0.25, 1, 0.75)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_picture_is_set_upright(orientation: int) -> None:
    upright = photo()
    # What a camera held that way writes: the picture turned back, and how to turn it.
    inverse = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    turn = inverse.get(orientation, stills._TURNED.get(orientation))
    written = upright if turn is None else upright.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    made = still(encoded(written, "JPEG", exif=exif, quality=95))
    difference = np.asarray(opened(made.files[720]), int) - np.asarray(upright, int)
    assert np.abs(difference).mean() < 4


def test_where_a_picture_was_taken_is_forgotten_with_everything_else() -> None:
    exif = Image.Exif()
    exif[0x010E] = "SECRET description"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (37.0, 33.0, 59.0)
    xmp = b"<x:xmpmeta>SECRET</x:xmpmeta>"
    for form in ("JPEG", "WEBP", "AVIF"):
        data = encoded(photo(), form, exif=exif, xmp=xmp, icc_profile=b"SECRET" * 9)
        assert b"SECRET" in data
        for kept in still(data).files.values():
            assert b"SECRET" not in kept
            assert b"Exif" not in kept
            assert not Image.open(io.BytesIO(kept)).getexif()


def test_a_second_format_behind_or_within_ends_here() -> None:
    html = b"<script>alert(1)</script>PK\x03\x04"
    for data in (
        encoded(photo(), "JPEG") + html,
        encoded(photo(), "GIF", comment=html[:20]) + html,
        encoded(photo(), "JPEG", comment=html),
    ):
        assert not any(
            b"script" in kept or b"PK\x03" in kept for kept in still(data).files.values()
        )


def test_what_moves_gives_its_first_picture() -> None:
    second = Image.new("RGB", (640, 360), "white")
    for form in ("GIF", "WEBP", "AVIF", "PNG"):
        made = still(encoded(photo(), form, save_all=True, append_images=[second]))
        assert opened(made.files[720]).getpixel((100, 180))[1] < 120


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_mode_becomes_colour(mode: str) -> None:
    grey = Image.new("L", (160, 90), 128)
    special = {
        "1": Image.new("1", (160, 90), 1),
        "P": grey.quantize(4),
        "I;16": Image.fromarray(np.full((90, 160), 128 * 256, np.uint16)),
    }
    picture = special.get(mode) or grey.convert("RGB").convert(mode)
    form = "JPEG" if mode == "CMYK" else "PNG"
    found = opened(still(encoded(picture, form)).files[720]).getpixel((80, 45))
    assert np.abs(np.subtract(found, 255 if mode == "1" else 128)).max() < 4


def test_what_is_clear_is_white() -> None:
    clear = encoded(Image.new("RGBA", (160, 90), (0, 0, 0, 0)), "PNG")
    assert opened(still(clear).files[720]).getpixel((80, 45)) == (255, 255, 255)


def test_the_same_picture_has_the_same_id_and_another_crop_another() -> None:
    data = encoded(photo(), "PNG")
    assert still(data).id == still(data).id != still(data, Crop(0, 0, 0.5, 0.5)).id


# --- lies -------------------------------------------------------------------------------------


def png(width: int, height: int, body: bytes = b"") -> bytes:
    """Return a PNG that says it has this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def gif(width: int, height: int) -> bytes:
    """Return a GIF that says 1 × 1, with a picture in it of this size."""
    frame = struct.pack("<BHHHHB", 0x2C, 0, 0, width, height, 0x80) + bytes(6)
    return b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0, 0, 0) + frame + b"\x02\x02\x4c\x01\x00\x3b"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (png(100_000, 100_000), errors.PictureTooLarge),
        (png(12_001, 1), errors.PictureTooLarge),
        (png(5_001, 5_001), errors.PictureTooLarge),
        (png(0, 100), errors.BadStill),
        (png(0, 0), errors.BadStill),
        (png(4_000, 4_000, b"short"), errors.BadStill),
        (gif(60_000, 60_000), errors.PictureTooLarge),
        (gif(0, 0), errors.BadStill),
        (b"", errors.BadStill),
        (b"GIF89a", errors.BadStill),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", errors.BadStill),
        (b"\0\0\0\x20ftypheic" + bytes(64), errors.BadStill),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", errors.BadStill),
        (encoded(photo(), "BMP"), errors.BadStill),
        (encoded(photo(), "TIFF"), errors.BadStill),
        (encoded(photo(), "JPEG2000"), errors.BadStill),
        (encoded(photo(), "ICO"), errors.BadStill),
        (encoded(photo(), "JPEG")[:-2000], errors.BadStill),
        (encoded(photo(), "PNG")[:-600], errors.BadStill),
        (encoded(photo(), "WEBP")[:-300], errors.BadStill),
        (encoded(photo(), "AVIF")[:-300], errors.BadStill),
        (bytes(stills.MAX_BYTES + 1), errors.PictureTooLarge),
    ],
)
def test_lies_are_refused_by_name(data: bytes, error: type[errors.SameframeError]) -> None:
    with pytest.raises(error):
        still(data)

"""What a browser sends is believed once decoded, and kept as its pixels alone."""

import io
import struct
import zlib
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from sameframe import errors, pictures

SECRET = b"a place on earth"


def person(width: int = 64, height: int = 48) -> Image.Image:
    """Return a disc with a soft edge; the colour behind it is noise that nobody may see."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[:height, :width]
    distance = np.hypot(x - width / 2, y - height / 2)
    pixels = rng.integers(0, 255, (height, width, 4), dtype=np.uint8)
    pixels[..., 3] = np.clip((height / 3 - distance) * 64, 0, 255)
    return Image.fromarray(pixels)


def saved(picture: Image.Image, form: str, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def opened(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)))


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """Build a PNG of these chunks whose header says RGBA of this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n"
    for name, body in ((b"IHDR", header), *chunks, (b"IEND", b"")):
        data += struct.pack(">I", len(body)) + name + body
        data += struct.pack(">I", zlib.crc32(name + body))
    return data


@pytest.mark.parametrize(("form", "options"), [("PNG", {}), ("WEBP", {"lossless": True})])
def test_what_can_be_seen_is_kept_exactly_and_nothing_else(form, options):
    picture = person()
    kept = pictures.checked(saved(picture, form, **options))
    assert (kept.width, kept.height) == (64, 48)
    before, after = np.asarray(picture), opened(kept.data)
    seen = before[..., 3] > 0
    assert np.array_equal(before[seen], after[seen])
    assert not after[~seen].any()
    assert 0 < seen.sum() < seen.size


def test_metadata_is_stripped():
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[29] = SECRET.decode()
    text = PngImagePlugin.PngInfo()
    text.add_text("Location", SECRET.decode())
    for data in (
        saved(person(), "WEBP", exif=exif, xmp=SECRET, lossless=True),
        saved(person(), "PNG", exif=exif, pnginfo=text),
    ):
        assert SECRET in data
        kept = pictures.checked(data).data
        assert SECRET not in kept
        again = Image.open(io.BytesIO(kept))
        again.load()
        assert not again.getexif()
        assert again.info == {}


def test_a_polyglot_leaves_its_other_half_behind():
    script = b"<script>alert(1)</script>PK\x03\x04" + SECRET
    for form in ("PNG", "WEBP"):
        kept = pictures.checked(saved(person(), form) + script)
        assert b"script" not in kept.data
        assert SECRET not in kept.data


@pytest.mark.parametrize("form", ["JPEG", "GIF", "BMP", "TIFF", "ICO", "PPM", "EPS"])
def test_other_formats_are_refused_whatever_they_call_themselves(form):
    with pytest.raises(errors.BadPicture):
        pictures.checked(saved(person().convert("RGB"), form))


@pytest.mark.parametrize(
    "data", [b"", b"RIFF", b"<svg/>", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"]
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(errors.BadPicture):
        pictures.checked(data)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_truncated_picture_is_refused(form):
    data = saved(person(), form)
    for part in (0.2, 0.5, 0.9):
        with pytest.raises(errors.BadPicture):
            pictures.checked(data[: int(len(data) * part)])


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_picture_without_alpha_shows_the_room_and_is_refused(form):
    with pytest.raises(errors.BadPicture, match="no alpha"):
        pictures.checked(saved(person().convert("RGB"), form))


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(form):
    frames = [person(), Image.new("RGBA", (64, 48), (1, 2, 3, 100))]
    data = saved(frames[0], form, save_all=True, append_images=frames[1:], duration=50)
    with pytest.raises(errors.BadPicture, match="moves"):
        pictures.checked(data)


@pytest.mark.parametrize(
    "data",
    [
        bytes(pictures.MAX_BYTES + 1),
        saved(Image.new("RGBA", (pictures.MAX_SIDE + 1, 2)), "PNG"),
        saved(Image.new("RGBA", (2, pictures.MAX_SIDE + 1)), "WEBP"),
        # 3.6 gigapixels and 160 megapixels, in a few hundred bytes.
        png(60_000, 60_000, (b"IDAT", zlib.compress(bytes(1000)))),
        png(16_000, 10_000, (b"IDAT", zlib.compress(bytes(1000)))),
    ],
    ids=["bytes", "wide", "high", "bomb", "small bomb"],
)
def test_too_large_is_refused_before_it_is_decoded(data):
    with pytest.raises(errors.PictureTooLarge):
        pictures.checked(data)


def test_a_header_that_lies_about_its_pixels_is_refused():
    with pytest.raises(errors.BadPicture):
        pictures.checked(png(4000, 4000, (b"IDAT", zlib.compress(bytes(100)))))


def test_a_bomb_in_a_text_chunk_is_refused_or_ignored():
    text = b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9)
    rows = zlib.compress(b"".join(b"\0" + bytes(16) for _ in range(4)))
    data = png(4, 4, (b"zTXt", text), (b"IDAT", rows))
    with suppress(errors.BadPicture):
        assert len(pictures.checked(data).data) < 200


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from([saved(person(24, 16), "PNG"), saved(person(24, 16), "WEBP")]),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_broken_bytes_raise_named_errors_only(data, changes):
    broken = bytearray(data)
    for at, value in changes:
        broken[at % len(broken)] = value
    try:
        kept = pictures.checked(bytes(broken))
    except (errors.BadPicture, errors.PictureTooLarge):
        return
    assert opened(kept.data).shape == (kept.height, kept.width, 4)

"""BMP as others read it."""

import io
from random import Random

import pytest
from PIL import Image
from sameframe_worker.bitmap import header


@pytest.mark.parametrize("size", [(1, 1), (7, 3), (320, 180)])
def test_it_is_read_as_it_was_written(size: tuple[int, int]) -> None:
    pixels = bytearray(Random(1).randbytes(4 * size[0] * size[1]))
    pixels[3::4] = bytes([255]) * (size[0] * size[1])
    read = Image.open(io.BytesIO(header(*size) + pixels))
    assert (read.format, read.size) == ("BMP", size)
    assert read.convert("RGBA").tobytes() == pixels

"""A picture that any <img> shows and nobody has to encode: BMP. Pure."""

from struct import pack

MASKS = 0xFF, 0xFF00, 0xFF0000, 0xFF000000  # of red, green, blue and alpha, as RGBA lies in memory
SRGB = 0x73524742
BITFIELDS = 3
HEAD, INFO = 14, 108


def header(width: int, height: int) -> bytes:
    """Return what stands before a BMP's pixels: RGBA, rows from the top."""
    size = width * height * 4
    file = pack("<2sIHHI", b"BM", HEAD + INFO + size, 0, 0, HEAD + INFO)
    picture = pack("<IiiHHIIiiII", INFO, width, -height, 1, 32, BITFIELDS, size, 2835, 2835, 0, 0)
    return file + picture + pack("<4II48x", *MASKS, SRGB)

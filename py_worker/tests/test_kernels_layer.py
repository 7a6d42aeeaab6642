"""The layer's kernel against its formula, and what must hold of any picture."""

import math
from array import array
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from sameframe_worker.cutout.library import cutout_kernels
from sameframe_worker.cutout.picture import cutout_size
from sameframe_worker.kernels import Buffer
from sameframe_worker.stacked import i420_bytes

KERNELS = cutout_kernels()
N = 256
PAD, PLANES = 4, 13  # cutout.h
RY, RU, RV, DEPTH, AY, AU, AV, B, FY, FU, FV = range(11)
CLEAN, FAINT, DEEP, DEEPER, HAZE = 0.5, 64, 0.65, 4, 4
GUARD = b"\xa5" * 64

seeds = st.integers(0, 2**32 - 1)
# The camera's, and what its cutout is scaled down to: not at all, or to that many pixels.
sizes = st.sampled_from([
    ((16, 16), 1 << 20), ((64, 48), 1 << 20), ((100, 75), 64 * 48), ((97, 61), 64 * 48),
    ((192, 144), 64 * 48), ((51, 130), 32 * 64),
])  # fmt: skip


def holding(data: bytes | bytearray) -> Buffer:
    buffer = Buffer(len(data))
    buffer.view[:] = data
    return buffer


def blobs(seed: int) -> bytes:
    """A mask of some rectangles, soft or hard, up to the edges."""
    random, mask = Random(seed), bytearray(N * N)
    for _ in range(seed % 4):
        x0, y0 = random.randrange(N), random.randrange(N)
        x1, y1 = min(N, x0 + random.randrange(1, N)), min(N, y0 + random.randrange(1, N))
        for y in range(y0, y1):
            mask[y * N + x0 : y * N + x1] = bytes([random.choice((255, 128))]) * (x1 - x0)
    return bytes(mask)


class Layer:
    """Scales down, refines and makes the layer, as the line and an exposure do."""

    def __init__(self, planes: bytes, mask: bytes, size: tuple[int, int], pixels: int):
        self.size, self.cutout = size, cutout_size(*size, pixels)
        self.planes = holding(planes)
        live, scratch = Buffer(i420_bytes(*self.cutout)), Buffer(size[0] * size[1] // 4 + 1)
        if self.cutout == size:
            live = self.planes
        else:
            KERNELS.cutout_scale(
                live.address, *self.cutout, self.planes.address, *size, scratch.address
            )
        self.fits = Buffer(KERNELS.cutout_workspace(*self.cutout))
        held, rates = holding(mask), holding(b"\x80" * (N * N))
        KERNELS.cutout_refine(
            self.fits.address, live.address, held.address, rates.address, *self.cutout
        )
        self.pixels = self.made()

    def made(self) -> bytes:
        width, height = self.size
        out = holding(b"\x77" * (4 * width * height) + GUARD)
        needed = KERNELS.cutout_layer_scratch(width)
        scratch = holding(Random(1).randbytes(needed) + GUARD)
        KERNELS.cutout_layer(
            out.address, self.planes.address, width, height,
            self.fits.address, *self.cutout, scratch.address,
        )  # fmt: skip
        assert bytes(out.view[-64:]) == bytes(scratch.view[-64:]) == GUARD
        return bytes(out.view[:-64])

    def at(self, x: int, y: int) -> bytes:
        start = 4 * (y * self.size[0] + x)
        return self.pixels[start : start + 4]

    def alphas(self, y: int) -> bytes:
        return self.pixels[4 * y * self.size[0] + 3 : 4 * (y + 1) * self.size[0] : 4]


def made(size, pixels, seed: int) -> Layer:
    random, count = Random(seed), i420_bytes(*size)
    width = size[0]
    planes = (
        random.randbytes(count),
        bytes([random.randrange(256)]) * count,
        bytes(i % width * 255 // width for i in range(count)),
    )[seed % 3]
    return Layer(planes, blobs(seed), size, pixels)


def exact(layer: Layer, x: int, y: int) -> list[float]:
    """The formula, of one pixel: red, green, blue, alpha, all 0..255."""
    (w, h), (cw, ch) = layer.size, (layer.cutout[0] // 4, layer.cutout[1] // 4)
    stride = cw + 2 * PAD
    cells = stride * ch
    floats = array("f")
    floats.frombytes(bytes(layer.fits.view[: 4 * (PAD + PLANES * cells)]))
    kind = layer.fits.view[4 * (PLANES * cells + 96 * stride) :]

    def fitted(plane: int) -> float:
        u, v = (x + 0.5) * cw / w - 0.5, max(0.0, (y + 0.5) * ch / h - 0.5)
        i, j = math.floor(u), min(int(v), ch - 1)
        start = PAD + plane * cells + i

        def row(j: int) -> float:
            a = start + j * stride
            return floats[a] + (u - i) * (floats[a + 1] - floats[a])

        return row(j) + (v - j) * (row(min(j + 1, ch - 1)) - row(j))

    def colour(offset: int) -> float:
        wc, hc = (w + 1) // 2, (h + 1) // 2
        i, j = x // 2, y // 2
        i2 = min(max(i + (1 if x % 2 else -1), 0), wc - 1)
        j2 = min(max(j + (1 if y % 2 else -1), 0), hc - 1)
        p = layer.planes.view
        near = 3 * p[offset + j * wc + i] + p[offset + j2 * wc + i]
        far = 3 * p[offset + j * wc + i2] + p[offset + j2 * wc + i2]
        return (3 * near + far + 8) // 16 - 128

    level = float(layer.planes.view[y * w + x])
    u, v = colour(w * h), colour(w * h + (w + 1) // 2 * ((h + 1) // 2))
    # The first cell whose pixels begin after this one, less one.
    cell = max(i for i in range(cw) if -(-i * w // cw) <= x)
    of = kind[min((2 * y + 1) * ch // (2 * h), ch - 1) * cw + cell]
    alpha = 1.0
    if of == 0:
        return [0, 0, 0, 0]
    if of == 1:
        found = fitted(AY) * (level / 255 - 0.5) + (fitted(AU) * u + fitted(AV) * v) / 255
        alpha = min(1.0, max(0.0, found + fitted(B)))
        if alpha * 255 + 0.5 < HAZE:
            return [0, 0, 0, 0]
        own = max(0.0, (alpha - CLEAN) / (1 - CLEAN))
        person = fitted(FY), fitted(FU) - 128, fitted(FV) - 128
        room = fitted(RY), fitted(RU), fitted(RV)
        off = [c - p for c, p in zip((level, u, v), person, strict=True)]
        way = sum(c * r for c, r in zip(off, room, strict=True)) / (
            sum(r * r for r in room) + FAINT
        )
        taken = min(1.0, max(0.0, way)) * min(1.0, max(0.0, (DEEP - fitted(DEPTH)) * DEEPER))
        level, u, v = (p + (c - r * taken) * own for p, c, r in zip(person, off, room, strict=True))
    light = 1.164384 * (level - 16)
    rgb = light + 1.596027 * v, light - 0.391762 * u - 0.812968 * v, light + 2.017232 * u
    return [*(min(255.0, max(0.0, c)) for c in rgb), alpha * 255]


@settings(max_examples=40, deadline=None)
@given(sizes, seeds)
def test_the_layer_follows_its_formula(size, seed):
    layer = made(*size, seed)
    random = Random(seed)
    (w, h) = layer.size
    for _ in range(60):
        x, y = (
            random.choice((0, w - 1, random.randrange(w))),
            random.choice((0, h - 1, random.randrange(h))),
        )
        want, found = exact(layer, x, y), layer.at(x, y)
        near_haze = abs(want[3] - HAZE) < 1 or abs(found[3] - HAZE) < 1
        assert near_haze or max(abs(a - b) for a, b in zip(want, found, strict=True)) <= 2


@settings(max_examples=60, deadline=None)
@given(sizes, seeds)
def test_where_alpha_is_0_there_is_no_colour(size, seed):
    pixels = made(*size, seed).pixels
    for at in range(0, len(pixels), 4):
        if not pixels[at + 3]:
            assert not any(pixels[at : at + 3])
        else:
            assert pixels[at + 3] >= HAZE


@settings(max_examples=20, deadline=None)
@given(seeds, seeds)
def test_the_room_far_from_the_person_changes_not_one_byte(one, other):
    size = width, height = 256, 192
    mask = bytearray(N * N)
    for y in range(96, 160):
        mask[y * N + 96 : y * N + 160] = b"\xff" * 64
    first = Random(one).randbytes(i420_bytes(*size))
    second = Random(other).randbytes(i420_bytes(*size))
    near = set()  # pixels up to eight cells of the cutout's grid, 8 of the camera's, from the mask
    for w, offset in (
        (width, 0),
        (width // 2, width * height),
        (width // 2, width * height * 5 // 4),
    ):
        scale = width // w
        for y in range(height // scale):
            for x in range(w):
                if 32 <= x * scale < 224 and 8 <= y * scale < 184:
                    near.add(offset + y * w + x)
    changed = bytes(first[at] if at in near else second[at] for at in range(len(first)))
    a, b = (Layer(planes, bytes(mask), size, 128 * 96) for planes in (first, changed))
    assert a.pixels == b.pixels
    assert any(a.pixels)


@settings(max_examples=30, deadline=None)
@given(sizes, seeds)
def test_a_person_everywhere_is_the_picture_itself(size, seed):
    planes = Random(seed).randbytes(i420_bytes(*size[0]))
    layer = Layer(planes, b"\xff" * (N * N), *size)
    assert set(layer.pixels[3::4]) == {255}
    assert max(abs(a - b) for a, b in zip(exact(layer, 7, 9), layer.at(7, 9), strict=True)) <= 2


@given(sizes, seeds)
@settings(deadline=None, max_examples=20)
def test_nobody_and_haze_without_anybody_certain_are_nothing(size, seed):
    planes = Random(seed).randbytes(i420_bytes(*size[0]))
    for mask in (bytes(N * N), bytes([115]) * (N * N)):
        assert not any(Layer(planes, mask, *size).pixels)


def test_fits_that_are_no_numbers_show_nothing():
    layer = made((192, 144), 64 * 48, 10)
    soft = [at for at in range(3, len(layer.pixels), 4) if 0 < layer.pixels[at] < 255]
    assert soft
    cells = (16 + 2 * PAD) * 12
    floats = memoryview(layer.fits.view).cast("f")
    for at in range(PAD + AY * cells, PAD + (B + 1) * cells):
        floats[at] = math.nan
    after = layer.made()
    assert not any(after[at - 3 : at + 1] != bytes(4) for at in soft)


EDGE = bytes(min(255, max(0, (x - 112) * 8)) for x in range(N)) * N  # half at the middle


def test_an_edge_in_the_cameras_picture_is_the_layers_edge():
    # Three times the size of its cutout; the model's edge is soft and spans 48 pixels of it.
    width, height = 384, 288
    luma = (bytes([200]) * 192 + bytes([40]) * 192) * height
    layer = Layer(luma + b"\x80" * (width * height // 2), EDGE, (width, height), 128 * 96)
    assert layer.cutout == (128, 96)
    alphas = layer.alphas(144)
    assert max(alphas[:190]) == 0
    assert min(alphas[194:]) == 255
    # The bright wall is not in the person's rim.
    assert max(layer.at(x, 144)[0] for x in range(width) if alphas[x]) <= 60


def test_hair_finer_than_the_cutouts_pixels_stays():
    # Strands of two pixels, dark before a bright wall, three times finer than the live cutout's.
    width, height = 384, 288
    row = bytes(40 if x >= 192 or (x >= 174 and x % 6 < 2) else 200 for x in range(width))
    layer = Layer(row * height + b"\x80" * (width * height // 2), EDGE, (width, height), 128 * 96)
    alphas = layer.alphas(144)
    strands = [alphas[x] for x in range(182, 192) if row[x] == 40]
    gaps = [alphas[x] for x in range(182, 192) if row[x] == 200]
    assert min(strands) > 2 * max(gaps)
    assert min(strands) > 150

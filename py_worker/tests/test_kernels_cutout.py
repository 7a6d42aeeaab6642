"""The cutout's kernels against their formulas, and what must hold of any picture."""

import math
from array import array
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sameframe_worker.cutout.library import cutout_kernels
from sameframe_worker.cutout.picture import cutout_size
from sameframe_worker.kernels import Buffer
from sameframe_worker.stacked import (
    FLAT_Y,
    MASK_CEIL,
    MASK_EMPTY,
    MASK_FLOOR,
    MASK_FULL,
    frame_size,
    i420_bytes,
)

KERNELS = cutout_kernels()
N = 256
RATE, NOISE, GAIN = 32, 12, 8  # cutout_mask.c

seeds = st.integers(0, 2**32 - 1)
slow = settings(max_examples=8, deadline=None)


def holding(data: bytes | bytearray | array) -> Buffer:
    content = bytes(data)
    buffer = Buffer(len(content))
    buffer.view[:] = content
    return buffer


def picture(width: int, height: int, seed: int) -> bytes:
    """Noise, one colour, or black and white stripes: what is hard for a filter."""
    random, size = Random(seed), i420_bytes(width, height)
    kind = seed % 4
    if kind == 0:
        return random.randbytes(size)
    if kind == 1:
        return bytes([random.randrange(256)]) * size
    if kind == 2:
        return bytes(255 * (i // 3 % 2) for i in range(size))
    return bytes(i % width * 255 // width for i in range(size))


def blobs(seed: int) -> bytearray:
    """A mask of some rectangles, soft or hard, up to the edges."""
    random, mask = Random(seed), bytearray(N * N)
    for _ in range(seed % 4):
        x0, y0 = random.randrange(-20, N), random.randrange(-20, N)
        x1, y1 = min(N, x0 + random.randrange(1, N)), min(N, y0 + random.randrange(1, N))
        x0, y0, level = max(0, x0), max(0, y0), random.choice((255, 255, 128, 90))
        for y in range(y0, y1):
            mask[y * N + x0 : y * N + x1] = bytes([level]) * max(0, x1 - x0)
    if seed % 5 == 0:
        mask[:] = bytes(m * 3 // 4 + random.randrange(60) for m in mask)
    return mask


class Stacker:
    """Refines and stacks as the Refiner does."""

    def __init__(self, width: int, height: int):
        self.size = width, height
        self.out = Buffer(i420_bytes(*frame_size(width, height)))
        self.alpha = Buffer(width * height // 2)
        self.workspace = Buffer(KERNELS.cutout_workspace(width, height))

    def __call__(self, planes: bytes, mask: bytes, rate: int = 128) -> bytes:
        source, held, rates = holding(planes), holding(mask), holding(bytes([rate]) * (N * N))
        workspace = self.workspace.address
        KERNELS.cutout_refine(workspace, source.address, held.address, rates.address, *self.size)
        KERNELS.cutout_stack(
            self.out.address, self.alpha.address, source.address, workspace, *self.size
        )
        return bytes(self.out.view)


sizes = st.sampled_from([(16, 16), (32, 16), (48, 64), (64, 48), (112, 36)])


# --- bringing a camera's frame into shape ----------------------------------------------------


@given(st.integers(1, 9), st.integers(1, 9), seeds)
def test_nv12_has_its_chroma_taken_apart(width, height, seed):
    data = Random(seed).randbytes(i420_bytes(width, height))
    luma, uv = data[: width * height], data[width * height :]
    out, source = Buffer(len(data)), holding(data)
    KERNELS.cutout_from_nv12(out.address, source.address, width, height)
    assert bytes(out.view) == luma + uv[0::2] + uv[1::2]


@given(st.integers(1, 9), st.integers(1, 9), seeds)
def test_rgba_becomes_limited_range_bt601(width, height, seed):
    data = Random(seed).randbytes(4 * width * height)
    out, source = Buffer(i420_bytes(width, height)), holding(data)
    KERNELS.cutout_from_rgba(out.address, source.address, width, height)

    def rgb(x: int, y: int) -> bytes:
        at = 4 * (min(y, height - 1) * width + min(x, width - 1))
        return data[at : at + 3]

    for y in range(height):
        for x in range(width):
            r, g, b = rgb(x, y)
            exact = 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255
            assert abs(out.view[y * width + x] - exact) <= 1.5
    wc, hc = (width + 1) // 2, (height + 1) // 2
    for y in range(hc):
        for x in range(wc):
            four = [rgb(2 * x + i, 2 * y + j) for j in (0, 1) for i in (0, 1)]
            r, g, b = (sum(p[k] for p in four) / 4 for k in range(3))
            blue = 128 + (-37.797 * r - 74.203 * g + 112 * b) / 255
            red = 128 + (112 * r - 93.786 * g - 18.214 * b) / 255
            at = width * height + y * wc + x
            assert abs(out.view[at] - blue) <= 1.5
            assert abs(out.view[at + wc * hc] - red) <= 1.5


def scaled(data: bytes, width: int, height: int, to: tuple[int, int]) -> bytearray:
    out, source = Buffer(i420_bytes(*to)), holding(data)
    scratch = Buffer(width * height // 4 + 1)
    KERNELS.cutout_scale(out.address, *to, source.address, width, height, scratch.address)
    return out.view


@given(st.integers(8, 70), st.integers(8, 70), st.integers(4, 20), st.integers(4, 20), seeds)
@settings(deadline=None)
def test_scaling_invents_no_value(width, height, half_w, half_h, seed):
    to = 2 * half_w, 2 * half_h
    data = Random(seed).randbytes(i420_bytes(width, height))
    luma = data[: width * height]
    out = scaled(data, width, height, to)
    assert min(luma) <= min(out[: to[0] * to[1]])
    assert max(out[: to[0] * to[1]]) <= max(luma)


@given(st.integers(8, 70), st.integers(8, 70), st.integers(0, 255))
def test_scaling_keeps_one_colour(width, height, level):
    data = bytes([level]) * i420_bytes(width, height)
    assert set(scaled(data, width, height, (16, 12))) == {level}


def test_scaling_by_two_is_the_mean_of_four():
    data = Random(4).randbytes(i420_bytes(32, 24))
    out = scaled(data, 32, 24, (16, 12))
    for y in range(12):
        for x in range(16):
            four = [data[(2 * y + j) * 32 + 2 * x + i] for j in (0, 1) for i in (0, 1)]
            assert out[y * 16 + x] == (sum(four) + 2) // 4


def test_scaling_by_any_factor_is_bilinear_about_centres():
    data = Random(4).randbytes(i420_bytes(30, 22))
    out = scaled(data, 30, 22, (20, 16))
    for y in range(16):
        for x in range(20):
            u, v = max(0, (x + 0.5) * 1.5 - 0.5), max(0, (y + 0.5) * 22 / 16 - 0.5)
            x0, y0 = int(u), int(v)
            x1, y1 = min(x0 + 1, 29), min(y0 + 1, 21)
            top = data[y0 * 30 + x0] * (1 - u + x0) + data[y0 * 30 + x1] * (u - x0)
            low = data[y1 * 30 + x0] * (1 - u + x0) + data[y1 * 30 + x1] * (u - x0)
            assert abs(out[y * 20 + x] - (top * (1 - v + y0) + low * (v - y0))) <= 3


@given(st.integers(16, 8192), st.integers(16, 8192))
def test_the_cutouts_size_suits_the_kernels_and_the_cameras_shape(width, height):
    w, h = cutout_size(width, height)
    assert (w % 16, h % 4) == (0, 0)
    assert w >= 16
    assert h >= 16
    if 0.2 < width / height < 5:
        assert w * h <= 640 * 480 * 1.1
        assert abs(math.log(w / h) - math.log(width / height)) < 0.5 * (16 / w + 4 / h) + 0.01


@pytest.mark.parametrize("size", [(640, 480), (480, 640), (640, 360), (320, 240)])
def test_usual_cameras_are_not_scaled(size):
    assert cutout_size(*size) == size


# --- what the model gets ---------------------------------------------------------------------


@slow
@given(st.sampled_from([(16, 16), (34, 22), (640, 480), (480, 640)]), seeds)
def test_the_model_gets_the_mean_of_the_pixels_in_the_middle_of_each_cell(size, seed):
    width, height = size
    data = Random(seed).randbytes(i420_bytes(width, height))
    rgb, luma, scratch = Buffer(N * N * 12), Buffer(N * N), Buffer(4096 + 2 * width)
    source = holding(data)
    KERNELS.cutout_input(rgb.address, luma.address, source.address, width, height, scratch.address)
    found = memoryview(rgb.view).cast("f")

    def sample(offset: int, w: int, h: int, i: int, j: int) -> int:
        x, y = ((2 * i + 1) * w // N - 1) // 2, ((2 * j + 1) * h // N - 1) // 2
        x, y = max(x, 0), max(y, 0)
        x1, y1 = min(x + 1, w - 1), min(y + 1, h - 1)
        left = (data[offset + y * w + x] + data[offset + y1 * w + x] + 1) >> 1
        right = (data[offset + y * w + x1] + data[offset + y1 * w + x1] + 1) >> 1
        return (left + right + 1) >> 1

    random = Random(seed)
    quarter = width * height // 4
    for i, j in [
        (0, 0),
        (255, 255),
        *((random.randrange(N), random.randrange(N)) for _ in "x" * 60),
    ]:
        y = sample(0, width, height, i, j)
        u = sample(width * height, width // 2, height // 2, i, j) - 128
        v = sample(width * height + quarter, width // 2, height // 2, i, j) - 128
        assert luma.view[j * N + i] == y
        light = 1.164384 * (y - 16)
        exact = (light + 1.596027 * v, light - 0.391762 * u - 0.812968 * v, light + 2.017232 * u)
        for k in range(3):
            value = min(1.0, max(0.0, exact[k] / 255))
            assert found[3 * (j * N + i) + k] == pytest.approx(value, abs=1e-5)


# --- the mask in time ------------------------------------------------------------------------


class Steady:
    """The temporal kernel with its memory."""

    def __init__(self) -> None:
        self.steady, self.rates = Buffer(N * N), Buffer(N * N)
        self.scratch = Buffer(2 * N * N + 4096)

    def __call__(self, mask: array, luma: bytes, before: bytes, fresh: bool = False) -> int:
        held, now, then = holding(mask), holding(luma), holding(before)
        return KERNELS.cutout_steady(
            self.steady.address,
            self.rates.address,
            held.address,
            now.address,
            then.address,
            fresh,
            self.scratch.address,
        )


def flat_mask(level: float) -> array:
    return array("f", [level]) * (N * N)


GREY = bytes([90]) * (N * N)


@slow
@given(seeds)
def test_steady_follows_its_formula(seed):
    random = Random(seed)
    luma, before = bytearray(random.randbytes(N * N)), bytearray(GREY)
    spread = random.choice((2, 5, 12, 255))
    luma[:] = bytes((90 + value % spread) % 256 for value in luma)
    mask = array("f", (random.random() for _ in range(N * N)))
    steady = Steady()
    assert steady(flat_mask(0.4), GREY, GREY, fresh=True) == 0
    was = bytes(steady.steady.view)
    assert set(was) == {102}
    assert steady(mask, luma, before) == 0

    def difference(x: int, y: int) -> int:
        at = min(max(y, 0), N - 1) * N + min(max(x, 0), N - 1)
        return luma[at] - before[at]

    def motion(x: int, y: int) -> int:
        x, y = min(max(x, 0), N - 1), min(max(y, 0), N - 1)
        weights = {-1: 1, 0: 2, 1: 1}
        total = sum(
            weights[i] * weights[j] * difference(x + i, y + j) for j in weights for i in weights
        )
        return min(255, abs(total) >> 2)

    places = [(0, 0), (255, 0), (0, 255), (255, 255)]
    places += [(random.randrange(N), random.randrange(N)) for _ in range(150)]
    for x, y in places:
        moved = max(motion(x + i, y + j) for j in (-1, 0, 1) for i in (-1, 0, 1))
        rate = min(128, RATE + max(0, moved - NOISE) * GAIN)
        at = y * N + x
        target = int(mask[at] * 255 + 0.5)
        assert steady.rates.view[at] == rate
        assert steady.steady.view[at] == was[at] + ((target - was[at]) * rate + 64 >> 7)


def test_where_the_picture_rests_a_flickering_mask_is_held():
    steady = Steady()
    steady(flat_mask(0.5), GREY, GREY, fresh=True)
    seen = []
    for k in range(20):
        steady(flat_mask(0.5 + 0.3 * (-1) ** k), GREY, GREY)
        seen.append(steady.steady.view[1000])
    changes = [abs(b - a) for a, b in pairwise(seen[8:])]
    assert max(changes) < 0.6 * 255 / 2  # the model's change is 0.6


def test_where_the_picture_moves_the_mask_is_followed_at_once():
    steady = Steady()
    steady(flat_mask(1.0), GREY, GREY, fresh=True)
    moved = bytearray(GREY)
    for y in range(60, 120):
        moved[y * N + 60 : y * N + 120] = bytes([160]) * 60
    steady(flat_mask(0.0), moved, GREY)
    assert steady.steady.view[90 * N + 90] == 0
    assert steady.steady.view[90 * N + 59] == 0
    assert steady.steady.view[200 * N + 200] > 150


def test_a_mask_that_stays_is_reached_though_nothing_moves():
    steady = Steady()
    steady(flat_mask(0.0), GREY, GREY, fresh=True)
    for _ in range(40):
        steady(flat_mask(1.0), GREY, GREY)
    assert steady.steady.view[5] >= 253


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1.02, -0.02, 1e30])
@pytest.mark.parametrize("at", [0, 1, 40_000, N * N - 1])
@pytest.mark.parametrize("fresh", [True, False])
def test_a_value_that_is_no_masks_is_counted_and_changes_nothing(bad, at, fresh):
    steady = Steady()
    steady(flat_mask(0.25), GREY, GREY, fresh=True)
    was = bytes(steady.steady.view)
    mask = flat_mask(0.75)
    mask[at] = bad
    assert steady(mask, GREY, GREY, fresh) == 1
    assert bytes(steady.steady.view) == was


# --- islands ---------------------------------------------------------------------------------


def islands(mask: bytes, smallest: int = 24) -> bytes:
    kept, source, scratch = Buffer(N * N), holding(mask), Buffer(5 * 4096)
    KERNELS.cutout_islands(kept.address, source.address, smallest, scratch.address)
    return bytes(kept.view)


@slow
@given(seeds)
def test_islands_are_dropped_as_a_plain_flood_fill_does(seed):
    mask = blobs(seed)
    cells = [[max(mask[(4 * j + y) * N + 4 * i + x] for y in range(4) for x in range(4)) > 127
              for i in range(64)] for j in range(64)]  # fmt: skip
    keep, seen = set(), set()
    for start in ((i, j) for j in range(64) for i in range(64) if cells[j][i]):
        if start in seen:
            continue
        patch, todo = {start}, [start]
        while todo:
            i, j = todo.pop()
            for x, y in ((i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)):
                if 0 <= x < 64 and 0 <= y < 64 and cells[y][x] and (x, y) not in patch:
                    patch.add((x, y))
                    todo.append((x, y))
        seen |= patch
        if len(patch) >= 24:
            keep |= patch
    near = {(i + x, j + y) for i, j in keep for x in (-1, 0, 1) for y in (-1, 0, 1)}
    exact = bytes(mask[at] if (at % N // 4, at // N // 4) in near else 0 for at in range(N * N))
    assert islands(bytes(mask)) == exact


# --- what leaves -----------------------------------------------------------------------------


@given(sizes)
def test_the_empty_frame_shows_nobody(size):
    out = Buffer(i420_bytes(*frame_size(*size)))
    KERNELS.cutout_empty(out.address, *size)
    colour, all_luma = size[0] * size[1], size[0] * size[1] * 3 // 2
    assert set(out.view[:colour]) == set(out.view[all_luma:]) == {FLAT_Y}
    assert set(out.view[colour:all_luma]) == {MASK_EMPTY}


def outside_is_flat(out: bytes, width: int, height: int) -> None:
    colour, tall = width * height, height * 3 // 2
    half, quarter = width // 2, width // 2 * (tall // 2)
    blue = out[width * tall : width * tall + quarter]
    red = out[width * tall + quarter :]
    for row in range(height // 2):
        mask = out[colour + row * width : colour + (row + 1) * width]
        assert all(
            level in (MASK_EMPTY, MASK_FULL) or MASK_FLOOR <= level <= MASK_CEIL for level in mask
        )
        for x in range(width):
            if mask[x] == MASK_EMPTY:
                assert out[2 * row * width + x] == out[(2 * row + 1) * width + x] == FLAT_Y
        for x in range(half):
            if mask[2 * x] == mask[2 * x + 1] == MASK_EMPTY:
                assert blue[row * half + x] == red[row * half + x] == FLAT_Y
    below = half * (height // 2)
    assert set(blue[below:]) == set(red[below:]) == {FLAT_Y}


@settings(max_examples=60, deadline=None)
@given(sizes, seeds, seeds, st.integers(0, 128))
def test_nothing_is_left_outside_any_mask_of_any_picture(size, first, second, rate):
    stack = Stacker(*size)
    outside_is_flat(stack(picture(*size, first), blobs(first)), *size)
    outside_is_flat(stack(picture(*size, second), blobs(second), rate), *size)


@settings(max_examples=30, deadline=None)
@given(seeds, seeds)
def test_the_room_far_from_the_person_changes_not_one_byte(one, other):
    width, height = 128, 96
    mask = bytearray(N * N)
    for y in range(96, 160):
        mask[y * N + 96 : y * N + 160] = b"\xff" * 64
    room, elsewhere = bytearray(picture(width, height, one)), picture(width, height, other)
    person = set()  # pixels up to eight cells of 4 x 4 from the mask
    for plane, (w, offset) in enumerate(((128, 0), (64, 128 * 96), (64, 128 * 96 * 5 // 4))):
        scale = 1 if plane == 0 else 2
        for y in range(96 // scale):
            for x in range(w):
                near = 16 <= x * scale < 112 and 4 <= y * scale < 92
                if near:
                    person.add(offset + y * w + x)
    changed = bytes(room[at] if at in person else elsewhere[at] for at in range(len(elsewhere)))
    assert Stacker(width, height)(bytes(room), mask) == Stacker(width, height)(changed, mask)


@settings(max_examples=30, deadline=None)
@given(sizes, seeds)
def test_a_person_everywhere_is_the_picture_itself(size, seed):
    width, height = size
    planes = picture(width, height, seed)
    out = Stacker(width, height)(planes, b"\xff" * (N * N))
    colour, tall = width * height, height * 3 // 2
    assert out[:colour] == planes[:colour]
    assert set(out[colour : width * tall]) == {MASK_FULL}
    quarter = width // 2 * (height // 2)
    blue = width * tall
    assert out[blue : blue + quarter] == planes[colour : colour + quarter]
    red = blue + width // 2 * (tall // 2)
    assert out[red : red + quarter] == planes[colour + quarter :]


def test_nobody_anywhere_is_the_empty_frame():
    out = Buffer(i420_bytes(*frame_size(64, 48)))
    KERNELS.cutout_empty(out.address, 64, 48)
    assert Stacker(64, 48)(picture(64, 48, 8), bytes(N * N)) == bytes(out.view)


def test_haze_without_anybody_certain_shows_nothing():
    out = Stacker(64, 48)(picture(64, 48, 3), bytes([115]) * (N * N))
    assert set(out[64 * 48 : 64 * 72]) == {MASK_EMPTY}


def test_an_edge_in_the_picture_is_the_masks_edge():
    # The model's edge is soft and two pixels off; the picture's is sharp, at column 64 of 128.
    width, height = 128, 96
    luma = (bytes([200]) * 64 + bytes([40]) * 64) * height
    planes = luma + b"\x80" * (width * height // 2)
    row = bytes(min(255, max(0, (x - 112) * 8)) for x in range(N))  # half at column 128 of 256
    out = Stacker(width, height)(planes, row * N)
    mask = out[width * height + 24 * width : width * height + 25 * width]
    assert mask[62] == MASK_EMPTY
    assert mask[66] == MASK_FULL
    # The bright wall is not in the person's rim.
    colour = out[48 * width : 49 * width]
    assert max(level for x, level in enumerate(colour) if mask[x] != MASK_EMPTY) <= 60


def test_alpha_rests_with_the_picture():
    width, height = 64, 48
    stack = Stacker(width, height)
    soft = bytes(min(255, max(0, (x - 96) * 4)) for x in range(N)) * N
    moved = bytes(min(255, max(0, (x - 104) * 4)) for x in range(N)) * N
    planes = bytes([100]) * i420_bytes(width, height)
    a = stack(planes, soft)[width * height : width * height * 3 // 2]
    b = stack(planes, moved, rate=32)[width * height : width * height * 3 // 2]
    c = Stacker(width, height)(planes, moved)[width * height : width * height * 3 // 2]
    whole = sum(abs(x - y) for x, y in zip(a, c, strict=True))
    part = sum(abs(x - y) for x, y in zip(a, b, strict=True))
    assert 0.1 * whole < part < 0.5 * whole

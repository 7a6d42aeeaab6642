"""The cutout's kernels against their formulas, and what must hold of any picture."""

import math
from array import array
from itertools import pairwise
from random import Random

import pytest
from cutout_pictures import (
    GAIN,
    KERNELS,
    NOISE,
    RATE,
    N,
    Stacker,
    blobs,
    holding,
    picture,
    seeds,
    sizes,
    slow,
)
from hypothesis import given, settings
from hypothesis import strategies as st
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

# --- the mask in time ------------------------------------------------------------------------


class Steady:
    """The temporal kernel with its memory."""

    def __init__(self) -> None:
        self.steady, self.rates = Buffer(N * N), Buffer(N * N)
        self.scratch = Buffer(2 * N * N + 4096)

    def __call__(self, mask: array, seen: bytes, before: bytes, fresh: bool = False) -> int:
        held, now, then = holding(mask), holding(seen), holding(before)
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


GREY = bytes([90]) * (3 * N * N)  # luma and both chroma planes


@slow
@given(seeds)
def test_steady_follows_its_formula(seed):
    random = Random(seed)
    seen = bytearray(random.randbytes(3 * N * N))
    spread = [random.choice((2, 5, 12, 255)) for _ in range(3)]
    seen[:] = bytes((90 + value % spread[at // (N * N)]) % 256 for at, value in enumerate(seen))
    mask = array("f", (random.random() for _ in range(N * N)))
    steady = Steady()
    assert steady(flat_mask(0.4), GREY, GREY, fresh=True) == 0
    was = bytes(steady.steady.view)
    assert set(was) == {102}
    assert steady(mask, seen, GREY) == 0

    def difference(plane: int, x: int, y: int) -> int:
        at = min(max(y, 0), N - 1) * N + min(max(x, 0), N - 1)
        return seen[plane * N * N + at] - 90

    def motion(x: int, y: int) -> int:
        x, y = min(max(x, 0), N - 1), min(max(y, 0), N - 1)
        weights = {-1: 1, 0: 2, 1: 1}
        totals = (
            sum(
                weights[i] * weights[j] * difference(k, x + i, y + j)
                for j in weights
                for i in weights
            )
            for k in range(3)
        )
        return min(255, max(map(abs, totals)) >> 2)

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


@pytest.mark.parametrize("plane", range(3))
def test_where_the_picture_moves_the_mask_is_followed_at_once(plane):
    # In colour as in brightness: a face before a wall that is as bright.
    steady = Steady()
    steady(flat_mask(1.0), GREY, GREY, fresh=True)
    moved = bytearray(GREY)
    for y in range(plane * N + 60, plane * N + 120):
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

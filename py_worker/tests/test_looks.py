"""The looks by their tables, and the kernels that give them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sameframe_worker import looks
from sameframe_worker.kernels import Buffer
from sameframe_worker.looks import NAMES, RECIPES, SIZE
from sameframe_worker.scene import Look
from sameframe_worker.stage import grade
from sameframe_worker.stage.cpu import CpuRenderer
from sameframe_worker.stage.grade import Grade, prepare
from stage_fakes import KERNELS, finish

TINTED = {"sepia", "party"}  # what is grey takes a colour there, as is the point of them
GREY = {"black_and_white", "noir"}
LUMA = (0.2126, 0.7152, 0.0722)
# Faces in the light, dark to fair.
SKIN = [(92, 60, 45), (141, 96, 72), (198, 148, 118), (226, 180, 152), (240, 205, 184)]


def node(name: str, r: int, g: int, b: int) -> tuple[int, ...]:
    at = 3 * ((b * SIZE + g) * SIZE + r)
    return tuple(looks.table(name)[at : at + 3])


def luma(colour: tuple[int, ...]) -> float:
    return sum(weight * value for weight, value in zip(LUMA, colour, strict=True))


def shown(look: Look, *colours: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return what the kernels make of these colours, far from grain, vignette and frame."""
    width, height = 64, 36
    renderer = CpuRenderer(KERNELS, width, height)
    found = []
    for colour in colours:
        pixels = Buffer(width * height * 4)
        pixels.view[:] = bytes([*colour, 255]) * (width * height)
        renderer.background(pixels)
        renderer.look(look)
        renderer.compose([])
        middle = 4 * (18 * width + 24)
        area = [renderer.pixels.view[middle + 4 * n : middle + 4 * n + 3] for n in range(16)]
        found.append(tuple(round(sum(pixel[c] for pixel in area) / 16) for c in range(3)))
    return found


def test_there_are_twelve_and_the_first_changes_nothing() -> None:
    assert len(NAMES) == 12
    assert Look().name == NAMES[0]
    assert Look().plain
    assert Look("film", 0).plain
    assert not Look("film", 0.1).plain
    steps = [round(n * 255 / (SIZE - 1)) for n in range(SIZE)]
    same = bytes(v for b in steps for g in steps for r in steps for v in (r, g, b))
    assert max(abs(a - b) for a, b in zip(looks.table("natural"), same, strict=True)) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_whole_and_brighter_stays_brighter(name: str) -> None:
    assert len(looks.table(name)) == SIZE**3 * 3
    greys = [luma(node(name, n, n, n)) for n in range(SIZE)]
    assert all(two > one for one, two in pairwise(greys))
    assert greys[0] < 45
    assert greys[-1] > 225
    # More of a channel is nowhere darker, but by rounding: no colour turns over.
    for axis in range(3):
        for at in range(SIZE**2):
            place = [at % SIZE, at // SIZE]
            line = [node(name, *place[:axis], n, *place[axis:]) for n in range(0, SIZE, 4)]
            assert all(luma(two) >= luma(one) - 2 for one, two in pairwise(line))


@pytest.mark.parametrize("name", sorted(set(NAMES) - TINTED))
def test_grey_stays_nearly_grey(name: str) -> None:
    for n in range(SIZE):
        colour = node(name, n, n, n)
        assert max(colour) - min(colour) <= 36


@pytest.mark.parametrize("name", sorted(GREY))
def test_greys_have_no_colour(name: str) -> None:
    table = looks.table(name)
    nodes = zip(table[0::3], table[1::3], table[2::3], strict=True)
    assert max(max(colour) - min(colour) for colour in nodes) <= 6


@pytest.mark.parametrize("name", sorted(set(NAMES) - TINTED - GREY))
def test_skin_stays_skin(name: str) -> None:
    """Red over green over blue, neither grey nor orange, and in its order from dark to fair."""
    faces = shown(Look(name), *SKIN)
    for (r, g, b), (red, green, blue) in zip(SKIN, faces, strict=True):
        assert red > green > blue - 4
        assert 0.45 < (red - blue) / (r - b) < 1.7
        assert abs((red - green) - (r - g)) < 26
    assert all(luma(fair) > luma(dark) + 8 for dark, fair in pairwise(faces))


def test_strength_leads_from_the_picture_to_the_look() -> None:
    colour = (200, 120, 60)
    (none,), (half,), (whole,) = (shown(Look("sepia", s), colour) for s in (0, 0.5, 1))
    assert none == colour
    for was, some, much in zip(none, half, whole, strict=True):
        assert abs(some - (was + much) / 2) <= 2
    (almost,) = shown(Look("noir", 0.003), colour)
    assert max(abs(a - b) for a, b in zip(almost, colour, strict=True)) <= 2


def test_a_table_is_made_bit_by_bit_and_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    waited = []
    monkeypatch.setattr(grade, "_NODES", {})

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    finish(prepare("pastel", sleep))
    finish(prepare("pastel", sleep))
    assert waited == [0] * SIZE
    assert bytes(grade.nodes("pastel").view) == looks.table("pastel")


def test_grain_is_around_nothing_and_the_same_everywhere() -> None:
    tile = looks.grain()
    assert len(tile) == looks.GRAIN_SIDE**2
    assert abs(sum(tile) / len(tile) - 127.5) < 0.5
    assert tile[:8] == bytes([102, 105, 93, 142, 125, 127, 136, 97])


@pytest.mark.parametrize("name", ["film", "instant"])
def test_a_frame_hides_what_is_under_it_and_leaves_the_middle(name: str) -> None:
    width, height = 320, 180
    given = Grade(KERNELS, width, height)
    pixels = Buffer(width * height * 4)
    pixels.view[:] = b"\x80\x80\x80\xff" * (width * height)
    given.choose(Look(name))
    given.apply(pixels, 0, height)
    frame = RECIPES[name].frame
    assert tuple(given.pixels.view[:3]) == frame.colour
    middle = 4 * (height // 2 * width + width // 2)
    assert abs(given.pixels.view[middle] - 128) < 40
    foot = 4 * (round((1 - frame.foot / 2) * height) * width + width // 2)
    assert tuple(given.pixels.view[foot : foot + 3]) == frame.colour


@pytest.mark.parametrize("name", ["film", "vivid", "instant"])
def test_a_coarse_look_is_nearly_the_look_and_a_frame_stays_whole(name: str) -> None:
    width, height = 320, 180
    pixels, found = Buffer(width * height * 4), []
    for n in range(width * height):
        x, y = n % width, n // width
        pixels.view[4 * n : 4 * n + 4] = bytes([40 + x // 2, 60 + y // 2, 90 + (x * y) % 60, 255])
    for coarse in (False, True):
        given = Grade(KERNELS, width, height)
        given.choose(Look(name))
        given.coarse = coarse
        given.apply(pixels, 0, height)
        found.append(bytes(given.pixels.view))
    fine, coarse = found
    error = sum((a - b) ** 2 for a, b in zip(fine, coarse, strict=True)) / len(fine)
    assert 0 < error < 60  # 30 dB, most of it grain
    assert fine[: 4 * width] == coarse[: 4 * width] or RECIPES[name].frame is None


def test_what_is_the_same_is_not_graded_again() -> None:
    width, height = 61, 7  # no multiple of the kernels' steps
    given = Grade(KERNELS, width, height)
    pixels = Buffer(width * height * 4)
    pixels.view[:] = b"\x60\x80\xa0\xff" * (width * height)
    given.choose(Look("vivid"))
    given.apply(pixels, 0, height)
    before = bytes(given.pixels.view)
    assert set(before[3::4]) == {255}
    given.pixels.wipe()
    last = 4 * (width * height - 1)
    pixels.view[last : last + 3] = b"\xa0\x80\x60"
    given.apply(pixels, 0, height)
    # Nothing but the last block: its five columns in three rows.
    rows = [4 * width * y for y in range(height + 1)]
    for y, (start, end) in enumerate(pairwise(rows)):
        assert not any(given.pixels.view[start : end - (20 if y >= 4 else 0)])
    assert bytes(given.pixels.view[last : last + 3]) not in (before[last : last + 3], b"\0\0\0")


@given(st.lists(st.tuples(st.integers(0, 23), st.integers(0, 9), st.integers(0, 255)), max_size=40))
def test_a_picture_in_part_the_same_is_as_one_that_is_all_new(changes: list) -> None:
    width, height = 24, 10  # in blocks of eight by four, each flat until something changes in it
    pixels = Buffer(width * height * 4)
    pixels.view[:] = b"\x60\x80\xa0\xff" * (width * height)
    kept, whole = Grade(KERNELS, width, height), Grade(KERNELS, width, height)
    for one in (kept, whole):
        one.choose(Look("noir"))
    for x, y, value in [(0, 0, 0x60), *changes]:
        pixels.view[4 * (y * width + x)] = value
        kept.apply(pixels, 0, height)
    whole.apply(pixels, 0, height)
    assert bytes(kept.pixels.view) == bytes(whole.pixels.view)


def test_what_is_another_is_graded_whatever_was_before() -> None:
    width, height = 61, 7
    one, other = Buffer(width * height * 4), Buffer(width * height * 4)
    one.view[:] = b"\x60\x80\xa0\xff" * (width * height)
    other.view[:] = b"\xa0\x70\x20\xff" * (width * height)
    given = Grade(KERNELS, width, height)
    given.choose(Look("vivid"))
    given.apply(one, 0, height)
    of_one = bytes(given.pixels.view)
    given.apply(other, 0, height, anew=True)
    of_other = bytes(given.pixels.view)
    # What was given the look last of all is not what it was last compared with.
    given.apply(one, 0, height)
    assert bytes(given.pixels.view) == of_one != of_other
    given.apply(other, 0, height)
    assert bytes(given.pixels.view) == of_other

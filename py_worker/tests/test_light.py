"""Light by its rules, whatever is measured, and the lamp that measures and lets it glide."""

from colorsys import rgb_to_hsv
from dataclasses import replace
from itertools import pairwise
from math import atan2, degrees, hypot, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sameframe_worker import light
from sameframe_worker.kernels import Buffer
from sameframe_worker.light import BINS, NONE, STOPS, Tint, Tone, tints
from sameframe_worker.oklab import lab
from sameframe_worker.stage.lamp import EVERY_MS, LAG_MS, Lamp
from sameframe_worker.stage.picture import PADDING, Picture
from stage_fakes import KERNELS, Frame
from test_looks import SKIN, luma

PERSON = Tone(luma=110, spread=45, high=175, blue=-8, red=10, chroma=24)


def seen(luma: float, spread: float, blue: float, red: float) -> Tone:
    """Return a tone that something may have."""
    high = min(255.0, luma + 1.3 * spread)
    return Tone(luma, spread, high, blue, red, abs(blue) + abs(red) + 10)


colours = st.floats(-90, 90)
tones = st.builds(seen, st.floats(2, 253), st.floats(0, 90), colours, colours)
lights = st.sampled_from(["auto", "strong"])


def given_to(tint: Tint, colour: tuple[float, ...]) -> tuple[float, ...]:
    rows = (tint[:4], tint[4:8], tint[8:])
    return tuple(sum(a * b for a, b in zip(row, (*colour, 1), strict=True)) for row in rows)


def skin(colour: tuple[float, ...]) -> tuple[float, float]:
    """Return hue in degrees and chroma relative to lightness, in OKLab."""
    lightness, a, b = lab(*(min(1.0, max(0.0, value / 255)) ** light._GAMMA for value in colour))
    return degrees(atan2(b, a)), hypot(a, b) / lightness


def test_off_changes_nothing_and_nor_does_what_cannot_be_measured() -> None:
    assert tints("off", PERSON, {"a": PERSON}) == {"a": NONE}
    assert tints("strong", None, {"a": PERSON}) == {"a": NONE}
    assert tints("strong", PERSON, {"a": None}) == {"a": NONE}
    assert tints("strong", PERSON, {}) == {}


@given(lights, tones, st.lists(tones, min_size=1, max_size=6))
def test_whatever_is_seen_skin_stays_skin(how: str, ground: Tone, people: list[Tone]) -> None:
    given_ones = tints(how, ground, {str(n): of for n, of in enumerate(people)})
    for tint, of in zip(given_ones.values(), people, strict=True):
        for colour in SKIN:
            if luma(colour) > of.high:  # nothing of them is as bright
                continue
            lit = given_to(tint, colour)
            (hue, chroma), (hue_lit, chroma_lit) = skin(colour), skin(lit)
            assert abs(hue_lit - hue) < 23
            assert 0.34 < chroma_lit / chroma < 1.85
            assert lit[0] > lit[2] + 10
        faces = [luma(given_to(tint, colour)) for colour in SKIN]
        assert faces == sorted(faces)
        # About half a stop, and what contrast adds at the ends.
        for colour, face in zip(SKIN[1:], faces[1:], strict=True):
            assert abs(2.2 * log2(face / luma(colour))) < STOPS + 0.3


@given(lights, tones, tones)
def test_auto_is_less_than_strong(how: str, ground: Tone, of: Tone) -> None:
    def far(tint: Tint) -> float:
        return max(abs(a - b) for a, b in zip(tint, NONE, strict=True))

    some, much = (tints(each, ground, {"a": of})["a"] for each in ("auto", "strong"))
    assert far(some) <= far(much) + 0.02


def test_who_glows_is_pulled_down_and_who_is_dim_is_lifted() -> None:
    people = {
        "glowing": replace(PERSON, luma=190, high=245),
        "dim": replace(PERSON, luma=50, high=80),
        "usual": PERSON,
    }
    lit = tints("auto", PERSON, people)
    face = {guest: luma(given_to(tint, SKIN[2])) for guest, tint in lit.items()}
    assert face["glowing"] < face["usual"] - 5
    assert face["dim"] > face["usual"] + 8


@pytest.mark.parametrize("dark", [0.8, 0.9, 1.1, 1.2])
def test_who_has_another_skin_or_shirt_is_not_evened_out(dark: float) -> None:
    other = replace(PERSON, high=PERSON.high * dark)
    lit = tints("strong", PERSON, {"a": PERSON, "b": other})
    a, b = (luma(given_to(tint, SKIN[2])) for tint in lit.values())
    assert abs(a - b) < 2


def test_a_warm_room_warms_and_a_cold_one_cools_and_night_dims() -> None:
    def face(ground: Tone) -> tuple[float, ...]:
        return given_to(tints("strong", ground, {"a": PERSON})["a"], (150, 150, 150))

    warm = face(replace(PERSON, blue=-30, red=18))
    cold = face(replace(PERSON, blue=30, red=-18))
    assert warm[0] - warm[2] > 12
    assert cold[2] - cold[0] > 12
    assert luma(face(replace(PERSON, luma=25))) < luma(face(replace(PERSON, luma=220))) - 25
    assert rgb_to_hsv(*face(replace(PERSON, blue=-8, red=10)))[1] < 0.12


# --- the lamp --------------------------------------------------------------------------------

SIZE = 160, 90


def ground(colour: tuple[int, int, int]) -> Buffer:
    made = Buffer(SIZE[0] * SIZE[1] * 4)
    made.view[:] = bytes([*colour, 255]) * (SIZE[0] * SIZE[1])
    return made


def person(grey: int = 150, mask: int = 235) -> Picture:
    frame = Frame(grey, (64, 72), mask)
    planes = Buffer(len(frame.data) + PADDING)
    planes.view[: len(frame.data)] = frame.data
    return Picture(planes, 64, 72)


def test_a_new_one_is_lit_at_once_and_a_new_background_glides_in() -> None:
    lamp, people = Lamp(KERNELS), {"a": person(), "b": person()}
    lamp.before(ground((240, 200, 140)), *SIZE)
    lamp.shine("auto", people, 0.0)
    first = lamp.lit.tints
    assert first["a"] != NONE
    lamp.before(ground((10, 10, 60)), *SIZE)
    lamp.shine("auto", people, EVERY_MS / 2)
    assert lamp.lit.tints is first  # not so soon
    steps, now = [first["a"][0]], 0.0
    while now < 6 * LAG_MS:
        now += EVERY_MS
        lamp.shine("auto", people, now)
        steps.append(lamp.lit.tints["a"][0])
    assert steps == sorted(steps, reverse=True)
    assert max(a - b for a, b in pairwise(steps)) < 0.3 * (steps[0] - steps[-1])
    rested = lamp.lit.tints
    lamp.shine("auto", people, now + EVERY_MS)
    assert lamp.lit.tints is rested  # nothing is drawn anew for nothing
    lamp.shine("auto", people | {"c": person()}, now + EVERY_MS + 1)
    assert lamp.lit.tints["c"] == pytest.approx(lamp.lit.tints["a"], abs=0.7)


def test_a_choice_is_seen_at_once() -> None:
    lamp, people = Lamp(KERNELS), {"a": person()}
    lamp.before(ground((10, 10, 60)), *SIZE)
    seen = []
    for now, how in enumerate(("off", "auto", "strong", "off")):
        lamp.shine(how, people, float(now))
        seen.append(lamp.lit.tints["a"])
    assert seen[0] == seen[3] == NONE
    assert len(set(seen)) == 3


def test_who_is_not_seen_has_no_light() -> None:
    lamp = Lamp(KERNELS)
    lamp.before(ground((10, 10, 60)), *SIZE)
    lamp.shine("strong", {"a": person(mask=16)}, 0.0)
    assert lamp.lit.tints["a"] == NONE


def test_noise_does_not_pulse() -> None:
    lamp = Lamp(KERNELS)
    lamp.before(ground((90, 110, 160)), *SIZE)
    lamp.shine("strong", {"a": person()}, 0.0)
    first, changes = lamp.lit.tints, 0
    for n in range(1, 60):
        before = lamp.lit.tints
        lamp.shine("strong", {"a": person(150 + (n * 7) % 5 - 2)}, n * EVERY_MS)
        changes += lamp.lit.tints is not before
    assert changes <= 2
    assert lamp.lit.tints["a"] == pytest.approx(first["a"], abs=1.5)


def test_the_histogram_tells_the_upper_tenth() -> None:
    flat = light.tone([1.0] * BINS, 0, 0, 0, BINS)
    assert flat is not None
    assert flat.luma == pytest.approx(128)
    assert flat.high == pytest.approx(256 * 0.9, abs=0.5)
    assert light.tone([0.0] * BINS, 0, 0, 0, BINS) is None

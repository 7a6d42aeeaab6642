"""Our own brushes: what they understand, that they paint, and that what moves comes round."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sameframe import errors, presets, wire
from sameframe.generators import movement, scenes, styles
from sameframe.generators.air import AIR, filled, light, shown
from sameframe.generators.paints import paint
from sameframe.generators.procedural import Procedural
from sameframe.generators.wish import Cancelled, Wish, tidied
from sameframe.generators.words import KNOWN, PALETTES, SCENES, TIMES, understood

SIZE = (160, 90)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sameframe.generators.procedural.SIZE", SIZE)
    monkeypatch.setattr("sameframe.generators.movement.MOVING", SIZE)


def made(kind: str, prompt: str = "", seed: int = 7, **other):
    return Procedural().make(Wish(kind, prompt, seed, **other), lambda done: None, lambda: False)


def photo() -> Image.Image:
    return presets.draw("sunset", *SIZE)


def apart(one: Image.Image | np.ndarray, two: Image.Image | np.ndarray) -> float:
    return float(np.abs(np.asarray(one, float) - np.asarray(two, float)).mean())


# --- words ------------------------------------------------------------------------------------


def test_every_scene_is_a_generator_of_ours_and_each_has_words():
    assert set(SCENES) == set(presets.DRAWINGS)


@pytest.mark.parametrize(
    ("prompt", "scene", "palette", "time", "air", "style"),
    [
        ("a snowy beach at night", "beach", None, "night", ("snow",), None),
        ("밤바다에 눈이 오는 파티", "beach", None, "night", ("snow", "paper"), None),
        ("Pink cherry blossoms", "blossom", "pink", None, (), None),
        ("분홍색 벚꽃길", "blossom", "pink", None, (), None),
        ("별이 빛나는 밤하늘 아래 숲길", "stars", None, "night", (), None),
        ("oil painting of autumn", "autumn", None, None, (), "paint"),
        ("가을 숲 유화", "autumn", None, None, (), "paint"),
        ("snow", "first_snow", None, None, ("snow",), None),
        ("비 오는 서울 거리", "seoul_night", None, None, ("rain",), None),
        ("party, party, sea", "party", None, None, (), None),
        ("seaside birthday", "beach", None, None, ("paper",), None),
    ],
)
def test_what_is_understood(prompt, scene, palette, time, air, style):
    known = understood(prompt)
    assert (known.scene, known.palette, known.time, known.air, known.style) == (
        scene, palette, time, air, style,
    )  # fmt: skip
    assert known.words


@pytest.mark.parametrize(
    "prompt", ["우산", "산책하는 강아지", "눈물", "비밀", "an astronaut on a horse", "", "!?", "12"]
)
def test_words_that_only_look_alike_are_not_taken_for_known(prompt):
    assert understood(prompt).words == ()
    assert understood(prompt).scene is None


@given(st.text(max_size=300))
def test_whatever_is_written_is_read_and_only_its_own_words_are_named(prompt):
    known = understood(prompt)
    assert all(word in KNOWN for word in known.words)
    assert len(known.air) <= 3
    for word in known.words:
        assert word.rstrip("s") in prompt.casefold()


@given(st.text(max_size=400))
def test_prompts_are_one_line_of_so_many_letters(prompt):
    try:
        tidy = tidied(prompt)
    except errors.PromptTooLong:
        assert len(prompt) > 300
        return
    assert len(tidy) <= 300
    assert "\n" not in tidy
    assert tidied(tidy) == tidy


# --- paints -----------------------------------------------------------------------------------

colours = st.from_regex(r"#[0-9A-F]{6}", fullmatch=True)


@given(colours, st.sampled_from([None, *PALETTES]), st.sampled_from([None, *TIMES]))
def test_every_paint_becomes_a_paint(code, palette, time):
    found = paint(palette, time)(code)
    assert len(found) == 7
    int(found[1:], 16)


@given(colours)
def test_without_a_word_paints_stay_and_grey_is_grey(code):
    assert paint(None, None)(code) == code
    grey = paint("mono", None)(code)
    parts = [int(grey[i : i + 2], 16) for i in (1, 3, 5)]
    assert max(parts) - min(parts) <= 1


def test_night_is_darker_and_blue_and_lamps_shine():
    red, blue = (int(paint(None, "night")("#B9D0D8")[i : i + 2], 16) for i in (1, 5))
    assert red < 90
    assert blue > red
    assert paint(None, "night")("#FFD08A") > "#E0"


# --- scenes -----------------------------------------------------------------------------------


def drawn(scene: str, seed: int = 0, **paints) -> Image.Image:
    palette, time = paints.get("palette"), paints.get("time")
    size = paints.get("size", (96, 54))
    return scenes.draw(scene, size, paint(palette, time), seed, lambda done: None, lambda: False)


@pytest.mark.parametrize("scene", sorted(presets.DRAWINGS))
def test_every_generator_takes_other_paints_and_other_dice(scene):
    own = presets.draw(scene, 64, 36)
    assert apart(drawn(scene, 5, palette="blue", size=(64, 36)), own) > 2


@pytest.mark.parametrize("scene", ["beach", "gradient", "curtain"])
def test_the_same_dice_give_the_same_picture_and_presets_stay_as_they_were(scene):
    own = presets.draw(scene, 96, 54)
    assert np.array_equal(drawn(scene), own)
    assert np.array_equal(drawn(scene, 5), drawn(scene, 5))
    assert not np.array_equal(drawn(scene, 5), drawn(scene, 6))
    assert np.array_equal(presets.draw(scene, 96, 54), own)


def test_it_says_how_far_it_is_and_stops_when_told():
    shares: list[float] = []
    scenes.draw("beach", SIZE, paint(None, None), 1, shares.append, lambda: False)
    assert shares == sorted(shares)
    assert len(shares) > 10
    assert shares[-1] == 1.0
    strokes: list[float] = []
    with pytest.raises(Cancelled):
        scenes.draw("beach", SIZE, paint(None, None), 1, strokes.append, lambda: len(strokes) == 3)
    assert len(strokes) == 3


# --- air, styles, movement --------------------------------------------------------------------


@pytest.mark.parametrize("what", sorted(AIR))
def test_something_is_in_the_air(what):
    night = presets.draw("stars", *SIZE)
    before = night if what in ("stars", "lights") else photo()
    after = shown(filled(light(before), what, np.random.default_rng(3)))
    assert after.size == SIZE
    assert 0.2 < apart(before, after) < 90


@pytest.mark.parametrize("style", wire.Style.__args__)
@pytest.mark.parametrize("size", [SIZE, (97, 54)])
def test_styles_keep_the_size_and_change_the_picture(style, size):
    before = presets.draw("forest", *size)
    after = styles.restyled(before, style, np.random.default_rng(3))
    assert after.size == size
    assert apart(before, after) > (0.5 if style == "depth" else 3)


def test_night_is_dark_and_winter_pale():
    bright = photo()
    dark, pale = (styles.restyled(bright, s, np.random.default_rng(1)) for s in ("night", "winter"))
    assert np.asarray(dark).mean() < 0.6 * np.asarray(bright).mean()
    chroma = [
        np.asarray(p, int).max(axis=2) - np.asarray(p, int).min(axis=2) for p in (pale, bright)
    ]
    assert chroma[0].mean() < 0.7 * chroma[1].mean()


@pytest.mark.parametrize("name", wire.Movement.__args__)
def test_what_moves_comes_round(name):
    loop = made("move", picture=photo(), movement=name).loop
    frames = list(loop.frames)
    assert len(frames) == loop.count == movement.COUNT
    assert {(frame.shape, frame.dtype.name) for frame in frames} == {((90, 160, 3), "uint8")}
    steps = [apart(one, two) for one, two in pairwise(frames)]
    assert max(steps) > 0
    assert apart(frames[-1], frames[0]) <= 1.5 * max(steps)


# --- wishes -----------------------------------------------------------------------------------


def test_the_same_wish_and_seed_is_the_same_picture():
    one, same, other = (made("draw", "sea with lights", seed).picture for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_of_what_is_not_known_come_colours_and_no_words():
    done = made("draw", "an astronaut on a horse")
    assert done.words == ()
    assert done.picture.size == SIZE


@pytest.mark.parametrize(
    ("prompt", "style"),
    [
        ("밤", "night"),
        ("in winter", "winter"),
        ("눈", "winter"),
        ("유화", "paint"),
        ("흑백", "duotone"),
    ],
)
def test_words_choose_a_style(prompt, style):
    by_words = made("restyle", prompt, picture=photo()).picture
    assert np.array_equal(by_words, made("restyle", picture=photo(), style=style).picture)


def test_a_style_that_is_not_known_is_said_so():
    with pytest.raises(errors.NotUnderstood):
        made("restyle", "a dog", picture=photo())


@settings(max_examples=5, deadline=None)
@given(st.lists(st.sampled_from(sorted(KNOWN)), max_size=6), st.integers(1, 2**31 - 1))
def test_any_known_words_together_make_a_picture(some, seed):
    done = made("draw", " ".join(some), seed)
    assert done.picture.mode == "RGB"
    assert np.asarray(done.picture).std() > 1

"""The presets draw, at any size, the same every time; the landing people are sound cutouts."""

import json
from functools import cache

import numpy as np
import pytest
from PIL import Image, ImageColor
from sameframe import backgrounds, presets
from sameframe.backgrounds import PRESETS
from sameframe.presets import people
from sameframe.presets.__main__ import files, note, stale, within

SIZE = (320, 180)
NAMES = sorted(presets.DRAWINGS)


@cache
def small(name: str) -> np.ndarray:
    return np.asarray(presets.draw(name, *SIZE))


def test_every_background_but_the_plain_one_is_drawn() -> None:
    assert set(presets.DRAWINGS) == set(PRESETS) - {"plain"}


def test_two_dozen_backgrounds_stand_in_families() -> None:
    assert len(PRESETS) >= 24
    families = backgrounds.in_families()
    assert all(families.values()), "a family is empty"
    assert sorted(PRESETS) == sorted(name for names in families.values() for name in names)


@pytest.mark.parametrize("language", backgrounds.LANGUAGES)
def test_every_background_and_family_has_a_name_of_its_own(language: str) -> None:
    for called in (backgrounds.names(language), backgrounds.family_names(language)):
        assert all(called.values())
        assert len(set(called.values())) == len(called)


def test_names_on_record_stay() -> None:
    first = "curtain studio seoul_night beach forest first_snow party riso sunset plain"
    assert set(first.split()) <= set(PRESETS)


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_is_the_same_every_time(name: str) -> None:
    assert np.array_equal(np.asarray(presets.draw(name, *SIZE)), small(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_colour_that_holds_its_place_is_its_average(name: str) -> None:
    noted = ImageColor.getrgb(backgrounds.CATALOGUE[name].tint)
    average = small(name).reshape(-1, 3).mean(axis=0)
    assert np.abs(average - noted).max() < 6, f"the average is {average.round()}"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(97, 54), (200, 301)])
def test_a_preset_draws_at_odd_sizes(name: str, size: tuple[int, int]) -> None:
    picture = presets.draw(name, *size)
    assert picture.size == size
    assert picture.mode == "RGB"


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_is_a_picture(name: str) -> None:
    drawn = small(name).astype(np.float32)
    assert drawn.std() > 12, "it is flat"
    clipped = ((drawn <= 0) | (drawn >= 255)).all(axis=-1).mean()
    assert clipped < 0.1, "it is burnt out or black"


@pytest.mark.parametrize("name", NAMES)
def test_a_larger_preset_shows_the_same_picture(name: str) -> None:
    large = presets.draw(name, 2 * SIZE[0], 2 * SIZE[1]).resize(SIZE, Image.Resampling.BOX)
    assert np.abs(np.asarray(large, np.float32) - small(name)).mean() < 9


def test_only_what_changed_is_drawn_again(tmp_path) -> None:
    assert set(stale(tmp_path)) == set(NAMES)
    for name in NAMES:
        for file in files(tmp_path, name):
            file.touch()
    note(tmp_path)
    assert stale(tmp_path) == []
    files(tmp_path, "beach")[0].unlink()
    record = tmp_path / "drawn.json"
    noted = json.loads(record.read_text())
    record.write_text(json.dumps(noted | {"forest": "older code"}))
    assert set(stale(tmp_path)) == {"beach", "forest"}


@pytest.mark.parametrize("name", sorted(people.PEOPLE))
def test_a_person_is_cut_out_and_reaches_the_lower_edge(name: str) -> None:
    colour, mask = people.draw(name)
    assert colour.shape == (480, 640, 3)
    assert ((mask == 0) | (mask == 255)).mean() > 0.98
    assert 0.2 < (mask == 255).mean() < 0.7
    assert (mask[-1] == 255).sum() > 200
    assert not mask[0].any()
    assert not mask[:, [0, -1]].any()


@pytest.mark.parametrize("name", sorted(people.PEOPLE))
def test_a_stacked_person_hides_its_room_and_carries_its_mask(name: str) -> None:
    colour, mask = people.draw(name)
    stacked = np.asarray(people.stacked(colour, mask))
    assert stacked.shape == (720, 640, 3)
    assert np.array_equal(stacked[:480], colour)
    below = stacked[480:].astype(int)
    assert (below == below[..., :1]).all()
    assert np.abs(below[..., 0] - mask.reshape(240, 2, 640).mean(1)).max() <= 1
    far = np.asarray(Image.fromarray(mask).convert("L").resize((40, 30), Image.Resampling.BOX)) == 0
    inner = colour.reshape(30, 16, 40, 16, 3)[:, 5:11, :, 5:11].transpose(0, 2, 1, 3, 4)
    assert (inner[far] == 128).all()


def test_everybody_stands_before_the_picture() -> None:
    behind = Image.new("RGB", (320, 180), "#336699")
    together = np.asarray(people.together(behind))
    changed = (together != np.asarray(behind)).any(axis=-1)
    assert 0.3 < changed.mean() < 0.9
    assert not changed[:5].any()


def test_encoding_keeps_to_the_bytes_it_is_given() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (90, 160, 3), np.uint8)
    picture = Image.fromarray(noise)
    assert len(within(picture, 9000)) <= 9000
    with pytest.raises(ValueError, match="does not fit"):
        within(picture, 100)

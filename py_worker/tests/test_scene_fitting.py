"""Where a newcomer stands once people have placed themselves; who stays how when all are moved."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sameframe_worker.scene import (
    Layer,
    Scene,
    arranged,
    clamped,
    fitted_in,
    joined,
    rearranged,
)

scenes = st.lists(
    st.builds(Layer, guest=st.just(""), x=st.floats(0, 1), scale=st.floats(0.08, 3.0)), max_size=8
).map(lambda layers: Scene(layers=tuple(replace(la, guest=f"g{i}") for i, la in enumerate(layers))))


def clearance(scene: Scene, x: float) -> float:
    """Return how far x is from everyone's middle, the edges counting double."""
    return min([2 * x, 2 * (1 - x), *(abs(x - layer.x) for layer in scene.layers)])


@given(scenes)
def test_a_newcomer_moves_nobody_and_stands_in_front_on_the_floor(scene):
    after = fitted_in(scene, "new")
    new = after.layers[-1]
    assert after.layers[:-1] == scene.layers
    assert new.guest == "new"
    assert new.y + new.scale / 2 == pytest.approx(1.0)
    assert clamped(new) == new


@given(scenes.filter(lambda scene: scene.layers))
def test_there_is_nowhere_more_room(scene):
    new = fitted_in(scene, "new").layers[-1]
    best = max(clearance(scene, i / 200) for i in range(201))
    assert clearance(scene, new.x) >= best - 1e-9


def test_an_empty_stage_is_a_row_of_one():
    assert fitted_in(Scene(), "a") == joined(Scene(), "a")


def test_a_gap_that_someone_left_is_filled():
    row = Scene(layers=arranged(["a", "b", "c", "d"], "row"))
    new = fitted_in(row.without("c"), "new").layers[-1]
    assert new.x == pytest.approx(row.layer("c").x)
    assert new.scale == pytest.approx(row.layer("c").scale)


def test_among_small_people_a_newcomer_is_small():
    scene = Scene(layers=(Layer("a", x=0.2, scale=0.2), Layer("b", x=0.3, scale=0.2)))
    assert fitted_in(scene, "new").layers[-1].scale == 0.2


def test_moved_people_keep_mirror_and_opacity_and_nothing_else():
    scene = Scene(layers=(Layer("a", x=0.1, rotation=9, mirror=True, opacity=0.5),))
    after = rearranged(scene, ["a", "b"], "arc")
    plain = arranged(["a", "b"], "arc")
    assert after.layers == (replace(plain[0], mirror=True, opacity=0.5), plain[1])
    assert joined(scene, "b").layer("a").mirror

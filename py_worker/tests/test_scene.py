from dataclasses import replace
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sameframe_worker.scene import (
    SCALE_MAX,
    SCALE_MIN,
    Layer,
    Scene,
    arranged,
    clamped,
    place,
)

WIDTH, HEIGHT = 1280, 720
numbers = st.floats(-1e9, 1e9)
wild = st.builds(
    Layer,
    guest=st.just("a"),
    x=numbers,
    y=numbers,
    scale=numbers,
    rotation=numbers,
    mirror=st.booleans(),
    opacity=numbers,
)
layers = wild.map(clamped)
aspects = st.floats(0.4, 2.5)


@given(wild)
def test_clamped_layer_is_in_range_and_stays(layer: Layer) -> None:
    once = clamped(layer)
    assert 0 <= once.x <= 1
    assert SCALE_MIN <= once.scale <= SCALE_MAX
    assert -180 <= once.rotation < 180
    assert 0.1 <= once.opacity <= 1
    assert clamped(once) == once


@pytest.mark.parametrize("field", ["x", "y", "scale", "rotation", "opacity"])
@pytest.mark.parametrize("number", [nan, inf, -inf])
def test_numbers_must_be_finite(field: str, number: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        clamped(replace(Layer("a"), **{field: number}))


@given(layers, aspects)
def test_box_lies_inside_the_output(layer: Layer, aspect: float) -> None:
    p = place(layer, aspect, WIDTH, HEIGHT)
    assert 0 <= p.x0 <= p.x1 <= WIDTH
    assert 0 <= p.y0 <= p.y1 <= HEIGHT


@given(layers, aspects, st.floats(0, 1), st.floats(0, 1))
def test_box_holds_every_point_of_the_frame(layer, aspect, across, down) -> None:
    p = place(layer, aspect, WIDTH, HEIGHT)
    x, y = 0.5 + int(across * (WIDTH - 1)), 0.5 + int(down * (HEIGHT - 1))
    a, b, c, d, e, f = p.inverse()
    if 0 < a * x + b * y + c < 1 and 0 < d * x + e * y + f < 1:
        assert p.x0 < x < p.x1
        assert p.y0 < y < p.y1


@given(layers, aspects)
def test_middle_of_the_frame_is_its_middle(layer: Layer, aspect: float) -> None:
    p = place(layer, aspect, WIDTH, HEIGHT)
    a, b, c, d, e, f = p.inverse()
    x, y = p.left + p.width / 2, p.top + p.height / 2
    assert a * x + b * y + c == pytest.approx(0.5)
    assert d * x + e * y + f == pytest.approx(0.5)
    assert abs(x - layer.x * WIDTH) <= 1
    assert abs(y - layer.y * HEIGHT) <= 1


def test_corners_turn_clockwise_and_mirror() -> None:
    def corner(layer: Layer) -> tuple[float, float]:
        """Return where in the cutout the stage's pixel left of the frame's upper left is from."""
        p = place(layer, 1.0, WIDTH, HEIGHT)
        a, b, c, d, e, f = p.inverse()
        x, y = p.left, p.top
        return round(a * x + b * y + c, 6), round(d * x + e * y + f, 6)

    assert corner(Layer("a", scale=0.5)) == (0, 0)
    assert corner(Layer("a", scale=0.5, mirror=True)) == (1, 0)
    # Turned by a quarter clockwise, the cutout's lower left corner comes to the upper left.
    assert corner(Layer("a", scale=0.5, rotation=90)) == (0, 1)
    assert corner(Layer("a", scale=0.5, rotation=90, mirror=True)) == (1, 1)


@given(layers, st.floats(-0.2, 0.2))
def test_moving_changes_no_size(layer: Layer, by: float) -> None:
    here = place(layer, 4 / 3, WIDTH, HEIGHT)
    there = place(replace(layer, x=layer.x + by), 4 / 3, WIDTH, HEIGHT)
    assert (here.width, here.height) == (there.width, there.height)


@given(st.integers(1, 12), st.sampled_from(["row", "two_rows", "arc"]))
def test_arranged_stand_on_the_floor_and_are_all_there(count: int, how) -> None:
    guests = [f"g{i}" for i in range(count)]
    placed = arranged(guests, how)
    assert sorted(layer.guest for layer in placed) == sorted(guests)
    for layer in placed:
        p = place(layer, 4 / 3, WIDTH, HEIGHT)
        assert abs(p.top + p.height - HEIGHT) <= 1
        assert p.top >= 0
        assert clamped(layer) == layer


def test_layers_change_their_order() -> None:
    def order(scene: Scene) -> str:
        return "".join(layer.guest for layer in scene.layers)

    scene = Scene(layers=(Layer("a"), Layer("b"), Layer("c")))
    assert order(scene.reordered("a", 1)) == "bac"
    assert order(scene.reordered("c", -1)) == "acb"
    assert order(scene.reordered("c", 1)) == "abc"
    assert scene.reordered("nobody", 1) is scene
    assert order(scene.without("b")) == "ac"
    changed = scene.with_layer(Layer("b", x=0.1))
    assert order(changed) == "abc"
    assert changed.layer("b") == Layer("b", x=0.1)
    assert order(scene.with_layer(Layer("d"))) == "abcd"
    assert scene.layer("d") is None

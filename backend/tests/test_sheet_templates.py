"""Templates and framing: rules that hold for any of them, and for those that ship."""

from dataclasses import replace
from itertools import combinations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sameframe.sheets import template as templates
from sameframe.sheets.framing import Span, framed
from sameframe.sheets.template import Line, Slot, Template
from sameframe_worker.scene import STAGE_ASPECT, Background, Layer, Scene, arranged, place

SHIPPED = templates.load()
lengths = st.floats(0.0625, 4, width=32)
corners = st.floats(0, 4, width=32)
slots = st.builds(Slot, corners, corners, lengths, lengths, st.integers(0, 2))
lines = st.builds(Line, corners, corners, lengths, lengths, st.sampled_from(["date", "caption"]))


@given(st.lists(slots, min_size=1, max_size=6), st.lists(lines, max_size=2), st.floats(50, 1200))
def test_whatever_is_let_through_can_be_printed(slots, lines, dpi):
    try:
        found = Template("any", 4, 6, tuple(slots), tuple(lines))
    except ValueError:
        return
    boxes = [part.box(dpi) for part in (*found.slots, *found.lines)]
    for box in boxes:
        assert 0 <= box.left <= box.right <= round(4 * dpi)
        assert 0 <= box.top <= box.bottom <= round(6 * dpi)
    for a, b in combinations(boxes, 2):
        across = min(a.right, b.right) - max(a.left, b.left)
        assert across <= 0 or min(a.bottom, b.bottom) - max(a.top, b.top) <= 0
    assert {slot.shot for slot in found.slots} == set(range(found.shots))


def test_six_and_more_ship_and_fit_on_photo_paper():
    assert len(SHIPPED) >= 6
    sizes = {(t.width, t.height) for t in SHIPPED.values()}
    assert sizes <= {(2, 6), (4, 6), (6, 4)}
    assert {t.shots for t in SHIPPED.values()} == {1, 2, 3, 4}
    assert all({line.says for line in t.lines} == {"date", "caption"} for t in SHIPPED.values())


def test_the_doubled_strip_is_two_of_the_strip():
    one, two = SHIPPED["strip_four"], SHIPPED["strip_four_twice"]
    assert two.cuts == (one.width,)
    moved = [msgspec.structs.replace(slot, x=round(slot.x + 2, 4)) for slot in one.slots]
    assert list(two.slots) == [*one.slots, *moved]


SLOT = '{"x":0,"y":0,"width":1,"height":1,"shot":0}'
SHEET = '{"name":"odd","width":2,"height":2,"slots":[%s]}'
ODD = {
    "a slot beyond the sheet": SHEET % SLOT.replace('"x":0', '"x":1.5'),
    "slots over each other": SHEET % f"{SLOT},{SLOT}",
    "a shot without a slot": SHEET % SLOT.replace('"shot":0', '"shot":1'),
    "no slot at all": SHEET % "",
    "nothing to be seen": SHEET % SLOT.replace('"width":1', '"width":0'),
    "an unknown word": SHEET % SLOT.replace('"x"', '"left"'),
    "another's name": (SHEET % SLOT).replace("odd", "other"),
    "a cut beyond": (SHEET % SLOT).replace('"slots"', '"cuts":[3],"slots"'),
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_what_would_print_badly_is_not_loaded(text, tmp_path):
    (tmp_path / "odd.json").write_text(text)
    with pytest.raises(msgspec.ValidationError):
        templates.load(tmp_path)


# --- framing ---------------------------------------------------------------------------------

layers = st.builds(
    Layer,
    st.just(""),
    x=st.floats(0, 1, width=32),
    y=st.floats(0.25, 1, width=32),
    scale=st.floats(0.25, 1.5, width=32),
)


def scene_of(found: list[Layer]) -> tuple[Scene, dict[str, Span]]:
    """Return a scene, and spans of people who fill the middle half of their frames."""
    named = [replace(layer, guest=f"g{n}") for n, layer in enumerate(found)]
    scene = Scene(Background(), tuple(named))
    return scene, {layer.guest: span(layer, STAGE_ASPECT) for layer in named}


def span(layer: Layer, aspect: float) -> Span:
    half = layer.scale * (4 / 3) / aspect / 4
    return Span(layer.x - half, layer.x + half)


@given(st.lists(layers, min_size=1, max_size=6), st.floats(0.4, STAGE_ASPECT))
def test_whoever_is_seen_is_seen_in_any_window(found, aspect):
    scene, spans = scene_of(found)
    frame = framed(scene, spans, aspect)
    assert 0 <= frame.left < frame.right <= 1 + 1e-9
    assert frame.right - frame.left == pytest.approx(aspect / STAGE_ASPECT)
    steps = []
    for old, new in zip(scene.layers, frame.scene.layers, strict=True):
        steps.append(new.scale / old.scale)
        seen = span(new, aspect)
        if spans[old.guest].left >= 0:
            assert seen.left >= -1e-6
        if spans[old.guest].right <= 1:
            assert seen.right <= 1 + 1e-6
        # Feet that were on the lower edge still are.
        if old.y + old.scale / 2 == 1:
            assert new.y + new.scale / 2 == pytest.approx(1)
    assert steps == pytest.approx([steps[0]] * len(steps))
    assert max(steps) <= 1 + 1e-9


@given(st.lists(layers, min_size=2, max_size=2), st.floats(0.4, STAGE_ASPECT))
def test_neighbours_keep_their_distance_in_their_own_measure(found, aspect):
    scene, spans = scene_of(found)
    one, other = framed(scene, spans, aspect).scene.layers
    step = one.scale / found[0].scale
    across = (one.x - other.x) * aspect
    assert across == pytest.approx((found[0].x - found[1].x) * STAGE_ASPECT * step, abs=1e-6)


def test_the_stages_own_shape_changes_nothing():
    scene = Scene(Background(), arranged(["a", "b", "c"], "row"))
    frame = framed(scene, {g: Span(0, 1) for g in "abc"}, STAGE_ASPECT)
    assert (frame.left, frame.right) == (0, 1)
    for old, new in zip(scene.layers, frame.scene.layers, strict=True):
        assert place(old, 4 / 3, 1920, 1080) == place(new, 4 / 3, 1920, 1080)

"""A layer in one's hands: wheel, corners, knob, double click, two fingers."""

import pytest
from conftest import NewGuest
from guest import Guest, meet
from playwright.sync_api import expect

OWN = """
  const { scene, boxes, me } = window.sameframe.booth;
  const own = scene.value.layers.find((layer) => layer.guest === me.value);
  const box = boxes.value.find((box) => box.guest === me.value);
"""


@pytest.fixture(scope="module")
def alone(regular: NewGuest) -> Guest:
    """A host in a room of her own, standing."""
    person = regular("A", has_touch=True)
    meet(person)
    return person


def layer(person: Guest) -> dict:
    """Return one's own layer as the server has it."""
    return person.page.evaluate(f"() => {{ {OWN} return own; }}")


def middle(person: Guest) -> tuple[float, float]:
    """Return the point of the screen where one's own cutout is, a little below its centre."""
    area = person.stage.bounding_box()
    box = person.page.evaluate(f"() => {{ {OWN} return box; }}")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.7
    return area["x"] + area["width"] * x, area["y"] + area["height"] * y


def select(person: Guest) -> None:
    """Click oneself, and wait for the handles."""
    person.page.mouse.click(*middle(person))
    expect(person.page.locator(".handle.nw")).to_be_visible()


def pull(person: Guest, handle: str, dx: float, dy: float) -> None:
    """Drag a handle, once it rests, by so many pixels."""
    grip = person.page.locator(handle)
    grip.hover()
    box = grip.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    person.page.mouse.down()
    person.page.mouse.move(x + dx, y + dy, steps=5)
    person.page.mouse.up()


def until(person: Guest, what: str, before: dict) -> dict:
    """Wait until something is so of the committed layer; return it."""
    return person.until(f"(before) => {{ {OWN} return ({what}) && own; }}", before)


def test_the_wheel_scales_and_a_double_click_resets(alone: Guest) -> None:
    first = layer(alone)
    select(alone)
    alone.page.mouse.wheel(0, 400)
    smaller = until(alone, "own.scale < before.scale - 0.05", first)
    alone.page.mouse.wheel(0, -200)
    until(alone, "own.scale > before.scale + 0.02", smaller)
    alone.page.mouse.dblclick(*middle(alone))
    until(alone, "Math.abs(own.scale - before.scale) < 1e-6", first)


def test_corners_scale_and_the_knob_turns(alone: Guest) -> None:
    first = layer(alone)
    select(alone)
    pull(alone, ".handle.nw", 90, 70)
    scaled = until(alone, "own.scale < before.scale - 0.05", first)
    pull(alone, ".handle.knob", 120, 40)
    turned = until(alone, "Math.abs(own.rotation - before.rotation) > 5", scaled)
    assert abs(turned["scale"] - scaled["scale"]) < 1e-6


def test_two_fingers_scale(alone: Guest) -> None:
    first = layer(alone)
    select(alone)
    x, y = middle(alone)
    fingers = alone.context.new_cdp_session(alone.page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": px, "y": py, "id": n} for n, (px, py) in enumerate(points)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    touch("touchStart", (x - 60, y))
    touch("touchStart", (x - 60, y), (x + 60, y))
    for step in range(1, 6):
        touch("touchMove", (x - 60 + 6 * step, y), (x + 60 - 6 * step, y))
    touch("touchEnd")
    until(alone, "own.scale < before.scale * 0.8", first)

"""A layer in one's hands: wheel, corners, knob, double click, two fingers."""

import io
from pathlib import Path

import numpy as np
import pytest
from conftest import NewGuest
from guest import Guest, is_colour, meet
from PIL import Image
from playwright.sync_api import expect
from skimage import data

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
    """Click oneself where the stage shows one, and wait for the handles."""
    person.until(
        f"() => {{ {OWN} return box && Math.abs(box.x + box.width / 2 - own.x) < 0.01"
        " && Math.abs(box.height - own.scale) < 0.01; }"
    )
    person.page.mouse.click(*middle(person))
    expect(person.page.locator(".handle.nw")).to_be_visible()


def pull(person: Guest, handle: str, dx: float, dy: float, meanwhile: str = "") -> None:
    """Drag a handle, once it rests, by so many pixels; something may happen while it is held."""
    grip = person.page.locator(handle)
    grip.hover()
    box = grip.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    person.page.mouse.down()
    person.page.evaluate(f"() => {{ {meanwhile} }}")
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


def test_a_handle_stays_in_the_hand_when_an_earlier_press_is_answered_late(alone: Guest) -> None:
    first = layer(alone)
    select(alone)
    alone.page.evaluate(
        """() => {
          const { booth } = window.sameframe;
          const [pick, late] = [booth.pick, []];
          booth.pick = () => new Promise((answer) => late.push(answer));
          window.answer = () => {
            booth.pick = pick;
            for (const answer of late) answer(null); // nobody was there
          };
        }"""
    )
    alone.page.mouse.click(*middle(alone))
    pull(alone, ".handle.se", 40, 30, meanwhile="answer()")
    until(alone, "own.scale > before.scale + 0.02", first)
    expect(alone.page.locator(".handle.se")).to_be_visible()


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


def test_a_prop_is_put_moved_written_on_and_removed(alone: Guest) -> None:
    alone.before_green()
    red = (212, 71, 46)
    before = is_colour(alone.picture(), red).sum()
    alone.button("Props").click()
    alone.button("Heart").click()
    heart = alone.page.get_by_role("application", name="Heart in the picture", exact=True)
    expect(heart).to_be_visible()
    seen = lambda g: is_colour(g.picture(), red).sum() > before + 600  # noqa: E731
    alone.eventually(seen, "the heart is there")
    alone.button("Send backward").click()
    alone.until("() => window.sameframe.booth.scene.value.layers[0].guest.startsWith('o')")
    x, y = alone.until(
        """() => {
          const { scene, boxes } = window.sameframe.booth;
          const { id } = scene.value.props[0];
          const box = boxes.value.find(({ guest }) => guest === id);
          const own = box && box.width < box.height * 0.7; // no more as wide as a person's
          return own && [box.x + box.width / 2, box.y + box.height / 2];
        }"""
    )
    area = alone.stage.bounding_box()
    from_ = area["x"] + area["width"] * x, area["y"] + area["height"] * y
    heart.focus()
    for _ in range(4):
        alone.page.keyboard.press("Shift+ArrowLeft")
    alone.until("(x) => window.sameframe.booth.scene.value.layers[0].x < x - 0.1", x)
    alone.page.mouse.move(from_[0] - area["width"] * 0.2, from_[1])
    alone.page.mouse.down()
    alone.page.mouse.move(from_[0] - area["width"] * 0.3, from_[1], steps=5)
    alone.page.mouse.up()
    alone.until("(x) => window.sameframe.booth.scene.value.layers[0].x < x - 0.25", x)

    alone.button("Props").click()
    alone.button("Speech bubble").click()
    words = alone.page.get_by_role("textbox", name="Text", exact=True)
    words.fill("See you in Seoul")
    # Somebody else moves something meanwhile: what is typed stays.
    alone.page.evaluate("() => window.sameframe.booth.props.add('star')")
    star = alone.until(
        "() => window.sameframe.booth.scene.value.props.find((one) => one.design === 'star')?.id"
    )
    expect(alone.page.locator(f"[data-guest={star}]")).to_be_visible()
    expect(words).to_have_value("See you in Seoul")
    words.press("Enter")
    said = alone.page.get_by_role("application", name="Speech bubble: See you in Seoul")
    expect(said).to_be_focused()
    alone.page.keyboard.press("Delete")
    alone.page.evaluate("(id) => window.sameframe.booth.props.remove(id)", star)
    heart.focus()
    alone.page.keyboard.press("Delete")
    alone.until("() => window.sameframe.booth.scene.value.props.length === 0")
    alone.eventually(lambda g: not seen(g), "the heart is gone")


def test_a_stage_that_is_kept_waiting_has_fewer_frames_cut_and_gets_them_back(alone: Guest) -> None:
    rate = """async (wanted) => {
      const { booth, stats } = window.sameframe;
      booth.own.cutout.spare({ type: "sparing", steps: [], camera_fps: wanted }); // as it would say
      const { cutout } = await stats();
      return wanted ? cutout.fps < wanted + 1 : cutout.fps > 4;
    }"""
    alone.until(rate, 2)
    alone.until(rate, None)


def test_an_absent_friend_is_cut_out_here_and_stands_among_us(alone: Guest, tmp_path: Path) -> None:
    photo = tmp_path / "friend.jpg"
    Image.fromarray(data.astronaut()).save(photo)
    posts: list[str] = []
    alone.page.on("request", lambda r: r.method == "POST" and posts.append(r.url))
    alone.page.evaluate(  # the debugger is told nothing of a Blob's bytes
        """() => {
          const { send } = XMLHttpRequest.prototype;
          XMLHttpRequest.prototype.send = function (body) {
            window.sent = body;
            send.call(this, body);
          };
        }"""
    )
    alone.button("Props").click()
    alone.button("Add a friend").click()
    alone.page.get_by_label("Choose a photo").last.set_input_files(photo)
    expect(alone.page.get_by_role("img", name="Your friend, cut out")).to_be_visible()
    assert not posts
    alone.button("Looks good").click()
    friend = alone.page.get_by_role("application", name="Absent friend in the picture")
    expect(friend).to_be_visible()
    assert len(posts) == 1
    sent = alone.until(
        """async () => {
          const bytes = new Uint8Array(await window.sent.arrayBuffer());
          return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
        }"""
    )
    cutout = Image.open(io.BytesIO(bytes.fromhex(sent)))
    assert cutout.mode == "RGBA"
    assert 0.2 < (np.asarray(cutout)[..., 3] > 128).mean() < 0.8
    # The flag behind her and the shuttle's model are the photo's, not hers.
    assert not np.asarray(cutout)[20:120, 10:80].any()
    alone.until("() => window.sameframe.booth.scene.value.layers[0].guest.startsWith('o')")

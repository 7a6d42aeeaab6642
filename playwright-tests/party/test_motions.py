"""What moves, and what is chosen from: a GIF of everyone, and the best of a burst."""

import io
from itertools import pairwise

import numpy as np
from guest import GREEN, Guest, Party, is_colour
from PIL import Image, ImageSequence
from playwright.sync_api import expect
from printing import fetched

# The newest picture, once it is printed.
PRINTED = """() => {
  const [picture] = window.sameframe.booth.pictures.value;
  return picture?.state === "printed" ? picture : null;
}"""


def take(person: Guest, format_: str) -> None:
    """Choose a format without a countdown, and press."""
    person.button("Format and timer").click()
    person.page.get_by_role("radio", name="None").check(force=True)
    person.page.get_by_role("radio", name=format_, exact=True).check()
    person.page.keyboard.press("Escape")
    person.button("Take a photo").click()


def test_a_gif_shows_everyone_moving(party: Party) -> None:
    a, b, _ = party
    for person in party:
        person.note()
    take(b, "Moving picture")
    for person in party:
        person.until("() => noted.motion.includes('rolling')")
    a.until(PRINTED, timeout=60_000)
    expect(a.page.get_by_role("img", name="Your moving picture")).to_be_visible()
    with a.page.expect_download() as download:
        a.page.get_by_role("link", name="Download as GIF").click()
    gif = Image.open(io.BytesIO(download.value.path().read_bytes()))
    assert (gif.format, gif.size, gif.info["loop"]) == ("GIF", (640, 360), 0)
    frames = []
    length = 0
    for frame in ImageSequence.Iterator(gif):
        frames.append(np.asarray(frame.convert("RGB")).astype(int))
        length += frame.info["duration"]
    # Two seconds; frames between which nobody moved a hair count as one.
    assert length == 2_000
    assert 5 <= len(frames) <= 25
    for frame in (frames[0], frames[-1]):
        shown = ~is_colour(frame[180:], GREEN, slack=40)
        assert min(third.mean() for third in np.array_split(shown, 3, axis=1)) > 0.15
    changes = [np.abs(x - y).max() for x, y in pairwise(frames)]
    assert min(changes) > 0
    assert max(changes) > 40

    # Whoever does not like movement has it stand still, until they want to see it.
    calm = b.context.new_page()
    calm.emulate_media(reduced_motion="reduce")
    calm.goto(b.page.evaluate(PRINTED)["print"]["page"])
    image = calm.get_by_role("main").get_by_role("img", name="Moving picture")
    assert image.evaluate("(image) => image.currentSrc").endswith(".jpg")
    calm.get_by_role("button", name="Play").click()
    assert image.evaluate("(image) => image.src").endswith(".moving.webp")
    calm.close()


def test_the_best_of_a_burst_stays(party: Party) -> None:
    a, b, _ = party
    count = "() => window.sameframe.booth.pictures.value.length"
    before = {person: person.page.evaluate(count) for person in (a, b)}
    take(b, "Burst of five")
    burst = """(before) => {
      const shots = window.sameframe.booth.pictures.value.slice(0, -before || undefined);
      const whole = shots.length === 5 && shots.every(({ state }) => state === "printed");
      return whole && shots.map(({ shot, burst, print }) => ({ shot, burst, print })).reverse();
    }"""
    shots = b.until(burst, before[b], timeout=120_000)
    assert len({shot["burst"] for shot in shots}) == 1
    assert all(shot["print"]["width"] == 3840 for shot in shots)

    # The other sees them all; who pressed chooses, by the keyboard.
    expect(a.page.get_by_role("img", name="Photo 5 of 5")).to_be_visible()
    group = b.page.get_by_role("group", name="Choose the best")
    expect(group.get_by_role("radio")).to_have_count(5)
    expect(b.button("Keep this one")).to_be_disabled()
    group.get_by_role("radio", name="Photo 1 of 5").focus()
    for key in ("ArrowRight", "ArrowRight"):
        b.page.keyboard.press(key)
    expect(group.get_by_role("radio", name="Photo 3 of 5")).to_be_checked()
    b.button("Keep this one").press("Enter")

    best = shots[2]
    for person in (a, b):
        person.until(
            """({ shot, count }) => {
              const all = window.sameframe.booth.pictures.value;
              return all.length === count && all[0].shot === shot && all[0].burst === null;
            }""",
            {"shot": best["shot"], "count": before[person] + 1},
        )
        expect(person.page.locator("figure.print.single")).to_be_visible()
    album = b.page.evaluate("() => window.sameframe.booth.album.value")
    wall = fetched(b, album).decode()
    assert best["print"]["page"] in wall
    for shot in shots:
        status = b.context.request.get(shot["print"]["jpeg"]).status
        assert status == (200 if shot is best else 404)
        assert (shot["shot"] in wall) == (shot is best)
    kept = Image.open(io.BytesIO(fetched(b, best["print"]["jpeg"])))
    assert kept.size == (3840, 2160)

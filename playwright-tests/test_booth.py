"""The main job: two and three people meet in one picture, move, and take a photo."""

import numpy as np
from conftest import NewGuest
from guest import GREEN, PICTURE_MS, Guest, is_colour, meet
from playwright.sync_api import expect


def boxes(guest: Guest) -> dict[str, dict]:
    """Return where each guest stands by name, in fractions of the stage."""
    return guest.page.evaluate(
        """() => {
          const { guests, boxes } = window.sameframe.booth;
          const name = (id) => guests.value.find((g) => g.id === id)?.name;
          return Object.fromEntries(boxes.value.map((box) => [name(box.guest), box]));
        }"""
    )


def stands(guest: Guest, name: str) -> bool:
    """Tell whether a person is seen in `name`'s place on the green stage, cut out."""
    picture = guest.picture()
    height, width = picture.shape[:2]
    box = boxes(guest).get(name)
    if box is None:
        return False
    left, top = max(0, int(box["x"] * width)), max(0, int(box["y"] * height))
    right = min(width, int((box["x"] + box["width"]) * width))
    bottom = min(height, int((box["y"] + box["height"]) * height))
    place = picture[top:bottom, left:right]
    person = ~is_colour(place, GREEN)
    h, w = person.shape
    middle = person[h // 2 :, int(w * 0.35) : int(w * 0.65)].mean()
    corner = person[: h // 8, : w // 8].mean()
    return middle > 0.7 and corner < 0.3


def test_the_second_runtime_takes_over_where_the_first_does_not_run(guest: NewGuest) -> None:
    a = guest("A", new=True)
    a.context.route("**/litert_wasm_internal.wasm", lambda route: route.abort())
    a.start_room()
    a.join("Ada")
    a.before_green()
    a.wait_for_guests("Ada")
    a.eventually(lambda g: stands(g, "Ada"), "Ada is seen cut out")
    assert a.stats()["cutout"]["runtime"] == "tasks"


def test_who_left_may_start_another_room_at_once(guest: NewGuest) -> None:
    a = guest("A")
    first = a.start_room()
    a.join("Ada")
    a.wait_for_guests("Ada")
    a.button("Leave").click()
    a.button("Start a new room").click()
    a.page.wait_for_url(lambda url: "/r/" in url and not url.endswith(first))
    a.until("() => window.sameframe.booth.loading.value !== null")
    a.join("Ada")
    a.wait_for_guests("Ada")
    assert a.errors == []


def test_a_drag_is_seen_by_the_other_and_by_who_comes_later(guest: NewGuest) -> None:
    a, b = guest("A"), guest("B")
    path = meet(a, b)
    start = boxes(b)["Bo"]
    area = b.stage.bounding_box()
    x = area["x"] + area["width"] * (start["x"] + start["width"] / 2)
    y = area["y"] + area["height"] * (start["y"] + start["height"] * 0.7)
    b.page.mouse.move(x, y)
    b.page.mouse.down()
    b.page.mouse.move(x - 40, y - 20, steps=4)
    b.page.mouse.move(x - 120, y - 60, steps=8)
    b.page.mouse.up()
    for person in (a, b):
        person.until(
            """([x]) => {
              const { guests, boxes } = window.sameframe.booth;
              const bo = guests.value.find((g) => g.name === "Bo")?.id;
              const box = boxes.value.find((b) => b.guest === bo);
              return box && box.x < x - 0.05;
            }""",
            [start["x"]],
        )
    a.eventually(
        lambda _: abs(boxes(a)["Bo"]["x"] - boxes(b)["Bo"]["x"]) < 0.01, "both see Bo in one place"
    )
    late = guest("C").open(path).join("Cy")
    late.until("() => window.sameframe.booth.boxes.value.length === 3", timeout=PICTURE_MS)
    for name in ("Ada", "Bo"):
        assert abs(boxes(late)[name]["x"] - boxes(a)[name]["x"]) < 0.01
        assert abs(boxes(late)[name]["y"] - boxes(a)[name]["y"]) < 0.01
    segments_once(a)


def segments_once(person: Guest) -> None:
    """Check that inference runs once per own frame, however many guests there are."""
    before = person.stats()["cutout"]
    person.until(
        "async (n) => (await window.sameframe.stats()).cutout?.frames > n", before["frames"] + 10
    )
    after = person.stats()["cutout"]
    frames = after["frames"] - before["frames"]
    assert frames > 10
    assert abs((after["segmentations"] - before["segmentations"]) - frames) <= 1


def test_two_people_see_each_other_cut_out_on_both_stages(pair: tuple[Guest, Guest]) -> None:
    a, b = pair
    a.before_green()
    for person in (a, b):
        for name in ("Ada", "Bo"):
            person.eventually(lambda g, n=name: stands(g, n), f"{name} is seen cut out")
    stats = b.stats()
    ada = next(row for row in stats["guests"] if row["name"] == "Ada")
    assert ada["codec"] in ("video/H264", "video/VP8")
    assert abs(ada["width"] / ada["height"] - 4 / 3) < 0.02
    assert not a.errors
    assert not b.errors


def test_after_a_reload_one_is_back_in_ones_own_place(pair: tuple[Guest, Guest]) -> None:
    a, b = pair
    b.page.keyboard.press("Tab")
    before = b.me()["id"]
    b.page.evaluate(
        """() => {
          const { scene, me, placeLayer } = window.sameframe.booth;
          const own = scene.value.layers.find((layer) => layer.guest === me.value);
          window.sameframe.booth.placeLayer({ ...own, x: 0.8, scale: 0.5, y: 0.75 });
        }"""
    )
    a.until(
        "() => window.sameframe.booth.scene.value.layers.some((l) => Math.abs(l.x - 0.8) < 0.01)"
    )
    seen = "window.sameframe.booth.guests.value.find((g) => g.name === 'Bo')"
    epoch = a.page.evaluate(f"() => {seen}.epoch")
    b.page.reload()
    a.until(f"(before) => {seen}.here && {seen}.epoch > before", epoch)
    b.wait_for_guests("Ada", "Bo")
    assert b.me()["id"] == before
    own = boxes(b)["Bo"]
    assert abs(own["x"] + own["width"] / 2 - 0.8) < 0.01
    assert len(a.stats()["guests"]) == 2


def test_a_photo_is_seen_at_once_and_shows_everyone(pair: tuple[Guest, Guest]) -> None:
    a, b = pair
    a.before_green()
    a.page.evaluate("() => window.sameframe.booth.tidy('row')")
    a.eventually(lambda g: stands(g, "Bo"), "Bo is seen")
    for person in (a, b):
        person.note()
    a.button("Take a photo").click()
    for person in (a, b):
        photo = person.photo()
        assert person.has_counted()
        assert (photo.format, photo.size) == ("BMP", (1280, 720))
        shown = ~is_colour(np.asarray(photo.convert("RGB")), GREEN)
        halves = shown[360:, :640].mean(), shown[360:, 640:].mean()
        assert min(halves) > 0.15, "somebody is missing"
        assert shown[:40].mean() < 0.3, "the background is missing"
        person.until("() => document.querySelector('.print img')?.naturalWidth > 0")


def test_the_whole_room_gets_another_background_at_once(pair: tuple[Guest, Guest]) -> None:
    a, b = pair
    before = b.picture()
    a.button("Background").click()
    a.page.get_by_role("radio", name="Beach").click()
    b.eventually(
        lambda g: np.abs(g.picture()[:80].astype(int) - before[:80].astype(int)).mean() > 20,
        "the background changes at Bo's",
    )


def test_leaving_takes_one_out_of_everyones_picture(pair: tuple[Guest, Guest]) -> None:
    a, b = pair  # the last test of theirs
    b.button("Leave").click()
    a.until("() => window.sameframe.booth.guests.value.length === 1")
    a.until("() => window.sameframe.booth.boxes.value.length === 1")
    assert list(boxes(a)) == ["Ada"]
    expect(b.page.get_by_role("heading").first).to_be_visible()

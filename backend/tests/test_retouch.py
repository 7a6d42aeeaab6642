"""Shots changed afterwards: the rules, and the host's form."""

import io
import re
from dataclasses import replace

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sameframe import errors, retouch, shots, texts
from sameframe.retouch import Wish, moved, retouched, stepped
from sameframe_worker.scene import (
    SCALE_MAX,
    SCALE_MIN,
    Background,
    Layer,
    Look,
    Prop,
    Scene,
    arranged,
)

from .shooting import GREEN, RED, Shooting, code, cutout, list_files, until

PLAIN = Background("plain", "#ffffff")
SEPIA = Look("sepia", 0.5)
SCENE = Scene(PLAIN, arranged(["a", "b", "c"], "row"), SEPIA, "auto")
numbers = st.floats(-5, 5)


def wish(guest: str, **changed: object) -> Wish:
    layer = SCENE.layer(guest)
    found = Wish(guest, True, 1, layer.x, layer.scale, layer.mirror)
    return replace(found, **changed)


WISHES = [wish(guest, depth=n) for n, guest in enumerate("abc")]

# --- the rules -------------------------------------------------------------------------------


def test_what_is_not_changed_stays():
    assert retouched(SCENE, PLAIN, SEPIA, "auto", None, WISHES) == SCENE


def test_people_go_to_the_front_and_out_of_the_picture_and_come_back():
    wishes = [replace(WISHES[0], depth=9), replace(WISHES[1], shown=False), WISHES[2]]
    without = retouched(SCENE, PLAIN, SEPIA, "auto", None, wishes)
    assert [layer.guest for layer in without.layers] == ["c", "a"]
    again = retouched(without, PLAIN, SEPIA, "auto", None, WISHES)
    assert [layer.guest for layer in again.layers] == ["a", "b", "c"]
    assert again.layer("a") == SCENE.layer("a")


def test_props_move_leave_and_come_back_and_people_are_arranged_around_them():
    star = Prop("o00000001", "star")
    layer = Layer(star.id, x=0.1, y=0.2, scale=0.3)
    scene = SCENE.with_prop(star).with_layer(layer)
    there = Wish(star.id, True, 0, 0.5, 0.4, False, y=0.6)
    moved_ = retouched(scene, PLAIN, SEPIA, "auto", None, [*WISHES, there])
    assert moved_.layer(star.id) == replace(layer, x=0.5, y=0.6, scale=0.4)
    assert moved_.layers[0].guest in ("a", star.id)
    row = retouched(moved_, PLAIN, SEPIA, "auto", "row", [*WISHES, there])
    assert row.people == SCENE.layers
    without = retouched(scene, PLAIN, SEPIA, "auto", None, [*WISHES, replace(there, shown=False)])
    assert without.layers == SCENE.layers
    again = retouched(without, PLAIN, SEPIA, "auto", None, [*WISHES, there])
    assert again.layer(star.id).scale == 0.4


def test_who_stands_on_the_floor_grows_from_it():
    larger = retouched(
        SCENE, PLAIN, SEPIA, "auto", None, [replace(WISHES[0], scale=1.2), *WISHES[1:]]
    )
    layer = larger.layer("a")
    assert (layer.scale, layer.y + layer.scale / 2) == (1.2, pytest.approx(1))


def test_an_arrangement_keeps_who_is_left_of_whom():
    wishes = [replace(WISHES[0], x=0.9), replace(WISHES[1], x=0.1, mirror=True), WISHES[2]]
    scene = retouched(SCENE, PLAIN, SEPIA, "auto", "row", wishes)
    assert [la.guest for la in sorted(scene.layers, key=lambda la: la.x)] == ["b", "c", "a"]
    assert scene.layer("b").mirror


@pytest.mark.parametrize(
    ("background", "look", "error"),
    [
        (Background("none such"), SEPIA, errors.UnknownBackground),
        (Background("plain", "red"), SEPIA, errors.BadColour),
        (PLAIN, Look("none such"), errors.UnknownLook),
        (PLAIN, Look("film", float("nan")), errors.BadLook),
    ],
)
def test_only_backgrounds_and_looks_that_there_are(background, look, error):
    with pytest.raises(error):
        retouched(SCENE, background, look, "auto", None, WISHES)


@given(st.lists(st.tuples(st.booleans(), st.integers(), numbers, numbers), min_size=3, max_size=3))
def test_whatever_is_asked_everyone_can_be_seen(asked):
    wishes = [
        Wish(guest, shown, depth, x, scale, False)
        for guest, (shown, depth, x, scale) in zip("abc", asked, strict=True)
    ]
    scene = retouched(SCENE, PLAIN, SEPIA, "auto", None, wishes)
    assert {la.guest for la in scene.layers} == {w.guest for w in wishes if w.shown}
    for layer in scene.layers:
        assert 0 <= layer.x <= 1
        assert SCALE_MIN <= layer.scale <= SCALE_MAX


@given(st.lists(st.sampled_from(["undo", "redo", "new"]), max_size=200))
def test_the_history_goes_back_and_forth(course):
    history, at, number = ["0"], 0, 0
    for what in course:
        if what == "new":
            number += 1
            history, at = stepped(history, at, str(number))
            assert history[at] == str(number)
            assert at == len(history) - 1
        else:
            at = moved(history, at, what)
        assert 0 <= at < len(history) <= retouch.STEPS_MAX
        assert history[0] == "0"


@pytest.mark.parametrize("state", ["opened", "expecting", "missed"])
def test_nothing_is_changed_before_there_is_something(state):
    with pytest.raises(errors.NotPrinted):
        shots.step(shots.Shot(0, frozenset("a"), state), shots.Edited(), 1)


def test_a_change_wants_another_print():
    printed = shots.Shot(0, frozenset("a"), "printed", frozenset("a"), made=1)
    edited = shots.step(printed, shots.Edited(), 10**12)
    assert (edited.state, edited.wanted) == ("settled", 2)
    assert shots.step(edited, shots.Edited(), 10**12) == edited
    printing = shots.step(edited, shots.Started(), 10**12)
    assert shots.step(printing, shots.Edited(), 10**12).wanted == 3


# --- the form --------------------------------------------------------------------------------


@pytest.fixture
def shooting(booth, small_prints) -> Shooting:
    return Shooting.begin(booth)


@pytest.fixture
def host(shooting):
    """Return the host's browser."""
    origin = {"origin": shooting.booth.url}
    with httpx2.Client(base_url=shooting.booth.url, headers=origin) as browser:
        bearer = {"authorization": f"Bearer {shooting.made.host}"}
        shooting.printed()
        assert browser.post(f"/a/{shooting.album}/host", headers=bearer).is_success
        yield browser


def fields(page: str) -> dict[str, str]:
    """Return what a browser would send of the form as it is."""
    found = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag)[1], re.search(r'value="([^"]+)"', tag)
        if 'type="checkbox"' not in tag or " checked" in tag:
            found[name] = value[1] if value else "on"
    for name, options in re.findall(r'<select name="(\w+)">(.*?)</select>', page, re.DOTALL):
        found[name] = re.search(r'value="(\w*)" selected', options)[1]
    return found


def colours(shooting: Shooting, print_) -> list[tuple[int, int, int]]:
    """Return what is seen at the lower edge, from left to right, and in the upper left corner."""
    picture = Image.open(io.BytesIO(shooting.get(print_.png).content)).convert("RGB")
    w, h = picture.size
    return [picture.getpixel(at) for at in ((w // 4, h - 9), (3 * w // 4, h - 9), (3, 3))]


def alike(found, *wanted) -> bool:
    pairs = zip(found, wanted, strict=True)
    return all(abs(a - b) < 6 for one, two in pairs for a, b in zip(one, two, strict=True))


def test_the_host_changes_a_shot_and_takes_it_back(shooting, host):
    shot = shooting.printed()[0].shot
    edit = f"/a/{shooting.album}/{shot}/edit"
    one, two = (guest.welcome.you for guest in shooting.guests)

    def submit(number: int, **changed: str):
        form = fields(host.get(edit).text) | changed
        answer = host.post(edit, data={k: v for k, v in form.items() if v is not None})
        assert (answer.status_code, answer.headers["location"]) == (303, edit)
        done = shooting.changed(lambda m: m.state == "printed" and m.print.number == number)
        return colours(shooting, done.print)

    page = host.get(edit).text
    assert page.count("<script") == 1  # the pages' own, without which all of this works
    assert 'value="undo" disabled' in page
    assert fields(page)["background"] == "plain"
    assert '<optgroup label="City">' in page
    white = (255, 255, 255)
    assert alike(submit(2, colour="#0000ff", do="apply"), RED, GREEN, (0, 0, 255))
    assert alike(submit(3, **{f"{one}.shown": None}), (0, 0, 255), GREEN, (0, 0, 255))
    swapped = {f"{one}.shown": "on", f"{two}.x": "25", f"{one}.x": "75"}
    submit(4, **swapped)
    assert alike(submit(5, **{f"{one}.x": "75"}), GREEN, RED, (0, 0, 255))
    for number, wanted in enumerate([None, (0, 0, 255), RED, RED], 6):
        seen = submit(number, do="undo")
        if wanted:
            assert alike(seen[:1], wanted)
    assert alike(seen, RED, GREEN, white)
    assert 'value="undo" disabled' in host.get(edit).text
    assert alike(submit(10, do="redo"), RED, GREEN, (0, 0, 255))
    assert (fields(host.get(edit).text)["look"], fields(host.get(edit).text)["strength"]) == (
        "natural",
        "100.0",
    )
    noir = submit(11, look="noir", strength="100")
    assert all(max(colour) - min(colour) <= 6 for colour in noir)
    assert 'value="noir" selected' in host.get(edit).text
    assert alike(submit(12, do="undo"), RED, GREEN, (0, 0, 255))
    assert fields(host.get(edit).text)["light"] == "off"
    lit = submit(13, light="strong")
    assert not alike(lit[:2], RED, GREEN)  # before so blue a wall
    assert lit[0][0] < RED[0] - 8
    assert alike(submit(14, do="undo"), RED, GREEN, (0, 0, 255))


def test_only_the_host_changes_anything_and_takes_cutouts(shooting, host):
    _, done = shooting.printed()
    page, guest = done.print.page, shooting.guests[0].welcome.you
    assert f"{page}/edit" in host.get(page).text
    assert "/edit" not in shooting.get(page).text
    for path in (f"{page}/edit", f"{page}/cutouts/{guest}.png", f"{page}/cutouts/{guest}.webp"):
        refused = shooting.get(path)
        assert refused.status_code == 403
        assert texts.TEXTS["en"]["hosts"] in refused.text
        assert host.get(path).status_code == 200
    form = fields(host.get(f"{page}/edit").text)
    evil = {"origin": "http://evil.example"}
    assert code(host.post(f"{page}/edit", data=form, headers=evil)) == (403, "wrong_origin")
    stranger = httpx2.post(f"{shooting.booth.url}{page}/edit", data=form, headers=host.headers)
    assert code(stranger) == (403, "bad_host_token")


def test_a_cutout_is_the_layer_as_it_was_kept(shooting, host):
    _, done = shooting.printed()
    guest = shooting.guests[1].welcome.you
    answer = host.get(f"{done.print.page}/cutouts/{guest}.png")
    assert answer.headers["content-type"] == "image/png"
    found = Image.open(io.BytesIO(answer.content))
    wanted = Image.open(io.BytesIO(cutout(GREEN)))
    assert found.mode == "RGBA"
    assert found.tobytes() == wanted.tobytes()
    for odd in ("gnobody00.png", "x.png", f"{guest}.jpg", f"..%2f{guest}.png"):
        assert host.get(f"{done.print.page}/cutouts/{odd}").status_code == 404


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"background": "none such"}, (404, "unknown_background")),
        ({"colour": "red"}, (400, "bad_colour")),
        ({"look": "none such"}, (404, "unknown_look")),
        ({"strength": "nan"}, (400, "bad_look")),
        ({"strength": "much"}, (400, "bad_form")),
        ({"light": "blinding"}, (400, "bad_form")),
        ({"x": "nan"}, (400, "bad_layer")),
        ({"x": "left"}, (400, "bad_form")),
        ({"depth": ""}, (400, "bad_form")),
        ({"more": "x" * 20_000}, (413, "form_too_large")),
    ],
)
def test_odd_forms_are_refused(shooting, host, changed, refusal):
    shot = shooting.printed()[0].shot
    edit, guest = f"/a/{shooting.album}/{shot}/edit", shooting.guests[0].welcome.you
    form = fields(host.get(edit).text)
    form |= {f"{guest}.{k}" if k in ("x", "depth") else k: v for k, v in changed.items()}
    status, name = code(host.post(edit, data=form))
    assert name == refusal[1]
    assert 400 <= status < 500


# --- taking oneself out ----------------------------------------------------------------------


def withdraw(shooting: Shooting, shot: str, of: int, by: int) -> httpx2.Response:
    guest, token = shooting.guests[of].welcome.you, shooting.guests[by].welcome.token
    url = f"{shooting.booth.url}/api/rooms/{shooting.made.room}/shots/{shot}/guests/{guest}"
    return httpx2.delete(url, headers={"authorization": f"Bearer {token}"})


def test_a_guest_takes_themselves_out_for_good(shooting, host, data):
    shutter, _ = shooting.printed()
    one, two = (guest.welcome.you for guest in shooting.guests)
    edit = f"/a/{shooting.album}/{shutter.shot}/edit"
    host.post(edit, data=fields(host.get(edit).text) | {"colour": "#0000ff"})
    shooting.changed(lambda m: m.state == "printed" and m.print.number == 2)
    assert code(withdraw(shooting, shutter.shot, of=1, by=0)) == (403, "bad_guest_token")
    assert withdraw(shooting, shutter.shot, of=1, by=1).status_code == 204
    done = shooting.changed(lambda m: m.state == "printed" and m.print.number == 3)
    assert (done.layers, done.expects) == ([one], [one])
    blue = (0, 0, 255)
    assert alike(colours(shooting, done.print), RED, blue, blue)
    host.post(edit, data={"do": "undo"})
    done = shooting.changed(lambda m: m.state == "printed" and m.print.number == 4)
    white = (255, 255, 255)
    assert alike(colours(shooting, done.print), RED, white, white)
    assert two not in host.get(edit).text
    assert not [f for f in list_files(data) if shutter.shot in f and two in f]
    assert code(withdraw(shooting, shutter.shot, of=1, by=1)) == (409, "not_expected")
    assert code(shooting.put(shutter, 1)) == (409, "not_expected")


def test_a_shot_with_nobody_left_is_gone(shooting, data):
    shutter, _ = shooting.printed()
    for n in range(2):
        assert withdraw(shooting, shutter.shot, of=n, by=n).status_code == 204
    shooting.changed(lambda m: m.deleted)
    until(lambda: list_files(data) == [])  # a print that was in hand goes when it is finished

"""Shots over real sockets and HTTP: from the shutter to the print, and everything that lies."""

import io

import httpx2
import numpy as np
import pytest
from PIL import Image
from sameframe import errors, pictures, prints, shots, wire
from sameframe.storage import Storage
from sameframe_worker.scene import Background, Layer, Scene

from .shooting import BLUE, GREEN, RED, Shooting, code, cutout, list_files, until

pytestmark = pytest.mark.usefixtures("small_prints")


@pytest.fixture
def shooting(booth) -> Shooting:
    return Shooting.begin(booth)


@pytest.fixture
def impatient(monkeypatch):
    """Wait for nobody long."""
    monkeypatch.setattr(shots, "DEADLINE_MS", 400)


def picture(shooting, changed: wire.ShotChanged) -> np.ndarray:
    file = shooting.get(changed.print.png)
    assert file.status_code == 200
    return np.asarray(Image.open(io.BytesIO(file.content)))


def shows(shown: np.ndarray, colour: tuple[int, int, int]) -> bool:
    """Tell whether a hundredth of the print or more is of this colour."""
    return (np.abs(shown.astype(int) - colour) <= 3).all(-1).mean() > 0.01


def colours(shown: np.ndarray) -> set[tuple[int, ...]]:
    """Return which of the guests' colours are in the print."""
    return {colour for colour in (RED, GREEN, BLUE) if shows(shown, colour)}


# --- the ordinary course ---------------------------------------------------------------------


def test_from_the_shutter_to_the_print(shooting):
    a, b = (guest.welcome.you for guest in shooting.guests)
    shutter = shooting.shoot()
    assert shutter.expects == [a, b]
    opened = shooting.changed(lambda m: True)
    assert (opened.shot, opened.state, opened.layers) == (shutter.shot, "opened", [])
    first = shooting.put(shutter, 0, cutout(RED))
    assert first.status_code == 201
    assert first.json()["kind"] == "layer"
    expecting = shooting.changed(lambda m: m.state == "expecting" and m.layers)
    assert (expecting.expects, expecting.layers, expecting.print) == ([a, b], [a], None)
    assert shooting.put(shutter, 1, cutout(GREEN, "WEBP", lossless=True)).json()["state"] in (
        "settled",
        "printing",
    )
    progress = [shooting.changed(lambda m: m.state == "printing").progress for _ in range(3)]
    assert progress == [0, 0.25, 0.5]
    printed = shooting.changed(lambda m: m.state == "printed")
    assert (printed.progress, printed.layers, printed.fills) == (1, [a, b], [])
    assert printed.skew_ms == 5
    assert (printed.print.width, printed.print.height) == prints.SIZE

    shown = picture(shooting, printed)
    scene = shooting.guests[0].welcome.scene
    layers = {g: Image.open(io.BytesIO(cutout(c))) for g, c in ((a, RED), (b, GREEN))}
    bo = shooting.booth.connect(shooting.made.room).join("Bo", camera="none")
    scene = Scene(Background("plain", "#ffffff"), bo.welcome.scene.layers)
    wanted = prints.compose(scene, prints.background(scene.background, None, prints.SIZE), layers)
    assert np.array_equal(shown, np.asarray(wanted))
    assert colours(shown) == {RED, GREEN}


def test_the_scene_is_the_one_at_the_instant(shooting):
    host = shooting.guests[0]
    shutter = shooting.shoot()
    small = Layer(host.welcome.you, x=0.5, y=0.5, scale=0.5)
    host.say(wire.Place(small))
    shooting.changed(lambda m: m.state == "expecting")
    host.say(wire.Place(Layer(host.welcome.you, x=0.5, y=0.5, scale=0.1)))
    shooting.put(shutter, 0, cutout(RED))
    shooting.put(shutter, 1, cutout(GREEN))
    shown = picture(shooting, shooting.changed(lambda m: m.state == "printed"))
    red = np.argwhere((np.abs(shown.astype(int) - RED) <= 3).all(-1))
    assert red[:, 0].max() - red[:, 0].min() + 1 == prints.SIZE[1] // 2


def test_at_the_deadline_a_fill_stands_in_and_the_late_layer_makes_it_anew(
    shooting, impatient, data
):
    a, b = (guest.welcome.you for guest in shooting.guests)
    shutter = shooting.shoot()
    assert shooting.put(shutter, 0, cutout(RED)).status_code == 201
    fill = shooting.put(shutter, 1, cutout(BLUE), kind="fill", by=0)
    assert (fill.status_code, fill.json()["kind"]) == (201, "fill")
    first = shooting.changed(lambda m: m.state == "printed" and m.fills)
    assert (first.layers, first.fills) == ([a], [b])
    assert colours(picture(shooting, first)) == {RED, BLUE}

    assert shooting.put(shutter, 1, cutout(GREEN)).status_code == 201
    second = shooting.changed(lambda m: m.state == "printed")
    assert (second.layers, second.fills) == ([a, b], [])
    assert second.print.number == first.print.number + 1
    assert colours(picture(shooting, second)) == {RED, GREEN}
    moved = shooting.get(first.print.jpeg)
    assert (moved.status_code, moved.headers["location"]) == (302, second.print.jpeg)
    files = list_files(data)
    assert len([file for file in files if "/print." in file]) == 3


def test_nothing_came_is_missed_until_something_does(shooting, impatient):
    shutter = shooting.shoot()
    assert shooting.changed(lambda m: m.state == "missed").print is None
    shooting.put(shutter, 1, cutout(GREEN))
    printed = shooting.changed(lambda m: m.state == "printed")
    assert printed.layers == [shooting.guests[1].welcome.you]


# --- what is kept stays ----------------------------------------------------------------------


def test_the_same_bytes_again_change_nothing(shooting, data):
    shutter = shooting.shoot()
    assert shooting.put(shutter, 0).status_code == 201
    again = shooting.put(shutter, 0)
    assert (again.status_code, again.json()["kind"]) == (200, "layer")
    assert shooting.put(shutter, 1).status_code == 201
    printed = shooting.changed(lambda m: m.state == "printed")
    assert printed.print.number == 1
    assert shooting.put(shutter, 0).status_code == 200
    assert len([file for file in list_files(data) if ".layer." in file]) == 2


def test_nothing_that_is_kept_is_replaced_while_the_shot_expects(shooting, data):
    shutter = shooting.shoot()
    assert shooting.put(shutter, 0, cutout(RED)).status_code == 201
    assert code(shooting.put(shutter, 0, cutout(BLUE))) == (409, "already_kept")
    fill = shooting.put(shutter, 0, cutout(BLUE), kind="fill", by=1)
    assert code(fill) == (409, "already_kept")
    assert shooting.put(shutter, 1, cutout(GREEN)).status_code == 201
    shown = picture(shooting, shooting.changed(lambda m: m.state == "printed"))
    assert RED in colours(shown)
    assert len([file for file in list_files(data) if file.endswith(".png")]) == 3


def test_other_bytes_after_the_print_are_refused_too(shooting):
    shutter, printed = shooting.printed()
    assert code(shooting.put(shutter, 0, cutout((9, 9, 9)))) == (409, "already_kept")
    assert RED in colours(picture(shooting, printed))


def test_metadata_does_not_reach_the_disk(shooting, data):
    exif = Image.Exif()
    exif[0x010E] = "a place on earth"
    sent = cutout(RED, exif=exif)
    assert b"a place on earth" in sent
    assert shooting.put(shooting.shoot(), 0, sent).status_code == 201
    (file,) = (data / "files").rglob("*.layer.*")
    assert b"a place on earth" not in file.read_bytes()


# --- who may not -----------------------------------------------------------------------------


def test_a_layer_is_its_own_guests_alone(shooting):
    shutter = shooting.shoot()
    assert code(shooting.put(shutter, 0, by=1)) == (403, "bad_guest_token")
    assert code(shooting.put(shutter, 0, token="x" * 32)) == (403, "bad_guest_token")
    assert code(shooting.put(shutter, 0, token=shooting.made.host)) == (403, "bad_guest_token")
    for header in ("", "Bearer", "Basic abc", "Bearer \u00e9".encode("latin-1").decode("latin-1")):
        answer = shooting.put(shutter, 0, headers={"authorization": header.encode("latin-1")})
        assert code(answer) == (403, "bad_guest_token")


def test_a_fill_is_for_guests_of_the_shot_alone(shooting):
    shutter = shooting.shoot()
    shooting.changed(lambda m: m.state == "expecting")
    late = shooting.booth.connect(shooting.made.room).join("Late")
    shooting.guests.append(late)
    assert code(shooting.put(shutter, 0, kind="fill", by=2)) == (403, "bad_guest_token")
    assert code(shooting.put(shutter, 2, kind="fill", by=0)) == (409, "not_expected")
    assert code(shooting.put(shutter, 2)) == (403, "bad_guest_token")


def test_another_room_cannot_reach_the_shot(shooting):
    shutter = shooting.shoot()
    other = Shooting.begin(shooting.booth)
    assert code(shooting.put(shutter, 0, room=other.made.room)) == (404, "unknown_shot")
    unknown = shooting.put(shutter, 0, room="lusab-babad-gutih-tugad")
    assert code(unknown) == (404, "unknown_shot")
    assert code(other.put(shutter, 0, room=shooting.made.room)) == (403, "bad_guest_token")
    assert code(shooting.put(shutter, 0, shot="s000000000000")) == (404, "unknown_shot")


def test_who_only_watches_has_no_layer(booth):
    shooting = Shooting.begin(booth, 1)
    shooting.guests.append(booth.connect(shooting.made.room).join("Viewer", camera="none"))
    shutter = shooting.shoot()
    assert shutter.expects == [shooting.guests[0].welcome.you]
    assert code(shooting.put(shutter, 1)) == (409, "not_expected")
    assert shooting.put(shutter, 0, kind="fill", by=1).status_code == 201


@pytest.mark.parametrize(
    "path",
    ["../x/layers/y", "%2e%2e%2f%2e%2e/layers/g", "s/layers/..%2f..%2fetc", "%00/layers/%00"],
)
def test_paths_are_no_way_out(shooting, path, data):
    shooting.shoot()
    url = f"{shooting.booth.url}/api/rooms/{shooting.made.room}/shots/{path}?taken=1"
    token = shooting.guests[0].welcome.token
    answer = httpx2.put(url, content=cutout(), headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 404
    assert list_files(data) == []


def test_other_sites_put_nothing(shooting):
    shutter = shooting.shoot()
    answer = shooting.put(shutter, 0, headers={"origin": "http://evil.example"})
    assert code(answer) == (403, "wrong_origin")


# --- what may not come in --------------------------------------------------------------------


@pytest.mark.parametrize("taken", ["", "now", "nan", "inf", "0", "1e300"])
def test_a_layer_names_its_instant(shooting, taken):
    assert code(shooting.put(shooting.shoot(), 0, taken=taken)) == (400, "bad_instant")


def test_what_is_no_picture_is_refused_and_leaves_nothing(shooting, data):
    shutter = shooting.shoot()
    for bad in (b"", b"GIF89a", cutout()[:200], cutout(form="TIFF")):
        assert code(shooting.put(shutter, 0, bad)) == (415, "bad_picture")
    assert list_files(data) == []
    assert shooting.put(shutter, 0).status_code == 201


def test_too_many_bytes_are_refused_whether_announced_or_not(shooting):
    shutter = shooting.shoot()
    large = bytes(pictures.MAX_BYTES + 1)
    assert code(shooting.put(shutter, 0, large)) == (413, "picture_too_large")
    pieces = (large[:65536] for _ in range(pictures.MAX_BYTES // 65536 + 1))
    assert code(shooting.put(shutter, 0, pieces)) == (413, "picture_too_large")
    assert shooting.put(shutter, 0).status_code == 201


def test_uploads_are_limited_per_address(open_booth):
    shooting = Shooting.begin(open_booth(uploads_per_minute=3))
    shutter = shooting.shoot()
    codes = [shooting.put(shutter, 0, b"").status_code for _ in range(5)]
    assert codes == [415, 415, 415, 429, 429]


def test_a_browser_that_vanishes_amid_an_upload_leaves_nothing(shooting, data):
    shutter = shooting.shoot()

    def half():
        yield cutout()[:100]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        shooting.put(shutter, 0, half())
    assert shooting.put(shutter, 0).status_code == 201
    assert len(list_files(data)) == 1


def test_what_cannot_be_written_is_said_and_not_recorded(shooting, monkeypatch):
    shutter = shooting.shoot()

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("sameframe.storage.obstore.put", full)
        assert code(shooting.put(shutter, 0)) == (507, "not_kept")
    assert shooting.put(shutter, 0).status_code == 201


def test_a_print_that_cannot_be_written_is_tried_again(shooting, monkeypatch, data):
    put, refused = Storage.put, []

    def full_once(storage: Storage, path: str, data: bytes) -> None:
        if "print" in path and not refused:
            refused.append(path)
            raise errors.NotKept
        put(storage, path, data)

    monkeypatch.setattr(Storage, "put", full_once)
    shooting.printed()
    assert refused
    assert until(lambda: any("print.1.jpg" in file for file in list_files(data)))

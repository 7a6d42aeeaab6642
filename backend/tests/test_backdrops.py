"""Backgrounds that guests bring: who may, what everyone gets, how long it stays."""

import io
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import numpy as np
import pytest
from PIL import Image
from sameframe import wire
from sameframe.album import Albums
from sameframe.app import create_darkroom, create_hub
from sameframe.backdrops import Backdrops, Quota
from sameframe.db import BackdropRow, Database
from sameframe.settings import Settings
from sameframe.stills import HEIGHTS, Crop, still
from sameframe.storage import Storage
from sameframe_worker.scene import UPLOAD, Background, Scene
from sqlalchemy import select

from .rooming import ALBUM
from .rooming import Booth as Rooming
from .shooting import Shooting, code, list_files
from .test_moving import run
from .test_stills import encoded, photo

pytestmark = pytest.mark.usefixtures("small_prints")
HOUR_MS = 3_600_000


def picture(colour: str = "teal", size: tuple[int, int] = (320, 180)) -> bytes:
    return encoded(Image.new("RGB", size, colour), "PNG")


def bring(shooting: Shooting, data: bytes | None = None, by: int = 1, **other: Any) -> Any:
    """POST a background with one guest's token and return the answer."""
    token = other.get("token", shooting.guests[by].welcome.token)
    return httpx2.post(
        f"{shooting.booth.url}/api/rooms/{other.get('room', shooting.made.room)}/backdrops",
        params=other.get("params", {}),
        content=picture() if data is None else data,
        headers={"authorization": f"Bearer {token}"} | other.get("headers", {}),
    )


def brought(shooting: Shooting, *arguments: Any, **options: Any) -> wire.Backdrop:
    answer = bring(shooting, *arguments, **options)
    assert answer.status_code in (200, 201), answer.text
    return msgspec.json.decode(answer.content, type=wire.Backdrop)


def remove(shooting: Shooting, file: str, token: str) -> httpx2.Response:
    path = f"{shooting.booth.url}/api/rooms/{shooting.made.room}/backdrops/{file}"
    return httpx2.delete(path, headers={"authorization": f"Bearer {token}"})


def address(shooting: Shooting, file: str, height: int = 720) -> str:
    return f"/api/rooms/{shooting.made.room}/backdrops/{file}/{height}.jpg"


def choose(shooting: Shooting, file: str) -> Scene:
    shooting.guests[0].say(wire.SetBackground(Background(UPLOAD, "#ffffff", file)))
    return (
        shooting.guests[0]
        .hear(wire.SceneChanged, lambda m: m.scene.background.name == UPLOAD)
        .scene
    )


@pytest.fixture
def shooting(booth) -> Shooting:
    return Shooting.begin(booth)


# --- the room's rules -------------------------------------------------------------------------

ONE, TWO = (wire.Backdrop(f"b{n}" + "0" * 63, "g00000000", 1280, 720) for n in (1, 2))


def test_old_scenes_and_messages_are_read_as_before():
    old = b'{"background":{"name":"beach","colour":"#D9CBB8"},"layers":[]}'
    assert msgspec.json.decode(old, type=Scene).background == Background("beach")


def test_only_what_was_brought_can_be_chosen():
    from sameframe import errors, furnishing

    booth = Rooming()
    ada = booth.arrive()
    with pytest.raises(errors.UnknownBackground):
        booth.say(ada, wire.SetBackground(Background(UPLOAD, file=ONE.file)))
    booth.happen(furnishing.Brought(ONE))
    assert booth.told(ada.epoch, wire.Backdrops).backdrops == [ONE]
    booth.say(ada, wire.SetBackground(Background(UPLOAD, file=ONE.file)))
    assert booth.room.scene.background.file == ONE.file
    for other in (TWO.file, None, "../../etc/passwd", ""):
        with pytest.raises(errors.UnknownBackground):
            booth.say(ada, wire.SetBackground(Background(UPLOAD, file=other)))
    # A preset has no file, whatever is said.
    booth.say(ada, wire.SetBackground(Background("beach", file=ONE.file)))
    assert booth.room.scene.background == Background("beach")


def test_late_joiners_hear_of_all_and_what_is_removed_stays_on_the_stage():
    from sameframe import errors, furnishing

    booth = Rooming()
    ada = booth.arrive()
    for one in (ONE, TWO, ONE):
        booth.happen(furnishing.Brought(one))
    booth.say(ada, wire.SetBackground(Background(UPLOAD, file=ONE.file)))
    late = booth.arrive("Late")
    assert booth.told(late.epoch, wire.Backdrops).backdrops == [TWO, ONE]
    booth.happen(furnishing.Removed(ONE.file))
    assert booth.told(ada.epoch, wire.Backdrops).backdrops == [TWO]
    assert booth.room.scene.background.file == ONE.file
    booth.say(ada, wire.SetBackground(Background("beach")))
    with pytest.raises(errors.UnknownBackground):
        booth.say(ada, wire.SetBackground(Background(UPLOAD, file=ONE.file)))


# --- over HTTP --------------------------------------------------------------------------------


def test_what_one_brings_everyone_has_and_prints_show_it(shooting, data):
    scenery = encoded(photo(1920, 1080), "JPEG", quality=95)
    backdrop = brought(shooting, scenery)
    assert (backdrop.by, backdrop.width, backdrop.height) == (
        shooting.guests[1].welcome.you, 1920, 1080,
    )  # fmt: skip
    assert shooting.guests[0].hear(wire.Backdrops).backdrops == [backdrop]
    assert choose(shooting, backdrop.file).background.file == backdrop.file
    # Somebody in the lobby sees it, too, and needs no token.
    info = httpx2.get(f"{shooting.booth.url}/api/rooms/{shooting.made.room}").json()
    assert info["scene"]["background"]["file"] == backdrop.file
    stage = Image.open(io.BytesIO(shooting.get(address(shooting, backdrop.file)).content))
    assert stage.size == (1280, 720)
    _, printed = shooting.printed()
    print_ = Image.open(io.BytesIO(shooting.get(printed.print.jpeg).content))
    # Above the people's heads print and stage are the same picture.
    a, b = (np.asarray(p.convert("RGB").resize((768, 432)), float)[:30] for p in (print_, stage))
    assert 10 * np.log10(255**2 / np.mean((a - b) ** 2)) > 38


def test_every_size_is_sent_with_the_same_headers_from_the_first_time_on(shooting):
    backdrop = brought(shooting, picture(size=(1280, 720)))
    for height in HEIGHTS:
        first, again = (shooting.get(address(shooting, backdrop.file, height)) for _ in range(2))
        assert first.status_code == 200
        assert Image.open(io.BytesIO(first.content)).height == min(height, 720)
        for answer in (first, again):
            headers = answer.headers
            assert headers["content-type"] == "image/jpeg"
            assert headers["cache-control"] == "private, max-age=86400, immutable"
            assert headers["cross-origin-resource-policy"] == "same-origin"
            assert headers["cross-origin-embedder-policy"] == "require-corp"
            assert headers["x-content-type-options"] == "nosniff"
            assert int(headers["content-length"]) == len(answer.content)
    for wrong in (0, 719, 4320, "x", "..%2f..%2f720"):
        assert shooting.get(address(shooting, backdrop.file, wrong)).status_code == 404
    missing = shooting.get(address(shooting, "b" + "0" * 64))
    assert missing.status_code == 404
    assert missing.headers["cache-control"] == "no-store"


def test_the_same_picture_is_kept_once(shooting, data):
    first, second = bring(shooting), bring(shooting, by=0)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.content == second.content
    assert len(list_files(data)) == 2
    other = brought(shooting, picture("navy"), by=0)
    assert other.by == shooting.guests[0].welcome.you


def test_a_crop_is_applied(shooting):
    backdrop = brought(shooting, encoded(photo(), "PNG"), params={"crop": "0.5,0.5,1,1"})
    made = shooting.get(address(shooting, backdrop.file)).content
    assert backdrop.file == still(encoded(photo(), "PNG"), Crop(0.5, 0.5, 1, 1)).id
    assert Image.open(io.BytesIO(made)).getpixel((10, 90))[2] > 150
    assert code(bring(shooting, params={"crop": "1,2"})) == (400, "bad_crop")


def test_only_guests_of_the_room_and_pages_of_ours(shooting, data):
    elsewhere = Shooting.begin(shooting.booth)
    stranger = elsewhere.guests[0].welcome.token
    for token in ("-", "x" * 24, stranger, shooting.made.host):
        assert code(bring(shooting, token=token)) == (403, "bad_guest_token")
    origin = {"headers": {"origin": "https://evil.example"}}
    assert code(bring(shooting, **origin)) == (403, "wrong_origin")
    assert code(bring(shooting, room="no-room")) == (404, "bad_room_name")
    backdrop = brought(shooting)
    # Another room can neither choose nor fetch it.
    assert elsewhere.get(address(elsewhere, backdrop.file)).status_code == 404
    elsewhere.guests[0].say(wire.SetBackground(Background(UPLOAD, file=backdrop.file)))
    assert elsewhere.guests[0].hear(wire.Refused).code == "unknown_background"


def test_what_is_no_picture_is_refused_by_name_and_nothing_is_kept(shooting, data):
    assert code(bring(shooting, b"<html>")) == (415, "bad_still")
    assert code(bring(shooting, bytes(17 * 1024 * 1024))) == (413, "picture_too_large")
    assert not (data / "files").exists() or list_files(data) == []


def test_a_room_has_so_many_and_so_many_bytes(open_booth):
    few = Shooting.begin(open_booth(backdrops=2))
    assert [bring(few, picture(colour)).status_code for colour in ("red", "navy")] == [201, 201]
    assert code(bring(few, picture("lime"))) == (507, "backdrops_full")
    assert bring(few, picture("red")).status_code == 200
    assert remove(few, brought(few, picture("red")).file, few.made.host).status_code == 204
    assert bring(few, picture("lime")).status_code == 201
    small = Shooting.begin(open_booth(backdrops_mb=1))
    noise = np.random.default_rng(1).integers(0, 256, (900, 1600, 3), np.uint8)
    assert code(bring(small, encoded(Image.fromarray(noise), "PNG"))) == (507, "backdrops_full")


def test_too_many_in_a_minute_are_refused(open_booth):
    shooting = Shooting.begin(open_booth(uploads_per_minute=25))
    answers = [bring(shooting).status_code for _ in range(3)]
    assert answers == [201, 200, 429]


def test_who_brought_it_and_the_host_may_remove_it(shooting, data):
    ours = [brought(shooting, picture(colour), by=by).file for colour, by in
            (("red", 0), ("lime", 1), ("navy", 1))]  # fmt: skip
    guest = shooting.guests[1].welcome.token
    assert code(remove(shooting, ours[0], guest)) == (403, "not_yours")
    assert code(remove(shooting, ours[1], "x" * 20)) == (403, "bad_guest_token")
    assert remove(shooting, ours[1], guest).status_code == 204
    assert remove(shooting, ours[2], shooting.made.host).status_code == 204
    shown = shooting.guests[0].hear(wire.Backdrops, lambda m: len(m.backdrops) == 1)
    assert [one.file for one in shown.backdrops] == ours[:1]
    assert {path.split("/")[1] for path in list_files(data)} == set(ours[:1])
    assert code(remove(shooting, ours[2], guest)) == (400, "unknown_background")


def test_what_a_shot_shows_leaves_the_picker_only(shooting, data):
    backdrop = brought(shooting)
    choose(shooting, backdrop.file)
    shooting.printed()
    assert remove(shooting, backdrop.file, shooting.made.host).status_code == 204
    assert shooting.get(address(shooting, backdrop.file)).status_code == 200
    shooting.guests[0].say(wire.SetBackground(Background("beach")))
    assert any(backdrop.file in path for path in list_files(data))
    # Whoever brings it again has it back.
    assert bring(shooting).status_code == 201
    assert len(rows(data)) == 1
    assert not rows(data)[0].hidden


@pytest.fixture
def jar(shooting) -> Any:
    """Return the host's browser on the album's pages."""
    origin = {"origin": shooting.booth.url}
    with httpx2.Client(base_url=shooting.booth.url, headers=origin) as client:
        token = {"authorization": f"Bearer {shooting.made.host}"}
        assert client.post(f"/a/{shooting.album}/host", headers=token).status_code == 204
        yield client


def test_the_host_puts_it_behind_an_earlier_shot(shooting, jar):
    _, printed = shooting.printed()
    backdrop = brought(shooting)
    edit = f"/a/{shooting.album}/{printed.shot}/edit"
    page = jar.get(edit)
    assert f'value="{backdrop.file}"' in page.text
    fields = {
        "background": backdrop.file,
        "colour": "#ffffff",
        "look": "natural",
        "strength": "100",
        "light": "auto",
    }
    for guest in shooting.guests:
        you = guest.welcome.you
        fields |= {
            f"{you}.shown": "on",
            f"{you}.depth": "1",
            f"{you}.x": "50",
            f"{you}.scale": "60",
        }
    assert jar.post(edit, data=fields).status_code == 303
    again = shooting.changed(lambda m: m.state == "printed" and m.print.number == 2)
    print_ = Image.open(io.BytesIO(shooting.get(again.print.jpeg).content))
    assert np.abs(np.subtract(print_.getpixel((4, 4)), (0, 128, 128))).max() < 6
    fields["background"] = "b" + "0" * 64
    assert jar.post(edit, data=fields).status_code == 400


# --- how long ---------------------------------------------------------------------------------


def rows(data: Path) -> list[BackdropRow]:
    database = Database(f"sqlite:///{data / 'sameframe.db'}")
    try:
        with database.reading() as session:
            return list(session.scalars(select(BackdropRow)))
    finally:
        database.close()


@pytest.fixture
def kept(data: Path) -> Any:
    """Return records and files without a server, and a room."""
    settings = Settings()
    albums = Albums(Database(settings.records_url), days=None)
    yield Backdrops(albums, Storage(settings.storage_url), Quota(5, 10**7)), Rooming().room
    albums.close()


def test_what_never_came_whole_is_forgotten_and_what_is_shown_is_not(kept, data):
    backdrops, room = kept
    one = backdrops.add(room, "g00000000", still(picture()), now=0)[0]
    two = backdrops.add(room, "g00000000", still(picture("red")), now=0)[0]
    three = backdrops.add(room, "g00000000", still(picture("blue")), now=0)[0]
    for hidden in (one, two):
        backdrops.remove(ALBUM, hidden.file, {one.file, two.file})
    with backdrops._db.writing() as session:
        session.get(BackdropRow, (ALBUM, three.file)).kept = False
    backdrops.purge(HOUR_MS - 1, {two.file})
    assert {row.id for row in rows(data)} == {two.file, three.file}
    assert {path.split("/")[1] for path in list_files(data)} == {two.file, three.file}
    backdrops.purge(HOUR_MS + 1, {two.file})
    assert {row.id for row in rows(data)} == {two.file}


def test_it_goes_with_its_album_and_not_before(shooting, data):
    backdrop = brought(shooting)
    settings = Settings(static=data, album_days=1)
    hub = create_hub(settings)
    darkroom = create_darkroom(settings, hub)
    darkroom.purge()
    assert len(list_files(data)) == 2
    now = hub.now()
    hub.now = lambda: now + 25 * HOUR_MS
    darkroom.purge()
    assert rows(data) == []
    assert list_files(data) == []
    assert shooting.get(address(shooting, backdrop.file)).status_code == 404
    # The room goes on, and so do its prints.
    darkroom.albums.close()


def test_a_print_is_made_whatever_became_of_its_background(shooting, data):
    backdrop = brought(shooting)
    choose(shooting, backdrop.file)
    for path in list_files(data):
        (data / "files" / path).unlink()
    _, printed = shooting.printed()
    print_ = Image.open(io.BytesIO(shooting.get(printed.print.jpeg).content))
    assert min(print_.getpixel((4, 4))) > 250


def test_it_moves_with_its_album(shooting, open_booth, data, tmp_path, monkeypatch):
    backdrop = brought(shooting)
    choose(shooting, backdrop.file)
    shooting.printed()
    run("export", shooting.album, "--to", tmp_path / "album.zip")
    there = tmp_path / "there"
    monkeypatch.setenv("SAMEFRAME_DATA", str(there))
    run("import", tmp_path / "album.zip")
    assert list_files(there) == list_files(data)
    assert [(row.album, row.id) for row in rows(there)] == [(shooting.album, backdrop.file)]


@pytest.mark.parametrize("file", ["../../secret", "b/../../x", "/etc/passwd", "b" + "0" * 63 + "/"])
def test_a_scene_out_of_an_archive_leads_nowhere(kept, data, file):
    from sameframe.grounds import Grounds

    ground = Grounds(kept[0]._storage, data)
    drawn = ground.drawn(ALBUM, Background(UPLOAD, "#102030", file), (32, 18))
    assert drawn.getpixel((5, 5)) == (0x10, 0x20, 0x30)

"""Videos that guests bring: what the room hears while a loop is made, and what stays of it."""

import httpx2
import pytest
from PIL import Image
from sameframe import errors, furnishing, loops, wire
from sameframe.app import create_darkroom, create_hub
from sameframe.settings import Settings
from sameframe_worker.scene import UPLOAD, Background

from .rooming import Booth as Rooming
from .shooting import Shooting, code, list_files, until
from .test_backdrops import ONE, address, bring, brought, choose, picture, remove
from .test_loops import footage
from .test_stills import encoded

pytestmark = pytest.mark.usefixtures("small_prints")
ENDED = ("made", "failed")
MAKING = wire.Backdrop(ONE.file, ONE.by, 1280, 720, "making", 0.0)


@pytest.fixture
def shooting(booth) -> Shooting:
    return Shooting.begin(booth)


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> bytes:
    return footage(tmp_path_factory.mktemp("film") / "film.mp4", seconds=1).read_bytes()


def loop(shooting: Shooting, file: str) -> httpx2.Response:
    path = address(shooting, file).replace("720.jpg", "loop.webm")
    return httpx2.get(f"{shooting.booth.url}{path}")


def ended(shooting: Shooting, guest: int = 0) -> wire.Backdrop:
    """Return a background that moved, once its loop is made or has failed."""
    return (
        shooting.guests[guest]
        .hear(wire.Backdrops, lambda m: m.backdrops and m.backdrops[-1].loop in ENDED)
        .backdrops[-1]
    )


def test_only_a_loop_that_is_made_can_be_chosen_and_the_server_says_that_it_moves():
    booth = Rooming()
    ada = booth.arrive()
    wish = wire.SetBackground(Background(UPLOAD, file=ONE.file, moves=True))
    booth.happen(furnishing.Brought(MAKING))
    with pytest.raises(errors.UnknownBackground):
        booth.say(ada, wish)
    half = wire.Backdrop(ONE.file, ONE.by, 1280, 720, "making", 0.5)
    booth.happen(furnishing.Grown(half))
    assert booth.told(ada.epoch, wire.Backdrops).backdrops == [half]
    booth.happen(furnishing.Grown(wire.Backdrop(ONE.file, ONE.by, 1280, 720, "made")))
    booth.say(ada, wire.SetBackground(Background(UPLOAD, file=ONE.file)))
    assert booth.room.scene.background.moves
    booth.say(ada, wire.SetBackground(Background("beach", moves=True)))
    assert not booth.room.scene.background.moves
    # What was removed meanwhile does not come back.
    booth.happen(furnishing.Removed(ONE.file))
    booth.happen(furnishing.Grown(half))
    assert booth.room.backdrops == ()


def test_a_video_becomes_a_loop_that_everyone_has(shooting, data, film):
    backdrop = brought(shooting, film)
    assert (backdrop.loop, backdrop.done) == ("making", 0)
    assert httpx2.get(shooting.booth.url + address(shooting, backdrop.file)).status_code == 200
    assert loop(shooting, backdrop.file).status_code == 404
    made = ended(shooting)
    assert (made.file, made.loop, made.why) == (backdrop.file, "made", None)
    answer = loop(shooting, backdrop.file)
    assert answer.headers["content-type"] == "video/webm"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.content.startswith(b"\x1a\x45\xdf\xa3")
    assert choose(shooting, backdrop.file).background.moves
    # The video itself, with whatever it says of where it was taken, is gone.
    names = [path.rpartition("/")[2] for path in list_files(data)]
    assert sorted(names) == ["180.jpg", "720.jpg", "loop.webm"]
    # The same again is the same.
    assert brought(shooting, film).loop == "made"
    # A print shows the poster.
    shutter = shooting.shoot()
    shooting.put(shutter, 0)
    shooting.put(shutter, 1)
    assert shooting.changed(lambda m: m.print is not None)


def test_a_video_that_breaks_off_is_said_to_have_failed_and_can_be_brought_again(
    shooting, film, monkeypatch
):
    def broken(*_):
        raise errors.BadVideo

    with monkeypatch.context() as patch:
        patch.setattr(loops, "made", broken)
        brought(shooting, film)
        failed = ended(shooting)
        assert (failed.loop, failed.why) == ("failed", "bad_video")
        shooting.guests[0].say(wire.SetBackground(Background(UPLOAD, file=failed.file)))
        assert shooting.guests[0].hear(wire.Refused).code == "unknown_background"
    assert brought(shooting, film).loop == "making"
    assert ended(shooting).loop == "made"


def test_one_that_is_being_made_can_be_removed(shooting, film, data, monkeypatch):
    began = []

    def endless(source, crop, path, progress):
        began.append(path)
        monkeypatch.setattr("sameframe.projector._NEWS_S", 0)
        while True:
            progress(0.1)

    monkeypatch.setattr(loops, "made", endless)
    backdrop = brought(shooting, film)
    until(lambda: began)
    token = shooting.guests[1].welcome.token
    assert remove(shooting, backdrop.file, token).status_code == 204
    assert shooting.guests[0].hear(wire.Backdrops, lambda m: not m.backdrops)
    monkeypatch.undo()
    assert brought(shooting, film).loop == "making"
    assert ended(shooting).loop == "made"


def test_a_loop_that_could_not_be_kept_is_made_again_once_it_can(
    data, film, monkeypatch, open_booth
):
    monkeypatch.setattr("sameframe.darkroom.TEND_S", 0.2)
    shooting, made, kept = Shooting.begin(open_booth()), loops.made, data / "kept"
    failing = [True]

    def lost(source, crop, path, progress):
        """Make it, while what it is to be kept in becomes a file."""
        made(source, crop, path, progress)
        if failing:
            failing.clear()
            place = next((data / "files").rglob("720.jpg")).parent
            place.rename(kept)
            place.touch()

    monkeypatch.setattr(loops, "made", lost)
    backdrop = brought(shooting, film)
    until(lambda: any(path.is_file() for path in (data / "files").rglob(backdrop.file)))
    place = next((data / "files").rglob(backdrop.file))
    shooting.guests[0].say(wire.SetBackground(Background(UPLOAD, file=backdrop.file)))
    assert shooting.guests[0].hear(wire.Refused).code == "unknown_background"
    place.unlink()
    kept.rename(place)
    assert ended(shooting).loop == "made"
    assert loop(shooting, backdrop.file).content.startswith(b"\x1a\x45\xdf\xa3")


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        (b"\0\0\0\x20ftypisom" + bytes(64), 415, "bad_video"),
        (b"\x1a\x45\xdf\xa3" + bytes(64), 415, "bad_video"),
        (b"GIF89a" + bytes(64), 415, "bad_video"),
    ],
)
def test_what_is_no_video_is_refused_by_name(shooting, body, status, named):
    answer = bring(shooting, body)
    assert code(answer) == (status, named)


def test_a_video_has_so_many_bytes_and_a_picture_fewer(shooting, monkeypatch):
    monkeypatch.setattr(loops, "MAX_BYTES", 20_000)
    monkeypatch.setattr("sameframe.stills.MAX_BYTES", 10_000)
    for size, head, named in (
        (15_000, b"\0\0\0\x20ftypisom", "bad_video"),
        (20_001, b"\0\0\0\x20ftypisom", "video_too_large"),
        (10_001, b"\x89PNG", "picture_too_large"),
    ):
        assert code(bring(shooting, head + bytes(size - len(head))))[1] == named


def test_a_gif_of_one_picture_is_a_picture_and_one_of_several_a_loop(shooting):
    frames = [Image.new("RGB", (64, 36), colour) for colour in ("red", "blue")]
    assert brought(shooting, encoded(frames[0], "GIF")).loop is None
    moving = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=200)
    assert brought(shooting, moving).loop == "making"
    assert ended(shooting).loop == "made"
    assert brought(shooting, picture()).loop is None


def test_a_loop_that_a_killed_server_left_is_made_at_the_next_start(
    tmp_path, data, film, monkeypatch, open_booth
):
    booth = open_booth()
    shooting = Shooting.begin(booth)
    monkeypatch.setattr("sameframe.projector.Projector.make", lambda *_: None)  # it died there
    backdrop = brought(shooting, film)
    booth.stop()
    monkeypatch.undo()
    monkeypatch.chdir(data.parent)
    settings = Settings(static=tmp_path / "static", data=data)
    darkroom = create_darkroom(settings, create_hub(settings))
    assert darkroom.backdrops.unmade() == [(shooting.album, backdrop.file)]
    darkroom.projector.make(shooting.album, backdrop.file)
    assert darkroom.backdrops.unmade() == []
    assert any(path.endswith("/loop.webm") for path in list_files(data))
    darkroom.albums.close()

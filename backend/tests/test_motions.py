"""Moving pictures: from the sheet of frames to GIF and WebP, and everything that lies."""

import io
import signal
import zipfile
from dataclasses import replace

import httpx2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageSequence
from sameframe import errors, motions, pictures, shots
from sameframe.album import Albums
from sameframe.db import Database
from sameframe.settings import Settings
from sameframe_worker import frames

from .shooting import Shooting, code, cutout, list_files, until
from .test_killed import newest, servers  # noqa: F401
from .test_moving import run

SIZE = frames.WIDTH, frames.HEIGHT


def ball(number: int) -> int:
    """Return where the ball of a frame is, px from the left."""
    return 20 + 22 * number


def sheet(form: str = "WEBP", **options: object) -> bytes:
    """Return frames in which a ball rolls over a ground that stays, as a browser sends them."""
    ground = np.zeros((frames.HEIGHT, frames.WIDTH, 3), np.uint8)
    ground += np.linspace(40, 120, frames.WIDTH).astype(np.uint8)[None, :, None]
    whole = Image.new("RGBA", frames.SHEET)
    for number in range(frames.COUNT):
        frame = Image.fromarray(ground).convert("RGBA")
        frame.paste((220, 60, 40, 255), (ball(number), 200, ball(number) + 40, 240))
        whole.paste(frame, frames.corner(number))
    file = io.BytesIO()
    whole.save(file, form, **({"lossless": True, "method": 0} if form == "WEBP" else options))
    return file.getvalue()


SHEET = sheet()


def found(frame: Image.Image) -> int:
    """Return where the ball is in a frame that was made."""
    pixels = np.asarray(frame.convert("RGB")).astype(int)
    return int(np.argwhere((pixels[220] - [220, 60, 40] > -40)[:, 0])[0][0])


def shown(data: bytes) -> tuple[list[Image.Image], int]:
    """Return a moving picture's frames, and how long they take in all, ms."""
    picture = Image.open(io.BytesIO(data))
    assert picture.info["loop"] == 0  # for ever
    every, length = [], 0
    for frame in ImageSequence.Iterator(picture):
        frame.load()
        length += frame.info["duration"]
        every.append(frame.convert("RGB"))
    return every, length


# --- cutting and binding ---------------------------------------------------------------------


@pytest.mark.parametrize("motion", ["loop", "boomerang"])
@pytest.mark.parametrize("kind", ["gif", "moving.webp"])
def test_every_frame_is_shown_in_its_order_and_for_its_time(motion, kind):
    files, size = motions.made(motion, SHEET)
    assert size == SIZE
    every, length = shown(files[kind])
    order = frames.played(motion)
    assert length == len(order) * frames.STEP_MS
    assert [frame.size for frame in every] == [SIZE] * len(order)
    for frame, number in zip(every, order, strict=True):
        assert abs(found(frame) - ball(number)) <= 2


def test_the_stills_are_the_first_frame():
    files, _ = motions.made("loop", SHEET)
    assert Image.open(io.BytesIO(files["png"])).size == SIZE
    assert found(Image.open(io.BytesIO(files["jpg"]))) == pytest.approx(ball(0), abs=2)
    assert found(Image.open(io.BytesIO(files["webp"]))) == pytest.approx(ball(0), abs=2)


def test_the_colours_are_those_of_the_frames():
    every, _ = shown(motions.made("loop", SHEET)[0]["gif"])
    for frame, wanted in zip(every, motions.cut(Image.open(io.BytesIO(SHEET))), strict=True):
        off = np.abs(np.asarray(frame).astype(float) - np.asarray(wanted))
        assert off.mean() < 6
        assert np.percentile(off, 99) < 24


def test_what_a_codec_makes_of_a_ground_that_stays_is_stilled():
    still = Image.new("RGB", SIZE, (90, 90, 90))
    noise = np.random.default_rng(1).integers(-4, 5, (frames.HEIGHT, frames.WIDTH, 3))
    noisy = Image.fromarray((np.asarray(still) + noise).astype(np.uint8))
    moved = still.copy()
    moved.paste((200, 90, 90), (0, 0, 40, 40))
    first, second, third = motions.stilled([still, noisy, moved])
    assert np.array_equal(first, second)
    assert np.array_equal(third, moved)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 255), min_size=3, max_size=3), st.integers(0, frames.COUNT - 1))
def test_a_frame_is_cut_out_whole_and_alone(colour, number):
    whole = Image.new("RGB", frames.SHEET, (9, 9, 9))
    x, y = frames.corner(number)
    whole.paste(tuple(colour), (x, y, x + frames.WIDTH, y + frames.HEIGHT))
    for n, frame in enumerate(motions.cut(whole)):
        assert frame.getcolors() == [
            (frames.WIDTH * frames.HEIGHT, tuple(colour) if n == number else (9, 9, 9))
        ]


# --- over the wire ---------------------------------------------------------------------------


@pytest.fixture
def shooting(booth) -> Shooting:
    return Shooting.begin(booth)


def taken(shooting: Shooting, form: str = "loop"):
    """Take a moving picture; the last guest presses."""
    shutter = shooting.shoot(form)
    assert shooting.put(shutter, -1, SHEET, kind="frames").status_code == 201
    return shutter, shooting.changed(lambda m: m.state == "printed")


@pytest.mark.parametrize("form", ["loop", "boomerang"])
def test_from_the_shutter_to_the_gif(shooting, form):
    presser = shooting.guests[-1].welcome.you
    shutter = shooting.shoot(form)
    assert (shutter.motion, shutter.expects, shutter.series) == (form, [presser], None)
    shooting.changed(lambda m: m.state == "expecting")
    answer = shooting.put(shutter, -1, SHEET, kind="frames")
    assert (answer.status_code, answer.json()["kind"]) == (201, "frames")
    printed = shooting.changed(lambda m: m.state == "printed")
    assert (printed.motion, printed.expects, printed.layers) == (form, [presser], [presser])
    found = printed.print
    assert (found.width, found.height) == SIZE

    gif, webp = shooting.get(found.gif), shooting.get(found.moving)
    assert gif.headers["content-type"] == "image/gif"
    assert gif.headers["content-disposition"].endswith('.gif"')
    assert webp.headers["content-type"] == "image/webp"
    frames_, length = shown(gif.content)
    assert (len(frames_), length) == (25, 2000) if form == "loop" else (48, 3840)
    assert len(shown(webp.content)[0]) == len(frames_)
    for still in (found.jpeg, found.png, found.preview):
        assert getattr(Image.open(io.BytesIO(shooting.get(still).content)), "n_frames", 1) == 1

    wall = shooting.get(f"/a/{shooting.album}").text
    assert found.preview in wall
    assert found.page in wall
    page = shooting.get(found.page).text
    for part in (found.gif, found.moving, "prefers-reduced-motion"):
        assert part in page
    assert "data-print" not in page  # nobody prints what moves
    with zipfile.ZipFile(io.BytesIO(shooting.get(f"/a/{shooting.album}/all.zip").content)) as all_:
        (name,) = all_.namelist()
        assert name.endswith(".gif")
        assert all_.read(name) == gif.content


def test_the_same_again_changes_nothing_and_others_are_refused(shooting):
    shutter, printed = taken(shooting)
    assert shooting.put(shutter, -1, SHEET, kind="frames").status_code == 200
    other = sheet("PNG", compress_level=1)
    assert code(shooting.put(shutter, -1, other, kind="frames")) == (409, "already_kept")
    assert shooting.get(printed.print.gif).status_code == 200


def test_only_whoever_pressed_sends_frames_and_only_of_what_moves(shooting):
    shutter = shooting.shoot("loop")
    assert code(shooting.put(shutter, 0, SHEET, kind="frames")) == (409, "not_expected")
    assert code(shooting.put(shutter, 1, SHEET, kind="frames", by=0)) == (403, "bad_guest_token")
    assert code(shooting.put(shutter, 1, cutout())) == (409, "not_expected")
    assert code(shooting.put(shutter, 1, cutout(), kind="fill")) == (409, "not_expected")
    still = replace_countdown(shooting)
    assert code(shooting.put(still, 1, SHEET, kind="frames")) == (409, "not_expected")


def replace_countdown(shooting: Shooting):
    """Take an ordinary shot, once the one before has had its instant."""
    shooting.changed(lambda m: m.state == "expecting")
    return shooting.shoot()


def lying() -> dict[str, tuple[bytes, tuple[int, str]]]:
    """Return bodies that are no sheet, and how each is refused."""

    def saved(picture: Image.Image, form: str, **options: object) -> bytes:
        file = io.BytesIO()
        picture.save(file, form, **options)
        return file.getvalue()

    flat = Image.new("RGB", frames.SHEET)
    small = Image.new("RGB", (frames.SHEET[0] - 1, frames.SHEET[1]))
    turned = Image.new("RGB", frames.SHEET[::-1])
    moving = saved(flat, "WEBP", save_all=True, append_images=[Image.new("RGB", flat.size, 9)])
    return {
        "nothing": (b"", (415, "bad_picture")),
        "text": (b"frames" * 99, (415, "bad_picture")),
        "jpeg": (saved(flat, "JPEG"), (415, "bad_picture")),
        "gif": (saved(flat, "GIF"), (415, "bad_picture")),
        "half": (SHEET[: len(SHEET) // 2], (415, "bad_picture")),
        "small": (saved(small, "PNG"), (415, "bad_frames")),
        "turned": (saved(turned, "PNG"), (415, "bad_frames")),
        "moving": (moving, (415, "bad_frames")),
        "huge": (saved(Image.new("L", (9000, 9000)), "PNG"), (413, "picture_too_large")),
        "long": (b"\0" * (pictures.MAX_BYTES + 1), (413, "picture_too_large")),
    }


def test_what_is_no_sheet_of_frames_is_refused_by_name_and_nothing_kept(shooting, data):
    shutter = shooting.shoot("loop")
    for name, (body, wanted) in lying().items():
        assert code(shooting.put(shutter, -1, body, kind="frames")) == wanted, name
    assert list_files(data) == []
    assert shooting.put(shutter, -1, SHEET, kind="frames").status_code == 201


def test_nothing_but_pixels_is_kept_of_frames(shooting, data):
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    whole = Image.open(io.BytesIO(SHEET))
    file = io.BytesIO()
    whole.save(file, "WEBP", lossless=True, method=0, exif=exif)
    shutter = shooting.shoot("loop")
    body = file.getvalue() + b"PK\x03\x04 a second format"
    assert shooting.put(shutter, -1, body, kind="frames").status_code == 201
    shooting.changed(lambda m: m.state == "printed")
    kept = [(data / "files" / path).read_bytes() for path in list_files(data)]
    assert len(kept) == 6
    assert not any(b"where I live" in one or b"second format" in one for one in kept)


def test_it_is_missed_when_whoever_pressed_is_gone_and_may_still_come(shooting, monkeypatch):
    monkeypatch.setattr(shots, "MOTION_MS", 300)
    shutter = shooting.shoot("loop")
    shooting.guests[-1].connection.close()
    missed = shooting.changed(lambda m: m.state == "missed")
    assert (missed.motion, missed.print) == ("loop", None)
    assert shutter.shot not in shooting.get(f"/a/{shooting.album}").text
    # A network that was away only: what was promised for a day is kept.
    assert shooting.put(shutter, -1, SHEET, kind="frames").status_code == 201
    assert shooting.changed(lambda m: m.state == "printed").print.gif


# --- afterwards ------------------------------------------------------------------------------


def form(shooting: Shooting, path: str, by: int | None = None) -> httpx2.Response:
    """Send an album's form as a guest's browser, or as the host's."""
    cookie = f"sameframe_host={shooting.made.host}"
    if by is not None:
        cookie = f"sameframe_guest={shooting.guests[by].welcome.token}"
    return httpx2.post(
        f"{shooting.booth.url}/a/{shooting.album}/{path}",
        headers={"cookie": cookie, "origin": shooting.booth.url},
        content=b"",
    )


def test_the_host_deletes_it_and_who_is_not_alone_may_ask(shooting, data):
    shutter, printed = taken(shooting)
    assert form(shooting, f"{shutter.shot}/delete", by=1).status_code == 403
    assert form(shooting, f"{shutter.shot}/ask", by=0).status_code == 303  # seen, not the presser
    headers = {"cookie": f"sameframe_host={shooting.made.host}"}
    edit = shooting.get(f"/a/{shooting.album}/{shutter.shot}/edit", headers=headers)
    assert edit.status_code == 404  # it is made of no layers
    assert form(shooting, f"{shutter.shot}/delete").status_code == 303
    assert shooting.changed(lambda m: m.deleted).shot == shutter.shot
    assert shooting.get(printed.print.gif).status_code == 404
    assert list_files(data) == []


def test_it_expires_with_its_album(shooting, data):
    shutter, _ = taken(shooting)
    albums = Albums(Database(Settings().records_url), days=1)
    assert albums.expire(shutter.at + 3 * 86_400_000) == [(shooting.album, shutter.shot)]
    albums.close()


def test_it_moves_to_another_server(shooting, open_booth, tmp_path, monkeypatch):
    _, printed = taken(shooting, "boomerang")
    kept = shooting.get(printed.print.gif).content
    run("export", shooting.album, "--to", tmp_path / "album.zip")
    monkeypatch.setenv("SAMEFRAME_DATA", str(tmp_path / "there"))
    run("import", tmp_path / "album.zip")
    shooting.booth = open_booth()
    assert shooting.get(printed.print.gif).content == kept


@pytest.mark.parametrize("when", ["expecting", "printing"])
def test_the_next_server_makes_it_after_a_kill(servers, when):  # noqa: F811
    first, booth = servers()
    shooting = Shooting.begin(booth)
    shutter = shooting.shoot("loop")
    shooting.changed(lambda m: m.state == "expecting")
    if when == "printing":
        assert shooting.put(shutter, -1, SHEET, kind="frames").status_code == 201
        shooting.changed(lambda m: m.state == "printing")
    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    after = replace(shooting, booth=servers()[1])
    answer = after.put(shutter, -1, SHEET, kind="frames")
    assert answer.status_code == (200 if when == "printing" else 201)
    until(lambda: newest(after, shutter.shot))
    gif = after.get(f"/a/{shooting.album}/{shutter.shot}/1.gif")
    assert len(shown(gif.content)[0]) == frames.COUNT


def test_a_sheet_that_was_kept_is_not_believed_to_be_one(tmp_path):
    with pytest.raises(errors.BadFrames):
        pictures.frames(cutout())

"""Wishes for backgrounds: their way from a guest through the queue to everyone's choice."""

import hashlib
import io
import threading
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import numpy as np
import pytest
from PIL import Image
from sameframe import errors, wire
from sameframe.app import create_darkroom, create_hub, create_wishes
from sameframe.db import Database, WishRow
from sameframe.generators.wish import Cancelled, Loop, Made, Wish
from sameframe.settings import Settings
from sameframe_worker.scene import UPLOAD, Background
from sqlalchemy import select

from .shooting import Shooting, code, list_files

SEA = {"kind": "draw", "prompt": "sea at night"}
SMALL = (320, 180)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for where in ("procedural", "wish"):
        monkeypatch.setattr(f"sameframe.generators.{where}.SIZE", SMALL)
    monkeypatch.setattr("sameframe.wishes.SIZE", SMALL)


@pytest.fixture
def shooting(booth) -> Shooting:
    return Shooting.begin(booth)


def wish(shooting: Shooting, by: int = 1, **wanted: Any) -> httpx2.Response:
    return httpx2.post(
        f"{shooting.booth.url}/api/rooms/{shooting.made.room}/wishes",
        json=wanted or SEA,
        headers={
            "authorization": f"Bearer {shooting.guests[by].welcome.token}",
            "origin": shooting.booth.url,
        },
    )


def cancel(shooting: Shooting, wished: str, by: int = 1) -> httpx2.Response:
    return httpx2.delete(
        f"{shooting.booth.url}/api/rooms/{shooting.made.room}/wishes/{wished}",
        headers={
            "authorization": f"Bearer {shooting.guests[by].welcome.token}",
            "origin": shooting.booth.url,
        },
    )


def taken(answer: httpx2.Response) -> wire.Wish:
    assert answer.status_code == 201, answer.text
    return msgspec.json.decode(answer.content, type=wire.Wish)


def ended(shooting: Shooting, wished: str, *states: str) -> wire.Wish:
    """Return the wish as the host hears of it once it is in one of these states."""
    heard = shooting.guests[0].hear(
        wire.WishChanged, lambda m: m.wish.wish == wished and m.wish.state in states
    )
    return heard.wish


def rows(data: Path) -> list[WishRow]:
    database = Database(f"sqlite:///{data / 'sameframe.db'}")
    try:
        with database.reading() as session:
            return list(session.scalars(select(WishRow).order_by(WishRow.at)))
    finally:
        database.close()


class Slowly:
    """A provider that works until it is told to go on, or that nobody wants it."""

    name = "procedural"

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def can(self, wish: Wish) -> bool:
        return True

    def make(self, wish, progress, cancelled) -> Made:
        self.begun.set()
        progress(0.5)
        while not self.go.wait(0.01):
            if cancelled():
                raise Cancelled
        return Made(Image.new("RGB", SMALL, "teal"), words=("sea",))


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> Slowly:
    provider = Slowly()
    monkeypatch.setattr("sameframe.app.providers", lambda settings: (provider,))
    return provider


# --- from the wish to the picture -------------------------------------------------------------


def test_what_is_wished_for_becomes_a_background_that_all_can_choose(shooting, data):
    wished = taken(wish(shooting))
    assert (wished.state, wished.place, wished.maker) == ("waiting", 1, "procedural")
    assert wished.by == shooting.guests[1].welcome.you
    assert ended(shooting, wished.wish, "making").progress == 0
    shooting.guests[1].hear(wire.Backdrops, lambda m: len(m.backdrops) == 1)
    made = ended(shooting, wished.wish, "made")
    assert made.words == ["sea", "night"]
    shooting.guests[1].say(wire.SetBackground(Background(UPLOAD, "#ffffff", made.file)))
    path = f"/api/rooms/{shooting.made.room}/backdrops/{made.file}/720.jpg"
    picture = Image.open(io.BytesIO(shooting.get(path).content))
    assert picture.size == SMALL
    red, _, blue = np.asarray(picture).reshape(-1, 3).mean(axis=0)
    assert blue > red + 10
    row = rows(data)[0]
    assert (row.state, row.file, row.prompt) == ("made", made.file, "sea at night")


def test_a_picture_is_made_of_another(shooting):
    first = taken(wish(shooting, kind="draw", prompt="pink paper"))
    file = ended(shooting, first.wish, "made").file
    source = {"name": UPLOAD, "colour": "#D9CBB8", "file": file}
    again = taken(wish(shooting, kind="restyle", style="duotone", source=source))
    made = ended(shooting, again.wish, "made")
    assert made.file != file
    assert made.source.file == file
    words = taken(wish(shooting, kind="restyle", prompt="한겨울 밤", source=source))
    assert ended(shooting, words.wish, "made").words == ["겨울", "밤"]
    nothing = taken(wish(shooting, kind="restyle", prompt="a dog", source=source))
    assert ended(shooting, nothing.wish, "failed").problem == "not_understood"


def test_who_comes_later_sees_what_was_wished_for(shooting):
    wished = taken(wish(shooting))
    ended(shooting, wished.wish, "made")
    late = shooting.booth.connect(shooting.made.room)
    late.join("Late")
    told = late.hear(wire.Wishes)
    assert told.maker == "procedural"
    assert [(one.wish, one.state) for one in told.wishes] == [(wished.wish, "made")]


# --- waiting, giving up -----------------------------------------------------------------------


@pytest.fixture
def waiting(open_booth, slowly) -> Shooting:
    return Shooting.begin(open_booth())


def test_one_knows_ones_place_and_it_comes_nearer(waiting, slowly):
    first, _, third = (taken(wish(waiting, prompt=f"sea {n}", kind="draw")) for n in range(3))
    assert third.place == 3
    assert slowly.begun.wait(10)
    half = waiting.guests[0].hear(wire.WishChanged, lambda m: m.wish.progress == 0.5)
    assert half.wish.wish == first.wish
    assert taken(wish(waiting)).place == 4
    assert code(wish(waiting)) == (429, "too_many_wishes")
    slowly.go.set()
    places = [third.place]
    while places[-1] != 1:
        heard = waiting.guests[0].hear(wire.WishChanged, lambda m: m.wish.wish == third.wish).wish
        if heard.state == "waiting":
            places.append(heard.place)
        elif heard.state == "made":
            break
    assert places == sorted(places, reverse=True)
    assert set(places) >= {3, 2}


def test_what_is_given_up_is_not_made(waiting, slowly, data):
    first, second = taken(wish(waiting)), taken(wish(waiting))
    assert slowly.begun.wait(10)
    assert cancel(waiting, second.wish).status_code == 204
    assert cancel(waiting, first.wish, by=0).status_code == 204
    assert ended(waiting, first.wish, "cancelled").file is None
    third = taken(wish(waiting))
    slowly.go.set()
    ended(waiting, third.wish, "made")
    assert [row.state for row in rows(data)] == ["cancelled", "cancelled", "made"]
    assert code(cancel(waiting, first.wish)) == (404, "unknown_wish")
    assert code(cancel(waiting, "w" + "0" * 12)) == (404, "unknown_wish")


def test_only_who_wished_and_the_host_give_it_up(waiting, slowly):
    wished = taken(wish(waiting, by=0))
    assert code(cancel(waiting, wished.wish, by=1)) == (403, "not_yours")
    slowly.go.set()
    ended(waiting, wished.wish, "made")


def test_a_killed_server_s_wishes_are_made_by_the_next(waiting, slowly, data, static):
    taken(wish(waiting))
    taken(wish(waiting))
    assert slowly.begun.wait(10)
    waiting.booth.stop()  # what is in the making is left, as a kill leaves it
    assert {row.state for row in rows(data)} == {"waiting"}
    slowly.go.set()
    settings = Settings(static=static)
    darkroom = create_darkroom(settings, create_hub(settings))
    wishes = create_wishes(settings, create_hub(settings), darkroom)
    for row in rows(data):
        wishes.make(row.id)
    assert [row.state for row in rows(data)] == ["made", "made"]
    assert len(list_files(data)) == 2
    darkroom.albums.close()


def test_a_room_has_so_many_in_an_hour(open_booth):
    few = Shooting.begin(open_booth(wishes_per_hour=1))
    ended(few, taken(wish(few)).wish, "made")
    assert code(wish(few)) == (429, "too_many_wishes")


def test_where_no_picture_fits_any_more_it_fails_by_name(open_booth):
    full = Shooting.begin(open_booth(backdrops=1))
    ended(full, taken(wish(full)).wish, "made")
    again = taken(wish(full, kind="draw", prompt="forest"))
    assert ended(full, again.wish, "failed").problem == "backdrops_full"


@pytest.mark.parametrize(
    ("fault", "problem"),
    [(errors.MakerBusy(), "maker_busy"), (ValueError("a fault of ours"), "maker_failed")],
)
def test_what_goes_wrong_is_told_by_name_and_the_next_is_made(waiting, slowly, fault, problem):
    make = slowly.make

    def failing(*arguments) -> Made:
        slowly.make = make
        raise fault

    slowly.make = failing
    slowly.go.set()
    assert ended(waiting, taken(wish(waiting)).wish, "failed").problem == problem
    ended(waiting, taken(wish(waiting)).wish, "made")


def test_what_a_provider_sends_is_distrusted_like_an_upload(waiting, slowly):
    slowly.make = lambda *arguments: Made(b"<html>not a picture")
    assert ended(waiting, taken(wish(waiting)).wish, "failed").problem == "bad_still"


def test_a_picture_that_moves_is_a_background_with_its_loop(waiting, slowly, data):
    frames = [np.full((720, 1280, 3), 20 * n, np.uint8) for n in range(6)]
    slowly.make = lambda *arguments: Made(loop=Loop(iter(frames), len(frames), 12))
    sea = {"name": "plain", "colour": "#D9CBB8"}
    wished = taken(wish(waiting, kind="move", movement="drift", source=sea))
    made = ended(waiting, wished.wish, "made")
    told = waiting.guests[1].hear(wire.Backdrops)
    assert [(one.file, one.loop) for one in told.backdrops] == [(made.file, "made")]
    waiting.guests[1].say(wire.SetBackground(Background(UPLOAD, "#ffffff", made.file)))
    shown = waiting.guests[1].hear(wire.SceneChanged, lambda m: m.scene.background.file)
    assert shown.scene.background.moves
    path = f"/api/rooms/{waiting.made.room}/backdrops/{made.file}/loop.webm"
    loop = waiting.get(path).content
    assert loop.startswith(b"\x1a\x45\xdf\xa3")
    assert made.file == f"b{hashlib.sha256(loop).hexdigest()}"


# --- who may, and what ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ({"kind": "draw", "prompt": "  \u200b "}, (400, "prompt_empty")),
        ({"kind": "draw", "prompt": "x" * 301}, (400, "prompt_too_long")),
        ({"kind": "draw", "prompt": "x" * 3000}, (400, "bad_message")),
        ({"kind": "dance", "prompt": "x"}, (400, "bad_message")),
        ({"kind": "draw", "style": "paint"}, (400, "prompt_empty")),
        ({"kind": "restyle", "style": "paint"}, (400, "prompt_empty")),
        (
            {"kind": "restyle", "style": "paint", "source": {"name": "no"}},
            (400, "unknown_background"),
        ),
        (
            {"kind": "move", "movement": "snow", "source": {"name": "upload", "file": "../../x"}},
            (400, "unknown_background"),
        ),
    ],
)  # fmt: skip
def test_what_is_no_wish_is_refused_by_name(shooting, wanted, refusal):
    assert code(wish(shooting, **wanted)) == refusal


def test_only_guests_and_pages_of_ours_and_whom_the_host_lets(shooting):
    url = f"{shooting.booth.url}/api/rooms/{shooting.made.room}/wishes"
    origin = {"origin": shooting.booth.url}
    assert code(httpx2.post(url, json=SEA, headers=origin)) == (403, "bad_guest_token")
    assert code(httpx2.post(url, json=SEA)) == (403, "wrong_origin")
    shooting.guests[0].say(wire.LetChange("host"))
    shooting.guests[0].hear(wire.Furnishing, lambda m: m.changers == "host")
    assert code(wish(shooting, by=1)) == (403, "host_changes")
    taken(wish(shooting, by=0))


def test_the_host_s_words_are_refused_and_told_to_hosts_alone(shooting):
    host, guest = shooting.guests
    host.say(wire.ForbidWords(["Gun", "담배", " gun "]))
    assert host.hear(wire.Forbidden, lambda m: m.words).words == ["gun", "담배"]
    for prompt in ("a gun", "GUNS at sea", "ｇｕｎ", "바다와 담배연기", "담배"):
        assert code(wish(shooting, kind="draw", prompt=prompt)) == (422, "prompt_refused")
    for prompt in ("begun", "담 배 밭"):
        taken(wish(shooting, kind="draw", prompt=prompt))
    guest.say(wire.ForbidWords([]))
    assert guest.hear(wire.Refused).code == "host_only"
    host.say(wire.ForbidWords(["x" * 41]))
    assert host.hear(wire.Refused).code == "bad_word_list"


def test_logs_say_what_was_wished_for_but_not_by_whom(waiting, slowly, monkeypatch):
    said: list[dict] = []
    monkeypatch.setattr("sameframe.wishes.log.info", lambda event, **known: said.append(known))
    slowly.go.set()
    ended(waiting, taken(wish(waiting)).wish, "made")
    assert said == [{"kind": "draw", "maker": "procedural", "prompt": "sea at night"}]

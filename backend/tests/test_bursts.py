"""Bursts: five shots close together, of which one is chosen; the others are really gone."""

import io
import signal
import zipfile
from dataclasses import replace
from itertools import pairwise

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sameframe import errors, hub, rooms, wire
from sameframe.settings import Settings

from .rooming import Booth as Rooming
from .shooting import GREEN, RED, Shooting, code, cutout, list_files, until
from .test_killed import servers  # noqa: F401

pytestmark = pytest.mark.usefixtures("small_prints")

# --- the rules -------------------------------------------------------------------------------


def press(booth: Rooming, guest: wire.Welcome, seconds: int = 0, count: int = 5) -> None:
    shots = tuple(f"s{n:012d}" for n in range(count))
    message = wire.Shoot(seconds, format="burst")
    booth.happen(rooms.Pressed(guest.epoch, message, shots[0], "", shots, "b000000000000"))


@given(st.sampled_from([0, 3, 5, 10]), st.lists(st.floats(0, 300), min_size=5, max_size=5))
def test_five_shots_are_announced_before_their_instants_and_close_together(seconds, late):
    """`late`: how many ms after each instant the server gets to it."""
    booth = Rooming()
    ada = booth.arrive()
    press(booth, ada, seconds)
    instants, announced, exposed = [], [], []
    for number in range(1, 6):
        shutter = booth.told(ada.epoch, wire.Shutter)
        assert shutter.series == wire.Series(None, None, number, 5, "b000000000000")
        assert shutter.seconds == (seconds if number == 1 else 0)
        instants.append(shutter.at)
        announced.append(booth.now)
        booth.now = shutter.at + late[number - 1]
        booth.happen(rooms.Tick())
        exposed += [s.shot for s in booth.snapshots if s.exposed]
    assert booth.room.countdown is booth.room.pause is None
    assert exposed == [f"s{n:012d}" for n in range(5)]
    gaps = [after - before for before, after in pairwise(instants)]
    assert gaps == [rooms.BURST_MS] * 4
    leads = [at - when for at, when in zip(instants, announced, strict=True)]
    assert leads[0] >= rooms.LEAD_MS
    assert min(leads) >= rooms.BURST_MS - 300


def test_a_server_that_stood_still_announces_the_next_shot_all_the_same():
    booth = Rooming()
    ada = booth.arrive()
    press(booth, ada)
    booth.wait(60_000)
    assert booth.told(ada.epoch, wire.Shutter).at >= booth.now + rooms.BURST_MS / 2


def test_nobody_else_presses_meanwhile_and_who_comes_is_told():
    booth = Rooming()
    ada = booth.arrive()
    press(booth, ada)
    booth.wait(1_000)
    with pytest.raises(errors.AlreadyCounting):
        booth.press(ada)
    bo = booth.arrive("Bo")
    assert booth.told(bo.epoch, wire.Shutter).series.number == 2


def test_a_template_is_for_single_photos():
    booth = Rooming()
    ada = booth.arrive()
    for form in ("burst", "loop", "boomerang"):
        message = wire.Shoot(0, "two_up", format=form)
        with pytest.raises(errors.BadMessage):
            booth.happen(rooms.Pressed(ada.epoch, message, "s000000000000"))


# --- over the wire ---------------------------------------------------------------------------


@pytest.fixture
def shooting(booth, monkeypatch) -> Shooting:
    """Return a room of two, whose bursts are quick."""
    monkeypatch.setattr(rooms, "LEAD_MS", 100)
    monkeypatch.setattr(rooms, "BURST_MS", 100)
    return Shooting.begin(booth)


def taken(shooting: Shooting) -> list[wire.Shutter]:
    """Take a burst, which the last guest presses, and wait for all its prints."""
    shutters = [shooting.shoot("burst")]
    while shutters[-1].series.number < shutters[-1].series.count:
        shutters.append(shooting.guests[0].hear(wire.Shutter))
    for shutter in shutters:
        for n, colour in enumerate((RED, GREEN)):
            assert shooting.put(shutter, n, cutout(colour)).status_code == 201
    printed = {shutter.shot: False for shutter in shutters}
    while not all(printed.values()):
        printed[shooting.changed(lambda m: m.state == "printed").shot] = True
    return shutters


def choose(
    shooting: Shooting, burst: str, shot: str, token: str, room: str = ""
) -> httpx2.Response:
    path = f"/api/rooms/{room or shooting.made.room}/bursts/{burst}/keep/{shot}"
    return httpx2.post(shooting.booth.url + path, headers={"authorization": f"Bearer {token}"})


def form(shooting: Shooting, burst: str, fields: dict[str, str], by: int | None) -> httpx2.Response:
    """Send the burst's form as a guest's browser, or as the host's."""
    cookie = f"sameframe_host={shooting.made.host}"
    if by is not None:
        cookie = f"sameframe_guest={shooting.guests[by].welcome.token}"
    return httpx2.post(
        f"{shooting.booth.url}/a/{shooting.album}/bursts/{burst}/keep",
        headers={"cookie": cookie, "origin": shooting.booth.url},
        data=fields,
    )


def list_folders() -> set[str]:
    """Return the shots of which there are files."""
    return {path.split("/")[1] for path in list_files(Settings().data)}


def test_five_are_taken_and_lie_in_the_album_as_one(shooting):
    shutters = taken(shooting)
    assert len(shutters) == hub.BURST == 5
    (burst,) = {shutter.series.burst for shutter in shutters}
    wall = shooting.get(f"/a/{shooting.album}").text
    assert wall.count("<li ") == 1
    assert f"/a/{shooting.album}/bursts/{burst}" in wall
    page = shooting.get(f"/a/{shooting.album}/bursts/{burst}").text
    for shutter in shutters:
        assert f'id="{shutter.shot}"' in page
    assert 'type="radio"' not in page  # whoever only looks chooses nothing
    for cookie in (
        f"sameframe_host={shooting.made.host}",
        f"sameframe_guest={shooting.guests[1].welcome.token}",
    ):
        mine = shooting.get(f"/a/{shooting.album}/bursts/{burst}", headers={"cookie": cookie}).text
        assert mine.count('type="radio"') == 5
    other = f"sameframe_guest={shooting.guests[0].welcome.token}"
    page = shooting.get(f"/a/{shooting.album}/bursts/{burst}", headers={"cookie": other}).text
    assert 'type="radio"' not in page
    with zipfile.ZipFile(io.BytesIO(shooting.get(f"/a/{shooting.album}/all.zip").content)) as all_:
        assert len(set(all_.namelist())) == 5


@pytest.mark.parametrize("who", ["presser", "host"])
def test_the_best_stays_and_the_others_are_gone_for_good(shooting, who):
    shutters = taken(shooting)
    best, burst = shutters[2].shot, shutters[0].series.burst
    token = shooting.guests[1].welcome.token if who == "presser" else shooting.made.host
    assert choose(shooting, burst, best, token).status_code == 204
    kept = shooting.changed(lambda m: m.shot == best)
    assert (kept.burst, kept.deleted) == (None, False)
    gone = {shooting.changed(lambda m: m.deleted).shot for _ in range(4)}
    assert gone == {shutter.shot for shutter in shutters} - {best}
    assert list_folders() == {best}
    wall = shooting.get(f"/a/{shooting.album}").text
    assert best in wall
    assert "bursts" not in wall
    for shot in gone:
        assert shooting.get(f"/a/{shooting.album}/{shot}").status_code == 404
    # It is chosen once, and then a shot like any other.
    assert code(choose(shooting, burst, best, token)) == (404, "unknown_burst")
    back = shooting.get(f"/a/{shooting.album}/bursts/{burst}")
    assert (back.status_code, back.headers["location"]) == (303, f"/a/{shooting.album}")


def test_all_may_be_kept(shooting):
    shutters = taken(shooting)
    burst = shutters[0].series.burst
    token = shooting.guests[1].welcome.token
    assert choose(shooting, burst, "all", token).status_code == 204
    assert list_folders() == {shutter.shot for shutter in shutters}
    assert shooting.get(f"/a/{shooting.album}").text.count("<li ") == 5


def test_the_album_has_a_form_for_it(shooting):
    shutters = taken(shooting)
    best, burst = shutters[4].shot, shutters[0].series.burst
    assert form(shooting, burst, {"shot": best, "do": "one"}, by=0).status_code == 403
    assert form(shooting, burst, {"do": "one"}, by=1).status_code == 400
    assert form(shooting, burst, {"shot": "s000000000000"}, by=1).status_code == 404
    assert len(list_folders()) == 5
    answer = form(shooting, burst, {"shot": best, "do": "one"}, by=1)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/a/{shooting.album}#{best}")
    assert list_folders() == {best}


def test_who_may_not_choose_is_refused_and_nothing_is_lost(shooting):
    shutters = taken(shooting)
    best, burst = shutters[0].shot, shutters[0].series.burst
    token = shooting.guests[1].welcome.token
    other = shooting.booth.make_room().room
    refused = {
        (403, "bad_guest_token"): (burst, best, shooting.guests[0].welcome.token, ""),
        (404, "unknown_burst"): (burst, best, token, other),
        (404, "unknown_shot"): (burst, "s000000000000", token, ""),
    }
    for wanted, asked in refused.items():
        assert code(choose(shooting, *asked)) == wanted
    assert code(choose(shooting, "b000000000000", best, token)) == (404, "unknown_burst")
    assert code(choose(shooting, burst, best, "x" * 32)) == (403, "bad_guest_token")
    assert len(list_folders()) == 5


def test_a_choice_survives_a_kill(servers):  # noqa: F811
    first, booth = servers()
    shooting = Shooting.begin(booth)
    shutters = taken(shooting)
    best, burst = shutters[1].shot, shutters[0].series.burst
    token = shooting.guests[1].welcome.token
    assert choose(shooting, burst, best, token).status_code == 204
    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    after = replace(shooting, booth=servers()[1])
    until(lambda: list_folders() == {best})
    assert after.get(f"/a/{shooting.album}/{best}").status_code == 200

"""A guest's new picture for an old shot: the room's rules, then the whole way over HTTP."""

import io

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sameframe import errors, retaking, retouch, retouches, rooms, wire
from sameframe.db import PictureRow, ShotRow

from .rooming import HOST, Booth
from .shooting import BLUE, GREEN, RED, Shooting, code, cutout, list_files
from .test_retouch import alike, colours, fields

SHOT = "s000000000001"

# --- the room's rules ------------------------------------------------------------------------


@pytest.fixture
def room() -> Booth:
    """Return a room with its host Ada, and Bo."""
    booth = Booth()
    booth.ada = booth.arrive("Ada", host=HOST)
    booth.bo = booth.arrive("Bo")
    return booth


def ask(room: Booth, by: wire.Welcome | None, guest: wire.Welcome, number: int = 1) -> None:
    wish = retaking.Wish(SHOT, guest.you, by and by.you, number, "/preview")
    room.happen(rooms.AskRetake(wish))


def told(room: Booth) -> wire.Retaking:
    return room.told(room.ada.epoch, wire.Retaking)


def answer(room: Booth, guest: wire.Welcome, accept: bool = True, shot: str = SHOT) -> None:
    room.say(guest, wire.AnswerRetake(shot, accept))


def test_the_host_asks_and_the_guest_poses_at_an_instant(room):
    ask(room, room.ada, room.bo)
    assert told(room) == wire.Retaking(
        SHOT, room.bo.you, room.ada.you, "asked", room.now + retaking.ASK_MS, "/preview"
    )
    room.wait(5_000)
    answer(room, room.bo)
    assert (told(room).state, told(room).at) == ("taking", room.now + retaking.COUNT_MS)
    assert retaking.wanted(room.room, SHOT, room.bo.you).number == 1
    room.wait(4_000)
    room.happen(rooms.Retook(SHOT, room.bo.you, 1))
    assert told(room).state == "done"
    assert room.room.retake is None


def test_one_who_asks_oneself_is_not_asked(room):
    ask(room, room.bo, room.bo)
    assert told(room).state == "taking"


def test_a_host_on_the_albums_pages_is_asked_in_the_room(room):
    ask(room, None, room.ada)
    assert (told(room).state, told(room).by) == ("asked", room.ada.you)


def test_a_guest_asks_nobody_else(room):
    with pytest.raises(errors.HostOnly):
        ask(room, room.bo, room.ada)


def test_nobody_is_asked_who_cannot_pose(room):
    room.say(room.bo, wire.Status("off", True, "Bo"))
    with pytest.raises(errors.NoCamera):
        ask(room, room.ada, room.bo)
    room.lose(room.bo)
    with pytest.raises(errors.NotHere):
        ask(room, room.ada, room.bo)
    room.say(room.ada, wire.Leave())
    with pytest.raises(errors.NotHere):
        ask(room, None, room.ada)


def test_who_turned_the_camera_off_meanwhile_is_told_and_may_turn_it_on(room):
    ask(room, room.ada, room.bo)
    room.say(room.bo, wire.Status("off", True, "Bo"))
    with pytest.raises(errors.NoCamera):
        answer(room, room.bo)
    room.say(room.bo, wire.Status("on", True, "Bo"))
    answer(room, room.bo)
    assert told(room).state == "taking"


def test_one_after_another(room):
    ask(room, room.ada, room.bo)
    for by, guest in ((room.ada, room.ada), (room.bo, room.bo), (None, room.bo)):
        with pytest.raises(errors.AlreadyRetaking):
            ask(room, by, guest)


def test_not_now_ends_it_and_so_does_silence(room):
    ask(room, room.ada, room.bo)
    answer(room, room.bo, accept=False)
    assert (told(room).state, room.room.retake) == ("declined", None)
    ask(room, room.ada, room.bo)
    room.wait(retaking.ASK_MS - 1)
    assert room.out == ()
    room.wait(1)
    assert (told(room).state, room.room.retake) == ("unanswered", None)


def test_only_the_asked_one_answers_and_only_once(room):
    ask(room, room.ada, room.bo)
    with pytest.raises(errors.NothingAsked):
        answer(room, room.ada)
    with pytest.raises(errors.NothingAsked):
        answer(room, room.bo, shot="s000000000002")
    answer(room, room.bo)
    with pytest.raises(errors.NothingAsked):
        answer(room, room.bo)


def test_nothing_that_came_is_missed_and_so_is_what_the_browser_gives_up(room):
    ask(room, room.bo, room.bo)
    room.wait(retaking.COUNT_MS + retaking.SEND_MS - 1)
    assert room.out == ()
    room.wait(1)
    assert told(room).state == "missed"
    ask(room, room.bo, room.bo)
    answer(room, room.bo, accept=False)
    assert told(room).state == "missed"


def test_who_leaves_takes_the_retake_along_and_who_reloads_does_not(room):
    ask(room, room.ada, room.bo)
    room.lose(room.bo)
    back = room.arrive("Bo", token=room.bo.token)
    assert room.told(back.epoch, wire.Retaking).state == "asked"
    room.say(back, wire.Leave())
    assert (told(room).state, room.room.retake) == ("gone", None)


def test_a_picture_that_is_deleted_is_not_taken_anew(room):
    for gone in ({"deleted": True}, {"expects": [room.ada.you]}):
        ask(room, room.ada, room.bo)
        usual = {"expects": [room.ada.you, room.bo.you]}
        news = wire.ShotChanged(SHOT, "printed", 1, layers=[], fills=[], **(usual | gone))
        other = wire.ShotChanged("s000000000002", "printed", 1, [], [], [], deleted=True)
        room.happen(rooms.Reported(other))
        assert room.room.retake.state == "asked"
        room.happen(rooms.Reported(news))
        assert told(room).state == "gone"


def test_a_retake_and_the_shutter_keep_out_of_each_others_way(room):
    ask(room, room.ada, room.bo)
    room.press(room.ada, 3)  # a question is no obstacle
    with pytest.raises(errors.AlreadyCounting):
        answer(room, room.bo)
    room.wait(3_000)
    answer(room, room.bo)
    with pytest.raises(errors.AlreadyRetaking):
        room.press(room.ada)
    room.wait(retaking.COUNT_MS)
    room.press(room.ada)  # while the picture is on its way


@pytest.mark.parametrize(
    ("shot", "of"), [("s000000000002", "bo"), (SHOT, "ada")], ids=["another shot", "another guest"]
)
def test_only_what_is_wanted_is_wanted(room, shot, of):
    ask(room, room.ada, room.bo)
    with pytest.raises(errors.NotWanted):
        retaking.wanted(room.room, SHOT, room.bo.you)  # not before it was accepted
    answer(room, room.bo)
    with pytest.raises(errors.NotWanted):
        retaking.wanted(room.room, shot, getattr(room, of).you)


# --- the history -----------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(st.sampled_from(["edit", "retake", "undo", "redo"]), max_size=150))
def test_every_step_shows_its_own_scene_and_picture(course):
    row = ShotRow(scene="0", scenes=[], versions=[], edit=0)
    row.pictures = [PictureRow(guest="g", kind="layer", number=1, file="layer")]
    steps, at, number = [("0", "layer")], 0, 0
    for n, what in enumerate(course, 1):
        if what in ("undo", "redo"):
            retouches._move(row, what)
            at = max(0, at - 1) if what == "undo" else min(len(steps) - 1, at + 1)
        else:
            scene, file = steps[at]
            if what == "retake":
                number += 1
                file = f"retake {number}"
                row.pictures.append(PictureRow(guest="g", kind="retake", number=number, file=file))
                retouches._step(row, scene, row.shown() | {"g": number})
            else:
                scene = str(n)
                retouches._step(row, scene, row.shown())
            steps, at = retouch.stepped(steps, at, (scene, file))
        assert (row.scene, row.files()) == (steps[at][0], {"g": steps[at][1]})
        assert len(row.scenes) == len(row.versions) <= retouch.STEPS_MAX


# --- over HTTP -------------------------------------------------------------------------------


@pytest.fixture
def shooting(booth, small_prints) -> Shooting:
    """Return a room of two with a finished shot, red and green."""
    return Shooting.begin(booth)


class Retaking:
    """A finished shot of two, and what is done to it."""

    def __init__(self, shooting: Shooting):
        self.shooting = shooting
        self.shutter, self.first = shooting.printed()
        self.host, self.guest = shooting.guests

    def url(self, of: int) -> str:
        guest = self.shooting.guests[of].welcome.you
        room, shot = self.shooting.made.room, self.shutter.shot
        return f"{self.shooting.booth.url}/api/rooms/{room}/shots/{shot}/retakes/{guest}"

    def bearer(self, by: int) -> dict[str, str]:
        return {"authorization": f"Bearer {self.shooting.guests[by].welcome.token}"}

    def ask(self, of: int, by: int) -> httpx2.Response:
        return httpx2.post(self.url(of), headers=self.bearer(by))

    def put(self, of: int, data: bytes, at: float, by: int | None = None) -> httpx2.Response:
        headers = self.bearer(of if by is None else by)
        return httpx2.put(self.url(of), params={"taken": at}, content=data, headers=headers)

    def begun(self, of: int = 1) -> float:
        """Let a guest ask for their own; return the instant."""
        assert self.ask(of, by=of).status_code == 204
        return self.host.hear(wire.Retaking, lambda m: m.state == "taking").at

    def retake(self, colour: tuple[int, int, int], of: int = 1) -> None:
        assert self.put(of, cutout(colour), self.begun(of)).status_code == 201

    def printed(self, number: int) -> list[tuple[int, int, int]]:
        """Wait for a print of this number; return its colours."""
        done = self.shooting.changed(lambda m: m.state == "printed" and m.print.number == number)
        return colours(self.shooting, done.print)


@pytest.fixture
def retakes(shooting) -> Retaking:
    return Retaking(shooting)


@pytest.fixture
def browser(retakes):
    """Return the host's browser on the album's pages."""
    shooting = retakes.shooting
    with httpx2.Client(
        base_url=shooting.booth.url, headers={"origin": shooting.booth.url}
    ) as opened:
        bearer = {"authorization": f"Bearer {shooting.made.host}"}
        assert opened.post(f"/a/{shooting.album}/host", headers=bearer).is_success
        yield opened


def test_a_retake_is_asked_for_taken_printed_and_undone(retakes, browser):
    host, guest = retakes.host, retakes.guest
    assert retakes.ask(of=1, by=0).status_code == 204
    question = guest.hear(wire.Retaking)
    assert (question.state, question.by) == ("asked", host.welcome.you)
    assert browser.get(question.preview).status_code == 200
    guest.say(wire.AnswerRetake(question.shot, True))
    at = guest.hear(wire.Retaking, lambda m: m.state == "taking").at
    kept = retakes.put(1, cutout(BLUE), at + 12)
    assert (kept.status_code, kept.json()["kind"]) == (201, "retake")
    assert host.hear(wire.Retaking, lambda m: m.state == "done")
    white = (255, 255, 255)
    assert alike(retakes.printed(2), RED, BLUE, white)

    # The others' layer is the very same file; each step of the history shows its own.
    edit = f"/a/{retakes.shooting.album}/{retakes.shutter.shot}/edit"
    for number, (way, colour) in enumerate([("undo", GREEN), ("redo", BLUE), ("undo", GREEN)], 3):
        assert browser.post(edit, data={"do": way}).status_code == 303
        assert alike(retakes.printed(number), RED, colour, white)
    one = guest.welcome.you
    # Its page, as news, shows another picture of them by another address.
    assert f'cutouts/{one}.webp?5"' in browser.get(edit).text
    piece = browser.get(f"{edit.removesuffix('edit')}cutouts/{one}.png").content
    assert Image.open(io.BytesIO(piece)).getpixel((80, 60))[:3] == GREEN


def test_an_edit_after_a_retake_keeps_it_and_one_before_does_not_have_it(retakes, browser):
    edit = f"/a/{retakes.shooting.album}/{retakes.shutter.shot}/edit"
    change = fields(browser.get(edit).text) | {"do": "apply"}
    browser.post(edit, data=change | {"colour": "#0000ff"})
    assert alike(retakes.printed(2), RED, GREEN, (0, 0, 255))
    retakes.retake((200, 200, 0))
    assert alike(retakes.printed(3), RED, (200, 200, 0), (0, 0, 255))
    browser.post(edit, data=change | {"colour": "#ffffff"})
    assert alike(retakes.printed(4), RED, (200, 200, 0), (255, 255, 255))
    for number, colour in enumerate([(200, 200, 0), GREEN, GREEN], 5):
        browser.post(edit, data={"do": "undo"})
        assert alike(retakes.printed(number)[1:2], colour)


def test_only_the_guest_and_only_while_it_is_wanted(retakes, data):
    at = retakes.shutter.at
    assert code(retakes.put(1, cutout(BLUE), at)) == (409, "not_wanted")
    at = retakes.begun()
    assert code(retakes.put(1, cutout(BLUE), at, by=0)) == (403, "bad_guest_token")
    assert code(retakes.put(0, cutout(BLUE), at)) == (409, "not_wanted")
    assert code(retakes.put(1, cutout(BLUE), at - 60_000)) == (400, "bad_instant")
    assert code(retakes.put(1, b"GIF89a", at)) == (415, "bad_picture")
    assert retakes.put(1, cutout(BLUE), at).status_code == 201
    for again in (cutout(BLUE), cutout(RED)):
        assert code(retakes.put(1, again, at)) == (409, "not_wanted")
    retakes.printed(2)
    assert len([file for file in list_files(data) if ".retake." in file]) == 1


def test_only_guests_of_the_room_ask_and_others_for_themselves_alone(retakes):
    assert code(retakes.ask(of=0, by=1)) == (403, "host_only")
    stranger = httpx2.post(retakes.url(1), headers={"authorization": "Bearer " + "x" * 32})
    assert code(stranger) == (403, "bad_guest_token")
    evil = {"origin": "http://evil.example"}
    assert code(httpx2.post(retakes.url(1), headers=retakes.bearer(1) | evil)) == (
        *(403, "wrong_origin"),
    )
    late = retakes.shooting.booth.connect(retakes.shooting.made.room).join("Late")
    retakes.shooting.guests.append(late)
    assert code(retakes.ask(of=2, by=2)) == (409, "not_expected")
    gone = retakes.url(1).replace(retakes.shutter.shot, "s000000000000")
    assert code(httpx2.post(gone, headers=retakes.bearer(1))) == (404, "unknown_shot")
    other = Shooting.begin(retakes.shooting.booth)
    theirs = retakes.url(1).replace(retakes.shooting.made.room, other.made.room)
    assert code(httpx2.post(theirs, headers=retakes.bearer(1))) == (403, "bad_guest_token")


def test_a_shot_that_is_being_taken_is_not_retaken(shooting):
    shutter = shooting.shoot()
    guest = shooting.guests[1].welcome
    url = f"{shooting.booth.url}/api/rooms/{shooting.made.room}/shots/{shutter.shot}"
    headers = {"authorization": f"Bearer {guest.token}"}
    refused = httpx2.post(f"{url}/retakes/{guest.you}", headers=headers)
    assert code(refused) == (404, "unknown_shot")  # there is no print of it to see yet


def test_there_is_a_bound_and_it_is_said_before_anyone_poses(retakes, monkeypatch):
    monkeypatch.setattr(retouches, "RETAKES", 2)
    for n in range(2):
        retakes.retake((n, n, 99))
        assert alike(retakes.printed(n + 2)[1:2], (n, n, 99))
    assert code(retakes.ask(of=1, by=1)) == (409, "too_many_retakes")
    assert retakes.ask(of=0, by=0).status_code == 204


def test_whoever_takes_themselves_out_meanwhile_is_out(retakes, data):
    at = retakes.begun()
    url = retakes.url(1).replace("/retakes/", "/guests/")
    assert httpx2.delete(url, headers=retakes.bearer(1)).status_code == 204
    assert retakes.host.hear(wire.Retaking, lambda m: m.state == "gone")
    assert code(retakes.put(1, cutout(BLUE), at)) == (409, "not_expected")
    assert code(retakes.ask(of=1, by=0)) == (409, "not_expected")


def test_a_withdrawal_takes_every_retake_along(retakes, data):
    retakes.retake(BLUE)
    retakes.printed(2)
    url = retakes.url(1).replace("/retakes/", "/guests/")
    assert httpx2.delete(url, headers=retakes.bearer(1)).status_code == 204
    retakes.printed(3)
    guest = retakes.guest.welcome.you
    assert not [file for file in list_files(data) if guest in file]


def test_a_deleted_shot_ends_its_retake(retakes):
    at = retakes.begun()
    shooting = retakes.shooting
    url = f"{shooting.booth.url}/api/albums/{shooting.album}/shots/{retakes.shutter.shot}"
    bearer = {"authorization": f"Bearer {shooting.made.host}"}
    assert httpx2.delete(url, headers=bearer).status_code == 204
    assert retakes.host.hear(wire.Retaking, lambda m: m.state == "gone")
    assert code(retakes.put(1, cutout(BLUE), at)) == (404, "unknown_shot")


def test_a_server_that_was_started_anew_wants_nothing(retakes, open_booth):
    at = retakes.begun()
    retakes.shooting.booth.connections.close()
    retakes.shooting.booth.stop()
    retakes.shooting.booth = open_booth()
    assert code(retakes.put(1, cutout(BLUE), at)) == (404, "unknown_room")


def test_the_host_asks_on_the_albums_page(retakes, browser):
    edit = f"/a/{retakes.shooting.album}/{retakes.shutter.shot}/edit"
    ask, guest = edit.replace("/edit", "/retake"), retakes.guest.welcome.you
    page = browser.get(edit).text
    assert "Ask Guest 1 for a new picture" in page
    answer = browser.post(ask, data={"guest": guest})
    assert (answer.status_code, answer.headers["location"]) == (303, edit)
    question = retakes.guest.hear(wire.Retaking)
    assert (question.state, question.by) == ("asked", retakes.host.welcome.you)
    assert "Guest 1 is asked for a new picture" in browser.get(edit).text
    again = browser.post(ask, data={"guest": guest})
    assert "somebody is being asked already" in browser.get(again.headers["location"]).text
    stranger = retakes.shooting.booth.url + ask
    refused = httpx2.post(stranger, data={"guest": guest}, headers=browser.headers)
    assert code(refused) == (403, "bad_host_token")
    retakes.guest.say(wire.Leave())
    retakes.host.hear(wire.Retaking, lambda m: m.state == "gone")
    assert "Ask Guest 1" not in browser.get(edit).text
    late = browser.post(ask, data={"guest": guest}).headers["location"]
    assert "not in the room just now" in browser.get(late).text

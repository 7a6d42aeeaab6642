"""Who may see and change an album: its link, its passphrase, and whom a shot shows."""

import re

import httpx2
import pytest
from sameframe import access, rights, shots, wire

from .shooting import RED, Shooting, code, cutout

pytestmark = pytest.mark.usefixtures("small_prints")

SAID = "우리끼리 2025"


@pytest.fixture
def shooting(booth) -> Shooting:
    return Shooting.begin(booth)


@pytest.fixture
def printed(shooting):
    return shooting.printed()[1]


class Browser:
    """One browser with its cookies, as the album's pages see it."""

    def __init__(self, shooting: Shooting):
        self.shooting = shooting
        self.client = httpx2.Client(base_url=shooting.booth.url)

    def enter(self, who: str, token: str) -> httpx2.Response:
        headers = {"origin": self.shooting.booth.url, "authorization": f"Bearer {token}"}
        return self.client.post(f"/a/{self.shooting.album}/{who}", headers=headers)

    def guest(self, n: int) -> "Browser":
        assert self.enter("guest", self.shooting.guests[n].welcome.token).status_code == 204
        return self

    def host(self) -> "Browser":
        assert self.enter("host", self.shooting.made.host).status_code == 204
        return self

    def post(self, path: str, origin: str | None = None, **fields: str) -> httpx2.Response:
        headers = {"origin": origin or self.shooting.booth.url}
        return self.client.post(path, data=fields, headers=headers)

    def get(self, path: str) -> httpx2.Response:
        return self.client.get(path)


@pytest.fixture
def browser(shooting):
    opened = []

    def open_browser() -> Browser:
        opened.append(Browser(shooting))
        return opened[-1]

    yield open_browser
    for one in opened:
        one.client.close()


# --- the passphrase --------------------------------------------------------------------------


def test_a_closed_album_shows_nothing_until_one_says_the_passphrase(shooting, printed, browser):
    path = f"/a/{shooting.album}"
    host = browser().host()
    assert host.post(f"{path}/close", passphrase=SAID).status_code == 303
    stranger = browser()
    closed = (path, f"{path}/all.zip", printed.print.page, printed.print.jpeg)
    for shut in (*closed, printed.print.preview, f"{printed.print.page}/qr.svg"):
        answer = stranger.get(shut)
        assert answer.status_code == 403
        assert "This album has a passphrase" in answer.text
        assert "<img" not in answer.text
    for wrong in ("", "x", SAID + "x"):
        answer = stranger.post(f"{path}/open", passphrase=wrong, to=printed.print.page)
        assert answer.status_code == 403
        assert "That is not the passphrase" in answer.text
    evil = stranger.post(f"{path}/open", origin="http://evil.example", passphrase=SAID)
    assert code(evil) == (403, "wrong_origin")

    answer = stranger.post(f"{path}/open", passphrase=f" {SAID} ", to=printed.print.page)
    assert (answer.status_code, answer.headers["location"]) == (303, printed.print.page)
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", f"Path={path}"))
    assert SAID not in cookie
    assert all(stranger.get(open_).status_code == 200 for open_ in closed)

    # Another passphrase, another key; none, and the album is as open as it was.
    host.post(f"{path}/close", passphrase="other")
    assert stranger.get(path).status_code == 403
    host.post(f"{path}/close", passphrase="", none="")
    assert browser().get(path).status_code == 200


def test_those_who_were_there_need_no_passphrase(shooting, printed, browser):
    path = f"/a/{shooting.album}"
    browser().host().post(f"{path}/close", passphrase=SAID)
    assert browser().guest(1).get(printed.print.jpeg).status_code == 200
    late = shooting.booth.connect(shooting.made.room).join("Late")  # in no shot yet
    shooting.guests.append(late)
    assert browser().guest(2).get(path).status_code == 200
    other = browser()
    assert code(other.enter("guest", "x" * 32)) == (403, "bad_guest_token")
    assert other.get(path).status_code == 403


def test_a_host_closes_the_album_before_the_first_shot(shooting, browser):
    path = f"/a/{shooting.album}"
    browser().host().post(f"{path}/close", passphrase=SAID)
    assert browser().get(path).status_code == 403
    shooting.printed()
    assert browser().get(path).status_code == 403


def test_a_messenger_learns_nothing_of_a_closed_album(shooting, printed, browser, static):
    (static / "backgrounds" / "curtain.webp").unlink()  # it is no picture
    path = f"/a/{shooting.album}"
    before = shooting.get(f"{path}/card.jpg").content
    browser().host().post(f"{path}/close", passphrase=SAID)
    page = shooting.get(printed.print.page)
    assert f'og:image" content="{shooting.booth.url}{path}/card.jpg' in page.text
    cards = [shooting.get(f"{p}/card.jpg") for p in (path, printed.print.page)]
    assert all(card.status_code == 200 for card in cards)
    assert cards[0].content == cards[1].content != before
    assert browser().guest(0).get(f"{path}/card.jpg").content == cards[0].content


def test_nobody_tries_passphrases_for_long(shooting, browser, monkeypatch):
    monkeypatch.setattr(rights, "_WORK", {"n": 2, "r": 1, "p": 1})
    path = f"/a/{shooting.album}"
    browser().host().post(f"{path}/close", passphrase=SAID)
    tries = [browser().post(f"{path}/open", passphrase=f"{n}") for n in range(12)]
    assert [answer.status_code for answer in tries] == [403] * 10 + [429] * 2
    assert "Wait a minute" in tries[-1].text
    assert browser().post(f"{path}/open", passphrase=SAID).status_code == 429


def test_only_the_host_closes_revokes_and_keeps(shooting, printed, browser):
    path = f"/a/{shooting.album}"
    for one in (browser(), browser().guest(1)):
        for what in ("/close", "/revoke", f"/{printed.shot}/keep", f"/{printed.shot}/delete"):
            assert code(one.post(path + what, passphrase="x")) == (403, "bad_host_token")
    host = browser().host()
    for what in ("/close", "/revoke", f"/{printed.shot}/keep", f"/{printed.shot}/ask"):
        evil = host.post(path + what, origin="http://evil.example", passphrase="x")
        assert code(evil) == (403, "wrong_origin")
    assert "<details" not in shooting.get(path).text
    assert host.get(path).text.count("<form") == 2


def test_a_passphrase_has_bounds(shooting, browser):
    path = f"/a/{shooting.album}"
    host = browser().host()
    assert host.post(f"{path}/close", passphrase="x" * 201).status_code == 403
    assert code(host.post(f"{path}/close", passphrase="x" * 5000)) == (413, "form_too_large")
    assert shooting.get(path).status_code == 200


@pytest.mark.parametrize("said", ["한글", "café"])
def test_a_passphrase_is_the_same_however_it_is_composed(said):
    from unicodedata import normalize

    lock = rights.hashed(normalize("NFC", said), b"s" * 16)
    assert rights.opens(normalize("NFD", said), lock)
    assert not rights.opens(said + "x", lock)
    assert rights.hashed(said, b"t" * 16)[16:] != lock[16:]


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/a/other/x", "/a/one", "", "/a/one/\r\nx"]
)
def test_the_way_back_stays_in_the_album(path):
    assert access._within("one", path) == "/a/one"
    assert access._within("one", "/a/one/s1") == "/a/one/s1"


# --- the link --------------------------------------------------------------------------------


def test_a_revoked_link_leads_nowhere_and_the_new_one_everywhere(shooting, printed, browser):
    path = f"/a/{shooting.album}"
    host = browser().host().guest(0)
    answer = host.post(f"{path}/revoke")
    new = answer.headers["location"]
    assert answer.status_code == 303
    assert re.fullmatch(r"/a/[0-9a-z]{25}", new)
    assert new != path
    for old in (path, f"{path}/all.zip", printed.print.page, printed.print.jpeg):
        gone = host.get(old)
        assert gone.status_code == 404
        assert new not in gone.text
    assert shooting.get(printed.print.jpeg.replace(path, new)).status_code == 200
    assert printed.shot in shooting.get(new).text
    assert f'action="{new}/revoke"' in host.get(new).text  # still the host
    for guest in shooting.guests:
        assert f"/a/{guest.hear(wire.AlbumMoved).album}" == new
    # What comes later, and who, are told the new link.
    late = shooting.booth.connect(shooting.made.room).join("Late")
    assert f"/a/{late.welcome.album}" == new
    late.say(wire.Leave())
    after = shooting.printed()[1]
    assert after.print.page == f"{new}/{after.shot}"
    url = f"{shooting.booth.url}/api{new.replace('/a/', '/albums/')}/shots/{after.shot}"
    bearer = {"authorization": f"Bearer {shooting.made.host}"}
    assert httpx2.delete(url, headers=bearer).status_code == 204
    assert shooting.get(f"{new}/{after.shot}").status_code == 404


def test_a_link_is_revoked_before_the_first_shot(shooting, browser):
    path = f"/a/{shooting.album}"
    new = browser().host().post(f"{path}/revoke").headers["location"]
    assert shooting.get(path).status_code == 404
    assert shooting.get(new).status_code == 200


# --- what shows a guest ----------------------------------------------------------------------


def alone(shooting: Shooting) -> wire.ShotChanged:
    """Take a shot that shows the second guest alone."""
    shooting.guests[0].say(wire.Status(name="Host", camera="off", microphone=True))
    shooting.guests[0].hear(wire.Roster, lambda m: any(g.camera == "off" for g in m.guests))
    shutter = shooting.shoot()
    assert shooting.put(shutter, 1, cutout(RED)).status_code == 201
    return shooting.changed(lambda m: m.state == "printed")


def test_a_guest_deletes_what_shows_only_that_guest(shooting, browser):
    shot = alone(shooting)
    other, me = browser().guest(0), browser().guest(1)
    form = f"{shot.print.page}/delete"
    assert form not in other.get(shot.print.page).text
    assert code(other.post(form)) == (403, "bad_host_token")
    assert code(other.post(f"{shot.print.page}/ask")) == (403, "not_yours")
    assert form in me.get(shot.print.page).text
    assert me.post(form).status_code == 303
    assert shooting.get(shot.print.jpeg).status_code == 404
    assert shooting.changed(lambda m: m.shot == shot.shot and m.deleted)


def test_nobody_is_alone_in_a_picture_while_another_is_late(shooting, browser, monkeypatch):
    monkeypatch.setattr(shots, "DEADLINE_MS", 200)
    shutter = shooting.shoot()
    assert shooting.put(shutter, 1, cutout(RED)).status_code == 201
    shot = shooting.changed(lambda m: m.state == "printed")  # without the host, who is late
    me = browser().guest(1)
    form = f"{shot.print.page}/delete"
    assert form not in me.get(shot.print.page).text
    assert code(me.post(form)) == (403, "bad_host_token")
    assert f"{shot.print.page}/ask" in me.get(shot.print.page).text
    monkeypatch.setattr(shots, "LATE_MS", 0)  # a day later nobody comes any more
    assert form in me.get(shot.print.page).text
    assert me.post(form).status_code == 303


def test_a_guest_asks_for_what_shows_others_too_and_the_host_decides(shooting, printed, browser):
    path, page = f"/a/{shooting.album}", printed.print.page
    me, host = browser().guest(1), browser().host()
    assert f"{page}/ask" in me.get(page).text
    assert f"{page}/ask" not in shooting.get(page).text
    assert code(me.post(f"{page}/delete")) == (403, "bad_host_token")
    for _ in range(2):
        assert me.post(f"{page}/ask").headers["location"] == page
    assert "You asked for this picture" in me.get(page).text
    assert f'action="{page}/keep"' in host.get(path).text
    assert "people ask" not in host.get(path).text
    assert "/keep" not in me.get(path).text
    browser().guest(0).post(f"{page}/ask")
    assert "2 people ask" in host.get(path).text
    assert host.post(f"{page}/keep").status_code == 303
    assert "/keep" not in host.get(path).text
    assert "decided to keep it" in me.get(page).text
    assert host.post(f"{page}/delete").status_code == 303
    assert shooting.get(page).status_code == 404


def test_one_browser_may_have_been_several_guests(shooting, printed, browser):
    both = browser().guest(0).guest(1)
    form = f"{printed.print.page}/delete"
    assert form in both.get(printed.print.page).text  # it shows nobody else
    for n in range(6):
        shooting.guests.append(shooting.booth.connect(shooting.made.room).join(f"G{n}"))
    for n in range(2, len(shooting.guests)):
        both.guest(n)
    cookie = both.client.cookies["sameframe_guest"]
    assert len(cookie.split(".")) == 8

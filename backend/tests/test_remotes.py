"""Who presses the shutter: everyone or the host, and phones in guests' other hands."""

import httpx2
import pytest
from sameframe import errors, remotes, rooms, seats, wire
from structlog.testing import capture_logs

from .rooming import HOST, Booth
from .shooting import Shooting, code
from .test_sockets import closing

# --- who may press ---------------------------------------------------------------------------


@pytest.fixture
def room() -> Booth:
    """Return a room with its host Ada, and Bo."""
    booth = Booth()
    booth.ada = booth.arrive("Ada", host=HOST)
    booth.bo = booth.arrive("Bo")
    return booth


def test_everyone_presses_until_the_host_says_otherwise(room):
    assert room.bo.pressers == "everyone"
    room.say(room.ada, wire.LetPress("host"))
    assert room.told(room.bo.epoch, wire.PressersChanged).who == "host"
    with pytest.raises(errors.HostPresses):
        room.press(room.bo)
    assert room.arrive("Late").pressers == "host"
    room.say(room.ada, wire.LetPress("host"))
    assert room.out == ()
    room.press(room.ada)
    room.wait(3_000)
    room.say(room.ada, wire.LetPress("everyone"))
    room.press(room.bo)


def test_only_the_host_says_who_presses(room):
    with pytest.raises(errors.HostOnly):
        room.say(room.bo, wire.LetPress("host"))


def test_what_was_said_survives_the_hosts_reload(room):
    room.say(room.ada, wire.LetPress("host"))
    room.lose(room.ada)
    with pytest.raises(errors.HostPresses):
        room.press(room.bo)
    room.ada = room.arrive("Ada", token=room.ada.token)
    assert room.ada.pressers == "host"
    room.press(room.ada)


# --- a remote, by the room's rules -----------------------------------------------------------


def view(room: Booth, epoch: int) -> wire.RemoteChanged:
    return room.told(epoch, wire.RemoteChanged)


def test_a_remote_presses_as_its_guest_and_shows_what_happens(room):
    phone = room.attach(room.bo)
    assert view(room, phone) == wire.RemoteChanged("Bo", None, False, None, 0, None, None, None)
    room.press_by(phone, 5)
    shutter = room.told(room.ada.epoch, wire.Shutter)
    assert (shutter.by, shutter.seconds) == (room.bo.you, 5)
    counting = view(room, phone)
    assert (counting.busy, counting.at, counting.seconds) == (True, shutter.at, 5)
    with pytest.raises(errors.AlreadyCounting):
        room.press_by(phone)
    room.wait(5_000)
    assert (view(room, phone).busy, view(room, phone).at) == (False, None)


def test_a_remote_counts_a_series_along(room):
    phone = room.attach(room.bo)
    press = rooms.Pressed(room.ada.epoch, wire.Shoot(0, "two_up"), "s1", "p1", ("s1", "s2"))
    room.happen(press)
    assert (view(room, phone).number, view(room, phone).count) == (1, 2)
    room.wait(rooms.LEAD_MS)
    assert (view(room, phone).busy, view(room, phone).at, view(room, phone).number) == (
        *(True, None, 2),
    )


def test_a_remote_obeys_who_may_press(room):
    mine, hosts = room.attach(room.bo), room.attach(room.ada)
    room.say(room.ada, wire.LetPress("host"))
    assert view(room, mine).held == "host"
    with pytest.raises(errors.HostPresses):
        room.press_by(mine)
    room.press_by(hosts)


def test_a_remote_does_nothing_else(room):
    phone = room.attach(room.ada)
    layer = room.room.scene.layer(room.ada.you)
    hello = wire.Hello("Mallory", "on", True, host=HOST)
    for message in (
        wire.Leave(),
        wire.Place(layer),
        wire.LetPress("host"),
        hello,
        wire.Remote("k"),
    ):
        with pytest.raises(errors.PressOnly):
            room.say(wire.Welcome("", "", "", phone, 0, [], None, 0, [], "", "host"), message)
    room.happen(rooms.Said(phone, wire.Ping(7)))
    assert room.told(phone, wire.Pong).sent == 7


def test_a_remote_is_no_guest(room):
    before = room.room
    room.attach(room.bo)
    assert (room.room.seats, room.room.scene) == (before.seats, before.scene)
    assert not [out for out in room.out if isinstance(out, rooms.TellAll)]


def test_a_remote_waits_for_a_guest_who_is_away_and_ends_with_one_who_left(room):
    phone = room.attach(room.bo)
    room.lose(room.bo)
    assert view(room, phone).held == "away"
    with pytest.raises(errors.NotHere):
        room.press_by(phone)
    room.wait(rooms.SEAT_MS)
    room.bo = room.arrive("Bo", token=room.bo.token)
    assert view(room, phone).held is None
    room.say(room.bo, wire.Leave())
    ended = [out for out in room.out if isinstance(out, rooms.Close) and out.epoch == phone]
    assert isinstance(ended[0].error, errors.RemoteEnded)
    with pytest.raises(errors.BadRemote):
        room.attach(room.bo)


def test_keys_are_of_one_guest_in_one_room(room):
    keys = {remotes.key(room.room, guest.you) for guest in (room.ada, room.bo)}
    other = seats.Room("r", b"", 8, 0, "a" * 25, key=b"another room's key")
    keys.add(remotes.key(other, room.bo.you))
    assert len(keys) == 3
    for wrong in (remotes.key(other, room.bo.you), room.bo.token, room.bo.you, HOST):
        with pytest.raises(errors.BadRemote):
            room.happen(rooms.Attach(wrong))
    room.room = seats.Room("r", b"", 8, 0, "a" * 25)
    with pytest.raises(errors.BadRemote):
        room.attach(room.bo)  # a room without a key has no remotes


def test_several_remotes_work_and_there_is_a_bound(room):
    phones = [room.attach(room.bo) for _ in range(remotes.MAX)]
    with pytest.raises(errors.TooManyRemotes):
        room.attach(room.bo)
    room.happen(rooms.Lost(phones[0]))
    room.attach(room.bo)
    room.attach(room.ada)
    room.press_by(phones[1])


# --- over sockets ----------------------------------------------------------------------------


@pytest.fixture
def shooting(booth, small_prints) -> Shooting:
    """Return a room of two."""
    return Shooting.begin(booth)


def made(shooting: Shooting, of: int = 1, **other: str) -> httpx2.Response:
    token = other.get("token", shooting.guests[of].welcome.token)
    return httpx2.post(
        f"{shooting.booth.url}/api/rooms/{other.get('room', shooting.made.room)}/remote",
        headers={
            "authorization": f"Bearer {token}",
            "origin": other.get("origin", shooting.booth.url),
        },
    )


def key_of(shooting: Shooting, of: int = 1) -> str:
    return made(shooting, of).json()["link"].partition("#")[2]


def phone(shooting: Shooting, key: str, room: str | None = None):
    """Open the socket as a phone does."""
    opened = shooting.booth.connect(room or shooting.made.room)
    opened.say(wire.Remote(key))
    return opened


def test_a_phone_presses_and_sees_the_print_and_nothing_else(shooting):
    remote = phone(shooting, key_of(shooting))
    first = remote.hear(wire.FromServer)
    assert (first.name, first.print) == ("Guest 1", None)
    remote.say(wire.Shoot(0))
    shutter = shooting.guests[0].hear(wire.Shutter)
    assert shutter.by == shooting.guests[1].welcome.you
    for n in range(2):
        shooting.put(shutter, n)
    # Everything it hears on the way is its own kind of message.
    while (heard := remote.hear(wire.FromServer)).print is None:
        assert isinstance(heard, wire.RemoteChanged)
    assert heard.print.shot == shutter.shot
    assert shooting.get(heard.print.preview).headers["content-type"] == "image/webp"
    remote.say(wire.Leave())
    assert remote.hear(wire.Refused).code == "press_only"
    remote.say(wire.Ping(3))
    assert remote.hear(wire.FromServer).sent == 3


def test_a_remote_takes_no_seat(open_booth):
    shooting = Shooting.begin(open_booth(capacity=2))
    phones = [phone(shooting, key_of(shooting)) for _ in range(2)]
    assert all(one.hear(wire.RemoteChanged) for one in phones)
    info = shooting.get(f"/api/rooms/{shooting.made.room}").json()
    assert info["guests"] == ["Host", "Guest 1"]


def test_wrong_keys_open_nothing(shooting):
    other = Shooting.begin(shooting.booth)
    for wrong in ("x" * 32, key_of(other), shooting.guests[1].welcome.token, shooting.made.host):
        assert closing(phone(shooting, wrong)) == (4403, "bad_remote")
    key = key_of(shooting)
    assert closing(phone(shooting, key, other.made.room)) == (4403, "bad_remote")
    assert code(made(shooting, token="x" * 32)) == (403, "bad_guest_token")
    assert code(made(shooting, room=other.made.room)) == (403, "bad_guest_token")
    assert code(made(shooting, origin="http://evil.example")) == (403, "wrong_origin")
    # The key is a remote's alone: it puts nothing and resumes nobody.
    posing = shooting.booth.connect(shooting.made.room).join("Mallory", token=key)
    assert posing.welcome.you != shooting.guests[1].welcome.you
    assert code(shooting.put(shooting.shoot(), 1, token=key)) == (403, "bad_guest_token")


def test_it_ends_when_the_guest_leaves(shooting):
    key = key_of(shooting)
    remote = phone(shooting, key)
    remote.hear(wire.RemoteChanged)
    shooting.guests[1].say(wire.Leave())
    assert closing(remote) == (4410, "remote_ended")
    assert closing(phone(shooting, key)) == (4403, "bad_remote")


def test_a_remote_is_limited_as_any_socket(open_booth):
    shooting = Shooting.begin(open_booth(messages_per_10_s=20))
    remote = phone(shooting, key_of(shooting))
    for n in range(25):
        remote.say(wire.Ping(n))
    assert closing(remote) == (4429, "too_many_messages")


def test_the_key_is_in_no_log_and_no_address(shooting):
    answer = made(shooting)
    link, qr = answer.json()["link"], answer.json()["qr"]
    address, _, key = link.partition("#")
    assert address == f"{shooting.booth.url}/r/{shooting.made.room}/remote"
    assert len(key) == 32
    assert qr.startswith("<svg")
    assert answer.headers["cache-control"] == "no-store"
    with capture_logs() as logs:
        remote = phone(shooting, key)
        remote.hear(wire.RemoteChanged)
        shooting.guests[1].say(wire.Leave())
        closing(remote)
    assert any(event["event"] == "remote" for event in logs)
    assert key not in repr(logs)

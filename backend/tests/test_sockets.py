"""Guests over real sockets to a real server; nobody is disturbed by what another does wrong."""

import json
import socket
from contextlib import suppress

import httpx2
import msgspec
import pytest
from sameframe import wire
from sameframe_worker.scene import Background, Layer, Scene
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.uri import parse_uri


def drain(guest) -> None:
    while True:
        guest.connection.recv(timeout=10)


def closing(guest) -> tuple[int, str]:
    """Read until the end; return the close code and its reason."""
    with pytest.raises(ConnectionClosed):
        drain(guest)
    return guest.connection.close_code, guest.connection.close_reason


@pytest.fixture
def room(booth) -> str:
    return booth.make_room().room


@pytest.fixture
def ada(booth, room):
    return booth.connect(room).join("Ada")


@pytest.fixture
def calm(ada):
    """Check at the end that Ada has noticed nothing and is still served."""
    yield ada
    ada.say(wire.Ping(7))
    assert ada.hear(wire.Pong).sent == 7


# --- the ordinary course ---------------------------------------------------------------------


def test_two_guests_see_each_other_and_one_scene(booth, room, ada):
    bo = booth.connect(room).join("Bo")
    assert [g.name for g in ada.hear(wire.Roster).guests] == ["Ada", "Bo"]
    scene = ada.hear(wire.SceneChanged).scene
    assert scene == bo.welcome.scene
    assert [la.guest for la in scene.layers] == [ada.welcome.you, bo.welcome.you]


def test_a_late_joiner_sees_what_all_see(booth, room, ada):
    ada.say(wire.Place(Layer(ada.welcome.you, x=0.25, scale=0.5, mirror=True)))
    ada.say(wire.SetBackground(Background("plain", "#123456")))
    seen = ada.hear(wire.SceneChanged, lambda m: m.scene.background.name == "plain").scene
    late = booth.connect(room).join("Late")
    assert late.welcome.scene.background == seen.background
    assert late.welcome.scene.layers[0] == seen.layers[0]


def test_a_lost_guest_comes_back_into_its_own_place(booth, room, ada):
    bo = booth.connect(room).join("Bo")
    bo.connection.socket.shutdown(socket.SHUT_RDWR)
    ada.hear(wire.Roster, lambda m: [g.here for g in m.guests] == [True, False])
    again = booth.connect(room).join("Bo", token=bo.welcome.token)
    assert again.welcome.you == bo.welcome.you
    assert again.welcome.epoch > bo.welcome.epoch
    assert again.welcome.scene == bo.welcome.scene
    ada.hear(wire.Roster, lambda m: [g.here for g in m.guests] == [True, True])


def test_a_second_connection_replaces_the_first(booth, room, calm):
    bo = booth.connect(room).join("Bo")
    again = booth.connect(room).join("Bo", token=bo.welcome.token)
    assert closing(bo) == (4001, "replaced")
    again.say(wire.Ping(1))
    assert again.hear(wire.Pong)


def test_leaving_closes_with_1000_and_takes_the_layer(booth, room, ada):
    bo = booth.connect(room).join("Bo")
    bo.say(wire.Leave())
    assert closing(bo) == (1000, "left")
    ada.hear(wire.Roster, lambda m: [g.name for g in m.guests] == ["Ada"])
    ada.hear(wire.SceneChanged, lambda m: len(m.scene.layers) == 1)


def test_a_signal_passes_between_two(booth, room, ada):
    bo = booth.connect(room).join("Bo")
    a, b = ada.welcome, bo.welcome
    description = wire.Description("offer", "v=0\r\n")
    ada.say(wire.Signal(b.you, a.epoch, b.epoch, 0, description=description))
    heard = bo.hear(wire.Signalled)
    assert (heard.sender, heard.epoch, heard.description) == (a.you, a.epoch, description)


def test_everyone_hears_the_shutter(booth, room, ada):
    bo = booth.connect(room).join("Bo")
    bo.say(wire.Shoot())
    assert ada.hear(wire.Shutter) == bo.hear(wire.Shutter)
    ada.say(wire.Shoot())
    assert ada.hear(wire.Refused).code == "already_counting"


def test_the_maker_is_host(booth):
    made = booth.make_room()
    host = booth.connect(made.room).join("Ho", host=made.host)
    assert host.welcome.guests[0].host
    host.say(wire.Tidy("arc"))
    bo = booth.connect(made.room).join("Bo", host="x" * 20)
    assert bo.hear(wire.Refused).code == "bad_host_token"


# --- bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "closed"),
    [
        ("lusab-babad-gutih-tugad", (4404, "unknown_room")),
        ("not-a-room", (4405, "bad_room_name")),
        ("%F0%9F%98%80", (4405, "bad_room_name")),
        ("..%00", (4405, "bad_room_name")),
    ],
)
def test_no_such_room(booth, name, closed):
    assert closing(booth.connect(name)) == closed


def test_a_full_room(open_booth):
    booth = open_booth(capacity=1)
    room = booth.make_room().room
    ada = booth.connect(room).join("Ada")
    bo = booth.connect(room)
    bo.say(wire.Hello("Bo", "on", True))
    assert closing(bo) == (4409, "room_full")
    ada.say(wire.Ping(1))
    assert ada.hear(wire.Pong)


BAD = [
    "",
    "{",
    "null",
    "[]",
    "[" * 30_000,
    '{"type":"no_such_thing"}',
    '{"type":"hello"}',
    '{"type":"ping","sent":"now"}',
    '{"type":"ping","sent":1e999}',
    '{"type":"ping","sent":1,"more":2}',
    '{"type":"order","guest":"g00000000","step":5}',
    '{"type":"place","layer":{"guest":"g00000000","x":"left"}}',
    '{"type":"signal","to":"<script>","epoch":1,"to_epoch":2,"generation":0}',
    '{"type":"hello","name":"\\ud800","camera":"on","microphone":true}',
    b"\x00\x01",
]


@pytest.mark.parametrize("text", BAD)
def test_a_bad_message_before_hello_closes(booth, room, calm, text):
    bo = booth.connect(room)
    bo.connection.send(text)
    assert closing(bo) == (4400, "bad_message")


@pytest.mark.parametrize("text", BAD)
def test_a_bad_message_later_is_told(booth, room, calm, text):
    bo = booth.connect(room).join("Bo")
    bo.connection.send(text)
    refused = bo.hear(wire.Refused)
    assert refused.code == "bad_message"
    assert len(refused.detail) <= 200
    bo.say(wire.Ping(1))
    assert bo.hear(wire.Pong)


def test_text_that_is_not_utf8_closes(booth, room, calm):
    bo = booth.connect(room).join("Bo")
    bo.connection.send(b"\xff\xfe", text=True)
    assert closing(bo)[0] == 1007


def test_an_oversized_message_closes(booth, room, calm):
    bo = booth.connect(room).join("Bo")
    bo.connection.send(json.dumps({"type": "ping", "sent": 1}) + " " * wire.MAX_MESSAGE_BYTES)
    assert closing(bo)[0] == 1009


def test_an_oversized_message_in_pieces_closes(booth, room, calm):
    bo = booth.connect(room).join("Bo")
    with suppress(ConnectionClosed):  # said before all of it was sent
        bo.connection.send(" " * 60_000 for _ in range(2))
    assert closing(bo)[0] == 1009


def test_ten_thousand_emoji_are_no_name(booth, room, calm):
    bo = booth.connect(room)
    bo.say(wire.Hello("😀" * 10_000, "on", True))
    assert closing(bo) == (4432, "name_too_long")
    cy = booth.connect(room).join("Cy")
    cy.say(wire.Status("on", True, "😀" * 10_000))
    assert cy.hear(wire.Refused).code == "name_too_long"


def test_something_before_hello_closes(booth, room, calm):
    bo = booth.connect(room)
    bo.say(wire.Shoot())
    assert closing(bo) == (4401, "hello_first")


def test_hello_is_waited_for_only_so_long(open_booth):
    booth = open_booth(hello_s=0.05)
    bo = booth.connect(booth.make_room().room)
    assert closing(bo) == (4408, "hello_late")


def test_a_second_hello_is_told(booth, room, ada):
    ada.say(wire.Hello("Eve", "on", True))
    assert ada.hear(wire.Refused).code == "already_joined"


def test_a_guest_who_speaks_for_another_is_told(booth, room, calm):
    bo = booth.connect(room).join("Bo")
    bo.say(wire.Place(Layer(calm.welcome.you, x=0.9)))
    assert bo.hear(wire.Refused).code == "not_yours"
    bo.say(wire.Tidy("row"))
    assert bo.hear(wire.Refused).code == "host_only"


def test_forged_signals_reach_nobody(booth, room, ada):
    bo = booth.connect(room).join("Bo")
    a, b = ada.welcome, bo.welcome
    candidate = wire.Candidate("candidate:0")
    bo.say(wire.Signal(a.you, a.epoch, a.epoch, 0, candidate=candidate))
    bo.say(wire.Signal("gnobody00", b.epoch, a.epoch, 0, candidate=candidate))
    bo.say(wire.Signal(a.you, b.epoch, a.epoch, 1, candidate=candidate))
    assert ada.hear(wire.Signalled).generation == 1


def test_a_flood_closes(open_booth):
    booth = open_booth(messages_per_10_s=20)
    room = booth.make_room().room
    ada = booth.connect(room).join("Ada")
    bo = booth.connect(room).join("Bo")
    for n in range(60):
        try:
            bo.say(wire.Ping(n))
        except ConnectionClosed:
            break
    assert closing(bo) == (4429, "too_many_messages")
    ada.say(wire.Ping(1))
    assert ada.hear(wire.Pong)


# --- slow and dead ---------------------------------------------------------------------------


def test_who_reads_too_slowly_is_closed_and_nobody_waits(open_booth):
    booth = open_booth(small_buffers=True, outbox_bytes=200_000, write_s=0.3)
    room = booth.make_room().room
    ada = booth.connect(room).join("Ada")
    slow = booth.connect(room, max_queue=1).join("Slow")
    a, s = ada.welcome, slow.welcome
    description = wire.Description("offer", "x" * 50_000)
    for _ in range(300):  # 15 MB, to someone who reads nothing
        ada.say(wire.Signal(s.you, a.epoch, s.epoch, 0, description=description))
    ada.hear(wire.Roster, lambda m: any(not g.here for g in m.guests))
    ada.say(wire.Ping(1))
    assert ada.hear(wire.Pong)


def test_a_silent_peer_is_found(open_booth):
    booth = open_booth(heartbeat_s=0.2)
    room = booth.make_room().room
    ada = booth.connect(room).join("Ada")
    with mute(booth.port, room, booth.url) as dead:
        ada.hear(wire.Roster, lambda m: [g.here for g in m.guests] == [True, True])
        ada.hear(wire.Roster, lambda m: [g.here for g in m.guests] == [True, False])
        assert dead.fileno() >= 0


def mute(port: int, room: str, origin: str) -> socket.socket:
    """Join, and never answer anything again: a machine that has lost its network."""
    url = f"ws://127.0.0.1:{port}/api/rooms/{room}/socket"
    protocol = ClientProtocol(parse_uri(url), origin=origin)
    raw = socket.create_connection(("127.0.0.1", port))
    protocol.send_request(protocol.connect())
    raw.sendall(b"".join(protocol.data_to_send()))
    while protocol.state.name == "CONNECTING":
        protocol.receive_data(raw.recv(4096))
    protocol.send_text(msgspec.json.encode(wire.Hello("Mute", "on", True)))
    raw.sendall(b"".join(protocol.data_to_send()))
    return raw


def test_who_answers_heartbeats_stays(open_booth):
    booth = open_booth(heartbeat_s=0.05, messages_per_10_s=1_000_000)
    ada = booth.connect(booth.make_room().room).join("Ada")
    ada.say(wire.Ping(0))
    start = ada.hear(wire.Pong).time
    while True:
        ada.say(wire.Ping(1))
        if ada.hear(wire.Pong).time > start + 500:  # ten heartbeats
            break


# --- from where, and the end -----------------------------------------------------------------


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null", "http://127.0.0.1:1"])
def test_only_our_own_pages_may_connect(booth, room, origin):
    with pytest.raises(InvalidStatus) as refused:
        booth.connect(room, origin=origin)
    assert refused.value.response.status_code == 403
    assert b"wrong_origin" in refused.value.response.body


def test_a_public_url_is_our_own(open_booth):
    booth = open_booth(public_url="https://booth.example")
    room = booth.make_room().room
    booth.connect(room, origin="https://booth.example").join("Ada")
    assert httpx2.post(f"{booth.url}/api/rooms", headers={"origin": "http://evil.example"}).json()[
        "code"
    ] == ("wrong_origin")


def test_a_stopping_server_says_come_back(open_booth):
    booth = open_booth()
    ada = booth.connect(booth.make_room().room).join("Ada")
    booth.stop()
    assert closing(ada)[0] == 1012


def test_the_lobby_sees_who_is_there(booth, room, ada):
    info = httpx2.get(f"{booth.url}/api/rooms/{room}").json()
    assert info["guests"] == ["Ada"]
    assert msgspec.convert(info["scene"], Scene) == ada.welcome.scene

"""Many rooms, their sockets and their end, by a clock of our own."""

import msgspec
import pytest
from sameframe import errors, hub, wire
from structlog.testing import capture_logs

HELLO = wire.Hello("Ada", "on", True)


class Ear:
    """A listener that remembers."""

    def __init__(self):
        self.heard: list[str] = []
        self.closed: errors.SameframeError | None = None

    def put(self, text: str) -> None:
        self.heard.append(text)

    def close(self, error: errors.SameframeError) -> None:
        self.closed = error


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def rooms(clock) -> hub.Hub:
    return hub.Hub(capacity=8, rooms_max=3, idle_ms=1000, clock=lambda: clock[0])


def test_a_message_for_all_is_encoded_once(rooms):
    name = rooms.make().room
    ears = [Ear() for _ in range(3)]
    for ear in ears:
        epoch = rooms.arrive(name, HELLO, ear)
    for ear in ears:
        ear.heard.clear()
    rooms.say(name, epoch, wire.Shoot())
    texts = [ear.heard[0] for ear in ears]
    assert texts[0] is texts[1] is texts[2]


def test_rooms_do_not_hear_each_other(rooms):
    one, two = rooms.make().room, rooms.make().room
    here, there = Ear(), Ear()
    epoch = rooms.arrive(one, HELLO, here)
    rooms.arrive(two, HELLO, there)
    there.heard.clear()
    rooms.say(one, epoch, wire.Shoot())
    assert there.heard == []


def test_a_refused_hello_leaves_no_listener(rooms):
    name = rooms.make().room
    with pytest.raises(errors.NameEmpty):
        rooms.arrive(name, wire.Hello(" ", "on", True), Ear())
    ear = Ear()
    assert rooms.arrive(name, HELLO, ear) == 1


def test_idle_rooms_expire_and_make_space(rooms, clock):
    names = [rooms.make().room for _ in range(3)]
    with pytest.raises(errors.ServerFull):
        rooms.make()
    epoch = rooms.arrive(names[0], HELLO, Ear())
    clock[0] = 1001
    rooms.tick()
    assert rooms.find(names[0])
    with pytest.raises(errors.UnknownRoom):
        rooms.find(names[1])
    rooms.lost(names[0], epoch)
    clock[0] = 2003
    rooms.tick()
    with pytest.raises(errors.UnknownRoom):
        rooms.find(names[0])
    rooms.lost(names[0], epoch)  # a socket that ends after its room


def test_a_tick_gives_up_the_seats_of_the_lost(clock):
    rooms = hub.Hub(capacity=8, rooms_max=3, idle_ms=10**9, clock=lambda: clock[0])
    name, ear = rooms.make().room, Ear()
    rooms.arrive(name, HELLO, ear)
    rooms.lost(name, rooms.arrive(name, HELLO, Ear()))
    clock[0] = 120_001
    ear.heard.clear()
    rooms.tick()
    assert [text.partition(",")[0] for text in ear.heard] == [
        '{"type":"roster"',
        '{"type":"scene_changed"',
    ]


def test_logs_name_no_room_no_guest_and_no_token(rooms):
    ear = Ear()
    with capture_logs() as logs:
        made = rooms.make()
        rooms.lost(made.room, rooms.arrive(made.room, HELLO, ear))
    welcome = msgspec.json.decode(ear.heard[0], type=wire.Welcome)
    assert [entry["event"] for entry in logs] == ["room made", "joined", "gone"]
    for secret in (made.room, made.host, welcome.token, welcome.you, "Ada"):
        assert secret not in str(logs)

"""The room's rules, one by one; test_rooms_machine.py tries random courses of events."""

from itertools import pairwise

import pytest
from sameframe import errors, rooms, seats, wire
from sameframe.rooms import Close, Tell, TellAll
from sameframe_worker.scene import Background, Layer, Look, arranged

from .rooming import ALBUM, HOST, Booth


@pytest.fixture
def booth() -> Booth:
    return Booth()


# --- coming ----------------------------------------------------------------------------------


def test_guests_come_in_order_and_stand_in_a_row(booth):
    guests = [booth.arrive(name) for name in ("Ada", "Bo", "Cy")]
    assert booth.names == ["Ada", "Bo", "Cy"]
    assert booth.room.scene.layers == arranged([g.you for g in guests], "row")
    assert guests[2].scene == booth.room.scene
    assert [g.name for g in guests[2].guests] == ["Ada", "Bo", "Cy"]
    assert booth.told(guests[0].epoch, wire.SceneChanged).scene == booth.room.scene
    assert booth.told(guests[0].epoch, wire.Roster).guests == booth.room.guests()


def test_epochs_rise(booth):
    a, b = booth.arrive(), booth.arrive()
    again = booth.arrive(token=a.token)
    assert a.epoch < b.epoch < again.epoch


def test_a_token_resumes_the_same_guest_in_its_place(booth):
    a, b = booth.arrive("Ada"), booth.arrive("Bo")
    layer = booth.place(a, x=0.2, mirror=True)
    booth.lose(a)
    assert [seat.here for seat in booth.room.seats] == [False, True]
    again = booth.arrive("Ada L.", token=a.token)
    assert (again.you, again.token) == (a.you, a.token)
    assert booth.names == ["Ada L.", "Bo"]
    assert again.scene.layer(a.you) == layer
    assert booth.told(b.epoch, wire.Roster).guests[0].epoch == again.epoch


def test_a_second_connection_replaces_the_first(booth):
    a = booth.arrive()
    again = booth.arrive(token=a.token)
    closed = [out for out in booth.out if isinstance(out, Close)]
    assert [(c.epoch, type(c.error)) for c in closed] == [(a.epoch, errors.Replaced)]
    booth.lose(a)  # the old socket ends only now
    assert booth.room.seat(again.you).here
    booth.say(a, wire.Leave())
    assert booth.room.seat(again.you).here


def test_an_unknown_token_makes_a_new_guest(booth):
    a = booth.arrive(token="nobody-knows-this-token")
    assert a.token != "nobody-knows-this-token"


def test_tokens_are_not_kept(booth):
    a = booth.arrive()
    assert a.token not in repr(booth.room)
    assert HOST not in repr(booth.room)


def test_the_host_token_makes_a_host(booth):
    assert booth.arrive(host=HOST).guests[0].host
    other = booth.arrive(host="some-other-host-token")
    assert not booth.room.seat(other.you).host
    assert booth.told(other.epoch, wire.Refused).code == "bad_host_token"


def test_a_host_who_resumes_stays_host(booth):
    a = booth.arrive(host=HOST)
    booth.lose(a)
    assert booth.arrive(token=a.token).guests[0].host


def test_a_full_room_refuses_and_a_lost_seat_counts_for_two_minutes():
    booth = Booth(capacity=2)
    a, _ = booth.arrive(), booth.arrive()
    booth.lose(a)
    before = booth.room
    with pytest.raises(errors.RoomFull):
        booth.arrive()
    assert booth.room == before
    booth.wait(rooms.SEAT_MS)
    booth.arrive()


def test_bad_names_are_refused(booth):
    with pytest.raises(errors.NameEmpty):
        booth.arrive("   ")
    a = booth.arrive()
    with pytest.raises(errors.NameTooLong):
        booth.say(a, wire.Status(camera="on", microphone=True, name="😀" * 10_000))
    assert booth.names == ["Ada"]


# --- going -----------------------------------------------------------------------------------


def test_a_lost_guest_keeps_the_layer_for_two_minutes_and_the_place_for_longer(booth):
    a, b, c = booth.arrive("Ada"), booth.arrive("Bo"), booth.arrive("Cy")
    layer = booth.place(b, x=0.9)
    booth.lose(b)
    booth.wait(rooms.SEAT_MS - 1)
    assert booth.out == ()
    assert b.you in booth.standing
    booth.wait(1)
    assert booth.names == ["Ada", "Cy"]
    assert booth.told(a.epoch, wire.Roster).guests == booth.room.guests()
    assert booth.standing == [a.you, c.you]
    booth.wait(3_600_000)
    again = booth.arrive("Bo", token=b.token)
    assert again.you == b.you
    assert booth.names == ["Ada", "Bo", "Cy"]
    assert booth.room.scene.layer(b.you) == layer
    assert booth.standing == [a.you, b.you, c.you]


def test_one_who_comes_back_to_a_row_finds_the_same_place_in_it(booth):
    a, b, c = booth.arrive(), booth.arrive(), booth.arrive()
    row = booth.room.scene
    booth.lose(b)
    booth.wait(rooms.SEAT_MS)
    assert booth.room.scene.layers == arranged([a.you, c.you], "row")
    booth.arrive(token=b.token)
    assert booth.room.scene == row


def test_memories_are_bounded(booth):
    first = booth.arrive()
    booth.lose(first)
    booth.wait(rooms.SEAT_MS)
    for _ in range(seats.REMEMBERED):
        booth.lose(booth.arrive())
        booth.wait(rooms.SEAT_MS)
    assert len(booth.room.memories) == seats.REMEMBERED
    assert booth.arrive(token=first.token).you != first.you


def test_leaving_is_at_once_and_for_good(booth):
    a, b = booth.arrive(), booth.arrive()
    booth.say(a, wire.Leave())
    assert [type(out.error) for out in booth.out if isinstance(out, Close)] == [errors.Left]
    assert booth.standing == [b.you]
    assert booth.told(b.epoch, wire.SceneChanged).scene.layers == arranged([b.you], "row")
    assert booth.arrive(token=a.token).you != a.you


def test_a_room_expires_only_when_nobody_is_there(booth):
    a = booth.arrive()
    assert not rooms.expired(booth.room, booth.now + 10**9, after_ms=1000)
    booth.lose(a)
    assert not rooms.expired(booth.room, booth.now + 1000, after_ms=1000)
    assert rooms.expired(booth.room, booth.now + 1001, after_ms=1000)


# --- viewers ---------------------------------------------------------------------------------


def test_a_viewer_has_no_layer_until_the_camera_comes(booth):
    a, v = booth.arrive(), booth.arrive(camera="none")
    assert booth.standing == [a.you]
    booth.say(v, wire.Status(camera="on", microphone=False, name="Vi"))
    assert booth.room.scene.layers == arranged([a.you, v.you], "row")
    assert booth.told(a.epoch, wire.Roster).guests[1].name == "Vi"
    booth.say(v, wire.Status(camera="off", microphone=False, name="Vi"))
    assert v.you in booth.standing
    booth.say(v, wire.Status(camera="none", microphone=False, name="Vi"))
    assert booth.room.scene.layers == arranged([a.you], "row")
    with pytest.raises(errors.UnknownGuest):
        booth.say(v, wire.Place(Layer(v.you)))


# --- the scene -------------------------------------------------------------------------------


def test_once_someone_placed_by_hand_nobody_is_moved(booth):
    a, b = booth.arrive(), booth.arrive()
    booth.place(a, x=0.1)
    before = booth.room.scene.layers
    c = booth.arrive()
    assert booth.room.scene.layers[:2] == before
    assert booth.standing == [a.you, b.you, c.you]
    booth.say(c, wire.Leave())
    assert booth.room.scene.layers == before


def test_a_mirror_is_no_placing_by_hand(booth):
    a = booth.arrive()
    booth.place(a, mirror=True)
    b = booth.arrive()
    assert [la.x for la in booth.room.scene.layers] == [
        la.x for la in arranged([a.you, b.you], "row")
    ]
    assert booth.room.scene.layer(a.you).mirror


def test_tidy_is_the_hosts_and_newcomers_join_what_it_made(booth):
    h, a, b = booth.arrive(host=HOST), booth.arrive(), booth.arrive()
    with pytest.raises(errors.HostOnly):
        booth.say(a, wire.Tidy("row"))
    booth.place(a, x=0.1)
    booth.say(h, wire.Tidy("two_rows"))
    assert booth.room.scene.layers == arranged([h.you, a.you, b.you], "two_rows")
    assert booth.told(a.epoch, wire.SceneChanged).by == h.you
    c = booth.arrive()
    assert booth.room.scene.layers == arranged([h.you, a.you, b.you, c.you], "two_rows")


def test_one_moves_oneself_and_the_host_everyone(booth):
    h, a = booth.arrive(host=HOST), booth.arrive()
    for message in (
        wire.Place(Layer(h.you)),
        wire.Order(h.you, 1),
        wire.Reset(h.you),
        wire.Place(Layer("gnobody00")),
    ):
        with pytest.raises(errors.NotYours):
            booth.say(a, message)
    with pytest.raises(errors.UnknownGuest):
        booth.say(h, wire.Place(Layer("gnobody00")))
    booth.say(h, wire.Place(Layer(a.you, x=7.0, scale=99.0)))
    assert booth.room.scene.layer(a.you).x == 1.0
    assert booth.room.scene.layer(a.you).scale == 3.0
    assert booth.told(a.epoch, wire.SceneChanged).by == h.you


def test_order_and_reset(booth):
    a, b = booth.arrive(), booth.arrive()
    booth.say(a, wire.Order(a.you, 1))
    assert booth.standing == [b.you, a.you]
    booth.say(a, wire.Order(a.you, 1))
    assert booth.out == ()
    booth.place(a, x=0.9, rotation=30, mirror=True)
    booth.say(a, wire.Reset(a.you))
    assert booth.room.scene.layer(a.you) == arranged([a.you, b.you], "row")[0]
    assert booth.standing == [b.you, a.you]


def test_numbers_that_are_none_are_refused(booth):
    a = booth.arrive()
    with pytest.raises(errors.BadLayer):
        booth.place(a, x=float("nan"))


def test_backgrounds_are_chosen_from_a_list(booth):
    a = booth.arrive()
    with pytest.raises(errors.UnknownBackground):
        booth.say(a, wire.SetBackground(Background("../etc/passwd")))
    for colour in ("red", "#12345", "#1234567", "#12345g", "url(x)", "#123456\n"):
        with pytest.raises(errors.BadColour):
            booth.say(a, wire.SetBackground(Background("plain", colour)))
    booth.say(a, wire.SetBackground(Background("plain", "#A1b2C3")))
    assert booth.told(a.epoch, wire.SceneChanged).scene.background.colour == "#A1b2C3"


def test_looks_are_chosen_from_a_list_and_seen_by_who_comes_later(booth):
    a, b = booth.arrive(), booth.arrive()
    for name in ("none such", "../film", ""):
        with pytest.raises(errors.UnknownLook):
            booth.say(b, wire.SetLook(Look(name)))
    for strength in (float("nan"), float("inf")):
        with pytest.raises(errors.BadLook):
            booth.say(b, wire.SetLook(Look("film", strength)))
    booth.say(b, wire.SetLook(Look("film", 7.0)))
    changed = booth.told(a.epoch, wire.SceneChanged)
    assert (changed.scene.look, changed.by) == (Look("film", 1.0), b.you)
    booth.say(a, wire.SetBackground(Background("beach")))
    late = booth.arrive()
    assert late.scene.look == Look("film", 1.0)


def test_rooms_begin_with_light_and_anyone_may_change_it(booth):
    a, b = booth.arrive(), booth.arrive()
    assert a.scene.light == "auto"
    booth.say(b, wire.SetLight("strong"))
    changed = booth.told(a.epoch, wire.SceneChanged)
    assert (changed.scene.light, changed.by) == ("strong", b.you)
    booth.say(a, wire.SetLook(Look("film")))
    assert booth.arrive().scene.light == "strong"


# --- shutter, signals, pings -----------------------------------------------------------------


def test_one_countdown_at_a_time_and_newcomers_hear_of_it(booth):
    a = booth.arrive()
    shutter = booth.press(a)
    assert shutter.at == booth.now + 3_000
    with pytest.raises(errors.AlreadyCounting):
        booth.press(a)
    late = booth.arrive()
    assert booth.told(late.epoch, wire.Shutter) == shutter
    booth.wait(3_000)
    assert booth.press(late).shot != shutter.shot


SERIES = ("s0000000000a1", "s0000000000a2", "s0000000000a3")


def begin(booth, guest) -> wire.Shutter:
    """Press the shutter for a series of three."""
    message = wire.Shoot(0, "strip_three")
    booth.happen(rooms.Pressed(guest.epoch, message, SERIES[0], "p00000000000a", SERIES))
    return booth.told(guest.epoch, wire.Shutter)


def test_a_series_takes_its_shots_by_itself_with_a_pause_to_pose_in(booth):
    a = booth.arrive()
    shutter = begin(booth, a)
    taken = []
    for number, shot in enumerate(SERIES, 1):
        assert shutter.shot == shot
        assert shutter.series == wire.Series("p00000000000a", "strip_three", number, 3)
        taken.append(shutter.at)
        booth.wait(shutter.at - booth.now)
        (exposed,) = booth.snapshots
        assert (exposed.shot, exposed.exposed) == (shot, True)
        if number < 3:
            assert exposed.due == booth.now + rooms.PAUSE_MS
            with pytest.raises(errors.AlreadyCounting):
                booth.press(a)
            booth.wait(rooms.PAUSE_MS)
            assert [(s.shot, s.exposed) for s in booth.snapshots] == [(SERIES[number], False)]
            shutter = booth.told(a.epoch, wire.Shutter)
    assert exposed.due is None
    assert booth.press(a).series is None
    assert [b - a for a, b in pairwise(taken)] == [4_000, 4_000]


def test_a_series_goes_on_without_who_began_it_and_with_who_comes(booth):
    a, b = booth.arrive(), booth.arrive()
    shutter = begin(booth, a)
    booth.wait(shutter.at - booth.now)
    booth.say(a, wire.Leave())
    late = booth.arrive()
    booth.wait(rooms.PAUSE_MS)
    second = booth.told(b.epoch, wire.Shutter)
    assert second == booth.told(late.epoch, wire.Shutter)
    assert second.expects == [b.you, late.you]
    assert second.by == a.you
    again = booth.arrive()
    assert booth.told(again.epoch, wire.Shutter) == second


def test_a_room_that_slept_still_counts_before_the_next_shot(booth):
    a = booth.arrive()
    begin(booth, a)
    booth.wait(60_000)
    assert [(s.shot, s.exposed) for s in booth.snapshots] == [(SERIES[0], True), (SERIES[1], False)]
    assert booth.told(a.epoch, wire.Shutter).at == booth.now + 3_000


@pytest.mark.parametrize(("seconds", "ms"), [(0, rooms.LEAD_MS), (3, 3e3), (5, 5e3), (10, 1e4)])
def test_the_instant_is_as_far_away_as_was_asked_for(booth, seconds, ms):
    a = booth.arrive()
    shutter = booth.press(a, seconds)
    assert (shutter.at, shutter.seconds, shutter.by) == (booth.now + ms, seconds, a.you)


def test_a_shot_is_put_on_record_when_opened_and_as_it_is_at_the_instant(booth):
    a, b, _ = booth.arrive(), booth.arrive(camera="off"), booth.arrive(camera="none")
    shutter = booth.press(a)
    (opened,) = booth.snapshots
    assert shutter.expects == [a.you] == list(opened.expects)
    assert (opened.shot, opened.at, opened.album) == (shutter.shot, shutter.at, ALBUM)
    assert not opened.exposed
    assert len(opened.guests) == 3
    booth.say(b, wire.Status("on", True, "Bo"))
    booth.place(a, x=0.2)
    then = booth.room.scene
    assert booth.snapshots == []
    booth.now = shutter.at
    # The first thing that happens after the instant is itself not in the picture.
    booth.say(b, wire.SetBackground(Background("beach")))
    (exposed,) = booth.snapshots
    assert exposed.exposed
    assert exposed.scene == then != booth.room.scene
    assert exposed.expects == (a.you, b.you)
    booth.wait(1_000)
    assert booth.snapshots == []


def test_who_left_before_the_instant_is_not_waited_for(booth):
    a, b = booth.arrive(), booth.arrive()
    booth.press(a)
    booth.lose(b)
    booth.wait(3_000)
    assert booth.snapshots[0].expects == (a.you,)


def offer(to: wire.Welcome, epoch: int, to_epoch: int) -> wire.Signal:
    description = wire.Description("offer", "v=0")
    return wire.Signal(to.you, epoch, to_epoch, generation=0, description=description)


def test_a_signal_reaches_only_whom_it_is_for(booth):
    a, b, _ = booth.arrive(), booth.arrive(), booth.arrive()
    booth.say(a, offer(b, a.epoch, b.epoch))
    (out,) = booth.out
    assert isinstance(out, Tell)
    assert (out.epoch, out.message.sender, out.message.epoch) == (b.epoch, a.you, a.epoch)


def test_stale_signals_are_dropped(booth):
    a, b = booth.arrive(), booth.arrive()
    b2 = booth.arrive(token=b.token)
    for epoch, to_epoch in ((a.epoch, b.epoch), (a.epoch + 9, b2.epoch)):
        booth.say(a, offer(b, epoch, to_epoch))
        assert booth.out == ()
    booth.lose(b2)
    booth.say(a, offer(b, a.epoch, b2.epoch))
    assert booth.out == ()


def test_senseless_signals_are_refused(booth):
    a, b = booth.arrive(), booth.arrive()
    with pytest.raises(errors.BadMessage):
        booth.say(a, offer(a, a.epoch, a.epoch))
    with pytest.raises(errors.BadMessage):
        booth.say(a, wire.Signal(b.you, a.epoch, b.epoch, 0))


def test_a_ping_is_answered_to_its_sender_with_the_time(booth):
    a, _ = booth.arrive(), booth.arrive()
    booth.say(a, wire.Ping(12.5))
    assert booth.out == (Tell(a.epoch, wire.Pong(12.5, booth.now)),)


def test_a_second_hello_is_refused(booth):
    a = booth.arrive()
    with pytest.raises(errors.AlreadyJoined):
        booth.say(a, wire.Hello("Eve", "on", True))


def test_nothing_is_sent_to_all_but_the_one_it_names(booth):
    a = booth.arrive()
    assert [out.but for out in booth.out if isinstance(out, TellAll)] == [a.epoch, a.epoch]

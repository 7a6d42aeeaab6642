"""Random courses of events: whatever happens, the room keeps its promises."""

from dataclasses import replace
from math import isfinite

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from sameframe import backgrounds, decor, errors, remotes, retaking, rooms, seats, wire
from sameframe.rooms import Close, Snapshot, Tell, TellAll
from sameframe_worker.scene import SCALE_MAX, SCALE_MIN, Background, Layer, Look

HOST = "host-token-0123456789"
CAPACITY = 4
HAS_SCENE = (wire.Welcome, wire.SceneChanged)
MOVING = (wire.Place, wire.Order, wire.Reset, wire.Tidy)

cameras = st.sampled_from(["on", "off", "none"])
names = st.sampled_from(["Ada", "민지", "  ", "x" * 41, "\u202eBo"])
numbers = st.floats(allow_nan=True, allow_infinity=True, width=32)


class RoomMachine(RuleBasedStateMachine):
    """Guests come, go, speak out of turn and for each other."""

    tokens = Bundle("tokens")

    def __init__(self):
        super().__init__()
        self.room = seats.Room(
            "r", seats.digest(HOST), CAPACITY, touched=0, album="a" * 25, key=b"a room's own key"
        )
        self.now = 1_000.0
        self.made = 0
        self.epochs: list[int] = []
        self.known = {"gnobody00"}
        self.open: set[int] = set()
        self.shots: dict[str, list[bool]] = {}
        self.controls: dict[int, str] = {}  # epochs of remotes, and whose they are
        self.views: dict[int, wire.RemoteChanged] = {}

    # --- help --------------------------------------------------------------------------------

    def happen(self, event):
        """Let it happen and check what goes out; a refusal must change nothing."""
        before = self.room
        try:
            self.room, out = rooms.step(before, event, self.now)
        except errors.SameframeError:
            assert self.room is before
            return None
        out = tuple(item for item in out if not self.on_record(before, item))
        if before.layout is None and type(getattr(event, "message", None)) not in MOVING:
            old, new = before.scene.layers, self.room.scene.layers
            both = {la.guest for la in old} & {la.guest for la in new}
            assert [la for la in old if la.guest in both] == [la for la in new if la.guest in both]
        if isinstance(event, rooms.Arrive):
            self.open.add(self.room.epoch)
        for item in out:
            if isinstance(item, Close):
                assert (item.epoch in self.open) != (item.epoch in self.controls)
                self.open.discard(item.epoch)
                self.controls.pop(item.epoch, None)
        here = {seat.epoch for seat in self.room.seats if seat.here}
        out = tuple(item for item in out if not self.for_a_remote(item))
        self.check_retakes(before, out)
        for item in out:
            if isinstance(item, Tell):
                assert item.epoch in here
            if isinstance(item, TellAll) and isinstance(item.message, wire.Roster):
                assert item.message.guests == self.room.guests()
        told = [m for o in out if isinstance(m := getattr(o, "message", None), HAS_SCENE)]
        changes = [m.scene for m in told if isinstance(m, wire.SceneChanged)]
        if before.scene == self.room.scene:
            assert not changes
        else:
            # Twice where somebody comes, or their time is up, just when the background changes.
            assert len(changes) <= 2
            assert before.scene not in changes
            assert told, "a change of the scene that nobody hears of"
            assert told[-1].scene == self.room.scene
            after = self.room.scene
            for scene in changes[:-1]:
                assert scene == replace(after, background=before.scene.background) != after
        return out

    def for_a_remote(self, item):
        """Note what a remote is told: how it looks, and nothing else."""
        if not isinstance(item, Tell) or item.epoch not in {r.epoch for r in self.room.remotes}:
            return False
        if isinstance(item.message, wire.RemoteChanged):
            self.views[item.epoch] = item.message
        else:
            assert isinstance(item.message, wire.Pong)
        return True

    def check_retakes(self, before, out):
        """Check that everyone hears of every change, and that what has ended is forgotten."""
        told = [m for o in out if isinstance(m := getattr(o, "message", None), wire.Retaking)]
        if before.retake != self.room.retake:
            assert told
        if told and self.room.retake is None:
            assert told[-1].state in retaking.ENDS
        if self.room.retake:
            assert self.room.retake.state in ("asked", "taking")

    def on_record(self, before, item):
        """Check a snapshot: once when opened, once at the instant, of the room before the event."""
        if not isinstance(item, Snapshot):
            return False
        course = self.shots.setdefault(item.shot, [])
        course.append(item.exposed)
        assert course in ([False], [False, True])
        assert item.exposed == (self.now >= item.at)
        assert item.scene == before.scene
        assert item.expects == before.posing()
        if item.series is not None:
            # In order, none twice: each is opened once the one before was exposed.
            number = item.series.number
            assert item.series.shots[number - 1] == item.shot
            earlier = [self.shots.get(shot) for shot in item.series.shots[: number - 1]]
            assert earlier == [[False, True]] * (number - 1)
        return True

    def speaker(self, data):
        return data.draw(st.sampled_from(self.epochs or [1]))

    def someone(self, data):
        return data.draw(st.sampled_from(sorted(self.known)))

    def say(self, epoch, message):
        """Say it and check that nothing was changed that the speaker may not change."""
        before = self.room
        speaker = before.speaker(epoch)
        if isinstance(message, wire.Shoot):
            self.made += 1
            shots = tuple(f"s{self.made:09d}{n:03d}" for n in range(3 if message.template else 1))
            sheet = f"p{self.made:012d}"
            out = self.happen(rooms.Pressed(epoch, message, shots[0], sheet, shots))
        else:
            out = self.happen(rooms.Said(epoch, message))
        if epoch in self.controls:
            assert self.room.seats == before.seats
            assert self.room.scene == before.scene
            opened = self.room.countdown not in (before.countdown, None)
            assert not opened or self.room.countdown.by == self.controls[epoch]
            assert not opened or isinstance(message, wire.Shoot)
        elif speaker is None:
            shutter = {"countdown": before.countdown, "pause": before.pause}
            assert replace(self.room, **shutter) == before
            assert out == ()
        elif not speaker.host and not isinstance(message, wire.Status | wire.Leave):
            others = [la for la in before.scene.layers if la.guest != speaker.id]
            assert others == [la for la in self.room.scene.layers if la.guest != speaker.id]
        return out

    # --- events ------------------------------------------------------------------------------

    def arrive(self, name, camera, token, host):
        self.made += 1
        guest = f"g{self.made:08d}"
        hello = wire.Hello(name, camera, True, token=token, host=host)
        out = self.happen(rooms.Arrive(hello, guest, f"token-number-{self.made:08d}"))
        if out is None:
            return token or "unknown-token-000000"
        (welcome,) = [o.message for o in out if isinstance(getattr(o, "message", 0), wire.Welcome)]
        assert welcome.epoch > max(self.epochs, default=0)
        # Where the background's change is due just then, it comes right behind the welcome.
        mine = [o for o in out if getattr(o, "but", None) != welcome.epoch]
        heard = [getattr(o, "message", None) for o in mine]
        scenes = [m.scene for m in heard if isinstance(m, HAS_SCENE)]
        assert scenes[0] is welcome.scene
        assert scenes[-1] == self.room.scene
        assert welcome.pressers == self.room.pressers
        self.epochs.append(welcome.epoch)
        self.known.add(welcome.you)
        return welcome.token

    @rule(target=tokens, name=names, camera=cameras, host=st.sampled_from([None, HOST, "x" * 16]))
    def someone_new_arrives(self, name, camera, host):
        return self.arrive(name, camera, None, host)

    @rule(name=names, camera=cameras, token=tokens)
    def someone_comes_back(self, name, camera, token):
        was, remembered = self.room.recognised(token)
        known = was or (remembered and remembered.seat)
        self.arrive(name, camera, token, None)
        seat, _ = self.room.recognised(token)
        if known and seat:
            assert (seat.id, seat.host, seat.arrival) == (known.id, known.host, known.arrival)

    @rule(data=st.data())
    def a_socket_is_lost(self, data):
        epoch = self.speaker(data)
        self.happen(rooms.Lost(epoch))
        self.open.discard(epoch)
        self.controls.pop(epoch, None)  # it may have been a remote's

    @rule(ms=st.sampled_from([0.0, 1.0, 3_000.0, 60_000.0, 120_000.0, 10**7]))
    def time_passes(self, ms):
        self.now += ms
        self.happen(rooms.Tick())
        assert all(s.here or self.now - s.lost_at < rooms.SEAT_MS for s in self.room.seats)

    @rule(ms=st.sampled_from([1.0, 500.0, 3_000.0]))
    def time_passes_unnoticed(self, ms):
        self.now += ms

    @rule(data=st.data())
    def someone_leaves(self, data):
        epoch = self.speaker(data)
        seat = self.room.speaker(epoch)
        self.say(epoch, wire.Leave())
        if seat:
            assert self.room.seat(seat.id) is None
            assert all(memory.seat.id != seat.id for memory in self.room.memories)

    @rule(data=st.data(), camera=cameras, name=names)
    def someone_changes(self, data, camera, name):
        self.say(self.speaker(data), wire.Status(camera, False, name))

    @rule(data=st.data(), x=numbers, scale=numbers, mirror=st.booleans())
    def someone_places(self, data, x, scale, mirror):
        layer = Layer(self.someone(data), x=x, scale=scale, mirror=mirror)
        self.say(self.speaker(data), wire.Place(layer))

    @rule(
        data=st.data(),
        what=st.sampled_from(["order", "reset", "tidy", "background", "look", "light", "shoot"]),
    )
    def someone_acts(self, data, what):
        guest = self.someone(data)
        message = {
            "order": wire.Order(guest, data.draw(st.sampled_from([-1, 1]))),
            "reset": wire.Reset(guest),
            "tidy": wire.Tidy(data.draw(st.sampled_from(["row", "two_rows", "arc"]))),
            "background": wire.SetBackground(
                Background(data.draw(st.sampled_from(["plain", "beach", "none such"])), "#123456")
            ),
            "look": wire.SetLook(
                Look(data.draw(st.sampled_from(["film", "none such"])), data.draw(numbers))
            ),
            "light": wire.SetLight(data.draw(st.sampled_from(["off", "auto", "strong"]))),
            "shoot": wire.Shoot(*data.draw(st.sampled_from([(0,), (3,), (0, "strip_three")]))),
        }[what]
        self.say(self.speaker(data), message)

    @rule(data=st.data(), who=st.sampled_from(["everyone", "host"]))
    def someone_says_who_presses(self, data, who):
        epoch, was = self.speaker(data), self.room.pressers
        self.say(epoch, wire.LetPress(who))
        speaker = self.room.speaker(epoch)
        assert self.room.pressers == (who if speaker and speaker.host else was)

    @rule(
        data=st.data(),
        what=st.sampled_from(
            [
                wire.LetChange("everyone"),
                wire.LetChange("host"),
                wire.UndoBackground(),
                wire.SetBackground(Background("beach")),
                wire.SetBackground(Background("forest")),
                wire.Favour(Background("forest"), on=True),
                wire.Favour(Background("forest"), on=False),
            ]
        ),
    )
    def someone_decorates(self, data, what):
        epoch, before = self.speaker(data), self.room
        seat = before.speaker(epoch)
        self.say(epoch, what)
        if self.room.scene.background != before.scene.background:
            assert seat.host or before.changers == "everyone"
        assert self.room.changers == before.changers or seat.host
        assert len(self.room.past) <= decor.STEPS

    @rule(data=st.data(), right=st.booleans())
    def a_remote_comes(self, data, right):
        guest = self.someone(data)
        key = remotes.key(self.room, guest) if right else "k" * 32
        if self.happen(rooms.Attach(key)) is None:
            full = sum(g == guest for g in self.controls.values()) == remotes.MAX
            assert not right or full or self.room.known(guest) is None
            return
        assert right
        assert self.room.known(guest)
        self.controls[self.room.epoch] = guest
        self.epochs.append(self.room.epoch)

    @rule(data=st.data(), what=st.sampled_from(["shoot", "ping", "leave", "place", "let", "lost"]))
    def a_remote_speaks(self, data, what):
        if not self.controls:
            return
        epoch = data.draw(st.sampled_from(sorted(self.controls)))
        if what == "lost":
            self.controls.pop(epoch)
            assert self.happen(rooms.Lost(epoch)) == ()
            return
        message = {
            "shoot": wire.Shoot(3),
            "ping": wire.Ping(1),
            "leave": wire.Leave(),
            "place": wire.Place(Layer(self.controls[epoch], x=0.1)),
            "let": wire.LetPress("host"),
        }[what]
        seat = self.room.seat(self.controls[epoch])
        out = self.say(epoch, message)
        if what not in ("shoot", "ping"):
            assert out is None
        if what == "shoot" and out is not None:
            assert seat.here
            assert seat.host or self.room.pressers == "everyone"

    @rule(data=st.data(), shot=st.sampled_from(["s0", "s1"]), from_album=st.booleans())
    def someone_asks_for_a_retake(self, data, shot, from_album):
        guest, by = self.someone(data), None if from_album else self.someone(data)
        wish = retaking.Wish(shot, guest, by, 1, "/preview")
        running = self.room.retake
        if self.happen(rooms.AskRetake(wish)) is None:
            assert self.room.retake is running
            return
        assert running is None
        seat, asker = self.room.seat(guest), self.room.seat(by) if by else None
        assert seat.here
        assert seat.camera == "on"
        assert from_album or by == guest or asker.host
        assert self.room.retake.state == ("taking" if by == guest else "asked")

    @rule(data=st.data(), accept=st.booleans())
    def someone_answers(self, data, accept):
        epoch, running = self.speaker(data), self.room.retake
        speaker = self.room.speaker(epoch)
        shot = running.shot if running else "s0"
        self.say(epoch, wire.AnswerRetake(shot, accept))
        if running and (speaker is None or speaker.id != running.guest):
            assert self.room.retake == running

    @rule(shot=st.sampled_from(["s0", "s1"]), guest=st.data(), deleted=st.booleans())
    def a_shot_on_record_changes(self, shot, guest, deleted):
        expects = [] if deleted else sorted(self.known)
        print_ = None if deleted else wire.Print(1, 1, 1, "/p", "/j", "/n", "/w")
        news = wire.ShotChanged(shot, "printed", 1, expects, [], [], None, print_, deleted)
        self.happen(rooms.Reported(news))
        if deleted:
            assert not (self.room.retake and self.room.retake.shot == shot)
            assert not (self.room.newest and self.room.newest.shot == shot)

    @rule(number=st.integers(1, 2))
    def a_retake_is_kept(self, number):
        running = self.room.retake
        if running:
            self.happen(rooms.Retook(running.shot, running.guest, number))
            assert (self.room.retake is None) == (number == running.number)

    @rule(data=st.data())
    def someone_signals(self, data):
        epoch, claimed, to_epoch = (self.speaker(data) for _ in range(3))
        to = self.someone(data)
        candidate = wire.Candidate("candidate:0")
        signal = wire.Signal(to, claimed, to_epoch, 0, candidate=candidate)
        speaker = self.room.speaker(epoch)
        for item in self.say(epoch, signal) or ():
            receiver = self.room.speaker(item.epoch)
            assert (receiver.id, receiver.epoch) == (to, to_epoch)
            assert item.message.sender == speaker.id != to
            assert item.message.epoch == epoch

    @rule(data=st.data(), off=st.sampled_from([(0, 0), (0, 0), (1, 0), (0, 1), (-1, 0), (0, -1)]))
    def someone_signals_with_almost_the_right_epochs(self, data, off):
        if len(self.room.seats) < 2:
            return
        pair = st.lists(st.sampled_from(self.room.seats), min_size=2, max_size=2, unique=True)
        sender, to = data.draw(pair)
        candidate = wire.Candidate("candidate:0")
        epochs = sender.epoch + off[0], to.epoch + off[1]
        out = self.say(sender.epoch, wire.Signal(to.id, *epochs, 0, candidate=candidate))
        assert len(out) == (sender.here and to.here and off == (0, 0))

    # --- promises ----------------------------------------------------------------------------

    @invariant()
    def everyone_has_one_seat_and_capacity_holds(self):
        ids = [seat.id for seat in self.room.seats]
        assert len(ids) == len(set(ids)) <= CAPACITY
        digests = [s.digest for s in self.room.seats]
        digests += [memory.seat.digest for memory in self.room.memories]
        assert len(digests) == len(set(digests))
        assert len(self.room.memories) <= seats.REMEMBERED

    @invariant()
    def seats_are_in_order_of_arrival(self):
        arrivals = [seat.arrival for seat in self.room.seats]
        assert arrivals == sorted(set(arrivals))

    @invariant()
    def epochs_are_unique_and_risen(self):
        epochs = [seat.epoch for seat in self.room.seats]
        assert len(epochs) == len(set(epochs))
        assert all(epoch <= self.room.epoch for epoch in epochs)
        assert self.epochs == sorted(set(self.epochs))

    @invariant()
    def who_is_here_is_who_is_connected(self):
        assert {seat.epoch for seat in self.room.seats if seat.here} == self.open

    @invariant()
    def a_remote_is_no_guest_and_ends_with_its_own(self):
        assert {r.epoch: r.guest for r in self.room.remotes} == self.controls
        assert all(self.room.known(guest) for guest in self.controls.values())
        for remote in self.room.remotes:
            assert self.views[remote.epoch] == remotes.shown(self.room, remote)
            assert self.room.speaker(remote.epoch) is None

    @invariant()
    def a_retake_is_of_someone_with_a_seat(self):
        assert not self.room.retake or self.room.seat(self.room.retake.guest)

    @invariant()
    def layers_are_exactly_of_those_with_a_camera(self):
        layers = [layer.guest for layer in self.room.scene.layers]
        assert len(layers) == len(set(layers))
        assert set(layers) == {seat.id for seat in self.room.seats if seat.camera != "none"}
        assert set(layers) <= self.known

    @invariant()
    def every_layer_can_be_seen(self):
        for layer in self.room.scene.layers:
            assert 0 <= layer.x <= 1
            assert SCALE_MIN <= layer.scale <= SCALE_MAX
            assert all(isfinite(n) for n in (layer.y, layer.rotation, layer.opacity))

    @invariant()
    def the_background_is_one_of_ours(self):
        assert self.room.scene.background.name in backgrounds.PRESETS

    @invariant()
    def nothing_can_be_changed_from_outside(self):
        assert hash(replace(self.room, countdown=None))


RoomMachine.TestCase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
TestRoomMachine = RoomMachine.TestCase

"""A take's timing: steady stamps, nothing twice, pauses left out; and its cap on bits."""

from collections import deque
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from sameframe_worker.stage.reel import FPS, LEEWAY, Backlog, Reel, Thrift

FRAME_MS = 1000 / FPS


def stamps(reel: Reel, times: list[float]) -> list[int]:
    return [stamp for now in times if (stamp := reel.due(now)) is not None]


def test_what_is_drawn_thirty_times_a_second_fills_every_place_however_unsteadily() -> None:
    reel, chance = Reel(), Random(1)
    reel.roll(1000.0)
    taken = stamps(reel, [1000 + (n + chance.uniform(0, 0.4)) * FRAME_MS for n in range(90)])
    assert taken == [round(n * 1_000_000 / FPS) for n in range(90)]


def test_of_what_is_drawn_faster_no_more_than_thirty_a_second_are_taken() -> None:
    reel = Reel()
    reel.roll(0.0)
    assert 295 <= len(stamps(reel, [n * 20.0 for n in range(500)])) <= 301


def test_what_is_drawn_more_slowly_is_dated_by_its_time() -> None:
    reel = Reel()
    reel.roll(0.0)
    times = [n * 1000 / 17 for n in range(170)]
    taken = stamps(reel, times)
    assert len(taken) == len(times)
    assert all(abs(a / 1000 - b) <= LEEWAY * FRAME_MS for a, b in zip(taken, times, strict=True))


def test_what_stays_is_shown_again_before_a_gap_is_seen() -> None:
    reel, now, taken = Reel(), 0.0, []
    reel.roll(now)
    while len(taken) < 30:
        taken += stamps(reel, [now])
        now += reel.wait(now)
    assert max(b - a for a, b in pairwise(taken)) <= 100_001
    assert (len(taken) - 1) / now * FRAME_MS <= 1 / 2


def test_the_first_frame_stands_at_the_start_however_late_it_is() -> None:
    reel = Reel()
    reel.roll(0.0)
    assert stamps(reel, [300.0, 301.0]) == [0, 300_000]


def test_a_pause_leaves_no_gap() -> None:
    reel = Reel()
    reel.roll(0.0)
    before = stamps(reel, [n * FRAME_MS for n in range(30)])
    reel.hold(30 * FRAME_MS)
    assert reel.wait(2000.0) is None
    assert reel.due(9000.0) is None
    reel.roll(10_000.0)
    assert reel.length(10_500.0) == 1500.0
    after = stamps(reel, [10_000.0 + n * FRAME_MS for n in range(30)])
    assert len(after) == 30
    assert after[0] - before[-1] <= 33_334


def test_a_new_stage_goes_on_where_the_old_one_failed() -> None:
    reel = Reel()
    reel.roll(5000.0, done=2000.0)
    assert reel.due(5000.0) == 2_000_000


def test_a_key_frame_comes_every_half_second_though_frames_are_lost() -> None:
    reel = Reel()
    reel.roll(0.0)
    keys = []
    for n in range(100):
        stamp = reel.due(n * FRAME_MS)
        if n in (30, 31):
            continue  # the recorder had no room: nobody asked whether these are keys
        if reel.key():
            keys.append(round(stamp / 1_000_000 * FPS))
    assert keys == [0, 15, 32, 45, 60, 75, 90]


@given(st.lists(st.floats(0, 400), max_size=60), st.lists(st.booleans(), max_size=60))
def test_stamps_rise_and_never_leave_the_clock_by_a_frame(
    steps: list[float], holds: list[bool]
) -> None:
    reel, now, last, rolling = Reel(), 0.0, -1, True
    reel.roll(now)
    for n, delay in enumerate(steps):
        now += delay
        if n < len(holds) and holds[n]:
            (reel.hold if rolling else reel.roll)(now)
            rolling = not rolling
        stamp = reel.due(now)
        if stamp is not None:
            assert stamp > last
            # But the first: it is where the sound begins.
            apart = abs(reel.length(now) - stamp / 1000)
            assert stamp == 0 or apart <= LEEWAY * FRAME_MS + 0.01
            last = stamp


def test_a_recorder_that_takes_its_time_but_keeps_up_has_room() -> None:
    backlog, under = Backlog(), deque[float]()
    for n in range(300):  # 17 frames a second, half a second after each other
        now = n * 1000 / 17
        while under and now - under[0] >= 500:
            backlog.shrink(under.popleft() + 500)
        assert not backlog.full(now)
        backlog.grow(now)
        under.append(now)


def test_quality_stays_the_best_until_the_cap_is_near() -> None:
    now = [0.0]
    thrift = Thrift(1_000_000, lambda: now[0])
    for _ in range(300):  # 40 % of the cap, for ten seconds
        now[0] += FRAME_MS
        thrift.spent(400_000 // 8 // FPS)
    assert thrift.coarseness == 0.0
    for _ in range(60):  # three times the cap
        now[0] += FRAME_MS
        thrift.spent(3_000_000 // 8 // FPS)
    assert thrift.coarseness == 1.0
    now[0] += 2000
    thrift.spent(0)
    assert thrift.coarseness == 0.0

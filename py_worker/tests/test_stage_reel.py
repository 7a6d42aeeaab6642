"""A take's timing: steady stamps, nothing twice, pauses left out; and its cap on bits."""

from hypothesis import given
from hypothesis import strategies as st
from sameframe_worker.stage.reel import CALM_S, FPS, SLOWEST, Pace, Reel, Thrift

FRAME_MS = 1000 / FPS


def stamps(reel: Reel, times: list[float]) -> list[int]:
    return [stamp for now in times if (stamp := reel.due(now)) is not None]


def test_a_frame_is_due_on_every_place_of_the_grid() -> None:
    reel = Reel()
    reel.roll(1000.0)
    now, taken = 1000.0, []
    while len(taken) < 90:
        taken += stamps(reel, [now])
        assert reel.due(now) is None  # not twice
        now += reel.wait(now)
    assert taken == [round(n * 1_000_000 / FPS) for n in range(90)]
    assert reel.missed == 0


def test_late_frames_are_dated_by_their_place_and_left_out_ones_counted() -> None:
    reel = Reel()
    reel.roll(0.0)
    assert stamps(reel, [0.0, 20.0, 34.0, 60.0]) == [0, 33333]
    assert stamps(reel, [5 * FRAME_MS + 10]) == [166667]
    assert reel.missed == 3


def test_a_frame_that_is_one_place_late_is_taken_for_its_own() -> None:
    reel = Reel()
    reel.roll(0.0)
    times = [0.0, FRAME_MS, 3 * FRAME_MS + 5, 3 * FRAME_MS + 9, 4 * FRAME_MS]
    assert stamps(reel, times) == [round(n * 1e6 / FPS) for n in range(5)]
    assert reel.missed == 0


def test_the_beat_slows_down_where_frames_get_lost_and_comes_back() -> None:
    pace, now = Pace(), 0.0

    def seconds(count: int, lost: int) -> int:
        nonlocal now
        for _ in range(count):
            pace.lost(lost)
            now += 1000.0
            pace.look(now)
        return pace.step

    assert seconds(1, 9) == 1  # once may happen
    assert seconds(5, 2) == 1  # and a few are not worth it
    assert seconds(2, 9) == 2
    assert seconds(9, 9) == SLOWEST
    assert seconds(60, 0) == 1
    assert seconds(2, 9) == 2
    assert seconds(int(CALM_S[0]), 0) == 2  # a beat that failed is not tried again so soon
    assert seconds(int(CALM_S[1]), 0) == 1


def test_the_first_frame_stands_at_the_start_however_late_it_is() -> None:
    reel = Reel()
    reel.roll(0.0)
    assert stamps(reel, [300.0, 301.0]) == [0, 300_000]
    assert reel.missed == 8


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
    assert reel.missed == 0


def test_a_new_stage_goes_on_where_the_old_one_failed() -> None:
    reel = Reel()
    reel.roll(5000.0, done=2000.0)
    assert reel.due(5000.0) == 2_000_000
    assert reel.missed == 0


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
def test_stamps_rise_and_never_leave_the_clock_by_more_than_two_frames(
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
            assert stamp == 0 or -0.01 <= reel.length(now) - stamp / 1000 <= 2 * FRAME_MS + 0.01
            last = stamp


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

"""The nearest frame to an instant, of a camera whose clock begins anywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sameframe_worker.cutout.shutter import LEAVE_MS, REACH_MS, WINDOW, Arrivals, Shutter

AT = 50_000.0
epochs = st.floats(-1e6, 1e6)
# Between one frame and the next, and how long it waited on its way, in ms.
frames = st.lists(st.tuples(st.floats(5, 300), st.floats(0, 60)), min_size=1, max_size=WINDOW)


def played(
    arrivals: Arrivals, arriving: list[tuple[float, float]]
) -> tuple[str, float | None, int]:
    """Offer frames (stamp, arrived) until one is decided on: how, which, after how many."""
    shutter, kept = Shutter(arrivals), None
    for n, (stamp, arrived) in enumerate(arriving, 1):
        arrivals.note(stamp, arrived)
        choice = shutter.offer(stamp, AT)
        if choice in ("keep", "take"):
            shutter.keep(stamp)
            kept = stamp
        if choice in ("take", "kept", "late"):
            return choice, kept, n
    return "open", kept, len(arriving)


def camera(
    first: float, gaps: list[tuple[float, float]], epoch: float
) -> list[tuple[float, float]]:
    taken, out = AT + first, []
    for gap, wait in gaps:
        out.append((taken + epoch, taken + wait))
        taken += gap
    return out


@given(st.floats(-3_000, 500), frames, epochs)
def test_the_frame_used_is_the_nearest_of_all_that_came(first, gaps, epoch) -> None:
    arrivals = Arrivals()
    arriving = camera(first, gaps, epoch)
    choice, used, n = played(arrivals, arriving)
    apart = {stamp: abs(arrivals.time(stamp) - AT) for stamp, _ in arriving[:n]}
    if choice in ("take", "kept"):
        assert apart[used] <= min(apart.values()) + 1e-6
        assert apart[used] <= REACH_MS + 60 + 1e-6  # 60: what was thought to be waiting
    else:
        assert all(arrivals.time(stamp) - AT < 0 for stamp in apart) or choice == "late"


@given(st.floats(-3_000, -100), frames, epochs)
def test_the_time_told_is_wrong_by_no_more_than_the_quickest_frames_wait(
    first, gaps, epoch
) -> None:
    arrivals = Arrivals()
    arriving = camera(first, gaps, epoch)
    _, _, n = played(arrivals, arriving)
    quickest = min(wait for _, wait in gaps[:n])
    for stamp, _ in arriving[:n]:
        assert arrivals.time(stamp) - (stamp - epoch) == pytest.approx(quickest, abs=1e-6)


@given(st.lists(st.integers(1, 300), max_size=WINDOW), st.integers(-(10**9), 10**9))
def test_where_the_clock_of_the_camera_begins_changes_nothing(gaps, epoch) -> None:
    clocks = Arrivals(), Arrivals()
    one, other = map(Shutter, clocks)
    taken = AT - 500  # whole numbers: no rounding decides
    for gap in gaps:
        clocks[0].note(taken, taken + gap)
        clocks[1].note(taken + epoch, taken + gap)
        choice = one.offer(taken, AT)
        assert other.offer(taken + epoch, AT) == choice
        if choice == "keep":
            one.keep(taken)
            other.keep(taken + epoch)
        taken += gap


def offers(*stamps: float, cut_ms: float = 0.0) -> list[str]:
    arrivals = Arrivals()
    shutter, choices = Shutter(arrivals), []
    for stamp in stamps:
        arrivals.note(stamp, stamp)
        choices.append(shutter.offer(stamp, AT, stamp + cut_ms))
        if choices[-1] == "keep":
            shutter.keep(stamp)
    return choices


def test_frames_on_both_sides_of_the_instant() -> None:
    assert offers(AT - 10, AT + 23) == ["keep", "kept"]
    assert offers(AT - 23, AT + 10) == ["keep", "take"]
    assert offers(AT) == ["take"]
    assert offers(AT - 1_500, AT - 900, AT - 40, AT - 7, AT + 7) == [
        "early", "keep", "keep", "keep", "kept",
    ]  # fmt: skip


def test_a_camera_that_stands_still_about_the_instant() -> None:
    assert offers(AT - 600, AT + 700) == ["keep", "kept"]
    assert offers(AT - 900, AT + 300) == ["keep", "take"]
    assert offers(AT - 1_100, AT + 1_100) == ["early", "late"]


def test_what_was_kept_and_lost_is_not_used() -> None:
    arrivals = Arrivals()
    shutter = Shutter(arrivals)
    arrivals.note(AT - 10, AT - 10)
    assert shutter.offer(AT - 10, AT) == "keep"
    shutter.keep(AT - 10)
    shutter.keep(None)
    arrivals.note(AT + 23, AT + 23)
    assert shutter.offer(AT + 23, AT) == "take"


def test_a_busy_line_is_free_when_the_instant_comes() -> None:
    gap = 33
    stamps = [AT - 10 * gap - 5 + n * gap for n in range(12)]
    slow = offers(*stamps, cut_ms=150)
    assert slow[-5:] == ["leave", "leave", "leave", "keep", "kept"]
    assert slow.count("leave") == 4
    assert offers(*stamps, cut_ms=10) == ["keep"] * 11 + ["kept"]
    # Nothing is waited for that is no nearer, and for no longer than others can bear.
    assert offers(AT - 900, AT - 800, AT - 40, cut_ms=150)[-1] == "keep"
    assert offers(*stamps, cut_ms=5_000).count("leave") * gap <= LEAVE_MS


def test_frames_of_before_a_shot_tell_the_time_as_well() -> None:
    arrivals = Arrivals()
    arrivals.note(AT - 3_000, AT - 3_000)
    for n in range(30):
        arrivals.note(AT - 1_000 + n * 33, AT - 1_000 + n * 33 + 80)
    assert Shutter(arrivals).offer(AT - 43, AT) == "keep"
    assert arrivals.time(AT - 43) == AT - 43


def test_the_quickest_frame_is_forgotten_after_a_while() -> None:
    arrivals = Arrivals()
    arrivals.note(0, 5)
    for n in range(1, WINDOW):
        arrivals.note(n * 33, n * 33 + 20)
    assert arrivals.time(0) == 5
    arrivals.note(WINDOW * 33, WINDOW * 33 + 20)
    assert arrivals.time(0) == 20

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sameframe_worker.clock import DRIFT, Clock

delays = st.floats(0, 5_000)
pings = st.lists(st.tuples(st.floats(0, 3_600_000), delays, delays), min_size=1, max_size=60)
offsets = st.floats(-1e7, 1e7)
drifts = st.floats(-DRIFT, DRIFT)


@given(pings, offsets, drifts, st.floats(0, 600_000))
def test_true_offset_lies_within_the_uncertainty(pings, offset, drift, later) -> None:
    def true(own: float) -> float:
        return offset + drift * own

    clock, now = Clock(), 0.0
    for sent, there, back in sorted(pings):
        arrived = sent + there
        now = max(now, arrived + back)
        clock.sample(sent, arrived + true(arrived), arrived + back)
    now += later
    assert abs(clock.offset(now) - true(now)) <= clock.uncertainty(now) + 1e-3


def test_quick_ping_beats_slow_ones() -> None:
    clock = Clock()
    clock.sample(0, 1_300, 500)
    clock.sample(1_000, 2_005, 1_010)
    clock.sample(2_000, 3_900, 3_000)
    assert clock.offset(3_000) == 1_000
    assert clock.server(3_000) == 4_000
    assert clock.own(4_000, 3_000) == 3_000


def test_old_luck_is_forgotten() -> None:
    """A clock that drifts away is followed, however quick a ping of long ago was."""
    clock = Clock()
    clock.sample(0, 500, 1)
    clock.sample(600_000, 600_560, 600_020)
    assert clock.offset(600_020) == 550


def test_after_a_sleep_the_first_ping_counts() -> None:
    """While a laptop sleeps its own clock may stand still: the server's is then hours ahead."""
    clock = Clock()
    clock.sample(0, 1_001, 2)
    clock.sample(10, 3_601_060, 110)
    assert clock.offset(110) == 3_601_000


def test_before_the_first_ping_the_own_clock_is_taken() -> None:
    assert Clock().server(5.0) == 5.0
    assert Clock().uncertainty(5.0) == float("inf")


@pytest.mark.parametrize("ping", [(5, 1, 4), (0, float("nan"), 1), (0, 1, float("inf"))])
def test_impossible_pings_are_refused(ping) -> None:
    with pytest.raises(ValueError, match="no ping"):
        Clock().sample(*ping)

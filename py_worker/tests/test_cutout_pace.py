"""Which frames are cut: as many a second as asked for, evenly, of a camera of any rate."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sameframe_worker.cutout.pace import Pace


def let(pace: Pace, stamps: list[float]) -> list[float]:
    return [stamp for stamp in stamps if pace.lets(stamp)]


def test_all_of_them_unless_it_is_told() -> None:
    stamps = [k * 33.3 for k in range(100)]
    assert let(Pace(), stamps) == stamps


@pytest.mark.parametrize("rate", [15, 20, 24, 25, 29.97, 30, 50, 60])
def test_evenly_whatever_the_cameras_rate(rate: float) -> None:
    stamps = [k * 1000 / rate for k in range(round(rate * 20))]
    kept = let(Pace(15), stamps)
    assert abs(len(kept) - 15 * 20) <= 2
    gaps = [b - a for a, b in pairwise(kept)]
    assert max(gaps) - min(gaps) < 1000 / rate + 1


@given(st.lists(st.floats(0, 500), min_size=1, max_size=200), st.sampled_from([5.0, 12.0, 15.0]))
def test_never_more_than_asked_for_and_never_a_long_wait(gaps: list[float], fps: float) -> None:
    stamps, now = [], 0.0
    for gap in gaps:
        stamps.append(now := now + gap)
    kept = let(Pace(fps), stamps)
    assert kept[0] == stamps[0]
    assert len(kept) <= 3 + (stamps[-1] - stamps[0]) * fps / 1000 * 1.06
    left_out = [stamp for stamp in stamps if stamp not in kept]
    for stamp in left_out:
        before = max(one for one in kept if one <= stamp)
        assert stamp - before <= 1000 / fps


@given(st.lists(st.floats(-1e6, 1e6), max_size=50))
def test_stamps_of_any_kind_are_borne(stamps: list[float]) -> None:
    let(Pace(15), stamps)

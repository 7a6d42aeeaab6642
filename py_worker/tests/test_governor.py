"""Who is late gets the machine: the own camera gives way, gently, and comes back."""

from hypothesis import given
from hypothesis import strategies as st
from sameframe_worker.governor import (
    FASTER,
    LATE_MS,
    LEAST,
    MOST,
    PROMPT_MS,
    SLOWER,
    TIMERS_MS,
    Governor,
)

TICK_MS = 33.0


def run(*lates: tuple[float, float]) -> list[float]:
    """Let ticks be so late for so many seconds each; return the rate after each stretch."""
    governor, now, rates = Governor(), 1e6, []
    for late, seconds in lates:
        for _ in range(round(seconds * 1000 / TICK_MS)):
            now += TICK_MS
            governor.tick(now, late)
        rates.append(governor.fps or MOST)
    return rates


def test_a_stage_that_is_in_time_or_late_as_timers_are_has_all_frames() -> None:
    assert run((1.5, 60)) == [MOST]
    assert run((TIMERS_MS, 60)) == [MOST]


def test_a_late_one_gets_the_machine_within_seconds_and_gives_it_back_more_slowly() -> None:
    late, soon, long = run((7, 7), (1, 5), (1, 60))
    assert late == LEAST
    assert LEAST <= soon <= LEAST + 5 * FASTER
    assert long == MOST


def test_a_hiccup_costs_next_to_nothing() -> None:
    _, after = run((1.5, 10), (60, 0.05))
    assert after > MOST - 0.5


def test_in_between_it_stays() -> None:
    middle = TIMERS_MS + (LATE_MS + PROMPT_MS) / 2
    _, settled, after = run((7, 1), (middle, 5), (middle, 30))
    assert LEAST <= settled == after < MOST


def test_it_settles_where_cutting_less_makes_the_stage_prompt() -> None:
    """As on a machine where each frame that is cut costs the stage a tenth of a millisecond."""
    governor, now, rates = Governor(), 1e6, []
    for _ in range(3000):
        now += TICK_MS
        governor.tick(now, TIMERS_MS + max(0.0, ((governor.fps or MOST) - 18) / 10))
        rates.append(governor.fps or MOST)
    assert max(rates[1000:]) - min(rates[1000:]) < 5
    assert LEAST < rates[-1] < MOST


@given(st.lists(st.tuples(st.floats(-10, 5_000), st.floats(0, 5_000)), max_size=200))
def test_the_rate_stays_within_bounds_and_never_jumps(ticks: list[tuple[float, float]]) -> None:
    governor, now = Governor(), 0.0
    for passed, late in ticks:
        now += passed
        before = governor.fps or MOST
        governor.tick(now, late)
        assert LEAST <= (governor.fps or MOST) <= MOST
        assert abs((governor.fps or MOST) - before) <= SLOWER

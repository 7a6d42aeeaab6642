"""What is given up and comes back: in order, never in a hurry, and never to and fro."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from sameframe_worker.budget import (
    CHEAP_MS,
    DEAR_MS,
    ORDER,
    OVER_MS,
    REST_MS,
    SHARE,
    SPARE_MOST_MS,
    SPARE_MS,
    Budget,
)

TICK_MS = 40.0


def run(costs: list[tuple[int, float]], uses=ORDER) -> tuple[Budget, list[tuple[float, tuple]]]:
    """Run so many ticks of each cost; return what was given up when it changed."""
    budget, now, changes = Budget(), 0.0, []
    for count, ms in costs:
        for _ in range(count):
            now += TICK_MS
            if budget.spent(now, ms, uses):
                changes.append((now, budget.given))
    return budget, changes


courses = st.lists(st.tuples(st.integers(1, 700), st.floats(1, 120)), min_size=1, max_size=30)
used = st.sets(st.sampled_from(ORDER))


@given(courses, used)
def test_whatever_happens_the_order_is_kept_and_nothing_flickers(costs, uses) -> None:
    _, changes = run(costs, uses)
    for now, what in changes:
        assert what == tuple(step for step in ORDER if step in uses)[: len(what)]
        assert now >= OVER_MS
    for (one, before), (two, after) in pairwise(changes):
        assert two - one >= REST_MS
        assert abs(len(before) - len(after)) == 1
        if len(after) < len(before):
            assert two - one >= SPARE_MS - TICK_MS


def test_all_goes_one_by_one_and_all_comes_back() -> None:
    budget, changes = run([(1000, 80.0), (5000, 10.0)])
    assert [len(what) for _, what in changes] == [1, 2, 3, 4, 3, 2, 1, 0]
    assert changes[3][1] == ORDER
    assert budget.given == ()
    assert budget.share() == 1.0


def test_pictures_are_taken_more_rarely_only_in_the_end() -> None:
    budget, _ = run([(1000, 80.0)])
    assert budget.share() == SHARE
    assert run([(1000, 80.0)], {"wrap", "shadow", "look"})[0].share() == 1.0


def test_what_comes_into_use_later_is_given_up_all_the_same() -> None:
    budget, now = Budget(), 0.0
    for uses in ({"ingest"}, set(ORDER)):  # a look is put on when frames are already left out
        for _ in range(1000):
            now += TICK_MS
            budget.spent(now, 80.0, uses)
    assert budget.given == ORDER


def test_a_hiccup_and_what_is_in_between_change_nothing() -> None:
    assert run([(100, 10.0), (12, 200.0), (100, 10.0)])[1] == []
    assert run([(3000, (CHEAP_MS + DEAR_MS) / 2)])[1] == []


def test_a_machine_that_is_just_too_slow_tries_ever_more_rarely() -> None:
    """As where a step is dear: without it ticks are cheap, with it they are not."""
    budget, now, back = Budget(), 0.0, []
    while now < 1_200_000:
        now += TICK_MS
        before = len(budget.given)
        if budget.spent(now, 20.0 if budget.given else 60.0, ORDER) and len(budget.given) < before:
            back.append(now)
    waits = [b - a for a, b in pairwise(back)]
    assert waits[0] < 2 * SPARE_MS + 4 * REST_MS
    assert max(waits) >= SPARE_MOST_MS
    assert waits == sorted(waits)


def test_what_is_not_in_use_is_passed_over() -> None:
    _, changes = run([(1000, 80.0)], {"look", "ingest"})
    assert [what for _, what in changes] == [("look",), ("look", "ingest")]

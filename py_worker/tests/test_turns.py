from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from sameframe_worker.turns import CEILING_MS, FULL, PAIR, Turns

guests = st.sampled_from("abcdefgh")
costs = st.dictionaries(guests, st.floats(0.01, 50), min_size=1)
ticks = st.lists(st.sets(guests), min_size=1, max_size=60)


def knowing(costs: dict[str, float]) -> Turns:
    turns = Turns()
    for guest, ms in costs.items():
        turns.spent(guest, ms, 1000)
    return turns


@given(costs, ticks, st.floats(-10, 30))
def test_someone_is_served_within_the_budget(costs, ticks, budget) -> None:
    turns = knowing(costs)
    for fresh in ticks:
        served = turns.choose(fresh, budget)
        assert set(served) <= fresh
        assert len(served) == len(set(served))
        assert bool(served) == bool(fresh)
        if len(served) > 1:
            assert sum(map(turns.cost, served)) <= max(budget, CEILING_MS) + 1e-6
        if len(served) > PAIR:
            assert (
                sum(map(turns.cost, served))
                <= max(budget, sum(map(turns.cost, served[:PAIR]))) + 1e-6
            )


@given(costs, ticks, st.floats(-10, 30))
def test_nobody_is_overtaken_twice(costs, ticks, budget) -> None:
    """While one waits with a new frame, every other one is served at most once."""
    turns = knowing(costs)
    waits: dict[str, Counter[str]] = {}
    for fresh in ticks:
        for guest in fresh:
            waits.setdefault(guest, Counter())
        served = turns.choose(fresh, budget)
        for guest in [g for g in waits if g not in fresh or g in served]:
            del waits[guest]  # a frame that was withdrawn is not waiting
        for wait in waits.values():
            wait.update(served)
            assert max(wait.values(), default=0) <= 1


@given(st.integers(1, 8), st.floats(0.1, 20), st.floats(0, 30), st.integers(1, 100))
def test_equal_guests_get_equal_turns(count, cost, budget, ticks) -> None:
    names = "abcdefgh"[:count]
    turns = knowing(dict.fromkeys(names, cost))
    total: Counter[str] = Counter(dict.fromkeys(names, 0))
    for _ in range(ticks):
        total.update(turns.choose(names, budget))
    assert max(total.values()) - min(total.values()) <= 1


def test_pair_is_served_at_once_if_the_machine_can() -> None:
    assert len(knowing({"a": 5, "b": 6}).choose("ab", 0)) == 2
    assert len(knowing({"a": 5, "b": 6, "c": 5}).choose("abc", 0)) == 2
    assert len(knowing({"a": 5, "b": CEILING_MS}).choose("ab", 0)) == 1


def test_budget_is_measured_by_a_guest_who_fills_the_stage() -> None:
    turns = Turns()
    assert turns.budget(500_000) == CEILING_MS
    turns.spent("a", 1.0, 500_000)
    assert turns.budget(500_000) == FULL
    six = Turns()
    for guest in "abcdef":  # a sixth of the stage each: the six get as much time as the one
        six.spent(guest, 1 / 6, 500_000 // 6)
    assert abs(six.budget(500_000) - FULL) < 0.01
    assert len(six.choose("abcdef", six.budget(500_000))) == 6
    turns.spent("a", 1000.0, 500_000)  # the machine had no core for it
    assert turns.budget(500_000) < 1.2 * FULL
    for _ in range(60):
        turns.spent("a", 1000.0, 500_000)
    assert turns.budget(500_000) == CEILING_MS


def test_cost_follows_what_is_measured_and_is_forgotten() -> None:
    turns = knowing({"a": 2, "b": 4})
    assert turns.cost("c") == 3
    for _ in range(40):
        turns.spent("a", 10, 1000)
    assert 9.9 < turns.cost("a") <= 10
    turns.forget("a")
    assert turns.cost("a") == 4
    turns.forget("nobody")

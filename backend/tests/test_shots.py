"""A shot's life: its rules one by one, and its promises in random courses of events."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sameframe import errors, shots
from sameframe.shots import Exposed, FillCame, Finished, LayerCame, Retaken, Shot, Started, Tick

AT = 1_000_000.0
A, B, C = "ga0000000", "gb0000000", "gc0000000"
BOTH = frozenset({A, B})


def lived(*events: shots.Event, now: float = AT, shot: Shot | None = None) -> Shot:
    shot = shot or Shot(AT, BOTH)
    for event in events:
        shot = shots.step(shot, event, now)
    return shot


# --- rules -----------------------------------------------------------------------------------


def test_it_is_settled_once_all_have_come():
    shot = lived(Exposed(BOTH), LayerCame(A))
    assert shot.state == "expecting"
    assert lived(LayerCame(B), shot=shot).state == "settled"


def test_it_is_settled_without_the_slowest_at_the_deadline():
    shot = lived(Exposed(BOTH), LayerCame(A))
    assert lived(Tick(), now=AT + shots.DEADLINE_MS - 1, shot=shot) == shot
    assert lived(Tick(), now=AT + shots.DEADLINE_MS, shot=shot).state == "settled"


def test_layers_may_be_quicker_than_the_news_of_the_instant():
    shot = lived(LayerCame(A), LayerCame(B))
    assert shot.state == "opened"
    assert lived(Exposed(BOTH), shot=shot).state == "settled"


def test_who_sent_a_layer_stays_in_though_gone_at_the_instant():
    assert lived(LayerCame(A), Exposed(frozenset({B}))).expects == BOTH


def test_a_fill_does_not_end_the_waiting_and_gives_way_to_the_layer():
    shot = lived(Exposed(BOTH), LayerCame(A), FillCame(B))
    assert (shot.state, shot.fills) == ("expecting", {B})
    shot = lived(LayerCame(B), shot=shot)
    assert (shot.state, shot.fills, shot.layers) == ("settled", frozenset(), BOTH)


def test_a_fill_never_replaces_a_layer_nor_another_fill():
    shot = lived(Exposed(BOTH), LayerCame(A), FillCame(B))
    for guest in (A, B):
        with pytest.raises(errors.AlreadyKept):
            shots.step(shot, FillCame(guest), AT)


def test_a_second_layer_is_refused_and_only_a_retake_makes_the_print_anew():
    shot = lived(Exposed(BOTH), LayerCame(A))
    printed = lived(LayerCame(B), Started(), Finished(1), shot=shot)
    assert printed.state == "printed"
    for kept in (shot, printed):
        with pytest.raises(errors.AlreadyKept):
            shots.step(kept, LayerCame(A), AT)
    years_later = AT + 10 * 365 * shots.LATE_MS
    again = shots.step(printed, Retaken(A), years_later)
    assert (again.state, again.wanted, again.made) == ("settled", 2, 1)


@pytest.mark.parametrize("state", ["opened", "expecting", "missed"])
def test_nobody_is_retaken_before_there_is_a_print(state):
    with pytest.raises(errors.NotPrinted):
        shots.step(Shot(AT, BOTH, state), Retaken(A), AT)


def test_only_who_is_in_the_shot_is_retaken():
    printed = lived(Exposed(BOTH), LayerCame(A), LayerCame(B), Started(), Finished(1))
    with pytest.raises(errors.NotExpected):
        shots.step(printed, Retaken(C), AT)


def test_a_late_layer_makes_the_print_anew():
    shot = lived(Exposed(BOTH), LayerCame(A))
    shot = lived(Tick(), Started(), now=AT + 7_000, shot=shot)
    shot = lived(LayerCame(B), shot=shot)
    assert (shot.state, shot.wanted) == ("printing", 2)
    shot = lived(Finished(1), shot=shot)
    assert shot.state == "settled"
    assert lived(Started(), Finished(2), shot=shot).state == "printed"


def test_nothing_came_is_missed_and_what_comes_then_is_printed():
    shot = lived(Exposed(BOTH), Tick(), now=AT + shots.DEADLINE_MS)
    assert shot.state == "missed"
    assert lived(Started(), shot=shot).state == "missed"
    assert lived(FillCame(A), shot=shot).state == lived(LayerCame(A), shot=shot).state == "settled"
    assert lived(Exposed(frozenset())).state == "missed"


def test_a_killed_print_is_begun_again():
    shot = lived(Exposed(BOTH), LayerCame(A), LayerCame(B), Started())
    assert lived(Started(), Finished(1), shot=shot).state == "printed"
    assert lived(Started(), Finished(1), Finished(1), Started(), shot=shot).state == "printed"


@pytest.mark.parametrize("event", [LayerCame(C), FillCame(C)])
def test_strangers_are_refused(event):
    with pytest.raises(errors.NotExpected):
        lived(Exposed(BOTH), event)


def test_a_day_later_nothing_is_added():
    shot = lived(Exposed(BOTH), LayerCame(A))
    with pytest.raises(errors.ShotClosed):
        shots.step(shot, LayerCame(B), AT + shots.LATE_MS + 1)


# --- promises --------------------------------------------------------------------------------

guests = st.sampled_from([A, B, C])
events = st.one_of(
    st.builds(Exposed, st.frozensets(guests)),
    st.builds(LayerCame, guests),
    st.builds(FillCame, guests),
    st.builds(Retaken, guests),
    st.just(Tick()),
    st.just(Started()),
    st.builds(Finished, st.integers(0, 4)),
)
courses = st.lists(st.tuples(events, st.sampled_from([0.0, 10.0, 2_000.0, 7_000.0])), max_size=25)


@settings(deadline=None, max_examples=400)
@given(st.frozensets(guests), courses)
def test_whatever_happens_nothing_is_lost_and_all_is_printed_in_the_end(expects, course):
    shot, now, in_hand = Shot(AT, expects), AT, None
    printed_with: tuple = ()
    for event, wait in course:
        now += wait
        if isinstance(event, Finished) and event.number != in_hand:
            continue  # only a print that was begun is finished
        before = shot
        try:
            shot = shots.step(shot, event, now)
        except errors.SameframeError:
            assert shot is before
            continue
        if isinstance(event, Started) and shot.state == "printing":
            in_hand, printed_with = shot.wanted, (shot.layers, shot.fills)
        assert shot.layers >= before.layers
        assert shot.fills >= before.fills - shot.layers
        assert not shot.fills & shot.layers
        assert shot.layers | shot.fills <= shot.expects | before.expects
        assert shot.wanted - before.wanted in (0, 1)
        assert before.made <= shot.made <= shot.wanted
        if before.state in ("opened", "expecting") and shot.state == "settled":
            assert shot.layers >= shot.expects or now >= shots.deadline(AT)
        if shot.state == "printed":
            assert shot.made == shot.wanted
            assert (shot.layers, shot.fills) == printed_with
    # Time and the jobs go on: whoever was kept is in the last print.
    shot = shots.step(shot, Tick(), now + shots.DEADLINE_MS)
    for _ in range(3):
        shot = shots.step(shot, Started(), now)
        shot = shots.step(shot, Finished(shot.wanted), now)
    assert shot.state == ("printed" if shot.layers or shot.fills else "missed")

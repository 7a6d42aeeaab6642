import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sameframe import errors, ids
from sameframe.names import tidied
from sameframe.wire import NAME_MAX


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("  Ada \n\t Lovelace ", "Ada Lovelace"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("\u1112\u1161\u11ab", "한"),
        ("👩‍👧‍👦 mum", "👩‍👧‍👦 mum"),
        ("a\x00\x07b\ufeff", "ab"),
        ("\u3164 민지 \u3164", "민지"),
    ],
)
def test_a_name_is_made_fit_to_be_shown(raw, tidy):
    assert tidied(raw) == tidy


@pytest.mark.parametrize("raw", ["", "  ", "\u200d", "\u3164", "\u202e\u2066", "\u0301"])
def test_nothing_visible_is_no_name(raw):
    with pytest.raises(errors.NameEmpty):
        tidied(raw)


def test_ten_thousand_emoji_are_too_long():
    with pytest.raises(errors.NameTooLong):
        tidied("😀" * 10_000)


@given(st.text(max_size=80))
def test_a_tidy_name_stays_as_it_is(raw):
    try:
        name = tidied(raw)
    except (errors.NameEmpty, errors.NameTooLong):
        return
    assert tidied(name) == name
    assert 0 < len(name) <= NAME_MAX
    assert not any(unicodedata.category(c) == "Cc" for c in name)
    name.encode()


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
def test_proquints_differ_and_can_be_spoken(a, b):
    assert (ids.proquint(a) == ids.proquint(b)) == (a == b)
    assert ids.is_room_name("-".join([ids.proquint(a), ids.proquint(b)] * 2))


def test_the_papers_own_example():
    assert f"{ids.proquint(0x7F00)}-{ids.proquint(0x0001)}" == "lusab-babad"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "lusab",
        "lusab-babad-gutih",
        "LUSAB-babad-gutih-tugad",
        "lusab-babad-gutih-tugad\n",
        "lusab-babad-gutih-tugad-tugad",
        "lusabbabadgutihtugad",
        "../../etc/passwd",
    ],
)
def test_odd_names_are_no_rooms(name):
    assert not ids.is_room_name(name)


def test_what_is_made_is_accepted():
    assert ids.is_room_name(ids.room_name())
    assert ids.room_name() != ids.room_name()
    assert len(ids.token()) == 32

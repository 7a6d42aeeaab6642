"""Consent: whoever is in the room, or comes in, knows whether a recording runs."""

import pytest
from sameframe import rooms, wire

from .rooming import Booth


@pytest.fixture
def booth() -> Booth:
    return Booth()


def test_everyone_is_told_who_records_and_since_when(booth: Booth) -> None:
    ada, bo = booth.arrive("Ada"), booth.arrive("Bo")
    booth.say(bo, wire.Record(on=True))
    for guest in (ada, bo):
        told = booth.told(guest.epoch, wire.Recording)
        assert (told.by, told.since) == ([bo.you], booth.now)
    booth.say(bo, wire.Record(on=True))
    assert booth.out == ()  # nothing new

    began = booth.now
    booth.wait(5_000)
    booth.say(ada, wire.Record(on=True))
    assert booth.told(ada.epoch, wire.Recording) == wire.Recording([bo.you, ada.you], began)
    booth.say(bo, wire.Record(on=False))
    assert booth.told(ada.epoch, wire.Recording).by == [ada.you]
    booth.say(ada, wire.Record(on=False))
    assert booth.told(bo.epoch, wire.Recording) == wire.Recording([], None)


def test_a_newcomer_is_told_at_once(booth: Booth) -> None:
    ada = booth.arrive("Ada")
    booth.say(ada, wire.Record(on=True))
    bo = booth.arrive("Bo")
    assert booth.told(bo.epoch, wire.Recording).by == [ada.you]


def test_who_lost_the_connection_still_records_until_the_seat_is_gone(booth: Booth) -> None:
    ada, bo = booth.arrive("Ada"), booth.arrive("Bo")
    booth.say(ada, wire.Record(on=True))
    booth.lose(ada)
    assert booth.room.recorders
    booth.wait(rooms.SEAT_MS)
    assert booth.told(bo.epoch, wire.Recording).by == []


def test_who_leaves_records_no_more(booth: Booth) -> None:
    ada, bo = booth.arrive("Ada"), booth.arrive("Bo")
    booth.say(ada, wire.Record(on=True))
    booth.say(ada, wire.Leave())
    assert booth.told(bo.epoch, wire.Recording).by == []

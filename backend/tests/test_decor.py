"""Who may change the background, the way back from it, and favourites: the room's rules."""

import pytest
from sameframe import errors, furnishing, wire
from sameframe.decor import FAVOURITES, STEPS
from sameframe_worker.scene import UPLOAD, Background

from .rooming import HOST, Booth

ONE = wire.Backdrop("b1" + "0" * 62, "g00000000", 1280, 720)
OWN = Background(UPLOAD, file=ONE.file)
SEA, WOOD, PLAIN = Background("beach"), Background("forest"), Background("plain", "#102030")


@pytest.fixture
def booth() -> Booth:
    return Booth()


def shown(booth: Booth) -> Background:
    return booth.room.scene.background


def test_who_arrives_hears_of_it_and_everyone_hears_of_changes(booth):
    ada = booth.arrive()
    assert booth.told(ada.epoch, wire.Furnishing) == wire.Furnishing("everyone", 0, [])
    bea = booth.arrive("Bea")
    booth.say(bea, wire.SetBackground(SEA))
    assert booth.told(ada.epoch, wire.Furnishing).undo == 1
    booth.say(bea, wire.Favour(SEA, on=True))
    assert booth.told(ada.epoch, wire.Furnishing).favourites == [SEA]
    late = booth.arrive("Late")
    assert booth.told(late.epoch, wire.Furnishing) == wire.Furnishing("everyone", 1, [SEA])


def test_one_goes_back_step_by_step(booth):
    ada = booth.arrive()
    first = shown(booth)
    with pytest.raises(errors.NothingToUndo):
        booth.say(ada, wire.UndoBackground())
    for background in (SEA, WOOD, WOOD, PLAIN):
        booth.say(ada, wire.SetBackground(background))
    for before in (WOOD, SEA, first):
        booth.say(ada, wire.UndoBackground())
        assert shown(booth) == before
        assert booth.told(ada.epoch, wire.SceneChanged).by == ada.you
    with pytest.raises(errors.NothingToUndo):
        booth.say(ada, wire.UndoBackground())


def test_only_so_many_steps_are_remembered(booth):
    ada = booth.arrive()
    for n in range(STEPS + 5):
        booth.say(ada, wire.SetBackground(Background("plain", f"#0000{n:02d}")))
    for _ in range(STEPS):
        booth.say(ada, wire.UndoBackground())
    assert shown(booth).colour == "#000004"
    with pytest.raises(errors.NothingToUndo):
        booth.say(ada, wire.UndoBackground())


def test_what_was_removed_is_neither_gone_back_to_nor_a_favourite(booth):
    ada = booth.arrive()
    first = shown(booth)
    booth.happen(furnishing.Brought(ONE))
    booth.say(ada, wire.SetBackground(OWN))
    booth.say(ada, wire.Favour(OWN, on=True))
    booth.say(ada, wire.SetBackground(SEA))
    booth.happen(furnishing.Removed(ONE.file))
    assert booth.told(ada.epoch, wire.Furnishing) == wire.Furnishing("everyone", 1, [])
    booth.say(ada, wire.UndoBackground())
    assert shown(booth) == first


def test_the_host_says_who_may_change_it(booth):
    host = booth.arrive("Host", host=HOST)
    ada = booth.arrive()
    with pytest.raises(errors.HostOnly):
        booth.say(ada, wire.LetChange("host"))
    booth.say(host, wire.SetBackground(SEA))
    booth.say(host, wire.LetChange("host"))
    assert booth.told(ada.epoch, wire.Furnishing).changers == "host"
    for refused in (wire.SetBackground(WOOD), wire.UndoBackground()):
        with pytest.raises(errors.HostChanges):
            booth.say(ada, refused)
    assert shown(booth) == SEA
    # Liking one changes nothing for the others.
    booth.say(ada, wire.Favour(SEA, on=True))
    booth.say(host, wire.UndoBackground())
    booth.say(host, wire.LetChange("everyone"))
    booth.say(ada, wire.SetBackground(WOOD))
    assert shown(booth) == WOOD


def test_favourites_are_each_there_once(booth):
    ada = booth.arrive()
    for background in (SEA, PLAIN, Background("beach", "#000000"), WOOD):
        booth.say(ada, wire.Favour(background, on=True))
    assert list(booth.room.favourites) == [SEA, PLAIN, WOOD]
    booth.say(ada, wire.Favour(Background("plain", "#102031"), on=False))
    booth.say(ada, wire.Favour(Background("beach", "#111111"), on=False))
    assert list(booth.room.favourites) == [PLAIN, WOOD]
    with pytest.raises(errors.UnknownBackground):
        booth.say(ada, wire.Favour(OWN, on=True))
    for n in range(FAVOURITES - 2):
        booth.say(ada, wire.Favour(Background("plain", f"#0000{n:02d}"), on=True))
    with pytest.raises(errors.TooManyFavourites):
        booth.say(ada, wire.Favour(SEA, on=True))

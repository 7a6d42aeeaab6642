"""The background changes for all at once, when everyone has it or has had the time."""

import pytest
from sameframe import changing, errors, wire
from sameframe.furnishing import Brought, Removed
from sameframe.rooms import TellAll
from sameframe_worker.scene import UPLOAD, Background

from .rooming import HOST, Booth

BEACH, FOREST, PLAIN = Background("beach"), Background("forest"), Background("plain", "#123456")


@pytest.fixture
def booth() -> Booth:
    booth = Booth()
    booth.prompt = False
    return booth


def ready(booth: Booth, guest: wire.Welcome, background: Background = BEACH) -> None:
    booth.say(guest, wire.BackgroundReady(background.name, background.file))


def coming(booth: Booth) -> list[Background | None]:
    """Return what was told by the last event to be coming."""
    told = [out.message for out in booth.out if isinstance(out, TellAll)]
    return [m.background for m in told if isinstance(m, wire.BackgroundComing)]


def shown(booth: Booth) -> str:
    return booth.room.scene.background.name


def test_it_changes_when_the_last_one_is_ready(booth: Booth) -> None:
    ada, bea, cy = booth.arrive("Ada"), booth.arrive("Bea"), booth.arrive("Cy")
    before = shown(booth)
    booth.say(bea, wire.SetBackground(BEACH))
    assert coming(booth) == [BEACH]
    for guest in (ada, bea):
        ready(booth, guest)
        assert not coming(booth)
        assert shown(booth) == before
    ready(booth, cy)
    assert coming(booth) == [None]
    scene = booth.told(ada.epoch, wire.SceneChanged)
    assert (scene.scene.background, scene.by) == (BEACH, bea.you)
    assert len(booth.room.past) == 1


def test_nobody_is_waited_for_longer_than_that(booth: Booth) -> None:
    ada, _ = booth.arrive("Ada"), booth.arrive("Bea")
    booth.say(ada, wire.SetBackground(BEACH))
    ready(booth, ada)
    booth.wait(changing.WAIT_MS - 1)
    assert shown(booth) != "beach"
    booth.wait(1)
    assert shown(booth) == "beach"


def test_who_is_gone_is_not_waited_for(booth: Booth) -> None:
    ada, bea, cy = booth.arrive("Ada"), booth.arrive("Bea"), booth.arrive("Cy")
    booth.say(ada, wire.SetBackground(BEACH))
    ready(booth, ada)
    booth.lose(bea)
    assert shown(booth) != "beach"
    booth.say(cy, wire.Leave())
    assert shown(booth) == "beach"


def test_who_comes_meanwhile_is_not_waited_for(booth: Booth) -> None:
    ada, bea = booth.arrive("Ada"), booth.arrive("Bea")
    booth.say(ada, wire.SetBackground(BEACH))
    booth.arrive("Cy")
    ready(booth, ada)
    ready(booth, bea)
    assert shown(booth) == "beach"


def test_alone_or_to_a_plain_colour_it_changes_at_once(booth: Booth) -> None:
    ada = booth.arrive("Ada")
    booth.say(ada, wire.SetBackground(BEACH))
    assert shown(booth) == "beach"
    booth.arrive("Bea")
    booth.say(ada, wire.SetBackground(PLAIN))
    assert booth.room.scene.background == PLAIN
    assert not coming(booth)


def test_who_thinks_again_has_the_last_word(booth: Booth) -> None:
    ada, bea = booth.arrive("Ada"), booth.arrive("Bea")
    first = booth.room.scene.background
    booth.say(ada, wire.SetBackground(BEACH))
    booth.say(bea, wire.SetBackground(FOREST))
    assert coming(booth) == [FOREST]
    for guest in (ada, bea):
        ready(booth, guest)  # of the beach, which no more comes
    assert booth.room.scene.background == first
    for guest in (ada, bea):
        ready(booth, guest, FOREST)
    assert shown(booth) == "forest"
    assert booth.room.past == (first,)
    # Back to what is there still: nothing comes any more.
    booth.say(ada, wire.SetBackground(BEACH))
    booth.say(ada, wire.SetBackground(FOREST))
    assert coming(booth) == [None]
    assert booth.room.change is None


def test_what_is_coming_can_be_taken_back(booth: Booth) -> None:
    ada, bea = booth.arrive("Ada", host=HOST), booth.arrive("Bea")
    before = booth.room
    booth.say(ada, wire.SetBackground(BEACH))
    booth.say(bea, wire.UndoBackground())
    assert coming(booth) == [None]
    assert (booth.room.scene, booth.room.past) == (before.scene, before.past)
    with pytest.raises(errors.NothingToUndo):
        booth.say(bea, wire.UndoBackground())


def test_what_is_removed_meanwhile_does_not_come(booth: Booth) -> None:
    ada, _ = booth.arrive("Ada"), booth.arrive("Bea")
    file = "b" + "0" * 64
    booth.happen(Brought(wire.Backdrop(file, ada.you, 640, 360)))
    booth.say(ada, wire.SetBackground(Background(UPLOAD, file=file)))
    assert booth.room.change
    booth.happen(Removed(file))
    assert coming(booth) == [None]
    assert booth.room.change is None

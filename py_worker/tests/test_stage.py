"""The stage with a fake browser and the real kernels."""

from dataclasses import replace
from typing import Any

import pytest
from sameframe_worker import messages
from sameframe_worker.messages import Person
from sameframe_worker.scene import Background, Layer, Look, Scene
from sameframe_worker.stage import stage as stage_module
from sameframe_worker.stage.cpu import CpuRenderer
from sameframe_worker.stage.renderer import Lost
from sameframe_worker.stage.scenery import RETRIES_S
from sameframe_worker.stage.stage import BEAT_MS, CATCH_UP_MS, HEIGHT, WIDTH
from stage_fakes import KERNELS, Booth, Frame, finish

BACK = (0xD9, 0xCB, 0xB8, 255)  # the background before any is loaded


def test_picture_comes_onto_the_stage_and_the_frame_is_closed() -> None:
    booth = Booth("a", "b")
    booth.tick()
    assert booth.pixel(0.25) == BACK
    frame = booth.send("a", Frame(grey=235))
    booth.tick()
    assert frame.closed
    assert booth.pixel(0.25) == (255, 255, 255, 255)
    assert booth.pixel(0.75) == BACK
    assert [m.guest for m in booth.heard(messages.FirstPicture)] == ["a"]


def test_an_empty_cutout_is_no_first_picture() -> None:
    booth = Booth("a")
    empty = Frame()
    empty.data = empty.data.replace(b"\xeb", b"\x10")
    booth.send("a", empty)
    booth.tick()
    assert not booth.heard(messages.FirstPicture)
    booth.send("a", Frame())
    booth.tick()
    assert [m.guest for m in booth.heard(messages.FirstPicture)] == ["a"]


def test_nothing_is_drawn_while_nothing_changes() -> None:
    booth = Booth("a")
    booth.send("a", Frame())
    for _ in range(5):
        booth.tick()
    assert booth.context.shown == 1
    booth.stage.cast.move(Layer("a", x=0.2, scale=0.3), booth.browser.time)
    booth.tick()
    assert booth.context.shown == 2
    assert booth.stage.stats(1).ticks == 6


def test_everyone_gets_the_newest_frame() -> None:
    booth = Booth("a", "b")
    old = booth.send("a", Frame(grey=50))
    booth.send("a", Frame(grey=235))
    booth.send("b", Frame(grey=16))
    booth.tick()
    assert old.closed
    assert booth.pixel(0.25) == (255, 255, 255, 255)
    assert booth.pixel(0.75) == (0, 0, 0, 255)
    assert booth.stage.stats(1).dropped == 1


def test_frames_that_can_not_be_read_are_dropped_and_closed() -> None:
    booth = Booth("a", "b")
    huge = booth.send("a", Frame(size=(8, 72)))
    booth.tick()
    assert huge.closed
    booth.browser.refused = {0}
    lost = booth.send("b", Frame())
    booth.tick()
    assert lost.closed
    assert booth.stage.stats(1).dropped == 2
    assert booth.stage.stats(1).guests == []


def test_guest_who_leaves_is_gone_with_all_he_had() -> None:
    booth = Booth("a", "b")
    booth.send("a", Frame())
    booth.tick()
    waiting = booth.send("a", Frame())
    booth.people(Person("b", "B", True, "here"))
    assert waiting.closed
    booth.tick()
    assert booth.pixel(0.25) == BACK
    assert [box.guest for box in booth.heard(messages.Layout)[-1].boxes] == ["b"]


def test_frames_may_come_before_the_people() -> None:
    booth = Booth()
    booth.scene(Layer("a", scale=0.3))
    booth.connect("a")
    frame = booth.send("a", Frame(grey=235))
    booth.tick()
    assert not frame.closed
    booth.people(Person("a", "A", True, "here"))
    booth.tick()
    assert booth.pixel(0.5) == (255, 255, 255, 255)


def test_guest_who_comes_back_is_seen_with_a_new_frame_only() -> None:
    booth = Booth("a")
    booth.send("a", Frame(grey=235))
    booth.tick()
    booth.people(Person("a", "A", True, "away"))
    booth.tick()
    assert booth.pixel(0.5) == BACK
    booth.people(Person("a", "A", True, "here"))
    booth.tick()
    assert booth.pixel(0.5) == BACK
    booth.send("a", Frame(grey=16))
    booth.tick()
    assert booth.pixel(0.5) == (0, 0, 0, 255)
    assert len(booth.heard(messages.FirstPicture)) == 2


def test_camera_off_is_paper_and_waits_for_a_frame_when_on_again() -> None:
    booth = Booth("a")
    booth.send("a", Frame(grey=235))
    booth.tick()
    booth.people(Person("a", "A", False, "here"))
    booth.tick()
    [figures] = booth.stage.stats(1).guests
    assert (figures.width, figures.height, figures.age_ms) == (960, 720, 0)
    booth.people(Person("a", "A", True, "here"))
    booth.tick()
    assert booth.stage.stats(1).guests == []
    booth.send("a", Frame(grey=235))
    booth.tick()
    assert booth.pixel(0.5) == (255, 255, 255, 255)


def test_old_picture_fades() -> None:
    booth = Booth("a")
    booth.send("a", Frame(grey=16))
    booth.tick()
    booth.browser.time += 2_000
    booth.tick()
    assert booth.pixel(0.5)[0] == pytest.approx(0.4 * BACK[0], abs=2)
    assert booth.stage.stats(1).guests[0].age_ms == 2_000


def test_layout_is_told_when_it_changes_and_waiting_guests_have_a_place() -> None:
    booth = Booth("a", "b")
    booth.tick()
    booth.tick()
    [layout] = booth.heard(messages.Layout)
    assert [box.guest for box in layout.boxes] == ["a", "b"]
    box = layout.boxes[0]
    assert box.x + box.width / 2 == pytest.approx(0.25, abs=1e-3)
    assert (box.height, box.rotation) == (pytest.approx(0.3), 0.0)


def test_pick_sees_the_mask_then_the_frame() -> None:
    booth = Booth("a", "b")
    booth.scene(Layer("a", scale=0.5), Layer("b", scale=0.3))
    booth.send("a", Frame())
    booth.tick()
    assert booth.stage.pick(0.5, 0.5) == "a"  # b stands in front but has no picture yet
    hole = Frame()
    hole.data = hole.data.replace(b"\xeb", b"\x10")
    booth.send("b", hole)
    booth.tick()
    assert booth.stage.pick(0.5, 0.5) == "a"
    booth.send("b", Frame())
    booth.tick()
    assert booth.stage.pick(0.5, 0.5) == "b"
    assert booth.stage.pick(0.5, 0.3) == "a"
    assert booth.stage.pick(0.02, 0.02) is None


BROUGHT = Background("upload", "#0A0B0C", "b" + "0" * 64)
BEACH = Background("upload", "#0A0B0C", "beach")


def test_a_background_that_fails_leaves_the_one_before_and_is_tried_again() -> None:
    booth = Booth()
    finish(booth.stage.show_background(Background("beach")))
    booth.tick()
    assert booth.pixel(0.5) == (1, 2, 3, 255)
    finish(booth.stage.show_background(BROUGHT))
    booth.tick()
    assert booth.pixel(0.5) == (1, 2, 3, 255)
    assert booth.browser.slept == list(RETRIES_S)
    assert booth.heard(messages.BackgroundFailed) == [messages.BackgroundFailed()]
    # A photo and a film show what the stage shows.
    booth.stage.cast.commit(Scene(BROUGHT, ()))
    assert tuple(finish(booth.stage.backdrop(64, 36)).view[:4]) == (1, 2, 3, 255)


def test_what_a_guest_brought_is_fetched_below_the_room_in_the_size_that_is_needed() -> None:
    booth = Booth()
    asked = booth.browser.asked
    for height in (720, 1080, 2160, 90):
        finish(booth.stage._scenery._backgrounds.get(BEACH, height * 16 // 9, height))
    room = f"/api/rooms/a-room/backdrops/{BEACH.file}"
    assert asked == [f"{room}/{lines}.jpg" for lines in (720, 1080, 2160, 720)]


def test_one_background_fades_into_the_next() -> None:
    booth = Booth("a")
    finish(booth.stage.show_background(Background("plain", "#C80064")))
    booth.tick()
    assert booth.pixel(0.5) == (200, 0, 100, 255)
    finish(booth.stage.show_background(Background("plain", "#64C800")))
    for ms, seen in ((0, (200, 0, 100)), (150, (150, 100, 50)), (150, (100, 200, 0))):
        booth.browser.time += ms
        booth.tick()
        assert booth.pixel(0.5) == (*seen, 255)
    shown = booth.context.shown
    booth.tick()  # nothing is left to be drawn
    assert booth.context.shown == shown


def test_a_fade_that_is_interrupted_goes_on_from_what_is_seen() -> None:
    booth = Booth()
    finish(booth.stage.show_background(Background("plain", "#C80064")))
    finish(booth.stage.show_background(Background("plain", "#64C800")))
    booth.browser.time += 150
    booth.tick()
    finish(booth.stage.show_background(Background("plain", "#000000")))
    booth.tick()
    assert booth.pixel(0.5) == (150, 100, 50, 255)
    booth.browser.time += 300
    booth.tick()
    assert booth.pixel(0.5) == (0, 0, 0, 255)


def test_slow_background_does_not_replace_a_newer_one() -> None:
    booth = Booth()
    booth.browser.slow = True
    slow = booth.stage.show_background(Background("beach"))
    finish(slow, wait=False)
    finish(booth.stage.show_background(Background("plain", "#102030")))
    finish(slow)
    booth.tick()
    assert booth.pixel(0.5) == (16, 32, 48, 255)


def greyish(pixel: tuple[int, ...]) -> bool:
    return max(pixel[:3]) - min(pixel[:3]) <= 6


def test_a_look_is_shown_to_oneself_until_all_have_another() -> None:
    booth = Booth("a")

    def seen(coroutine: Any) -> tuple[int, ...]:
        finish(coroutine)
        booth.tick()
        return booth.pixel(0.02)

    plain = seen(booth.stage.show_look(Look()))
    assert plain == BACK
    assert greyish(seen(booth.stage.show_look(Look("noir"))))
    tried = seen(booth.stage.try_look(Look("vivid")))
    assert not greyish(tried)
    assert tried != BACK
    assert seen(booth.stage.show_look(Look("noir"))) == tried  # another part of the scene changed
    assert greyish(seen(booth.stage.show_look(Look("black_and_white"))))
    assert seen(booth.stage.show_look(Look())) == BACK


def test_photos_and_previews_have_a_look_and_only_the_scenes() -> None:
    booth = Booth("a")
    back = Background("plain", "#CC2020")
    booth.stage.cast.commit(Scene(back, (Layer("a", scale=0.5),), Look("noir")))
    booth.send("a", Frame(grey=235))
    booth.tick()
    finish(booth.stage.try_look(Look("party")))
    (pixels, _, _), _ = finish(booth.stage.photo(None, 192, 108))
    assert greyish(tuple(pixels.view[4 * 200 : 4 * 200 + 3]))
    for name, grey in (("vivid", False), ("sepia", False), ("black_and_white", True)):
        small, width, height = finish(booth.stage.preview(Look(name)))
        assert (width, height) == (320, 180)
        at = 4 * (20 * width + 160)
        assert greyish(tuple(small.view[at : at + 3])) is grey
        middle = 4 * (90 * width + 160)
        assert min(small.view[middle : middle + 3]) > 190


def test_photo_is_taken_at_its_instant_without_fading() -> None:
    booth = Booth("a")
    now = booth.browser.time
    booth.stage.clock.sample(now, now + 500, now)  # the server is 500 ms ahead
    booth.stage.cast.commit(Scene(Background("beach"), (Layer("a", scale=0.5),)))
    booth.send("a", Frame(grey=235))
    booth.tick()
    booth.people(Person("a", "A", True, "poor"))
    (pixels, width, height), taken = finish(booth.stage.photo(now + 3_500, 192, 108))
    assert booth.browser.slept == [3.0]
    assert taken == now + 3_500
    assert (width, height) == (192, 108)
    middle = (54 * 192 + 96) * 4
    assert tuple(pixels.view[middle : middle + 4]) == (255, 255, 255, 255)
    assert tuple(pixels.view[:4]) == (1, 2, 3, 255)
    _, taken = finish(booth.stage.photo(None, 192, 108))
    assert taken == booth.browser.time + 500


def test_photo_of_what_is_shown_already_is_not_drawn_again(monkeypatch) -> None:
    booth = Booth("a")
    booth.stage.cast.commit(Scene(Background("beach"), (Layer("a", scale=0.5),)))
    finish(booth.stage.show_background(Background("beach")))
    booth.send("a", Frame(grey=235))
    booth.tick()
    drawn = []
    monkeypatch.setattr("sameframe_worker.stage.stage.capture", lambda *_: drawn.append(1))
    (pixels, *size), _ = finish(booth.stage.photo(None, WIDTH, HEIGHT))
    assert (pixels, size) == (booth.stage.renderer.pixels, [WIDTH, HEIGHT])
    assert not drawn
    booth.people(Person("a", "A", True, "poor"))  # who fades on the stage does not in a photo
    booth.tick()
    finish(booth.stage.photo(None, WIDTH, HEIGHT))
    assert drawn


def test_photo_holds_whom_a_hiccup_took_from_the_stage_but_not_who_left_it() -> None:
    booth = Booth("a")
    booth.stage.cast.commit(Scene(Background("beach"), (Layer("a", scale=0.5),)))

    def photographed() -> tuple[int, ...]:
        (pixels, *_), _ = finish(booth.stage.photo(None, 192, 108))
        return tuple(pixels.view[(54 * 192 + 96) * 4 :][:3])

    booth.send("a", Frame(grey=235))
    booth.tick()
    for grey in (20, 30, 40):  # whatever is under an empty mask, in any of the buffers
        booth.browser.time += 500
        booth.send("a", Frame(grey, mask=16))
        booth.tick()
        assert photographed() == (255, 255, 255)
    assert booth.pixel(0.5)[:3] != (255, 255, 255)
    booth.browser.time += 2_000
    assert photographed() == (1, 2, 3)
    booth.send("a", Frame(grey=235))
    booth.tick()
    booth.people(Person("a", "A", True, "away"))
    booth.people(Person("a", "A", True, "here"))
    assert photographed() == (1, 2, 3)


def test_lost_renderer_is_replaced() -> None:
    booth = Booth("a")
    booth.send("a", Frame(grey=235))

    class Losing(CpuRenderer):
        kind = "gpu"

        def show(self, context: Any) -> None:
            raise Lost

    booth.stage.renderer = Losing(KERNELS, WIDTH, HEIGHT)
    booth.stage.renderer.background(booth.stage._scenery.pixels)
    booth.tick()
    assert booth.stage.stats(1).renderer == "cpu"
    booth.tick()
    assert booth.context.shown == 1
    assert booth.pixel(0.5) == (255, 255, 255, 255)


def test_only_news_end_the_wait_and_a_tick_rests_first() -> None:
    booth = Booth("a")
    running = booth.stage.run()
    finish(running, wait=False)
    shown = booth.context.shown
    finish(running, wait=False)
    assert booth.context.shown == shown
    booth.send("a", Frame())
    finish(running, wait=False)
    assert booth.context.shown == shown + 1
    booth.stage.hurry()
    finish(running, wait=False)
    assert booth.browser.slept == [BEAT_MS / 1000] * 3
    running.close()


def test_after_a_late_tick_the_next_comes_sooner_and_never_much() -> None:
    booth = Booth("a")
    running = booth.stage.run()
    finish(running, wait=False)
    booth.browser.time += 500  # nothing came
    for _ in range(3):
        booth.stage.hurry()
        finish(running, wait=False)
    sooner = BEAT_MS - CATCH_UP_MS
    assert [round(1000 * s) for s in booth.browser.slept] == [BEAT_MS, sooner, BEAT_MS, BEAT_MS]
    running.close()


# --- light, and what is given up of it ---------------------------------------------------------


def lit_booth() -> Booth:
    booth = Booth("a")
    booth.stage.cast.commit(replace(booth.stage.cast.scene, light="strong"))
    booth.send("a", Frame(200))
    booth.tick()
    return booth


def test_a_scene_s_light_is_seen_and_its_end_too() -> None:
    booth = lit_booth()
    lit = booth.pixel(0.5)
    booth.stage.cast.commit(replace(booth.stage.cast.scene, light="off"))
    booth.tick()
    assert booth.pixel(0.5) != lit
    assert booth.pixel(0.5) == pytest.approx((214, 214, 214, 255), abs=3)


def test_a_dear_stage_gives_up_light_tells_it_and_photographs_with_all_of_it(monkeypatch) -> None:
    booth, ms = lit_booth(), iter(range(0, 10**9, 60))
    monkeypatch.setattr(stage_module, "_ms", lambda: next(ms))  # so dear is whatever is measured
    for n in range(200):
        booth.browser.time += 100
        booth.send("a", Frame(200 + n % 2))
        booth.tick()
    told = [message.steps for message in booth.heard(messages.Sparing)]
    assert told == [["wrap"], ["wrap", "shadow"], ["wrap", "shadow", "ingest"]]
    assert (booth.stage.light(live=True).wrap, booth.stage.light(live=True).shadow) == (0, 0)
    assert booth.stage.light().shadow > 0
    assert booth.stage.stats(1).spared == told[-1]

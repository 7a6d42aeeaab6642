"""Backgrounds that move: which frame is shown when, and what becomes of those that fail."""

from dataclasses import replace

import pytest
from sameframe_worker.clock import Clock
from sameframe_worker.kernels import Buffer
from sameframe_worker.messages import BackgroundFailed
from sameframe_worker.scene import UPLOAD, Background, Layer, place
from sameframe_worker.stage.cpu import CpuRenderer
from sameframe_worker.stage.loop import REST_S, Loop
from sameframe_worker.stage.picture import PADDING, Picture
from sameframe_worker.stage.stage import HEIGHT, WIDTH

from .stage_fakes import KERNELS, SIZE, Booth, Frame, Pause, finish

MOVING = Background(UPLOAD, file="bbeach", moves=True)  # a fake browser has pictures of beaches
STEP = 0.1


class Film:
    """A loop of ten grey frames, as the browser's shell plays it."""

    step = STEP

    def __init__(self):
        self.shown, self.closed = None, False

    def close(self):
        self.closed = True


class Cinema:
    """What a loop asks of a browser."""

    def __init__(self, refuse: int = 0):
        self.time, self.refuse, self.films, self.slept = 1_000_030.0, refuse, [], []

    def now(self):
        return self.time

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.time += seconds * 1000
        await Pause()

    async def open_loop(self, url):
        self.url = url
        if self.refuse:
            self.refuse -= 1
            raise OSError(url)
        self.films.append(Film())
        return self.films[-1]

    async def loop_frame(self, film, second, size, planes, pixels):
        assert not film.closed
        number = int(second / STEP) % 10
        if film.shown == number:
            return None
        film.shown = number
        pixels.view[:] = bytes([number]) * pixels.size
        return pixels


def playing(cinema: Cinema, turns: int, size: tuple[int, int] = (4, 2)) -> list[int]:
    """Return the frames that are shown in so many turns."""
    loop, seen = Loop(cinema, KERNELS, Clock(), "url", size), []
    running = loop.run(lambda loop: seen.append(loop.pixels.view[0]))
    for _ in range(turns):
        running.send(None)
    loop.close()
    finish(running)
    assert all(film.closed for film in cinema.films)
    return seen


def test_each_frame_is_shown_once_and_by_the_common_clock():
    cinema = Cinema()
    cinema.time = 1_000_730.0
    assert playing(cinema, 25) == [(7 + n) % 10 for n in range(25)]


def test_a_late_one_leaves_frames_out_and_falls_behind_no_further():
    cinema = Cinema()
    loop, seen = Loop(cinema, KERNELS, Clock(), "url", (4, 2)), []
    running = loop.run(lambda loop: seen.append(loop.pixels.view[0]))
    running.send(None)
    cinema.time += 420
    running.send(None)
    assert seen == [0, 5]


def test_what_is_shown_is_not_written_into():
    cinema = Cinema()
    loop = Loop(cinema, KERNELS, Clock(), "url", (4, 2))
    finish(loop.first())
    shown, before = loop.pixels, bytes(loop.pixels.view)
    cinema.time += 100
    finish(loop.first())
    assert loop.pixels is not shown
    assert bytes(shown.view) == before


class Planes(Cinema):
    """A cinema whose films come as planes, each of another grey."""

    async def loop_frame(self, film, second, size, planes, pixels):
        planes.view[:] = bytes([128]) * planes.size
        for n in range(size[0] * size[1]):
            planes.view[n] = 16 + (int(second / STEP) + n) % 220
        return planes


@pytest.mark.parametrize("made", [False, True])
def test_planes_are_drawn_line_by_line_as_the_pixels_they_are(made):
    cinema, size, line = Planes(), (16, 6), 4 * 16
    loop, picture = Loop(cinema, KERNELS, Clock(), "url", size), Buffer(4 * 16 * 6)
    for _ in range(2):
        finish(loop.first())
        cinema.time += 100
        picture.wipe()
        if made:
            assert any(loop.pixels.view)
        loop.draw(picture, 2, 4)
        drawn = bytes(picture.view)
        wanted = bytes(loop.pixels.view)
        assert drawn[2 * line : 4 * line] == wanted[2 * line : 4 * line]
        assert not any(drawn[: 2 * line] + drawn[4 * line :])
        loop.draw(picture, 0, 6)
        assert bytes(picture.view) == wanted


def test_people_move_before_a_loop_that_is_only_planes():
    """What is drawn again where someone stood is what the loop shows."""
    size, data = (64, 36), Frame().data
    loop, renderer = Loop(Planes(), KERNELS, Clock(), "url", size), CpuRenderer(KERNELS, *size)
    finish(loop.first())
    planes = Buffer(len(data) + PADDING)
    planes.view[: len(data)] = data
    renderer.background(loop)
    renderer.compose([])
    behind = bytes(renderer.pixels.view)
    placed = [("ada", place(Layer("ada", y=0.7, scale=0.41), 4 / 3, *size))]
    renderer.ingest("ada", Picture(planes, *SIZE), placed[0][1])
    renderer.compose(placed)
    assert bytes(renderer.pixels.view) != behind
    renderer.compose([])
    assert bytes(renderer.pixels.view) == behind == bytes(loop.pixels.view)


def test_what_fails_is_tried_again_after_a_rest():
    cinema = Cinema(refuse=2)
    assert len(playing(cinema, 5)) == 3
    assert cinema.slept[:2] == [REST_S, REST_S]


def test_a_frame_in_another_size_is_made_once():
    cinema = Cinema()
    loop = Loop(cinema, KERNELS, Clock(), "url", (8, 4))
    finish(loop.first())
    pixels = loop.pixels
    assert loop.scaled(8, 4) is pixels
    pixels.view[:] = bytes(range(128))
    half, double = loop.scaled(4, 2), loop.scaled(16, 8)
    assert half is loop.scaled(4, 2)
    # The mean of four pixels: bytes 0, 4, 32, 36 of the first channel.
    assert list(half.view[:4]) == [18, 19, 20, 21]
    assert list(double.view[:4]) == [0, 1, 2, 3]
    assert list(double.view[-4:]) == [124, 125, 126, 127]
    cinema.time += 100
    finish(loop.first())
    assert loop.scaled(4, 2) is not half


class Moving(Booth):
    """A booth whose stage can play loops, driven by hand."""

    def __init__(self, refuse: int = 0, calm: bool = False):
        super().__init__("ada")
        self.cinema = Cinema(refuse)
        self.browser.open_loop = self.cinema.open_loop
        self.browser.loop_frame = self.cinema.loop_frame
        self.played = []
        self.browser.spawn = lambda coroutine, failed: self.played.append(coroutine)
        self.browser.sleep = self.sleep
        self.stage._scenery._calm = calm

    async def sleep(self, seconds):
        self.browser.time += seconds * 1000
        await Pause()

    def late(self):
        """Let loops be had only after a pause."""

        async def opened(url):
            await Pause()
            return await self.cinema.open_loop(url)

        self.browser.open_loop = opened

    def show(self, background):
        self.stage.cast.commit(self.stage.cast.scene.__class__(background))
        finish(self.stage.show_background(background))


def settled(booth: Moving) -> tuple[int, ...]:
    """Return a corner's colour when nothing is fading any more."""
    booth.tick()
    booth.browser.time += 1000
    booth.tick()
    return booth.pixel(0.02, 0.02)[:3]


def test_the_stage_fades_to_a_loop_and_plays_it():
    booth = Moving()
    booth.show(Background("beach"))
    booth.show(MOVING)
    assert booth.cinema.url == "/api/rooms/a-room/backdrops/bbeach/loop.webm"
    (run,) = booth.played
    settled(booth)
    booth.browser.time += 30  # between two frames, not at the edge of one
    for _ in range(3):
        due = int(booth.browser.time / 1000 / STEP) % 10
        run.send(None)
        booth.tick()
        assert booth.pixel(0.02, 0.02)[0] == due
    # Films and moving pictures have it as it moves, photos the picture that stands for it.
    small = finish(booth.stage.backdrop(640, 360, moving=True))
    assert small.view[0] == booth.pixel(0.02, 0.02)[0]
    assert list(finish(booth.stage.backdrop(640, 360)).view[:3]) == [1, 2, 3]
    run.close()


def test_what_was_made_ready_is_there_at_once():
    booth = Moving()
    booth.show(Background("beach"))
    finish(booth.stage.prepare(MOVING))
    assert len(booth.cinema.films) == 1
    assert settled(booth) == (1, 2, 3)  # nothing of it is seen yet
    booth.show(MOVING)
    assert len(booth.cinema.films) == 1
    assert settled(booth) != (1, 2, 3)
    # What was made ready and never shown is let go of when another one comes.
    finish(booth.stage.prepare(replace(MOVING, file="bbeach2")))
    finish(booth.stage.prepare(Background("beach")))
    assert [film.closed for film in booth.cinema.films] == [False, True]
    for run in booth.played:
        run.close()


def test_what_is_ready_too_late_is_let_go_of():
    booth = Moving()
    booth.show(Background("beach"))
    booth.late()
    preparing = booth.stage.prepare(MOVING)
    preparing.send(None)
    booth.browser.open_loop = booth.cinema.open_loop
    booth.show(MOVING)
    finish(preparing)
    assert [film.closed for film in booth.cinema.films] == [False, True]
    for run in booth.played:
        run.close()


def test_what_can_not_be_made_ready_is_no_error():
    booth = Moving(refuse=1)
    booth.show(Background("beach"))
    finish(booth.stage.prepare(Background("nowhere")))
    finish(booth.stage.prepare(MOVING))
    assert settled(booth) == (1, 2, 3)


def test_another_background_ends_it():
    booth = Moving()
    booth.show(MOVING)
    booth.show(Background("beach"))
    assert settled(booth) == (1, 2, 3)
    for run in booth.played:
        finish(run)
    booth.tick()
    assert booth.pixel(0.02, 0.02)[:3] == (1, 2, 3)
    assert [film.closed for film in booth.cinema.films] == [True]


def test_one_that_is_no_more_wanted_when_it_comes_is_let_go():
    booth = Moving()
    booth.late()
    waiting = booth.stage.show_background(MOVING)
    waiting.send(None)
    booth.show(Background("beach"))
    finish(waiting)
    assert settled(booth) == (1, 2, 3)
    assert [film.closed for film in booth.cinema.films] == [True]


def test_a_loop_that_can_not_be_had_stands_still():
    booth = Moving(refuse=100)
    booth.show(MOVING)
    assert settled(booth) == (1, 2, 3)
    assert not booth.heard(BackgroundFailed)
    for run in booth.played:
        run.close()


def test_whoever_wants_it_calm_has_the_picture():
    booth = Moving(calm=True)
    booth.show(MOVING)
    assert settled(booth) == (1, 2, 3)
    assert not booth.cinema.films


def test_nothing_of_it_leaves_the_old_one():
    booth = Moving()
    booth.show(Background("beach"))
    missing = Background(UPLOAD, file="bgone", moves=True)
    running = booth.stage.show_background(missing)
    running.send(None)
    assert booth.heard(BackgroundFailed)
    assert settled(booth) == (1, 2, 3)
    assert not booth.cinema.films
    running.close()


def test_a_buffer_is_of_the_stage():
    loop = Loop(Cinema(), KERNELS, Clock(), "url", (WIDTH, HEIGHT))
    assert isinstance(loop.pixels, Buffer)
    assert loop.pixels.size == WIDTH * HEIGHT * 4

"""The stage worker's wiring: every message reaches the stage, every answer the page."""

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from sameframe_worker import messages
from sameframe_worker.kernels import Buffer
from sameframe_worker.scene import Background, Layer, Scene
from sameframe_worker.stage_worker import main

PLAIN = Background("plain", "#102030")


class Canvas:
    width = height = 0

    def getContext(self, kind: str) -> "Canvas":
        return self

    def putImageData(self, *_: Any) -> None:
        pass


class Reader:
    def __init__(self, stream: list[str]):
        stream.append("read")


class Browser:
    Reader = Reader

    def __init__(self) -> None:
        self.posted: list[Any] = []
        self.running: list[tuple[Coroutine[Any, Any, None], Callable[[Exception], None]]] = []
        self.broken = False

    def on_message(self, union: Any, handle: Callable[[Any], None]) -> None:
        assert union == messages.ToStage
        self.say = handle

    def post(self, message: Any) -> None:
        self.posted.append(message)

    def spawn(self, coroutine: Any, failed: Any) -> None:
        self.running.append((coroutine, failed))

    def now(self) -> float:
        return 1000.0

    def age(self) -> float:
        return 7.0

    def bmp(self, pixels: Buffer, width: int, height: int) -> bytes:
        if self.broken:
            raise MemoryError("no room")
        return bytes(pixels.view[:4])

    def run(self) -> None:
        """Run what was started, but the tick, to its end."""
        started, self.running = self.running, []
        for coroutine, failed in started:
            if coroutine.__name__ == "run":
                coroutine.close()
                continue
            try:
                coroutine.send(None)
            except StopIteration:
                pass
            except MemoryError as error:
                failed(error)


@pytest.fixture
def browser() -> Iterator[Browser]:
    made = Browser()
    with pytest.raises(StopIteration):
        main(made).send(None)
    yield made
    made.run()


def start(browser: Browser) -> Canvas:
    canvas = Canvas()
    browser.say(messages.StageStart(canvas, "cpu", None))
    return canvas


def test_start_sizes_the_canvas_and_says_who_draws(browser: Browser) -> None:
    canvas = start(browser)
    assert (canvas.width, canvas.height) == (1280, 720)
    assert browser.posted == [messages.StageReady("cpu", 7.0)]


def test_what_came_before_the_start_is_not_lost(browser: Browser) -> None:
    browser.say(messages.ClockSample(990.0, 1500.0, 1000.0))
    assert browser.posted == []
    start(browser)
    assert [type(m) for m in browser.posted] == [messages.StageReady, messages.ClockIs]


def test_clock_pick_and_figures_are_answered(browser: Browser) -> None:
    start(browser)
    browser.posted.clear()
    browser.say(messages.ClockSample(990.0, 1500.0, 1000.0))
    browser.say(messages.People([messages.Person("a", "A", True, "here")]))
    browser.say(messages.SceneIs(Scene(PLAIN, (Layer("a", x=0.25),))))
    browser.say(messages.Pick(3, 0.25, 0.5))
    browser.say(messages.LayerMoves(Layer("a", x=0.9, scale=0.1)))
    browser.say(messages.Pick(4, 0.25, 0.5))
    browser.say(messages.AskStats(5))
    clock, picked, missed, stats = browser.posted
    assert clock.offset == 505.0
    assert picked == messages.Picked(3, "a")
    assert missed == messages.Picked(4, None)
    assert (stats.request, stats.renderer) == (5, "cpu")


def test_frames_are_read(browser: Browser) -> None:
    start(browser)
    stream: list[str] = []
    browser.say(messages.GuestFrames("a", stream))
    assert stream == ["read"]
    [loop] = [c for c, _ in browser.running if c.__name__ == "run" and "Intake" in c.__qualname__]
    assert loop is not None


def test_photo_is_sent(browser: Browser) -> None:
    start(browser)
    browser.say(messages.SceneIs(Scene(PLAIN)))
    browser.say(messages.TakePhoto(9, None, 64, 36))
    browser.run()
    assert browser.posted[-1] == messages.Photo(9, b"\x10\x20\x30\xff", 1000.0)


def test_failure_is_told(browser: Browser) -> None:
    start(browser)
    browser.broken = True
    browser.say(messages.TakePhoto(9, None, 64, 36))
    browser.say(messages.SceneIs(Scene(PLAIN)))
    browser.run()
    assert browser.posted[-1] == messages.StageFailed("MemoryError: no room")


def test_a_film_is_paused_resumed_and_cut(browser: Browser) -> None:
    tapes: list[Any] = []

    class Tape:
        def __init__(self, port: str, taken: Any):
            self.port, self.closed = port, False
            tapes.append(self)

        def close(self) -> None:
            self.closed = True

    browser.Tape = Tape
    browser.say(messages.FilmPause(1.0))  # there is none: nothing happens
    browser.say(messages.StageStart(Canvas(), "cpu", None))
    browser.say(messages.FilmStart("port", 1280, 720, at=900.0, done=0.0))
    browser.say(messages.FilmPause(950.0))
    browser.say(messages.FilmResume(990.0))
    browser.say(messages.FilmStop())
    (tape,) = tapes
    assert (tape.port, tape.closed) == ("port", True)

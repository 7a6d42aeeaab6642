"""Filming: what is drawn, none more than the recorder has room for, none that keeps anyone."""

import asyncio
from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sameframe_worker.kernels import Buffer
from sameframe_worker.looks import RECIPES
from sameframe_worker.messages import FilmStart
from sameframe_worker.scene import Look
from sameframe_worker.stage.film import Film
from sameframe_worker.stage.lamp import Lit
from sameframe_worker.stage.library import stage_kernels
from sameframe_worker.stage.reel import Backlog

FRAME_MS = 1000 / 30


class Tape:
    def __init__(self, port: list[Any], taken: Callable[[int], None]):
        self.port, self.taken, self.closed = port, taken, False

    def write(self, frame: Any, key: bool, coarseness: float, lost: int) -> None:
        self.port.append((frame, key, coarseness, lost))

    def close(self) -> None:
        self.closed = True


class Nap:
    """A wait that ends when the coroutine is stepped."""

    def __await__(self):
        yield


class Browser:
    def __init__(self) -> None:
        self.time = 0.0
        self.drawing_ms = FRAME_MS
        self.tapes: list[Tape] = []

    def now(self) -> float:
        return self.time

    def Tape(self, port: Any, taken: Any) -> Tape:
        self.tapes.append(Tape(port, taken))
        return self.tapes[-1]

    def i420_frame(
        self, planes: Buffer, width: int, height: int, stamp: int, standard: str
    ) -> tuple:
        return planes.view[0], standard, width, height, stamp

    def sleep(self, seconds: float) -> "Nap":
        self.time += seconds * 1000
        return Nap()

    def wait(self, event: asyncio.Event, seconds: float) -> "Nap":
        """Wait until the stage draws, or all the while."""
        self.time += min(seconds * 1000, self.drawing_ms)
        return Nap()


class Stage:
    """An empty stage, all of one colour."""

    colour = 7
    worn = Look()

    def __init__(self) -> None:
        self.drawn, self.pictures = asyncio.Event(), 0

    def look(self) -> Look:
        return self.worn

    def light(self, live: bool) -> Lit:
        return Lit()

    def frame(self, stamp: int) -> int:
        return stamp

    def standing(self, width: int, height: int, live: bool = True) -> list[Any]:
        return []

    async def backdrop(self, width: int, height: int, moving=False) -> Buffer:
        pixels = Buffer(width * height * 4)
        pixels.view[:] = bytes([self.colour]) * len(pixels.view)
        return pixels


@pytest.fixture
def browser() -> Browser:
    return Browser()


def filming(
    browser: Browser, height: int = 720, stage: Stage | None = None
) -> tuple[Film, list[Any]]:
    shots: list[Any] = []
    start = FilmStart(shots, height * 16 // 9, height, at=0.0, done=0.0)
    return Film(browser, stage_kernels(), stage or Stage(), start), shots


@pytest.mark.parametrize(
    ("places", "pictures", "lost"),
    [
        (1, 1, 0),  # each picture as it comes
        (3, 1, 0),  # a slow stage
        (3, 0, 0),  # a picture that stays
        (3, 3, 2),  # the film's turn came late
        (3, 2, 1),
        (1, 3, 0),  # more than thirty a second: there was a place for one
        (3, 9, 2),
    ],
)
def test_pictures_that_are_passed_over_count_as_lost(
    browser: Browser, places: int, pictures: int, lost: int
) -> None:
    stage = Stage()
    film, shots = filming(browser, stage=stage)
    stage.pictures += 1
    film.expose()
    stage.pictures += pictures
    browser.time = places * FRAME_MS
    film.expose()
    assert [told for *_, told in shots] == [0, lost]


def test_a_lagging_recorder_costs_frames_of_the_take_and_nothing_else(browser: Browser) -> None:
    film, shots = filming(browser)
    for n in range(Backlog.MOST + 5):
        browser.time = n * FRAME_MS
        film.expose()
    assert len(shots) == Backlog.MOST
    for _ in range(Backlog.MOST - 1):
        browser.tapes[0].taken(1000)
    browser.tapes[0].taken(1000)
    browser.time = (Backlog.MOST + 5) * FRAME_MS
    film.expose()
    frame, _, _, lost = shots[-1]
    assert (len(shots), lost) == (Backlog.MOST + 1, 5)
    assert frame == round((Backlog.MOST + 5) * 1_000_000 / 30)


def test_a_recorder_that_is_too_slow_gets_what_it_can_do(browser: Browser) -> None:
    film, shots = filming(browser)
    running, encoded, waits = film.run(), 0, []
    while browser.time < 20_000:  # 12 frames a second is what it can do
        running.send(None)
        while encoded < min(len(shots), browser.time * 12 / 1000):
            browser.tapes[0].taken(1000)
            encoded += 1
        waits.append(len(shots) - encoded)
    running.close()
    # What waits is encoded within the time that a crash may take.
    assert max(waits[len(waits) // 2 :]) <= 12 * Backlog.LAG_MS / 1000 + Backlog.FEW + 1
    late = [frame for frame, *_ in shots if frame > 10_000_000]
    assert abs(len(late) - 120) < 3
    assert max(round((b - a) * 30 / 1e6) for a, b in pairwise(late)) <= 4
    assert shots[-1][3] == round(shots[-1][0] * 30 / 1e6) + 1 - len(shots)  # every one is counted


@pytest.mark.parametrize(("drawing_ms", "step"), [(FRAME_MS, 1), (3 * FRAME_MS, 3), (1e6, 3)])
def test_it_takes_what_is_drawn_and_again_what_stays_until_it_is_cut(
    browser: Browser, drawing_ms: float, step: int
) -> None:
    browser.drawing_ms = drawing_ms
    film, shots = filming(browser)
    running = film.run()

    def next_turn() -> None:
        before = len(shots)
        running.send(None)
        for _ in shots[before:]:
            browser.tapes[0].taken(10)

    while len(shots) < 45:
        next_turn()
    film.pause(browser.time)
    held = len(shots)
    for _ in range(20):
        next_turn()
    assert len(shots) == held
    film.resume(browser.time)
    while len(shots) < held + 3:
        next_turn()
    film.cut()
    with pytest.raises(StopIteration):
        next_turn()
    places = [round(frame * 30 / 1e6) for frame, *_ in shots]
    assert max(b - a for a, b in pairwise(places)) <= step
    assert shots[-1][3] == 0  # nothing is lost of what is not drawn
    assert [n // 15 for n, shot in zip(places, shots, strict=True) if shot[1]] == list(
        range(places[-1] // 15 + 1)
    )
    assert browser.tapes[0].closed


def test_another_height_is_drawn_for_itself(browser: Browser) -> None:
    film, shots = filming(browser, 1080)
    running = film.run()
    running.send(None)
    running.close()
    assert shots[0][0] == (round(16 + 7 * 219 / 255), "bt709", 1920, 1080, 0)


def test_a_take_of_another_height_has_the_look(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Stage, "worn", Look("instant"))
    film, shots = filming(browser, 1080)
    running = film.run()
    running.send(None)
    running.close()
    r, g, b = RECIPES["instant"].frame.colour
    luma = round(16 + (46.559 * r + 156.629 * g + 15.812 * b) / 255)
    assert shots[0][0] == (luma, "bt709", 1920, 1080, 0)


@given(st.sampled_from([16, 32, 48]), st.sampled_from([2, 4, 6]), st.integers(0, 2**32))
def test_frames_are_bt709_of_limited_range(width: int, height: int, seed: int) -> None:
    pixels = Random(seed).randbytes(4 * width * height)
    source, planes = Buffer(len(pixels)), Buffer(width * height * 3 // 2)
    source.view[:] = pixels
    stage_kernels().stage_to_i420(planes.address, source.address, width, height)

    def rgb(x: int, y: int) -> tuple[int, ...]:
        at = 4 * (y * width + x)
        return tuple(pixels[at : at + 3])

    for y in range(height):
        for x in range(width):
            r, g, b = rgb(x, y)
            exact = 16 + (46.559 * r + 156.629 * g + 15.812 * b) / 255
            assert abs(planes.view[y * width + x] - exact) <= 1.5
    for y in range(height // 2):
        for x in range(width // 2):
            four = [rgb(2 * x + i, 2 * y + j) for j in (0, 1) for i in (0, 1)]
            r, g, b = (sum(p[k] for p in four) / 4 for k in range(3))
            at = width * height + y * width // 2 + x
            blue = 128 + (-25.664 * r - 86.336 * g + 112 * b) / 255
            red = 128 + (112 * r - 101.730 * g - 10.270 * b) / 255
            assert abs(planes.view[at] - blue) <= 1.5
            assert abs(planes.view[at + width * height // 4] - red) <= 1.5

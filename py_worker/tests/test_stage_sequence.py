"""A moving picture's frames: each at its instant, each in its window."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sameframe_worker import frames, messages
from sameframe_worker.kernels import Buffer
from sameframe_worker.stage.sequence import Sequence
from sameframe_worker.stage_worker import Worker
from stage_fakes import KERNELS, Booth, Frame, finish


async def webp(pixels: Buffer, width: int, height: int) -> tuple[bytes, int, int]:
    return bytes(pixels.view), width, height


def window(sheet: bytes, number: int, x: int = 320, y: int = 180) -> bytes:
    """Return the colour of a pixel of a frame."""
    left, top = frames.corner(number)
    start = ((top + y) * frames.SHEET[0] + left + x) * 4
    return sheet[start : start + 4]


@pytest.fixture
def booth() -> Booth:
    made = Booth("a")
    made.browser.webp = webp
    return made


def test_every_frame_shows_the_stage_as_it_is_at_its_instant(booth: Booth) -> None:
    began = booth.browser.time
    instants = []
    sleep = booth.browser.sleep

    async def slept(seconds: float) -> None:
        await sleep(seconds)
        number = len(instants)
        instants.append(booth.browser.time)
        booth.send("a", Frame(grey=30 + 8 * number))
        booth.tick()

    booth.browser.sleep = slept
    sequence = Sequence(booth.browser, KERNELS, booth.stage, began + 1_000)
    sheet, width, height = finish(sequence.run())
    assert (width, height) == frames.SHEET == (3200, 1800)
    expected = [began + 1_000 + n * frames.STEP_MS for n in range(frames.COUNT)]
    assert instants == pytest.approx(expected)
    greys = [window(sheet, number)[0] for number in range(frames.COUNT)]
    assert greys == sorted(greys)
    assert len(set(greys)) == frames.COUNT
    assert all(window(sheet, number)[3] == 255 for number in range(frames.COUNT))


def test_what_comes_late_is_drawn_late_and_makes_nobody_wait(booth: Booth) -> None:
    booth.send("a", Frame())
    booth.tick()
    sequence = Sequence(booth.browser, KERNELS, booth.stage, booth.browser.time - 60_000)
    before = booth.browser.time
    sheet, *_ = finish(sequence.run())
    assert booth.browser.time == before
    assert window(sheet, 0) == window(sheet, frames.COUNT - 1)


def test_the_worker_answers_even_when_it_fails(booth: Booth) -> None:
    worker = Worker(booth.browser)
    worker._stage = booth.stage

    async def broken(*_: Any) -> None:
        raise MemoryError

    booth.browser.webp = broken
    worker.handle(messages.TakeFrames(7, booth.browser.time - 60_000))
    assert booth.browser.posted[-1] == messages.Frames(7, None)


@given(st.integers(0, frames.COUNT - 1), st.integers(0, frames.COUNT - 1))
def test_no_two_windows_overlap_and_all_are_on_the_sheet(one: int, other: int) -> None:
    (x, y), (u, v) = frames.corner(one), frames.corner(other)
    assert 0 <= x <= frames.SHEET[0] - frames.WIDTH
    assert 0 <= y <= frames.SHEET[1] - frames.HEIGHT
    assert one == other or abs(x - u) >= frames.WIDTH or abs(y - v) >= frames.HEIGHT


def test_a_boomerang_comes_back_and_never_stands_still() -> None:
    there = frames.played("loop")
    assert there == list(range(frames.COUNT))
    back = frames.played("boomerang")
    round_and_round = back + back
    steps = {abs(a - b) for a, b in pairwise(round_and_round)}
    assert steps == {1}
    assert set(back) == set(there)
    assert back.count(0) == back.count(there[-1]) == 1

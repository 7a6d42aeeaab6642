"""One guest cut out of the stage, for a shot whose own layer is missing."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sameframe_worker import messages, stacked, stage_worker
from sameframe_worker.kernels import Buffer
from sameframe_worker.messages import Person
from sameframe_worker.stage.capture import portrait
from sameframe_worker.stage.picture import PADDING, Picture
from sameframe_worker.stage.stage import FILL_REST_S
from stage_fakes import KERNELS, Booth, Frame, finish


async def webp(pixels: Buffer, width: int, height: int) -> tuple[bytes, int, int]:
    return bytes(pixels.view), width, height


@pytest.fixture
def booth() -> Booth:
    made = Booth("a", "b")
    made.browser.webp = webp
    return made


def fill(booth: Booth, guest: str = "a", at: float = 0.0) -> Any:
    return finish(booth.stage.fill(guest, at))


def test_a_fill_is_the_guest_at_the_cutouts_own_size(booth: Booth) -> None:
    booth.send("a", Frame(grey=235))
    booth.send("b", Frame(grey=16, size=(96, 108)))
    booth.tick()
    assert fill(booth) == (b"\xff" * (64 * 48 * 4), 64, 48)
    assert fill(booth, "b") == (b"\0\0\0\xff" * (96 * 72), 96, 72)


def test_a_fill_is_taken_at_its_instant(booth: Booth) -> None:
    now = booth.browser.time
    booth.stage.clock.sample(now, now + 500, now)
    booth.send("a", Frame())
    booth.tick()
    assert fill(booth, at=now + 1_500)
    assert booth.browser.slept == [1.0, FILL_REST_S]  # and encoded when others have been seen
    assert fill(booth, at=now)
    assert booth.browser.slept == [1.0, FILL_REST_S, FILL_REST_S]


def test_nobody_is_no_fill_but_a_hiccup_is_bridged(booth: Booth) -> None:
    assert fill(booth) is None
    assert fill(booth, "nobody of that name") is None
    booth.send("a", Frame(mask=16))
    booth.tick()
    assert fill(booth) is None
    booth.send("a", Frame(grey=235))
    booth.tick()
    booth.send("a", Frame(grey=20, mask=16))
    booth.tick()
    assert fill(booth)[0][:4] == b"\xff" * 4
    booth.people(Person("a", "A", True, "away"), Person("b", "B", True, "here"))
    assert fill(booth) is None


def test_a_fill_is_answered_even_when_making_it_fails(booth: Booth) -> None:
    async def broken(*_: Any) -> None:
        raise OSError("no encoder")

    worker = stage_worker.Worker(booth.browser)
    worker._stage = booth.stage
    booth.send("a", Frame())
    booth.tick()
    worker.handle(messages.TakeFill(7, "a", 0.0))
    booth.browser.webp = broken
    worker.handle(messages.TakeFill(8, "a", 0.0))
    one, two = booth.heard(messages.Fill)
    assert (one.request, one.image[1:]) == (7, (64, 48))
    assert two == messages.Fill(8, None)
    assert booth.heard(messages.StageFailed) == []


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([(16, 18), (64, 72), (50, 60), (33, 45)]), st.integers(0, 2**32 - 1))
def test_a_fill_has_the_masks_alpha_and_no_colour_outside_of_it(size, seed) -> None:
    (w, h), random = size, Random(seed)
    planes = Buffer(stacked.i420_bytes(w, h) + PADDING)
    planes.view[:] = random.randbytes(planes.size)
    rows = stacked.rows(h)
    if seed % 2:  # nothing but ends, mostly empty
        below = int(rows.seam) * w
        planes.view[below : w * h] = bytes(
            random.choice((16, 16, 16, 235)) for _ in range(w * h - below)
        )
    pixels, width, height = portrait(KERNELS, Picture(planes, w, h))
    assert (width, height) == (w, h * 2 // 3)
    assert pixels.size == width * height * 4

    def level(x: int, row: float) -> float:
        row = min(max(row, rows.mask_first), h - 1)
        top = min(int(row), h - 2)
        a, b = (planes.view[(top + k) * w + x] for k in (0, 1))
        return a + (row - top) * (b - a)

    for y in range(height):
        for x in range(width):
            red, green, blue, alpha = pixels.view[4 * (y * width + x) :][:4]
            if not alpha:
                assert red == green == blue == 0
            mask = level(x, rows.seam + (y + 0.5) / height * (h - rows.seam) - 0.5)
            assert abs(alpha - min(255, max(0, (mask - 28) * 255 / 196))) <= 3

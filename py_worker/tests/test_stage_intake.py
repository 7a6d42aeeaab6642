from collections.abc import Coroutine
from typing import Any

import pytest
from sameframe_worker.stage.intake import Intake
from sameframe_worker.stage.meter import WINDOW_MS, Meter


class Frame:
    closed = False

    def close(self) -> None:
        assert not self.closed
        self.closed = True


class Pause:
    def __await__(self):
        yield


class Reader:
    """Gives the frames that are there, then waits; `None` ends the stream."""

    def __init__(self) -> None:
        self.frames: list[Frame | Exception | None] = []
        self.cancelled = 0

    async def read(self) -> Frame | None:
        while not self.frames:
            await Pause()
        frame = self.frames.pop(0)
        if isinstance(frame, Exception):
            raise frame
        return frame

    def cancel(self) -> None:
        self.cancelled += 1


def step(coroutine: Coroutine[Any, Any, None]) -> bool:
    """Run until it waits again; tell whether it has ended."""
    try:
        coroutine.send(None)
    except StopIteration:
        return True
    return False


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def intake(reader: Reader) -> Intake:
    return Intake(reader, lambda: 7.0, lambda: None)


def test_newest_frame_waits_and_older_ones_are_closed(reader: Reader, intake: Intake) -> None:
    loop = intake.run()
    frames = [Frame(), Frame(), Frame()]
    reader.frames += frames
    assert not step(loop)
    assert [f.closed for f in frames] == [True, True, False]
    assert (intake.fresh, intake.dropped, intake.arrived) == (True, 2, 7.0)
    assert intake.take() is frames[2]
    assert not intake.fresh
    intake.close()
    assert not frames[2].closed  # it is the taker's
    loop.close()


def test_end_of_the_stream_closes_what_waits(reader: Reader, intake: Intake) -> None:
    frame = Frame()
    reader.frames += [frame, None]
    assert step(intake.run())
    assert frame.closed
    assert not intake.fresh
    assert reader.cancelled == 0


def test_stream_that_breaks_closes_what_waits(reader: Reader, intake: Intake) -> None:
    frame = Frame()
    reader.frames += [frame, OSError("broken")]
    with pytest.raises(OSError, match="broken"):
        step(intake.run())
    assert frame.closed
    assert reader.cancelled == 0


def test_closing_cancels_the_stream_once_and_closes_late_frames(reader, intake) -> None:
    loop = intake.run()
    waiting, late = Frame(), Frame()
    reader.frames.append(waiting)
    step(loop)
    intake.close()
    intake.close()
    assert waiting.closed
    assert reader.cancelled == 1
    reader.frames.append(late)  # it was on its way
    assert step(loop)
    assert late.closed
    assert intake.dropped == 0


def test_meter_counts_the_last_seconds_only() -> None:
    meter = Meter()
    for n in range(120):
        meter.add(n * 33.0, float(n))
    now = 119 * 33.0
    assert meter.per_second(now) == pytest.approx(30, abs=1)
    assert 88 < meter.median(now) < 91
    assert meter.per_second(now + WINDOW_MS) == 0
    assert meter.median(now + WINDOW_MS) == 0

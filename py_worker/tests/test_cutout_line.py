"""The line of one camera: one frame in, one out; and emptiness whatever breaks."""

from array import array
from collections import deque

import pytest
from cutout_fakes import Browser, Driven, Frame, Segmenter, Stream, camera, fill, middle, noise
from sameframe_worker.cutout.figures import Figures
from sameframe_worker.cutout.library import cutout_kernels
from sameframe_worker.cutout.line import FATAL_AFTER, Line
from sameframe_worker.cutout.pace import Pace
from sameframe_worker.cutout.segment import Segmentation
from sameframe_worker.messages import CutoutBeat, CutoutFailed

KERNELS = cutout_kernels()


class Setting:
    """A line with everything around it."""

    def __init__(self) -> None:
        self.browser, self.segmenter, self.stream = Browser(), Segmenter(), Stream()
        self.segmentation = Segmentation(self.browser, self.segmenter)
        self.figures = Figures()
        self.exposures, self.pace = deque(), Pace()
        parts = self.browser, KERNELS, self.segmentation, self.figures, camera(self.stream)
        self.line = Line(*parts, self.exposures, self.pace)
        self.run = Driven(self.line.run())

    def send(self, frame: Frame) -> Frame:
        """Let one frame come in and be cut."""
        self.stream.coming.append(frame)
        self.browser.time += 33
        self.run.resume()
        return frame

    @property
    def last(self):
        return self.stream.gone[-1]


@pytest.fixture
def booth() -> Setting:
    return Setting()


def frame(at: float = 0.0, seed: int = 1, width: int = 64, height: int = 48) -> Frame:
    return Frame(width, height, noise(width, height, seed), at)


def broken(mask: memoryview) -> None:
    raise RuntimeError("the model is broken")


def garbled(value: float):
    def then(mask: memoryview) -> None:
        middle(mask)
        mask[40_000] = value

    return then


def test_one_frame_in_one_stacked_frame_out_at_its_time(booth):
    sent = booth.send(frame(at=33_000.0))
    assert sent.closed
    assert (booth.last.width, booth.last.height, booth.last.timestamp) == (64, 72, 33_000.0)
    mask = booth.last.planes[64 * 48 : 64 * 72]
    assert mask[23 * 64 + 32] == 235
    assert mask[0] == 16
    assert not booth.last.empty()


def test_the_model_runs_exactly_once_per_frame(booth):
    for k in range(7):
        booth.send(frame(at=k * 33_000.0))
    assert booth.segmenter.runs == booth.segmentation.count == booth.figures.frames == 7
    assert len(booth.stream.gone) == 7


def test_where_there_is_no_time_for_all_frames_some_are_closed_unseen(booth):
    booth.pace.fps = 15
    sent = [booth.send(frame(at=k * 100_000 / 3)) for k in range(30)]
    assert all(one.closed for one in sent)
    assert booth.segmenter.runs == len(booth.stream.gone) == 15


def test_a_shot_sees_every_frame_whatever_the_pace(booth):
    class Waiting:
        done, seen = False, 0

        def offer(self, stamp: float, cut_ms: float) -> str:
            self.seen += 1
            return "early"

        def cut(self, *_: object) -> None: ...

    booth.pace.fps = 1
    booth.exposures.append(waiting := Waiting())
    for k in range(10):
        booth.send(frame(at=k * 33_000.0))
    assert waiting.seen == booth.segmenter.runs == 10


@pytest.mark.parametrize(
    "then",
    [broken, *map(garbled, (float("nan"), float("inf"), -float("inf"), 7.0, -0.5))],
    ids=["raises", "nan", "inf", "-inf", "above", "below"],
)
def test_a_failing_model_sends_an_empty_frame_in_the_frames_place(booth, then):
    booth.send(frame())
    booth.segmenter.then = then
    sent = booth.send(frame(at=33_000.0))
    assert sent.closed
    assert booth.last.empty()
    assert (booth.last.width, booth.last.height) == (64, 72)
    assert [failed.fatal for failed in booth.browser.posts(CutoutFailed)] == [False]


@pytest.mark.parametrize(
    "bad",
    [
        Frame(64, 48, noise(64, 48), format="XYZ"),
        Frame(8, 48, noise(8, 48)),
        Frame(64, 100_000, b""),
        Frame(64, 48, noise(64, 48), closed=True),
    ],
    ids=["format", "narrow", "huge", "closed"],
)
def test_a_frame_that_cant_be_cut_becomes_an_empty_one(booth, bad):
    booth.send(frame())
    booth.send(bad)
    assert bad.closed
    assert booth.last.empty()
    assert booth.send(frame()).closed
    assert not booth.last.empty()


def test_a_model_that_stays_broken_is_fatal_once(booth):
    booth.segmenter.then = broken
    for k in range(FATAL_AFTER * 3):
        booth.send(frame(at=k * 33_000.0))
    assert all(out.empty() for out in booth.stream.gone)
    assert [failed.fatal for failed in booth.browser.posts(CutoutFailed)] == [False, True]
    reason = booth.browser.posts(CutoutFailed)[0].reason
    assert reason == "RuntimeError: the model is broken"


def test_failures_that_recover_are_never_fatal(booth):
    for _ in range(4):
        booth.segmenter.then = broken
        for _ in range(FATAL_AFTER - 1):
            booth.send(frame())
        booth.segmenter.then = middle
        booth.send(frame())
        assert not booth.last.empty()
    assert not any(failed.fatal for failed in booth.browser.posts(CutoutFailed))


def test_nothing_of_before_a_failure_survives_it(booth):
    booth.send(frame(seed=1))
    booth.segmenter.then = broken
    booth.send(frame(seed=2))
    booth.segmenter.then = middle
    booth.send(frame(seed=3))
    fresh = Setting()
    fresh.send(frame(seed=3))
    assert booth.last.planes == fresh.last.planes


def test_camera_off_empties_the_picture_at_once_and_for_as_long_as_it_lasts(booth):
    booth.send(frame(at=5_000.0))
    booth.line.off()
    booth.run.resume()
    assert booth.stream.cancelled
    assert booth.last.empty()
    for _ in range(3):
        booth.run.resume()
    after = booth.stream.gone[1:]
    assert len(after) == 4
    assert all(out.empty() for out in after)
    times = [out.timestamp for out in booth.stream.gone]
    assert times == sorted(set(times))
    assert booth.browser.posts(CutoutBeat)[-1].empty


def test_a_frame_that_is_being_cut_when_the_camera_goes_off_comes_out_empty(booth):
    booth.send(frame())
    booth.segmenter.pausing = True
    late = booth.send(frame(at=33_000.0))
    assert len(booth.stream.gone) == 1
    booth.line.off()
    booth.run.resume()
    assert late.closed
    assert all(out.empty() for out in booth.stream.gone[1:])
    assert len(booth.stream.gone) >= 2


def test_after_stop_nothing_goes_out_not_even_the_frame_being_cut(booth):
    booth.segmenter.pausing = True
    late = booth.send(frame())
    booth.line.stop()
    booth.run.resume()
    assert booth.run.done
    assert late.closed
    assert booth.stream.gone == []
    assert booth.stream.cancelled
    assert booth.stream.closed


def test_the_end_of_the_camera_leaves_an_empty_picture(booth):
    booth.send(frame())
    booth.stream.coming.append(None)
    booth.run.resume()
    assert booth.last.empty()
    booth.line.stop()
    booth.run.resume()
    assert booth.run.done


def test_a_camera_that_turns_changes_the_size_and_keeps_nothing(booth):
    booth.send(frame(seed=1))
    booth.send(frame(seed=2, width=48, height=64))
    assert (booth.last.width, booth.last.height) == (48, 96)
    fresh = Setting()
    fresh.send(frame(seed=2, width=48, height=64))
    assert booth.last.planes == fresh.last.planes


def test_a_big_camera_is_scaled_down_to_the_live_size(booth):
    booth.send(Frame(1280, 720, noise(1280, 720)))
    width, height = booth.last.width, booth.last.height * 2 // 3
    assert width * height <= 640 * 480 * 1.02
    assert abs(width / height - 16 / 9) < 0.02


def test_the_page_hears_of_frames_ten_times_a_second_at_most_and_of_emptiness_at_once(booth):
    for k in range(30):
        booth.send(frame(at=k * 33_000.0))
    assert 7 <= len(booth.browser.posts(CutoutBeat)) <= 11
    before = len(booth.browser.posts(CutoutBeat))
    booth.segmenter.then = broken
    booth.send(frame())
    assert [beat.empty for beat in booth.browser.posts(CutoutBeat)[before:]] == [True]


def test_nobody_before_the_camera_gives_an_empty_frame_without_failing(booth):
    booth.segmenter.then = lambda mask: fill(mask, array("f", bytes(256 * 256 * 4)))
    booth.send(frame())
    assert booth.last.empty()
    assert booth.browser.posts(CutoutFailed) == []


def test_figures_are_medians_of_the_last_seconds():
    figures = Figures()
    for k in range(90):
        figures.add(k * 100.0, infer_ms=5.0 if k % 2 else 7.0, frame_ms=9.0)
    assert figures.frames == 90
    assert figures.fps(8_900.0) == pytest.approx(10.0)
    assert figures.infer_ms() == 6.0
    assert figures.frame_ms() == 9.0
    assert figures.fps(60_000.0) == 0.0
    assert figures.infer_ms() == 0.0

"""A shot's layer: the nearest frame, at the camera's own size, and of it nothing but the person."""

from array import array

import pytest
from cutout_fakes import Browser as Timeless
from cutout_fakes import Driven, Frame, Pause, Segmenter, Stream, camera, fill, middle, noise
from sameframe_worker.cutout.picture import Picture
from sameframe_worker.cutout_worker import main
from sameframe_worker.messages import (
    CameraOff,
    ClockSample,
    CutoutFailed,
    Expose,
    Exposed,
    ExposeFailed,
)

AHEAD = 5_000.0  # the server's clock, before our own


class Browser(Timeless):
    """Sleeps until the test has moved the time on."""

    async def sleep(self, seconds: float) -> None:
        due = self.time + seconds * 1000
        while self.time < due:
            await Pause()


class Booth:
    """A worker before a camera of 30 frames a second that takes 3 ms to bring one."""

    def __init__(self, width: int = 64, height: int = 48) -> None:
        self.browser, self.segmenter = Browser(), Segmenter()
        self.size, self.frames = (width, height), 0
        self.stamps_begin = 7_000_000  # µs: anywhere

        async def load(_: str) -> Segmenter:
            return self.segmenter

        assert Driven(main(self.browser, load)).done
        now = self.browser.time
        self.browser.handle(ClockSample(now, now + AHEAD, now))
        self.stream = Stream()
        self.browser.handle(camera(self.stream))

    @property
    def now(self) -> float:
        """Server time."""
        return self.browser.time + AHEAD

    def frame(self, planes: bytes = b"", after: float = 33.0, form: str = "I420") -> Frame:
        """Let the next frame come, if not of these planes then of noise."""
        self.frames += 1
        self.browser.time += after
        width, height = self.size
        taken = (self.browser.time - 3) * 1000 + self.stamps_begin
        planes = planes or noise(width, height, self.frames)
        sent = Frame(width, height, planes, taken, form)
        self.stream.coming.append(sent)
        self.browser.resume()
        return sent

    def rest(self, ms: float) -> None:
        """Let time pass without a frame."""
        self.browser.time += ms
        self.browser.resume()

    def expose(self, at: float, request: int = 1) -> None:
        self.browser.handle(Expose(request, at))

    def exposed(self) -> Exposed:
        (message,) = self.browser.posts(Exposed)
        assert self.browser.posts(ExposeFailed) == []
        return message

    def failed(self) -> ExposeFailed:
        (message,) = self.browser.posts(ExposeFailed)
        assert self.browser.posts(Exposed) == []
        return message


@pytest.fixture
def booth() -> Booth:
    return Booth()


def nobody(mask: memoryview) -> None:
    fill(mask, array("f", bytes(256 * 256 * 4)))


def broken(mask: memoryview) -> None:
    raise RuntimeError("the model is broken")


def test_the_frame_nearest_to_the_instant_is_used_and_its_time_told(booth):
    for _ in range(10):
        booth.frame()
    start = booth.now
    booth.expose(start + 66 + 10)  # frame 2 of those to come is 10 ms before it, frame 3 23 after
    for _ in range(4):
        booth.frame()
    answer = booth.exposed()
    # What a frame takes at least is counted to its time.
    assert answer.taken == pytest.approx(start + 66)
    assert (answer.request, answer.width, answer.height) == (1, 64, 48)
    assert (answer.image.width, answer.image.height) == (64, 48)
    assert len(answer.image.pixels) == 64 * 48 * 4


def half(top: bool):
    none, one = [0.0] * 256 * 128, [1.0] * 256 * 128
    return lambda mask: fill(mask, array("f", one + none if top else none + one))


@pytest.mark.parametrize(("wait", "used"), [(5, 1), (33 + 10, 1), (33 + 23, 2), (66, 2)])
def test_it_is_that_frames_picture_and_that_frames_mask(booth, wait, used):
    booth.expose(booth.now + wait)
    for grey, top in ((60, True), (200, False)):
        booth.segmenter.then = half(top)
        booth.frame(planes=bytes([grey]) * (64 * 48) + b"\x80" * (64 * 24))
    pixels = booth.exposed().image.pixels
    upper, lower = set(pixels[: 4 * 64 * 16 : 4]), set(pixels[4 * 64 * 32 :: 4])
    assert (upper, lower) == (({51}, {0}) if used == 1 else ({0}, {214}))


def test_exposing_runs_the_model_no_more_often_and_leaves_what_goes_out_as_it_is(booth):
    other = Booth()
    booth.expose(booth.now + 100)
    for _ in range(6):
        booth.frame()
        other.frame()
    booth.exposed()
    assert booth.segmenter.runs == other.segmenter.runs == 6
    assert booth.stream.gone == other.stream.gone


def test_the_layer_has_the_cameras_size_and_the_live_cutout_its_own():
    booth = Booth(1282, 722)
    booth.expose(booth.now + 50)
    for _ in range(3):
        booth.frame()
    answer = booth.exposed()
    assert (answer.width, answer.height) == (1282, 722)
    assert {(out.width, out.height) for out in booth.stream.gone} == {(736, 624)}
    alphas = answer.image.pixels[3::4]
    assert alphas[400 * 1282 + 641] == 255
    assert alphas[400 * 1282 + 100] == 0


def test_nothing_of_the_room_is_in_the_layer(booth):
    booth.expose(booth.now + 10)
    booth.frame()
    pixels = booth.exposed().image.pixels
    hidden = [at for at in range(0, len(pixels), 4) if not pixels[at + 3]]
    assert len(hidden) > 64 * 48 // 4
    assert not any(any(pixels[at : at + 4]) for at in hidden)


def test_nobody_before_the_camera_is_an_empty_layer(booth):
    booth.segmenter.then = nobody
    booth.expose(booth.now + 10)
    booth.frame()
    assert not any(booth.exposed().image.pixels)


@pytest.mark.parametrize("form", ["I420", "NV12"])
def test_whatever_a_camera_writes_two_frames_kept_in_turn_do_not_mix(form):
    def run(count: int) -> bytes:
        booth = Booth()
        booth.expose(booth.now + 33 * count + 1)
        for _ in range(count + 1):
            booth.frame(noise(64, 48, 5), form=form)
        return booth.exposed().image.pixels

    assert run(1) == run(2) == run(6)


def test_a_frame_that_cant_be_cut_is_no_layer(booth):
    booth.frame()
    booth.expose(booth.now + 20)
    booth.segmenter.then = broken
    booth.frame()
    assert booth.failed().request == 1
    assert booth.stream.gone[-1].empty()
    booth.segmenter.then = middle
    booth.frame()
    booth.failed()


def test_a_failure_before_the_instant_loses_what_was_kept_and_the_next_frame_does(booth):
    booth.frame()
    start = booth.now
    booth.expose(start + 60)
    booth.frame()
    booth.segmenter.then = broken
    booth.frame(after=20)
    booth.segmenter.then = middle
    booth.frame(after=30)
    assert booth.exposed().taken == pytest.approx(start + 83)


def test_without_a_frame_in_time_there_is_no_layer(booth):
    booth.frame()
    booth.expose(booth.now + 500)
    assert booth.browser.posts(ExposeFailed) == []
    booth.rest(1_499)
    assert booth.browser.posts(ExposeFailed) == []
    booth.rest(1)
    assert "no frame in time" in booth.failed().reason
    booth.frame()
    booth.failed()


def test_a_frame_that_comes_too_late_is_none(booth):
    booth.expose(booth.now + 10)
    booth.frame(after=1_100)
    assert "too late" in booth.failed().reason


def test_a_camera_that_is_off_gives_no_layer_though_frames_were_kept(booth):
    booth.expose(booth.now + 200)
    booth.frame()
    booth.browser.handle(CameraOff())
    booth.rest(1_200)
    assert booth.failed().request == 1


def test_without_any_camera_there_is_no_layer():
    booth = Booth()
    booth.browser.handle(CameraOff())
    booth.expose(booth.now + 10)
    booth.rest(1_010)
    assert booth.failed().request == 1


def test_another_camera_goes_on_with_it_though_its_stamps_begin_elsewhere(booth):
    start = booth.now
    booth.expose(start + 120)
    booth.frame()
    booth.stream = Stream()
    booth.browser.handle(camera(booth.stream))
    booth.stamps_begin = -9_000_000_000
    for _ in range(4):
        booth.frame()
    assert booth.exposed().taken == pytest.approx(start + 132)


def test_a_newer_shot_takes_the_place_of_one_that_waits(booth):
    booth.expose(booth.now + 500, request=1)
    booth.expose(booth.now + 10, request=2)
    booth.frame()
    (failed,), (exposed,) = booth.browser.posts(ExposeFailed), booth.browser.posts(Exposed)
    assert (failed.request, exposed.request) == (1, 2)


def test_the_shots_of_a_burst_wait_for_each_other(booth):
    for _ in range(10):
        booth.frame()
    start = booth.now
    for number in range(3):  # each is asked for before the one before it has its frame
        booth.expose(start + 800 * number + 10, request=number)
    for _ in range(60):
        booth.frame()
    exposed = booth.browser.posts(Exposed)
    assert [answer.request for answer in exposed] == [0, 1, 2]
    taken = [answer.taken - start for answer in exposed]
    assert taken == pytest.approx([0, 800, 1_600], abs=33)
    assert booth.browser.posts(ExposeFailed) == []


def test_an_encoder_that_fails_is_told_and_the_next_shot_works(booth):
    booth.browser.encodes = False
    booth.expose(booth.now + 10)
    booth.frame()
    assert booth.failed().reason == "RuntimeError: no encoder"
    booth.browser.encodes = True
    booth.expose(booth.now + 10, request=2)
    booth.frame()
    assert [m.request for m in booth.browser.posts(Exposed)] == [2]
    assert booth.browser.posts(CutoutFailed) == []


def test_the_heap_that_is_full_costs_the_layer_and_not_the_picture(booth, monkeypatch):
    def full(size: int) -> None:
        raise MemoryError

    booth.frame()
    monkeypatch.setattr("sameframe_worker.cutout.exposure.Buffer", full)
    booth.expose(booth.now + 10)
    booth.frame()
    assert "MemoryError" in booth.failed().reason
    assert not booth.stream.gone[-1].empty()


def test_only_what_waits_for_a_frame_keeps_any(booth, monkeypatch):
    parted = []
    real = Picture.part
    monkeypatch.setattr(Picture, "part", lambda *of: parted.append(1) or real(*of))
    for _ in range(3):
        booth.frame()
    assert not parted
    booth.expose(booth.now + 2_000)  # and what is much too early is not kept either
    for _ in range(3):
        booth.frame()
    assert not parted
    booth.frame(after=1_950)
    booth.frame()
    assert parted == [1]
    booth.exposed()
    booth.frame()
    assert parted == [1]

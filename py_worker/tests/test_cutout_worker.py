"""The cutout worker's wiring: which runtime, which camera, which figures."""

from cutout_fakes import Browser, Driven, Frame, Segmenter, Stream, camera, noise
from sameframe_worker.cutout_worker import main
from sameframe_worker.messages import AskStats, CameraOff, CutoutFailed, CutoutReady, CutoutStats


def start(refused: tuple[str, ...] = ()) -> tuple[Browser, Segmenter, list[str]]:
    browser, segmenter, asked = Browser(), Segmenter(), []

    async def load_segmenter(name: str) -> Segmenter:
        asked.append(name)
        if name in refused:
            raise RuntimeError(f"{name} does not start here")
        return segmenter

    browser.time += 500
    assert Driven(main(browser, load_segmenter)).done
    return browser, segmenter, asked


def send(browser: Browser, stream: Stream, at: float = 0.0) -> Frame:
    frame = Frame(64, 48, noise(64, 48), at)
    stream.coming.append(frame)
    browser.time += 33
    browser.resume()
    return frame


def test_the_first_runtime_that_loads_is_used():
    browser, _, asked = start()
    assert asked == ["litert"]
    (ready,) = browser.posts(CutoutReady)
    assert (ready.runtime, ready.pyodide_ms) == ("fake", 500)
    browser, _, asked = start(refused=("litert",))
    assert asked == ["litert", "tasks"]
    assert browser.posts(CutoutReady)


def test_without_a_runtime_the_worker_says_so_and_stays_silent():
    browser, _, _ = start(refused=("litert", "tasks"))
    (failed,) = browser.posted
    assert isinstance(failed, CutoutFailed)
    assert failed.fatal
    assert "litert does not start here; tasks" in failed.reason


def test_a_new_camera_replaces_the_one_before_and_nothing_of_that_comes_after():
    browser, segmenter, _ = start()
    old, new = Stream(), Stream()
    browser.handle(camera(old))
    send(browser, old)
    segmenter.pausing = True
    late = send(browser, old)
    browser.handle(camera(new))
    segmenter.pausing = False
    browser.resume()
    assert late.closed
    assert len(old.gone) == 1
    assert old.cancelled
    assert old.closed
    send(browser, new)
    assert len(new.gone) == 1
    assert not new.gone[0].empty()
    assert browser.posts(CutoutFailed) == []


def test_camera_off_and_on_again():
    browser, _, _ = start()
    browser.handle(CameraOff())
    first, second = Stream(), Stream()
    browser.handle(camera(first))
    send(browser, first)
    browser.handle(CameraOff())
    browser.resume()
    assert first.gone[-1].empty()
    browser.handle(camera(second))
    browser.resume()
    assert first.closed
    send(browser, second)
    assert not second.gone[-1].empty()


def test_a_camera_whose_stream_breaks_is_told_and_fatal():
    browser, _, _ = start()
    stream = Stream(broken=True)
    browser.handle(camera(stream))
    send(browser, stream)
    (failed,) = browser.posts(CutoutFailed)
    assert failed.fatal
    assert "the camera broke" in failed.reason


def test_figures_on_demand():
    browser, _, _ = start()
    stream = Stream()
    browser.handle(camera(stream))
    for k in range(6):
        send(browser, stream, k * 33_000.0)
    browser.handle(AskStats(request=7))
    (stats,) = browser.posts(CutoutStats)
    assert (stats.request, stats.runtime) == (7, "fake")
    assert stats.frames == stats.segmentations == 6
    assert 0 < stats.infer_ms < stats.frame_ms

"""An absent friend's photo: cut out as a layer is, and nothing else of it goes out."""

from cutout_fakes import Browser, Driven, Frame, Segmenter, noise
from sameframe_worker.cutout.library import cutout_kernels
from sameframe_worker.cutout.segment import Segmentation
from sameframe_worker.cutout.still import cut_out
from sameframe_worker.messages import CutOut, Exposed, ExposeFailed


def cut(segmenter: Segmenter, frame: Frame) -> Browser:
    browser = Browser()
    segmentation = Segmentation(browser, segmenter)
    driven = Driven(cut_out(browser, cutout_kernels(), segmentation, CutOut(7, frame)))
    while not driven.done:
        driven.resume()
    assert frame.closed
    return browser


def test_a_photo_is_cut_out_at_its_own_size():
    browser = cut(Segmenter(), Frame(320, 240, noise(320, 240)))
    (exposed,) = browser.posts(Exposed)
    assert (exposed.request, exposed.width, exposed.height) == (7, 320, 240)
    alphas = bytes(exposed.image.pixels[3::4])
    assert 0 in alphas
    assert max(alphas) > 200
    # Where nobody is, there is no colour either: nothing of the room behind.
    seen = [i for i, alpha in enumerate(alphas) if alpha == 0]
    assert all(not any(exposed.image.pixels[4 * i : 4 * i + 3]) for i in seen)


def test_what_can_not_be_cut_is_said_and_nothing_goes_out():
    class Broken(Segmenter):
        async def run(self, picture, mask):
            raise RuntimeError("no model")

    browser = cut(Broken(), Frame(320, 240, noise(320, 240)))
    (failed,) = browser.posts(ExposeFailed)
    assert failed.request == 7
    assert not browser.posts(Exposed)

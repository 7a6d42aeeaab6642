"""An absent friend: a photo cut out as a shot's layer is, beside the camera's line.

The photo stays in this worker; what leaves is the layer, as of an exposure.
"""

from ctypes import CDLL
from typing import Any

from sameframe_worker.cutout.exposure import Negative
from sameframe_worker.cutout.picture import Picture
from sameframe_worker.cutout.refine import Refiner
from sameframe_worker.cutout.segment import Segmentation
from sameframe_worker.messages import CutOut, Exposed, ExposeFailed


async def cut_out(browser: Any, kernels: CDLL, segmentation: Segmentation, order: CutOut) -> None:
    """Cut a photo out at its own size; post Exposed, or ExposeFailed. The frame is closed."""
    try:
        image, size = await _layer(browser, kernels, segmentation, order.frame)
    except Exception as error:  # whatever it was, nothing of the photo goes out
        browser.post(ExposeFailed(order.request, f"{type(error).__name__}: {error}"))
    else:
        browser.post(Exposed(order.request, image, *size, browser.now()))


async def _layer(
    browser: Any, kernels: CDLL, segmentation: Segmentation, frame: Any
) -> tuple[Any, tuple[int, int]]:
    picture = Picture(browser, kernels)
    try:
        await picture.take(frame)
    finally:
        frame.close()
    refiner = Refiner(kernels, picture.width, picture.height)
    async with segmentation.turn:  # the camera's line waits for as long as the model runs
        refiner.look(picture, segmentation)
        await segmentation.run()
        refiner.cut(picture, segmentation)
    planes, size = picture.part(None)
    fits, cutout = refiner.part(None), (picture.width, picture.height)
    negative = Negative(0, planes, size, fits, cutout)
    pixels = negative.layer(kernels)
    negative.wipe()
    picture.forget()
    refiner.forget()
    return await browser.webp(pixels, *size), size

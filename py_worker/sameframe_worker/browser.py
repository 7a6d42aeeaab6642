"""The browser, seen from a Python worker. The ONLY module that imports js or pyodide.

Everything else receives these objects as arguments, so that fakes stand in for them on CPython:

    browser.on_message(messages.ToStage, handle)
    frame = await browser.Reader(stream).read()
    try:
        layout = await browser.copy_planes(frame, buffer)
    finally:
        frame.close()
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from types import UnionType
from typing import Any

import js
import pyodide_js
from pyodide.ffi import JsException, create_proxy, to_js

from sameframe_worker import bitmap as bitmap_file
from sameframe_worker import packing
from sameframe_worker.kernels import Buffer

FETCH_MS = 20_000  # for a picture of 0.3 MB, 0.12 Mbit/s

sleep = asyncio.sleep


def now() -> float:
    """Return this machine's time in ms since the epoch, monotonic, the same in page and workers."""
    return js.performance.timeOrigin + js.performance.now()


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Wait until the event is set, at most so long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def age() -> float:
    """Return the milliseconds since this worker was started."""
    return js.performance.now()


def on_message(union: UnionType, handle: Callable[[Any], None]) -> None:
    """Call `handle` with every message of `union` that the page sends, those waiting first."""

    def receive(event: Any) -> None:
        handle(packing.read(union, event.data.to_py(depth=-1)))

    js.self.onmessage = create_proxy(receive)
    for event in js.self.takeEarlyMessages():
        receive(event)


def post(message: Any) -> None:
    """Send a message to the page."""
    js.self.postMessage(to_js(packing.write(message), dict_converter=js.Object.fromEntries))


def spawn(coroutine: Any, failed: Callable[[BaseException], None]) -> asyncio.Task[Any]:
    """Run a coroutine beside; `failed` hears of what it raises."""
    task = asyncio.ensure_future(coroutine)

    def done(task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and task.exception() is not None:
            failed(task.exception())

    task.add_done_callback(done)
    return task


def heap(buffer: Buffer) -> Any:
    """Return a Uint8Array over the buffer, valid until the heap grows: take it anew each time."""
    return pyodide_js._module.HEAPU8.subarray(buffer.address, buffer.address + buffer.size)


def floats(buffer: Buffer) -> Any:
    """Return a Float32Array over the buffer, valid until the heap grows."""
    module = pyodide_js._module
    return js.Float32Array.new(module.HEAPU8.buffer, buffer.address, buffer.size // 4)


class Reader:
    """A ReadableStream of VideoFrame. The receiver of a frame closes it."""

    def __init__(self, stream: Any):
        self._reader = stream.getReader()

    async def read(self) -> Any | None:
        """Return the next frame, or None at the end of the stream."""
        result = await self._reader.read()
        return None if result.done else result.value

    def cancel(self) -> None:
        """Give the stream up; frames not yet read are closed by the browser."""
        self._reader.cancel()


class Writer:
    """The way out for VideoFrame: a MessagePort to the gate, straight from worker to worker."""

    def __init__(self, port: Any):
        self._port = port

    def write(self, frame: Any) -> None:
        """Hand one frame on; it is the receiver's from now on."""
        self._port.postMessage(frame, js.Array.of(frame))

    def close(self) -> None:
        """Give the way up."""
        self._port.close()


class Tape:
    """The way to the recorder: a MessagePort. `taken` hears of each frame that left it."""

    def __init__(self, port: Any, taken: Callable[[int], None]):
        self._port = port
        port.onmessage = create_proxy(lambda event: taken(event.data))

    def write(self, frame: Any, key: bool, coarseness: float, lost: int) -> None:
        """Hand one frame on; it is the recorder's from now on."""
        said = {"frame": frame, "key": key, "coarseness": coarseness, "lost": lost}
        self._port.postMessage(to_js(said, dict_converter=_object), js.Array.of(frame))

    def close(self) -> None:
        """Give the way up; what is under way still arrives."""
        self._port.postMessage(None)


async def copy_planes(frame: Any, buffer: Buffer) -> str:
    """Copy a frame's visible pixels, tightly packed, into `buffer`; return their format.

    I420 and NV12 come as they are, everything else as RGBA.
    """
    if frame.format in ("I420", "NV12"):
        await frame.copyTo(heap(buffer))
        return frame.format
    await frame.copyTo(heap(buffer), to_js({"format": "RGBA"}, dict_converter=_object))
    return "RGBA"


async def copy_all(frames: list[Any], buffers: list[Buffer]) -> list[bool]:
    """Copy many frames at once, each as `copy_planes` does; tell which of them arrived.

    One wait for all: each costs a turn of the event loop, as much as the copy itself.
    """
    copies = [
        frame.copyTo(heap(buffer))
        if frame.format in ("I420", "NV12")
        else frame.copyTo(heap(buffer), to_js({"format": "RGBA"}, dict_converter=_object))
        for frame, buffer in zip(frames, buffers, strict=True)
    ]
    results = await js.Promise.allSettled(to_js(copies))
    return [result.status == "fulfilled" for result in results]


def visible_size(frame: Any) -> tuple[int, int]:
    """Return the size of a frame's visible pixels."""
    rect = frame.visibleRect
    return rect.width, rect.height


def i420_frame(
    buffer: Buffer, width: int, height: int, timestamp: float, standard: str = "smpte170m"
) -> Any:
    """Return a VideoFrame with a copy of the I420 planes in `buffer`; timestamp in µs."""
    init = _i420_init(width, height, standard)
    init.timestamp = timestamp
    return js.VideoFrame.new(heap(buffer), init)


@lru_cache(maxsize=4)
def _i420_init(width: int, height: int, standard: str) -> Any:
    # Kept: making one takes as long as making the frame, 0.2 ms.
    init = {
        "format": "I420",
        "codedWidth": width,
        "codedHeight": height,
        "timestamp": 0,
        "colorSpace": {
            "matrix": standard,
            "primaries": standard,
            "transfer": standard,
            "fullRange": False,
        },
    }
    return to_js(init, dict_converter=_object)


def canvas_frame(canvas: Any, timestamp: int) -> Any:
    """Return a VideoFrame of what is on the canvas; timestamp in µs."""
    return js.VideoFrame.new(canvas, to_js({"timestamp": timestamp}, dict_converter=_object))


def image_data(buffer: Buffer, width: int, height: int) -> Any:
    """Return an ImageData over (not a copy of) RGBA pixels; void once the heap grows."""
    module = pyodide_js._module
    pixels = js.Uint8ClampedArray.new(module.HEAPU8.buffer, buffer.address, width * height * 4)
    return js.ImageData.new(pixels, width, height)


def heap_is(data: Any) -> bool:
    """Tell whether an `image_data` is still over the heap as it is now."""
    return bool(data.data.length)


async def decode_image(url: str, width: int, height: int) -> Buffer:
    """Fetch a picture of ours and return it as RGBA, scaled to cover width × height.

    Raises OSError for what can't be fetched or is no picture.
    """
    bitmap = await _fetched(url)
    try:
        drawn = canvas(width, height)
        context = drawn.getContext("2d")
        context.imageSmoothingQuality = "high"
        scale = max(width / bitmap.width, height / bitmap.height)
        w, h = bitmap.width * scale, bitmap.height * scale
        context.drawImage(bitmap, (width - w) / 2, (height - h) / 2, w, h)
    finally:
        bitmap.close()
    return pixels_of(drawn)


async def decode_whole(url: str) -> tuple[Buffer, int, int]:
    """Fetch a picture of ours and return it as RGBA, and its size; raises as decode_image does."""
    bitmap = await _fetched(url)
    try:
        width, height = bitmap.width, bitmap.height
        drawn = canvas(width, height)
        drawn.getContext("2d").drawImage(bitmap, 0, 0)
    finally:
        bitmap.close()
    return pixels_of(drawn), width, height


async def _fetched(url: str) -> Any:
    try:
        within = {"signal": js.AbortSignal.timeout(FETCH_MS)}
        response = await js.fetch(url, to_js(within, dict_converter=_object))
        if not response.ok:
            raise OSError(f"{url}: {response.status}")
        return await js.createImageBitmap(await response.blob())
    except JsException as error:
        raise OSError(f"{url}: {error}") from error


async def open_loop(url: str) -> Any:
    """Return what plays a loop of ours (the shell's loop.ts): `copy`, `close`, `step` in seconds.

    Raises OSError for what can't be fetched or decoded.
    """
    try:
        return await js.self.openLoop(url)
    except JsException as error:
        raise OSError(f"{url}: {error}") from error


async def loop_frame(
    loop: Any, second: float, size: tuple[int, int], planes: Buffer, pixels: Buffer
) -> Buffer | None:
    """Copy what a loop shows at this second; return where to, None if it is as before.

    Into `planes` as I420, BT.709, as software decoders give it: Chromium's own conversion takes
    2.6 ms, ours .6. Else into `pixels` as RGBA. Raises OSError where decoding fails, or the frame
    is of another size. The shell does it in one go: every wait of Python's costs .4 ms.
    """
    try:
        form = await loop.copy(second, *size, pyodide_js._module, planes.address, pixels.address)
    except JsException as error:
        raise OSError(str(error)) from error
    if form is None:
        return None
    return planes if form == "I420" else pixels


def canvas(width: int, height: int) -> Any:
    """Return a new OffscreenCanvas."""
    return js.OffscreenCanvas.new(width, height)


def webgl(target: Any, *, fast: bool) -> Any | None:
    """Return a canvas's WebGL2 context, or None; `fast` takes none that is drawn by the CPU."""
    init = {
        "alpha": False,
        "antialias": False,
        "depth": False,
        "powerPreference": "high-performance",
        "failIfMajorPerformanceCaveat": fast,
    }
    return target.getContext("webgl2", to_js(init, dict_converter=_object))


def pixels_of(canvas: Any) -> Buffer:
    """Return a 2D canvas's pixels as RGBA."""
    data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
    buffer = Buffer(canvas.width * canvas.height * 4)
    heap(buffer).set(data)
    return buffer


def bmp(buffer: Buffer, width: int, height: int) -> Any:
    """Return the RGBA pixels in `buffer` as a BMP Blob; they are copied, and nothing is encoded."""
    pixels = heap(buffer).subarray(0, width * height * 4)
    parts = to_js([bitmap_file.header(width, height), pixels])
    return js.Blob.new(parts, to_js({"type": "image/bmp"}, dict_converter=_object))


async def bitmap(buffer: Buffer, width: int, height: int) -> Any:
    """Return the RGBA pixels in `buffer` as an ImageBitmap; they are copied at once."""
    pixels = heap(buffer).slice(0, width * height * 4)
    image = js.ImageData.new(js.Uint8ClampedArray.new(pixels.buffer), width, height)
    return await js.createImageBitmap(image)


async def webp(buffer: Buffer, width: int, height: int) -> Any:
    """Return the RGBA pixels (straight alpha) in `buffer` as a WebP Blob; they are copied at once.

    The worker's shell has it encoded in another worker: in one Chromium encodes on the spot, and a
    layer would keep the line waiting for longer than the gate does.
    """
    return await js.self.encodeWebp(heap(buffer).slice(0, width * height * 4), width, height)


def _object(entries: Any) -> Any:
    # Not a module's constant: a memory snapshot can't hold a JavaScript object.
    return js.Object.fromEntries(entries)

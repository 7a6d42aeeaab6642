"""A browser without a browser: frames, streams and a segmenter for the cutout's tests."""

from array import array
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sameframe_worker.kernels import Buffer
from sameframe_worker.messages import Camera
from sameframe_worker.stacked import i420_bytes

SIZE = 256


class Pause:
    """Awaiting it hands control to the test; `resume` of `Driven` goes on."""

    def __await__(self):
        yield self


class Driven:
    """A coroutine run by hand, so that nothing depends on an event loop."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any]):
        self.coroutine, self.done = coroutine, False
        self.resume()

    def resume(self) -> None:
        """Run to the next pause or to the end."""
        try:
            self.coroutine.send(None)
        except StopIteration:
            self.done = True


@dataclass
class Frame:
    """A camera's VideoFrame."""

    width: int
    height: int
    planes: bytes
    timestamp: float = 0.0
    format: str = "I420"
    closed: bool = False

    def close(self) -> None:
        self.closed = True


@dataclass
class Out:
    """A stacked frame that left."""

    planes: bytes
    width: int
    height: int
    timestamp: float

    def empty(self) -> bool:
        """Tell whether nobody and nothing is in it."""
        colour = self.width * self.height * 2 // 3
        mask = self.width * self.height
        flat, none = set(self.planes[:colour] + self.planes[mask:]), self.planes[colour:mask]
        return flat == {128} and set(none) == {16}


@dataclass
class Layer:
    """An encoded layer."""

    pixels: bytes
    width: int
    height: int


@dataclass
class Stream:
    """Both ends' state: frames to come, frames that went out."""

    coming: deque[Any] = field(default_factory=deque)
    gone: list[Out] = field(default_factory=list)
    cancelled: bool = False
    closed: bool = False
    broken: bool = False


class Reader:
    """Reads a Stream; waits (pauses) where nothing has come."""

    def __init__(self, stream: Stream):
        self.stream = stream

    async def read(self) -> Any | None:
        if self.stream.broken:
            raise OSError("the camera broke")
        while not self.stream.coming and not self.stream.cancelled:
            await Pause()
        return None if self.stream.cancelled else self.stream.coming.popleft()

    def cancel(self) -> None:
        self.stream.cancelled = True


class Writer:
    """Writes a Stream."""

    def __init__(self, stream: Stream):
        self.stream = stream

    def write(self, frame: Out) -> None:
        if not self.stream.closed:
            self.stream.gone.append(frame)

    def close(self) -> None:
        self.stream.closed = True


class Browser:
    """Stands in for sameframe_worker.browser."""

    Reader, Writer, JsException = Reader, Writer, RuntimeError

    def __init__(self) -> None:
        self.posted: list[Any] = []
        self.time = 1000.0
        self.encodes = True
        self.tasks: list[tuple[Driven, Callable[[BaseException], None]]] = []
        self.handle: Callable[[Any], None] = lambda message: None

    def now(self) -> float:
        return self.time

    def age(self) -> float:
        return self.time - 1000.0

    def post(self, message: Any) -> None:
        self.posted.append(message)

    def posts(self, kind: type) -> list[Any]:
        return [message for message in self.posted if isinstance(message, kind)]

    def on_message(self, union: Any, handle: Callable[[Any], None]) -> None:
        self.handle = handle

    def spawn(self, coroutine: Any, failed: Callable[[BaseException], None]) -> Driven:
        try:
            task = Driven(coroutine)
        except OSError as error:
            failed(error)
            return Driven(_nothing())
        self.tasks.append((task, failed))
        return task

    def resume(self) -> None:
        """Let every task run to its next pause."""
        for task, failed in self.tasks:
            if not task.done:
                try:
                    task.resume()
                except OSError as error:
                    task.done = True
                    failed(error)

    async def sleep(self, seconds: float) -> None:
        self.time += seconds * 1000
        await Pause()

    def floats(self, buffer: Buffer) -> memoryview:
        return memoryview(buffer.view).cast("f")

    def visible_size(self, frame: Frame) -> tuple[int, int]:
        return frame.width, frame.height

    async def copy_planes(self, frame: Frame, buffer: Buffer) -> str:
        if frame.closed:
            raise RuntimeError("InvalidStateError: closed")
        buffer.view[: len(frame.planes)] = frame.planes
        return frame.format

    async def webp(self, buffer: Buffer, width: int, height: int) -> Layer:
        if not self.encodes:
            raise RuntimeError("no encoder")
        return Layer(bytes(buffer.view), width, height)

    def i420_frame(self, buffer: Buffer, width: int, height: int, timestamp: float) -> Out:
        return Out(bytes(buffer.view), width, height, timestamp)


async def _nothing() -> None:
    pass


class Segmenter:
    """Finds a rectangle in the middle, or does what `then` says."""

    name, size = "fake", SIZE

    def __init__(self) -> None:
        self.then: Callable[[memoryview], None] = middle
        self.pausing = self.closed = False
        self.runs = 0

    async def run(self, picture: memoryview, mask: memoryview) -> None:
        self.runs += 1
        if self.pausing:
            await Pause()
        self.then(mask)

    def close(self) -> None:
        self.closed = True


def fill(mask: memoryview, values: array) -> None:
    """Write a whole mask."""
    mask.cast("B")[:] = memoryview(values).cast("B")


def middle(mask: memoryview) -> None:
    """A person in the middle of the picture."""
    row = [0.0] * 64 + [1.0] * 128 + [0.0] * 64
    fill(mask, array("f", ([0.0] * SIZE) * 64 + row * 192))


def noise(width: int, height: int, seed: int = 1) -> bytes:
    """An I420 picture of nothing but detail."""
    return Random(seed).randbytes(i420_bytes(width, height))


def camera(stream: Stream) -> Camera:
    """A message that carries both ends of the stream."""
    return Camera(stream, stream)

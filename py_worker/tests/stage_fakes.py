"""What the stage sees of a browser, for tests: frames, readers, a canvas, a booth around it."""

from collections.abc import Coroutine
from typing import Any

from sameframe_worker import stacked
from sameframe_worker.kernels import Buffer
from sameframe_worker.messages import Person
from sameframe_worker.scene import Background, Layer, Scene
from sameframe_worker.stage.cpu import CpuRenderer
from sameframe_worker.stage.library import stage_kernels
from sameframe_worker.stage.stage import HEIGHT, WIDTH, Stage

KERNELS = stage_kernels()
SIZE = (64, 72)


class Frame:
    """A cutout of one grey, solid."""

    format = "I420"

    def __init__(self, grey: int = 200, size: tuple[int, int] = SIZE, mask: int = 235):
        self.size, self.closed = size, False
        w, h = size
        colour = h * 2 // 3
        chroma = bytes([128]) * (stacked.i420_bytes(w, h) - w * h)
        self.data = bytes([grey]) * (w * colour) + bytes([mask]) * (w * (h - colour)) + chroma

    def close(self) -> None:
        assert not self.closed
        self.closed = True


class Pause:
    def __await__(self):
        yield


class Reader:
    def __init__(self, frames: list[Frame]):
        self.frames = frames

    async def read(self) -> Frame | None:
        while not self.frames:
            await Pause()
        return self.frames.pop(0)

    def cancel(self) -> None:
        self.frames = []


class Context:
    """A 2D context: takes every call, measures text as ten pixels a letter."""

    def __init__(self) -> None:
        self.shown = 0

    def putImageData(self, *_: Any) -> None:
        self.shown += 1

    def measureText(self, text: str) -> Any:
        return type("Measure", (), {"width": 10.0 * len(text)})

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None


class Canvas:
    def __init__(self, width: int, height: int):
        self.width, self.height = width, height

    def getContext(self, kind: str) -> Context:
        return Context()


class Browser:
    """What the stage asks of a browser; its clock stands still unless it is set."""

    Reader = Reader

    def __init__(self) -> None:
        self.time = 1_000_000.0
        self.posted: list[Any] = []
        self.loops: list[Coroutine[Any, Any, None]] = []
        self.refused: set[int] = set()
        self.slept: list[float] = []
        self.slow = False
        self.asked: list[str] = []

    def now(self) -> float:
        return self.time

    def post(self, message: Any) -> None:
        self.posted.append(message)

    def spawn(self, coroutine: Coroutine[Any, Any, None], failed: Any) -> None:
        self.loops.append(coroutine)
        finish(coroutine, wait=False)

    def visible_size(self, frame: Frame) -> tuple[int, int]:
        return frame.size

    async def copy_all(self, frames: list[Frame], buffers: list[Buffer]) -> list[bool]:
        for frame, buffer in zip(frames, buffers, strict=True):
            buffer.view[: len(frame.data)] = frame.data
        return [n not in self.refused for n in range(len(frames))]

    async def decode_image(self, url: str, width: int, height: int) -> Buffer:
        self.asked.append(url)
        if self.slow:
            await Pause()
        if "beach" not in url:
            raise OSError(url)
        pixels = Buffer(width * height * 4)
        pixels.view[:] = b"\x01\x02\x03\xff" * (width * height)
        return pixels

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds * 1000

    async def wait(self, event: Any, seconds: float) -> None:
        while not event.is_set():
            await Pause()

    def bmp(self, pixels: Buffer, width: int, height: int) -> tuple[Buffer, int, int]:
        return pixels, width, height

    async def bitmap(self, pixels: Buffer, width: int, height: int) -> tuple[Buffer, int, int]:
        return pixels, width, height

    def canvas(self, width: int, height: int) -> Canvas:
        return Canvas(width, height)

    def pixels_of(self, canvas: Canvas) -> Buffer:
        return Buffer(canvas.width * canvas.height * 4)

    def image_data(self, *_: Any) -> object:
        return object()

    def heap_is(self, _: object) -> bool:
        return True


class Booth:
    """A stage and everything around it."""

    def __init__(self, *guests: str):
        self.browser, self.context = Browser(), Context()
        renderer = CpuRenderer(KERNELS, WIDTH, HEIGHT, self.browser)
        self.stage = Stage(self.browser, KERNELS, renderer, self.context, "a-room")
        self.streams: dict[str, list[Frame]] = {}
        self.people(*(Person(guest, guest.upper(), True, "here") for guest in guests))
        x = [(n + 0.5) / len(guests) for n in range(len(guests))]
        self.scene(*(Layer(g, x=at, scale=0.3) for g, at in zip(guests, x, strict=True)))
        for guest in guests:
            self.connect(guest)

    def connect(self, guest: str) -> None:
        self.streams[guest] = []
        self.stage.frames(guest, self.streams[guest])

    def people(self, *people: Person) -> None:
        self.stage.people(list(people))

    def scene(self, *layers: Layer) -> None:
        self.stage.cast.commit(Scene(Background(), layers))

    def send(self, guest: str, frame: Frame) -> Frame:
        self.streams[guest].append(frame)
        for loop in self.browser.loops:
            finish(loop, wait=False)
        return frame

    def tick(self) -> None:
        finish(self.stage.tick())

    def heard(self, kind: type) -> list[Any]:
        return [message for message in self.browser.posted if isinstance(message, kind)]

    def pixel(self, x: float, y: float = 0.5) -> tuple[int, ...]:
        at = (int(y * HEIGHT) * WIDTH + int(x * WIDTH)) * 4
        return tuple(self.stage.renderer.pixels.view[at : at + 4])


def finish(coroutine: Coroutine[Any, Any, Any], *, wait: bool = True) -> Any:
    """Run a coroutine to its end, or (not wait) until it pauses."""
    while True:
        try:
            coroutine.send(None)
        except StopIteration as end:
            return end.value
        except RuntimeError:  # it had ended before
            return None
        if not wait:
            return None

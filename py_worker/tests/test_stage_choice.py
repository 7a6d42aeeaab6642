from ctypes import CDLL
from typing import Any

import pytest
from sameframe_worker.stage import choice
from sameframe_worker.stage.choice import BOX_MS, choose, measured
from sameframe_worker.stage.cpu import CpuRenderer
from sameframe_worker.stage.library import stage_kernels
from sameframe_worker.stage.renderer import Lost

KERNELS = stage_kernels()
SIZE = (320, 180)


class Context:
    def putImageData(self, *_: Any) -> None:
        pass


class Canvas:
    def getContext(self, kind: str) -> Context:
        return Context()


class Browser:
    """A browser in which the GPU's frames take `gpu_ms` and the CPU's `cpu_ms`."""

    heap = None

    def __init__(self, cpu_ms: float = 5, gpu_ms: float | None = None):
        self.cpu_ms, self.gpu_ms, self.time, self.asked = cpu_ms, gpu_ms, 0.0, []

    def now(self) -> float:
        return self.time

    def canvas(self, *_: int) -> Canvas:
        return Canvas()

    def webgl(self, canvas: Canvas, *, fast: bool) -> "Browser | None":
        self.asked.append(fast)
        return None if self.gpu_ms is None else self

    def image_data(self, *_: Any) -> object:
        self.time += self.cpu_ms
        return object()

    def heap_is(self, _: object) -> bool:
        return False


class Gpu(CpuRenderer):
    kind = "gpu"

    def __init__(
        self, canvas: Canvas, browser: Browser, heap: None, kernels: CDLL, width: int, height: int
    ):
        super().__init__(KERNELS, width, height, browser)

    def finish(self, pixel: object) -> None:
        self._browser.time += self._browser.gpu_ms


@pytest.fixture(autouse=True)
def gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "GpuRenderer", Gpu)


@pytest.mark.parametrize(("cpu_ms", "gpu_ms", "kind"), [(5, 2, "gpu"), (2, 5, "cpu")])
def test_faster_one_is_taken(cpu_ms: float, gpu_ms: float, kind: str) -> None:
    assert choose(Browser(cpu_ms, gpu_ms), KERNELS, None, *SIZE).kind == kind


def test_without_webgl_the_cpu_draws() -> None:
    browser = Browser()
    assert choose(browser, KERNELS, None, *SIZE).kind == "cpu"
    assert choose(browser, KERNELS, "gpu", *SIZE).kind == "cpu"
    assert browser.asked == [True, False]


def test_forced_one_is_not_measured() -> None:
    browser = Browser(gpu_ms=500)
    assert choose(browser, KERNELS, "gpu", *SIZE).kind == "gpu"
    assert choose(browser, KERNELS, "cpu", *SIZE).kind == "cpu"
    assert browser.time == 0


def test_gpu_whose_program_fails_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise Lost("no program")

    monkeypatch.setattr(choice, "GpuRenderer", broken)
    assert choose(Browser(gpu_ms=1), KERNELS, None, *SIZE).kind == "cpu"


def test_slow_one_is_given_up_after_one_round() -> None:
    browser = Browser(gpu_ms=BOX_MS * 3)
    renderer = Gpu(Canvas(), browser, None, KERNELS, *SIZE)
    assert measured(renderer, lambda: renderer.finish(None), browser.now, *SIZE) == BOX_MS * 3
    assert browser.time == BOX_MS * 3

"""Every renderer is held to the reference: PSNR ≥ 40 dB on the same scene."""

import io
import shutil
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from sameframe.designs import drawn
from sameframe.reference import StackedFrame, render
from sameframe.stacking import stack
from sameframe_worker import looks, stacked
from sameframe_worker.clock import Clock
from sameframe_worker.kernels import Buffer
from sameframe_worker.scene import (
    Background,
    Layer,
    Light,
    Look,
    Placement,
    Prop,
    Scene,
    arranged,
    place,
)  # fmt: skip
from sameframe_worker.stage.capture import capture
from sameframe_worker.stage.cast import Role
from sameframe_worker.stage.cpu import CpuRenderer
from sameframe_worker.stage.gpu import GpuRenderer
from sameframe_worker.stage.lamp import Lamp
from sameframe_worker.stage.library import stage_kernels
from sameframe_worker.stage.loop import Loop
from sameframe_worker.stage.picture import PADDING, Picture, to_i420
from sameframe_worker.stage.renderer import Renderer
from stage_fakes import finish

# WebGL is in a browser, the renderer's Python is here: a recorder stands in for the context, and a
# page replays the calls on a real one (drawn by the CPU).
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
CONSTANTS = """() => Object.fromEntries(
  Object.entries(Object.getOwnPropertyDescriptors(WebGL2RenderingContext))
    .filter(([, { value }]) => typeof value === "number").map(([name, { value }]) => [name, value]))
"""
REPLAY = """([calls, width, height]) => {
  const gl = new OffscreenCanvas(width, height).getContext("webgl2", {
    alpha: false, antialias: false });
  const made = [];
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const real = (a) => a?.made !== undefined ? made[a.made] : a?.bytes ? bytes(a.bytes) : a;
  for (const [name, args] of calls) made.push(gl[name](...args.map(real)));
  if (gl.getError()) throw new Error("WebGL refused a call");
  gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
  const pixels = new Uint8Array(width * height * 4);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  return btoa(Array.from(pixels, (b) => String.fromCharCode(b)).join(""));
}"""
KERNELS = stage_kernels()
WIDTH, HEIGHT = 640, 360


class Heap:
    """A Uint8Array over a Buffer."""

    def __init__(self, view: memoryview):
        self.view = view

    def subarray(self, start: int, end: int) -> "Heap":
        return Heap(self.view[start:end])


class Recorder:
    """A WebGL2 context that only notes what is asked of it; a result is named by its call."""

    def __init__(self, constants: dict[str, int]):
        self._constants = constants
        self.calls: list[tuple[str, list[Any]]] = []

    def heap(self, of: Buffer) -> Heap:
        return Heap(memoryview(of.view))

    def isContextLost(self) -> bool:
        return False

    def __getattr__(self, name: str) -> Any:
        if name in self._constants:
            return self._constants[name]

        def call(*args: Any) -> dict[str, int]:
            plain = [
                {"bytes": b64encode(a.view).decode()} if isinstance(a, Heap) else a for a in args
            ]
            self.calls.append((name, plain))
            return {"made": len(self.calls) - 1}

        return call


@pytest.fixture(scope="module")
def webgl() -> Iterator[Page]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser.new_page()
        browser.close()


def frame(width: int = 320, height: int = 360, seed: int = 1) -> StackedFrame:
    """Draw a person of sorts: stripes and blobs inside an ellipse with a soft edge."""
    seam = height * 2 / 3
    y, x = np.mgrid[0:height, 0:width]
    u, v = (
        (x + 0.5) / width,
        np.where(y < seam, (y + 0.5) / seam, (y + 0.5 - seam) / (height - seam)),
    )
    inside = np.clip(8 * (1.05 - np.hypot((u - 0.5) * 3, (v - 0.75) * 1.6)), 0, 1)
    light = 126 + 60 * np.sin(u * 23 + seed) * np.cos(v * 17) + 40 * (np.floor(u * 9) % 2)
    mask = np.where(inside <= 0, 16, np.where(inside >= 1, 235, 28 + inside * 196))
    luma = np.where(y < seam, np.where(inside > 0, light, 128), mask)
    cw, ch = (width + 1) // 2, (height + 1) // 2
    y, x = np.mgrid[0:ch, 0:cw] / ch
    blue = np.where(y < 2 / 3, 128 + 70 * np.sin(x * 7 + seed), 128)
    red = np.where(y < 2 / 3, 128 + 70 * np.cos(y * 9 - seed), 128)
    planes = [np.clip(np.rint(p), 0, 255).astype(np.uint8) for p in (luma, blue, red)]
    return StackedFrame(width, height, b"".join(p.tobytes() for p in planes))


def prop(design: str) -> StackedFrame:
    """Return a prop's picture as it comes to the stage from the server."""
    picture = Image.open(io.BytesIO(stack(drawn(design, "", 256, None)))).convert("RGBA")
    width, height = picture.size
    pixels = Buffer(width * height * 4)
    pixels.view[:] = picture.tobytes()
    planes = to_i420(KERNELS, "RGBA", pixels, width, height)
    return StackedFrame(width, height, bytes(planes.view[: stacked.i420_bytes(width, height)]))


def scene(*layers: Layer) -> Scene:
    return Scene(Background(), layers)


SIX = {name: frame(seed=i) for i, name in enumerate("abcdef")}
PROPS = Prop("p", "sunglasses"), Prop("q", "hedge")
ALL = SIX | {"p": prop("sunglasses"), "q": prop("hedge")}
SCENES = {
    "own size": (scene(Layer("a", scale=240 / 360)), SIX),
    "smaller": (scene(Layer("a", scale=0.31)), SIX),
    "larger": (scene(Layer("a", scale=1.7, y=0.9)), SIX),
    "mirrored": (scene(Layer("a", mirror=True)), SIX),
    "turned": (scene(Layer("a", rotation=33, scale=0.7)), SIX),
    "turned and mirrored": (scene(Layer("a", rotation=-110, scale=0.9, mirror=True)), SIX),
    "upside down": (scene(Layer("a", rotation=180, scale=0.9)), SIX),
    "faded": (scene(Layer("a", opacity=0.4)), SIX),
    "overlap": (scene(*(Layer(n, x=0.3 + i / 12, y=0.6) for i, n in enumerate("abcd"))), SIX),
    "off the canvas": (
        scene(Layer("a", x=0), Layer("b", x=1, y=1.4), Layer("c", y=0, rotation=20)),
        SIX,
    ),
    "nothing to see": (scene(Layer("a", x=0, y=1.5, scale=0.1)), SIX),
    "row": (scene(*arranged(list("abcdef"), "row")), SIX),
    "rescaled": (scene(Layer("a")), {"a": frame(240, 270)}),
    "odd sizes": (
        scene(Layer("a"), Layer("b", rotation=5)),
        {"a": frame(213, 241), "b": frame(107, 121)},
    ),
    "props": (
        replace(
            scene(
                Layer("q", y=0.4, scale=0.3), Layer("a"), Layer("p", x=0.4, rotation=14, scale=0.2)
            ),
            props=PROPS,
        ),
        ALL,
    ),
    "tall": (scene(Layer("a", mirror=True)), {"a": frame(180, 480)}),
}


def test_scenes_differ() -> None:
    """So that a renderer that draws the same for all can't pass."""
    pictures = [reference(s, f) for s, f in SCENES.values()]
    for one, other in pairwise(pictures):
        assert psnr(one, other) < 40


@pytest.mark.parametrize("name", SCENES)
def test_scene_is_as_the_reference(name: str) -> None:
    of, frames = SCENES[name]
    picture = composed(CpuRenderer(KERNELS, WIDTH, HEIGHT), of, frames)
    assert psnr(picture, reference(of, frames)) >= 40


@pytest.mark.parametrize("name", SCENES)
def test_scene_is_as_the_reference_on_the_gpu(name: str, webgl: Page) -> None:
    of, frames = SCENES[name]
    gl = Recorder(webgl.evaluate(CONSTANTS))
    renderer = GpuRenderer(None, gl, gl.heap, KERNELS, WIDTH, HEIGHT)
    compose(renderer, of, frames)
    pixels = webgl.evaluate(REPLAY, [gl.calls, WIDTH, HEIGHT])
    picture = np.frombuffer(b64decode(pixels), np.uint8).reshape(HEIGHT, WIDTH, 4)[::-1, :, :3]
    assert psnr(picture, reference(of, frames)) >= 40


class Screening:
    """What a loop asks of a browser: one film, of this picture's planes."""

    def __init__(self, pixels: Buffer):
        self.pixels = pixels

    def now(self) -> float:
        return 0.0

    async def open_loop(self, url: str) -> None:
        pass

    async def loop_frame(
        self, film: None, second: float, size: tuple[int, int], planes: Buffer, pixels: Buffer
    ) -> Buffer:
        KERNELS.stage_to_i420(planes.address, self.pixels.address, *size)
        return planes


def test_a_loop_is_behind_everyone_on_the_gpu(webgl: Page) -> None:
    of, frames = SCENES["overlap"]
    loop = Loop(
        Screening(buffer(rgba(backdrop()).tobytes())), KERNELS, Clock(), "", (WIDTH, HEIGHT)
    )
    finish(loop.first())
    gl = Recorder(webgl.evaluate(CONSTANTS))
    renderer = GpuRenderer(None, gl, gl.heap, KERNELS, WIDTH, HEIGHT)
    compose(renderer, of, frames)
    renderer.background(loop)
    renderer.compose([])
    pixels = webgl.evaluate(REPLAY, [gl.calls, WIDTH, HEIGHT])
    picture = np.frombuffer(b64decode(pixels), np.uint8).reshape(HEIGHT, WIDTH, 4)[::-1]
    wanted = np.frombuffer(loop.pixels.view, np.uint8).reshape(HEIGHT, WIDTH, 4)
    assert (picture == wanted).all()
    assert psnr(wanted[..., :3], backdrop()) >= 25  # its chroma is halved


def test_moved_cutout_is_not_sampled_again() -> None:
    renderer = CpuRenderer(KERNELS, WIDTH, HEIGHT)
    composed(renderer, scene(Layer("a", scale=0.5)), SIX)
    moved = placement(Layer("a", x=0.31, y=0.6, scale=0.5), SIX["a"])
    assert renderer.fits("a", moved)
    renderer.compose([("a", moved)])
    assert psnr(shown(renderer), reference(scene(Layer("a", x=0.31, y=0.6, scale=0.5)), SIX)) >= 40


@pytest.mark.parametrize(
    "after",
    [Layer("a", scale=0.8), Layer("a", mirror=True), Layer("a", rotation=3), Layer("a", x=0.4)],
)
def test_changed_cutout_is_sampled_again(after: Layer) -> None:
    """Also one moved in from beyond the edge, of which only a part had been sampled."""
    renderer = CpuRenderer(KERNELS, WIDTH, HEIGHT)
    composed(renderer, scene(Layer("a", x=0.05)), SIX)
    assert not renderer.fits("a", placement(after, SIX["a"]))
    renderer.compose([("a", placement(after, SIX["a"]))])
    assert psnr(shown(renderer), reference(scene(after), SIX)) >= 40


@pytest.mark.parametrize("size", [(320, 360), (213, 241)])
def test_nv12_and_i420_are_the_same(size: tuple[int, int]) -> None:
    of = frame(*size)
    luma = size[0] * size[1]
    chroma = np.frombuffer(of.data, np.uint8)[luma:].reshape(2, -1)
    nv12 = of.data[:luma] + chroma.T.tobytes()
    planes = to_i420(KERNELS, "NV12", buffer(nv12), *size)
    assert bytes(planes.view[: len(of.data)]) == of.data


@pytest.mark.parametrize("size", [(64, 96), (33, 45)])
def test_rgba_becomes_the_colours_that_the_reference_reads(size: tuple[int, int]) -> None:
    width, height = size
    y, x = np.mgrid[0:height, 0:width]
    rgba = np.stack([x * 3 + 20, y * 2 + 30, 200 - x - y, x * 0], -1).astype(np.uint8)
    planes = to_i420(KERNELS, "RGBA", buffer(rgba.tobytes()), width, height)
    data = bytearray(planes.view[: stacked.i420_bytes(width, height)])
    data[width * (stacked.rows(height).mask_first - 1) : width * height] = b"\xeb" * (
        width * (height - stacked.rows(height).mask_first + 1)
    )
    colour = height * 2 // 3
    layer = Layer("a", scale=1.0)
    black = np.zeros((colour, width, 3), np.uint8)
    picture = render(
        scene(layer), black, {"a": StackedFrame(width, height, bytes(data))}, width, colour
    )
    rows = stacked.rows(height).colour_last - 1
    assert np.abs(picture[:rows].astype(int) - rgba[:rows, :, :3]).mean() < 2.5


def test_photo_is_as_the_reference_in_its_own_size() -> None:
    of, frames = SCENES["row"]
    roles = [Role(layer, None) for layer in of.layers]
    pictures = {guest: picture_of(frame) for guest, frame in frames.items()}
    backdrop = np.full((540, 960, 3), 90, np.uint8)
    of = replace(of, look=Look("film", 0.9), light="auto")
    lamp = Lamp(KERNELS)
    lamp.before(buffer(rgba(backdrop).tobytes()), 960, 540)
    lamp.shine("auto", pictures, 0.0)
    light = lamp.lit
    pixels = capture(
        KERNELS, buffer(rgba(backdrop).tobytes()), of.look, light, roles, pictures, 960, 540
    )
    taken = np.frombuffer(bytes(pixels.view), np.uint8).reshape(540, 960, 4)[..., :3]
    assert psnr(taken, render(of, backdrop, frames, 960, 540)) >= 40


# --- light -----------------------------------------------------------------------------------

LIGHTS = ("off", "auto", "strong")


def unlike(seed: int = 1) -> dict[str, StackedFrame]:
    """Return six people in lights of their own: one glows, one is under a blue lamp."""
    pictures = {}
    for n, name in enumerate("abcdef"):
        of = frame(seed=seed + n)
        planes = np.frombuffer(of.data, np.uint8).copy()
        pixels, colour = of.width * of.height, of.width * of.height * 2 // 3
        darker = (planes[:colour].astype(float) - 16) * (0.4 + 0.12 * n) + 16
        planes[:colour] = np.clip(darker, 16, 235)
        chroma = 128 + (planes[pixels:].astype(float) - 128) * 0.25
        chroma[: len(chroma) // 2] += 9 * n - 22
        planes[pixels:] = chroma
        pictures[name] = StackedFrame(of.width, of.height, planes.tobytes())
    return pictures


@pytest.mark.parametrize("how", ["auto", "strong"])
def test_light_changes_the_picture(how: Light) -> None:
    """So that a renderer without any can't pass."""
    of, frames = SCENES["row"][0], unlike()
    dark = reference(of, frames)
    assert psnr(reference(replace(of, light=how), frames), dark) < 36


@pytest.mark.parametrize("how", ["auto", "strong"])
@pytest.mark.parametrize("name", ["row", "turned and mirrored", "odd sizes", "faded", "props"])
def test_light_is_as_the_reference_on_the_gpu(name: str, how: Light, webgl: Page) -> None:
    of, frames = SCENES[name]
    of, frames = replace(of, light=how, look=Look("warm", 0.6)), frames | unlike()
    gl = Recorder(webgl.evaluate(CONSTANTS))
    compose(GpuRenderer(None, gl, gl.heap, KERNELS, WIDTH, HEIGHT), of, frames)
    pixels = webgl.evaluate(REPLAY, [gl.calls, WIDTH, HEIGHT])
    picture = np.frombuffer(b64decode(pixels), np.uint8).reshape(HEIGHT, WIDTH, 4)[::-1, :, :3]
    assert psnr(picture, reference(of, frames)) >= 38


@pytest.mark.parametrize("how", ["auto", "strong"])
@pytest.mark.parametrize("name", SCENES)
def test_light_is_as_the_reference(name: str, how: Light) -> None:
    of, frames = replace(SCENES[name][0], light=how), unlike() | SCENES[name][1]
    picture = composed(CpuRenderer(KERNELS, WIDTH, HEIGHT), of, frames)
    assert psnr(picture, reference(of, frames)) >= 38


def test_a_shadow_is_thrown_beside_people_and_behind_them_is_seen_at_their_edges() -> None:
    of, frames = scene(Layer("c", scale=1.0)), unlike()
    white = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    dark, lit = (
        render(replace(of, light=how), white, frames, WIDTH, HEIGHT) for how in LIGHTS[::2]
    )
    beside = (dark == 255).all(-1) & (lit < 245).any(-1)
    assert (
        beside.any(axis=0).nonzero()[0].min() < WIDTH // 2 < beside.any(axis=0).nonzero()[0].max()
    )
    assert 1000 < beside.sum() < WIDTH * HEIGHT // 3
    assert not beside[0].any()


def test_a_change_of_light_is_seen_at_the_next_drawing_without_a_new_frame() -> None:
    of, frames = SCENES["row"][0], unlike()
    renderer = CpuRenderer(KERNELS, WIDTH, HEIGHT)
    composed(renderer, of, frames)
    bright = replace(of, light="strong")
    renderer.light(lit(bright, {g: picture_of(f) for g, f in frames.items()}).lit)
    placed = [(la.guest, placement(la, frames[la.guest])) for la in of.layers]
    assert not any(renderer.fits(*each) for each in placed)
    renderer.compose(placed)
    assert psnr(shown(renderer), reference(bright, frames)) >= 38


# --- looks -----------------------------------------------------------------------------------


def test_looks_differ() -> None:
    """So that a renderer that has one look for all can't pass."""
    of, frames = SCENES["row"]
    pictures = [reference(replace(of, look=Look(name)), frames) for name in looks.NAMES]
    for one, other in combinations(pictures, 2):
        assert psnr(one, other) < 34


@pytest.mark.parametrize("strength", [1.0, 0.4])
@pytest.mark.parametrize("name", looks.NAMES)
def test_look_is_as_the_reference_on_the_gpu(name: str, strength: float, webgl: Page) -> None:
    of, frames = SCENES["overlap"]
    of = replace(of, look=Look(name, strength))
    gl = Recorder(webgl.evaluate(CONSTANTS))
    renderer = GpuRenderer(None, gl, gl.heap, KERNELS, WIDTH, HEIGHT)
    compose(renderer, replace(of, look=Look("sepia")), frames)  # what was there before is gone
    compose(renderer, of, frames)
    pixels = webgl.evaluate(REPLAY, [gl.calls, WIDTH, HEIGHT])
    picture = np.frombuffer(b64decode(pixels), np.uint8).reshape(HEIGHT, WIDTH, 4)[::-1, :, :3]
    assert psnr(picture, reference(of, frames)) >= 40


layers = st.builds(
    Layer,
    st.sampled_from("abcdpq"),
    x=st.floats(0, 1),
    y=st.floats(0, 1.2),
    scale=st.floats(0.1, 1.5),
    rotation=st.sampled_from([0.0, 0.0, 17.0, -120.0]),
    mirror=st.booleans(),
    opacity=st.floats(0.1, 1),
)
some_looks = st.builds(Look, st.sampled_from(looks.NAMES), st.floats(0, 1))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(layers, max_size=4, unique_by=lambda layer: layer.guest),
    st.lists(some_looks, min_size=1, max_size=3),
    st.sampled_from(LIGHTS),
    st.integers(1, 9),
)
def test_any_scene_under_any_look_is_as_the_reference(
    of: list[Layer], course: list[Look], how: Light, seed: int
) -> None:
    """Also when it had other looks before, and when only one of all is new since."""
    renderer = CpuRenderer(KERNELS, WIDTH, HEIGHT)
    people = ALL | unlike(seed)
    for look in course:
        lit_up = Scene(Background(), tuple(of), look, how, PROPS)
        picture = composed(renderer, lit_up, people)
    assert psnr(picture, reference(lit_up, people)) >= 38
    renderer = CpuRenderer(KERNELS, WIDTH, HEIGHT)
    for look in course:
        picture = composed(renderer, Scene(Background(), tuple(of), look), ALL)
    assert psnr(picture, reference(Scene(Background(), tuple(of), look), ALL)) >= 40
    if of:
        first = of[0].guest
        other = ALL | {first: frame(seed=9)}
        placed = [(la.guest, placement(la, other[la.guest])) for la in of]
        renderer.ingest(first, picture_of(other[first]), dict(placed)[first])
        renderer.compose(placed)
        of_other = reference(Scene(Background(), tuple(of), look), other)
        assert psnr(shown(renderer), of_other) >= 40


@pytest.mark.parametrize(
    ("name", "size"), [("film", (160, 90)), ("instant", (333, 501)), ("noir", (960, 540))]
)
def test_a_look_is_as_the_reference_in_any_size(name: str, size: tuple[int, int]) -> None:
    width, height = size
    y, x = np.mgrid[0:height, 0:width]
    plain = np.stack([x * 255 // width, y * 255 // height, (x + y) % 256], -1).astype(np.uint8)
    renderer = CpuRenderer(KERNELS, width, height)
    renderer.background(buffer(rgba(plain).tobytes()))
    renderer.look(Look(name, 0.8))
    renderer.compose([])
    found = np.frombuffer(bytes(renderer.pixels.view), np.uint8).reshape(height, width, 4)
    wanted = render(Scene(look=Look(name, 0.8)), plain, {}, width, height)
    assert psnr(found[..., :3], wanted) >= 40
    assert np.abs(found[..., :3].astype(int) - wanted).max() <= 4


@pytest.mark.parametrize(("width", "height"), [(64, 36), (16, 2), (48, 21)])
def test_planes_of_a_film_become_its_colours(width: int, height: int) -> None:
    """BT.709 of limited range, in floats; 2 of 255 is what eight bits and six lose."""
    grain = np.random.default_rng(width)
    y = grain.integers(16, 236, (height, width))
    u, v = grain.integers(16, 241, (2, (height + 1) // 2, (width + 1) // 2))
    planes = buffer(np.concatenate([y.ravel(), u.ravel(), v.ravel()]).astype(np.uint8).tobytes())
    pixels = Buffer(width * height * 4)
    for top in range(0, height, 8):
        bottom = min(height, top + 8)
        KERNELS.stage_from_i420(pixels.address, planes.address, width, height, top, bottom)
    found = np.frombuffer(pixels.view, np.uint8).reshape(height, width, 4)
    blue, red = (np.repeat(np.repeat(c, 2, 0), 2, 1)[:height, :width] - 128 for c in (u, v))
    light = (y - 16) * 255 / 219
    blue, red = blue * 255 / 224, red * 255 / 224
    wanted = [light + 1.5748 * red, light - 0.1873 * blue - 0.4681 * red, light + 1.8556 * blue]
    assert np.abs(found[..., :3] - np.clip(np.stack(wanted, -1), 0, 255)).max() <= 2.5
    assert (found[..., 3] == 255).all()


def composed(renderer: CpuRenderer, of: Scene, frames: dict[str, StackedFrame]) -> np.ndarray:
    compose(renderer, of, frames)
    return shown(renderer)


def compose(renderer: Renderer, of: Scene, frames: dict[str, StackedFrame]) -> None:
    renderer.background(buffer(rgba(backdrop()).tobytes()))
    renderer.look(of.look)
    pictures = {la.guest: picture_of(frames[la.guest]) for la in of.layers}
    renderer.light(lit(of, pictures).lit)
    placed = [(la.guest, placement(la, frames[la.guest])) for la in of.layers]
    for guest, where in placed:
        renderer.ingest(guest, pictures[guest], where)
    renderer.compose(placed)


def lit(of: Scene, pictures: dict[str, Picture]) -> Lamp:
    lamp = Lamp(KERNELS)
    lamp.before(buffer(rgba(backdrop()).tobytes()), WIDTH, HEIGHT)
    lamp.shine(of.light, pictures, 0.0, of.unlit)
    return lamp


def shown(renderer: CpuRenderer) -> np.ndarray:
    pixels = np.frombuffer(bytes(renderer.pixels.view), np.uint8).reshape(HEIGHT, WIDTH, 4)
    assert (pixels[..., 3] == 255).all()
    return pixels[..., :3]


def placement(layer: Layer, of: StackedFrame) -> Placement:
    return place(layer, stacked.aspect(of.width, of.height), WIDTH, HEIGHT)


def picture_of(of: StackedFrame) -> Picture:
    return Picture(buffer(of.data), of.width, of.height)


def buffer(data: bytes) -> Buffer:
    made = Buffer(len(data) + PADDING)
    made.view[: len(data)] = data
    return made


def backdrop() -> np.ndarray:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.stack([x % 256, y % 256, (x + y) // 4 % 256], -1).astype(np.uint8)


def rgba(rgb: np.ndarray) -> np.ndarray:
    return np.concatenate([rgb, np.full((*rgb.shape[:2], 1), 255, np.uint8)], -1)


def reference(of: Scene, frames: dict[str, StackedFrame]) -> np.ndarray:
    return render(of, backdrop(), frames, WIDTH, HEIGHT)


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    error = np.mean((one.astype(float) - other.astype(float)) ** 2)
    return 99.0 if error == 0 else float(10 * np.log10(255**2 / error))

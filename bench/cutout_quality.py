"""How good and how steady the cutout is: `python -m bench.cutout_quality [MEDIA]`.

Prints rows {name, value, unit, baseline, ratio}; the baseline is the same model's mask as it comes,
scaled up bilinearly. What is measured is what a receiver gets: alpha read back from the stacked
frame. MEDIA (default ../shared/media) holds gt/comp_{gradient,alpha}.png and fakecam/*.mp4; what
is missing there is made from scikit-image's astronaut, and the rows say so by their names.

The constants in cutout_*.c were chosen on the gradient, white, black and the room of person B,
noise on two of them, and persons A and B; rows named `heldout` are about everything else.
Needs the groups `build` and `bench`, and ffmpeg for footage.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image
from sameframe.presets import draw
from sameframe_worker.cutout.library import cutout_kernels
from sameframe_worker.cutout.refine import Refiner
from sameframe_worker.cutout.segment import SIZE, Segmentation
from sameframe_worker.kernels import Buffer
from sameframe_worker.stacked import MASK_CEIL, MASK_FLOOR

ROOT = Path(__file__).parents[1]
MODULES = ROOT / "frontend" / "node_modules"
MODEL = MODULES / "@mediapipe" / "selfie_segmentation" / "selfie_segmentation.tflite"
WIDTH, HEIGHT = 640, 480
STEADY_FROM = 5  # frames until the temporal filter has settled
# Presets that the figures were first taken on: with others they could not be compared.
_SCENES = (
    "curtain", "studio", "seoul_night", "beach", "forest", "first_snow", "party", "riso", "sunset",
)  # fmt: skip

Array = np.ndarray
Person = tuple[Array, Array]  # colour 0..1 (H × W × 3), alpha 0..1 (H × W)


class Model:
    """The selfie model on CPython, single-threaded, as a Segmenter's synchronous twin."""

    name, size = "litert", SIZE

    def __init__(self) -> None:
        self.interpreter = Interpreter(str(MODEL), num_threads=1)
        self.interpreter.allocate_tensors()
        self.input = self.interpreter.get_input_details()[0]["index"]
        self.output = self.interpreter.get_output_details()[0]["index"]

    def run(self, picture: Array) -> Array:
        """Return the mask (size × size) of a picture (size × size × 3, 0..1)."""
        self.interpreter.set_tensor(self.input, picture[None])
        self.interpreter.invoke()
        return self.interpreter.get_tensor(self.output)[0, :, :, 0].copy()


class Cutout:
    """The product's line from I420 to alpha, without a browser; `raw` is the model's mask."""

    def __init__(self, model: Model):
        self.model, self.refiner = model, Refiner(cutout_kernels(), WIDTH, HEIGHT)
        self.segmentation = Segmentation(SimpleNamespace(floats=None), model)
        self.raw = np.zeros((HEIGHT, WIDTH), np.float32)

    def __call__(self, planes: Array) -> Array:
        """Return alpha (H × W, 0..1) as a receiver reads it."""
        buffer = Buffer(planes.size)
        buffer.view[:] = planes.tobytes()
        picture = SimpleNamespace(planes=buffer)
        self.refiner.look(picture, self.segmentation)
        floats = np.frombuffer(self.segmentation.picture.view, np.float32)
        mask = self.model.run(floats.reshape(SIZE, SIZE, 3))
        self.segmentation.mask.view[:] = mask.tobytes()
        self.raw = resized(mask, WIDTH, HEIGHT)
        self.refiner.cut(picture, self.segmentation)
        return received(np.frombuffer(self.refiner.stacked.view, np.uint8))


def received(stacked: Array) -> Array:
    """Return the alpha in a stacked frame, its rows doubled bilinearly."""
    rows = stacked[WIDTH * HEIGHT : WIDTH * HEIGHT * 3 // 2].reshape(HEIGHT // 2, WIDTH)
    alpha = np.clip((rows.astype(np.float32) - MASK_FLOOR) / (MASK_CEIL - MASK_FLOOR), 0, 1)
    out = np.empty((HEIGHT, WIDTH), np.float32)
    out[0::2] = 0.75 * alpha + 0.25 * np.concatenate([alpha[:1], alpha[:-1]])
    out[1::2] = 0.75 * alpha + 0.25 * np.concatenate([alpha[1:], alpha[-1:]])
    return out


def resized(plane: Array, width: int, height: int) -> Array:
    """Scale one plane bilinearly."""
    scaled = Image.fromarray(plane.astype(np.float32)).resize((width, height), Image.BILINEAR)
    return np.asarray(scaled)


def to_i420(rgb: Array) -> Array:
    """Return RGB (0..1) as limited-range BT.601 planes, in one row of bytes, before rounding."""
    r, g, b = np.moveaxis(rgb.astype(np.float32), -1, 0)
    y = 16 + 65.481 * r + 128.553 * g + 24.966 * b
    half = rgb.reshape(HEIGHT // 2, 2, WIDTH // 2, 2, 3).mean((1, 3))
    r, g, b = np.moveaxis(half.astype(np.float32), -1, 0)
    u = 128 - 37.797 * r - 74.203 * g + 112 * b
    v = 128 + 112 * r - 93.786 * g - 18.214 * b
    return np.concatenate([y.ravel(), u.ravel(), v.ravel()])


def to_bytes(planes: Array) -> Array:
    """Round planes as a camera does."""
    return np.clip(np.rint(planes), 0, 255).astype(np.uint8)


# --- material --------------------------------------------------------------------------------


def load(path: Path) -> Array:
    """Read a picture as RGB, 0..1."""
    return np.asarray(Image.open(path).convert("RGB"), np.float32) / 255


def gt_person(media: Path) -> Person:
    """Take the person with exact alpha off the made gradient: C = aF + (1 - a)B."""
    alpha = np.asarray(Image.open(media / "gt" / "comp_alpha.png"), np.float32) / 255
    picture = load(media / "gt" / "comp_gradient.png")
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] / [[[HEIGHT]], [[WIDTH]]]
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], -1).reshape(-1, 6)
    outside = (alpha <= 0).ravel()
    fit = np.linalg.lstsq(terms[outside], picture.reshape(-1, 3)[outside], rcond=None)[0]
    gradient = (terms @ fit).reshape(picture.shape)
    a = alpha[..., None]
    own = np.where(a > 0.15, (picture - (1 - a) * gradient) / np.maximum(a, 0.15), 0)
    return np.clip(own, 0, 1).astype(np.float32), alpha


def made_person(model: Model) -> Person:
    """Make a person with exact alpha: the astronaut, along the model's own mask of her."""
    from skimage.data import astronaut

    picture = Image.fromarray(astronaut()).crop((30, 0, 430, 300)).resize((WIDTH, HEIGHT))
    colour = np.asarray(picture, np.float32) / 255
    small = np.stack([resized(colour[..., k], SIZE, SIZE) for k in range(3)], -1)
    mask = resized(model.run(small), WIDTH, HEIGHT)
    return colour, np.clip((mask - 0.3) / 0.4, 0, 1)


def tuned_backgrounds(media: Path) -> Iterator[tuple[str, Array]]:
    """Backgrounds that the constants were chosen on."""
    yield "white", np.full((HEIGHT, WIDTH, 3), 0.93, np.float32)
    yield "black", np.full((HEIGHT, WIDTH, 3), 0.06, np.float32)
    if (frames := footage(media / "fakecam" / "personB.mp4", 61)) is not None:
        room = to_rgb(frames[60])[:, :200]
        strips = [room[:, ::-1], room, room[:, ::-1], room[:, :40]]
        yield "room", np.concatenate(strips, 1)


def heldout_backgrounds() -> Iterator[tuple[str, Array]]:
    """Backgrounds that nothing was chosen on."""
    x = np.linspace(0, 1, WIDTH, dtype=np.float32)[None, :, None]
    wall = np.array([0.82, 0.74, 0.62], np.float32) * (0.75 + 0.35 * x)
    yield "grey", np.full((HEIGHT, WIDTH, 3), 0.5, np.float32)
    yield "warm wall", np.clip(np.repeat(wall, HEIGHT, 0), 0, 1)
    blobs = np.random.default_rng(1).random((3, 60, 80))
    yield "noise", np.stack([resized(plane, WIDTH, HEIGHT) for plane in blobs], -1)
    for name in _SCENES:
        wide = draw(name, 854, HEIGHT).convert("RGB").crop((107, 0, 747, HEIGHT))
        yield name, np.asarray(wide, np.float32) / 255


def footage(path: Path, frames: int) -> Array | None:
    """Decode the first frames as I420, or None without the file or ffmpeg."""
    if not path.exists() or shutil.which("ffmpeg") is None:
        return None
    words = ["ffmpeg", "-v", "error", "-i", path, "-frames:v", frames, "-pix_fmt", "yuv420p"]
    words += ["-s", f"{WIDTH}x{HEIGHT}", "-f", "rawvideo", "-"]
    raw = subprocess.run(list(map(str, words)), check=True, capture_output=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, WIDTH * HEIGHT * 3 // 2)


def to_rgb(planes: Array) -> Array:
    """Return I420 planes as RGB, 0..1."""
    n = WIDTH * HEIGHT
    y = 1.164384 * (planes[:n].reshape(HEIGHT, WIDTH).astype(np.float32) - 16)
    chroma = planes[n:].reshape(2, HEIGHT // 2, WIDTH // 2).astype(np.float32) - 128
    u, v = chroma.repeat(2, 1).repeat(2, 2)
    rgb = np.stack([y + 1.596027 * v, y - 0.391762 * u - 0.812968 * v, y + 2.017232 * u], -1)
    return np.clip(rgb / 255, 0, 1)


# --- figures ---------------------------------------------------------------------------------

Pairs = list[tuple[float, float]]  # ours, the raw model's


def pasted(person: Person, background: Array) -> Array:
    """Return the person before the background, as planes before rounding."""
    colour, alpha = person
    return to_i420(alpha[..., None] * colour + (1 - alpha[..., None]) * background)


def iou(found: Array, exact: Array) -> float:
    """Return intersection over union at one half."""
    a, b = found > 0.5, exact > 0.5
    return float((a & b).sum() / (a | b).sum())


def mae(found: Array, exact: Array) -> float:
    """Return the mean absolute error."""
    return float(np.abs(found - exact).mean())


def stills(model: Model, pictures: list[Array], exact: Array) -> tuple[Pairs, Pairs]:
    """Return IoU and MAE of every picture, each cut as a first frame."""
    overlap, error = [], []
    for planes in pictures:
        cut = Cutout(model)
        found = cut(to_bytes(planes))
        overlap.append((iou(found, exact), iou(cut.raw, exact)))
        error.append((mae(found, exact), mae(cut.raw, exact)))
    return overlap, error


def noise_flicker(model: Model, planes: Array, frames: int = 20, sigma: float = 2.0) -> Pairs:
    """Return the mean change of alpha per frame, of a picture that rests but for sensor noise."""
    rng, cut, before, out = np.random.default_rng(5), Cutout(model), None, []
    for k in range(frames):
        found = cut(to_bytes(planes + rng.normal(0, sigma, planes.shape)))
        if before is not None and k > STEADY_FROM:
            out.append((mae(found, before[0]), mae(cut.raw, before[1])))
        before = found, cut.raw
    return out


def footage_flicker(model: Model, frames: Array) -> Pairs:
    """Return the mean change of alpha per frame where the picture (5 × 5 luma) did not change."""
    cut, before, out = Cutout(model), None, []
    for k, planes in enumerate(frames):
        found = cut(planes)
        luma = planes[: WIDTH * HEIGHT].reshape(HEIGHT, WIDTH).astype(np.float32)
        if before is not None and k > STEADY_FROM:
            rests = np.abs(blurred(luma - before[2])) < 1.0
            out.append((mae(found[rests], before[0][rests]), mae(cut.raw[rests], before[1][rests])))
        before = found, cut.raw, luma
    return out


def blurred(plane: Array) -> Array:
    """Return the mean of 5 × 5."""
    padded = np.pad(plane, 2, mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, (5, 5)).mean((2, 3))


def moving_error(model: Model, person: Person, background: Array, step: int) -> Pairs:
    """Return MAE while the person moves sideways by `step` pixels a frame, with sensor noise."""
    rng, cut, out = np.random.default_rng(3), Cutout(model), []
    for k in range(-7, 7):
        moved = tuple(np.roll(part, k * step, 1) for part in person)
        planes = pasted(moved, background)
        found = cut(to_bytes(planes + rng.normal(0, 1.5, planes.shape)))
        if k > -3:
            out.append((mae(found, moved[1]), mae(cut.raw, moved[1])))
    return out


def row(name: str, unit: str, pairs: Pairs) -> dict[str, object]:
    """Return one result: the mean, beside the raw model's."""
    value, baseline = (float(np.mean(side)) for side in zip(*pairs, strict=True))
    return {
        "name": f"cutout.quality.{name}",
        "value": round(value, 6),
        "unit": unit,
        "baseline": round(baseline, 6),
        "ratio": round(value / baseline, 3),
    }


def measure(media: Path) -> list[dict[str, object]]:
    """Return all rows."""
    model, rows = Model(), []
    exact = (media / "gt" / "comp_alpha.png").exists()
    person = gt_person(media) if exact else made_person(model)
    if exact:
        overlap, error = stills(
            model, [to_i420(load(media / "gt" / "comp_gradient.png"))], person[1]
        )
        rows += [row("iou.gt", "iou", overlap), row("mae.gt", "alpha", error)]
    of = "" if exact else ".astronaut"
    tuned, heldout = dict(tuned_backgrounds(media)), dict(heldout_backgrounds())
    for name, backgrounds in (("tuned", tuned), ("heldout", heldout)):
        overlap, error = stills(model, [pasted(person, b) for b in backgrounds.values()], person[1])
        rows += [row(f"iou.{name}{of}", "iou", overlap), row(f"mae.{name}{of}", "alpha", error)]
    rests = [noise_flicker(model, pasted(person, heldout[n])) for n in ("grey", "warm wall")]
    rows.append(row(f"flicker.noise.heldout{of}", "alpha/frame", list(chain(*rests))))
    for name, people in (("tuned", "AB"), ("heldout", "C")):
        clips = [footage(media / "fakecam" / f"person{letter}.mp4", 90) for letter in people]
        if found := [footage_flicker(model, clip) for clip in clips if clip is not None]:
            rows.append(row(f"flicker.footage.{name}", "alpha/frame", list(chain(*found))))
    moved = [moving_error(model, person, heldout["grey"], step) for step in (1, 3, 8)]
    rows.append(row(f"mae.moving.heldout{of}", "alpha", list(chain(*moved))))
    return rows


def main() -> None:
    """Print the rows as JSON lines."""
    media = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "media"
    if not media.exists():
        print(f"{media} is not there: the person is made of the astronaut", file=sys.stderr)
    for result in measure(media):
        print(json.dumps(result))


if __name__ == "__main__":
    main()

"""How good the cutout's edges are beside others', on the same masks: `python -m bench.edges`.

A person whose alpha and colour are known stands before ten backgrounds, rests, then sways, turns
and comes nearer, with a camera's noise. The model runs once per frame, all refine that mask.

    edge.iou      intersection over union at one half
    edge.mad      mean |alpha - true alpha|
    edge.grad     sum of (difference of alpha's slopes)² / 1000 per frame (Rhemann et al., 2009)
    edge.flicker  mean change per frame of alpha's error, followed along the person's own movement
    edge.halo     mean error of colour (0..255) along the outline, the person cut from a bright wall
                  and set before near-black, against the true colour and alpha there
    edge.rim      the same, of the person without the white rim that she brings from her own studio
    edge.time     ms per frame: the model's input, the model, the refinement; a raw mask's scaling
                  counts nothing, and the others' in numpy says nothing

Ours is what a receiver gets: alpha and colour read back from the stacked frame. A row's baseline is
the best of all others; `edge.<measure>.<name>` are theirs, beside the raw model's mask. What
cutout_*.c is made of was chosen on other backgrounds, and the share of the camera's colour on
this wall.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace

import numpy as np
from PIL import Image
from sameframe.presets import draw
from sameframe_worker.cutout.library import cutout_kernels
from sameframe_worker.cutout.refine import Refiner
from sameframe_worker.cutout.segment import SIZE, Segmentation
from sameframe_worker.kernels import Buffer
from scipy.ndimage import binary_dilation, distance_transform_edt, gaussian_filter1d

from bench.cutout_quality import (
    HEIGHT,
    ROOT,
    WIDTH,
    Model,
    Person,
    gt_person,
    iou,
    made_person,
    mae,
    received,
    to_bytes,
    to_i420,
    to_rgb,
)
from bench.peers import PEERS
from bench.rows import Row

Array = np.ndarray

BACKGROUNDS = (
    "curtain", "studio", "seoul_night", "beach", "forest", "first_snow", "party", "riso", "sunset",
    "lanterns",
)  # fmt: skip
OURS = "ours"
FRAMES, RESTING, SETTLED = 30, 10, 3
NOISE = 2.0  # levels, of every plane
DARK = 0.06
RING = 10  # pixels on either side of the outline that the halo is looked for in
BELOW = 64  # rows by which the person goes on below the picture
UNITS = {"iou": "iou", "mad": "alpha", "grad": "k", "flicker": "alpha/frame"}
UNITS |= {"halo": "levels", "rim": "levels", "time": "ms"}
STUDIO_RIM = 4  # pixels: how far the white of her studio shines into the person of known alpha


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture and what is true of it."""

    pose: Array  # 2 × 3, from the picture's coordinates to the person's own
    alpha: Array
    premultiplied: Array
    planes: Array


class Ours:
    """The product's line from planes to a stacked frame; its mask is everybody's."""

    def __init__(self, model: Model):
        self.model, self.refiner = model, Refiner(cutout_kernels(), WIDTH, HEIGHT)
        self.segmentation = Segmentation(SimpleNamespace(floats=None), model)
        self.picture = SimpleNamespace(planes=Buffer(WIDTH * HEIGHT * 3 // 2))

    def mask(self, planes: Array) -> Array:
        """Return the model's mask of the picture."""
        self.picture.planes.view[:] = planes.tobytes()
        self.refiner.look(self.picture, self.segmentation)
        floats = np.frombuffer(self.segmentation.picture.view, np.float32)
        found = self.model.run(floats.reshape(SIZE, SIZE, 3))
        self.segmentation.mask.view[:] = found.tobytes()
        return found

    def cut(self) -> None:
        """Refine that mask."""
        self.refiner.cut(self.picture, self.segmentation)

    def read(self) -> tuple[Array, Array]:
        """Return alpha and colour as a receiver reads them."""
        stacked = np.frombuffer(self.refiner.stacked.view, np.uint8)
        u, v = np.split(stacked[WIDTH * HEIGHT * 3 // 2 :], 2)
        half = WIDTH * HEIGHT // 4
        shown = np.concatenate([stacked[: WIDTH * HEIGHT], u[:half], v[:half]])
        return received(stacked), to_rgb(shown)


def pose(k: int) -> Array:
    """Return frame k's map from the picture's coordinates to the person's: at rest the identity."""
    t = 2 * np.pi * max(0, k - RESTING) / (FRAMES - RESTING)
    angle, scale = np.radians(3) * np.sin(t), 1 + 0.03 * np.sin(2 * t)
    dx, dy = 24 * np.sin(t), 6 * np.sin(2 * t)
    cos, sin = np.cos(angle) / scale, np.sin(angle) / scale
    cx, cy = WIDTH / 2, HEIGHT * 0.75
    return np.array([
        [cos, sin, cx - cos * (cx + dx) - sin * (cy + dy)],
        [-sin, cos, cy + sin * (cx + dx) - cos * (cy + dy)],
    ])  # fmt: skip


def inverse(of: Array) -> Array:
    """Return the map back."""
    return np.linalg.inv(np.vstack([of, [0, 0, 1]]))[:2]


def warped(plane: Array, by: Array, how: Image.Resampling = Image.BICUBIC) -> Array:
    """Return the plane seen through the map, at the picture's size; nothing lies beyond it."""
    image = Image.fromarray(plane.astype(np.float32))
    return np.asarray(image.transform((WIDTH, HEIGHT), Image.AFFINE, by.ravel(), how))


def sequence(person: Person, background: Array, seed: int) -> Iterator[Frame]:
    """Yield the frames of the person before the background."""
    rng = np.random.default_rng(seed)
    colour, alpha = (
        np.pad(part, [(0, BELOW), *[(0, 0)] * (part.ndim - 1)], mode="edge") for part in person
    )
    planes = [*np.moveaxis(colour * alpha[..., None], -1, 0), alpha]
    for k in range(FRAMES):
        by = pose(k)
        *own, a = (np.clip(warped(plane, by), 0, 1) for plane in planes)
        own = np.minimum(np.stack(own, -1), a[..., None])
        exact = to_i420(own + (1 - a[..., None]) * background)
        noisy = to_bytes(exact + rng.normal(0, NOISE, exact.shape))
        yield Frame(by, a, own, noisy)


def preset(name: str) -> Array:
    """Return one of the product's backgrounds as the wall behind the person."""
    wide = draw(name, 854, HEIGHT).convert("RGB").crop((107, 0, 747, HEIGHT))
    return np.asarray(wide, np.float32) / 255


def bright_wall() -> Array:
    """Return a wall in the sun: bright, warm, unevenly lit."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] / [[[HEIGHT]], [[WIDTH]]]
    light = 0.98 - 0.1 * np.hypot(x - 0.3, y - 0.2)
    return np.clip(light[..., None] * np.array([1.0, 0.98, 0.93]), 0, 1).astype(np.float32)


def without_rim(person: Person) -> Person:
    """Return the person whose colour along the outline is that of a few pixels further in."""
    colour, alpha = person
    solid = np.pad(alpha >= 1, [(0, BELOW), (0, 0)], mode="edge")
    core = distance_transform_edt(solid)[:HEIGHT] > STUDIO_RIM
    far, (j, i) = distance_transform_edt(~core, return_indices=True)
    return np.where(far[..., None] <= 2 * STUDIO_RIM, colour[j, i], colour), alpha


# --- measures --------------------------------------------------------------------------------


def slopes(alpha: Array) -> tuple[Array, Array]:
    """Return alpha's slopes across and down, by a Gaussian of 1.4 pixels."""
    soft = [gaussian_filter1d(alpha, 1.4, axis) for axis in (0, 1)]
    return tuple(gaussian_filter1d(soft[a], 1.4, 1 - a, order=1) for a in (0, 1))


def gradient_error(found: Array, exact: Array) -> float:
    """Return the sum over all pixels of the squared difference of slopes, in thousands."""
    steep = [np.hypot(*slopes(alpha)) for alpha in (found, exact)]
    return float(((steep[0] - steep[1]) ** 2).sum() / 1000)


def halo(found: Array, colour: Array, frame: Frame) -> float:
    """Return the mean error of colour along the outline before near-black."""
    soft = (frame.alpha > 0) & (frame.alpha < 1)
    ring = binary_dilation(soft, iterations=RING)
    ours = colour * found[..., None] + DARK * (1 - found[..., None])
    exact = frame.premultiplied + DARK * (1 - frame.alpha[..., None])
    return float(np.abs(ours - exact)[ring].mean() * 255)


class Scores:
    """Gathers what one run over one sequence measures, by pipeline."""

    def __init__(self) -> None:
        self.of: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        self._errors: dict[str, Array] = {}

    def add(self, name: str, found: Array, frame: Frame, settled: bool) -> None:
        """Score one alpha."""
        error = warped(found - frame.alpha, inverse(frame.pose), Image.BILINEAR)
        before = self._errors.get(name)
        self._errors[name] = error
        if not settled:
            return
        of = self.of[name]
        of["iou"].append(iou(found, frame.alpha))
        of["mad"].append(mae(found, frame.alpha))
        of["grad"].append(gradient_error(found, frame.alpha))
        of["flicker"].append(mae(error, before))


def run(model: Model, frames: Iterator[Frame], dark: str = "") -> Scores:
    """Let all pipelines refine the same masks; `dark`: what a halo is to be called, and no more."""
    ours, scores = Ours(model), Scores()
    peers = {name: make() for name, make in PEERS.items()}
    for k, frame in enumerate(frames):
        began = perf_counter()
        mask = ours.mask(frame.planes)
        shared = perf_counter() - began
        rgb = to_rgb(frame.planes)
        began = perf_counter()
        ours.cut()
        took = {OURS: shared + perf_counter() - began}
        alpha, colour = ours.read()
        found = {OURS: (alpha, colour)}
        for name, peer in peers.items():
            began = perf_counter()
            found[name] = peer(mask, rgb), rgb
            took[name] = shared + (perf_counter() - began if name != "raw" else 0)
        for name, (alpha, colour) in found.items():
            scores.of[name]["time"].append(took[name] * 1000)
            if not dark:
                scores.add(name, alpha, frame, k >= SETTLED)
            elif k >= SETTLED:
                scores.of[name][dark].append(halo(alpha, colour, frame))
    return scores


def figures(model: Model, person: Person, backgrounds: dict[str, Array]) -> dict[str, dict]:
    """Return by measure and pipeline the means, of times the medians."""
    gathered: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    runs = [run(model, sequence(person, b, k)) for k, b in enumerate(backgrounds.values())]
    for dark, who in (("halo", person), ("rim", without_rim(person))):
        runs.append(run(model, sequence(who, bright_wall(), 99), dark))
    for scores in runs:
        for name, measures in scores.of.items():
            for measure, values in measures.items():
                gathered[measure][name] += values
    return {
        measure: {n: float((np.median if measure == "time" else np.mean)(v)) for n, v in by.items()}
        for measure, by in gathered.items()
    }


def rows(found: dict[str, dict[str, float]], of: str = "") -> list[Row]:
    """Return one row per measure beside the best other, then everybody's; `of` ends their names."""
    made, detail = [], []
    for measure, by in found.items():
        others = {name: value for name, value in by.items() if name != OURS}
        best = (max if measure == "iou" else min)(others.values())
        unit = UNITS[measure]
        made.append(Row(f"edge.{measure}{of}", by[OURS], unit, best))
        detail += [Row(f"edge.{measure}.{n}{of}", v, unit, by["raw"]) for n, v in others.items()]
    return made + detail


def measure(media: Path | None = None) -> list[Row]:
    """Return all rows; without the person of known alpha one is made of the astronaut.

    Her alpha is the model's own mask, so that nobody can be better than it: the rows say so.
    """
    media = media or ROOT.parent / "shared" / "media"
    model = Model()
    exact = (media / "gt" / "comp_alpha.png").exists()
    person = gt_person(media) if exact else made_person(model)
    backgrounds = {name: preset(name) for name in BACKGROUNDS}
    return rows(figures(model, person, backgrounds), "" if exact else ".astronaut")


def main() -> None:
    """Print the rows as JSON lines."""
    for row in measure(Path(sys.argv[1]) if len(sys.argv) > 1 else None):
        print(json.dumps(row.plain()))


if __name__ == "__main__":
    main()

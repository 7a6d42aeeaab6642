"""Light in numpy and Pillow: what sameframe_worker.light measures, for the reference and prints."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sameframe_worker import light, stacked
from sameframe_worker.light import BINS, LATTICE, SMALL, SOFT, Tint, Tone
from sameframe_worker.scene import Scene

_BOX, _NEAREST = Image.Resampling.BOX, Image.Resampling.NEAREST
_LINEAR = Image.Resampling.BILINEAR
_LUMA = np.array([0.299, 0.587, 0.114])


def tints(scene: Scene, ground: Image.Image, people: Mapping[str, Tone | None]) -> dict[str, Tint]:
    """Return what becomes of everyone's colours, before a ground that is seen whole."""
    people = {guest: None if guest in scene.unlit else of for guest, of in people.items()}
    if scene.light == "off":
        return dict.fromkeys(people, light.NONE)
    return light.tints(scene.light, of_ground(ground), people)


def near(ground: Image.Image) -> Image.Image:
    """Return what shines over people's edges at each pixel of a picture."""
    return ground.resize(SMALL, _BOX).resize(ground.size, _LINEAR)


def softened_layer(layer: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Return the soft and the shade of a layer with alpha, as pictures of 0..255."""
    both = softened(np.asarray(layer.getchannel("A"), np.float64) / 255)
    soft, shade = (Image.fromarray(np.rint(cells * 255).astype(np.uint8)) for cells in both)
    return soft, shade


def softened(mask: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a mask's (0..1) soft and shade, SOFT cells each, 0..1."""
    wide, high = SOFT
    cells = np.asarray(Image.fromarray(mask.astype(np.float32)).resize(SOFT, _BOX), np.float64)
    padded = np.pad(cells, 1, mode="edge")
    across = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    soft = (across[:-2] + 2 * across[1:-1] + across[2:]) / 16
    above = np.concatenate([np.zeros((1, wide)), soft[:-1]])
    i, j = np.arange(wide), np.arange(high)[:, None]
    fade = np.clip(np.minimum(i, wide - 1 - i) / 2, 0, 1) * np.clip(j / 2, 0, 1)
    return soft, (0.4 * soft + 0.6 * above) * fade * (0.2 + 0.8 * (j + 0.5) / high)


def of_ground(ground: Image.Image) -> Tone | None:
    """Return a background's tone."""
    rgb = np.asarray(ground.resize(SMALL, _BOX), np.float64).reshape(-1, 3)
    return _tone(rgb, np.ones(len(rgb)))


def of_layer(layer: Image.Image) -> Tone | None:
    """Return the tone of a layer, RGBA with straight alpha."""
    pixels = np.asarray(layer.resize(LATTICE, _NEAREST), np.float64).reshape(-1, 4)
    return _tone(pixels[:, :3], pixels[:, 3] / 255)


def of_planes(
    luma: NDArray[np.float64], blue: NDArray[np.float64], red: NDArray[np.float64]
) -> Tone | None:
    """Return the tone of a stacked frame's planes."""
    height, width = luma.shape
    rows, seam = stacked.rows(height), height * 2 / 3
    u, v = (np.arange(LATTICE[0]) + 0.5) / LATTICE[0], (np.arange(LATTICE[1]) + 0.5) / LATTICE[1]
    x = (u * width).astype(int)
    y = np.minimum((v * seam).astype(int), rows.colour_last)
    half = np.minimum((v * seam / 2).astype(int), rows.chroma_last)
    at = np.maximum((seam + v * (height - seam)).astype(int), rows.mask_first)
    alpha = luma[np.ix_(at, x)] - stacked.MASK_FLOOR
    alpha = np.clip(alpha / (stacked.MASK_CEIL - stacked.MASK_FLOOR), 0, 1)
    bright = (np.clip(luma[np.ix_(y, x)], 16, 235) - 16) * (255 / 219)
    colour = [(plane[np.ix_(half, x // 2)] - 128) * (255 / 224) for plane in (blue, red)]
    return _summed(bright.ravel(), colour[0].ravel(), colour[1].ravel(), alpha.ravel())


def _tone(rgb: NDArray[np.float64], weight: NDArray[np.float64]) -> Tone | None:
    luma = rgb @ _LUMA
    return _summed(luma, (rgb[:, 2] - luma) / 1.772, (rgb[:, 0] - luma) / 1.402, weight)


def _summed(
    luma: NDArray[np.float64],
    blue: NDArray[np.float64],
    red: NDArray[np.float64],
    weight: NDArray[np.float64],
) -> Tone | None:
    lumas, _ = np.histogram(luma, BINS, (0, 256), weights=weight)
    chroma = np.abs(blue) + np.abs(red)
    sums = [float(weight @ each) for each in (blue, red, chroma)]
    return light.tone(lumas.tolist(), *sums, len(weight))

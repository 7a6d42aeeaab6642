"""The reference renderer: defines, in numpy, the pixels of a scene. Speed is not its business.

For the pixel (x, y) of the output, back to front, with (u, v) = Placement.inverse() of its centre:

    Y, U, V, m   sampled as stacked.py says; Y between 16 and 235
    alpha        stacked.luma_to_mask's ramp, unrounded, as a fraction
    edge         the product over both axes of clamp(d + 1/2, 0, 1), where d is how far, in pixels
                 of the output, the centre lies inside the frame's nearer edge
    a            alpha * edge * opacity
    rgb          BT.601, limited range, given the layer's tint, clamped to 0..255
    lit          rgb mixed with near by wrap * (1 - soft)
    shadow       shadow * shade * edge * opacity
    out          out * (1 - shadow) * (1 - a) + lit * a

Tint, wrap, near, soft, shadow and shade are sameframe_worker.light's.

and then the scene's look, as sameframe_worker.looks says.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sameframe_worker import stacked
from sameframe_worker.light import SHADOW, SOFT, WRAP, Tint
from sameframe_worker.scene import Light, Placement, Scene, place

from sameframe import lighting
from sameframe.grading import graded

Array = NDArray[np.float64]


@dataclass(frozen=True)
class StackedFrame:
    """A stacked frame of width × height: tightly packed I420."""

    width: int
    height: int
    data: bytes


def render(
    scene: Scene,
    background_rgb: NDArray[np.uint8],
    cutouts: Mapping[str, StackedFrame],
    width: int,
    height: int,
) -> NDArray[np.uint8]:
    """Return the scene's picture, height × width × 3.

    `background_rgb` has the picture's shape. Layers without a cutout draw nothing.
    Raises ValueError for a background or a frame of another size than it should have.
    """
    if background_rgb.shape != (height, width, 3):
        raise ValueError(f"the background is {background_rgb.shape}, not {(height, width, 3)}")
    out = background_rgb.astype(np.float64)
    shown = [(layer, cutouts[layer.guest]) for layer in scene.layers if layer.guest in cutouts]
    tones = {layer.guest: lighting.of_planes(*_planes(frame)) for layer, frame in shown}
    ground = Image.fromarray(background_rgb)
    tints, near = lighting.tints(scene, ground, tones), np.asarray(lighting.near(ground), float)
    for layer, frame in shown:
        aspect = stacked.aspect(frame.width, frame.height)
        placement = place(layer, aspect, width, height)
        light = "off" if layer.guest in scene.unlit else scene.light
        _draw(out, frame, placement, tints[layer.guest], light, near)
    return np.rint(graded(out, scene.look)).astype(np.uint8)


def _draw(
    out: Array, frame: StackedFrame, placement: Placement, tint: Tint, light: Light, near: Array
) -> None:
    rows = stacked.rows(frame.height)
    luma, chroma_u, chroma_v = _planes(frame)
    a, b, c, d, e, f = placement.inverse()
    y, x = np.mgrid[placement.y0 : placement.y1, placement.x0 : placement.x1] + 0.5
    u, v = a * x + b * y + c, d * x + e * y + f

    last = frame.height - 1
    mask_y = rows.seam + v * (frame.height - rows.seam) - 0.5
    mask = _sample(luma, u * frame.width - 0.5, mask_y, rows.mask_first, last)
    colour = _rgb(
        _sample(luma, u * frame.width - 0.5, v * rows.seam - 0.5, 0, rows.colour_last),
        _sample(chroma_u, u * frame.width / 2 - 0.5, v * rows.seam / 2 - 0.5, 0, rows.chroma_last),
        _sample(chroma_v, u * frame.width / 2 - 0.5, v * rows.seam / 2 - 0.5, 0, rows.chroma_last),
    )
    by = np.array(tint).reshape(3, 4)
    colour = np.clip(colour @ by[:, :3].T + by[:, 3], 0, 255)
    alpha = (mask - stacked.MASK_FLOOR) / (stacked.MASK_CEIL - stacked.MASK_FLOOR)
    cover = _edge(u, placement.width) * _edge(v, placement.height) * placement.opacity
    alpha = (np.clip(alpha, 0, 1) * cover)[..., None]
    where = slice(placement.y0, placement.y1), slice(placement.x0, placement.x1)
    soft, shade = (
        _sample(cells, u * SOFT[0] - 0.5, v * SOFT[1] - 0.5, 0, SOFT[1] - 1)
        for cells in lighting.softened(_mask(luma))
    )
    colour += (near[where] - colour) * (WRAP[light] * (1 - soft))[..., None]
    behind = (SHADOW[light] * shade * cover)[..., None]
    part = out[where]
    part[:] = part * (1 - behind) * (1 - alpha) + colour * alpha


def _mask(luma: Array) -> Array:
    """Return the whole mask of a stacked frame's luma, 0..1, without what is next to the seam."""
    mask = luma[stacked.rows(len(luma)).mask_first :]
    return np.clip((mask - stacked.MASK_FLOOR) / (stacked.MASK_CEIL - stacked.MASK_FLOOR), 0, 1)


def _planes(frame: StackedFrame) -> tuple[Array, Array, Array]:
    w, h = frame.width, frame.height
    cw, ch = (w + 1) // 2, (h + 1) // 2
    if len(frame.data) != stacked.i420_bytes(w, h):
        raise ValueError(f"{len(frame.data)} bytes are not an I420 frame of {w} × {h}")
    flat = np.frombuffer(frame.data, np.uint8).astype(np.float64)
    luma, u, v = np.split(flat, [w * h, w * h + cw * ch])
    return luma.reshape(h, w), u.reshape(ch, cw), v.reshape(ch, cw)


def _sample(plane: Array, x: Array, y: Array, first: int, last: int) -> Array:
    """Filter bilinearly; taps are clamped to the plane's columns and to rows first..last."""
    x, y = np.clip(x, 0, plane.shape[1] - 1), np.clip(y, first, last)
    left = np.minimum(x.astype(int), plane.shape[1] - 2)
    top = np.minimum(y.astype(int), last - 1)
    p, q = x - left, y - top
    above = plane[top, left] * (1 - p) + plane[top, left + 1] * p
    below = plane[top + 1, left] * (1 - p) + plane[top + 1, left + 1] * p
    return above * (1 - q) + below * q


def _edge(part: Array, size: int) -> Array:
    return np.clip(np.minimum(part, 1 - part) * size + 0.5, 0, 1)


def _rgb(y: Array, u: Array, v: Array) -> Array:
    light = (np.clip(y, 16, 235) - 16) * (255 / 219)
    u, v = (u - 128) * (255 / 112), (v - 128) * (255 / 112)
    red, blue = light + 0.701 * v, light + 0.886 * u
    green = light - (0.114 * 0.886 * u + 0.299 * 0.701 * v) / 0.587
    return np.stack([red, green, blue], -1)

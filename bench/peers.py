"""Others' edges, by the parameters that they publish: from a model's mask to alpha.

    peer = PEERS["jitsi"]()
    alpha = peer(mask, rgb)     # mask n × n (0..1), rgb H × W × 3 (0..1), alpha H × W

All take the same model's mask in every frame, though some run theirs in every second only. They run
on the GPU where they come from: their times in numpy say nothing.
"""

from collections.abc import Callable

import numpy as np
from PIL import Image
from scipy.ndimage import correlate1d, gaussian_filter, maximum_filter, minimum_filter

Array = np.ndarray
Pipeline = Callable[[Array, Array], Array]

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def resized(plane: Array, width: int, height: int) -> Array:
    """Scale one plane bilinearly."""
    scaled = Image.fromarray(plane.astype(np.float32)).resize((width, height), Image.BILINEAR)
    return np.asarray(scaled)


def smoothstep(low: float, high: float, values: Array) -> Array:
    """Return GLSL's smoothstep."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def eight_bits(mask: Array) -> Array:
    """Round to what a texture of bytes holds."""
    return np.rint(mask * 255).astype(np.float32) / 255


def _nearest(count: int, size: int) -> Array:
    """Return which of `size` samples lies nearest to each of `count` pixels."""
    return ((np.arange(count) + 0.5) * size / count).astype(int)


class Raw:
    """The model's mask, scaled up bilinearly."""

    def __call__(self, mask: Array, rgb: Array) -> Array:
        """Return alpha."""
        return resized(mask, rgb.shape[1], rgb.shape[0])


class Jitsi:
    """Jitsi's effects of 2025: running mean of the mask, wide feather, snapped at camera edges."""

    blend = 0.75  # weight of the masks before

    def __init__(self, size: tuple[int, int], feather: int, low: float, high: float):
        self.size, self.feather, self.low, self.high = size, feather, low, high
        self.mean: Array | None = None

    def __call__(self, mask: Array, rgb: Array) -> Array:
        """Return alpha."""
        height, width = rgb.shape[:2]
        fresh = eight_bits(resized(mask, *self.size))
        old = fresh if self.mean is None else self.mean
        self.mean = fresh + (old - fresh) * self.blend
        own = resized(eight_bits(self.mean), width, height)
        # Nine taps of 1 2 1 both ways, as far apart as the feather is wide.
        reach = round(self.feather * self.size[0] / width) * width / self.size[0]
        taps = np.zeros(2 * round(reach) + 1)
        taps[[0, len(taps) // 2, -1]] = 0.25, 0.5, 0.25
        soft = correlate1d(correlate1d(own, taps, 0, mode="nearest"), taps, 1, mode="nearest")
        luma = np.pad(rgb @ _LUMA, 1, mode="edge")
        slope = np.hypot(luma[1:-1, 2:] - luma[1:-1, :-2], luma[2:, 1:-1] - luma[:-2, 1:-1])
        snapped = soft + (own - soft) * smoothstep(0.05, 0.2, slope)
        return smoothstep(self.low, self.high, snapped)


class Volcomix:
    """Volcomix' WebGL 2 pipeline: a joint bilateral filter, then coverage; no light wrap."""

    sigma_space, sigma_colour, sparsity, coverage = 1.0, 0.1, 0.66, (0.5, 0.75)

    def __call__(self, mask: Array, rgb: Array) -> Array:
        """Return alpha."""
        height, width = rgb.shape[:2]
        reach = self.sigma_space * max(width / mask.shape[1], height / mask.shape[0])
        step = max(1.0, reach**0.5 * self.sparsity)
        first = -reach + (step / 2 if step > 1 else 0)
        shifts = np.arange(first, reach + 1e-6, step)
        taller = height / width  # distances are measured in a texture's coordinates
        # Where all the mask nearby is one value so is its mean: only the rest is worked out.
        near = round(2 * reach) + 1
        flat = maximum_filter(mask, near) - minimum_filter(mask, near) < 1e-3
        grown = mask[_nearest(height, mask.shape[0])][:, _nearest(width, mask.shape[1])]
        rests = flat[_nearest(height, mask.shape[0])][:, _nearest(width, mask.shape[1])]
        y, x = np.nonzero(~rests)
        own, held, total = rgb[y, x], np.zeros(len(y)), np.zeros(len(y))
        for dy in shifts:
            for dx in shifts:
                # Nearest samples, as the textures are made.
                j = np.clip(np.floor(y + dy + 0.5), 0, height - 1).astype(int)
                i = np.clip(np.floor(x + dx + 0.5), 0, width - 1).astype(int)
                far = ((rgb[j, i] - own) ** 2).sum(-1)
                away = ((dx * taller) ** 2 + dy * dy) / (reach * reach * 4)
                weight = np.exp(-0.5 * (far / (self.sigma_colour**2 * 4) + away))
                held += weight * grown[j, i]
                total += weight
        found = grown.copy()
        found[y, x] = held / total
        return smoothstep(*self.coverage, found)


class VolcomixFlat:
    """Volcomix' 2D canvas: the mask scaled up through a blur of 4 px."""

    def __call__(self, mask: Array, rgb: Array) -> Array:
        """Return alpha."""
        return gaussian_filter(resized(mask, rgb.shape[1], rgb.shape[0]), 4.0, mode="nearest")


PEERS: dict[str, Callable[[], Pipeline]] = {
    "raw": Raw,
    "jitsi": lambda: Jitsi((512, 288), 20, 0.28, 0.65),
    "jitsi_low": lambda: Jitsi((256, 144), 32, 0.1, 0.5),
    "volcomix": Volcomix,
    "volcomix_2d": VolcomixFlat,
}

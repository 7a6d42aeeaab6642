"""Refine and stack against the same formulas in numpy, at double precision."""

import numpy as np
import pytest
from sameframe_worker.cutout.library import cutout_kernels
from sameframe_worker.kernels import Buffer
from sameframe_worker.stacked import frame_size, i420_bytes

KERNELS = cutout_kernels()
N, R = 256, 2
EPSILON, LOW, HIGH, SURE = 1e-5, 0.27, 0.65, 0.03  # cutout_refine.c
CLEAN, FAINT, DEEP, DEEPER, HAZE = 0.5, 64, 0.65, 4, 4  # cutout.h

Array = np.ndarray


def smooth(cells: Array, reduce=np.mean) -> Array:
    """Reduce 5 × 5 cells around each, the outermost repeated beyond the edge."""
    padded = np.pad(cells, R, mode="edge")
    return reduce(np.lib.stride_tricks.sliding_window_view(padded, (5, 5)), axis=(2, 3))


def spread(cells: Array) -> Array:
    """Weigh 5 × 5 cells around each binomially."""
    weights = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256
    padded = np.pad(cells, R, mode="edge")
    return (np.lib.stride_tricks.sliding_window_view(padded, (5, 5)) * weights).sum((2, 3))


def resample(cells: Array, height: int, width: int) -> Array:
    """Bilinear about centres."""

    def taps(count: int, size: int) -> tuple[Array, Array, Array]:
        at = np.clip((np.arange(count) + 0.5) * size / count - 0.5, 0, size - 1)
        low = at.astype(int)
        return low, np.minimum(low + 1, size - 1), at - low

    y0, y1, ty = taps(height, cells.shape[0])
    x0, x1, tx = taps(width, cells.shape[1])
    rows = cells[y0] * (1 - ty)[:, None] + cells[y1] * ty[:, None]
    return rows[:, x0] * (1 - tx) + rows[:, x1] * tx


def planes_of(data: bytes, width: int, height: int) -> tuple[Array, Array, Array]:
    every = np.frombuffer(data, np.uint8).astype(float)
    n, half = width * height, (height // 2, width // 2)
    return (
        every[:n].reshape(height, width),
        every[n : n * 5 // 4].reshape(half),
        every[n * 5 // 4 :].reshape(half),
    )


def model(data: bytes, mask: Array, width: int, height: int) -> tuple[Array, ...]:
    """Return alpha (0..255, half height) and luma, as the kernels should make them."""
    y, u, v = planes_of(data, width, height)
    h4, w4 = height // 4, width // 4
    cells = [
        y.reshape(h4, 4, w4, 4).mean((1, 3)) / 255 - 0.5,
        u.reshape(h4, 2, w4, 2).mean((1, 3)) / 255 - 128 / 255,
        v.reshape(h4, 2, w4, 2).mean((1, 3)) / 255 - 128 / 255,
    ]
    p = resample(mask / 255, h4, w4)
    kind = np.where(smooth(p, np.max) < SURE, 0, np.where(smooth(p, np.min) > 1 - SURE, 2, 1))
    means = [smooth(c) for c in cells]
    covariance = np.stack(
        [smooth(c * p) - m * smooth(p) for c, m in zip(cells, means, strict=True)]
    )
    variance = (
        np.array([[smooth(a * b) - smooth(a) * smooth(b) for a in cells] for b in cells])
        + EPSILON * np.eye(3)[:, :, None, None]
    )
    slopes = np.linalg.solve(
        variance.transpose(2, 3, 0, 1), covariance.transpose(1, 2, 0)[..., None]
    )
    slopes = slopes[..., 0].transpose(2, 0, 1)
    offset = smooth(p) - sum(a * m for a, m in zip(slopes, means, strict=True))
    stretch = 1 / (HIGH - LOW)
    slopes = [smooth(a) * stretch for a in slopes]
    offset = (smooth(offset) - LOW) * stretch

    fitted = sum(a * c for a, c in zip(slopes, cells, strict=True)) + offset
    edge = (kind == 1).reshape(h4, w4 // 4, 4).any(2).repeat(4, 1)  # by fours, as the kernel goes
    low, high = (np.where(edge, of(p, fitted), kind // 2) for of in (np.minimum, np.maximum))
    levels = [255 * (cells[0] + 0.5), 255 * cells[1] + 128, 255 * cells[2] + 128]
    person, room = np.clip(2 * low - 1, 0, 1) ** 2, np.clip(1 - 2 * high, 0, 1) ** 2
    depth, beyond = spread(person), spread(room)
    own = [spread(person * c) / (depth + 1e-6) for c in levels]
    away = [
        (spread(room * c) / (beyond + 1e-6) - o) * np.minimum(1, 50 * beyond)
        for c, o in zip(levels, own, strict=True)
    ]
    offset = offset - 4 * (1 - np.minimum(1, 50 * depth))

    def full(plane: Array) -> Array:
        return resample(plane, height // 2, width)

    pairs = y.reshape(height // 2, 2, width).mean(1)
    alpha = np.clip(
        full(slopes[0]) * (pairs / 255 - 0.5)
        + full(slopes[1]) * ((u.repeat(2, 1) - 128) / 255)
        + full(slopes[2]) * ((v.repeat(2, 1) - 128) / 255)
        + full(offset),
        0,
        1,
    )
    sure = kind.reshape(h4, w4 // 2, 2).repeat(2, 0).repeat(4, 2).reshape(height // 2, w4 // 2, 8)
    alpha = alpha.reshape(sure.shape)
    alpha = np.where((sure == 0).all(2, keepdims=True), 0, alpha)
    whole = (sure == 2).all(2, keepdims=True)
    alpha = np.where(whole, 1, alpha).reshape(height // 2, width)
    mine = np.clip((alpha - CLEAN) / (1 - CLEAN), 0, 1).repeat(2, 0)
    camera = [y, u.repeat(2, 0).repeat(2, 1), v.repeat(2, 0).repeat(2, 1)]
    own = [full(c).repeat(2, 0) for c in own]
    away = [full(c).repeat(2, 0) for c in away]
    off = [c - o for c, o in zip(camera, own, strict=True)]
    way = sum(c * r for c, r in zip(off, away, strict=True)) / (sum(r * r for r in away) + FAINT)
    taken = np.clip(way, 0, 1) * np.clip((DEEP - full(depth).repeat(2, 0)) * DEEPER, 0, 1)
    shown = np.clip(own[0] + (off[0] - away[0] * taken) * mine, 0, 255)
    shown = np.where(whole.repeat(8, 2).reshape(alpha.shape).repeat(2, 0), y, shown)
    luma = np.where(np.round(alpha * 255).repeat(2, 0) >= HAZE, shown, 128)
    return alpha * 255, luma


def stacked(data: bytes, mask: Array, width: int, height: int) -> bytes:
    def holding(content: bytes) -> Buffer:
        buffer = Buffer(len(content))
        buffer.view[:] = content
        return buffer

    out = Buffer(i420_bytes(*frame_size(width, height)))
    alpha, workspace = Buffer(width * height // 2), Buffer(KERNELS.cutout_workspace(width, height))
    source, held, rates = holding(data), holding(mask.tobytes()), holding(b"\x80" * (N * N))
    KERNELS.cutout_refine(
        workspace.address, source.address, held.address, rates.address, width, height
    )
    KERNELS.cutout_stack(
        out.address, alpha.address, source.address, workspace.address, width, height
    )
    return bytes(out.view)


def scene(kind: str, width: int, height: int) -> tuple[bytes, Array]:
    """Return a picture and a soft mask that fits it more or less."""
    rng = np.random.default_rng(7)
    y, x = np.mgrid[0:height, 0:width]
    inside = np.hypot(x / width - 0.5, y / height - 0.6) < 0.3
    luma = np.where(inside, 70, 180) + 20 * np.sin(x / 3.0) * np.cos(y / 5.0)
    luma = luma + rng.normal(0, 8 if kind == "noisy" else 1, luma.shape)
    chroma = [np.where(inside[::2, ::2], 100, 150), np.where(inside[::2, ::2], 150, 110)]
    data = b"".join(np.clip(c, 0, 255).astype(np.uint8).tobytes() for c in (luma, *chroma))
    j, i = np.mgrid[0:N, 0:N] / N
    distance = 0.3 + (0.02 if kind == "wide" else 0.0) - np.hypot(i - 0.5, j - 0.6)
    return data, np.clip(distance * 2000 + 128, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("kind", ["clean", "noisy", "wide"])
@pytest.mark.parametrize("size", [(64, 48), (48, 64), (160, 120), (112, 36)])
def test_refine_and_stack_are_what_numpy_says(kind, size):
    width, height = size
    data, mask = scene(kind, width, height)
    out = stacked(data, mask, width, height)
    alpha, luma = model(data, mask, width, height)
    n = width * height
    found = np.frombuffer(out[n : n * 3 // 2], np.uint8).astype(float).reshape(height // 2, width)
    ramp = np.where(alpha < HAZE - 0.5, 16, np.where(alpha >= 254.5, 235, 28 + alpha * 196 / 255))
    # Single precision may tip a value over either end of the ramp, never further.
    assert np.mean(np.abs(found - ramp) > 2) < 0.005
    assert np.abs(found - ramp).mean() < 0.3
    shown = np.frombuffer(out[:n], np.uint8).astype(float).reshape(height, width)
    assert np.mean(np.abs(shown - luma) > 2) < 0.005
    assert 0.1 < (alpha > 127).mean() < 0.6


def test_the_persons_colour_comes_from_the_person_not_from_the_wall():
    width, height = 160, 120
    luma = np.full((height, width), 235, np.uint8)
    luma[:, 80:] = 30
    luma[:, 76:80] = [190, 150, 110, 70]  # a lens's soft edge
    data = luma.tobytes() + b"\x80" * (width * height // 2)
    x = np.arange(N)[None, :].repeat(N, 0)
    mask = np.clip((x - 122) * 24, 0, 255).astype(np.uint8)
    out = stacked(data, mask, width, height)
    n = width * height
    colour = np.frombuffer(out[:n], np.uint8).reshape(height, width)
    alpha = np.frombuffer(out[n : n * 3 // 2], np.uint8).reshape(height // 2, width).repeat(2, 0)
    partial = (alpha > 16) & (alpha < 200)
    assert partial.any()
    assert colour[partial].max() < 110

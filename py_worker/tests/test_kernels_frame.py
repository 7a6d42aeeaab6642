"""The kernels that bring a camera's frame into shape, against their formulas."""

import math
from random import Random

import pytest
from cutout_pictures import (
    KERNELS,
    N,
    holding,
    seeds,
    slow,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from sameframe_worker.cutout.picture import cutout_size
from sameframe_worker.kernels import Buffer
from sameframe_worker.stacked import (
    i420_bytes,
)


@given(st.integers(1, 9), st.integers(1, 9), seeds)
def test_nv12_has_its_chroma_taken_apart(width, height, seed):
    data = Random(seed).randbytes(i420_bytes(width, height))
    luma, uv = data[: width * height], data[width * height :]
    out, source = Buffer(len(data)), holding(data)
    KERNELS.cutout_from_nv12(out.address, source.address, width, height)
    assert bytes(out.view) == luma + uv[0::2] + uv[1::2]


@given(st.integers(1, 9), st.integers(1, 9), seeds)
def test_rgba_becomes_limited_range_bt601(width, height, seed):
    data = Random(seed).randbytes(4 * width * height)
    out, source = Buffer(i420_bytes(width, height)), holding(data)
    KERNELS.cutout_from_rgba(out.address, source.address, width, height)

    def rgb(x: int, y: int) -> bytes:
        at = 4 * (min(y, height - 1) * width + min(x, width - 1))
        return data[at : at + 3]

    for y in range(height):
        for x in range(width):
            r, g, b = rgb(x, y)
            exact = 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255
            assert abs(out.view[y * width + x] - exact) <= 1.5
    wc, hc = (width + 1) // 2, (height + 1) // 2
    for y in range(hc):
        for x in range(wc):
            four = [rgb(2 * x + i, 2 * y + j) for j in (0, 1) for i in (0, 1)]
            r, g, b = (sum(p[k] for p in four) / 4 for k in range(3))
            blue = 128 + (-37.797 * r - 74.203 * g + 112 * b) / 255
            red = 128 + (112 * r - 93.786 * g - 18.214 * b) / 255
            at = width * height + y * wc + x
            assert abs(out.view[at] - blue) <= 1.5
            assert abs(out.view[at + wc * hc] - red) <= 1.5


def scaled(data: bytes, width: int, height: int, to: tuple[int, int]) -> bytearray:
    out, source = Buffer(i420_bytes(*to)), holding(data)
    scratch = Buffer(width * height // 4 + 1)
    KERNELS.cutout_scale(out.address, *to, source.address, width, height, scratch.address)
    return out.view


@given(st.integers(8, 70), st.integers(8, 70), st.integers(4, 20), st.integers(4, 20), seeds)
@settings(deadline=None)
def test_scaling_invents_no_value(width, height, half_w, half_h, seed):
    to = 2 * half_w, 2 * half_h
    data = Random(seed).randbytes(i420_bytes(width, height))
    luma = data[: width * height]
    out = scaled(data, width, height, to)
    assert min(luma) <= min(out[: to[0] * to[1]])
    assert max(out[: to[0] * to[1]]) <= max(luma)


@given(st.integers(8, 70), st.integers(8, 70), st.integers(0, 255))
def test_scaling_keeps_one_colour(width, height, level):
    data = bytes([level]) * i420_bytes(width, height)
    assert set(scaled(data, width, height, (16, 12))) == {level}


def test_scaling_by_two_is_the_mean_of_four():
    data = Random(4).randbytes(i420_bytes(32, 24))
    out = scaled(data, 32, 24, (16, 12))
    for y in range(12):
        for x in range(16):
            four = [data[(2 * y + j) * 32 + 2 * x + i] for j in (0, 1) for i in (0, 1)]
            assert out[y * 16 + x] == (sum(four) + 2) // 4


def test_scaling_by_any_factor_is_bilinear_about_centres():
    data = Random(4).randbytes(i420_bytes(30, 22))
    out = scaled(data, 30, 22, (20, 16))
    for y in range(16):
        for x in range(20):
            u, v = max(0, (x + 0.5) * 1.5 - 0.5), max(0, (y + 0.5) * 22 / 16 - 0.5)
            x0, y0 = int(u), int(v)
            x1, y1 = min(x0 + 1, 29), min(y0 + 1, 21)
            top = data[y0 * 30 + x0] * (1 - u + x0) + data[y0 * 30 + x1] * (u - x0)
            low = data[y1 * 30 + x0] * (1 - u + x0) + data[y1 * 30 + x1] * (u - x0)
            assert abs(out[y * 20 + x] - (top * (1 - v + y0) + low * (v - y0))) <= 3


@given(st.integers(16, 8192), st.integers(16, 8192))
def test_the_cutouts_size_suits_the_kernels_and_the_cameras_shape(width, height):
    w, h = cutout_size(width, height)
    assert (w % 16, h % 4) == (0, 0)
    assert w >= 16
    assert h >= 16
    if 0.2 < width / height < 5:
        assert w * h <= 640 * 480 * 1.1
        assert abs(math.log(w / h) - math.log(width / height)) < 0.5 * (16 / w + 4 / h) + 0.01


@pytest.mark.parametrize("size", [(640, 480), (480, 640), (640, 360), (320, 240)])
def test_usual_cameras_are_not_scaled(size):
    assert cutout_size(*size) == size


# --- what the model gets ---------------------------------------------------------------------


@slow
@given(st.sampled_from([(16, 16), (34, 22), (640, 480), (480, 640)]), seeds)
def test_the_model_gets_the_mean_of_the_pixels_in_the_middle_of_each_cell(size, seed):
    width, height = size
    data = Random(seed).randbytes(i420_bytes(width, height))
    rgb, seen, scratch = Buffer(N * N * 12), Buffer(3 * N * N), Buffer(1536 + 2 * width)
    source = holding(data)
    KERNELS.cutout_input(rgb.address, seen.address, source.address, width, height, scratch.address)
    found = memoryview(rgb.view).cast("f")

    def sample(offset: int, w: int, h: int, i: int, j: int) -> int:
        x, y = ((2 * i + 1) * w // N - 1) // 2, ((2 * j + 1) * h // N - 1) // 2
        x, y = max(x, 0), max(y, 0)
        x1, y1 = min(x + 1, w - 1), min(y + 1, h - 1)
        left = (data[offset + y * w + x] + data[offset + y1 * w + x] + 1) >> 1
        right = (data[offset + y * w + x1] + data[offset + y1 * w + x1] + 1) >> 1
        return (left + right + 1) >> 1

    random = Random(seed)
    quarter = width * height // 4
    for i, j in [
        (0, 0),
        (255, 255),
        *((random.randrange(N), random.randrange(N)) for _ in "x" * 60),
    ]:
        y = sample(0, width, height, i, j)
        u = sample(width * height, width // 2, height // 2, i, j) - 128
        v = sample(width * height + quarter, width // 2, height // 2, i, j) - 128
        assert tuple(seen.view[j * N + i :: N * N]) == (y, u + 128, v + 128)
        light = 1.164384 * (y - 16)
        exact = (light + 1.596027 * v, light - 0.391762 * u - 0.812968 * v, light + 2.017232 * u)
        for k in range(3):
            value = min(1.0, max(0.0, exact[k] / 255))
            assert found[3 * (j * N + i) + k] == pytest.approx(value, abs=1e-5)

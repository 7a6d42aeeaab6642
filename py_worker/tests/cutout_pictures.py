"""Pictures and masks that are hard on the cutout's kernels, and what the kernels work in."""

from array import array
from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from sameframe_worker.cutout.library import cutout_kernels
from sameframe_worker.kernels import Buffer
from sameframe_worker.stacked import (
    frame_size,
    i420_bytes,
)

KERNELS = cutout_kernels()
N = 256
RATE, NOISE, GAIN = 32, 12, 8  # cutout_mask.c

seeds = st.integers(0, 2**32 - 1)
slow = settings(max_examples=8, deadline=None)


def holding(data: bytes | bytearray | array) -> Buffer:
    content = bytes(data)
    buffer = Buffer(len(content))
    buffer.view[:] = content
    return buffer


def picture(width: int, height: int, seed: int) -> bytes:
    """Noise, one colour, or black and white stripes: what is hard for a filter."""
    random, size = Random(seed), i420_bytes(width, height)
    kind = seed % 4
    if kind == 0:
        return random.randbytes(size)
    if kind == 1:
        return bytes([random.randrange(256)]) * size
    if kind == 2:
        return bytes(255 * (i // 3 % 2) for i in range(size))
    return bytes(i % width * 255 // width for i in range(size))


def blobs(seed: int) -> bytearray:
    """A mask of some rectangles, soft or hard, up to the edges."""
    random, mask = Random(seed), bytearray(N * N)
    for _ in range(seed % 4):
        x0, y0 = random.randrange(-20, N), random.randrange(-20, N)
        x1, y1 = min(N, x0 + random.randrange(1, N)), min(N, y0 + random.randrange(1, N))
        x0, y0, level = max(0, x0), max(0, y0), random.choice((255, 255, 128, 90))
        if x0 < x1:  # or else it lies outside, and a slice that ends before it begins cuts
            for y in range(y0, y1):
                mask[y * N + x0 : y * N + x1] = bytes([level]) * (x1 - x0)
    if seed % 5 == 0:
        mask[:] = bytes(m * 3 // 4 + random.randrange(60) for m in mask)
    return mask


class Stacker:
    """Refines and stacks as the Refiner does."""

    def __init__(self, width: int, height: int):
        self.size = width, height
        self.out = Buffer(i420_bytes(*frame_size(width, height)))
        self.alpha = Buffer(width * height // 2)
        self.workspace = Buffer(KERNELS.cutout_workspace(width, height))

    def __call__(self, planes: bytes, mask: bytes, rate: int = 128) -> bytes:
        source, held, rates = holding(planes), holding(mask), holding(bytes([rate]) * (N * N))
        workspace = self.workspace.address
        KERNELS.cutout_refine(workspace, source.address, held.address, rates.address, *self.size)
        KERNELS.cutout_stack(
            self.out.address, self.alpha.address, source.address, workspace, *self.size
        )
        return bytes(self.out.view)


sizes = st.sampled_from([(16, 16), (32, 16), (48, 64), (64, 48), (112, 36)])

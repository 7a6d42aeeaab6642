"""A background somebody brings: checked, cut and kept in every size, in the sandbox, against
Pillow's own decoding and encoding of that one picture.
"""

import io
from collections.abc import Callable
from time import perf_counter

import numpy as np
from PIL import Image
from sameframe import stills

from bench.rows import Row

_ROUNDS = 3


def measure() -> list[Row]:
    """Return seconds for a picture as a browser sends it, 3840 × 2160."""
    data = _picture()
    stills.still(data)  # a child waits from then on
    whole = min(_seconds(lambda: stills.still(data)) for _ in range(_ROUNDS))
    bare = min(_seconds(lambda: _bare(data)) for _ in range(_ROUNDS))
    return [Row("upload.throughput", whole, "s", baseline=bare)]


def _bare(data: bytes) -> None:
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    picture.save(io.BytesIO(), "JPEG", quality=90, subsampling=2)


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _picture() -> bytes:
    rng = np.random.default_rng(1)
    y, x = np.mgrid[:2160, :3840] / 2160
    waves = [np.sin(x * 9 + n) * np.cos(y * 7 - n) * 90 + 120 for n in range(3)]
    pixels = np.stack(waves, -1) + rng.normal(0, 6, (2160, 3840, 1))
    file = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=92)
    return file.getvalue()

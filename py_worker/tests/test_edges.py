"""What the cutout's edges must keep, fingers, and not show: rims of a wall, boiling, the room."""

from array import array
from collections.abc import Callable
from itertools import pairwise
from random import Random
from types import SimpleNamespace

import pytest
from cutout_pictures import KERNELS, N, Stacker, seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from sameframe_worker.cutout.exposure import Negative
from sameframe_worker.cutout.refine import Refiner
from sameframe_worker.cutout.segment import Segmentation
from sameframe_worker.kernels import Buffer
from sameframe_worker.stacked import MASK_CEIL, MASK_EMPTY, MASK_FLOOR, i420_bytes

WIDTH, HEIGHT = 128, 96
COLOUR = WIDTH * HEIGHT
DARK = 20


def mask_of(inside: Callable[[float, float], float]) -> bytes:
    """The model's mask, of a function of x and y in 0..1."""
    return bytes(
        round(255 * inside((x + 0.5) / N, (y + 0.5) / N)) for y in range(N) for x in range(N)
    )


def grey(levels: bytes) -> bytes:
    return levels + b"\x80" * (len(levels) // 2)


def alpha_of(stacked: bytes) -> list[float]:
    """Alpha of every pixel of two rows each, 0..1."""
    mask = stacked[COLOUR : COLOUR * 3 // 2]
    return [min(1, max(0, (m - MASK_FLOOR) / (MASK_CEIL - MASK_FLOOR))) for m in mask]


def layer_of(planes: bytes, stack: Stacker) -> bytes:
    """The shot's layer (RGBA) of the picture that was stacked last."""
    held, size = Buffer(len(planes)), (WIDTH, HEIGHT)
    held.view[:] = planes
    return bytes(Negative(0, held, size, stack.workspace, size).layer(KERNELS).view)


def error(found: list[float], exact: list[float]) -> float:
    return sum(abs(a - b) for a, b in zip(found, exact, strict=True))


def on_dark(alpha: float, colour: float) -> float:
    return alpha * colour + (1 - alpha) * DARK


@pytest.mark.parametrize(("off", "soft", "lens"), [(3, 4, 2), (2, 10, 4), (1, 8, 3)])
def test_a_person_cut_from_a_bright_wall_has_no_rim_before_a_dark_background(off, soft, lens):
    # Through a lens's soft edge; the model takes some pixels of the wall for the person.
    person, wall, edge = 60, 235, 64
    share = [min(1, max(0, (x + 0.5 - edge) / lens + 0.5)) for x in range(WIDTH)]
    row = bytes(round(a * person + (1 - a) * wall) for a in share)
    mask = mask_of(lambda x, y: min(1, max(0, (x * WIDTH - edge + off) / soft + 0.5)))
    planes, stack = grey(row * HEIGHT), Stacker(WIDTH, HEIGHT)
    out = stack(planes, mask)
    found = alpha_of(out)[24 * WIDTH : 25 * WIDTH]
    exact = [on_dark(a, person) for a in share]
    raw = [on_dark(mask[N // 2 * N + 2 * x] / 255, colour) for x, colour in enumerate(row)]
    live = [on_dark(a, c) for a, c in zip(found, out[48 * WIDTH : 49 * WIDTH], strict=True)]
    pixels = layer_of(planes, stack)[4 * 48 * WIDTH : 4 * 49 * WIDTH]
    # In a layer colour is full-range RGB.
    luma = [level * 219 / 255 + 16 for level in pixels[::4]]
    shot = [on_dark(a / 255, c) for a, c in zip(pixels[3::4], luma, strict=True)]
    for shown in (live, shot):
        assert max(shown) - person < 0.45 * (max(raw) - person)
        assert error(shown, exact) < 0.25 * error(raw, exact)
    # Nor is the outline eaten: it lies where the lens put it.
    assert abs(sum(found) - sum(share)) < 1.5


class Camera:
    """A picture that rests, but for the camera's noise, before a model that cannot decide."""

    def __init__(self, noise: int, doubt: float):
        self.random, self.noise, self.doubt = Random(4), noise, doubt
        model = SimpleNamespace(name="", size=N, run=None)
        self.segmentation = Segmentation(SimpleNamespace(floats=None), model)
        self.refiner = Refiner(KERNELS, WIDTH, HEIGHT)
        self.picture = SimpleNamespace(planes=Buffer(i420_bytes(WIDTH, HEIGHT)))
        self.still = bytes(60 if x > 64 else 170 for x in range(WIDTH)) * HEIGHT
        self.mask = array("f")

    def frame(self) -> bytes:
        """The next stacked frame."""
        levels = bytes(level + self.random.randint(-self.noise, self.noise) for level in self.still)
        self.picture.planes.view[:] = grey(levels)
        off = self.random.uniform(-self.doubt, self.doubt)
        row = (min(1, max(0, (x - 128) / 16 + 0.5 + off)) for x in range(N))
        self.mask = array("f", row) * N
        self.segmentation.mask.view[:] = self.mask.tobytes()
        self.refiner.look(self.picture, self.segmentation)
        self.refiner.cut(self.picture, self.segmentation)
        return bytes(self.refiner.stacked.view)


def test_at_rest_the_edge_does_not_boil():
    camera = Camera(noise=4, doubt=0.2)
    alphas, masks = [], []
    for _ in range(20):
        alphas.append(alpha_of(camera.frame()))
        masks.append(list(camera.mask))

    def change(frames: list[list[float]]) -> float:
        """Mean change of a whole row's alpha from frame to frame, in pixels."""
        size = len(frames[0])
        pairs = list(pairwise(frames[8:]))
        total = sum(abs(a - b) for one, two in pairs for a, b in zip(one, two, strict=True))
        return total * WIDTH / size / len(pairs)

    assert change(masks) > 0.5
    assert change(alphas) < 0.1 * change(masks)


def test_fingers_stay_apart():
    # Four of six pixels each, six apart, that the model sees as one blurred hand.
    def finger(x: float) -> bool:
        return 40 <= x < 88 and (x - 40) % 12 < 6

    def hand(x: float, y: float) -> float:
        near = [x * WIDTH + k / 2 for k in range(-9, 10)]
        return sum(map(finger, near)) / len(near) if y < 0.5 else float(34 < x * WIDTH < 94)

    below = bytes(160 if 34 < x < 94 else 70 for x in range(WIDTH))
    above = bytes(160 if finger(x) else 70 for x in range(WIDTH))
    mask = mask_of(hand)
    out = Stacker(WIDTH, HEIGHT)(grey(above * 48 + below * 48), mask)
    found = alpha_of(out)[12 * WIDTH : 13 * WIDTH]
    raw = [mask[48 * N + 2 * x] / 255 for x in range(WIDTH)]
    middle, gap = [55, 67, 79], [49, 61, 73]
    apart = [min(row[x] for x in middle) - max(row[x] for x in gap) for row in (found, raw)]
    assert apart[1] < 0.3
    assert apart[0] > 0.5


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(20, 230), st.integers(20, 230), st.integers(20, 230))
def test_soft_edges_show_the_persons_colour_whatever_the_room(seed, y, u, v):
    # The person is of one colour, a cell wider all around than what the model is certain of; the
    # room is noise. What is half transparent or less must not have a trace of it.
    random = Random(seed)
    inside = [4 * random.randint(6, 10), 4 * random.randint(20, 26)]
    top = 4 * random.randint(4, 8)
    planes = bytearray(random.randbytes(i420_bytes(WIDTH, HEIGHT)))
    for width, at, level in ((WIDTH, 0, y), (64, COLOUR, u), (64, COLOUR * 5 // 4, v)):
        left, right, start = (value * width // WIDTH for value in (*inside, top))
        for row in range(start, HEIGHT * width // WIDTH):
            begin = at + row * width
            planes[begin + left : begin + right] = bytes([level]) * (right - left)
    slope = random.uniform(2, 6)  # of the mask, in pixels

    def person(x: float, y: float) -> float:
        deep = min(x * WIDTH - inside[0], inside[1] - x * WIDTH, y * HEIGHT - top)
        return min(1, max(0, (deep - 8) / slope + 0.5))

    stack = Stacker(WIDTH, HEIGHT)
    out = stack(bytes(planes), mask_of(person))
    seen = 0
    for at, mask in enumerate(out[COLOUR : COLOUR * 3 // 2]):
        if MASK_EMPTY < mask <= (MASK_FLOOR + MASK_CEIL) // 2:
            row, x = divmod(at, WIDTH)
            for pixel in (2 * row * WIDTH + x, (2 * row + 1) * WIDTH + x):
                assert abs(out[pixel] - y) <= 1
            seen += 1
    assert seen
    layer = layer_of(bytes(planes), stack)
    light = 1.164384 * (y - 16)
    blue, red = u - 128, v - 128
    exact = (
        light + 1.596027 * red,
        light - 0.391762 * blue - 0.812968 * red,
        light + 2.017232 * blue,
    )
    for at in range(0, len(layer), 4):
        if 0 < layer[at + 3] <= 127:
            for k in range(3):
                assert abs(layer[at + k] - min(255, max(0, exact[k]))) <= 3

"""What the cutout's edges must keep and must not show: rims of a wall, boiling, fingers, the room."""

from array import array
from collections.abc import Callable
from random import Random
from types import SimpleNamespace

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


def on_dark(alpha: float, colour: float) -> float:
    return alpha * colour + (1 - alpha) * DARK


def test_a_person_cut_from_a_bright_wall_has_no_rim_before_a_dark_background():
    # Through a lens's soft edge; the model takes five pixels of the wall for the person.
    person, wall, edge = 60, 235, 64
    share = [min(1, max(0, (x + 0.5 - edge) / 4 + 0.5)) for x in range(WIDTH)]
    row = bytes(round(a * person + (1 - a) * wall) for a in share)
    mask = mask_of(lambda x, y: min(1, max(0, (x * WIDTH - edge + 5) / 8 + 0.5)))
    out = Stacker(WIDTH, HEIGHT)(grey(row * HEIGHT), mask)
    found = alpha_of(out)[24 * WIDTH : 25 * WIDTH]
    shown = [on_dark(a, c) for a, c in zip(found, out[48 * WIDTH : 49 * WIDTH], strict=True)]
    raw = [
        on_dark(mask[N // 2 * N + 2 * x] / 255, colour) for x, colour in enumerate(row)
    ]  # what the mask as it is would show
    assert max(raw) > person + 60
    assert max(shown) <= person + 3
    # Nor is the outline eaten: it lies where the lens put it, within a pixel and a half.
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
        pairs = list(zip(frames[8:], frames[9:], strict=False))
        total = sum(abs(a - b) for one, two in pairs for a, b in zip(one, two, strict=True))
        return total * WIDTH / size / len(pairs)

    assert change(masks) > 0.5
    assert change(alphas) < 0.1 * change(masks)


def test_fingers_stay_apart():
    # Four of six pixels, six apart, that the model sees as one blurred hand.
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
    assert min(raw[x] for x in gap) > 0.25
    assert max(raw[x] for x in middle) < 0.75
    assert min(found[x] for x in middle) > 0.9
    assert max(found[x] for x in gap) < 0.05


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
    held = Buffer(len(planes))
    held.view[:] = planes
    size = WIDTH, HEIGHT
    layer = Negative(0, held, size, stack.workspace, size).layer(KERNELS).view
    light = 1.164384 * (y - 16)
    blue, red = u - 128, v - 128
    exact = light + 1.596027 * red, light - 0.391762 * blue - 0.812968 * red, light + 2.017232 * blue
    for at in range(0, len(layer), 4):
        if 0 < layer[at + 3] <= 127:
            for k in range(3):
                assert abs(layer[at + k] - min(255, max(0, exact[k]))) <= 3

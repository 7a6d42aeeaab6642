"""A look by the kernels: what is composed goes in, what is shown comes out."""

from collections.abc import Awaitable, Callable
from ctypes import CDLL, Structure, addressof, c_double
from functools import lru_cache

from sameframe_worker import looks
from sameframe_worker.kernels import Buffer
from sameframe_worker.looks import RECIPES, SIZE
from sameframe_worker.scene import Look

BLOCK, DEEP, EVEN = 8, 4, 40  # of what surrounds a block, look.c: pixels, and its bytes
_NODES: dict[str, Buffer] = {}


class Surround(Structure):
    """The kernels' Surround, look.c: grain, vignette and frame in a picture of a certain height."""

    _fields_ = (
        ("grain", c_double),
        ("vignette", c_double),
        ("shade", c_double * 3),
        ("colour", c_double * 3),
        ("side", c_double),
        ("foot", c_double),
        ("radius", c_double),
        ("softness", c_double),
    )


class Grade:
    """Gives pictures of width × height one look after the other; `pixels` is the last, as RGBA."""

    def __init__(self, kernels: CDLL, width: int, height: int):
        self._kernels, self._width, self._height = kernels, width, height
        self._table = Buffer(SIZE**3 * 8)
        self._surround = Buffer(width * height * 8)
        self._evens = Buffer(max(1, width // BLOCK * (height // DEEP) * EVEN))
        self._last = Buffer(width * height * 4)
        self.pixels = Buffer(width * height * 4)
        self._known = True  # `_last` is what the look was given to
        self.coarse = False  # four pixels at once not only where the picture is smooth

    def choose(self, look: Look) -> None:
        """Give this look from now on; the next picture must be given it whole."""
        self._kernels.look_table(
            self._table.address, nodes(look.name).address, round(look.strength * 256)
        )
        around = surround(look, self._height)  # held: an address keeps nothing alive
        self._kernels.look_surround(
            self._surround.address, self._evens.address, grain().address,
            self._width, self._height, addressof(around),
        )  # fmt: skip
        self._last.wipe()  # what is composed is opaque: none of it is as before

    def apply(self, pixels: Buffer, top: int, bottom: int, anew: bool = False) -> None:
        """Give the look to these rows of a composed picture; anew: none of it is as before."""
        # Before a background that moves, to look for what is the same and to keep the picture
        # made a tick 2.2 times a plain one instead of 1.9.
        if not (anew or self._known):
            self._last.wipe()
        self._known = not anew
        top -= top % DEEP  # the same pixels are always one block
        bottom = min(self._height, bottom + -bottom % DEEP)
        start = 4 * top * self._width
        self._kernels.look_apply(
            self.pixels.address + start, None if anew else self._last.address + start,
            pixels.address + start,
            self._table.address, self._surround.address + 2 * start,
            self._evens.address + top // DEEP * (self._width // BLOCK) * EVEN,
            self._width, bottom - top, self.coarse,
        )  # fmt: skip


def surround(look: Look, height: int) -> Surround:
    """Return what surrounds a picture of this height."""
    recipe, strength = RECIPES[look.name], look.strength
    found = Surround(grain=recipe.grain * strength, vignette=recipe.vignette * strength)
    found.shade[:] = recipe.shade
    if (frame := recipe.frame) is not None:
        found.colour[:] = frame.colour
        length = strength * height
        found.side, found.foot = frame.side * length, frame.foot * length
        found.radius, found.softness = frame.radius * length, max(1.0, frame.softness * length)
    return found


async def prepare(name: str, sleep: Callable[[float], Awaitable[None]]) -> None:
    """Make a look's table bit by bit: all at once, it would cost the stage a few ticks."""
    if name not in _NODES:
        made = bytearray()
        for part in looks.slices(name):
            made += part
            await sleep(0)
        _NODES[name] = _buffer(made)


def nodes(name: str) -> Buffer:
    """Return a look's table where the kernels and the GPU can read it."""
    if name not in _NODES:
        _NODES[name] = _buffer(looks.table(name))
    return _NODES[name]


@lru_cache(maxsize=1)
def grain() -> Buffer:
    """Return the tile of noise, likewise."""
    return _buffer(looks.grain())


def _buffer(data: bytes | bytearray) -> Buffer:
    buffer = Buffer(len(data))
    buffer.view[:] = data
    return buffer

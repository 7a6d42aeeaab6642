"""The renderer for machines without a GPU: SIMD kernels on the heap.

A picture is sampled once, when it comes, into a sprite: premultiplied RGBA of the size at which
it is shown, trimmed to the mask's spans. Composing copies the background and blends sprites; a
moved cutout is only blended elsewhere. A look is given to what was composed, of which it knows what
is still the same.
"""

from collections.abc import Sequence
from ctypes import CDLL, Structure, addressof, c_double, c_int32, c_void_p, memmove
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sameframe_worker import stacked
from sameframe_worker.kernels import Buffer
from sameframe_worker.light import NONE, SOFT, Tint
from sameframe_worker.scene import Look, Placement
from sameframe_worker.stage.grade import Grade
from sameframe_worker.stage.lamp import Lit
from sameframe_worker.stage.loop import Loop
from sameframe_worker.stage.picture import Picture
from sameframe_worker.stage.renderer import Kind

_SOFT = SOFT[0] * SOFT[1] + 32  # bytes; the kernels read whole vectors


class _Job(Structure):
    """The kernels' Job, stage.c."""

    _fields_ = (
        ("affine", c_double * 6),
        ("seam", c_double),
        ("planes", c_void_p),
        ("sprite", c_void_p),
        ("spans", c_void_p),
        *(
            (name, c_int32)
            for name in (
                "width", "height", "colour_last", "chroma_last", "mask_first",
                "left", "top", "columns", "rows", "stride",
                "frame_width", "frame_height", "opacity",
            )
        ),
        ("tint", c_int32 * 12),
        ("wrap", c_int32),
        ("shadow", c_int32),
        ("out_width", c_int32),
        ("out_height", c_int32),
        ("soft", c_void_p),
        ("shade", c_void_p),
        ("near", c_void_p),
    )  # fmt: skip


_Light = tuple[Tint, float, float, Buffer | None]  # of Lit, what one guest has of it


@dataclass(slots=True)
class _Sprite:
    picture: Picture
    placement: Placement
    light: _Light
    stride: int
    pixels: Buffer
    spans: Buffer


class CpuRenderer:
    """Composes on the heap; `pixels` is the picture as RGBA."""

    kind: Kind = "cpu"

    def __init__(self, kernels: CDLL, width: int, height: int, browser: Any = None):
        self._kernels, self._browser = kernels, browser
        self._width, self._height = width, height
        self._sprites: dict[str, _Sprite] = {}
        self._lit, self._coarse = Lit(), False
        self._soft = Buffer(2 * _SOFT)
        self._job = _Job()
        self._job.soft, self._job.shade = self._soft.address, self._soft.address + _SOFT
        self._job.out_width, self._job.out_height = width, height
        self._image: Any = None
        self._background: Buffer | Loop | None = None
        self._planes: Buffer | None = None
        self._rows = self._changed = (0, height)
        self._anew = False  # the background is another than in the last picture
        self._look = Look()
        self._grade: Grade | None = None
        self._composed = self.pixels = Buffer(width * height * 4)

    def background(self, behind: Buffer | Loop) -> None:
        """Keep the background."""
        self._background = behind
        self._rows, self._anew = (0, self._height), True

    def look(self, look: Look) -> None:
        """Give everything this look from now on."""
        if look == self._look:
            return
        self._look, self._rows, self._image = look, (0, self._height), None
        if look.plain:
            self._grade, self.pixels = None, self._composed
            return
        self._grade = self._grade or Grade(self._kernels, self._width, self._height)
        self._grade.choose(look)
        self._grade.coarse = self._coarse
        self.pixels = self._grade.pixels

    def light(self, lit: Lit) -> None:
        """Let everyone stand in this light from now on."""
        self._lit = lit

    def coarse(self, on: bool) -> None:
        """Give looks at half the size, to what changes from now on."""
        self._coarse = on
        if self._grade:
            self._grade.coarse = on

    def ingest(self, guest: str, picture: Picture, placement: Placement) -> None:
        """Sample a picture into the guest's sprite."""
        old = self._sprites.get(guest)
        columns, rows = placement.x1 - placement.x0, placement.y1 - placement.y0
        stride = (columns + 7) & ~7
        light = self._light_of(guest)
        sprite = self._sprites[guest] = _Sprite(
            picture,
            placement,
            light,
            stride,
            _at_least(stride * rows * 4, old and old.pixels),
            _at_least(rows * 8, old and old.spans),
        )
        job, sampled = self._job, stacked.rows(picture.height)
        job.affine[:] = placement.inverse()
        job.seam = sampled.seam
        job.planes, job.sprite = picture.planes.address, sprite.pixels.address
        job.spans = sprite.spans.address
        job.width, job.height = picture.width, picture.height
        job.colour_last, job.chroma_last = sampled.colour_last, sampled.chroma_last
        job.mask_first = sampled.mask_first
        job.left, job.top = placement.x0, placement.y0
        job.columns, job.rows, job.stride = columns, rows, stride
        job.frame_width, job.frame_height = placement.width, placement.height
        job.opacity = round(placement.opacity * 256)
        self._enlighten(light, placement.opacity)
        if columns and rows:
            self._kernels.stage_rasterise(addressof(job))

    def fits(self, guest: str, placement: Placement) -> bool:
        """Tell whether the guest's sprite can be blended at this placement as it is."""
        sprite = self._sprites.get(guest)
        if sprite is None or sprite.light != self._light_of(guest):
            return False
        return _covers(sprite.placement, placement)

    def forget(self, guest: str) -> None:
        """Drop the guest's sprite."""
        self._sprites.pop(guest, None)

    def compose(self, placed: Sequence[tuple[str, Placement]]) -> None:
        """Copy the background and blend the sprites, sampled anew where they don't fit."""
        if self._background is None:
            raise ValueError("there is no background yet")
        # Only rows in which somebody stands or stood: people stand at the bottom.
        rows = (
            min((p.y0 for _, p in placed if p.x0 < p.x1), default=self._height),
            max((p.y1 for _, p in placed if p.x0 < p.x1), default=0),
        )
        top, bottom = min(rows[0], self._rows[0]), max(rows[1], self._rows[1])
        if top < bottom:
            self._lay(self._background, top, bottom)
        self._rows, self._changed = rows, (top, bottom)
        for guest, placement in placed:
            if not self.fits(guest, placement):
                self.ingest(guest, self._sprites[guest].picture, placement)
            sprite = self._sprites[guest]
            of = sprite.placement
            dx, dy = placement.left - of.left, placement.top - of.top
            self._kernels.stage_blend(
                self._composed.address, self._width, self._height,
                sprite.pixels.address, sprite.spans.address, sprite.stride,
                of.y1 - of.y0, of.x0 + dx, of.y0 + dy,
            )  # fmt: skip
        if self._grade and top < bottom:
            self._grade.apply(self._composed, top, bottom, self._anew)
        self._anew = False

    def _lay(self, behind: Buffer | Loop, top: int, bottom: int) -> None:
        if isinstance(behind, Loop):
            behind.draw(self._composed, top - top % 2, min(self._height, bottom + bottom % 2))
            return
        start, size = top * self._width * 4, (bottom - top) * self._width * 4
        memmove(self._composed.address + start, behind.address + start, size)

    def _light_of(self, guest: str) -> _Light:
        lit = self._lit
        if guest in lit.unlit:
            return NONE, 0.0, 0.0, None
        return lit.tints.get(guest, NONE), lit.wrap, lit.shadow, lit.near

    def _enlighten(self, light: _Light, opacity: float) -> None:
        job, (tint, wrap, shadow, near) = self._job, light
        job.tint[:] = _of_planes(tint)
        job.wrap = round(128 * wrap) if near else 0
        job.shadow = round(256 * shadow * opacity)
        job.near = near and near.address

    def straight(self, guest: str) -> Buffer:
        """Return the guest's sprite as RGBA with straight alpha, rows tightly packed."""
        sprite = self._sprites[guest]
        of = sprite.placement
        columns, rows = of.x1 - of.x0, of.y1 - of.y0
        pixels = Buffer(columns * rows * 4)
        self._kernels.stage_straight(
            pixels.address, sprite.pixels.address, sprite.spans.address, sprite.stride,
            columns, rows,
        )  # fmt: skip
        return pixels

    def planes(self) -> Buffer:
        """Return the picture as films are made of it: I420, BT.709."""
        if self._planes is None:
            self._planes = Buffer(self._width * self._height * 3 // 2)
        self._kernels.stage_to_i420(
            self._planes.address, self.pixels.address, self._width, self._height
        )
        return self._planes

    def show(self, context: Any) -> None:
        """Put the pixels onto the canvas, without a copy of our own."""
        # An ImageData over the heap is void once the heap has grown.
        if self._image is None or not self._browser.heap_is(self._image):
            self._image = self._browser.image_data(self.pixels, self._width, self._height)
        top, bottom = self._changed
        context.putImageData(self._image, 0, 0, 0, top, self._width, max(0, bottom - top))


def film_frame(browser: Any, renderer: CpuRenderer, width: int, height: int, stamp: int) -> Any:
    """Return a renderer's picture as a VideoFrame of this stamp, in µs."""
    return browser.i420_frame(renderer.planes(), width, height, stamp, "bt709")


@lru_cache(maxsize=64)
def _of_planes(tint: Tint) -> tuple[int, ...]:
    """Return a tint's map from Y - 16, Cb - 128, Cr - 128, as the kernels take it (stage.c)."""
    out: list[int] = []
    for r, g, b, plus in (tint[:4], tint[4:8], tint[8:]):
        out.append(round(149.04 * (r + g + b)))
        out.append(round(64 * (2.0172 * b - 0.3918 * g)))
        out.append(round(64 * (1.5960 * r - 0.8130 * g)))
        out.append(round(64 * plus) + 32)
    return tuple(out)


def _covers(has: Placement, needs: Placement) -> bool:
    """Tell whether a sprite made for one placement only has to be moved to be another."""
    if (has.width, has.height, has.rotation) != (needs.width, needs.height, needs.rotation):
        return False
    if (has.mirror, has.opacity) != (needs.mirror, needs.opacity):
        return False
    if needs.x0 == needs.x1 or needs.y0 == needs.y1:
        return True
    dx, dy = needs.left - has.left, needs.top - has.top
    return (
        has.x0 + dx <= needs.x0
        and has.y0 + dy <= needs.y0
        and has.x1 + dx >= needs.x1
        and has.y1 + dy >= needs.y1
    )


def _at_least(size: int, buffer: Buffer | None) -> Buffer:
    return buffer if buffer is not None and buffer.size >= size else Buffer(max(size, 1))

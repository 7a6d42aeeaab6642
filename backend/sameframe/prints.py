"""Prints: a scene's picture from layers at full resolution, by the rules of the reference renderer.

For each layer, back to front, placed by scene.place: bicubic sampling of premultiplied colour
(hidden colour leaves no rim), over as much of the layer as each pixel of the print covers; tint,
wrap and shadow as sameframe_worker.light says; then
out = out * (1 - a) + rgb * a with a = alpha * opacity; and over all of it the scene's look. Pillow
does the pixels.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import ceil, floor
from pathlib import Path

from PIL import Image, ImageOps
from sameframe_worker.light import NONE, SHADOW, WRAP, Tint
from sameframe_worker.scene import Background, Light, Placement, Scene, place

from sameframe import grading, lighting, presets

SIZE = (3840, 2160)
PREVIEW_WIDTH = 640
STAGE_WIDTH = 1920  # of the presets that browsers load; prints have larger ones
_SMOOTH = Image.Resampling.BILINEAR
_SMOOTH_MOST = 1280, 960  # px that a turned layer's cells are scaled to: they are smooth anyway
_FILTER = Image.Resampling.BICUBIC
_REACH = 2  # px on either side that a bicubic filter sees
_CLEAR = (0, 0, 0, 0)
_MOST = 4096 * 4096  # px that a picture is scaled up to before it is turned
# Bicubic goes up to 7 % beyond an edge, twice so at a corner. Cut off in alpha alone, it would be
# a bright rim.
_HEADROOM = 1.15
_LOWERED = [round(value / _HEADROOM) for value in range(256)]


def compose(
    scene: Scene,
    background: Image.Image,
    layers: Mapping[str, Image.Image],
    progress: Callable[[float], None] = lambda done: None,
    whole: Image.Image | None = None,
) -> Image.Image:
    """Return the print, RGB of the background's size; the background is drawn upon.

    `layers` are RGBA with straight alpha, by guest; who has none is not drawn. `progress` is told
    the share that is done. Where the background is a part, `whole` is what it is a part of: people
    stand in the same light whatever is cut off.
    """
    shown = [(layer, layers[layer.guest]) for layer in scene.layers if layer.guest in layers]
    tones = {layer.guest: lighting.of_layer(picture) for layer, picture in shown}
    tints = lighting.tints(scene, whole or background, tones)
    lit, unlit = _Lit(background, scene.light), _Lit(background, "off")
    for done, (layer, picture) in enumerate(shown, 1):
        placement = place(layer, picture.width / picture.height, *background.size)
        light = unlit if layer.guest in scene.unlit else lit
        _draw(background, picture, placement, tints[layer.guest], light)
        progress(done / len(shown))
    return grading.printed(background, scene.look)


def background(wanted: Background, folder: Path, size: tuple[int, int]) -> Image.Image:
    """Return what stands behind everyone, RGB, covering `size`; `folder` holds the presets."""
    if wanted.name == "plain":
        return Image.new("RGB", size, wanted.colour)
    kinds = ("webp", "print.jpg") if size[0] <= STAGE_WIDTH else ("print.jpg", "webp")
    files = [folder / f"{wanted.name}.{kind}" for kind in kinds]
    file = next((file for file in files if file.is_file()), None)
    # The pages may not be built yet; drawing takes seconds, decoding a tenth of one.
    drawn = Image.open(file) if file else presets.draw(wanted.name, 1920, 1080)
    return ImageOps.fit(drawn.convert("RGB"), size, _FILTER)


def encoded(print_: Image.Image) -> dict[str, bytes]:
    """Return the print's files by their kind: jpg, png, and webp, which is the preview."""
    preview = print_.resize((PREVIEW_WIDTH, PREVIEW_WIDTH * print_.height // print_.width), _FILTER)
    return {
        "jpg": _encoded(print_, "JPEG", quality=92, subsampling=0),
        # Level 1: 4K takes .9 s, at the usual level 4.9 s, for 5 % less.
        "png": _encoded(print_, "PNG", compress_level=1),
        "webp": _encoded(preview, "WEBP", quality=82, method=4),
    }


def _encoded(picture: Image.Image, form: str, **options: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


class _Lit:
    """Light on layers before a ground: what shines over their edges, what they throw."""

    def __init__(self, ground: Image.Image, light: Light):
        self._wrap, self._shadow = WRAP[light], SHADOW[light]
        self._near = lighting.near(ground) if self else None

    def __bool__(self) -> bool:
        return bool(self._wrap or self._shadow)

    def throw(self, out: Image.Image, shade: Image.Image, placement: Placement) -> None:
        """Darken what is behind a layer."""
        box = placement.x0, placement.y0, placement.x1, placement.y1
        if box[0] < box[2] and box[1] < box[3]:
            most = self._shadow * placement.opacity
            mask = _cells(shade, placement, box).point([round(v * most) for v in range(256)])
            out.paste((0, 0, 0), box, mask)

    def wrapped(
        self, colour: Image.Image, soft: Image.Image, placement: Placement, corner: tuple[int, int]
    ) -> Image.Image:
        """Let the ground shine over a layer's edges."""
        x, y = corner
        box = x, y, x + colour.width, y + colour.height
        shines = [round(self._wrap * (255 - v)) for v in range(256)]
        mask = _cells(soft, placement, box).point(shines)
        return Image.composite(self._near.crop(box), colour, mask)


def _cells(cells: Image.Image, placement: Placement, box: tuple[int, int, int, int]) -> Image.Image:
    """Return a layer's cells, smooth, as they lie in this box of the print."""
    size = box[2] - box[0], box[3] - box[1]
    if not placement.rotation:
        x, y = cells.width / placement.width, cells.height / placement.height
        left, top = (box[0] - placement.left) * x, (box[1] - placement.top) * y
        right = min(cells.width, (box[2] - placement.left) * x)
        bottom = min(cells.height, (box[3] - placement.top) * y)
        return cells.resize(size, _SMOOTH, (max(0, left), max(0, top), right, bottom))
    scaled = min(placement.width, _SMOOTH_MOST[0]), min(placement.height, _SMOOTH_MOST[1])
    bordered = ImageOps.expand(cells.resize(scaled, _SMOOTH), 1, 0)
    return bordered.transform(
        size, Image.Transform.AFFINE, _affine(placement, scaled, *box[:2]), _SMOOTH
    )


def _draw(
    out: Image.Image, picture: Image.Image, placement: Placement, tint: Tint, lit: _Lit
) -> None:
    picture = ImageOps.mirror(picture) if placement.mirror else picture.copy()
    if lit:
        soft, shade = lighting.softened_layer(picture)
        lit.throw(out, shade, placement)
    picture.putalpha(picture.getchannel("A").point(_LOWERED))
    if placement.rotation:
        part, corner = _turned(picture, placement)
    else:
        part, corner = _straight(picture, placement)
    if part is None:
        return
    raised = [min(255, value * _HEADROOM) * placement.opacity for value in range(256)]
    alpha = part.getchannel("A").point([round(value) for value in raised])
    colour = part.convert("RGB")
    if tint != NONE:
        colour = colour.convert("RGB", tint)
    if lit:
        colour = lit.wrapped(colour, soft, placement, corner)
    out.paste(colour, corner, alpha)


def _straight(
    picture: Image.Image, placement: Placement
) -> tuple[Image.Image | None, tuple[int, int]]:
    """Scale what will be seen of a picture that is not turned, and return where it goes."""
    seen = picture.getchannel("A").getbbox()
    if seen is None:
        return None, (0, 0)
    x, y = placement.width / picture.width, placement.height / picture.height
    reach_x, reach_y = _REACH * max(1, x), _REACH * max(1, y)
    x0 = max(placement.x0, placement.left + floor(seen[0] * x - reach_x))
    y0 = max(placement.y0, placement.top + floor(seen[1] * y - reach_y))
    x1 = min(placement.x1, placement.left + ceil(seen[2] * x + reach_x))
    y1 = min(placement.y1, placement.top + ceil(seen[3] * y + reach_y))
    if x0 >= x1 or y0 >= y1:
        return None, (0, 0)
    box = (
        (x0 - placement.left) / x,
        (y0 - placement.top) / y,
        min(picture.width, (x1 - placement.left) / x),
        min(picture.height, (y1 - placement.top) / y),
    )
    return picture.resize((x1 - x0, y1 - y0), _FILTER, box), (x0, y0)


def _turned(
    picture: Image.Image, placement: Placement
) -> tuple[Image.Image | None, tuple[int, int]]:
    """Turn a picture about its placement's centre, and return where its bounds go.

    It is scaled first, as a transform samples points and would skip some. A clear border of a
    pixel makes the frame's edge as soft as the reference's.
    """
    size = placement.width, placement.height
    if size[0] * size[1] > _MOST:
        size = min(size[0], picture.width), min(size[1], picture.height)
    picture = ImageOps.expand(picture.resize(size, _FILTER), 1, _CLEAR)
    if placement.x0 >= placement.x1 or placement.y0 >= placement.y1:
        return None, (0, 0)
    x, y = placement.x0, placement.y0
    part = picture.transform(
        (placement.x1 - x, placement.y1 - y),
        Image.Transform.AFFINE,
        _affine(placement, size, x, y),
        _SMOOTH,
    )
    return part, (x, y)


def _affine(placement: Placement, size: tuple[int, int], x: int, y: int) -> tuple[float, ...]:
    """Return the way from a part at (x, y) to a picture of this size, bordered by a pixel.

    The picture is mirrored already; Pillow adds the half pixels.
    """
    a, b, c, d, e, f = replace(placement, mirror=False).inverse()
    w, h = size
    across = (a * w, b * w, (a * x + b * y + c) * w + 1)
    return (*across, d * h, e * h, (d * x + e * y + f) * h + 1)

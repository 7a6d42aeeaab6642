"""Light, lens and film: what the preset backgrounds are drawn with.

A picture is linear light, float32, height × width × 3, 1.0 being paper white; lamps are brighter.
A field is height × width. Lengths are fractions of the picture's height, so that a drawing looks
the same at every size. Positions (x, y) are fractions of the width and of the height.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Field = NDArray[np.float32]
Picture = NDArray[np.float32]
Random = np.random.Generator
Point = tuple[float, float]

_SMOOTH_SIZES = sorted(
    2**a * 3**b * 5**c for a in range(15) for b in range(5) for c in range(4) if 2**a >= 4
)


def grid(width: int, height: int) -> tuple[Field, Field]:
    """Return the pixels' centres, x as (1, width) and y as (height, 1), both 0..1."""
    x = (np.arange(width, dtype=np.float32) + 0.5) / width
    y = (np.arange(height, dtype=np.float32) + 0.5) / height
    return x[None, :], y[:, None]


def half(width: int, height: int) -> tuple[int, int]:
    """Return the size to draw in what the lens then puts out of focus: it holds all there is."""
    return max(16, width // 2), max(9, height // 2)


def enough(width: int, height: int, lines: int = 1080) -> tuple[int, int]:
    """Return the size to draw in where nothing is sharper than so many lines."""
    factor = max(1.0, height / lines)
    return max(16, round(width / factor)), max(9, round(height / factor))


def colour(code: str) -> Field:
    """Return "#RRGGBB" as linear light."""
    srgb = np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4).astype(
        np.float32
    )


def encoded(picture: Picture) -> Picture:
    """Return linear light 0..1 as sRGB 0..1."""
    light = np.clip(picture, 0, 1)
    return np.where(
        light <= 0.0031308, light * 12.92, 1.055 * light ** np.float32(1 / 2.4) - 0.055
    ).astype(np.float32, copy=False)


def smooth(low: float, high: float, value: Field) -> Field:
    """Rise smoothly from 0 at `low` to 1 at `high`; `low` may be the greater one."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def ramp(value: Field, stops: Sequence[tuple[float, str]]) -> Picture:
    """Colour a field by stops (position, "#RRGGBB"), mixed in linear light."""
    at = [stop for stop, _ in stops]
    colours = np.array([colour(code) for _, code in stops])
    channels = [np.interp(value, at, colours[:, i]).astype(np.float32) for i in range(3)]
    return np.stack(channels, axis=-1)


def mix(below: Picture, above: Picture, cover: Field) -> Picture:
    """Lay `above` (a picture or one colour) over `below` where `cover` is 1."""
    weight = cover[..., None]
    return below * (1 - weight) + above * weight


def resized(field: Field, width: int, height: int) -> Field:
    """Resample a field or a picture, bicubic; averages when it shrinks."""
    if field.shape[:2] == (height, width):
        return field
    planes = field[..., None] if field.ndim == 2 else field
    out = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(planes[..., i])).resize(
                (width, height), Image.Resampling.BICUBIC
            )
        )
        for i in range(planes.shape[-1])
    ]
    return out[0] if field.ndim == 2 else np.stack(out, axis=-1)


def shifted(field: Field, right: float, down: float) -> Field:
    """Move a field by fractions of the height; what comes in repeats its edge."""
    dx, dy = round(right * field.shape[0]), round(down * field.shape[0])
    padded = np.pad(field, ((max(dy, 0), max(-dy, 0)), (max(dx, 0), max(-dx, 0))), mode="edge")
    rows, columns = field.shape
    top, left = max(-dy, 0), max(-dx, 0)
    return padded[top : top + rows, left : left + columns]


def noise(
    random: Random,
    width: int,
    height: int,
    cells: tuple[float, float],
    octaves: int = 4,
    gain: float = 0.5,
) -> Field:
    """Return smooth noise about 0, deviation about 1; `cells` across and down in the first octave.

    The lattice depends on the cells alone, so that the same seed gives the same clouds at any
    size; octaves finer than a pixel are left out. One row of noise has no down.
    """
    own = random.spawn(1)[0]
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        across, down = (cell * 2**octave for cell in cells)
        down = down if height > 1 else 1.0
        if octave and (across > width / 1.5 or down > max(1.0, height / 1.5)):
            break
        lattice = own.standard_normal((int(down) + 5, int(across) + 5), np.float32)
        layer = Image.fromarray(lattice).resize(
            (width, height), Image.Resampling.BICUBIC, box=(2, 2, 2 + across, 2 + down)
        )
        total += np.asarray(layer) * np.float32(gain**octave)
    power = sum(gain ** (2 * octave) for octave in range(octaves))
    return total * np.float32(1.6 / power**0.5)


def blur(light: Field, radius: float) -> Field:
    """Soften a field or a picture by a Gaussian whose deviation is `radius` of the height."""
    return _through(light, radius * light.shape[0], 2.5, _gaussian)


def defocus(light: Picture, radius: float, blades: int = 0) -> Picture:
    """Put a picture out of focus: every point becomes a disc of `radius` of the height."""
    return _through(light, radius * light.shape[0], 6.0, partial(_aperture, blades=blades))


def _through(light: Field, radius: float, enough: float, kernel: Callable[..., Field]) -> Field:
    # Work at the smallest size in which the kernel still measures `enough` pixels.
    height, width = light.shape[:2]
    if radius < 0.3:
        return light
    factor = max(1.0, radius / enough)
    small_w, small_h = max(4, round(width / factor)), max(4, round(height / factor))
    small = resized(light, small_w, small_h)
    radius = radius * small_h / height
    margin = int(3 * radius) + 2
    planes = small[..., None] if small.ndim == 2 else small
    padded = np.pad(planes, ((margin, margin), (margin, margin), (0, 0)), mode="symmetric")
    rows, columns = (_smooth_size(n) for n in padded.shape[:2])
    spectrum = np.fft.rfft2(kernel(rows, columns, radius))
    out = np.empty_like(planes)
    for i in range(planes.shape[-1]):
        seen = np.fft.irfft2(
            np.fft.rfft2(padded[..., i], (rows, columns)) * spectrum, (rows, columns)
        )
        out[..., i] = seen[margin : margin + small_h, margin : margin + small_w]
    out = (
        np.maximum(resized(out, width, height), 0)
        if light.min() >= 0
        else resized(out, width, height)
    )
    return out[..., 0] if light.ndim == 2 else out


def _smooth_size(size: int) -> int:
    return next(n for n in _SMOOTH_SIZES if n >= size)


def _offsets(rows: int, columns: int) -> tuple[Field, Field]:
    y = np.fft.fftfreq(rows, 1 / rows).astype(np.float32)[:, None]
    x = np.fft.fftfreq(columns, 1 / columns).astype(np.float32)[None, :]
    return x, y


def _gaussian(rows: int, columns: int, radius: float) -> Field:
    x, y = _offsets(rows, columns)
    kernel = np.exp(-(x * x + y * y) / (2 * radius * radius))
    return kernel / kernel.sum()


def _aperture(rows: int, columns: int, radius: float, blades: int) -> Field:
    # A real lens gathers a little more light at the disc's rim than in its middle.
    x, y = _offsets(rows, columns)
    distance = np.hypot(x, y)
    edge = np.full_like(distance, radius)
    if blades:
        turn = np.mod(np.arctan2(y, x) + 0.3, 2 * np.pi / blades) - np.pi / blades
        edge = radius * (0.35 + 0.65 * np.cos(np.pi / blades) / np.cos(turn))
    disc = np.clip(edge - distance + 0.5, 0, 1) * (0.8 + 0.35 * (distance / radius) ** 3)
    return (disc / disc.sum()).astype(np.float32)


class Stencil:
    """Draw shapes into a field of cover 0..1; antialiased by drawing twice as large."""

    def __init__(self, width: int, height: int, over: int = 2) -> None:
        self.width, self.height, self.over = width, height, over
        self._image = Image.new("L", (width * over, height * over), 0)
        self._draw = ImageDraw.Draw(self._image)

    def polygon(self, points: Iterable[Point], cover: float = 1.0) -> None:
        """Fill an outline."""
        self._draw.polygon([self._at(p) for p in points], fill=round(255 * cover))

    def disc(self, x: float, y: float, radius: float, cover: float = 1.0) -> None:
        """Fill a circle; the radius is a fraction of the height."""
        (cx, cy), r = self._at((x, y)), radius * self.height * self.over
        self._draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=round(255 * cover))

    def line(self, points: Iterable[Point], thickness: float, cover: float = 1.0) -> None:
        """Stroke a path; the thickness is a fraction of the height."""
        weight = max(1, round(thickness * self.height * self.over))
        self._draw.line(
            [self._at(p) for p in points], fill=round(255 * cover), width=weight, joint="curve"
        )

    def field(self) -> Field:
        """Return what was drawn."""
        small = self._image.reduce(self.over) if self.over > 1 else self._image
        return np.asarray(small, np.float32) / 255

    def _at(self, point: Point) -> Point:
        return point[0] * self.width * self.over, point[1] * self.height * self.over


class Sketch:
    """Draw coloured shapes over each other, in linear light of any power; antialiased."""

    def __init__(self, width: int, height: int, over: int = 2) -> None:
        self.width, self.height, self.over = width, height, over
        self._image = Image.new("I", (width * over, height * over), 0)
        self._draw = ImageDraw.Draw(self._image)
        self._lights: list[Field] = [np.zeros(3, np.float32)]

    def polygon(self, points: Iterable[Point], light: Field) -> None:
        """Fill an outline."""
        self._draw.polygon([self._at(p) for p in points], fill=self._number(light))

    def disc(self, x: float, y: float, radius: float, light: Field, flat: float = 1.0) -> None:
        """Fill a circle, or an ellipse `flat` times as high as wide."""
        (cx, cy), r = self._at((x, y)), radius * self.height * self.over
        box = (cx - r, cy - r * flat, cx + r, cy + r * flat)
        self._draw.ellipse(box, fill=self._number(light))

    def line(self, points: Iterable[Point], thickness: float, light: Field) -> None:
        """Stroke a path."""
        weight = max(1, round(thickness * self.height * self.over))
        path = [self._at(p) for p in points]
        self._draw.line(path, fill=self._number(light), width=weight, joint="curve")

    def layers(self) -> tuple[Picture, Field]:
        """Return the light of what was drawn, black elsewhere, and its cover."""
        shape = (self.height, self.over, self.width, self.over)
        numbers = np.asarray(self._image)
        lights = np.stack(self._lights)
        planes = [lights[:, i][numbers].reshape(shape).mean(axis=(1, 3)) for i in range(3)]
        cover = (numbers > 0).reshape(shape).mean(axis=(1, 3), dtype=np.float32)
        return np.stack(planes, axis=-1), cover

    def over_picture(self, below: Picture, softness: float = 0.0) -> Picture:
        """Return the shapes over a picture, out of focus by discs of `softness`."""
        light, cover = self.layers()
        both = defocus(np.dstack([light, cover]), softness)
        return below * (1 - np.clip(both[..., 3:], 0, 1)) + both[..., :3]

    def _number(self, light: Field) -> int:
        self._lights.append(np.asarray(light, np.float32))
        return len(self._lights) - 1

    def _at(self, point: Point) -> Point:
        return point[0] * self.width * self.over, point[1] * self.height * self.over


def discs(
    width: int, height: int, places: Iterable[tuple[float, float, float, Field, float]]
) -> Picture:
    """Return the light of out-of-focus points alone: (x, y, radius, colour, softness) each.

    Softness is the width of the rim as a fraction of the radius.
    """
    picture = np.zeros((height, width, 3), np.float32)
    for x, y, radius, tint, softness in places:
        cx, cy, r = x * width, y * height, max(radius * height, 0.7)
        left, right = max(0, int(cx - r - 2)), min(width, int(cx + r + 3))
        top, bottom = max(0, int(cy - r - 2)), min(height, int(cy + r + 3))
        if left >= right or top >= bottom:
            continue
        across = np.arange(left, right, dtype=np.float32)[None, :] + 0.5 - cx
        down = np.arange(top, bottom, dtype=np.float32)[:, None] + 0.5 - cy
        distance = np.hypot(across, down) / r
        soft = max(softness, 1.2 / r)
        cover = smooth(1 + soft / 2, 1 - soft / 2, distance) * (0.82 + 0.3 * distance**3)
        picture[top:bottom, left:right] += cover[..., None] * tint
    return picture


def vignette(width: int, height: int, strength: float, centre: Point = (0.5, 0.45)) -> Field:
    """Return the light that a lens keeps towards the corners, 1 in the middle."""
    x, y = grid(width, height)
    distance = np.hypot((x - centre[0]) * 1.5, (y - centre[1]) * 1.15)
    return 1 - np.float32(strength) * smooth(0.25, 1.05, distance)


def develop(
    picture: Picture,
    random: Random,
    grain: float = 0.011,
    shoulder: float = 0.72,
    size: tuple[int, int] | None = None,
) -> Image.Image:
    """Turn linear light into a photograph: highlights roll off, grain breaks up every band.

    `grain` is the deviation in the mid-tones, as a fraction of white; `size` is the photograph's
    (width, height) where the picture was drawn smaller.
    """
    over = np.maximum(picture - shoulder, 0) / (1 - shoulder)
    toned = np.minimum(picture, shoulder) + (1 - shoulder) * (1 - np.exp(-over))
    srgb = encoded(toned)
    width, height = size or (picture.shape[1], picture.shape[0])
    # Grain is coarser than a pixel at 1080 lines; finer grain would not survive the encoder.
    cells = (min(width, width / height * 760), min(height, 760))
    speckle = noise(random, width, height, cells, octaves=1) * np.float32(grain)
    luma = srgb @ np.array([0.299, 0.587, 0.114], np.float32)
    speckle *= resized(0.45 + 2.2 * luma * (1 - luma), width, height)
    # One draw of dither to each pixel: rounding alone would leave bands in a clear sky.
    speckle += (random.random((height, width), np.float32) - 0.5) * np.float32(0.9 / 255)
    pixels = np.empty((height, width, 3), np.uint8)
    for i in range(3):
        channel = resized(srgb[..., i], width, height) + speckle
        channel *= 255
        channel += 0.5
        pixels[..., i] = np.clip(channel, 0, 255, out=channel)
    return Image.fromarray(pixels)

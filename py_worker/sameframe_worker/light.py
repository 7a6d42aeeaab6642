"""Light: how people are made to belong to their background. THE definition, for every renderer.

What is seen of people and background is measured as a `Tone`; `tints` says from all of them what
becomes of each one's colours: an affine map of red, green and blue as they are encoded (0..255),
applied before the layer is blended.

- **Exposure**: whoever is brighter than the others' median by more than lies in skin and clothes is
  pulled down, and up likewise; all together go a little towards the background. At most ±1/2 stop.
- **Colour**: warmer or cooler as the background is, and towards what people usually are. Along the
  axis of daylight, which is skin's own, more is allowed than across it: nobody turns green.
- **Contrast and saturation** follow the background's by a few per cent.

- **Wrap**: what is near behind shines over the edges. `soft` is the mask in SOFT cells, each mixed
  with its neighbours 1 : 2 : 1 both ways, `near` the background in SMALL cells; both are filtered
  bilinearly. A colour is mixed with near by WRAP * (1 - soft).
- **Shadow**: black under the layer by SHADOW * shade * opacity. In the cells of SOFT, shade is two
  fifths of soft and three of the cell above; times 0, 1/2, 1, 1 ... from either side and from the
  top; times .2 + .8 v: behind a head is air, and sky.

Pure; imports the standard library only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import copysign, log2, sqrt, tanh
from statistics import median

from sameframe_worker.oklab import Triple, lab, linear
from sameframe_worker.scene import Light

LATTICE = 64, 48  # points of a cutout that are looked at
SMALL = 64, 36  # the background, averaged: what is measured of it
SOFT = 40, 30  # cells of a mask
BINS = 64  # of the histogram of luma

Tint = tuple[float, ...]  # per channel that comes out: parts of red, green and blue, and a sum
NONE: Tint = (1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0)

AMOUNT: Mapping[Light, float] = {"off": 0.0, "auto": 0.5, "strong": 1.0}
WRAP: Mapping[Light, float] = {"off": 0.0, "auto": 0.3, "strong": 0.5}
SHADOW: Mapping[Light, float] = {"off": 0.0, "auto": 0.3, "strong": 0.45}
STOPS = 0.5  # the most that anyone is made brighter or darker
_GAMMA = 2.2
_ALIKE = 1 / 3  # stops between two people's lights that are theirs: hair, skin, a white shirt
_EVEN = 0.8  # of what is beyond that
_TOGETHER, _TOGETHER_MOST = 0.3, 0.35  # of the stops to the background, and stops
_WARM = (0.555, 0.832)  # skin's direction in OKLab's a and b, and nearly daylight's
_USUAL, _OWN_ALIKE, _OWN = 0.036, 0.02, 0.35  # how warm people are in the mean, more or less
_TAKEN = 0.25  # of the background's colour, relative to its lightness
# The most, in OKLab, at the grey of _GREY. Fair skin's chroma is .047: cooled more, it is chalk.
_WARMER, _COOLER, _GREENER, _REDDER = 0.02, 0.014, 0.002, 0.006
_GREY = 0.6
_LUMA = (0.299, 0.587, 0.114)
_FEW = 0.004  # of the lattice: less of someone says nothing


@dataclass(frozen=True, slots=True)
class Tone:
    """What is seen: luma (0..255), its spread and upper tenth; means of Cb, Cr, |Cb| + |Cr|."""

    luma: float
    spread: float
    high: float
    blue: float
    red: float
    chroma: float


def tone(
    lumas: Sequence[float], blue: float, red: float, chroma: float, most: float
) -> Tone | None:
    """Return the tone of weighted samples; None where there are too few of all, which weigh `most`.

    `lumas` is the histogram in BINS, the others are sums; of full range.
    """
    total = sum(lumas)
    if total <= _FEW * most:
        return None
    width = 256 / BINS
    middles = [(n + 0.5) * width for n in range(BINS)]
    mean = sum(n * m for n, m in zip(lumas, middles, strict=True)) / total
    square = sum(n * m * m for n, m in zip(lumas, middles, strict=True)) / total
    left, high = 0.1 * total, 0.0
    for n in range(BINS - 1, -1, -1):
        if lumas[n] >= left:
            high = (n + 1 - left / lumas[n]) * width
            break
        left -= lumas[n]
    spread = sqrt(max(0.0, square - mean * mean))
    return Tone(mean, spread, high, blue / total, red / total, chroma / total)


def tints(light: Light, ground: Tone | None, people: Mapping[str, Tone | None]) -> dict[str, Tint]:
    """Return what becomes of everyone's colours before this background."""
    seen = {guest: of for guest, of in people.items() if of is not None}
    amount = AMOUNT[light]
    if not amount or ground is None or not seen:
        return dict.fromkeys(people, NONE)
    middle = median(log2(max(8.0, of.high)) for of in seen.values())
    mean = sum(of.luma for of in seen.values()) / len(seen)
    far = _GAMMA * log2(max(4.0, ground.luma) / max(4.0, mean))
    together = _TOGETHER_MOST * tanh(_TOGETHER * far / _TOGETHER_MOST)
    return {
        guest: NONE if of is None else _tint(amount, ground, of, together, middle)
        for guest, of in people.items()
    }


def _tint(amount: float, ground: Tone, of: Tone, together: float, middle: float) -> Tint:
    beyond = _beyond(_GAMMA * (log2(max(8.0, of.high)) - middle), _ALIKE)
    stops = _within(amount * (together - _EVEN * beyond), STOPS)
    bright = 2 ** (stops / _GAMMA)
    # Who is bright already is not blown out.
    bright = min(bright, max(1.0, 250 / max(1.0, of.high)))
    gains = [bright * gain for gain in _gains(*_shift(amount, ground, of))]
    ratio = max(8.0, ground.spread) / max(8.0, of.spread)
    contrast = 1 + amount * _between(-0.08, 0.1 * log2(ratio), 0.05)
    colourful = log2((ground.chroma + 12) / (of.chroma + 12))
    saturation = 1 + amount * _between(-0.12, 0.12 * colourful, 0.06)
    out: list[float] = []
    for channel, gain in enumerate(gains):
        for other in range(3):
            part = (channel == other) * saturation + (1 - saturation) * _LUMA[other]
            out.append(gain * contrast * part)
        out.append(gain * (1 - contrast) * of.luma)
    return tuple(out)


def _shift(amount: float, ground: Tone, of: Tone) -> tuple[float, float]:
    """Return where the colours go, in OKLab's a and b, at _GREY."""
    lightness, a, b = lab(*_linear(ground))
    taken = _TAKEN / max(0.3, lightness)
    _, own_a, own_b = lab(*_linear(of))
    own = _beyond(own_a * _WARM[0] + own_b * _WARM[1] - _USUAL, _OWN_ALIKE)
    along = taken * (a * _WARM[0] + b * _WARM[1]) - _OWN * own
    across = taken * (b * _WARM[0] - a * _WARM[1])
    along = amount * _between(-_COOLER, along, _WARMER)
    across = amount * _between(-_REDDER, across, _GREENER)
    return along * _WARM[0] - across * _WARM[1], along * _WARM[1] + across * _WARM[0]


def _gains(a: float, b: float) -> list[float]:
    """Return each channel's gain that gives grey this colour, and leaves its luma."""
    gains = [(max(0.0, value) / _GREY**3) ** (1 / _GAMMA) for value in linear(_GREY, a, b)]
    grey = sum(weight * gain for weight, gain in zip(_LUMA, gains, strict=True))
    return [gain / grey for gain in gains]


def _linear(of: Tone) -> Triple:
    """Return a tone's mean colour in linear sRGB, 0..1."""
    green = of.luma - (0.114 * 1.772 * of.blue + 0.299 * 1.402 * of.red) / 0.587
    red, blue = of.luma + 1.402 * of.red, of.luma + 1.772 * of.blue
    return tuple(_between(0.0, value / 255, 1.0) ** _GAMMA for value in (red, green, blue))


def _beyond(value: float, alike: float) -> float:
    return copysign(max(0.0, abs(value) - alike), value)


def _within(value: float, most: float) -> float:
    return _between(-most, value, most)


def _between(low: float, value: float, high: float) -> float:
    return max(low, min(high, value))

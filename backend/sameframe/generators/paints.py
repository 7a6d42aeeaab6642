"""Other paints for a generator: a colour code goes in, another comes out. Pure.

Mixed in OKLab, so that what was light stays light.
"""

from collections.abc import Callable
from math import cos, sin

from sameframe_worker.oklab import Triple, lab, linear

Paint = Callable[[str], str]
Toned = Callable[[Triple], Triple]

# Hue (radians of OKLab) and how colourful.
_HUES = {
    "pink": (0.05, 0.10), "red": (0.48, 0.16), "gold": (1.45, 0.12), "green": (2.6, 0.09),
    "blue": (4.45, 0.11), "purple": (5.2, 0.12),
}  # fmt: skip
_HOLD = 0.2  # of the old colour


def paint(palette: str | None, time: str | None) -> Paint:
    """Return what a palette and a time of day make of every paint."""
    tones = [tone for tone in (_palette(palette), _TIMES.get(time or "")) if tone]

    def painted(code: str) -> str:
        colour = _lab(code)
        for tone in tones:
            colour = tone(colour)
        return _code(colour)

    return painted if tones else lambda code: code


def _palette(name: str | None) -> Toned | None:
    if name is None:
        return None
    if name in _TONES:
        return _TONES[name]
    hue, chroma = _HUES[name]

    def toned(colour: Triple) -> Triple:
        light, a, b = colour
        # Shadows lean back a little, lights forward: one hue alone would look like a tinted print.
        turned = hue + (light - 0.6) * 0.5
        full = chroma * (1 - abs(2 * light - 1) ** 3)
        return (
            light,
            _HOLD * a + (1 - _HOLD) * full * cos(turned),
            _HOLD * b + (1 - _HOLD) * full * sin(turned),
        )

    return toned


def _night(colour: Triple) -> Triple:
    light, a, b = colour
    warm = b > 0.07 and light > 0.75  # a lamp stays one
    if warm:
        return light * 0.92, a + 0.01, b * 1.1
    return 0.06 + light * 0.42, a * 0.45 - 0.008, b * 0.35 - 0.045


def _dusk(colour: Triple) -> Triple:
    light, a, b = colour
    high = light > 0.62
    return (light * 0.86, a * 0.7 + 0.05, b * 0.6 + 0.055) if high else (
        light * 0.82, a * 0.8 + 0.03, b * 0.7 - 0.03
    )  # fmt: skip


def _morning(colour: Triple) -> Triple:
    light, a, b = colour
    return min(1.0, 0.1 + light * 0.93), a * 0.9, b * 0.9 + 0.012


_TIMES: dict[str, Toned] = {"night": _night, "dusk": _dusk, "morning": _morning}
_TONES: dict[str, Toned] = {
    "mono": lambda colour: (colour[0], 0.0, 0.0),
    "pastel": lambda colour: (0.45 + 0.53 * colour[0], colour[1] * 0.62, colour[2] * 0.62),
    "vivid": lambda colour: (colour[0], colour[1] * 1.55, colour[2] * 1.55),
}


def _lab(code: str) -> Triple:
    r, g, b = (_linear(int(code[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return lab(r, g, b)


def _code(colour: Triple) -> str:
    light, a, b = colour
    light = max(0.0, min(1.0, light))
    # What no screen shows is made paler until one does.
    for held in (1.0, 0.85, 0.7, 0.5, 0.3, 0.0):
        rgb = linear(light, a * held, b * held)
        if all(-0.002 <= part <= 1.002 for part in rgb):
            break
    return "#" + "".join(f"{round(255 * _gamma(max(0.0, min(1.0, part)))):02X}" for part in rgb)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _gamma(part: float) -> float:
    return part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055

"""What props look like: SVG drawn by us, text in the house's type; one picture for all who show it.

Stage and print show the same pixels, drawn here once per size: whatever a browser's own SVG and
fonts would make of a design, no two of them would agree.
"""

import io
import re
from html import escape
from math import ceil, cos, pi, sin
from pathlib import Path

import resvg_py
from PIL import Image, ImageFont

HERE = Path(__file__).parent
INK, PAPER, ACCENT, LIGHT = "#1C1B19", "#FFFFFF", "#D4472E", "#F0803C"
WIDEST = 4096  # px
_SHEET = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')
_BLOCK = 44  # px, the size of letters while lines are broken
_ROUND, _LONG = 3.2, 7.0  # times as wide as high: words in a bubble, and words alone


def drawn(design: str, text: str, lines: int, font: Path | None) -> Image.Image:
    """Return a design with this text, RGBA, `lines` high or WIDEST wide.

    Raises KeyError for one that nobody drew.
    Without a font, as long as the pages are not built, there are no letters.
    """
    fonts = [str(font)] if font else []
    source = svg(design, text, font)
    width, height = map(float, _SHEET.search(source).groups())
    lines = round(min(lines, WIDEST * height / width))
    picture = resvg_py.svg_to_bytes(
        svg_string=source, height=lines, skip_system_fonts=True, font_files=fonts
    )
    opened = Image.open(io.BytesIO(bytes(picture)))
    return opened.convert("RGBA")


def svg(design: str, text: str = "", font: Path | None = None) -> str:
    """Return a design as SVG; raises KeyError for one that nobody drew."""
    if design in _WRITTEN:
        return _WRITTEN[design](text, font)
    file = HERE / f"{design}.svg"
    if not file.is_file():
        raise KeyError(design)
    return file.read_text(encoding="utf-8")


# --- with words on them ----------------------------------------------------------------------


def _speech(text: str, font: Path | None) -> str:
    w, h, letters = _block(text, font, INK)
    width, height = max(300.0, w + 110), max(150.0, h + 90)
    tail = (
        f"M{width * 0.24} {height - 20}L{width * 0.17} {height + 66}L{width * 0.42} {height - 20}Z"
    )
    body = f'<rect x="10" y="10" width="{width - 20}" height="{height - 20}" rx="64"'
    line = f'stroke="{INK}" stroke-width="12" stroke-linejoin="round"'
    shape = f'{body} fill="{INK}" {line}/><path d="{tail}" fill="{INK}" {line}/>'
    # Filled once more above the line, so that balloon and tail are one shape.
    shape += f'{body} fill="{PAPER}"/><path d="{tail}" fill="{PAPER}"/>'
    return _sheet(width, height + 76, shape + _at(letters, width / 2, height / 2))


def _thought(text: str, font: Path | None) -> str:
    w, h, letters = _block(text, font, INK)
    width, height = max(320.0, w + 150), max(190.0, h + 130)
    puffs, across, down = [], max(4, round(width / 105)), max(2, round(height / 95))
    r = 62
    for i in range(across + 1):
        x = r + 8 + i * (width - 2 * r - 16) / across
        puffs += [(x, r + 8), (x, height - r - 8)]
    for i in range(1, down):
        y = r + 8 + i * (height - 2 * r - 16) / down
        puffs += [(r + 8, y), (width - r - 8, y)]
    inner = f'<rect x="{r}" y="{r}" width="{width - 2 * r}" height="{height - 2 * r}"'
    small = [(width * 0.24, height + 22, 26.0), (width * 0.15, height + 66, 15.0)]
    rounds = [(x, y, float(r)) for x, y in puffs] + small

    def all_of(fill: str, more: int) -> str:
        return "".join(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size + more:.1f}" fill="{fill}"/>'
            for x, y, size in rounds
        )

    shape = all_of(INK, 4) + all_of(PAPER, -4) + f'{inner} fill="{PAPER}"/>'
    return _sheet(width, height + 92, shape + _at(letters, width / 2, height / 2))


def _shout(text: str, font: Path | None) -> str:
    w, h, letters = _block(text, font, INK)
    rx, ry = max(150.0, w * 0.62 + 40), max(84.0, h * 0.72 + 46)
    width, height = rx * 2.56, ry * 2.75
    cx, cy, spikes = width / 2, height / 2, 15
    corners = []
    for i in range(2 * spikes):
        far = 1.0 if i % 2 == 0 else (1.22, 1.32, 1.17)[i % 3]
        angle = pi * i / spikes - pi / 2 + 0.06
        corners.append(f"{cx + rx * far * cos(angle):.1f} {cy + ry * far * sin(angle):.1f}")
    shape = (
        f'<path d="M{"L".join(corners)}Z" fill="#FFE08A" stroke="{INK}" stroke-width="11" '
        'stroke-linejoin="round"/>'
    )
    return _sheet(width, height, shape + _at(letters, cx, cy))


def _outlined(text: str, font: Path | None) -> str:
    w, h, letters = _block(text, font, PAPER, f'stroke="{PAPER}" stroke-width="2"', _LONG)
    edge = f'stroke="{INK}" stroke-width="15" stroke-linejoin="round"'
    under = _block(text, font, INK, edge, _LONG)[2]
    width, height = w + 40, h + 40
    middle = width / 2, height / 2
    return _sheet(width, height, _at(under, *middle) + _at(letters, *middle))


def _label(text: str, font: Path | None) -> str:
    w, h, letters = _block(text, font, INK, wide=_LONG)
    width, height = w + 72, h + 44
    teeth = ceil(height / 14)
    side = [f"{8 if i % 2 else 0} {height * i / teeth:.1f}" for i in range(teeth + 1)]
    other = [
        f"{width - (8 if i % 2 else 0):.1f} {height * i / teeth:.1f}" for i in range(teeth, -1, -1)
    ]
    shape = f'<path d="M{"L".join(side + other)}Z" fill="#F5E3B5"/>'
    shape += f'<path d="M0 0H{width}V6H0Z" fill="#fff" opacity=".4"/>'
    return _sheet(width, height, shape + _at(letters, width / 2, height / 2))


def _banner(text: str, font: Path | None) -> str:
    w, h, letters = _block(text, font, PAPER, wide=_LONG)
    width, height, fold = w + 200, h + 56, 26
    left = f"M0 {fold}H84V{height + fold}H0L30 {height / 2 + fold}Z"
    right = (
        f"M{width} {fold}H{width - 84}V{height + fold}H{width}L{width - 30} {height / 2 + fold}Z"
    )
    shape = f'<path d="{left}{right}" fill="#A93119"/>'
    shape += f'<path d="M48 {height}H84V{height + fold}Z" fill="#7A2010"/>'
    shape += f'<path d="M{width - 48} {height}H{width - 84}V{height + fold}Z" fill="#7A2010"/>'
    shape += f'<rect x="48" width="{width - 96}" height="{height}" fill="{ACCENT}"/>'
    return _sheet(width, height + fold, shape + _at(letters, width / 2, height / 2))


# --- the date stamp --------------------------------------------------------------------------

# Which of a digit's strokes burn: top, upper left, upper right, middle, lower left and right, foot.
_BURNING = {
    "0": "1110111", "1": "0010010", "2": "1011101", "3": "1011011", "4": "0111010",
    "5": "1101011", "6": "1101111", "7": "1010010", "8": "1111111", "9": "1111011",
}  # fmt: skip
_STROKES = (
    "M8 0H42L34 10H16Z",
    "M4 4L13 13V37L7 43L2 38V8Z",
    "M46 4L37 13V37L43 43L48 38V8Z",
    "M9 46L15 41H35L41 46L35 51H15Z",
    "M4 88L13 79V55L7 49L2 54V84Z",
    "M46 88L37 79V55L43 49L48 54V84Z",
    "M8 92H42L34 82H16Z",
)


def _date(text: str, font: Path | None) -> str:
    """Burn the date into the film's corner, as cameras did."""
    x, marks = 16, []
    for sign in text:
        if sign in _BURNING:
            strokes = zip(_BURNING[sign], _STROKES, strict=True)
            burning = "".join(stroke for on, stroke in strokes if on == "1")
            marks.append(f'<path transform="translate({x} 16)" d="{burning}"/>')
            x += 64
        elif sign == " ":
            x += 34
        else:
            marks.append(f'<path transform="translate({x} 16)" d="M8 0H20L12 26H4Z"/>')
            x += 30
    drawn = "".join(marks)
    glow = f'<g fill="{ACCENT}" stroke="{ACCENT}" stroke-width="9" opacity=".35">{drawn}</g>'
    return _sheet(x + 4, 124, f'{glow}<g fill="{LIGHT}">{drawn}</g>')


_WRITTEN = {
    "speech": _speech,
    "thought": _thought,
    "shout": _shout,
    "outlined": _outlined,
    "label": _label,
    "banner": _banner,
    "date": _date,
}


# --- letters ---------------------------------------------------------------------------------


def _block(
    text: str, font: Path | None, ink: str, more: str = "", wide: float = _ROUND
) -> tuple[float, float, str]:
    """Break a text into lines; return how wide and high they are, and them, about their middle."""
    text = "".join(sign for sign in text if sign.isprintable())  # XML holds nothing else
    face = ImageFont.truetype(font, _BLOCK) if font else ImageFont.load_default(_BLOCK)
    lines = _broken(text, face, wide)
    step = _BLOCK * 1.28
    width = max((face.getlength(line) for line in lines), default=0)
    first = -step * (len(lines) - 1) / 2 + _BLOCK * 0.35
    letters = "".join(
        f'<text y="{first + i * step:.1f}" text-anchor="middle" font-family="Pretendard" '
        f'font-weight="500" font-size="{_BLOCK}" fill="{ink}" {more}>{escape(line)}</text>'
        for i, line in enumerate(lines)
    )
    return width, step * len(lines), letters


def _broken(text: str, face: ImageFont.FreeTypeFont, wide: float) -> list[str]:
    """Break at spaces, into so many times as wide as high; long words break anywhere."""
    whole = face.getlength(text)
    most = max(80 * wide, (whole * _BLOCK * 1.28 * wide) ** 0.5)
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and face.getlength(joined) <= most:
            lines[-1] = joined
            continue
        lines.append("")
        for sign in word:
            if face.getlength(lines[-1] + sign) > most and lines[-1]:
                lines.append("")
            lines[-1] += sign
    return lines


def _at(letters: str, x: float, y: float) -> str:
    return f'<g transform="translate({x:.1f} {y:.1f})">{letters}</g>'


def _sheet(width: float, height: float, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.1f} {height:.1f}">'
        f"{inside}</svg>"
    )

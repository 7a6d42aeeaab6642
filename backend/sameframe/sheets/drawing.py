"""Sheets drawn by Pillow at 300 dpi, from the layers of their shots."""

from collections.abc import Callable, Mapping, Sequence
from math import ceil
from pathlib import Path

from msgspec import Struct
from PIL import Image, ImageDraw, ImageFont
from sameframe_worker.scene import STAGE_ASPECT, Scene, place

from sameframe import prints
from sameframe.sheets.framing import Span, framed
from sameframe.sheets.template import Box, Line, Paper, Template

FONT = "Pretendard-Medium.otf"
# Of LOOK's tokens: the paper, and the ink that is legible on it.
COLOURS: dict[Paper, tuple[str, str]] = {
    "paper": ("#faf8f4", "#1c1b19"),
    "ink": ("#1c1b19", "#f2eee7"),
    "accent": ("#c8402a", "#ffffff"),
}
_REFERENCE = (1920, 1080)  # px, to which people's spans are measured


class Shown(Struct, frozen=True):
    """One shot to be shown: its scene, and everyone's picture."""

    scene: Scene
    layers: Mapping[str, Image.Image]


def draw(
    template: Template,
    paper: Paper,
    says: Mapping[str, str],
    shots: Sequence[Shown | None],
    grounds: Callable[[Shown, tuple[int, int]], Image.Image],
    font: Path | None,
) -> Image.Image:
    """Return the sheet, RGB; `grounds` gives a shot's whole background in a size.

    A shot that is missing is replaced by the others, in turn.
    """
    colour, ink = COLOURS[paper]
    sheet = Image.new("RGB", template.size, colour)
    taken = [shot for shot in shots if shot is not None]
    made: dict[tuple[int, tuple[int, int]], Image.Image] = {}
    for slot in template.slots:
        box = slot.box()
        shot = shots[slot.shot] or taken[slot.shot % len(taken)]
        key = slot.shot, box.size
        if key not in made:
            made[key] = window(shot, box.size, grounds)
        sheet.paste(made[key], (box.left, box.top))
    pen = ImageDraw.Draw(sheet)
    for line in template.lines:
        if says.get(line.says):
            _write(pen, line, says[line.says], ink, font)
    return sheet


def window(
    shot: Shown,
    size: tuple[int, int],
    grounds: Callable[[Shown, tuple[int, int]], Image.Image],
) -> Image.Image:
    """Return the shot composed in a window of this size."""
    frame = framed(shot.scene, spans(shot), size[0] / size[1])
    ground = grounds(shot, (max(size[0], ceil(size[1] * STAGE_ASPECT)), size[1]))
    left = round(frame.left * ground.width)
    part = ground.crop((left, 0, left + size[0], size[1]))
    return prints.compose(frame.scene, part, shot.layers, whole=ground)


def spans(shot: Shown) -> dict[str, Span]:
    """Return from where to where each one is seen across the stage."""
    found = {}
    for layer in shot.scene.layers:
        picture = shot.layers.get(layer.guest)
        seen = picture and picture.getchannel("A").getbbox()
        if not seen:
            continue
        p = place(layer, picture.width / picture.height, *_REFERENCE)
        if p.rotation:
            left, right = p.x0, p.x1
        else:
            x0, x1 = seen[0] / picture.width, seen[2] / picture.width
            if p.mirror:
                x0, x1 = 1 - x1, 1 - x0
            left, right = p.left + x0 * p.width, p.left + x1 * p.width
        found[layer.guest] = Span(left / _REFERENCE[0], right / _REFERENCE[0])
    return found


def _write(pen: ImageDraw.ImageDraw, line: Line, text: str, ink: str, font: Path | None) -> None:
    box = line.box()
    width, size = box.size
    # Hinted letters shrink less than their size does.
    while (length := pen.textlength(text, face := _face(font, size))) > width:
        size = min(size - 1, size * width / length)
    x, anchor = _corner(line, box)
    pen.text((x, (box.top + box.bottom) / 2), text, ink, face, anchor)


def _corner(line: Line, box: Box) -> tuple[float, str]:
    """Return where the text begins, and Pillow's name for which of its points that is."""
    if line.align == "left":
        return box.left, "lm"
    if line.align == "right":
        return box.right, "rm"
    return (box.left + box.right) / 2, "mm"


def _face(font: Path | None, size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    # The pages may not be built yet; Pillow's own font has no Hangul.
    return ImageFont.truetype(font, size) if font else ImageFont.load_default(size)

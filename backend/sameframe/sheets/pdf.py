"""A sheet as PDF: its true size, with crop marks around it, for any printer with larger paper."""

import io

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.units import inch
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from sameframe.sheets.template import Template

MARGIN = 0.5  # inch around the sheet, for the marks
_GAP, _LENGTH = 0.0625, 0.25  # inch from the sheet's edge to its mark, and how long that is
_HAIR = 0.25  # point

rl_config.useA85 = 0  # or the picture takes a quarter more


def pdf(template: Template, jpeg: bytes) -> bytes:
    """Return the sheet's PDF; the JPEG goes into it as it is."""
    width, height = template.width * inch, template.height * inch
    margin = MARGIN * inch
    file = io.BytesIO()
    canvas = Canvas(file, (width + 2 * margin, height + 2 * margin), invariant=1)
    canvas.setTitle("Sameframe")
    canvas.setTrimBox((margin, margin, margin + width, margin + height))
    picture = ImageReader(io.BytesIO(jpeg))
    canvas.drawImage(picture, margin, margin, width, height)
    canvas.setLineWidth(_HAIR)
    canvas.setStrokeColor(HexColor("#000000"))
    canvas.lines(_marks(template))
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _marks(template: Template) -> list[tuple[float, float, float, float]]:
    """Return each mark's ends in points: where to cut across and down, on both sides."""
    near, far = _GAP * inch, (_GAP + _LENGTH) * inch
    left = bottom = MARGIN * inch
    right, top = left + template.width * inch, bottom + template.height * inch
    marks = []
    for x in (left, *(left + cut * inch for cut in template.cuts), right):
        marks += [(x, bottom - far, x, bottom - near), (x, top + near, x, top + far)]
    for y in (bottom, top):
        marks += [(left - far, y, left - near, y), (right + near, y, right + far, y)]
    return marks

"""Sheets in pixels and on paper."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader
from sameframe.sheets import drawing, pdf, template
from sameframe.sheets.drawing import Shown
from sameframe_worker.scene import Background, Layer, Scene

SHIPPED = template.load()
FONT = Path(__file__).parents[2] / "static" / "fonts" / drawing.FONT
RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 160, 30), (30, 30, 200), (255, 255, 255)


def shown(colour, *xs: float) -> Shown:
    """Return people in one colour, each in the middle half of a frame, before white."""
    person = Image.new("RGBA", (160, 120))
    person.paste((*colour, 255), (40, 0, 120, 120))
    layers = tuple(Layer(f"g{n}", x=x, y=0.75, scale=0.5) for n, x in enumerate(xs))
    scene = Scene(Background("plain", "#ffffff"), layers)
    return Shown(scene, {layer.guest: person for layer in layers})


def alike(one, other) -> bool:
    """Tell whether two colours differ by no more than what composing rounds."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 2


def white(shot: Shown, size: tuple[int, int]) -> Image.Image:
    return Image.new("RGB", size, WHITE)


def drawn(name: str, shots: list[Shown | None], paper=None, font=None, **says: str) -> Image.Image:
    found = SHIPPED[name]
    return drawing.draw(found, paper or found.paper, says, shots, white, font)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_slot_shows_its_shot_and_the_rest_is_paper(name):
    found = SHIPPED[name]
    colours = [RED, GREEN, BLUE, (90, 90, 90)][: found.shots]
    sheet = drawn(name, [shown(colour, 0.5) for colour in colours])
    assert sheet.size == (round(found.width * 300), round(found.height * 300))
    for slot in found.slots:
        box = slot.box()
        middle = (box.left + box.right) // 2, box.bottom - 5
        assert alike(sheet.getpixel(middle), colours[slot.shot])
        assert sheet.getpixel((box.left, box.top)) == WHITE
    paper = Image.new("RGB", (1, 1), drawing.COLOURS[found.paper][0]).getpixel((0, 0))
    for corner in ((0, 0), (sheet.width - 1, sheet.height - 1)):
        assert sheet.getpixel(corner) == paper


def test_people_are_not_stretched_and_the_window_follows_them():
    slot = SHIPPED["strip_three"].slots[0].box()
    shot = shown(RED, 0.2)
    part = drawing.window(shot, slot.size, white)
    left, top, right, bottom = ImageChops.difference(
        part, Image.new("RGB", part.size, WHITE)
    ).getbbox()
    assert bottom == part.height
    # Someone of 80 × 120, half the stage's height.
    assert (right - left) / (bottom - top) == pytest.approx(80 / 120, abs=0.02)
    assert (bottom - top) / part.height == pytest.approx(0.5, abs=0.02)
    # At 0.2 the window is at the stage's edge; the person is not in the middle of it.
    assert left < part.width / 2 < right + part.width / 4


def test_a_row_wider_than_the_slot_is_all_there():
    slot = SHIPPED["strip_three"].slots[0].box()
    shot = shown(RED, 0.1, 0.5, 0.9)
    part = drawing.window(shot, slot.size, white).convert("RGB")
    row = [alike(part.getpixel((x, part.height - 3)), RED) for x in range(part.width)]
    people = sum(b and not a for a, b in zip([False, *row], row, strict=False))
    assert people == 3
    assert not row[0]
    assert not row[-1]


def test_a_missed_shot_is_replaced_by_the_others_in_turn():
    sheet = drawn("strip_four", [shown(RED, 0.5), None, shown(BLUE, 0.5), None])
    found = [
        sheet.getpixel(((b.left + b.right) // 2, b.bottom - 5))
        for b in (s.box() for s in SHIPPED["strip_four"].slots)
    ]
    assert all(map(alike, found, [RED, BLUE, BLUE, BLUE]))


def ink(sheet: Image.Image, line: template.Line, reach: int = 0) -> int:
    """Return how many pixels in the line's box, and so far around, are not of the paper."""
    box = line.box()
    part = sheet.crop((box.left - reach, box.top - reach, box.right + reach, box.bottom + reach))
    difference = ImageChops.difference(part, Image.new("RGB", part.size, sheet.getpixel((0, 0))))
    return sum(difference.convert("L").point(lambda v: v > 40).histogram()[1:])


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize(
    "caption", ["Us", "A night that we shall remember for very long, all of us"]
)
def test_date_and_caption_stay_in_their_boxes(name, caption):
    says = {"date": "2026. 11. 21.", "caption": caption}
    shots = [shown(RED, 0.5)] * SHIPPED[name].shots
    with_, without = drawn(name, shots, **says), drawn(name, shots)
    changed = ImageChops.difference(with_, without)
    for line in SHIPPED[name].lines:
        assert ink(with_, line) > 50
        box = line.box()
        # Descenders hang a little below.
        changed.paste((0, 0, 0), (box.left - 2, box.top - 6, box.right + 3, box.bottom + 8))
    assert changed.getbbox() is None


@pytest.mark.skipif(not FONT.is_file(), reason="the pages are not built")
def test_hangul_is_written():
    line = SHIPPED["bordered"].lines[0]
    sheets = [drawn("bordered", [shown(RED, 0.5)], font=FONT, caption=c) for c in ("서울", "부산")]
    assert all(ink(sheet, line, 4) > 300 for sheet in sheets)
    assert ImageChops.difference(*sheets).getbbox()


@pytest.mark.parametrize("name", SHIPPED)
def test_the_pdf_has_the_true_size_and_the_picture_untouched(name):
    found = SHIPPED[name]
    file = io.BytesIO()
    drawn(name, [shown(RED, 0.5)] * found.shots).save(file, "JPEG", quality=92)
    page = PdfReader(io.BytesIO(pdf.pdf(found, file.getvalue()))).pages[0]
    assert [float(v) for v in page.mediabox[2:]] == pytest.approx(
        [(found.width + 1) * 72, (found.height + 1) * 72]
    )
    trim = [float(v) for v in page.trimbox]
    assert trim == pytest.approx([36, 36, 36 + found.width * 72, 36 + found.height * 72])
    (picture,) = (ref.get_object() for ref in page["/Resources"]["/XObject"].values())
    assert (picture["/Width"], picture["/Height"]) == (found.width * 300, found.height * 300)
    assert picture.get_data() == file.getvalue()
    drawn_at = page.get_contents().get_data().decode()
    assert f"{found.width * 72:g} 0 0 {found.height * 72:g} 36 36 cm" in drawn_at
    assert drawn_at.count(" l") == 8 + 2 * len(found.cuts)

"""Three people for the landing page: cut from flat paper, drawn from the chest up.

They travel as the product's own cutouts do: stacked, colour above and mask below.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

WIDTH, HEIGHT = 640, 480
_OVER = 4
_HIDDEN = 128
# Colour runs on this far outside the mask, so that no grey comes in when a renderer scales.
_BLEED = 4

PAPER, INK, ACCENT = "#FAF8F4", "#1C1B19", "#D4472E"

Points = Sequence[tuple[float, float]]


class Collage:
    """Sheets of paper laid over each other; the last one laid is on top."""

    def __init__(self) -> None:
        self._sheets = Image.new("L", (WIDTH * _OVER, HEIGHT * _OVER), 0)
        self._pen = ImageDraw.Draw(self._sheets)
        self._tints: list[str] = []

    def lay(self, tint: str, outline: Points) -> None:
        """Lay a sheet whose edge runs smoothly through the points."""
        self._pen.polygon(_enlarged(_closed(outline)), fill=self._number(tint))

    def cut(self, tint: str, outline: Points) -> None:
        """Lay a sheet with straight edges."""
        self._pen.polygon(_enlarged(outline), fill=self._number(tint))

    def oval(self, tint: str, x: float, y: float, across: float, down: float) -> None:
        """Lay an oval, by its centre and its half axes."""
        box = [(x - across) * _OVER, (y - down) * _OVER, (x + across) * _OVER, (y + down) * _OVER]
        self._pen.ellipse(box, fill=self._number(tint))

    def stroke(self, tint: str, path: Points, thick: float) -> None:
        """Lay a strip with round ends along a smooth path."""
        number, half = self._number(tint), thick * _OVER / 2
        points = _enlarged(_open(path))
        self._pen.line(points, fill=number, width=round(2 * half), joint="curve")
        for x, y in points:
            self._pen.ellipse((x - half, y - half, x + half, y + half), fill=number)

    def inside(self, sheet: Callable[["Collage"], None], within: str) -> None:
        """Lay sheets only where `within` is on top now: a pattern on cloth, a shadow on skin."""
        numbers = np.asarray(self._sheets)
        allowed = np.isin(numbers, [i + 1 for i, t in enumerate(self._tints) if t == within])
        before = self._sheets.copy()
        sheet(self)
        self._sheets.paste(before, mask=Image.fromarray(np.where(allowed, 0, 255).astype(np.uint8)))

    def flattened(self, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return the colour (HEIGHT × WIDTH × 3) and the mask (HEIGHT × WIDTH)."""
        fine = np.asarray(self._sheets).reshape(HEIGHT, _OVER, WIDTH, _OVER)
        tints = np.array([(0, 0, 0), *(_rgb(t) for t in self._tints)], np.float32)
        amount = (fine > 0).sum((1, 3)).astype(np.float32)
        total = tints[fine].sum((1, 3))
        total, reached = _bled(total, amount)
        colour = total / np.maximum(reached, 1)[..., None]
        # Where the print took badly: fleck by fleck, the paper shows through.
        random = np.random.default_rng(seed)
        flecks = np.asarray(
            Image.fromarray(random.standard_normal((300, 400), np.float32)).resize(
                (WIDTH, HEIGHT), Image.Resampling.BICUBIC
            )
        )
        whole = (fine == fine[:, :1, :, :1]).all((1, 3)) & (amount > 0)
        light = colour + (np.array(_rgb(PAPER), np.float32) - colour) * 0.13
        colour = np.where(((flecks > 1.75) & whole)[..., None], light, colour)
        colour = np.where((reached > 0)[..., None], colour, _HIDDEN)
        mask = amount * (255 / _OVER**2)
        return np.round(colour).astype(np.uint8), np.round(mask).astype(np.uint8)

    def _number(self, tint: str) -> int:
        if tint not in self._tints:
            self._tints.append(tint)
        return self._tints.index(tint) + 1


def stacked(colour: NDArray[np.uint8], mask: NDArray[np.uint8]) -> Image.Image:
    """Return a stacked picture: the colour above, the mask at half its height below."""
    half = (mask[0::2].astype(np.uint16) + mask[1::2] + 1) // 2
    below = np.repeat(half.astype(np.uint8)[..., None], 3, axis=2)
    return Image.fromarray(np.concatenate([colour, below]))


def _rgb(code: str) -> tuple[int, int, int]:
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def _bled(
    total: NDArray[np.float32], amount: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Let colour run on over the edge of what is covered."""
    rows, columns = amount.shape
    for _ in range(_BLEED):
        wide, wide_total = np.pad(amount, 1), np.pad(total, ((1, 1), (1, 1), (0, 0)))
        near_total, near = np.zeros_like(total), np.zeros_like(amount)
        for down, right in ((0, 1), (2, 1), (1, 0), (1, 2)):
            near_total += wide_total[down : down + rows, right : right + columns]
            near += wide[down : down + rows, right : right + columns]
        empty = amount == 0
        total = np.where(empty[..., None], near_total, total)
        amount = np.where(empty, near, amount)
    return total, amount


def _enlarged(points: Points) -> list[tuple[float, float]]:
    return [(x * _OVER, y * _OVER) for x, y in points]


def _closed(points: Points) -> Points:
    return _spline([points[-1], *points, points[0], points[1]])


def _open(points: Points) -> Points:
    return _spline([points[0], *points, points[-1]])


def _spline(points: Points) -> Points:
    """Return a Catmull-Rom curve through all but the first and the last point."""
    p = np.array(points, np.float64)
    t = np.linspace(0, 1, 14, endpoint=False)[:, None]
    pieces = [
        0.5
        * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]
    curve = np.concatenate([*pieces, p[-2][None]])
    return [(float(x), float(y)) for x, y in curve]


def _arc(x: float, y: float, wide: float, rise: float) -> Points:
    t = np.linspace(-1, 1, 9)
    return [(x + wide * float(u), y - rise * (1 - float(u) ** 2)) for u in t]


def _glad_eye(page: Collage, tint: str, x: float, y: float) -> None:
    page.stroke(tint, _arc(x, y + 4, 11, 9), 4.6)


def draw_a() -> Collage:
    """A bob with a fringe, a striped shirt, two fingers up for the picture."""
    page, skin, shade, hair = Collage(), "#EDBE9C", "#D99A78", "#26211F"
    page.lay(hair, [(320, 78), (405, 105), (432, 190), (438, 285), (420, 318), (320, 325),
                    (222, 318), (204, 285), (210, 190), (236, 105)])  # fmt: skip
    page.lay(PAPER, [(320, 352), (390, 362), (452, 386), (482, 440), (494, 520), (320, 540),
                     (146, 520), (158, 440), (188, 386), (250, 362)])  # fmt: skip

    def stripes(page: Collage) -> None:
        for row in range(5):
            y = 400 + 24 * row
            page.stroke("#2B3A55", [(120, y + 16), (320, y), (520, y + 16)], 10)

    def cuffs(page: Collage) -> None:
        for row in range(4):
            y = 412 + 24 * row
            page.stroke("#2B3A55", [(80, y + 22), (134, y), (196, y - 6)], 10)

    page.inside(stripes, PAPER)
    page.lay(skin, [(288, 280), (352, 280), (354, 345), (372, 360), (320, 392), (268, 360),
                    (286, 345)])  # fmt: skip
    page.inside(lambda p: p.oval(shade, 320, 284, 62, 46), skin)
    page.oval(skin, 244, 216, 14, 22)
    page.oval(skin, 396, 216, 14, 22)
    page.lay(skin, [(320, 116), (378, 140), (396, 200), (384, 262), (348, 300), (320, 306),
                    (292, 300), (256, 262), (244, 200), (262, 140)])  # fmt: skip
    page.inside(lambda p: p.oval(shade, 320, 166, 84, 24), skin)
    page.lay(hair, [(320, 96), (388, 122), (404, 190), (396, 196), (360, 184), (320, 181),
                    (280, 184), (244, 196), (236, 190), (252, 122)])  # fmt: skip
    page.cut(hair, [(236, 180), (250, 180), (252, 270), (244, 312), (222, 312), (214, 240)])
    page.cut(hair, [(404, 180), (390, 180), (388, 270), (396, 312), (418, 312), (426, 240)])
    _face(page, hair, 320, 222)
    page.oval("#E59C80", 276, 250, 15, 9)
    page.oval("#E59C80", 364, 250, 15, 9)
    page.stroke(PAPER, [(170, 520), (148, 462), (134, 412)], 74)
    page.inside(cuffs, PAPER)
    page.stroke("#CFC9BD", [(207, 500), (186, 454), (171, 412)], 5)
    _two_fingers(page, skin, shade, 131, 350)
    return page


def _face(page: Collage, ink: str, x: float, y: float) -> None:
    _glad_eye(page, ink, x - 32, y)
    _glad_eye(page, ink, x + 32, y)
    page.stroke("#C98566", [(x + 1, y + 14), (x + 6, y + 27), (x - 3, y + 29)], 4)
    page.stroke("#9C3B2A", _arc(x, y + 46, 20, -11), 4.6)


def _two_fingers(page: Collage, skin: str, shade: str, x: float, y: float) -> None:
    page.stroke(skin, [(x - 2, y + 46), (x, y + 10)], 40)
    page.stroke(skin, [(x - 10, y), (x - 24, y - 74)], 21)
    page.stroke(skin, [(x + 12, y), (x + 28, y - 70)], 21)
    page.oval(skin, x, y + 8, 30, 32)
    page.stroke(shade, [(x + 24, y - 4), (x + 27, y + 14)], 15)
    page.stroke(skin, [(x + 23, y - 5), (x + 25, y + 12)], 13)
    page.stroke(shade, [(x - 25, y + 20), (x - 4, y + 9), (x + 13, y + 4)], 20)
    page.stroke(skin, [(x - 26, y + 17), (x - 5, y + 6), (x + 12, y + 1)], 18)


def draw_b() -> Collage:
    """Curls, round glasses, a mustard roll-neck, laughing."""
    page, skin, shade, hair = Collage(), "#8E5A3E", "#73442D", "#40281D"
    turns = np.linspace(0, 2 * np.pi, 15, endpoint=False)
    page.oval(hair, 320, 178, 122, 116)
    for turn in turns:
        page.oval(hair, 320 + 104 * float(np.cos(turn)), 176 + 98 * float(np.sin(turn)), 36, 35)
    page.lay("#E2A63A", [(320, 350), (392, 360), (462, 384), (500, 440), (512, 520), (320, 540),
                         (128, 520), (140, 440), (178, 384), (248, 360)])  # fmt: skip
    page.lay(skin, [(284, 280), (356, 280), (358, 345), (320, 366), (282, 345)])
    page.inside(lambda p: p.oval(shade, 320, 288, 66, 44), skin)
    page.lay("#C98A26", [(278, 326), (320, 338), (362, 326), (370, 366), (320, 382), (270, 366)])
    page.lay("#E2A63A", [(276, 330), (320, 344), (364, 330), (368, 358), (320, 374), (272, 358)])
    page.stroke("#C98A26", [(206, 470), (214, 430), (212, 405)], 5)
    page.stroke("#C98A26", [(434, 470), (426, 430), (428, 405)], 5)
    page.oval(skin, 240, 216, 14, 22)
    page.oval(skin, 400, 216, 14, 22)
    page.lay(skin, [(320, 112), (380, 136), (402, 196), (388, 262), (350, 302), (320, 308),
                    (290, 302), (252, 262), (238, 196), (260, 136)])  # fmt: skip
    page.inside(lambda p: p.oval(shade, 320, 128, 92, 22), skin)
    for x, y, r in ((256, 132, 27), (288, 116, 28), (322, 112, 27), (356, 116, 28), (386, 134, 26)):
        page.oval(hair, x, y, r, r * 0.9)
    for x in (282, 358):
        page.oval("#F2D9A0", x, 214, 33, 32)
        page.oval(skin, x, 214, 27, 26)
        _glad_eye(page, "#1F1411", x, 214)
    page.stroke("#F2D9A0", [(313, 208), (320, 205), (327, 208)], 6)
    page.stroke("#F2D9A0", [(249, 208), (238, 204)], 6)
    page.stroke("#F2D9A0", [(391, 208), (402, 204)], 6)
    page.stroke(shade, [(322, 232), (328, 246), (314, 248)], 4.5)
    page.lay("#5A2018", [(290, 262), (320, 267), (350, 262), (340, 286), (320, 293), (300, 286)])
    page.lay(PAPER, [(295, 265), (320, 269), (345, 265), (340, 275), (320, 279), (300, 275)])
    page.oval(ACCENT, 238, 246, 6, 6)
    page.oval(ACCENT, 402, 246, 6, 6)
    return page


def draw_c() -> Collage:
    """Short grey hair and a beard, a teal shirt, a paper hat a little askew."""
    page, skin, shade, hair = Collage(), "#D9A27C", "#BE8260", "#B9B2A6"
    teal, deep = "#2F6A6B", "#245354"
    page.lay(teal, [(320, 352), (396, 358), (474, 380), (516, 440), (530, 520), (320, 540),
                    (110, 520), (124, 440), (166, 380), (244, 358)])  # fmt: skip
    page.lay(skin, [(280, 280), (360, 280), (364, 345), (376, 358), (320, 418), (264, 358),
                    (276, 345)])  # fmt: skip
    page.inside(lambda p: p.oval(shade, 320, 296, 72, 50), skin)
    page.cut(deep, [(262, 340), (320, 424), (286, 444), (238, 362)])
    page.cut(deep, [(378, 340), (320, 424), (354, 444), (402, 362)])
    page.stroke(deep, [(320, 424), (320, 500)], 5)
    page.oval(PAPER, 331, 462, 5, 5)
    page.stroke(deep, [(190, 480), (198, 440), (194, 412)], 5)
    page.stroke(deep, [(450, 480), (442, 440), (446, 412)], 5)
    page.lay(hair, [(320, 92), (392, 112), (410, 180), (402, 232), (238, 232), (230, 180),
                    (248, 112)])  # fmt: skip
    page.oval(skin, 238, 220, 15, 23)
    page.oval(skin, 402, 220, 15, 23)
    page.lay(skin, [(320, 118), (380, 142), (396, 200), (388, 262), (350, 306), (320, 312),
                    (290, 306), (252, 262), (244, 200), (260, 142)])  # fmt: skip
    page.lay(hair, [(240, 226), (256, 238), (276, 252), (320, 246), (364, 252), (384, 238),
                    (400, 226), (392, 284), (362, 322), (320, 336), (278, 322),
                    (248, 284)])  # fmt: skip
    page.lay(hair, [(320, 94), (384, 108), (402, 150), (396, 178), (366, 146), (310, 140),
                    (266, 150), (244, 178), (240, 146), (262, 106)])  # fmt: skip
    _glad_eye(page, INK, 286, 206)
    _glad_eye(page, INK, 354, 206)
    page.stroke(hair, [(270, 186), (286, 180), (300, 184)], 7)
    page.stroke(hair, [(340, 184), (354, 180), (370, 186)], 7)
    page.stroke(shade, [(321, 212), (328, 232), (314, 235)], 5)
    page.lay("#8C3527", [(296, 268), (320, 273), (344, 268), (334, 284), (320, 289), (306, 284)])
    page.stroke(PAPER, [(304, 272), (320, 275), (336, 272)], 5)
    hat = [(266, 116), (372, 122), (342, 18)]
    page.cut(ACCENT, hat)

    def spots(page: Collage) -> None:
        for x, y in (
            (290, 108),
            (324, 112),
            (358, 116),
            (308, 80),
            (341, 84),
            (327, 52),
            (350, 55),
        ):
            page.oval(PAPER, x, y, 6.5, 6.5)

    page.inside(spots, ACCENT)
    page.lay("#E2A63A", [(341, 4), (348, 14), (360, 15), (352, 24), (354, 36), (342, 31), (331, 35),
                         (333, 23), (325, 14), (336, 13)])  # fmt: skip
    return page


PEOPLE: dict[str, Callable[[], Collage]] = {"a": draw_a, "b": draw_b, "c": draw_c}


def draw(name: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return a person's colour and mask, 480 × 640."""
    return PEOPLE[name]().flattened(seed=ord(name))


def together(behind: Image.Image) -> Image.Image:
    """Stand all three before a picture, as the stage's row would; returns a new picture."""
    picture = behind.copy()
    height = behind.height
    for name, x, scale in (("c", 0.81, 0.92), ("a", 0.245, 0.89), ("b", 0.535, 0.97)):
        colour, mask = draw(name)
        size = (round(height * scale * WIDTH / HEIGHT), round(height * scale))
        person = Image.fromarray(colour).resize(size, Image.Resampling.LANCZOS)
        cover = Image.fromarray(mask).resize(size, Image.Resampling.LANCZOS)
        corner = (round(x * behind.width - size[0] / 2), height - size[1])
        picture.paste(person, corner, cover)
    return picture

"""Who has no camera stands there as a paper silhouette with his name on it."""

from ctypes import CDLL
from math import pi
from typing import Any

from sameframe_worker import stacked
from sameframe_worker.stage.picture import Picture, to_i420

WIDTH, HEIGHT = 960, 720  # of the cutout: sharp enough for a photo
PAPER, LINE, INK = "#FAF8F4", "#E4DFD6", "#1C1B19"
NAME_WIDTH, NAME_SIZE, NAME_SIZE_MIN = 440, 72, 40
FONT = "600 {}px 'Pretendard Variable', Pretendard, system-ui, 'Noto Sans KR', sans-serif"


def paper(browser: Any, kernels: CDLL, name: str) -> Picture:
    """Draw the silhouette as a stacked frame, so that it is a cutout like any other."""
    width, height = stacked.frame_size(WIDTH, HEIGHT)
    canvas = browser.canvas(width, height)
    context = canvas.getContext("2d")
    context.fillStyle = LINE  # under the edge, so that nothing else shines through it
    context.fillRect(0, 0, WIDTH, HEIGHT)
    _body(context, PAPER, LINE)
    _write(context, name)
    context.fillStyle = "#000"
    context.fillRect(0, HEIGHT, WIDTH, HEIGHT // 2)
    context.setTransform(1, 0, 0, 0.5, 0, HEIGHT)
    _body(context, "#fff", "#fff")
    return Picture(
        to_i420(kernels, "RGBA", browser.pixels_of(canvas), width, height), width, height
    )


def _body(context: Any, fill: str, line: str) -> None:
    _outline(context)
    context.fillStyle = fill
    context.fill()
    context.save()
    context.clip()
    # Cut out along a drawn line: a wide stroke leaves a thin one inside when overdrawn.
    for colour, width in ((line, 34), (fill, 29)):
        context.strokeStyle, context.lineWidth = colour, width
        context.stroke()
    context.restore()
    context.strokeStyle, context.lineWidth = line, 6
    context.stroke()


def _outline(context: Any) -> None:
    middle, below = WIDTH / 2, HEIGHT + 40
    context.beginPath()
    context.moveTo(middle - 290, below)
    context.lineTo(middle - 290, 590)
    context.bezierCurveTo(middle - 290, 470, middle - 190, 454, middle - 104, 430)
    context.bezierCurveTo(middle - 70, 420, middle - 60, 408, middle - 60, 384)
    # The head takes over from the neck, and hands back on the other side.
    context.ellipse(middle, 232, 112, 140, 0, pi / 2 + 0.565, pi / 2 - 0.565)
    context.lineTo(middle + 60, 384)
    context.bezierCurveTo(middle + 60, 408, middle + 70, 420, middle + 104, 430)
    context.bezierCurveTo(middle + 190, 454, middle + 290, 470, middle + 290, 590)
    context.lineTo(middle + 290, below)
    context.closePath()


def _write(context: Any, name: str) -> None:
    context.fillStyle, context.textAlign, context.textBaseline = INK, "center", "middle"
    size = NAME_SIZE
    context.font = FONT.format(size)
    width = context.measureText(name).width
    if width > NAME_WIDTH:
        size = max(NAME_SIZE_MIN, int(size * NAME_WIDTH / width))
        context.font = FONT.format(size)
        name = _shortened(context, name)
    context.fillText(name, WIDTH / 2, 606)


def _shortened(context: Any, name: str) -> str:
    if context.measureText(name).width <= NAME_WIDTH:
        return name
    while name and context.measureText(name + "…").width > NAME_WIDTH:
        name = name[:-1].rstrip()
    return name + "…"

"""Moving pictures: a sheet of the stage's frames, cut up and made into a GIF and a WebP."""

import io

import numpy as np
from PIL import Image
from sameframe_worker import frames

from sameframe.prints import encoded
from sameframe.wire import Motion

_COLOURS = 255  # of 256: one is for what stays as it was
_SAMPLES = 5  # frames that the palette is chosen from
# Dithering by a fixed pattern: by error diffusion whatever stands still would swarm, and each frame
# would be stored whole.
_SPREAD = 14  # of 255, about the distance between two colours of such a palette
_QUALITY = 80
_STILL = 10  # of 255; what changes by less from frame to frame is a codec's noise


def cut(sheet: Image.Image) -> list[Image.Image]:
    """Return the frames on a sheet, RGB."""
    size = frames.WIDTH, frames.HEIGHT
    corners = [frames.corner(number) for number in range(frames.COUNT)]
    return [sheet.crop((x, y, x + size[0], y + size[1])).convert("RGB") for x, y in corners]


def stilled(shots: list[Image.Image]) -> list[Image.Image]:
    """Return the frames with whatever stands still alike in all: a third of the bytes."""
    held = np.asarray(shots[0])
    found = [shots[0]]
    for shot in shots[1:]:
        new = np.asarray(shot)
        moved = np.abs(new.astype(np.int16) - held).max(axis=2, keepdims=True) >= _STILL
        held = np.where(moved, new, held)
        found.append(Image.fromarray(held))
    return found


def made(motion: Motion, sheet: bytes) -> tuple[dict[str, bytes], tuple[int, int]]:
    """Return a moving picture's files by their kind, and its size.

    gif and moving.webp move, for ever; jpg, png and webp are the first frame.
    """
    shots = stilled(cut(Image.open(io.BytesIO(sheet))))
    shown = [shots[number] for number in frames.played(motion)]
    files = encoded(shots[0]) | {"gif": gif(shown), "moving.webp": webp(shown)}
    return files, shots[0].size


def gif(shown: list[Image.Image]) -> bytes:
    """Return these frames as a GIF that goes on for ever, all in one palette."""
    palette = _palette(shown)
    drawn: dict[int, Image.Image] = {}
    for frame in shown:
        if id(frame) not in drawn:  # a boomerang shows most of them twice
            drawn[id(frame)] = _dithered(frame, palette)
    return _saved([drawn[id(frame)] for frame in shown], "GIF", optimize=True, disposal=1)


def webp(shown: list[Image.Image]) -> bytes:
    """Return these frames as a WebP that goes on for ever."""
    return _saved(shown, "WEBP", quality=_QUALITY, method=2, minimize_size=False)


def _palette(shown: list[Image.Image]) -> Image.Image:
    """Return an image with the palette that suits all frames."""
    some = shown[:: max(1, len(shown) // _SAMPLES)]
    width, height = some[0].width // 2, some[0].height // 2
    together = Image.new("RGB", (width, height * len(some)))
    for number, frame in enumerate(some):
        together.paste(frame.resize((width, height)), (0, number * height))
    return together.quantize(_COLOURS, Image.Quantize.MEDIANCUT, kmeans=1)


def _dithered(frame: Image.Image, palette: Image.Image) -> Image.Image:
    pixels = np.asarray(frame, np.int16) + _pattern(frame.width, frame.height)[..., None]
    raised = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    return raised.quantize(palette=palette, dither=Image.Dither.NONE)


def _pattern(width: int, height: int) -> np.ndarray:
    """Return Bayer's 8 × 8 thresholds about 0, over and over."""
    grid = np.zeros((1, 1), np.int16)
    for _ in range(3):
        grid = np.block([[4 * grid, 4 * grid + 2], [4 * grid + 3, 4 * grid + 1]])
    levels = np.rint((grid / 63 - 0.5) * _SPREAD).astype(np.int16)
    return np.tile(levels, (-(-height // 8), -(-width // 8)))[:height, :width]


def _saved(shown: list[Image.Image], form: str, **options: object) -> bytes:
    file = io.BytesIO()
    first, *others = shown
    first.save(
        file, form, save_all=True, append_images=others,
        duration=frames.STEP_MS, loop=0, **options,
    )  # fmt: skip
    return file.getvalue()

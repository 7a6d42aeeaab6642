"""A print of six people in the room's light: all the server does, against merely decoding and
encoding the pictures; and a strip of four such shots against that print.
"""

import io
from collections.abc import Callable
from pathlib import Path
from time import process_time

import numpy as np
from PIL import Image
from sameframe import prints
from sameframe.sheets import drawing, pdf, template
from sameframe_worker.scene import Background, Scene, arranged

from bench.rows import Row

_PEOPLE = [f"g{n}" for n in range(6)]
_ROUNDS = 3
_BACKGROUNDS = Path(__file__).parents[1] / "static" / "backgrounds"


def measure() -> list[Row]:
    """Return seconds of CPU for a 4K print of six layers of 1080p."""
    scene = Scene(Background("seoul_night"), arranged(_PEOPLE, "row"), light="auto")
    files = {guest: _layer(n) for n, guest in enumerate(_PEOPLE)}
    picture = _print(scene, files)
    whole = min(_seconds(lambda: prints.encoded(_print(scene, files))) for _ in range(_ROUNDS))
    bare = min(_seconds(lambda: _bare(files, picture)) for _ in range(_ROUNDS))
    strip = min(_seconds(lambda: _strip(scene, files)) for _ in range(_ROUNDS))
    return [
        Row("shot.print_s", whole, "s", baseline=bare),
        Row("shot.strip_s", strip, "s", baseline=whole),
    ]


def _strip(scene: Scene, files: dict[str, bytes]) -> None:
    """Make a strip of four shots, JPEG and PDF, as the bindery does."""
    shots = [
        drawing.Shown(scene, {g: Image.open(io.BytesIO(data)) for g, data in files.items()})
        for _ in range(4)
    ]
    found = template.load()["strip_four"]
    sheet = drawing.draw(
        found,
        found.paper,
        {"date": "2026.11.21"},
        shots,
        lambda shot, size: prints.background(shot.scene.background, _BACKGROUNDS, size),
        None,
    )
    file = io.BytesIO()
    sheet.save(file, "JPEG", quality=92, subsampling=0)
    pdf.pdf(found, file.getvalue())


def _print(scene: Scene, files: dict[str, bytes]) -> Image.Image:
    layers = {guest: Image.open(io.BytesIO(data)) for guest, data in files.items()}
    return prints.compose(
        scene, prints.background(scene.background, _BACKGROUNDS, prints.SIZE), layers
    )


def _bare(files: dict[str, bytes], picture: Image.Image) -> None:
    for data in files.values():
        Image.open(io.BytesIO(data)).load()
    if (ground := _BACKGROUNDS / "seoul_night.webp").is_file():
        Image.open(ground).load()
    prints.encoded(picture)


def _seconds(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


def _layer(seed: int) -> bytes:
    """Return someone of 1080p as the server keeps layers: PNG, half the frame hidden."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:1080, :1920] / 1080
    alpha = np.clip((0.42 - np.hypot(x - 8 / 9, np.minimum(0, y - 0.5))) * 200, 0, 1)
    waves = [np.sin(x * 9 + n) * np.cos(y * 7 - n) * 0.2 + rng.uniform(0.3, 0.7) for n in range(3)]
    pixels = np.stack([*waves, alpha], -1) * 255 + rng.normal(0, 2, (1080, 1920, 1))
    pixels[alpha == 0] = 0
    file = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(file, "PNG", compress_level=1)
    return file.getvalue()

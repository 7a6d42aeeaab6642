"""Write the presets: python -m sameframe.presets OUT_DIR."""

import argparse
import hashlib
import inspect
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy
import PIL
from PIL import Image

from sameframe.presets import DRAWINGS, canvas, people

SIZE, STAGE, THUMB, _STILL = (3840, 2160), (1920, 1080), (320, 180), (1280, 720)
_QUALITIES = (86, 80, 72, 64, 56, 46, 34, 22)
_KB = 1000
_MOST_PRINT, _MOST = 680 * _KB, 200 * _KB
# The curtain is the default: it is part of what a first visit downloads.
_MOST_OF = {"curtain": 120 * _KB}
_MOST_THUMB, _MOST_STILL = 10 * _KB, 90 * _KB
_WORKERS = 4  # a picture of 4K takes 1.5 GB while it is drawn
_BEHIND_PEOPLE = "curtain"
# Of each picture, what it was drawn by: what did not change is not drawn again.
_RECORD = "drawn.json"


def main() -> None:
    """Write every picture below the folder named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m sameframe.presets", description=__doc__)
    parser.add_argument("out_dir", type=Path)
    write(parser.parse_args().out_dir)


def write(out_dir: Path) -> None:
    """Write what is missing or drawn by other code by now; see `files` for what there is.

    Writes people/{a,b,c,still}.webp as well.
    """
    backgrounds = out_dir / "backgrounds"
    backgrounds.mkdir(parents=True, exist_ok=True)
    names = stale(backgrounds)
    with ProcessPoolExecutor(min(_WORKERS, os.cpu_count() or 1)) as pool:
        for _ in pool.map(_written, names, [backgrounds] * len(names)):
            pass
    note(backgrounds)
    _write_people(out_dir / "people", backgrounds / f"{_BEHIND_PEOPLE}.webp")


def stale(folder: Path) -> list[str]:
    """Return the presets that are to be drawn: their code changed, or a file is missing."""
    record = folder / _RECORD
    before = json.loads(record.read_text()) if record.is_file() else {}
    return [
        name
        for name, code in _codes().items()
        if before.get(name) != code or not all(file.is_file() for file in files(folder, name))
    ]


def note(folder: Path) -> None:
    """Write down by which code the presets in the folder were drawn."""
    (folder / _RECORD).write_text(json.dumps(_codes(), indent=1))


def files(folder: Path, name: str) -> tuple[Path, Path, Path]:
    """Return a preset's files: for prints, for the stage, for the picker."""
    return tuple(folder / f"{name}.{kind}" for kind in ("print.jpg", "webp", "thumb.webp"))


def within(picture: Image.Image, most: int, form: str = "WEBP") -> bytes:
    """Encode in the best quality that takes no more than `most` bytes.

    Raises ValueError if none does.
    """
    for quality in _QUALITIES:
        encoded = BytesIO()
        picture.save(encoded, form, quality=quality, method=4)
        if encoded.tell() <= most:
            return encoded.getvalue()
    raise ValueError(f"the picture does not fit into {most} bytes")


def _written(name: str, folder: Path) -> None:
    print_, stage, thumb = files(folder, name)
    picture = DRAWINGS[name](*SIZE)
    small = picture.resize(STAGE, Image.Resampling.LANCZOS)
    tiny = small.resize(THUMB, Image.Resampling.LANCZOS)
    print_.write_bytes(within(picture, _MOST_PRINT, "JPEG"))
    stage.write_bytes(within(small, _MOST_OF.get(name, _MOST)))
    thumb.write_bytes(within(tiny, _MOST_THUMB))


def _write_people(folder: Path, behind: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    ground = Image.open(behind).convert("RGB").resize(_STILL, Image.Resampling.LANCZOS)
    (folder / "still.webp").write_bytes(within(people.together(ground), _MOST_STILL))
    for name in people.PEOPLE:
        cutout = people.stacked(*people.draw(name))
        cutout.save(folder / f"{name}.webp", "WEBP", lossless=True, quality=90, method=6)


def _codes() -> dict[str, str]:
    """Return of each preset a digest of all that its files depend on."""
    limits = (SIZE, STAGE, THUMB, _QUALITIES, _MOST_PRINT, _MOST, _MOST_OF, _MOST_THUMB)
    shared = [numpy.__version__, PIL.__version__, repr(limits), inspect.getsource(canvas)]
    return {
        name: _digest([*shared, inspect.getsource(sys.modules[drawing.__module__])])
        for name, drawing in DRAWINGS.items()
    }


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


if __name__ == "__main__":
    main()

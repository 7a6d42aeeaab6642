"""Write the presets: python -m sameframe.presets OUT_DIR."""

import argparse
from io import BytesIO
from pathlib import Path

from PIL import Image

from sameframe.presets import DRAWINGS, people

_SIZE, _THUMB, _STILL = (1920, 1080), (320, 180), (1280, 720)
_QUALITIES = (90, 86, 82, 78, 72, 66, 58, 50, 40, 30, 20)
_KB = 1000
_MOST = 200 * _KB
# The curtain is the default: it is part of what a first visit downloads.
_MOST_OF = {"curtain": 120 * _KB}
_MOST_THUMB, _MOST_STILL = 8 * _KB, 90 * _KB


def main() -> None:
    """Write every picture below the folder named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m sameframe.presets", description=__doc__)
    parser.add_argument("out_dir", type=Path)
    write(parser.parse_args().out_dir)


def write(out_dir: Path) -> None:
    """Write backgrounds/NAME.webp, backgrounds/NAME.thumb.webp, people/{a,b,c,still}.webp."""
    backgrounds, cutouts = out_dir / "backgrounds", out_dir / "people"
    backgrounds.mkdir(parents=True, exist_ok=True)
    cutouts.mkdir(parents=True, exist_ok=True)
    for name, drawing in DRAWINGS.items():
        picture = drawing(*_SIZE)
        thumb = picture.resize(_THUMB, Image.Resampling.LANCZOS)
        (backgrounds / f"{name}.webp").write_bytes(within(picture, _MOST_OF.get(name, _MOST)))
        (backgrounds / f"{name}.thumb.webp").write_bytes(within(thumb, _MOST_THUMB))
        if name == "curtain":
            still = people.together(picture.resize(_STILL, Image.Resampling.LANCZOS))
            (cutouts / "still.webp").write_bytes(within(still, _MOST_STILL))
    for name in people.PEOPLE:
        cutout = people.stacked(*people.draw(name))
        cutout.save(cutouts / f"{name}.webp", "WEBP", lossless=True, quality=90, method=6)


def within(picture: Image.Image, most: int) -> bytes:
    """Encode as WebP in the best quality that takes no more than `most` bytes.

    Raises ValueError if none does.
    """
    for quality in _QUALITIES:
        encoded = BytesIO()
        picture.save(encoded, "WEBP", quality=quality, method=4)
        if encoded.tell() <= most:
            return encoded.getvalue()
    raise ValueError(f"the picture does not fit into {most} bytes")


if __name__ == "__main__":
    main()

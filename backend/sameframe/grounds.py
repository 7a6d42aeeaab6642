"""What stands behind everyone in a print: a colour, a preset, or what somebody brought.

Everything here blocks.
"""

from pathlib import Path

import structlog
from PIL import Image
from sameframe_worker.scene import UPLOAD, Background

from sameframe import errors, ids, prints, stills
from sameframe.storage import Storage

log = structlog.get_logger()


class Grounds:
    """Draws backgrounds; `folder` holds the presets, the storage what was brought."""

    def __init__(self, storage: Storage, folder: Path):
        self._storage, self._folder = storage, folder

    def drawn(self, album: str, wanted: Background, size: tuple[int, int]) -> Image.Image:
        """Return a background of an album's scene, RGB, covering a size."""
        if wanted.name != UPLOAD:
            return prints.background(wanted, self._folder, size)
        try:
            found = self._storage.get(self.file(album, wanted.file or "", size[1]))
            return stills.fitted(found, size)
        except (errors.NotFound, OSError):
            # People are worth a print whatever became of what was behind them.
            log.warning("a background is gone")
            return Image.new("RGB", size, wanted.colour)

    def file(self, album: str, backdrop: str, height: int) -> str:
        """Return where the file of a background is that has so many lines, or as many as there are.

        Raises NotFound.
        """
        if not ids.is_backdrop(backdrop):  # a scene out of an archive may say anything
            raise errors.NotFound
        there = set(self._storage.files(f"{album}/{backdrop}"))
        fitting = [h for h in stills.HEIGHTS if f"{h}.jpg" in there]
        if not fitting:
            raise errors.NotFound
        enough = next((h for h in fitting if h >= height), fitting[-1])
        return backdrop_file(album, backdrop, enough)


def loop_file(album: str, backdrop: str) -> str:
    """Return where the loop of a background that moves is kept."""
    return f"{album}/{backdrop}/loop.webm"


def source_file(album: str, backdrop: str) -> str:
    """Return where a video is kept until its loop is made."""
    return f"{album}/{backdrop}/source"


def backdrop_file(album: str, backdrop: str, height: int) -> str:
    """Return where a background of so many lines is kept."""
    return f"{album}/{backdrop}/{height}.jpg"

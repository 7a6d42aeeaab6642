"""Animated backgrounds: seamless, mute loops, made and checked in a sandbox.

loops.encode(frames, 20, path)      of frames that we drew ourselves
film = loops.probe(source, crop)    of a video that somebody brings: what it is, or why not,
loops.made(source, crop, path)      and, in a job, its loop
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from sameframe import errors, sandbox
from sameframe.stills import Crop

WIDTH, HEIGHT = 1280, 720
MAX_BYTES = 100 * 1024 * 1024  # 20 s of a phone's 4K
LONGEST_S = 20
PROBE_S = 20  # counting packets and decoding up to the poster
MAKING_S = 300  # 20 s of 4K on two busy cores
USUAL_BYTES = 8 * 1024 * 1024  # of a loop, of the longest about


@dataclass(frozen=True, slots=True)
class Film:
    """A video that can become a background: its poster as JPEG by heights, and what is wanted.

    Its id is of its own bytes and of the part of it that is wanted.
    """

    id: str
    frames: int
    width: int
    height: int
    files: dict[int, bytes]
    crop: Crop
    source: Path

    @property
    def size(self) -> int:
        """Return the bytes that are kept of it, about: the poster's files, and the loop."""
        return sum(map(len, self.files.values())) + min(self.source.stat().st_size, USUAL_BYTES)


def moves(head: bytes) -> bool:
    """Tell by its first 32 bytes whether a file wants to be a video; a GIF may."""
    if head[4:8] == b"ftyp":
        return not head[8:12].startswith((b"avi", b"hei", b"hev", b"mif", b"msf"))
    return head.startswith((b"GIF8", b"\x1a\x45\xdf\xa3")) or head[4:8] in (b"moov", b"mdat")


def encode(frames: Iterable[np.ndarray], fps: float, path: Path) -> None:
    """Write frames, each uint8 of 720 × 1280 × 3, as a loop (VP9 in WebM). Raises TooHeavy.

    The first one has to look as if it came after the last. Blocks, about as long as it lasts.
    """
    pieces = (memoryview(np.ascontiguousarray(checked(frame))) for frame in frames)
    sandbox.run("encode", {"fps": fps, "path": str(path.absolute())}, pieces, MAKING_S)


def checked(frame: np.ndarray) -> np.ndarray:
    """Return a frame that has a loop's size. Raises ValueError."""
    if frame.shape != (HEIGHT, WIDTH, 3) or frame.dtype != np.uint8:
        raise ValueError(f"a loop's frame can't be {frame.dtype} of {frame.shape}")
    return frame


def probe(source: Path, wanted: Crop) -> Film:
    """Look what a video is. Raises BadVideo, VideoTooLarge, VideoTooLong, TooHeavy."""
    if source.stat().st_size > MAX_BYTES:
        raise errors.VideoTooLarge
    options = {"source": str(source), "crop": asdict(wanted)}
    answer, parts = sandbox.run("probe", options, within_s=PROBE_S)
    files = dict(zip(map(int, answer["heights"]), parts, strict=True))
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(repr(wanted).encode())
    name, frames = f"b{digest.hexdigest()}", int(answer["frames"])
    return Film(name, frames, WIDTH, HEIGHT, files, wanted, source)


def made(
    source: Path,
    wanted: Crop,
    path: Path,
    progress: Callable[[float], None] = lambda done: None,
) -> float:
    """Make a video's loop and return its seconds. Raises what `probe` raises; blocks for long."""
    options = {"source": str(source), "path": str(path), "crop": asdict(wanted)}
    answer, _ = sandbox.run("loop", options, within_s=MAKING_S, progress=progress)
    return float(answer["seconds"])

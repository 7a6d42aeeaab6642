"""Videos as backgrounds, decoded and encoded by PyAV: in a sandbox's child alone (cell.py).

A loop is VP9 of 1280 × 720 without sound, BT.709, a key frame in every second, and ends where it
begins: its last half second fades into what was before its first frame.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from itertools import chain
from typing import Any, NamedTuple

import av
import av.error
import av.filter
import av.logging
import numpy as np
from PIL import Image

from sameframe import errors, stills
from sameframe.stills import Crop

WIDTH, HEIGHT = 1280, 720
LONGEST_S = 20.0
_SLACK_S = 0.5  # more than that says no camera of "20 s"
MAX_PIXELS = 4096 * 2304
MAX_SIDE = 4096
FPS = 25  # at most, of a loop: faster ones are thinned out evenly
_FRAMES_MAX = 6_000  # of a video: 20 s at 300 a second
_FADE_S = 0.5
_CODECS = {"h264", "hevc", "vp8", "vp9", "av1", "libdav1d", "gif", "mpeg4"}
_POSTER_LINES = 2160
# Constant quality, as a background is behind people. The slower ways make files a third smaller in
# four times as long.
_VP9 = {
    "deadline": "realtime", "cpu-used": "7", "row-mt": "1", "tile-columns": "1", "threads": "2",
    "crf": "33", "b": "0", "lag-in-frames": "0", "auto-alt-ref": "0",
}  # fmt: skip

av.logging.set_level(None)


def encode(pieces: Iterable[bytes], fps: float, path: str) -> None:
    """Write frames, RGB of 1280 × 720 as bytes, one a piece, as a loop."""
    frames = (np.frombuffer(piece, np.uint8).reshape(HEIGHT, WIDTH, 3) for piece in pieces)
    _write(frames, Fraction(fps).limit_denominator(1001), path)


def probe(source: str, crop: Crop) -> tuple[int, dict[int, bytes]]:
    """Return how many frames a video has, and its poster as JPEG by heights.

    The poster is the loop's first frame. Raises BadVideo, VideoTooLarge, VideoTooLong.
    """
    with _opened(source) as film:
        grid = _grid(film)
    poster = None
    with _opened(source) as film:
        wanted = grid.fade / grid.fps - 1e-3
        for at, frame in _frames(film, crop, _POSTER_LINES):
            poster = frame
            if at >= wanted:
                break
        if poster is None:
            raise errors.BadVideo("no frames")
        picture = Image.fromarray(poster.to_ndarray(format="rgb24"))
    return grid.frames, stills.scaled(picture)


def loop(source: str, path: str, crop: Crop, progress: Callable[[float], None]) -> dict[str, Any]:
    """Make a seamless loop of a video; return its seconds and frames. Raises as `probe` does."""
    with _opened(source) as film:
        grid = _grid(film)
    told = -1

    def counted(frames: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        nonlocal told
        for number, frame in enumerate(frames):
            if (share := number * 50 // grid.count) > told:
                told = share
                progress(min(1.0, number / grid.count))
            yield frame

    with _opened(source) as film:
        frames = counted(_even(_frames(film, crop, HEIGHT), grid))
        made = _write(seamless(frames, grid.fade), grid.fps, path)
    return {"seconds": made / float(grid.fps), "frames": made}


class Grid(NamedTuple):
    """The instants at which a loop has frames."""

    fps: Fraction
    frames: int  # that the video has
    count: int  # that are left of them on the grid
    fade: int  # frames that its end takes to become its beginning


@contextmanager
def _opened(source: str) -> Iterator[Any]:
    """Open a video and yield its container; whatever goes wrong within is its fault."""
    try:
        # A file object: there is no address that a playlist could lead to.
        with open(source, "rb") as file, _container(file) as film:
            yield film
    except (av.error.FFmpegError, OSError, ValueError, ZeroDivisionError, OverflowError) as fault:
        if isinstance(fault, av.error.MemoryError | MemoryError):
            raise MemoryError from fault
        raise errors.BadVideo(type(fault).__name__) from fault


def _container(file: Any) -> Any:
    head = file.read(12)
    file.seek(0)
    form = "gif" if head.startswith(b"GIF8") else "matroska"
    form = "mov" if head[4:8] in (b"ftyp", b"moov", b"mdat", b"free", b"wide", b"skip") else form
    return av.open(file, format=form, metadata_errors="replace")


def _track(film: Any) -> Any:
    """Return the video's track, if it is of a kind and size that is decoded here."""
    tracks = film.streams.video
    if not tracks:
        raise errors.BadVideo("no picture")
    track = tracks[0]
    context = track.codec_context
    if context is None or context.name not in _CODECS:
        raise errors.BadVideo("a codec that is not decoded here")
    _check(context.width, context.height)
    context.thread_count = 2
    return track


def _check(width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise errors.VideoTooLarge
    if min(width, height) < 2:
        raise errors.BadVideo("no pixels")


def _grid(film: Any) -> Grid:
    """Return when a video's loop has frames. Packets are counted, none is decoded."""
    track = _track(film)
    stamps, last = [], 0
    for packet in film.demux(track):
        if packet.pts is None:
            continue
        stamps.append(packet.pts)
        last = max(last, packet.pts + (packet.duration or 0))
        if len(stamps) > _FRAMES_MAX:
            raise errors.VideoTooLong
    if not stamps:
        raise errors.BadVideo("no frames")
    first, count = min(stamps), len(stamps)
    seconds = float((last - first) * track.time_base)
    mean = float((max(stamps) - first) * track.time_base) / max(1, count - 1)
    seconds = max(seconds, mean * count)  # where packets don't say how long they are
    if seconds > LONGEST_S + _SLACK_S:
        raise errors.VideoTooLong
    if seconds <= 0:
        raise errors.BadVideo("it does not last")
    fps = Fraction(count / seconds).limit_denominator(1001)
    if abs(fps - round(fps)) < fps / 50:  # stamps are rounded, and the last frame's end is a guess
        fps = Fraction(round(fps))
    fps = max(fps / -(-fps // FPS), Fraction(1)) if fps else Fraction(1)
    frames, count = count, max(1, round(seconds * fps))
    return Grid(fps, frames, count, min(round(_FADE_S * fps), count // 3))


def _frames(film: Any, crop: Crop, lines: int) -> Iterator[tuple[float, Any]]:
    """Yield seconds from the first frame on, and each frame: cut, upright, so many lines or fewer.

    Of HEIGHT lines all are, however few there were.
    """
    track = _track(film)
    made, first, size = None, None, None
    for number, frame in enumerate(film.decode(track)):
        if number >= _FRAMES_MAX:
            raise errors.VideoTooLong
        _check(frame.width, frame.height)  # a stream may change
        at = frame.time if frame.time is not None else 0.0
        first = at if first is None else first
        if at - first > LONGEST_S + _SLACK_S:
            raise errors.VideoTooLong
        if (frame.width, frame.height, frame.format.name) != size:
            size = (frame.width, frame.height, frame.format.name)
            made = _cutter(track, frame, crop, lines)
        frame.pts, frame.time_base = number, Fraction(1, 25)
        made.push(frame)
        yield at - first, made.pull()


def _cutter(track: Any, frame: Any, crop: Crop, lines: int) -> Any:
    """Return a filter that turns a frame upright, cuts it, and scales it."""
    graph = av.filter.Graph()
    steps = [graph.add_buffer(template=track, width=frame.width, height=frame.height,
                              format=frame.format, time_base=Fraction(1, 25))]  # fmt: skip
    turn = round(frame.rotation / 90) % 4
    width, height = frame.width, frame.height
    for name, how in {0: (), 1: (("transpose", "cclock"),), 3: (("transpose", "clock"),),
                      2: (("hflip", None), ("vflip", None))}[turn]:  # fmt: skip
        steps.append(graph.add(name, how) if how else graph.add(name))
    if turn % 2:
        width, height = height, width
    left, top, right, bottom = stills.box((width, height), crop)
    w, h = max(2, int(right - left)), max(2, int(bottom - top))
    steps.append(graph.add("crop", f"{w}:{h}:{int(left)}:{int(top)}:exact=1"))
    high = lines if lines == HEIGHT else min(lines, h)
    wide = max(2, round(high * stills.ASPECT))
    steps.append(graph.add("scale", f"{wide}:{high}:flags=bicubic"))
    steps.append(graph.add("format", "rgb24"))
    steps.append(graph.add("buffersink"))
    graph.link_nodes(*steps).configure()
    return graph


def _even(frames: Iterable[tuple[float, Any]], grid: Grid) -> Iterator[np.ndarray]:
    """Yield what is seen at each of the grid's instants."""
    number, held = 0, None
    for at, frame in frames:
        # Half a step of grace: a stamp is rounded.
        while held is not None and number < grid.count and (number + 0.5) / grid.fps < at:
            yield held
            number += 1
        held = frame.to_ndarray(format="rgb24")
    if held is None:
        raise errors.BadVideo("no frames")
    while number < grid.count:
        yield held
        number += 1


def seamless(frames: Iterable[np.ndarray], fade: int) -> Iterator[np.ndarray]:
    """Yield frames so that the first may follow the last: a fade of so many, where one is needed.

    They begin with frame number `fade`; what was before it is at the end, faded in.
    """
    frames = iter(frames)
    head = [frame for _, frame in zip(range(fade), frames, strict=False)]
    tail: deque[np.ndarray] = deque()
    steps: list[float] = []
    before = None
    for frame in frames:
        if before is not None and len(steps) < 50:
            steps.append(_apart(before, frame))
        before = frame
        tail.append(frame)
        if len(tail) > fade:
            yield tail.popleft()
    if not head or before is None:
        yield from chain(head, tail)
        return
    # A loop that somebody made already goes on as it went before.
    if _apart(before, head[0]) <= 2 * (sorted(steps)[len(steps) // 2] if steps else 0):
        yield from chain(tail, head)
        return
    for number, (old, new) in enumerate(zip(tail, head, strict=False), 1):
        weight = round(256 * number / (fade + 1))
        mixed = old.astype(np.uint16) * (256 - weight) + new.astype(np.uint16) * weight
        yield (mixed >> 8).astype(np.uint8)


def _apart(one: np.ndarray, two: np.ndarray) -> float:
    return float(np.abs(one[::8, ::8].astype(np.int16) - two[::8, ::8]).mean())


def _write(frames: Iterable[np.ndarray], fps: Fraction, path: str) -> int:
    """Write frames as a WebM and return how many there were."""
    count = 0
    with av.open(path, "w", format="webm") as film:
        track = film.add_stream("libvpx-vp9", rate=fps, options=_VP9)
        track.width, track.height, track.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        context = track.codec_context
        context.gop_size = max(1, round(fps))
        context.colorspace = context.color_primaries = context.color_trc = 1  # BT.709
        context.color_range = 1
        for pixels in frames:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            frame = frame.reformat(
                format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG"
            )
            frame.pts, frame.time_base = count, 1 / fps
            for packet in track.encode(frame):
                film.mux(packet)
            count += 1
        for packet in track.encode(None):
            film.mux(packet)
    if count == 0:
        raise errors.BadVideo("no frames")
    return count

"""Takes as tests see them: recorded in a page, then looked at with ffprobe and ffmpeg."""

import base64
import json
import subprocess
from pathlib import Path

import numpy as np
from guest import Guest

FPS = 30
LOST = "() => window.sameframe.booth.takes.now.value.lost"
# How long the take that is being recorded is at this very moment, in ms.
BY_NOW = "window.sameframe.booth.takes.clock.length(performance.timeOrigin + performance.now())"
# The newest take's file, in base64.
FILE = """(async () => {
  const [take] = window.sameframe.booth.takes.kept.value;
  if (!take) return null;
  const reader = new FileReader();
  const read = new Promise((done) => (reader.onload = done));
  reader.readAsDataURL(take.file);
  await read;
  return reader.result;
})()"""


def rolls(person: Guest, ms: float) -> None:
    """Wait until the take is so long."""
    person.until("(ms) => (window.sameframe.booth.takes.now.value?.ms ?? 0) >= ms", ms)


def taken(person: Guest, file: Path) -> dict:
    """Return the newest take, once there is one, written to `file`, as ffprobe sees it."""
    data = person.until(f"() => {FILE}")
    file.write_bytes(base64.b64decode(data.partition(",")[2]))
    return probed(file)


def cleared(person: Guest) -> None:
    """Delete the takes that lie there."""
    person.page.evaluate(
        "() => window.sameframe.booth.takes.kept.value.forEach((take) => "
        "window.sameframe.booth.takes.discard(take.id))"
    )


def probed(file: Path) -> dict:
    """Return streams, format and packets of a file."""
    wanted = ("-show_format", "-show_streams", "-show_packets", "-of", "json")
    told = subprocess.run(
        ["ffprobe", "-v", "error", *wanted, file], capture_output=True, check=True, text=True
    )
    assert not told.stderr, told.stderr
    found = json.loads(told.stdout)
    return {
        "duration": float(found["format"]["duration"]),
        **{stream["codec_type"]: stream for stream in found["streams"]},
        "times": {
            kind: sorted(float(p["pts_time"]) for p in found["packets"] if p["codec_type"] == kind)
            for kind in ("video", "audio")
        },
    }


def hold_times(take: dict, size: tuple[int, int]) -> None:
    """Hold a take to its size, a common start, sound without gaps and pictures on their grid."""
    video, audio = take["times"]["video"], take["times"]["audio"]
    # On the grid of 30 a second, whenever the stage drew.
    places = np.round(np.array(video) * FPS)
    assert (take["video"]["width"], take["video"]["height"]) == size
    assert abs(video[0] - audio[0]) <= 0.04
    assert max(np.diff(audio)) <= 0.1
    assert np.abs(np.array(video) * FPS - places).max() < 0.01
    assert min(np.diff(places)) >= 1


def frames(file: Path, width: int, height: int) -> np.ndarray:
    """Return the frames that ffmpeg finds in a file, two of each second, N × H × W × 3."""
    form = ("-vf", "fps=2", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", file, *form], capture_output=True, check=True
    )
    return np.frombuffer(raw.stdout, np.uint8).reshape(-1, height, width, 3)

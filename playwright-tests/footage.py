"""Camera footage for Chromium's fake camera: real people where they are at hand, else our own.

The real clips are not part of the project. Where they are absent, a person is cut from
scikit-image's public-domain photograph of an astronaut and moved about before a busy wall.
"""

import subprocess
from pathlib import Path

import numpy as np

CLIPS = Path(__file__).parents[2] / "shared" / "media" / "fakecam"
WIDTH, HEIGHT, FPS, SECONDS = 640, 480, 30, 4


def camera(person: str, folder: Path) -> Path:
    """Return an MJPEG file with `person` (A, B or C) before a webcam, made in `folder`."""
    out = folder / f"person{person}.mjpeg"
    if out.exists():
        return out
    clip = CLIPS / f"person{person}.mp4"
    if clip.exists():
        _ffmpeg("-i", str(clip), out=out)
    else:
        raw = b"".join(frame.tobytes() for frame in _moving(ord(person) - ord("A")))
        source = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS))
        _ffmpeg(*source, "-i", "-", out=out, data=raw)
    return out


def _moving(seed: int) -> list[np.ndarray]:
    from PIL import Image
    from skimage.data import astronaut

    # The astronaut fills most of the picture; enlarged, she is framed as by a webcam.
    photo = np.asarray(Image.fromarray(astronaut()).crop((20, 0, 420, 300)).resize((720, 540)))
    frames = []
    for index in range(FPS * SECONDS):
        sway = np.sin(2 * np.pi * (index / (FPS * SECONDS) + seed / 3))
        left, top = int(40 + 30 * sway), int(30 + 10 * sway)
        frames.append(photo[top : top + HEIGHT, left : left + WIDTH])
    return frames


def _ffmpeg(*source: str, out: Path, data: bytes | None = None) -> None:
    command = ["ffmpeg", "-y", "-loglevel", "error", *source]
    command += ["-c:v", "mjpeg", "-q:v", "3", "-r", str(FPS), str(out)]
    subprocess.run(command, input=data, check=True)

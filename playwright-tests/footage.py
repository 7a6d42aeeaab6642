"""Camera footage for Chromium's fake camera: real people where they are at hand, else our own.

The real clips are not part of the project. Where they are absent, a person is cut from
scikit-image's public-domain photograph of an astronaut and moved about before a busy wall.
"""

import subprocess
from pathlib import Path

import numpy as np

MEDIA = Path(__file__).parents[2] / "shared" / "media"
CLIPS = MEDIA / "fakecam"
WIDTH, HEIGHT, FPS, SECONDS = 640, 480, 30, 4


# Somebody pasted before a wall: where she is, is known exactly.
KNOWN = "G"
KNOWN_PICTURE, KNOWN_ALPHA = MEDIA / "gt" / "comp_gradient.png", MEDIA / "gt" / "comp_alpha.png"


def camera(person: str, folder: Path, fps: int = FPS) -> Path:
    """Return a film of `person` (A, B, C or KNOWN) before a webcam, made in `folder`."""
    out = folder / f"person{person}-{fps}.y4m"
    if out.exists():
        return out
    clip = CLIPS / f"person{person}.mp4"
    if person == KNOWN and KNOWN_PICTURE.exists():
        _ffmpeg("-loop", "1", "-t", str(SECONDS), "-i", str(KNOWN_PICTURE), fps=fps, out=out)
    elif clip.exists():
        _ffmpeg("-i", str(clip), fps=fps, out=out)
    else:
        raw = b"".join(frame.tobytes() for frame in _moving(ord(person) - ord("A")))
        source = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS))
        _ffmpeg(*source, "-i", "-", fps=fps, out=out, data=raw)
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


def _ffmpeg(*source: str, fps: int, out: Path, data: bytes | None = None) -> None:
    # Raw, so that no camera costs the machine the decoding of its film.
    command = ["ffmpeg", "-y", "-loglevel", "error", *source]
    command += ["-pix_fmt", "yuv420p", "-r", str(fps), str(out)]
    subprocess.run(command, input=data, check=True)

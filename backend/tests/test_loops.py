"""Videos that become backgrounds: what is refused, what their loops are like."""

import math
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sameframe import errors, loops, reels
from sameframe.stills import Crop

from .test_stills import encoded


def footage(path: Path, *options: str, seconds: float = 2, size: str = "320x180") -> Path:
    """Write a moving test picture by ffmpeg."""
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"testsrc2=s={size}:r=30:d={seconds}",
         *options, str(path)],
        check=True,
    )  # fmt: skip
    return path


def streams(path: Path) -> list[str]:
    """Return kind, codec, size, rate, count of each stream, by ffprobe."""
    shown = "codec_type,codec_name,width,height,pix_fmt,color_space,r_frame_rate,nb_read_frames"
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-show_entries", f"stream={shown}",
         "-of", "csv=p=0", str(path)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.split()


def pictures(path: Path) -> np.ndarray:
    """Return a video's frames, decoded by ffmpeg, in small."""
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-vf", "scale=160:90",
         "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
        check=True, capture_output=True,
    )  # fmt: skip
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, 90, 160, 3).astype(int)


def test_our_own_frames_become_a_loop(tmp_path):
    def frames():
        for number in range(6):
            frame = np.zeros((720, 1280, 3), np.uint8)
            frame[..., 0], frame[:, 640:, 2] = 40 * number, 200
            yield frame

    loops.encode(frames(), 20, tmp_path / "own.webm")
    assert streams(tmp_path / "own.webm") == ["vp9,video,1280,720,yuv420p,bt709,20/1,6"]
    found = pictures(tmp_path / "own.webm")
    for number in range(6):
        assert np.abs(found[number, 45, 40] - (40 * number, 0, 0)).max() < 8
        assert np.abs(found[number, 45, 120] - (40 * number, 0, 200)).max() < 8


def test_frames_of_another_size_are_a_fault_of_ours(tmp_path):
    with pytest.raises(ValueError, match="can't be"):
        loops.encode([np.zeros((360, 640, 3), np.uint8)], 20, tmp_path / "own.webm")
    # The child that waited for it is gone, the next one works.
    loops.encode([np.zeros((720, 1280, 3), np.uint8)], 20, tmp_path / "own.webm")


@pytest.mark.parametrize(
    ("ending", "options"),
    [
        ("mp4", ("-c:v", "libx264", "-pix_fmt", "yuv420p")),
        ("mov", ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none")),
        ("webm", ("-c:v", "libvpx", "-deadline", "realtime")),
        ("webm", ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")),
        ("gif", ("-r", "10")),
    ],
)
def test_every_kind_of_video_becomes_a_mute_loop(tmp_path, ending, options):
    sound = () if ending == "gif" else ("-f", "lavfi", "-i", "sine=d=2")
    source = footage(tmp_path / f"film.{ending}", *sound, *options)
    with source.open("rb") as file:
        assert loops.moves(file.read(32))
    film = loops.probe(source, Crop())
    assert film.frames == pytest.approx(20 if ending == "gif" else 60, abs=2)
    assert list(film.files) == [180, 720]
    shares = []
    seconds = loops.made(source, Crop(), tmp_path / "loop.webm", shares.append)
    # Without the half second that end and beginning share. The GIF's steps are so wide that the one
    # from its end to its beginning is none of the widest.
    assert seconds == pytest.approx(2 if ending == "gif" else 1.5, abs=0.2)
    rate = 10 if ending == "gif" else 15
    (stream,) = streams(tmp_path / "loop.webm")
    assert stream == f"vp9,video,1280,720,yuv420p,bt709,{rate}/1,{round(seconds * rate)}"
    assert shares == sorted(shares)
    assert shares[-1] > 0.9
    # The poster is the loop's first frame.
    poster = np.asarray(Image.open(_beside(tmp_path, film.files[720])).resize((160, 90)), int)
    assert np.abs(pictures(tmp_path / "loop.webm")[0] - poster).mean() < 12


def _beside(folder: Path, data: bytes) -> Path:
    (folder / "poster.jpg").write_bytes(data)
    return folder / "poster.jpg"


def test_the_same_video_is_the_same_and_another_part_of_it_another(tmp_path):
    source = footage(tmp_path / "film.mp4")
    whole, part = loops.probe(source, Crop()), loops.probe(source, Crop(0, 0, 0.5, 0.5))
    assert whole.id == loops.probe(source, Crop()).id != part.id


def test_a_part_is_cut_and_a_turned_phone_is_set_upright(tmp_path):
    halves = tmp_path / "halves.mp4"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "color=red:s=320x360:d=1",
         "-f", "lavfi", "-i", "color=blue:s=320x360:d=1", "-filter_complex", "hstack",
         "-pix_fmt", "yuv420p", str(halves)],
        check=True,
    )  # fmt: skip
    loops.made(halves, Crop(0, 0, 0.5, 1), tmp_path / "left.webm")
    left = pictures(tmp_path / "left.webm").mean(axis=(0, 1, 2))
    assert left[0] > 200 > 40 > left[2]
    turned = tmp_path / "turned.mp4"
    data = bytearray(halves.read_bytes())
    matrix = data.index(b"tkhd") + 44
    data[matrix : matrix + 20] = b"".join(n.to_bytes(4, "big", signed=True) for n in QUARTER)
    turned.write_bytes(data)
    loops.made(turned, Crop(0, 0, 1, 0.5), tmp_path / "above.webm")
    above = pictures(tmp_path / "above.webm").mean(axis=(0, 1, 2))
    assert above[0] > 200 > 40 > above[2]


# A quarter turn clockwise as a phone writes it, 16 fractional bits: what was on the left is above.
QUARTER = (0, 65_536, 0, -65_536, 0)


@pytest.mark.parametrize("fade", [0, 3])
def test_the_end_goes_over_into_the_beginning(fade):
    """A ramp that jumps from its end to its beginning does so no more."""
    ramp = [np.full((90, 160, 3), 10 * number, np.uint8) for number in range(20)]
    made = [int(frame[0, 0, 0]) for frame in reels.seamless(iter(ramp), fade)]
    jumps = [abs(b - a) for a, b in zip(made, made[1:] + made[:1], strict=True)]
    assert max(jumps) == 190 if fade == 0 else max(jumps) < 60
    assert len(made) == 20 - fade


def test_what_is_a_loop_already_stays_as_it_is():
    wave = [
        np.full((90, 160, 3), round(120 + 100 * math.sin(n / 20 * math.tau)), np.uint8)
        for n in range(20)
    ]
    made = [int(frame[0, 0, 0]) for frame in reels.seamless(iter(wave), 3)]
    assert made == [int(frame[0, 0, 0]) for frame in wave[3:] + wave[:3]]


def test_a_single_frame_lasts_as_long_as_it_says(tmp_path):
    source = footage(tmp_path / "film.mp4", seconds=1 / 30)
    assert loops.made(source, Crop(), tmp_path / "loop.webm") == pytest.approx(1 / 15, abs=0.04)


def broken(source: Path, at: float, count: int) -> Path:
    data = bytearray(source.read_bytes())
    start = int(len(data) * at)
    data[start : start + count] = bytes(count)
    source.write_bytes(data)
    return source


def test_what_is_no_video_is_refused_by_name(tmp_path):
    source = tmp_path / "source"

    def refused(data: bytes, error: type[errors.SameframeError]) -> None:
        source.write_bytes(data)
        with pytest.raises(error):
            loops.probe(source, Crop())

    film = footage(tmp_path / "film.mp4").read_bytes()
    webm = footage(tmp_path / "film.webm", "-c:v", "libvpx").read_bytes()
    refused(b"", errors.BadVideo)
    refused(b"GIF89a", errors.BadVideo)
    refused(film[: len(film) // 2], errors.BadVideo)  # its index is at the end
    refused(webm[:300], errors.BadVideo)
    refused(b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", errors.BadVideo)
    refused(encoded(Image.new("RGB", (9, 9)), "PNG"), errors.BadVideo)
    sound = tmp_path / "sound.mp4"
    footage(sound, "-f", "lavfi", "-i", "sine=d=1", "-map", "1:a")
    refused(sound.read_bytes(), errors.BadVideo)
    odd = footage(tmp_path / "odd.mov", "-c:v", "prores")
    refused(odd.read_bytes(), errors.BadVideo)
    long = footage(tmp_path / "long.mp4", "-preset", "ultrafast", seconds=22, size="64x36")
    refused(long.read_bytes(), errors.VideoTooLong)
    wide = footage(tmp_path / "wide.mp4", "-c:v", "mpeg4", seconds=0.1, size="4104x64")
    refused(wide.read_bytes(), errors.VideoTooLarge)
    with source.open("wb") as file:
        file.truncate(loops.MAX_BYTES + 1)
    with pytest.raises(errors.VideoTooLarge):
        loops.probe(source, Crop())


def test_a_gif_that_says_it_is_huge_is_refused(tmp_path):
    gif = b"GIF89a" + (60_000).to_bytes(2, "little") * 2 + b"\0\0\0" + b"\x2c" + bytes(20)
    (tmp_path / "bomb.gif").write_bytes(gif)
    with pytest.raises((errors.VideoTooLarge, errors.BadVideo)):
        loops.probe(tmp_path / "bomb.gif", Crop())

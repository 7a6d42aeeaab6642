"""More than a thousand damaged files: each a background or refused by name, in a child that can do
no more than it may.
"""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from PIL import Image
from sameframe import cell, errors, loops, sandbox, stills
from sameframe.stills import Crop, still

from .test_loops import footage
from .test_stills import encoded, photo

PICTURES, VIDEOS = 800, 400
EVERY = 20  # of how many videos that pass the first look one is decoded whole, and encoded
NAMED = (
    *(errors.BadStill, errors.PictureTooLarge, errors.BadVideo),
    *(errors.VideoTooLarge, errors.VideoTooLong, errors.TooHeavy),
)
MB = 1024 * 1024


def damaged(sound: list[bytes], count: int) -> list[bytes]:
    """Return files with bytes changed, cut out, put in, cut off, mixed with others."""
    chance = random.Random(20_261_126)
    found = []
    for turn in range(count):
        data = bytearray(sound[turn % len(sound)])
        for _ in range(chance.choice((1, 1, 2, 8, 40))):
            way, at = chance.randrange(6), chance.randrange(len(data))
            if way == 0:
                data[at] = chance.randrange(256)
            elif way == 1:
                del data[at : at + chance.randrange(1, 64)]
            elif way == 2:
                data[at:at] = chance.randbytes(chance.randrange(1, 32))
            elif way == 3:
                # In the header, where sizes and counts are.
                data[chance.randrange(min(64, len(data)))] = chance.choice((0, 1, 127, 255))
            elif way == 4:
                data[at : at + 4] = chance.choice((b"\xff" * 4, b"\x7f" + b"\xff" * 3, bytes(4)))
            else:
                other = chance.choice(sound)
                data[at : at + 40] = other[at % len(other) :][:40]
            if not data:
                break
        if chance.random() < 0.05:
            del data[chance.randrange(len(data) + 1) :]
        found.append(bytes(data))
    return found


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Four frames each, in every codec and container that is taken."""
    folder = tmp_path_factory.mktemp("films")
    ways = {
        "a.mp4": ("-c:v", "libx264", "-movflags", "faststart"),
        "b.mp4": ("-c:v", "libx265", "-x265-params", "log-level=none"),
        "c.mp4": ("-c:v", "mpeg4"),
        "d.webm": ("-c:v", "libvpx", "-deadline", "realtime"),
        "e.webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime"),
        "f.gif": (),
    }
    return [
        footage(folder / name, *way, seconds=4 / 30, size="64x36").read_bytes()
        for name, way in ways.items()
    ]


def outcome(work, *arguments: object) -> str:
    try:
        work(*arguments)
    except NAMED as refusal:
        return refusal.code
    return "kept"


def test_a_thousand_damaged_files_are_kept_or_refused_by_name(films, tmp_path):
    pictures = [encoded(photo(96, 54), form) for form in stills.FORMATS]

    def look(numbered: tuple[int, bytes]) -> str:
        number, data = numbered
        source, loop = tmp_path / f"{number}", tmp_path / f"{number}.webm"
        source.write_bytes(data)
        found = outcome(loops.probe, source, Crop())
        if found == "kept" and number % EVERY == 0:
            return outcome(loops.made, source, Crop(), loop)
        return found

    with ThreadPoolExecutor(2) as pool:
        found = Counter(pool.map(lambda data: outcome(still, data), damaged(pictures, PICTURES)))
        found += Counter(pool.map(look, enumerate(damaged(films, VIDEOS))))
    assert found.total() == PICTURES + VIDEOS
    assert found["kept"] > 100
    assert found["bad_still"] > 100
    assert found["bad_video"] > 50
    assert found["too_heavy"] < 10  # as nothing is that only fails
    # Whatever was said to be too heavy ended its child; a sound file is taken all the same.
    assert still(pictures[0]).files
    # Of pages that were really there, the most that one of the children had that are left.
    waiting = [
        child for child in psutil.Process().children() if "sameframe.cell" in child.cmdline()
    ]
    assert waiting
    assert max(peak(child.pid) for child in waiting) < 400 * MB


def peak(pid: int) -> int:
    """Return the most memory that a process ever had, in bytes."""
    (line,) = (
        line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if "VmHWM" in line
    )
    return int(line.split()[1]) * 1024


def test_the_largest_picture_that_is_taken_fits_into_a_child():
    assert still(encoded(Image.new("RGB", (5000, 5000)), "PNG")).height == 2160


def test_what_takes_too_long_is_ended_and_the_next_is_served(tmp_path):
    source = footage(tmp_path / "film.mp4", seconds=4, size="640x360")
    options = {"source": str(source), "path": str(tmp_path / "loop.webm"), "crop": {}}
    with pytest.raises(errors.TooHeavy):
        sandbox.run("loop", options, within_s=0.5)
    assert still(encoded(photo(), "PNG")).files


def test_a_child_that_breaks_down_or_talks_nonsense_is_too_heavy():
    with pytest.raises(errors.TooHeavy):
        sandbox.run("nothing such", {})
    with pytest.raises(errors.TooHeavy):
        sandbox.run("still", {}, (b"no crop",))
    assert still(encoded(photo(), "PNG")).files


def test_a_child_has_little_memory_no_keys_and_no_large_files(monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "SECRET")
    sandbox.close()
    still(encoded(photo(), "PNG"))
    (child,) = sandbox._idle
    there = Path("/proc", str(child._process.pid))
    if not there.exists():  # macOS
        return
    limits = (there / "limits").read_text()
    found = {line[:26].strip(): line[26:].split()[1] for line in limits.splitlines()[1:]}
    assert int(found["Max address space"]) == cell.MEMORY
    assert int(found["Max file size"]) == cell.FILE
    assert b"SECRET" not in (there / "environ").read_bytes()

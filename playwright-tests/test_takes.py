"""A take: recorded from the stage with everyone's voice, known to all, kept through a crash."""

import base64
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx2
import numpy as np
import pytest
from bare import BareChromium, Tab
from conftest import NewGuest, Server
from guest import GREEN, LIVE_MS, Guest, is_colour
from playwright.sync_api import expect

FPS = 30
LENGTH = "() => window.sameframe.booth.takes.now.value.ms"
LOST = "() => window.sameframe.booth.takes.now.value.lost"
# The same, once all that was under way has been told: the recorder says twice a second how it goes.
LOST_IN_ALL = """async () => {
  const { now } = window.sameframe.booth.takes;
  for (let told = 0, last = now.value; told < 3; last = now.value) {
    await new Promise((again) => setTimeout(again, 50));
    if (now.value !== last) told++;
  }
  return now.value.lost;
}"""
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


@pytest.fixture(scope="module")
def before_green(pair: tuple[Guest, Guest]) -> tuple[Guest, Guest]:
    """Ada and Bo, whom green tells from the background."""
    pair[0].before_green()
    return pair


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


def frames(file: Path, width: int, height: int) -> np.ndarray:
    """Return the frames that ffmpeg finds in a file, two of each second, N × H × W × 3."""
    form = ("-vf", "fps=2", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", file, *form], capture_output=True, check=True
    )
    return np.frombuffer(raw.stdout, np.uint8).reshape(-1, height, width, 3)


def check(take: dict, file: Path, size: tuple[int, int], lost: int) -> None:
    """Hold a take to what one may expect of it."""
    video, audio = take["times"]["video"], take["times"]["audio"]
    assert (take["video"]["width"], take["video"]["height"]) == size
    assert abs(video[0] - audio[0]) <= 0.04
    assert max(np.diff(audio)) <= 0.1
    # On the grid of 30 a second. A busy machine leaves frames out, and owns up to each.
    places = np.round(np.array(video) * FPS)
    assert np.abs(np.array(video) * FPS - places).max() < 0.01
    assert places[-1] + 1 - len(video) <= lost
    if lost <= 2:
        assert max(np.diff(video)) <= 0.1
        assert abs(video[-1] - audio[-1]) <= 0.1
    # Both stand in it; a busy machine's cutouts may stop for a while, but not all the time.
    half = size[0] // 2
    shown = [
        ~is_colour(picture[size[1] // 2 :], GREEN, slack=48) for picture in frames(file, *size)
    ]
    assert any(min(one[:, :half].mean(), one[:, half:].mean()) > 0.1 for one in shown)
    assert any(one.mean() < 0.95 for one in shown)


def test_a_take_has_everyone_in_picture_and_sound_and_all_know(
    before_green: tuple[Guest, Guest], tmp_path: Path
) -> None:
    a, b = before_green
    a.button("Record").click()
    expect(b.page.get_by_text("Ada: recording")).to_be_visible(timeout=LIVE_MS)
    rolls(a, 2_000)
    # A page that stands still, as a hidden tab's nearly does, holds up nothing.
    a.page.evaluate("() => { for (const end = Date.now() + 1500; Date.now() < end; ); }")
    rolls(a, 4_000)
    a.button("Pause the recording").click()
    a.until("() => window.sameframe.booth.takes.now.value.state === 'paused'")
    paused = a.page.evaluate(LENGTH)
    a.next_ticks(5)
    assert a.page.evaluate(LENGTH) - paused < 500  # what is paused is not in it
    a.button("Go on recording").click()
    rolls(a, 5_000)
    a.button("Pause the recording").click()  # so that no more are left out than one knows of
    a.until("() => window.sameframe.booth.takes.now.value.state === 'paused'")
    length, lost = a.page.evaluate(LENGTH), a.page.evaluate(LOST_IN_ALL)
    a.button("Stop recording").click()
    file = tmp_path / "take.mp4"
    take = taken(a, file)
    b.until("() => window.sameframe.booth.takes.recording.value.by.length === 0")
    check(take, file, (1280, 720), lost)
    assert length - 300 < take["duration"] * 1000 < length + 10_000, (take["duration"], length)
    assert not a.errors


def test_a_take_whose_tab_is_gone_is_found_again(
    before_green: tuple[Guest, Guest], tmp_path: Path
) -> None:
    a, b = before_green
    cleared(a)
    a.button("Record").click()
    expect(b.page.get_by_text("Ada: recording")).to_be_visible(timeout=LIVE_MS)
    rolls(a, 5_000)
    length = a.page.evaluate(BY_NOW) / 1000
    a.page.reload()
    file = tmp_path / "found.mp4"
    take = taken(a, file)
    expect(a.page.get_by_text("Found again from an earlier visit.")).to_be_visible(timeout=LIVE_MS)
    assert length - 1 < take["duration"]
    assert frames(file, 1280, 720).mean() > 10
    # Nobody records any more, and the others know.
    b.until("() => window.sameframe.booth.takes.recording.value.by.length === 0")

    # And so does anyone with the album, without JavaScript and from anywhere within it.
    a.button("Put into the album").click()
    told = a.page.get_by_text("The recording is in the album now").first
    expect(told).to_be_attached(timeout=LIVE_MS)
    album = a.page.evaluate("() => window.sameframe.booth.album.value")
    page = b.context.request.get(album).text()
    path = page.partition("<video")[2].partition('src="')[2].partition('"')[0]
    part = b.context.request.get(path, headers={"range": "bytes=100-199"})
    assert (part.status, part.body()) == (206, file.read_bytes()[100:200])
    assert b.context.request.get(path).body() == file.read_bytes()
    assert b.context.request.get(path.replace("take.mp4", "poster.webp")).ok
    a.until("() => window.sameframe.booth.takes.kept.value.length === 0")


def seen(tab: Tab, server: Server, room: str) -> None:
    """Wait until somebody who has opened a room stands in it."""
    booth = "window.sameframe.booth"
    tab.until(f"{booth}.view.value === 'lobby'")
    tab.evaluate(f"({booth}.setName('Cy'), void {booth}.join())")
    tab.until("window.sameframe.stats().then((s) => s.guests.some((g) => g.fps > 0 && g.width))")


def test_a_hidden_tab_goes_on_recording_and_its_killed_browser_loses_a_second_at_most(
    server: Server, footage: Callable[[str], Path], tmp_path: Path
) -> None:
    made = httpx2.post(f"{server.url}/api/rooms", headers={"origin": server.url}).json()
    room = f"{server.url}/r/{made['room']}"
    browser = BareChromium(tmp_path / "profile", footage("A"))
    try:
        tab = browser.open(room)
        seen(tab, server, room)
        tab.evaluate("void window.sameframe.booth.takes.start()")
        tab.until("window.sameframe.booth.takes.now.value?.ms > 1000")
        tab.evaluate("""void (function count() {
          window.painted = (window.painted ?? 0) + 1;
          requestAnimationFrame(count);
        })()""")
        tab.until("window.painted > 2")
        browser.open("about:blank")
        tab.until("document.visibilityState === 'hidden'")
        painted, since = tab.evaluate("window.painted"), tab.evaluate(BY_NOW) / 1000
        tab.until(f"{BY_NOW} > {since * 1000} + 5000")
        assert tab.evaluate("window.painted") <= painted + 1  # hidden indeed: nothing is painted
        lost = tab.evaluate(f"({LOST})()")
        length = tab.evaluate(BY_NOW) / 1000
        browser.kill()

        browser.start()
        data = browser.open(room).until(FILE)
    finally:
        browser.kill()
    file = tmp_path / "killed.mp4"
    file.write_bytes(base64.b64decode(data.partition(",")[2]))
    take = probed(file)
    video, audio = (np.array(take["times"][kind]) for kind in ("video", "audio"))
    assert length - 1 < min(video[-1], audio[-1]) < length + 1
    assert frames(file, 1280, 720).mean() > 10
    hidden = video[video >= since]
    assert len(hidden) >= (hidden[-1] - hidden[0]) * FPS - lost
    if lost <= 2:
        assert max(np.diff(hidden)) <= 0.1


def test_without_webcodecs_the_browsers_recorder_does(guest: NewGuest, tmp_path: Path) -> None:
    a = guest("A")
    a.page.add_init_script("delete window.VideoEncoder; delete window.AudioEncoder;")
    a.start_room()
    a.join("Ada").wait_for_guests("Ada")
    for ends in ("stopped", "reloaded"):
        a.button("Record").click()
        rolls(a, 3_000)
        a.until("() => window.sameframe.booth.takes.now.value.bytes > 100_000")
        a.button("Stop recording").click() if ends == "stopped" else a.page.reload()
        file = tmp_path / f"{ends}.mp4"
        take = taken(a, file)
        assert (take["video"]["codec_name"], take["audio"]["codec_name"]) == ("vp9", "opus")
        assert (take["video"]["width"], take["video"]["height"]) == (1280, 720)
        assert take["duration"] > 2
        assert max(np.diff(take["times"]["audio"])) <= 0.2  # by its clock, in packets of 60 ms
        assert frames(file, 1280, 720).mean() > 10
        cleared(a)
    assert not a.errors

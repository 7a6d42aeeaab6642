"""A take: recorded from the stage with everyone's voice, known to all, kept through a reload."""

from pathlib import Path

import numpy as np
import pytest
from conftest import NewGuest
from guest import GREEN, Guest, is_colour, meet
from playwright.sync_api import expect
from taking import BY_NOW, cleared, frames, hold_times, rolls, taken

FILM_FPS = 15
LENGTH = "() => window.sameframe.booth.takes.now.value.ms"
# What is in it and what was left out, once all that was under way has been told: the recorder says
# several times a second how it goes. With it the stage's rate at the end.
IN_ALL = """async () => {
  const { stage } = await window.sameframe.stats();
  const { now } = window.sameframe.booth.takes;
  for (let told = 0, last = now.value; told < 3; last = now.value) {
    await new Promise((again) => setTimeout(again, 50));
    if (now.value !== last) told++;
  }
  return { ...now.value, fps: stage.fps };
}"""


@pytest.fixture(scope="module")
def before_green(regular: NewGuest) -> tuple[Guest, Guest]:
    """Ada and Bo, whom green tells from the background, with cameras that make a film."""
    people = regular("A", fps=FILM_FPS), regular("B", fps=FILM_FPS)
    meet(*people)
    people[0].before_green()
    return people


def check(take: dict, file: Path, size: tuple[int, int], told: dict) -> None:
    """Hold a take to what one may expect of it."""
    hold_times(take, size)
    video, audio = take["times"]["video"], take["times"]["audio"]
    # What it says is in it is in it.
    assert len(video) >= told["frames"] > 0
    if told["lost"] <= 2 and told["fps"] >= 15:
        assert np.median(np.diff(video)) <= 0.1
        assert abs(video[-1] - audio[-1]) <= 0.2
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
    expect(b.page.get_by_text("Ada: recording")).to_be_visible()
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
    length, told = a.page.evaluate(LENGTH), a.page.evaluate(IN_ALL)
    a.button("Stop recording").click()
    file = tmp_path / "take.mp4"
    take = taken(a, file)
    b.until("() => window.sameframe.booth.takes.recording.value.by.length === 0")
    check(take, file, (1280, 720), told)
    assert length - 300 < take["duration"] * 1000 < length + 10_000, (take["duration"], length)
    assert not a.errors


def test_a_take_whose_tab_is_gone_is_found_again(
    before_green: tuple[Guest, Guest], tmp_path: Path
) -> None:
    a, b = before_green
    cleared(a)
    a.button("Record").click()
    expect(b.page.get_by_text("Ada: recording")).to_be_visible()
    rolls(a, 5_000)
    length = a.page.evaluate(BY_NOW) / 1000
    a.page.reload()
    file = tmp_path / "found.mp4"
    take = taken(a, file)
    expect(a.page.get_by_text("Found again from an earlier visit.")).to_be_visible()
    assert length - 1 < take["duration"]
    assert frames(file, 1280, 720).mean() > 10
    # Nobody records any more, and the others know.
    b.until("() => window.sameframe.booth.takes.recording.value.by.length === 0")

    # And so does anyone with the album, without JavaScript and from anywhere within it.
    a.button("Put into the album").click()
    told = a.page.get_by_text("The recording is in the album now").first
    expect(told).to_be_attached()
    album = a.page.evaluate("() => window.sameframe.booth.album.value")
    page = b.context.request.get(album).text()
    path = page.partition("<video")[2].partition('src="')[2].partition('"')[0]
    part = b.context.request.get(path, headers={"range": "bytes=100-199"})
    assert (part.status, part.body()) == (206, file.read_bytes()[100:200])
    assert b.context.request.get(path).body() == file.read_bytes()
    assert b.context.request.get(path.replace("take.mp4", "poster.webp")).ok
    a.until("() => window.sameframe.booth.takes.kept.value.length === 0")

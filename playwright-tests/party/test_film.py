"""A take of all three, as ffprobe and ffmpeg see it."""

from pathlib import Path

import numpy as np
from guest import GREEN, Party, is_colour
from playwright.sync_api import expect
from taking import cleared, frames, hold_times, rolls, taken

SIZE = (1280, 720)


def test_a_take_has_all_three_and_its_times_are_right(party: Party, tmp_path: Path) -> None:
    a, b, c = party
    cleared(c)
    c.button("Record").click()
    for person in (a, b):
        expect(person.page.get_by_text("Cy: recording")).to_be_visible()
    rolls(c, 4_000)
    c.button("Stop recording").click()
    file = tmp_path / "take.mp4"
    take = taken(c, file)
    for person in (a, b):
        person.until("() => window.sameframe.booth.takes.recording.value.by.length === 0")
    hold_times(take, SIZE)
    assert take["duration"] >= 3.9
    shown = [~is_colour(one[360:], GREEN, slack=48) for one in frames(file, *SIZE)]
    thirds = [[part.mean() for part in np.array_split(one, 3, axis=1)] for one in shown]
    assert max(map(min, thirds)) > 0.1
    cleared(c)
    assert not c.errors

"""A take's sound stays with its picture, however the sound card counts."""

import json
import subprocess
from pathlib import Path

import pytest

FRONTEND = Path(__file__).parents[1]


@pytest.mark.parametrize("drift", [-300, 0, 300])
def test_ten_minutes_of_sound_stay_with_the_clock(drift: int) -> None:
    command = ["node", "tests/sound.mjs", str(drift)]
    told = subprocess.run(command, cwd=FRONTEND, check=True, capture_output=True, text=True)
    first, last, most = json.loads(told.stdout)
    assert max(first, last) <= 40
    assert most <= 40

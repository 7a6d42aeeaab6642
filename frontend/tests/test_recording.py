"""Takes without a browser: sound that stays with its picture, films that end anywhere."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

FRONTEND = Path(__file__).parents[1]


def told(script: str, *words: str) -> Any:
    """Run a script of this folder and return what it prints."""
    command = ["node", f"tests/{script}", *words]
    run = subprocess.run(command, cwd=FRONTEND, check=True, capture_output=True, text=True)
    return json.loads(run.stdout)


@pytest.mark.parametrize("drift", [-300, 0, 300])
def test_ten_minutes_of_sound_stay_with_the_clock(drift: int) -> None:
    first, last, most = told("sound.mjs", str(drift))
    assert max(first, last) <= 40
    assert most <= 40


def test_a_film_is_whole_up_to_its_last_packet_wherever_it_is_cut() -> None:
    cuts, packets, wrong = told("film.mjs")
    assert cuts > 5_000
    assert packets > 80
    assert wrong == []

"""Pictures by pipelines of diffusers, tiny ones with random weights, built here.

Neither diffusers nor torch is among the suite's tools: where they are missing these tests are left
out, the one exception to "no skips". With a GPU or without, in an environment of their own:

    pip install 'sameframe[diffusers]' pytest && pytest backend/tests/test_pipelines.py
"""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sameframe.generators.pipelines import Pipelines
from sameframe.generators.wish import Cancelled, Wish

from .tiny import text_pipeline, video_pipeline

pytestmark = [
    pytest.mark.skipif(find_spec("diffusers") is None, reason="needs sameframe[diffusers]"),
    pytest.mark.filterwarnings("ignore"),
]
PICTURE = Image.fromarray(np.random.default_rng(1).integers(0, 256, (90, 160, 3), np.uint8))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return a folder with pipelines in `text` and `video`."""
    made = tmp_path_factory.mktemp("pipelines")
    text_pipeline(made / "text")
    video_pipeline(made / "video")
    return made


@pytest.fixture
def pipelines(folder) -> Pipelines:
    return Pipelines(folder / "text", None, folder / "video")


def made(pipelines: Pipelines, kind: str, seed: int = 1, picture: Image.Image | None = None):
    shares: list[float] = []
    wish = Wish(kind, "a sea of letters", seed, picture)
    done = pipelines.make(wish, shares.append, lambda: False)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    return done


def test_words_become_a_picture_the_same_for_the_same_seed(pipelines):
    one, same, other = (made(pipelines, "draw", seed).picture for seed in (1, 1, 2))
    assert one.mode == "RGB"
    assert one.width > one.height >= 64
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_picture_becomes_another(pipelines):
    picture = made(pipelines, "restyle", picture=PICTURE).picture
    assert picture.mode == "RGB"
    assert np.asarray(picture).std() > 0


def test_a_picture_becomes_a_loop_there_and_back(pipelines):
    loop = made(pipelines, "move", picture=PICTURE).loop
    frames = list(loop.frames)
    assert len(frames) == loop.count == 6  # of four
    assert {frame.shape for frame in frames} == {(720, 1280, 3)}
    assert np.array_equal(frames[1], frames[5])
    assert np.array_equal(frames[2], frames[4])


@pytest.mark.parametrize("kind", ["draw", "move"])
def test_it_is_given_up_after_the_step_in_hand(pipelines, kind):
    steps: list[float] = []
    wish = Wish(kind, "sea", 1, PICTURE)
    with pytest.raises(Cancelled):
        pipelines.make(wish, steps.append, lambda: len(steps) == 2)
    assert len(steps) == 2
    made(pipelines, "draw")  # and the next is made


def test_only_what_there_is_a_folder_for_and_no_style_of_ours(folder):
    pipelines = Pipelines(None, folder / "text", None)
    assert not pipelines.can(Wish("draw", "x", 1))
    assert pipelines.can(Wish("restyle", "x", 1))
    assert not pipelines.can(Wish("restyle", "x", 1, style="paint"))
    assert not pipelines.can(Wish("move", "x", 1))


def test_weights_that_are_programs_are_not_read(folder, tmp_path):
    import shutil

    import torch

    copy = tmp_path / "text"
    shutil.copytree(folder / "text", copy)
    for weights in copy.rglob("*.safetensors"):
        torch.save({}, weights.with_suffix(".bin"))
        weights.unlink()
    with pytest.raises(OSError, match="safetensors"):
        made(Pipelines(copy, None, None), "draw")

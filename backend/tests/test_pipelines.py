"""Pictures by pipelines of diffusers, tiny ones with random weights, built here.

Neither diffusers nor torch is among the suite's tools: where they are missing these tests are left
out, the one exception to "no skips". With a GPU or without, in an environment of their own:

    pip install 'sameframe[diffusers]' pytest && pytest backend/tests/test_pipelines.py
"""

import json
import warnings
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sameframe.generators.pipelines import Pipelines
from sameframe.generators.wish import Cancelled, Wish

pytestmark = [
    pytest.mark.skipif(find_spec("diffusers") is None, reason="needs sameframe[diffusers]"),
    pytest.mark.filterwarnings("ignore"),
]
PICTURE = Image.fromarray(np.random.default_rng(1).integers(0, 256, (90, 160, 3), np.uint8))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return a folder with pipelines in `text` and `video`."""
    made = tmp_path_factory.mktemp("pipelines")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _text(made / "text")
        _video(made / "video")
    return made


def _text(folder: Path) -> None:
    import torch
    from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline
    from diffusers import UNet2DConditionModel as Unet
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

    torch.manual_seed(0)
    words = folder.parent / "words"
    words.mkdir()
    letters = [chr(n) for n in range(33, 127)]
    vocabulary = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>"]
    vocabulary.append("<|endoftext|>")
    known = {word: number for number, word in enumerate(vocabulary)}
    (words / "vocab.json").write_text(json.dumps(known))
    (words / "merges.txt").write_text("#version: 0.2\n")
    end = known["<|endoftext|>"]
    text = CLIPTextConfig(
        hidden_size=32, intermediate_size=37, num_attention_heads=4, num_hidden_layers=2,
        vocab_size=len(known), bos_token_id=end - 1, eos_token_id=end, pad_token_id=end,
    )  # fmt: skip
    StableDiffusionPipeline(
        unet=Unet(
            block_out_channels=(32, 64), layers_per_block=1, sample_size=64, in_channels=4,
            out_channels=4, down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"), cross_attention_dim=32,
        ),
        scheduler=DDIMScheduler(clip_sample=False, set_alpha_to_one=False),
        vae=AutoencoderKL(
            block_out_channels=[32, 64], in_channels=3, out_channels=3, latent_channels=4,
            down_block_types=["DownEncoderBlock2D"] * 2, up_block_types=["UpDecoderBlock2D"] * 2,
        ),
        text_encoder=CLIPTextModel(text),
        tokenizer=CLIPTokenizer.from_pretrained(str(words), model_max_length=77),
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    ).save_pretrained(folder)  # fmt: skip


def _video(folder: Path) -> None:
    import torch
    from diffusers import AutoencoderKLTemporalDecoder, EulerDiscreteScheduler
    from diffusers import StableVideoDiffusionPipeline as Video
    from diffusers import UNetSpatioTemporalConditionModel as Unet
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(0)
    down = ("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal")
    up = ("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal")
    Video(
        unet=Unet(
            block_out_channels=(32, 64), layers_per_block=1, sample_size=32, in_channels=8,
            out_channels=4, down_block_types=down, up_block_types=up, cross_attention_dim=32,
            num_attention_heads=8, projection_class_embeddings_input_dim=96,
            addition_time_embed_dim=32, num_frames=4,
        ),
        scheduler=EulerDiscreteScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear",
            prediction_type="v_prediction", sigma_max=700.0, sigma_min=0.002, steps_offset=1,
            timestep_spacing="leading", timestep_type="continuous", use_karras_sigmas=True,
        ),
        vae=AutoencoderKLTemporalDecoder(
            block_out_channels=[32, 64], latent_channels=4,
            down_block_types=["DownEncoderBlock2D"] * 2,
        ),
        image_encoder=CLIPVisionModelWithProjection(
            CLIPVisionConfig(
                hidden_size=32, projection_dim=32, num_hidden_layers=2, num_attention_heads=4,
                image_size=224, intermediate_size=37, patch_size=32,
            )
        ),
        feature_extractor=CLIPImageProcessor(),
    ).save_pretrained(folder)  # fmt: skip


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

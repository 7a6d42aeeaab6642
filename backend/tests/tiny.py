"""Pipelines of diffusers that are tiny and know nothing: their weights are random."""

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@_quiet()
def text_pipeline(folder: Path) -> None:
    """Make one that makes pictures of words."""
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


@_quiet()
def video_pipeline(folder: Path) -> None:
    """Make one that sets pictures in motion."""
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

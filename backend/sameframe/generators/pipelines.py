"""Pictures by pipelines of this machine, from folders that diffusers saved. The extra `diffusers`.

One is held in memory at a time. Only safetensors are read: other weights are programs.
"""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from sameframe import errors
from sameframe.generators.wish import MOVING, Cancelled, Frame, Loop, Made, Progress, Wish

_STEP = 64  # px: what every model's size is a multiple of
_FPS = 12
_STRENGTH = 0.6  # of the picture that is given, so much is drawn anew


class Pipelines:
    """Draws, restyles and moves by the folders there are."""

    name = "diffusers"

    def __init__(self, text: Path | None, image: Path | None, video: Path | None):
        self._folders = {"draw": text, "restyle": image or text, "move": video}
        self._held: tuple[str, Any] | None = None

    def can(self, wish: Wish) -> bool:
        """Tell whether there is a pipeline for it; styles and movements are our own."""
        ours = wish.style is not None or wish.movement is not None
        return self._folders[wish.kind] is not None and not ours

    def make(self, wish: Wish, progress: Progress, cancelled: Callable[[], bool]) -> Made:
        """Make it step by step; raises Cancelled after the step in hand."""
        import torch

        try:
            pipe = self._pipe(wish.kind)
            done = self._called(pipe, wish, progress, cancelled)
        except torch.OutOfMemoryError as fault:
            self._held = None
            torch.cuda.empty_cache()
            raise errors.MakerBusy("out of memory") from fault
        if any(getattr(done, "nsfw_content_detected", None) or ()):
            raise errors.PromptRefused
        if wish.kind != "move":
            return Made(done.images[0].convert("RGB"))
        frames = [np.asarray(_fitted(frame)) for frame in done.frames[0]]
        # There and back: models don't end where they began.
        frames += frames[-2:0:-1]
        return Made(loop=Loop(_each(frames, cancelled), len(frames), _FPS))

    def _pipe(self, kind: str) -> Any:
        import diffusers
        import torch

        if self._held is not None and self._held[0] == kind:
            return self._held[1]
        self._held = None
        by_gpu = torch.cuda.is_available()
        if by_gpu:
            torch.cuda.empty_cache()
        loader = {
            "draw": diffusers.AutoPipelineForText2Image,
            "restyle": diffusers.AutoPipelineForImage2Image,
            "move": diffusers.DiffusionPipeline,
        }[kind]
        pipe = loader.from_pretrained(
            str(self._folders[kind]),
            dtype=torch.float16 if by_gpu else torch.float32,
            local_files_only=True,
            use_safetensors=True,
        )
        pipe = pipe.to("cuda" if by_gpu else "cpu")
        pipe.set_progress_bar_config(disable=True)
        self._held = kind, pipe
        return pipe

    def _called(
        self, pipe: Any, wish: Wish, progress: Progress, cancelled: Callable[[], bool]
    ) -> Any:
        import torch

        if cancelled():
            raise Cancelled

        def step(pipe: Any, number: int, at: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            if cancelled():
                raise Cancelled
            progress(min(1.0, (number + 1) / max(1, pipe.num_timesteps)))
            return tensors

        width, height = _size(pipe)
        given = {
            "prompt": wish.prompt,
            "generator": torch.Generator("cpu").manual_seed(wish.seed),
            "callback_on_step_end": step,
            "width": width,
            "height": height,
        }
        if wish.picture is not None:
            given["image"] = ImageOps.fit(wish.picture, (width, height))
        if wish.kind == "restyle":
            given["strength"] = _STRENGTH
        if wish.kind == "move":
            given["decode_chunk_size"] = 4
        asked = inspect.signature(pipe.__call__).parameters
        with torch.inference_mode():
            return pipe(**{name: value for name, value in given.items() if name in asked})


def _size(pipe: Any) -> tuple[int, int]:
    """Return about 16:9 with as many pixels as the model was made for."""
    model = getattr(pipe, "unet", None) or getattr(pipe, "transformer", None)
    sample = getattr(getattr(model, "config", None), "sample_size", None)
    sample = sample if isinstance(sample, int) else 64
    side = sample * getattr(pipe, "vae_scale_factor", 8)
    width, height = (max(_STEP, round(side * part / _STEP) * _STEP) for part in (4 / 3, 3 / 4))
    return width, height


def _fitted(frame: Image.Image) -> Image.Image:
    return ImageOps.fit(frame.convert("RGB"), MOVING, Image.Resampling.BICUBIC)


def _each(frames: list[Frame], cancelled: Callable[[], bool]) -> Iterator[Frame]:
    for frame in frames:
        if cancelled():
            raise Cancelled
        yield frame

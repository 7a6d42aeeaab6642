"""What somebody wishes for, and what whoever makes it has to offer."""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sameframe import errors, wire

PROMPT_MAX = 300  # characters
SIZE = (1920, 1080)  # of what is drawn; prints are twice that, and their backgrounds out of focus
MOVING = (1280, 720)

Frame = NDArray[np.uint8]
Progress = Callable[[float], None]


class Cancelled(Exception):
    """Nobody wants it any more."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be made: of words alone (`draw`), or of a picture, RGB (`restyle`, `move`)."""

    kind: wire.WishKind
    prompt: str
    seed: int
    picture: Image.Image | None = None
    style: wire.Style | None = None
    movement: wire.Movement | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    """So many frames, RGB of one size, fps a second; the last leads to the first."""

    frames: Iterator[Frame]
    count: int
    fps: float


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a wish: a picture or a loop, and the words that were understood, if that says
    anything. What somebody else's server sent is still in its bytes, which nobody has believed.
    """

    picture: Image.Image | bytes | None = None
    loop: Loop | None = None
    words: tuple[str, ...] = ()


class Provider(Protocol):
    """Makes what is wished; everything blocks."""

    name: wire.Maker

    def can(self, wish: Wish) -> bool:
        """Tell whether this provider makes such."""

    def make(self, wish: Wish, progress: Progress, cancelled: Callable[[], bool]) -> Made:
        """Make it, saying how far that is, 0..1; raises Cancelled soon after `cancelled()`.

        Raises MakerBusy, MakerRefused, MakerFailed.
        """


def tidied(prompt: str) -> str:
    """Return what was written as one line; raises PromptTooLong."""
    kept = (c for c in unicodedata.normalize("NFC", prompt) if c.isspace() or c.isprintable())
    tidy = " ".join("".join(kept).split())
    if len(tidy) > PROMPT_MAX:
        raise errors.PromptTooLong
    return tidy

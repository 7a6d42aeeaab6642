"""What every renderer of the stage can do. The pixels it owes are defined by the server's
reference.py; the tests hold all renderers to it."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol

from sameframe_worker.kernels import Buffer
from sameframe_worker.scene import Look, Placement
from sameframe_worker.stage.lamp import Lit
from sameframe_worker.stage.loop import Loop
from sameframe_worker.stage.picture import Picture

Kind = Literal["cpu", "gpu"]


class Lost(Exception):
    """The renderer can't draw any more; another one must take over."""


class Renderer(Protocol):
    """Turns pictures, placements and a background into the stage's pixels."""

    kind: Kind

    def background(self, behind: Buffer | Loop) -> None:
        """Keep the background: RGBA of the stage's size, opaque, or what a loop shows now."""

    def look(self, look: Look) -> None:
        """Give everything that is composed from now on this look; its table is made already."""

    def light(self, lit: Lit) -> None:
        """Let everyone stand in this light from now on."""

    def coarse(self, on: bool) -> None:
        """Give looks at half the size, if that is cheaper here."""

    def ingest(self, guest: str, picture: Picture, placement: Placement) -> None:
        """Take a guest's new picture and prepare it for this placement."""

    def fits(self, guest: str, placement: Placement) -> bool:
        """Tell whether drawing at this placement costs no new sampling."""

    def forget(self, guest: str) -> None:
        """Let go of a guest."""

    def compose(self, placed: Sequence[tuple[str, Placement]]) -> None:
        """Draw the background and these guests, back to front; only ingested ones."""

    def show(self, context: Any) -> None:
        """Put the picture onto a 2D context of the stage's size. Raises Lost."""

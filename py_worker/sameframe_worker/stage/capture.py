"""The stage as a photo, of any size, and one guest cut out of it: from the planes that are held."""

from collections.abc import Mapping, Sequence
from ctypes import CDLL

from sameframe_worker import stacked
from sameframe_worker.kernels import Buffer
from sameframe_worker.scene import Look, Placement, place
from sameframe_worker.stage.cast import Role
from sameframe_worker.stage.cpu import CpuRenderer
from sameframe_worker.stage.lamp import Lit
from sameframe_worker.stage.picture import Picture


def capture(
    kernels: CDLL,
    background: Buffer,
    look: Look,
    light: Lit,
    roles: Sequence[Role],
    pictures: Mapping[str, Picture],
    width: int,
    height: int,
) -> Buffer:
    """Return the picture as RGBA. Whoever has no picture yet is left out.

    The kernels draw it whatever shows the stage: it needs no context that may be lost, and the
    live canvas is not touched. A layer of full resolution is just a better picture here.
    """
    renderer = CpuRenderer(kernels, width, height)
    renderer.background(background)
    renderer.look(look)
    renderer.light(light)
    placed = []
    for role in roles:
        if (picture := pictures.get(role.guest)) is not None:
            placement = place(role.layer, picture.aspect, width, height)
            renderer.ingest(role.guest, picture, placement)
            placed.append((role.guest, placement))
    renderer.compose(placed)
    return renderer.pixels


def portrait(kernels: CDLL, picture: Picture) -> tuple[Buffer, int, int]:
    """Return a guest as RGBA with straight alpha, at the cutout's own size, and that size."""
    width, height = stacked.cutout_size(picture.width, picture.height)
    renderer = CpuRenderer(kernels, width, height)
    whole = Placement(0, 0, width, height, 0.0, False, 1.0, 0, 0, width, height)
    renderer.ingest("", picture, whole)
    return renderer.straight(""), width, height

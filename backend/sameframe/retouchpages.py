"""The pages on which a host changes a shot afterwards: forms, whole without JavaScript."""

import re

from anyio import to_thread
from sameframe_worker.scene import SCALE_MAX, SCALE_MIN, Background, Layer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sameframe import errors
from sameframe.backgrounds import PRESETS
from sameframe.forms import fields_of
from sameframe.pages import Pages
from sameframe.retouch import Wish, retouched
from sameframe.security import check_origin

_PIECE = re.compile(r"(g[0-9a-z]{8})\.(png|webp)")
_ARRANGEMENTS = ("row", "two_rows", "arc")
_AGAIN_S = 3  # while the print is made anew


class RetouchPages(Pages):
    """The endpoints below /a/{album}/{shot}/edit, and the cut-outs. All are the host's."""

    async def form(self, request: Request) -> Response:
        """Show what can be changed of a shot."""
        await self._ruled(request)
        album, shot = request.path_params["album"], request.path_params["shot"]
        now = self._hub.now()
        item = await to_thread.run_sync(self._albums.item, album, shot, now)
        found = await to_thread.run_sync(self._darkroom.retouches.look, album, shot, now)
        layers = [
            (guest, found.scene.layer(guest) or Layer(guest), found.scene.layer(guest) is not None)
            for guest in _back_to_front(found.scene.layers, found.guests)
        ]
        return self._shown(
            request,
            "retouch.html",
            album=album,
            item=item,
            found=found,
            layers=layers,
            presets=PRESETS,
            arrangements=_ARRANGEMENTS,
            scales=(round(100 * SCALE_MIN), round(100 * min(2, SCALE_MAX))),
            refresh_s=_AGAIN_S if found.developing else None,
        )

    async def edit(self, request: Request) -> Response:
        """Do what the form asks for, and show it again."""
        check_origin(request, self._public_origin)
        await self._ruled(request)
        album, shot = request.path_params["album"], request.path_params["shot"]
        fields = await fields_of(request)
        now, retouches = self._hub.now(), self._darkroom.retouches
        if (way := fields.get("do")) in ("undo", "redo"):
            await to_thread.run_sync(retouches.move, album, shot, way, now)
        else:
            found = await to_thread.run_sync(retouches.look, album, shot, now)
            wishes = [_wish(fields, guest) for guest in found.guests]
            background = Background(fields.get("background", ""), fields.get("colour", ""))
            arrangement = fields.get("arrangement")
            how = arrangement if arrangement in _ARRANGEMENTS else None
            await to_thread.run_sync(
                retouches.change,
                album,
                shot,
                lambda scene: retouched(scene, background, how, wishes),
                now,
            )
        return RedirectResponse(f"/a/{album}/{shot}/edit", 303)

    async def cutout(self, request: Request) -> Response:
        """Send one guest's cut-out: a PNG with alpha, or a small picture of it."""
        await self._ruled(request)
        album, shot = request.path_params["album"], request.path_params["shot"]
        named = _PIECE.fullmatch(request.path_params["piece"])
        if named is None:
            raise errors.NotFound
        guest, kind = named[1], named[2]
        retouches = self._darkroom.retouches
        get = retouches.cutout if kind == "png" else retouches.thumbnail
        data = await to_thread.run_sync(get, album, shot, guest, self._hub.now())
        headers = {
            "cache-control": "private, no-cache",
            "content-disposition": f'inline; filename="sameframe-{shot}-{guest}.{kind}"',
        }
        return Response(data, 200, headers, f"image/{kind}")

    async def _ruled(self, request: Request) -> None:
        if not await self._rules(request):
            raise errors.BadHostToken


def _back_to_front(layers: tuple[Layer, ...], guests: list[str]) -> list[str]:
    """Return all guests as they stand, those who are not in the picture last."""
    standing = [layer.guest for layer in layers if layer.guest in guests]
    return [*standing, *(guest for guest in guests if guest not in standing)]


def _wish(fields: dict[str, str], guest: str) -> Wish:
    try:
        return Wish(
            guest,
            shown=f"{guest}.shown" in fields,
            depth=int(fields[f"{guest}.depth"]),
            x=float(fields[f"{guest}.x"]) / 100,
            scale=float(fields[f"{guest}.scale"]) / 100,
            mirror=f"{guest}.mirror" in fields,
        )
    except (KeyError, ValueError) as fault:
        raise errors.BadForm(f"{guest}: {fault}") from fault

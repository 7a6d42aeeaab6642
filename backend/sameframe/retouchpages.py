"""The pages on which a host changes a shot afterwards: forms, whole without JavaScript."""

import re

from anyio import to_thread
from sameframe_worker.light import AMOUNT
from sameframe_worker.looks import NAMES
from sameframe_worker.scene import SCALE_MAX, SCALE_MIN, UPLOAD, Background, Layer, Light, Look
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sameframe import errors, ids, retaking
from sameframe.backgrounds import in_families
from sameframe.bodies import EDIT_BYTES, fields
from sameframe.pages import Pages
from sameframe.retouch import Wish, retouched
from sameframe.retouches import Retouch

_PIECE = re.compile(r"(g[0-9a-z]{8})\.(png|webp)")
_ARRANGEMENTS = ("row", "two_rows", "arc")
_AGAIN_S = 3  # while the print is made anew, or someone is retaken
# Why a retake may be refused, as the page says it.
_RETAKES = {
    error.code: error
    for error in (
        errors.AlreadyRetaking,
        errors.NotHere,
        errors.NoCamera,
        errors.TooManyRetakes,
        errors.NotExpected,
        errors.NotPrinted,
    )
}


class RetouchPages(Pages):
    """The endpoints below /a/{album}/{shot}/edit, and the cut-outs. All are the host's."""

    async def form(self, request: Request) -> Response:
        """Show what can be changed of a shot."""
        visit, shot = await self._access.host(request, sends=False), request.path_params["shot"]
        album, now = visit.album, self._hub.now()
        item = await to_thread.run_sync(self._albums.item, album, shot, now)
        if item.motion:  # it is made of no layers
            raise errors.NotFound
        found = await to_thread.run_sync(self._darkroom.retouches.look, album, shot, now)
        layers = [
            (guest, found.scene.layer(guest) or Layer(guest), found.scene.layer(guest) is not None)
            for guest in _back_to_front(found.scene.layers, _all(found))
        ]
        room = self._hub.room_of(album)
        retake = room and room.retake
        running = retake.state if retake and retake.shot == shot else None
        why = request.query_params.get("why", "")
        return self._shown(
            request,
            "retouch.html",
            album=visit.link,
            item=item,
            found=found,
            layers=layers,
            families=in_families(),
            looks=NAMES,
            lights=tuple(AMOUNT),
            brought=await to_thread.run_sync(self._darkroom.backdrops.known, album),
            arrangements=_ARRANGEMENTS,
            scales=(round(100 * SCALE_MIN), round(100 * min(2, SCALE_MAX))),
            here={seat.id: seat.name for seat in room.seats if seat.here} if room else {},
            retaking=running,
            retaken=retake and retake.guest,
            why=why if why in _RETAKES else None,
            live_s=_AGAIN_S if found.developing or running else None,
        )

    async def edit(self, request: Request) -> Response:
        """Do what the form asks for, and show it again."""
        visit, shot = await self._access.host(request), request.path_params["shot"]
        asked = await fields(request, EDIT_BYTES)
        album, now, retouches = visit.album, self._hub.now(), self._darkroom.retouches
        if (way := asked.get("do")) in ("undo", "redo"):
            await to_thread.run_sync(retouches.move, album, shot, way, now)
        else:
            found = await to_thread.run_sync(retouches.look, album, shot, now)
            wishes = [_wish(asked, guest) for guest in _all(found)]
            background, look, light = _background(asked), _look(asked), _light(asked)
            brought = await to_thread.run_sync(self._darkroom.backdrops.known, album)
            arrangement = asked.get("arrangement")
            how = arrangement if arrangement in _ARRANGEMENTS else None
            await to_thread.run_sync(
                retouches.change,
                album,
                shot,
                lambda scene: retouched(scene, background, look, light, how, wishes, brought),
                now,
            )
        return RedirectResponse(f"/a/{visit.link}/{shot}/edit", 303)

    async def retake(self, request: Request) -> Response:
        """Ask one guest who is in the room for a new picture, and show the form again."""
        visit, shot = await self._access.host(request), request.path_params["shot"]
        guest = (await fields(request, EDIT_BYTES)).get("guest", "")
        room, back = self._hub.room_of(visit.album), f"/a/{visit.link}/{shot}/edit"
        try:
            if room is None:
                raise errors.NotHere
            found = await to_thread.run_sync(
                self._darkroom.retouches.wanted, visit.album, shot, guest, self._hub.now()
            )
            self._hub.ask_retake(room.name, retaking.Wish(shot, guest, None, *found))
        except tuple(_RETAKES.values()) as refused:
            back = f"{back}?why={refused.code}"
        return RedirectResponse(back, 303)

    async def prop(self, request: Request) -> Response:
        """Send a small picture of a prop of the shot's."""
        visit, shot = await self._access.host(request, sends=False), request.path_params["shot"]
        album, now = visit.album, self._hub.now()
        found = await to_thread.run_sync(self._darkroom.retouches.look, album, shot, now)
        prop = found.scene.prop(request.path_params["prop"])
        if prop is None:
            raise errors.NotFound
        data = await to_thread.run_sync(self._darkroom.props.thumbnail, album, prop)
        return Response(data, 200, {"cache-control": "private, no-cache"}, "image/webp")

    async def cutout(self, request: Request) -> Response:
        """Send one guest's cut-out: a PNG with alpha, or a small picture of it."""
        visit, shot = await self._access.host(request, sends=False), request.path_params["shot"]
        named = _PIECE.fullmatch(request.path_params["piece"])
        if named is None:
            raise errors.NotFound
        guest, kind = named[1], named[2]
        retouches = self._darkroom.retouches
        get = retouches.cutout if kind == "png" else retouches.thumbnail
        data = await to_thread.run_sync(get, visit.album, shot, guest, self._hub.now())
        headers = {
            "cache-control": "private, no-cache",
            "content-disposition": f'inline; filename="sameframe-{shot}-{guest}.{kind}"',
        }
        return Response(data, 200, headers, f"image/{kind}")


def _background(asked: dict[str, str]) -> Background:
    """Return what the form asks for: a preset's name, or the id of what a guest brought."""
    name, colour = asked.get("background", ""), asked.get("colour", "")
    if ids.is_backdrop(name):
        return Background(UPLOAD, colour, name)
    return Background(name, colour)


def _all(found: Retouch) -> list[str]:
    """Return the ids of everyone and everything that can be in the picture."""
    return [*found.guests, *(prop.id for prop in found.scene.props)]


def _back_to_front(layers: tuple[Layer, ...], guests: list[str]) -> list[str]:
    """Return all guests as they stand, those who are not in the picture last."""
    standing = [layer.guest for layer in layers if layer.guest in guests]
    return [*standing, *(guest for guest in guests if guest not in standing)]


def _look(asked: dict[str, str]) -> Look:
    try:
        return Look(asked["look"], float(asked["strength"]) / 100)
    except (KeyError, ValueError) as fault:
        raise errors.BadForm(f"look: {fault}") from fault


def _light(asked: dict[str, str]) -> Light:
    light = asked.get("light", "")
    if light not in AMOUNT:
        raise errors.BadForm("light")
    return light


def _wish(asked: dict[str, str], guest: str) -> Wish:
    try:
        return Wish(
            guest,
            shown=f"{guest}.shown" in asked,
            depth=int(asked[f"{guest}.depth"]),
            x=float(asked[f"{guest}.x"]) / 100,
            scale=float(asked[f"{guest}.scale"]) / 100,
            mirror=f"{guest}.mirror" in asked,
            y=float(asked[f"{guest}.y"]) / 100 if f"{guest}.y" in asked else None,
        )
    except (KeyError, ValueError) as fault:
        raise errors.BadForm(f"{guest}: {fault}") from fault

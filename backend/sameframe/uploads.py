"""Layers, fills, retakes and frames over HTTP, from guests' browsers into their shot.

Also what guests ask for: a retake, to be out of a shot, the best of a burst, to delete one.
"""

from math import isfinite

import anyio
from anyio import to_thread
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from starlette.requests import Request
from starlette.responses import Response

from sameframe import errors, ids, retaking, wire
from sameframe.album import Kind
from sameframe.api import answer
from sameframe.bodies import body
from sameframe.darkroom import Darkroom
from sameframe.hub import Hub
from sameframe.links import neighbourhood
from sameframe.news import Change
from sameframe.pictures import MAX_BYTES
from sameframe.security import bearer, check_origin

BODY_S = 60  # for 12 MB, 1.6 Mbit/s
NEAR_MS = 10_000  # a layer taken further from the shot's instant is none of it
_DECODERS = 2  # at once: one may take 67 MB twice over


class Uploads:
    """The HTTP endpoints that change an album."""

    def __init__(
        self,
        hub: Hub,
        darkroom: Darkroom,
        per_minute: int,
        public_origin: str | None,
    ):
        self._hub, self._darkroom, self._albums = hub, darkroom, darkroom.albums
        self._public_origin = public_origin
        self._rate = FixedWindowRateLimiter(MemoryStorage())
        self._allowed = RateLimitItemPerMinute(per_minute)
        self._decoding = anyio.CapacityLimiter(_DECODERS)

    async def put_layer(self, request: Request) -> Response:
        """Keep a guest's own layer."""
        return await self._put(request, "layer")

    async def put_fill(self, request: Request) -> Response:
        """Keep a stage's picture of a guest, who may be another than its sender."""
        return await self._put(request, "fill")

    async def ask_retake(self, request: Request) -> Response:
        """Ask a guest in the room for a new picture, by a guest's wish."""
        name, shot, guest = (request.path_params[name] for name in ("room", "shot", "guest"))
        self._from_a_page_of_ours(request)
        if not await self._rate.hit(self._allowed, neighbourhood(request)):
            raise errors.TooManyUploads
        room = self._hub.find(name)
        by = self._hub.bearer(room, bearer(request)).id
        await self._darkroom.caught_up()
        found = await to_thread.run_sync(
            self._darkroom.retouches.wanted, room.album, shot, guest, self._hub.now()
        )
        self._hub.ask_retake(name, retaking.Wish(shot, guest, by, *found))
        return Response(status_code=204)

    async def put_retake(self, request: Request) -> Response:
        """Keep a guest's own retake, while the room waits for it."""
        room, shot, guest = (request.path_params[name] for name in ("room", "shot", "guest"))
        album, _ = await self._admitted(request, "retake")
        wanted = retaking.wanted(self._hub.find(room), shot, guest)
        taken = _taken(request, wanted.at)
        data = await body(request, MAX_BYTES, BODY_S, errors.PictureTooLarge)
        # The body may have taken its time.
        wanted = retaking.wanted(self._hub.find(room), shot, guest)
        add, number = self._darkroom.retake, wanted.number
        change = await to_thread.run_sync(
            add, album, shot, guest, data, taken, number, limiter=self._decoding
        )
        self._hub.retook(room, shot, guest, number)
        return _told(change, guest, "retake", status=201)

    async def put_frames(self, request: Request) -> Response:
        """Keep a moving picture's frames, as the stage of whoever pressed drew them."""
        return await self._put(request, "frames")

    async def choose(self, request: Request) -> Response:
        """Keep one shot of a burst, or all, by the wish of whoever pressed or of the host."""
        room, burst, shot = (request.path_params[name] for name in ("room", "burst", "shot"))
        self._from_a_page_of_ours(request)
        album = await to_thread.run_sync(self._darkroom.bursts.ruled, room, burst, bearer(request))
        chosen = None if shot == "all" else shot
        await to_thread.run_sync(self._darkroom.choose, album, burst, chosen)
        return Response(status_code=204)

    async def withdraw(self, request: Request) -> Response:
        """Take a guest out of a shot for good, by the guest's own wish."""
        room, shot, guest = (request.path_params[name] for name in ("room", "shot", "guest"))
        self._from_a_page_of_ours(request)
        album, _ = await to_thread.run_sync(
            self._albums.admit, room, shot, guest, "layer", bearer(request), self._hub.now()
        )
        await to_thread.run_sync(
            self._darkroom.retouches.withdraw, album, shot, guest, self._hub.now()
        )
        return Response(status_code=204)

    async def delete_shot(self, request: Request) -> Response:
        """Delete a shot, its pictures and prints, for the host."""
        link, shot = request.path_params["album"], request.path_params["shot"]
        self._from_a_page_of_ours(request)
        album = await to_thread.run_sync(
            self._darkroom.rights.ruled, link, bearer(request), self._hub.now()
        )
        await to_thread.run_sync(self._darkroom.delete, album, shot)
        return Response(status_code=204)

    async def _put(self, request: Request, kind: Kind) -> Response:
        shot, guest = (request.path_params[name] for name in ("shot", "guest"))
        album, at = await self._admitted(request, kind)
        taken = _taken(request, at) if kind == "layer" else None
        data = await body(request, MAX_BYTES, BODY_S, errors.PictureTooLarge)
        kept = await to_thread.run_sync(self._darkroom.kept, shot, guest, kind, data)
        if kept is not None:
            return _told(kept, guest, kind, status=200)
        change = await to_thread.run_sync(
            self._darkroom.add, album, shot, guest, kind, data, taken, limiter=self._decoding
        )
        return _told(change, guest, kind, status=201)

    async def _admitted(self, request: Request, kind: Kind) -> tuple[str, float]:
        """Return the shot's album and instant to whoever may put such a picture."""
        room, shot, guest = (request.path_params[name] for name in ("room", "shot", "guest"))
        self._from_a_page_of_ours(request)
        if not await self._rate.hit(self._allowed, neighbourhood(request)):
            raise errors.TooManyUploads
        if not ids.is_room_name(room):
            raise errors.BadRoomName
        await self._darkroom.caught_up()
        return await to_thread.run_sync(
            self._albums.admit, room, shot, guest, kind, bearer(request), self._hub.now()
        )

    def _from_a_page_of_ours(self, request: Request) -> None:
        if "origin" in request.headers:
            check_origin(request, self._public_origin)


def _told(change: Change, guest: str, kind: Kind, status: int) -> Response:
    shot = change.message
    return answer(wire.PictureKept(shot.shot, guest, kind, shot.state), status)


def _taken(request: Request, at: float) -> float:
    """Return when the layer was taken, ms of server time."""
    try:
        taken = float(request.query_params.get("taken", ""))
    except ValueError:
        raise errors.BadInstant from None
    if not isfinite(taken) or abs(taken - at) > NEAR_MS:
        raise errors.BadInstant
    return taken

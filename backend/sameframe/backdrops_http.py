"""Uploaded backgrounds over HTTP: brought and removed by guests, fetched by everyone in the room.

They are below the room's own name, which is its key: their ids can be guessed from the picture.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
from anyio import to_thread
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from sameframe import errors, furnishing, ids, loops, seats, stills
from sameframe.api import answer
from sameframe.bodies import Limit, stored
from sameframe.darkroom import Darkroom
from sameframe.grounds import loop_file
from sameframe.hub import Hub
from sameframe.links import neighbourhood
from sameframe.security import bearer, check_origin

BODY_S = 300  # for 16 MB, .5 Mbit/s; for a video of 100 MB, 2.8 Mbit/s
_COST = 10  # of one, in layers: it is decoded and encoded in four sizes
_DECODERS = 1  # at once: one may take 200 MB
# Named by what is in it; but it can be deleted, so it is not kept for long.
_FOR_A_DAY = "private, max-age=86400, immutable"


class BackdropsHttp:
    """The endpoints of uploaded backgrounds."""

    def __init__(self, hub: Hub, darkroom: Darkroom, per_minute: int, public_origin: str | None):
        self._hub, self._darkroom, self._backdrops = hub, darkroom, darkroom.backdrops
        self._public_origin = public_origin
        self._rate = FixedWindowRateLimiter(MemoryStorage())
        self._allowed = RateLimitItemPerMinute(per_minute)
        self._decoding = anyio.CapacityLimiter(_DECODERS)

    async def bring(self, request: Request) -> Response:
        """Keep a picture as a background of the room's, and let everyone there have it."""
        self._from_a_page_of_ours(request)
        room = self._hub.find(request.path_params["room"])
        by, _ = room.recognised(bearer(request) or None)
        if by is None:
            raise errors.BadGuestToken
        if not await self._rate.hit(self._allowed, neighbourhood(request), cost=_COST):
            raise errors.TooManyUploads
        wanted = stills.crop(request.query_params.get("crop", ""))
        with TemporaryDirectory(prefix="sameframe-") as folder:
            source = Path(folder, "source")
            head = await stored(request, source, _limit, BODY_S)
            decoded = await to_thread.run_sync(
                _decoded, source, head, wanted, limiter=self._decoding
            )
            backdrop, new = await to_thread.run_sync(
                self._backdrops.add, room, by.id, decoded, self._hub.now()
            )
        if new:
            self._hub.happen(room.name, furnishing.Brought(backdrop))
        if backdrop.loop == "making":
            await to_thread.run_sync(self._darkroom.projector.want, room.album, backdrop.file)
        return answer(backdrop, status=201 if new else 200)

    async def loop(self, request: Request) -> Response:
        """Send the loop of a background that moves."""
        room, file = self._hub.find(request.path_params["room"]), request.path_params["file"]
        if not ids.is_backdrop(file):
            raise errors.NotFound
        size, pieces = await self._darkroom.storage.stream(loop_file(room.album, file))
        headers = {"content-length": str(size), "cache-control": _FOR_A_DAY}
        return StreamingResponse(pieces, headers=headers, media_type="video/webm")

    async def file(self, request: Request) -> Response:
        """Send a background in one of its heights, or the largest there is."""
        room = self._hub.find(request.path_params["room"])
        height = request.path_params["height"]
        if height not in map(str, stills.HEIGHTS):
            raise errors.NotFound
        found = await to_thread.run_sync(
            self._darkroom.grounds.file, room.album, request.path_params["file"], int(height)
        )
        size, pieces = await self._darkroom.storage.stream(found)
        headers = {"content-length": str(size), "cache-control": _FOR_A_DAY}
        return StreamingResponse(pieces, headers=headers, media_type="image/jpeg")

    async def remove(self, request: Request) -> Response:
        """Take a background out of the picker, for the host or who brought it."""
        self._from_a_page_of_ours(request)
        room, file = self._hub.find(request.path_params["room"]), request.path_params["file"]
        brought = next((one for one in room.backdrops if one.file == file), None)
        if brought is None:
            raise errors.UnknownBackground
        token = bearer(request)
        seat, _ = room.recognised(token or None)
        if not seats.matches(token, room.host_digest):
            if seat is None:
                raise errors.BadGuestToken
            if not seat.host and seat.id != brought.by:
                raise errors.NotYours
        # A shot that was just taken is on record before anyone asks which pictures it needs.
        await self._darkroom.caught_up()
        self._hub.happen(room.name, furnishing.Removed(file))
        shown = self._hub.backdrops_shown()
        await to_thread.run_sync(self._backdrops.remove, room.album, file, shown)
        return Response(status_code=204)

    def _from_a_page_of_ours(self, request: Request) -> None:
        if "origin" in request.headers:
            check_origin(request, self._public_origin)


def _limit(head: bytes) -> Limit:
    if loops.moves(head):
        return Limit(loops.MAX_BYTES, errors.VideoTooLarge)
    return Limit(stills.MAX_BYTES, errors.PictureTooLarge)


def _decoded(source: Path, head: bytes, wanted: stills.Crop) -> stills.Still | loops.Film:
    """Return what a file is; a GIF of one picture is a still."""
    if loops.moves(head):
        film = loops.probe(source, wanted)
        if film.frames > 1 or not head.startswith(b"GIF"):
            return film
    return stills.still(source.read_bytes(), wanted)

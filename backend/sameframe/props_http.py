"""Props over HTTP: their pictures, for everyone in the room; and absent friends, brought by guests.

A prop's picture is named by what it looks like and only ever drawn while the room's scene has it:
nobody can have us draw anything else.
"""

import anyio
from anyio import to_thread
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from starlette.requests import Request
from starlette.responses import Response

from sameframe import errors, props, stacking, wire
from sameframe.api import answer
from sameframe.bodies import body
from sameframe.hub import Hub
from sameframe.links import neighbourhood
from sameframe.pictures import MAX_BYTES
from sameframe.proproom import PropRoom
from sameframe.security import bearer, check_origin

BODY_S = 60  # for 12 MB, 1.6 Mbit/s
_COST = 10  # of a friend, in layers: it is decoded, cut, encoded and drawn
_DECODERS = 1  # at once: one may take 67 MB twice over
# Named by what it looks like; but a friend can be deleted, so it is not kept for long.
_FOR_A_DAY = "private, max-age=86400, immutable"
_FOR_AN_HOUR = "public, max-age=3600"  # a design's own picture, whose name stays


class PropsHttp:
    """The endpoints of props."""

    def __init__(self, hub: Hub, room: PropRoom, per_minute: int, public_origin: str | None):
        self._hub, self._prop_room, self._public_origin = hub, room, public_origin
        self._rate = FixedWindowRateLimiter(MemoryStorage())
        self._allowed = RateLimitItemPerMinute(per_minute)
        self._decoding = anyio.CapacityLimiter(_DECODERS)

    async def picture(self, request: Request) -> Response:
        """Send a prop of the room's scene as a stacked frame, about so many px high."""
        room = self._hub.find(request.path_params["room"])
        lines = request.path_params["height"]
        if lines not in map(str, stacking.HEIGHTS):
            raise errors.NotFound
        wanted = request.path_params["picture"]
        found = next((prop for prop in room.scene.props if prop.picture == wanted), None)
        if found is None:
            raise errors.NotFound
        data = await to_thread.run_sync(self._prop_room.stack, room.album, found, int(lines))
        return Response(data, 200, {"cache-control": _FOR_A_DAY}, "image/webp")

    async def thumbnail(self, request: Request) -> Response:
        """Send a small picture of a design, as the picker shows it."""
        name = request.path_params["design"]
        design = props.DESIGNS.get(name)
        if design is None or design.family == "friends":
            raise errors.NotFound
        data = await to_thread.run_sync(self._prop_room.sample, name)
        return Response(data, 200, {"cache-control": _FOR_AN_HOUR}, "image/webp")

    async def befriend(self, request: Request) -> Response:
        """Keep the cut-out of an absent friend, and put it into the picture."""
        if "origin" in request.headers:
            check_origin(request, self._public_origin)
        room = self._hub.find(request.path_params["room"])
        self._hub.bearer(room, bearer(request))
        if not await self._rate.hit(self._allowed, neighbourhood(request), cost=_COST):
            raise errors.TooManyUploads
        if len(room.scene.props) >= props.PROPS_MAX:
            raise errors.TooManyProps
        data = await body(request, MAX_BYTES, BODY_S, errors.PictureTooLarge)
        file = await to_thread.run_sync(
            self._prop_room.keep, room, data, self._hub.now(), limiter=self._decoding
        )
        try:
            self._hub.happen(room.name, props.Befriended(file))
        finally:
            self._prop_room.arrived(file)
        return answer(wire.FriendKept(file), status=201)

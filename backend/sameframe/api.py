"""Rooms over HTTP: make one, look into one, print its link as a QR code."""

import msgspec
from limits import RateLimitItemPerHour
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from starlette.requests import Request
from starlette.responses import Response

from sameframe import errors, wire
from sameframe.hub import Hub
from sameframe.links import link, neighbourhood, qr_code
from sameframe.security import bearer, check_origin

_NEVER_KEPT = {"cache-control": "no-store"}


class Api:
    """The HTTP endpoints; they share a hub and a count of rooms made per address."""

    def __init__(self, hub: Hub, rooms_per_hour: int, public_origin: str | None):
        self._hub = hub
        self._public_origin = public_origin
        self._rate = FixedWindowRateLimiter(MemoryStorage())
        self._allowed = RateLimitItemPerHour(rooms_per_hour)

    async def make_room(self, request: Request) -> Response:
        """Make a room; its maker gets the host's token."""
        if "origin" in request.headers:
            check_origin(request, self._public_origin)
        if not await self._rate.hit(self._allowed, neighbourhood(request)):
            raise errors.TooManyRooms
        return answer(self._hub.make(), status=201)

    async def room_info(self, request: Request) -> Response:
        """Say who is in the room and what its scene is."""
        room = self._hub.find(request.path_params["room"])
        names = [seat.name for seat in room.seats if seat.here]
        recording = bool(room.recorders)
        return answer(wire.RoomInfo(room.name, names, room.capacity, room.scene, recording))

    async def room_qr(self, request: Request) -> Response:
        """Draw the room's link as a QR code, dark on light whatever the page's colours."""
        room = self._hub.find(request.path_params["room"])
        address = link(request, f"/r/{room.name}", self._public_origin)
        drawing = qr_code(address, "QR code of the link to this room")
        return Response(drawing, media_type="image/svg+xml", headers=_NEVER_KEPT)

    async def room_remote(self, request: Request) -> Response:
        """Make the link by which a guest's phone presses the shutter, and its QR code.

        The key is in the link's fragment and in this answer's body, so in nobody's log.
        """
        check_origin(request, self._public_origin)
        room = self._hub.find(request.path_params["room"])
        key = self._hub.remote_key(room.name, bearer(request))
        address = link(request, f"/r/{room.name}/remote#{key}", self._public_origin)
        drawing = qr_code(address, "QR code of the remote shutter's link")
        return answer(wire.RemoteMade(address, drawing.decode()))

    async def health(self, request: Request) -> Response:
        """Say that the server is well."""
        return answer({"status": "ok"})


def answer(body: object, status: int = 200) -> Response:
    """Return a body of wire.py as JSON."""
    return Response(
        msgspec.json.encode(body), status, media_type="application/json", headers=_NEVER_KEPT
    )

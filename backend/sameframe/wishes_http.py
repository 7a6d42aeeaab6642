"""Wishes for backgrounds over HTTP: made and given up; how far they are goes over the socket."""

import msgspec
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from sameframe import decor, errors, placing, wire, wishes
from sameframe.api import answer
from sameframe.bodies import body
from sameframe.generators.wish import tidied
from sameframe.hub import Hub
from sameframe.security import bearer, check_origin

_BYTES, _BODY_S = 16 * 1024, 10
_decoder = msgspec.json.Decoder(wire.Wanted)


class WishesHttp:
    """The endpoints of wishes."""

    def __init__(self, hub: Hub, wishes: wishes.Wishes, public_origin: str | None):
        self._hub, self._wishes, self._public_origin = hub, wishes, public_origin

    async def wish(self, request: Request) -> Response:
        """Take a guest's wish."""
        check_origin(request, self._public_origin)
        room = self._hub.find(request.path_params["room"])
        seat = self._hub.bearer(room, bearer(request))
        data = await body(request, _BYTES, _BODY_S, errors.FormTooLarge)
        try:
            wish = _decoder.decode(data)
        except msgspec.MsgspecError as fault:
            raise errors.BadMessage(str(fault)[:200]) from fault
        prompt = tidied(wish.prompt)
        decor.may_wish(room, seat, prompt)
        wanted = wishes.wanted(wish, prompt)
        if wanted.source is not None:
            brought = {backdrop.file for backdrop in room.backdrops}
            known = placing.known(wanted.source, brought)
            wanted = msgspec.structs.replace(wanted, source=known)
        made = await to_thread.run_sync(self._wishes.add, room, seat.id, wanted)
        return answer(made, status=201)

    async def cancel(self, request: Request) -> Response:
        """Give a wish up, for whoever made it, or the host."""
        check_origin(request, self._public_origin)
        room = self._hub.find(request.path_params["room"])
        seat = self._hub.bearer(room, bearer(request))
        wish = next((w for w in room.wishes if w.wish == request.path_params["wish"]), None)
        if wish is None:
            raise errors.UnknownWish
        if wish.by != seat.id and not seat.host:
            raise errors.NotYours
        await to_thread.run_sync(self._wishes.cancel, room.album, wish.wish)
        return Response(status_code=204)

"""A burst's page in the album: its shots side by side, and the form that keeps the best."""

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sameframe import errors
from sameframe.access import Visit
from sameframe.bodies import EDIT_BYTES, fields
from sameframe.bursts import Burst
from sameframe.pages import Pages
from sameframe.security import check_origin

_AGAIN_S = 3  # while prints are made


class BurstPages(Pages):
    """The endpoints below /a/{album}/bursts."""

    async def burst(self, request: Request) -> Response:
        """Show a burst, with the form for whoever may choose; the album once that was done."""
        try:
            visit, found = await self._burst(request)
        except errors.UnknownBurst:
            return RedirectResponse(f"/a/{request.path_params['album']}", 303)
        return self._shown(
            request,
            "burst.html",
            album=visit.link,
            found=found,
            chooses=visit.host or found.mine,
            live_s=_AGAIN_S if found.developing else None,
        )

    async def choose(self, request: Request) -> Response:
        """Keep the shot that the form names, or all, and show what is kept."""
        check_origin(request, self._public_origin)
        visit, found = await self._burst(request)
        if not (visit.host or found.mine):
            raise errors.BadHostToken
        asked = await fields(request, EDIT_BYTES)
        shot = asked.get("shot") if asked.get("do") != "all" else None
        if shot is None and asked.get("do") != "all":
            raise errors.BadForm("no shot")
        await to_thread.run_sync(self._darkroom.choose, visit.album, found.burst, shot)
        return RedirectResponse(f"/a/{visit.link}#{shot or found.shots[-1].shot}", 303)

    async def _burst(self, request: Request) -> tuple[Visit, Burst]:
        visit, burst = await self._access.visit(request), request.path_params["burst"]
        found = await to_thread.run_sync(
            self._darkroom.bursts.look, visit.album, burst, visit.tokens, self._hub.now()
        )
        return visit, found

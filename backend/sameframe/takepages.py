"""A take's page in the album."""

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from sameframe.access import Visit
from sameframe.pages import Pages
from sameframe.takes import Take


class TakePages(Pages):
    """The endpoints below /a/{album}/takes."""

    async def take(self, request: Request) -> Response:
        """Show one take, with what can be done with it."""
        visit, take = await self._take(request)
        page = f"/a/{visit.link}/takes/{take.id}"
        poster = None if take.poster is None else f"/a/{visit.link}/{take.id}/poster.webp"
        return self._shown(
            request,
            "take.html",
            album=visit.link,
            take=take,
            page=page,
            rules=visit.made(take.by),
            card=None,
            address=self._link(request, page),
            poster=poster and f"{poster}?{take.poster}",
        )

    async def qr(self, request: Request) -> Response:
        """Draw the link to the take's page as a QR code."""
        visit, take = await self._take(request)
        return self._qr(request, f"/a/{visit.link}/takes/{take.id}", "qr_take")

    async def _take(self, request: Request) -> tuple[Visit, Take]:
        visit, take = await self._access.visit(request), request.path_params["take"]
        found = await to_thread.run_sync(self._takes.one, visit.album, take, self._hub.now())
        return visit, found

"""Who comes to an album's pages, and what the host and guests may change there, by forms.

A browser shows what it may do by cookies that are valid below the album's link alone: the host's
token, the tokens of the guests it was, and the proof that the passphrase was said.
"""

from dataclasses import dataclass

from anyio import CapacityLimiter, to_thread
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sameframe import errors, rights, seats
from sameframe.bodies import fields
from sameframe.darkroom import Darkroom
from sameframe.hub import Hub
from sameframe.links import link, neighbourhood
from sameframe.rights import Found, Part
from sameframe.security import bearer, check_origin

_HOST, _GUEST, _OPENED = "sameframe_host", "sameframe_guest", "sameframe_open"
_SEVERAL = 8  # guests that one browser has been
_FORM_BYTES = 4096
_TRIES_PER_MINUTE = 10  # of one household, for one album
_HASHERS = 2  # at once: each takes 16 MB


@dataclass(frozen=True, slots=True)
class Visit:
    """One browser at one album; `tokens` are the guests' it has been, `open` is the way in."""

    album: str
    link: str
    tokens: tuple[str, ...]
    host: bool
    closed: bool
    open: bool

    def made(self, by: bytes) -> bool:
        """Tell whether this is the host, or the guest of whose token this is the digest."""
        return self.host or any(seats.matches(token, by) for token in self.tokens)


class Access:
    """The gate of /a, and the endpoints that change who may what."""

    def __init__(self, hub: Hub, darkroom: Darkroom, public_origin: str | None):
        self._hub, self._darkroom, self._rights = hub, darkroom, darkroom.rights
        self._public_origin = public_origin
        self._rate = FixedWindowRateLimiter(MemoryStorage())
        self._allowed = RateLimitItemPerMinute(_TRIES_PER_MINUTE)
        self._hashing = CapacityLimiter(_HASHERS)

    async def visit(self, request: Request, closed: bool = False) -> Visit:
        """Return who comes; raises UnknownAlbum, and PassphraseNeeded unless `closed` will do."""
        name = request.path_params["album"]
        found = await self._found(name)
        said, tokens = request.cookies.get(_OPENED, ""), _tokens(request)
        host = seats.matches(request.cookies.get(_HOST, ""), found.host)
        opened = found.opener is None or host or said == found.opener
        if not opened and tokens:
            opened = await self._was_here(found, tokens)
        if not opened and not closed:
            raise errors.PassphraseNeeded
        return Visit(found.album, name, tokens, host, found.opener is not None, opened)

    async def host(self, request: Request, sends: bool = True) -> Visit:
        """Return the host who comes, to change something if it `sends`; raises BadHostToken."""
        if sends:
            check_origin(request, self._public_origin)
        visit = await self.visit(request)
        if not visit.host:
            raise errors.BadHostToken
        return visit

    # --- asked by the room's page -------------------------------------------------------------

    async def rule(self, request: Request) -> Response:
        """Let the host's browser rule on these pages from now on."""
        check_origin(request, self._public_origin)
        name, token = request.path_params["album"], bearer(request)
        room = self._hub.album_room(name)
        if room is not None and seats.matches(token, room.host_digest):
            digests = seats.digest(room.name), room.host_digest
            await to_thread.run_sync(self._rights.begin, room.album, *digests, self._hub.now())
        await to_thread.run_sync(self._rights.ruled, name, token, self._hub.now())
        response = Response(status_code=204)
        self._remember(request, response, name, _HOST, token)
        return response

    async def join(self, request: Request) -> Response:
        """Let a guest's browser in, and know it again."""
        check_origin(request, self._public_origin)
        name, token = request.path_params["album"], bearer(request)
        if not await self._was_here(await self._found(name), (token,)):
            raise errors.BadGuestToken
        response = Response(status_code=204)
        tokens = [token, *(other for other in _tokens(request) if other != token)]
        self._remember(request, response, name, _GUEST, ".".join(tokens[:_SEVERAL]))
        return response

    # --- forms of the album's pages -----------------------------------------------------------

    async def open(self, request: Request) -> Response:
        """Let in whoever says the passphrase; raises BadPassphrase, TooManyTries."""
        check_origin(request, self._public_origin)
        name = request.path_params["album"]
        found, form = await self._found(name), await fields(request, _FORM_BYTES)
        back = RedirectResponse(_within(name, form.get("to", "")), 303)
        if found.lock is None or found.opener is None:
            return back
        if not await self._rate.hit(self._allowed, neighbourhood(request), found.album):
            raise errors.TooManyTries
        if not await to_thread.run_sync(
            rights.opens, form.get("passphrase", ""), found.lock, limiter=self._hashing
        ):
            raise errors.BadPassphrase
        self._remember(request, back, name, _OPENED, found.opener)
        return back

    async def close(self, request: Request) -> Response:
        """Require the passphrase of the host's form from now on, or none if it is empty."""
        visit = await self.host(request)
        form = await fields(request, _FORM_BYTES)
        said = "" if "none" in form else form.get("passphrase", "")
        await to_thread.run_sync(self._rights.close, visit.album, said, limiter=self._hashing)
        return RedirectResponse(f"/a/{visit.link}", 303)

    async def revoke(self, request: Request) -> Response:
        """Give the album a new link, tell its room, and lead the host there."""
        visit = await self.host(request)
        name = await to_thread.run_sync(self._rights.revoke, visit.album)
        self._hub.relink(visit.link, name)
        response = RedirectResponse(f"/a/{name}", 303)
        self._remember(request, response, name, _HOST, request.cookies[_HOST])
        if visit.tokens:
            self._remember(request, response, name, _GUEST, ".".join(visit.tokens))
        return response

    async def delete(self, request: Request) -> Response:
        """Delete a shot, for the host or for the only one it shows."""
        visit, shot = await self._sender(request), request.path_params["shot"]
        if not visit.host and await self.part(visit, shot) != "alone":
            raise errors.BadHostToken
        await to_thread.run_sync(self._darkroom.delete, visit.album, shot)
        return RedirectResponse(f"/a/{visit.link}", 303)

    async def ask(self, request: Request) -> Response:
        """Ask the host to delete a shot that shows this guest with others."""
        visit, shot = await self._sender(request), request.path_params["shot"]
        await to_thread.run_sync(self._rights.ask, visit.album, shot, visit.tokens, self._hub.now())
        return RedirectResponse(f"/a/{visit.link}/{shot}", 303)

    async def keep(self, request: Request) -> Response:
        """Say for the host that a shot stays, whoever asked."""
        visit, shot = await self.host(request), request.path_params["shot"]
        await to_thread.run_sync(self._rights.keep, visit.album, shot, self._hub.now())
        return RedirectResponse(f"/a/{visit.link}", 303)

    async def part(self, visit: Visit, shot: str) -> Part | None:
        """Return how a shot shows whoever visits; raises UnknownShot."""
        if not visit.tokens:
            return None
        now = self._hub.now()
        return await to_thread.run_sync(self._rights.part, visit.album, shot, visit.tokens, now)

    async def asked(self, visit: Visit) -> dict[str, int]:
        """Return what the host is asked to delete, and by how many."""
        if not visit.host:
            return {}
        return await to_thread.run_sync(self._rights.asked, visit.album, self._hub.now())

    # --- parts --------------------------------------------------------------------------------

    async def _sender(self, request: Request) -> Visit:
        check_origin(request, self._public_origin)
        return await self.visit(request)

    async def _found(self, name: str) -> Found:
        try:
            return await to_thread.run_sync(self._rights.find, name, self._hub.now())
        except errors.UnknownAlbum:
            # Nobody has pressed the shutter in its room yet, or all that was there has expired.
            room = self._hub.album_room(name)
            if room is None:
                raise
            return Found(room.album, room.host_digest, None)

    async def _was_here(self, found: Found, tokens: tuple[str, ...]) -> bool:
        room = self._hub.room_of(found.album)
        if room is not None and any(room.recognised(token) != (None, None) for token in tokens):
            return True
        return await to_thread.run_sync(self._rights.knows, found.album, tokens)

    def _remember(
        self, request: Request, response: Response, name: str, key: str, value: str
    ) -> None:
        response.set_cookie(
            key,
            value,
            path=f"/a/{name}",
            httponly=True,
            # Whoever follows the album's link from a chat is known; only the host's is never sent.
            samesite="strict" if key == _HOST else "lax",
            secure=link(request, "", self._public_origin).startswith("https:"),
        )


def _tokens(request: Request) -> tuple[str, ...]:
    said = request.cookies.get(_GUEST, "")
    return tuple(token for token in said.split(".")[:_SEVERAL] if token)


def _within(name: str, path: str) -> str:
    """Return the path if it is one of this album's, else the album's own."""
    own = f"/a/{name}"
    return path if path.startswith(f"{own}/") and path.isascii() and path.isprintable() else own

"""Takes over HTTP: uploaded by tus 1.0 (core, creation, checksum), played with ranges.

tus as a take is large and networks break: the browser asks how much has come and goes on there.
A guest in the room uploads takes with the guest's token, an album's page cuts of them by cookies.
"""

import base64
import hashlib
import re
from binascii import Error as NoBase64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from sameframe import errors, ids, pictures, seats
from sameframe.access import Access, Visit
from sameframe.album import folder
from sameframe.bodies import body
from sameframe.hub import Hub
from sameframe.security import bearer, check_origin
from sameframe.storage import Storage
from sameframe.takes import PIECE, Announced, Take, Takes

PIECE_S = 120
POSTER_BYTES = 2 * 1024 * 1024
_TUS = {"tus-resumable": "1.0.0", "cache-control": "no-store"}
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")


class TakesHttp:
    """The endpoints of takes."""

    def __init__(
        self, hub: Hub, takes: Takes, storage: Storage, access: Access, public_origin: str | None
    ):
        self._hub, self._takes, self._storage, self._access = hub, takes, storage, access
        self._public_origin = public_origin
        self._busy: set[str] = set()

    # --- uploading ---------------------------------------------------------------------------

    async def announce(self, request: Request) -> Response:
        """Make room for a take of a guest who is in the room."""
        self._from_a_page_of_ours(request)
        room = self._hub.find(request.path_params["room"])
        token = bearer(request)
        seat, memory = room.recognised(token or None)
        if seat is None and memory is None:
            raise errors.BadGuestToken
        new = _announced(
            request,
            album=room.album,
            room=seats.digest(room.name),
            host=room.host_digest,
            by=seats.digest(token),
        )
        await to_thread.run_sync(self._takes.announce, new, self._hub.now())
        return Response(status_code=201, headers=_TUS | {"location": f"/api/takes/{new.take}"})

    async def announce_cut(self, request: Request) -> Response:
        """Make room for a cut of a take."""
        album, take = await self._maker(request)
        # The album is there, so nobody asks for its keys.
        new = _announced(request, album=album, room=b"", host=b"", by=take.by, cut_of=take.id)
        await to_thread.run_sync(self._takes.announce_cut, new, self._hub.now())
        location = f"{request.url.path}/{new.take}"
        return Response(status_code=201, headers=_TUS | {"location": location})

    async def progress(self, request: Request) -> Response:
        """Say how much has come of a take."""
        return await self._progress(request.path_params["take"], seats.digest(bearer(request)))

    async def progress_of_cut(self, request: Request) -> Response:
        """Say how much has come of a cut."""
        _, take = await self._maker(request, sends=False)
        return await self._progress(request.path_params["cut"], take.by)

    async def append(self, request: Request) -> Response:
        """Take the next piece of a take."""
        self._from_a_page_of_ours(request)
        take = request.path_params["take"]
        return await self._append(request, take, seats.digest(bearer(request)))

    async def append_to_cut(self, request: Request) -> Response:
        """Take the next piece of a cut."""
        _, take = await self._maker(request)
        return await self._append(request, request.path_params["cut"], take.by)

    async def put_poster(self, request: Request) -> Response:
        """Keep a take's picture, encoded anew."""
        self._from_a_page_of_ours(request)
        take, by = request.path_params["take"], seats.digest(bearer(request))
        await to_thread.run_sync(self._takes.progress, take, by, self._hub.now())
        return await self._put_poster(request, take)

    async def choose_poster(self, request: Request) -> Response:
        """Keep another picture of a take in the album."""
        _, take = await self._maker(request)
        return await self._put_poster(request, take.id)

    async def _progress(self, take: str, by: bytes) -> Response:
        come, size, kept = await to_thread.run_sync(self._takes.progress, take, by, self._hub.now())
        if come == size and not kept:
            # The server was killed after the last piece: whoever hears that all has come, is done.
            with self._alone(take):
                await to_thread.run_sync(self._takes.complete, take)
        headers = {"upload-offset": str(come), "upload-length": str(size)}
        return Response(headers=_TUS | headers)

    async def _append(self, request: Request, take: str, by: bytes) -> Response:
        """Add a piece; the last one is answered once the whole is checked and kept."""
        with self._alone(take):
            come, size, _ = await to_thread.run_sync(
                self._takes.progress, take, by, self._hub.now()
            )
            if request.headers.get("upload-offset") != str(come) or come == size:
                raise errors.BadOffset
            piece = await body(request, min(PIECE, size - come), PIECE_S, errors.TakeTooLarge)
            await to_thread.run_sync(_verify, request.headers.get("upload-checksum"), piece)
            come = await to_thread.run_sync(self._takes.append, take, come, piece)
            if come == size:
                await to_thread.run_sync(self._takes.complete, take)
        return Response(status_code=204, headers=_TUS | {"upload-offset": str(come)})

    async def _put_poster(self, request: Request, take: str) -> Response:
        data = await body(request, POSTER_BYTES, PIECE_S, errors.TakeTooLarge)
        webp = await to_thread.run_sync(pictures.poster, data)
        await to_thread.run_sync(self._takes.put_poster, take, webp, self._hub.now())
        return Response(status_code=204)

    @contextmanager
    def _alone(self, take: str) -> Iterator[None]:
        """Let one request at a time work at a take; raises BadOffset, and browsers come again."""
        if take in self._busy:
            raise errors.BadOffset
        self._busy.add(take)
        try:
            yield
        finally:
            self._busy.discard(take)

    async def _maker(self, request: Request, sends: bool = True) -> tuple[str, Take]:
        """Return the album and a take to the host, and to whoever recorded it; raises NotYours."""
        if sends:
            check_origin(request, self._public_origin)
        visit = await self._access.visit(request)
        take = await self._one(visit, request)
        if not visit.made(take.by):
            raise errors.NotYours
        return visit.album, take

    async def _one(self, visit: Visit, request: Request) -> Take:
        take = request.path_params["take"]
        return await to_thread.run_sync(self._takes.one, visit.album, take, self._hub.now())

    def _from_a_page_of_ours(self, request: Request) -> None:
        if "origin" in request.headers:
            check_origin(request, self._public_origin)

    # --- in the album ------------------------------------------------------------------------

    async def film(self, request: Request) -> Response:
        """Play a take, or the part of it that is asked for.

        What was cut off is for the host and for whoever recorded it; others are led to the cut.
        """
        visit, asked = await self._access.visit(request), request.path_params["take"]
        take = await self._one(visit, request)
        found = take.film if asked == take.film.id else take.whole
        if found is not take.film and not visit.made(take.by):
            led = f"/a/{visit.link}/{take.film.file}"
            return RedirectResponse(led, 302, {"cache-control": "private, no-cache"})
        start, end = _span(request.headers.get("range", ""), found.size)
        headers = {
            "accept-ranges": "bytes",
            "cache-control": "private, max-age=86400, immutable",
            "content-disposition": f'inline; filename="{take.name}.mp4"',
        }
        if start >= end:
            return Response(status_code=416, headers={"content-range": f"bytes */{found.size}"})
        whole = "range" not in request.headers or (start, end) == (0, found.size)
        if not whole:
            headers["content-range"] = f"bytes {start}-{end - 1}/{found.size}"
        headers["content-length"] = str(end - start)
        path = f"{folder(visit.album, found.id)}take.mp4"
        pieces = await self._storage.span(path, start, end)
        return StreamingResponse(pieces, 200 if whole else 206, headers, media_type="video/mp4")

    async def poster(self, request: Request) -> Response:
        """Send a take's picture."""
        visit = await self._access.visit(request)
        take = await self._one(visit, request)
        path = f"{folder(visit.album, take.id)}poster.webp"
        webp = await to_thread.run_sync(self._storage.get, path)
        headers = {"cache-control": "private, max-age=86400, immutable"}
        return Response(webp, headers=headers, media_type="image/webp")

    async def delete(self, request: Request) -> Response:
        """Delete a take by its maker's form, and show the album again."""
        album, take = await self._maker(request)
        await to_thread.run_sync(self._takes.delete, album, take.id)
        return RedirectResponse(f"/a/{request.path_params['album']}", 303)

    async def uncut(self, request: Request) -> Response:
        """Show the whole of a take again by its maker's form."""
        album, take = await self._maker(request)
        await to_thread.run_sync(self._takes.uncut, album, take.id)
        return RedirectResponse(f"/a/{request.path_params['album']}/takes/{take.id}", 303)


def _announced(request: Request, **known: Any) -> Announced:
    """Return what a tus creation announces, beside what we know ourselves; raises BadTake."""
    told = _metadata(request.headers.get("upload-metadata", ""))
    size = request.headers.get("upload-length", "")
    try:
        new = Announced(
            take=ids.take_id(),
            size=int(size) if size.isdecimal() and len(size) < 16 else 0,
            sha256=bytes.fromhex(told["sha256"]),
            width=_within(told["width"], 1, 8192),
            height=_within(told["height"], 1, 8192),
            length_ms=_within(told["ms"], 0, 86_400_000),
            **known,
        )
    except (KeyError, ValueError):
        raise errors.BadTake from None
    if len(new.sha256) != 32:
        raise errors.BadTake
    return new


def _metadata(header: str) -> dict[str, str]:
    """Return tus's metadata: keys, each with a value in base64."""
    told = {}
    for pair in header[:2_000].split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            told[key] = base64.b64decode(value, validate=True).decode()
        except (NoBase64, UnicodeDecodeError):
            raise errors.BadTake from None
    return told


def _verify(checksum: str | None, piece: bytes) -> None:
    """Compare a piece with its checksum, `sha256` and the digest in base64, where one was sent."""
    if checksum is None:
        return
    algorithm, _, told = checksum.partition(" ")
    if algorithm != "sha256":
        raise errors.BadTake
    if told.encode() != base64.b64encode(hashlib.sha256(piece).digest()):
        raise errors.PieceDamaged


def _within(text: str, least: int, most: int) -> int:
    value = int(text[:12])
    if not least <= value <= most:
        raise ValueError(text)
    return value


def _span(header: str, size: int) -> tuple[int, int]:
    """Return first byte and end of the one range that is asked for; of several, everything."""
    asked = _RANGE.fullmatch(header)
    if asked is None or asked[1] == asked[2] == "":
        return 0, size
    if asked[1] == "":
        return max(0, size - int(asked[2])), size if int(asked[2]) else 0
    end = min(size, int(asked[2]) + 1) if asked[2] else size
    return int(asked[1]), end

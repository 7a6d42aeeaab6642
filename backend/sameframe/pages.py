"""An album's pages: made by the server, whole without JavaScript; and its files to download."""

import hashlib
import re
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import structlog
from anyio import to_thread
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from zipstream import ZipStream

from sameframe import errors, texts
from sameframe.album import Item, Page, print_file
from sameframe.darkroom import Darkroom
from sameframe.hub import Hub
from sameframe.links import link, qr_code
from sameframe.security import bearer, check_origin
from sameframe.takes import Takes

_FOLDER = Path(__file__).parent / "templates"
_STYLE = (_FOLDER / "album.css").read_bytes()
_STYLE_MARK = hashlib.sha256(_STYLE).hexdigest()[:12]
_FOR_EVER = "public, max-age=31536000, immutable"
# A print's file never changes under its number, but it can be deleted: not kept for long.
_FOR_A_DAY = "private, max-age=86400, immutable"
_ASK_AGAIN = "private, no-cache"
_REFRESH_S = 5  # while a print is on its way
_FILE = re.compile(r"([1-9][0-9]{0,8})\.(jpg|png|webp)")
_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_HOST = "sameframe_host"  # the cookie by which a host's browser may delete

log = structlog.get_logger()


class Pages:
    """The endpoints below /a."""

    def __init__(self, hub: Hub, darkroom: Darkroom, takes: Takes, public_origin: str | None):
        self._hub, self._darkroom, self._takes = hub, darkroom, takes
        self._albums, self._storage = darkroom.albums, darkroom.storage
        self._public_origin = public_origin
        self._templates = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    async def style(self, request: Request) -> Response:
        """Serve the pages' style."""
        return Response(_STYLE, media_type="text/css", headers={"cache-control": _FOR_EVER})

    async def album(self, request: Request) -> Response:
        """Show the album, newest first, a page at a time."""
        album = request.path_params["album"]
        before = request.query_params.get("before", "")
        page = await self._page(album, float(before) if before.isdecimal() else None)
        spoken = _spoken(request)
        days = [
            (texts.day(_local(when), spoken), list(items))
            for when, items in groupby(page.items, lambda item: _midnight(item.at))
        ]
        until = None if page.expires is None else texts.day(_local(page.expires), spoken)
        takes = [] if before else await to_thread.run_sync(self._takes.of, album)
        coming = any(item.print is None for item in page.items)
        return self._shown(
            request,
            "album.html",
            album=album,
            days=days,
            takes=takes,
            rules=bool(takes) and await self.rules(request),
            older=None if page.older is None else int(page.older),
            first=not before,
            until=until,
            refresh_s=_REFRESH_S if coming and not before else None,
        )

    async def picture(self, request: Request) -> Response:
        """Show one print, with what can be done with it."""
        album, shot = request.path_params["album"], request.path_params["shot"]
        items = await to_thread.run_sync(self._albums.all, album, self._hub.now())
        at = next((at for at, item in enumerate(items) if item.shot == shot), None)
        if at is None:
            raise errors.UnknownShot
        return self._shown(
            request,
            "picture.html",
            album=album,
            item=items[at],
            newer=items[at + 1].shot if at + 1 < len(items) else None,
            older=items[at - 1].shot if at else None,
            rules=await self.rules(request),
        )

    async def file(self, request: Request) -> Response:
        """Send a print's file; an earlier print's name leads to the newest."""
        album, shot = request.path_params["album"], request.path_params["shot"]
        named = _FILE.fullmatch(request.path_params["file"])
        if named is None:
            raise errors.NotFound
        number, kind = int(named[1]), named[2]
        item = await to_thread.run_sync(self._albums.item, album, shot, self._hub.now())
        if number != item.print.number:
            newest = f"/a/{album}/{shot}/{item.print.number}.{kind}"
            return RedirectResponse(newest, 302, {"cache-control": _ASK_AGAIN})
        size, pieces = await self._storage.stream(print_file(album, shot, number, kind))
        headers = {
            "content-length": str(size),
            "cache-control": _FOR_A_DAY,
            "content-disposition": f'inline; filename="{_name(item)}.{kind}"',
        }
        return StreamingResponse(pieces, headers=headers, media_type=_TYPES[kind])

    async def qr(self, request: Request) -> Response:
        """Draw the link to one print's page as a QR code."""
        album, shot = request.path_params["album"], request.path_params["shot"]
        item = await to_thread.run_sync(self._albums.item, album, shot, self._hub.now())
        drawing = qr_code(
            link(request, item.print.page, self._public_origin), _texts(request)["qr"]
        )
        headers = {"cache-control": _ASK_AGAIN}
        return Response(drawing, media_type="image/svg+xml", headers=headers)

    async def everything(self, request: Request) -> Response:
        """Stream all prints as one ZIP, file by file."""
        album = request.path_params["album"]
        items = await to_thread.run_sync(self._albums.all, album, self._hub.now())
        archive = ZipStream(sized=True)
        for item in items:
            file = print_file(album, item.shot, item.print.number, "jpg")
            archive.add(self._storage.chunks(file), f"{_name(item)}.jpg", size=item.jpeg_bytes)
        headers = {
            "content-length": str(len(archive)),
            "cache-control": _ASK_AGAIN,
            "content-disposition": 'attachment; filename="sameframe-album.zip"',
        }
        return StreamingResponse(archive, headers=headers, media_type="application/zip")

    async def rule(self, request: Request) -> Response:
        """Let the host's browser delete on these pages from now on; asked by the room's page."""
        album = request.path_params["album"]
        check_origin(request, self._public_origin)
        token = bearer(request)
        if not await to_thread.run_sync(self._albums.rules, album, token, self._hub.now()):
            raise errors.BadHostToken
        response = Response(status_code=204)
        response.set_cookie(
            _HOST,
            token,
            path=f"/a/{album}",
            httponly=True,
            samesite="strict",
            secure=link(request, "", self._public_origin).startswith("https:"),
        )
        return response

    async def delete(self, request: Request) -> Response:
        """Delete a shot by the host's form, and show the album again."""
        album, shot = request.path_params["album"], request.path_params["shot"]
        check_origin(request, self._public_origin)
        if not await self.rules(request):
            raise errors.BadHostToken
        await to_thread.run_sync(self._darkroom.delete, album, shot)
        return RedirectResponse(f"/a/{album}", 303)

    async def gone(self, request: Request, error: errors.SameframeError) -> Response:
        """Say that there is nothing (any more)."""
        log.info("refused", code=error.code)
        return self._shown(request, "gone.html", status=error.status)

    async def _page(self, album: str, before: float | None) -> Page:
        try:
            return await to_thread.run_sync(self._albums.page, album, self._hub.now(), before)
        except errors.UnknownAlbum:
            # Nobody has pressed the shutter in its room yet.
            if self._hub.album_room(album) is None:
                raise
            return Page([], older=None, expires=None)

    async def rules(self, request: Request) -> bool:
        """Tell whether this browser is the host's, who may delete."""
        token = request.cookies.get(_HOST, "")
        return bool(token) and await to_thread.run_sync(
            self._albums.rules, request.path_params["album"], token, self._hub.now()
        )

    def _shown(self, request: Request, name: str, status: int = 200, **values: Any) -> Response:
        spoken = _spoken(request)
        html = self._templates.get_template(name).render(
            t=texts.TEXTS[spoken], lang=spoken, style=f"/a/{_STYLE_MARK}.css", time=_time, **values
        )
        headers = {
            "cache-control": _ASK_AGAIN,
            "vary": "Accept-Language, Cookie",
            # The link is the key.
            "x-robots-tag": "noindex, nofollow",
        }
        return Response(html, status, headers, media_type="text/html")


def _spoken(request: Request) -> str:
    return texts.language(request.headers.get("accept-language", ""))


def _texts(request: Request) -> dict[str, str]:
    return texts.TEXTS[_spoken(request)]


def _local(ms: float) -> datetime:
    """Return the moment on the server's own clock: without JavaScript no other is known."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone()


def _midnight(ms: float) -> float:
    local = _local(ms)
    return local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000


def _time(ms: float) -> str:
    return f"{_local(ms):%H:%M}"


def _name(item: Item) -> str:
    """Return what a downloaded file is called: two shots are a second apart at least."""
    return f"sameframe-{_local(item.at):%Y%m%d-%H%M%S}"

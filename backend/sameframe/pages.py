"""An album's pages: made by the server, whole without JavaScript; and its files to download."""

import hashlib
import re
from datetime import UTC, datetime
from itertools import groupby
from math import inf
from pathlib import Path
from typing import Any

import structlog
from anyio import CapacityLimiter, to_thread
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from zipstream import ZipStream

from sameframe import cards, errors, texts
from sameframe.access import Access, Visit
from sameframe.album import Page, folder, print_file
from sameframe.assets import built
from sameframe.darkroom import Darkroom
from sameframe.hub import Hub
from sameframe.links import link, qr_code
from sameframe.moments import local
from sameframe.news import Item
from sameframe.sheets.records import SheetItem, sheet_file
from sameframe.takes import Takes

_FOLDER = Path(__file__).parent / "templates"
_ENTRY = "src/ui/album/album.ts"  # the pages' style and script, as the build knows them
# A print's file never changes under its number, but it can be deleted: not kept for long.
_FOR_A_DAY = "private, max-age=86400, immutable"
_ASK_AGAIN = "private, no-cache"
_LIVE_S = 3  # how soon a page of a party that goes on looks for news
_CARDS = 2  # at once: one decodes 25 MB
PAPERS = ("10x15", "13x18", "a4")
_FILE = re.compile(r"([1-9][0-9]{0,8})\.(jpg|png|webp|gif|moving\.webp)")
_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "moving.webp": "image/webp",
}

log = structlog.get_logger()


class Pages:
    """The endpoints below /a."""

    def __init__(
        self,
        hub: Hub,
        darkroom: Darkroom,
        takes: Takes,
        static: Path,
        access: Access,
        public: str | None,
    ):
        self._hub, self._darkroom, self._takes = hub, darkroom, takes
        self._static, self._access = static, access
        self._albums, self._storage = darkroom.albums, darkroom.storage
        self._bindery, self._sheets = darkroom.bindery, darkroom.bindery.records
        self._public_origin = public
        self._drawing = CapacityLimiter(_CARDS)
        self._templates = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {"time": _time, "iso": _iso, "length": _length}

    async def album(self, request: Request) -> Response:
        """Show the album, newest first, a page at a time."""
        visit = await self._access.visit(request)
        before = request.query_params.get("before", "")
        page = await self._page(visit, float(before) if before.isdecimal() else None)
        spoken = _spoken(request)
        until = float(before) if before.isdecimal() else inf
        shown = await self._with_sheets(visit.album, page, until)
        days = [
            (when, texts.day(local(when), spoken), list(items))
            for when, items in groupby(shown, lambda item: _midnight(item.at))
        ]
        until = None if page.expires is None else texts.day(local(page.expires), spoken)
        live = self._hub.room_of(visit.album) or any(item.print is None for item in page.items)
        newest = next((item.print for item in page.items if item.print), None)
        takes = []
        if not before:
            takes = await to_thread.run_sync(self._takes.of, visit.album, self._hub.now())
        return self._shown(
            request,
            "album.html",
            album=visit.link,
            visit=visit,
            asked=await self._access.asked(visit),
            days=days,
            takes=takes,
            older=None if page.older is None else int(page.older),
            first=not before,
            until=until,
            expires=page.expires,
            live_s=_LIVE_S if live and not before else None,
            card=self._link(request, f"/a/{visit.link}/card.jpg") if newest else None,
            address=self._link(request, f"/a/{visit.link}"),
        )

    async def picture(self, request: Request) -> Response:
        """Show one print, with what can be done with it."""
        visit, shot = await self._access.visit(request), request.path_params["shot"]
        item, newer, older = await to_thread.run_sync(
            self._albums.view, visit.album, shot, self._hub.now()
        )
        paper = request.query_params.get("paper")
        live = self._hub.room_of(visit.album) is not None and item.fills
        return self._shown(
            request,
            "picture.html",
            album=visit.link,
            item=item,
            newer=newer,
            older=older,
            papers=PAPERS,
            paper=paper if paper in PAPERS else PAPERS[0],
            card=self._link(request, f"{item.print.page}/card.jpg"),
            address=self._link(request, item.print.page),
            rules=visit.host,
            part=await self._access.part(visit, shot),
            live_s=_LIVE_S if live else None,
        )

    async def file(self, request: Request) -> Response:
        """Send a print's file; an earlier print's name leads to the newest."""
        visit, shot = await self._access.visit(request), request.path_params["shot"]
        named = _FILE.fullmatch(request.path_params["file"])
        if named is None:
            raise errors.NotFound
        number, kind = int(named[1]), named[2]
        item = await to_thread.run_sync(self._albums.item, visit.album, shot, self._hub.now())
        if number != item.print.number:
            newest = f"/a/{visit.link}/{shot}/{item.print.number}.{kind}"
            return RedirectResponse(newest, 302, {"cache-control": _ASK_AGAIN})
        size, pieces = await self._storage.stream(print_file(visit.album, shot, number, kind))
        headers = {
            "content-length": str(size),
            "cache-control": _FOR_A_DAY,
            "content-disposition": f'inline; filename="{_name(item)}.{kind}"',
        }
        return StreamingResponse(pieces, headers=headers, media_type=_TYPES[kind])

    async def card(self, request: Request) -> Response:
        """Draw what a messenger shows beside the link: this print, or the album's newest.

        Of a closed album everyone sees the same, lest a messenger that was let in keeps a print.
        """
        visit, shot = (
            await self._access.visit(request, closed=True),
            request.path_params.get("shot"),
        )
        item = None
        if not visit.closed and shot is None:
            page = await self._page(visit, None)
            item = next((item for item in page.items if item.print), None)
        elif not visit.closed:
            item = await to_thread.run_sync(self._albums.item, visit.album, shot, self._hub.now())
        drawn = await to_thread.run_sync(self._card, visit.album, item, limiter=self._drawing)
        return Response(drawn, media_type="image/jpeg", headers={"cache-control": _ASK_AGAIN})

    def _card(self, album: str, item: Item | None) -> bytes:
        if item is None:
            return cards.of_nobody(self._static / "backgrounds")
        file = print_file(album, item.shot, item.print.number, "jpg")
        return cards.of_print(self._storage.get(file))

    async def qr(self, request: Request) -> Response:
        """Draw the link to one print's page as a QR code."""
        visit, shot = await self._access.visit(request), request.path_params["shot"]
        item = await to_thread.run_sync(self._albums.item, visit.album, shot, self._hub.now())
        return self._qr(request, item.print.page, "qr")

    def _qr(self, request: Request, path: str, title: str) -> Response:
        drawing = qr_code(self._link(request, path), _texts(request)[title])
        headers = {"cache-control": _ASK_AGAIN}
        return Response(drawing, media_type="image/svg+xml", headers=headers)

    async def everything(self, request: Request) -> Response:
        """Stream all prints and takes as one ZIP, file by file."""
        album = (await self._access.visit(request)).album
        items = await to_thread.run_sync(self._albums.all, album, self._hub.now())
        archive = ZipStream(sized=True)
        for item in items:
            kind, size = ("gif", item.gif_bytes) if item.motion else ("jpg", item.jpeg_bytes)
            file = print_file(album, item.shot, item.print.number, kind)
            archive.add(self._storage.chunks(file), f"{_name(item)}.{kind}", size=size)
        for sheet in await to_thread.run_sync(self._sheets.all, album, self._hub.now()):
            file = sheet_file(album, sheet.sheet, sheet.print.number, "jpg")
            archive.add(self._storage.chunks(file), f"{sheet.name}.jpg", size=sheet.jpeg_bytes)
        for take in await to_thread.run_sync(self._takes.of, album, self._hub.now()):
            file = f"{folder(album, take.film.id)}take.mp4"
            archive.add(self._storage.chunks(file), f"{take.name}.mp4", size=take.film.size)
        headers = {
            "content-length": str(len(archive)),
            "cache-control": _ASK_AGAIN,
            "content-disposition": 'attachment; filename="sameframe-album.zip"',
        }
        return StreamingResponse(archive, headers=headers, media_type="application/zip")

    async def closed(self, request: Request, error: errors.SameframeError) -> Response:
        """Ask for the passphrase, (again) after a wrong one or too many."""
        log.info("refused", code=error.code)
        name = request.path_params["album"]
        asks = isinstance(error, errors.PassphraseNeeded) and request.method == "GET"
        return self._shown(
            request,
            "closed.html",
            status=error.status,
            album=name,
            to=request.url.path if asks else "",
            wrong=None if isinstance(error, errors.PassphraseNeeded) else error.code,
            card=self._link(request, f"/a/{name}/card.jpg"),
            address=self._link(request, f"/a/{name}"),
        )

    async def gone(self, request: Request, error: errors.SameframeError) -> Response:
        """Say that there is nothing (any more)."""
        log.info("refused", code=error.code)
        return self._shown(request, "gone.html", status=error.status, why="gone")

    async def hosts(self, request: Request, error: errors.SameframeError) -> Response:
        """Say that what is here is the host's."""
        log.info("refused", code=error.code)
        return self._shown(request, "gone.html", status=error.status, why="hosts")

    async def _page(self, visit: Visit, before: float | None) -> Page:
        try:
            return await to_thread.run_sync(self._albums.page, visit.album, self._hub.now(), before)
        except errors.UnknownAlbum:
            # Nobody has pressed the shutter in its room yet.
            return Page([], older=None, expires=None)

    async def _with_sheets(self, album: str, page: Page, before: float) -> list[Item | SheetItem]:
        """Return what a page of the album shows: its shots, and the sheets of their time."""
        if not page.items:
            return []
        since = page.older or -inf
        sheets = await to_thread.run_sync(self._sheets.all, album, self._hub.now())
        mine = [sheet for sheet in sheets if since <= sheet.at < before]
        # A sheet is as old as the last of its shots, and comes before it.
        return sorted([*mine, *page.items], key=lambda item: -item.at)

    def _link(self, request: Request, path: str) -> str:
        return link(request, path, self._public_origin)

    def _shown(self, request: Request, name: str, status: int = 200, **values: Any) -> Response:
        spoken = _spoken(request)
        html = self._templates.get_template(name).render(
            t=texts.TEXTS[spoken],
            lang=spoken,
            built=built(self._static, _ENTRY),
            **values,
        )
        mark = f'"{hashlib.sha256(html.encode()).hexdigest()[:16]}"'
        headers = {
            "cache-control": _ASK_AGAIN,
            "vary": "Accept-Language, Cookie",
            "etag": mark,
            # The link is the key.
            "x-robots-tag": "noindex, nofollow",
        }
        if status == 200 and request.headers.get("if-none-match") == mark:
            return Response(status_code=304, headers=headers)
        return Response(html, status, headers, media_type="text/html")


def _spoken(request: Request) -> str:
    return texts.language(request.headers.get("accept-language", ""))


def _texts(request: Request) -> dict[str, str]:
    return texts.TEXTS[_spoken(request)]


# Moments are shown by the server's own clock: without JavaScript no other is known.


def _midnight(ms: float) -> float:
    return local(ms).replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000


def _time(ms: float) -> str:
    return f"{local(ms):%H:%M}"


def _iso(ms: float) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds")


def _length(ms: float) -> str:
    minutes, seconds = divmod(int(ms / 1000), 60)  # as players count
    return f"{minutes}:{seconds:02}"


def _name(item: Item) -> str:
    """Return what a downloaded file is called: a burst's shots are less than a second apart."""
    tenth = int(item.at) // 100 % 10
    return f"sameframe-{local(item.at):%Y%m%d-%H%M%S}-{tenth}"

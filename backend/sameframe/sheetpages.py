"""A sheet's page in the album, its files, and what the host may do with it."""

import re
from typing import get_args

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from sameframe import errors
from sameframe.access import Visit
from sameframe.bodies import EDIT_BYTES, fields
from sameframe.pages import Pages
from sameframe.sheets.records import CAPTION_MAX, Design, SheetItem, sheet_file
from sameframe.sheets.template import Paper, Template

_FILE = re.compile(r"([1-9][0-9]{0,8})\.(jpg|png|webp|pdf)")
_FOR_A_DAY = "private, max-age=86400, immutable"  # as a print's
_ASK_AGAIN = "private, no-cache"
_AGAIN_S = 3  # while the sheet is made anew
_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
}


class SheetPages(Pages):
    """The endpoints below /a/{album}/sheets."""

    async def sheet(self, request: Request) -> Response:
        """Show one sheet, with what can be done with it."""
        visit, item = await self._item(request)
        templates = self._sheets.templates
        return self._shown(
            request,
            "sheet.html",
            album=visit.link,
            item=item,
            rules=visit.host,
            card=None,
            address=self._link(request, item.print.page),
            templates=sorted(templates.values(), key=lambda one: one.shots),
            order=[item.design.order[n % len(item.design.order)] for n in range(_most(templates))],
            papers=get_args(Paper),
            caption_max=CAPTION_MAX,
            live_s=_AGAIN_S if item.developing else None,
        )

    async def edit(self, request: Request) -> Response:
        """Give a sheet another design by the host's form, and show it again."""
        album, sheet = (await self._access.host(request)).album, request.path_params["sheet"]
        _, item = await self._item(request)
        asked = await fields(request, EDIT_BYTES)
        if (way := asked.get("do")) in ("undo", "redo"):
            await to_thread.run_sync(self._bindery.move, album, sheet, way)
        else:
            design = _asked(asked, self._sheets.templates, item.count)
            await to_thread.run_sync(self._bindery.change, album, sheet, design)
        return RedirectResponse(item.print.page, 303)

    async def file(self, request: Request) -> Response:
        """Send a sheet's file; an earlier print's name leads to the newest."""
        named = _FILE.fullmatch(request.path_params["file"])
        if named is None:
            raise errors.NotFound
        visit, item = await self._item(request)
        number, kind = int(named[1]), named[2]
        if number != item.print.number:
            newest = f"{item.print.page}/{item.print.number}.{kind}"
            return RedirectResponse(newest, 302, {"cache-control": _ASK_AGAIN})
        path = sheet_file(visit.album, item.sheet, number, kind)
        size, pieces = await self._storage.stream(path)
        headers = {
            "content-length": str(size),
            "cache-control": _FOR_A_DAY,
            "content-disposition": f'inline; filename="{item.name}.{kind}"',
        }
        return StreamingResponse(pieces, headers=headers, media_type=_TYPES[kind])

    async def qr(self, request: Request) -> Response:
        """Draw the link to the sheet's page as a QR code."""
        _, item = await self._item(request)
        return self._qr(request, item.print.page, "qr")

    async def delete(self, request: Request) -> Response:
        """Delete a sheet by the host's form, and show the album again."""
        visit = await self._access.host(request)
        await to_thread.run_sync(self._bindery.delete, visit.album, request.path_params["sheet"])
        return RedirectResponse(f"/a/{visit.link}", 303)

    async def _item(self, request: Request) -> tuple[Visit, SheetItem]:
        visit, sheet = await self._access.visit(request), request.path_params["sheet"]
        item = await to_thread.run_sync(self._sheets.item, visit.album, sheet, self._hub.now())
        return visit, item


def _most(templates: dict[str, Template]) -> int:
    """Return how many shots the largest template takes."""
    return max(template.shots for template in templates.values())


def _asked(asked: dict[str, str], templates: dict[str, Template], count: int) -> Design:
    template = templates.get(asked.get("template", ""))
    if template is None:
        raise errors.UnknownTemplate
    try:
        order = [int(asked[f"shot{n}"]) for n in range(template.shots)]
    except (KeyError, ValueError) as fault:
        raise errors.BadForm(str(fault)) from fault
    return Design.asked(template, order, asked.get("paper", ""), asked.get("caption", ""), count)

"""The bindery: where a series' shots become its sheet, between records, files and jobs.

Everything here blocks: it is called from threads and jobs.
"""

import io
from collections.abc import Callable
from typing import Literal

import structlog
from PIL import Image

from sameframe import errors, wire
from sameframe.album import folder
from sameframe.grounds import Grounds
from sameframe.jobs import Jobs
from sameframe.moments import local
from sameframe.proproom import PropRoom
from sameframe.rooms import Snapshot
from sameframe.sheets import drawing
from sameframe.sheets.drawing import Shown
from sameframe.sheets.pdf import pdf
from sameframe.sheets.records import (
    Design,
    SheetChange,
    SheetOrder,
    SheetRecords,
    Source,
    sheet_file,
)
from sameframe.sheets.template import DPI
from sameframe.storage import Storage

KINDS = ("jpg", "png", "pdf", "webp")
PROPS_HEIGHT = 1440  # px of the picture that props are drawn for
PREVIEW = (640, 960)  # px, which it fits into

log = structlog.get_logger()


class Bindery:
    """Follows shots and makes sheets of them; `announce` tells a room."""

    def __init__(
        self,
        records: SheetRecords,
        storage: Storage,
        jobs: Jobs,
        grounds: Grounds,
        props: PropRoom,
        announce: Callable[[SheetChange], None],
    ):
        self.records, self._storage, self._jobs = records, storage, jobs
        self._announce = announce
        self._grounds = grounds
        self._props, self._font = props, props.font

    def resume(self) -> None:
        """Take up what a killed server left undone."""
        self._apply(self.records.unfinished())

    def opened(self, snapshot: Snapshot) -> None:
        """Note a series' shot."""
        self._apply([self.records.opened(snapshot)])

    def follow(self, album: str, shot: wire.ShotChanged) -> None:
        """Make anew, or delete, what a shot is on that was printed, missed or deleted."""
        if shot.deleted or shot.state in ("printed", "missed"):
            self._apply(self.records.of(shot.shot, album))

    def change(self, album: str, sheet: str, design: Design) -> None:
        """Have a sheet made anew in another design; raises UnknownSheet."""
        self._apply([self.records.change(album, sheet, design)])

    def move(self, album: str, sheet: str, way: Literal["undo", "redo"]) -> None:
        """Have a sheet made anew as it was before, or after that; raises UnknownSheet."""
        self._apply([self.records.move(album, sheet, way)])

    def delete(self, album: str, sheet: str) -> None:
        """Delete a sheet; its shots stay. Raises UnknownSheet."""
        self._announce(self.records.remove(album, sheet))
        self._storage.clear(folder(album, sheet))

    def make(self, sheet: str) -> None:
        """Make the print that is wanted, if there is one to make."""
        order = self.records.start(sheet)
        if order is None:
            return
        picture = self._drawn(order)
        jpeg = _encoded(picture, "JPEG", quality=92, subsampling=0, dpi=(DPI, DPI))
        preview = picture.copy()
        preview.thumbnail(PREVIEW)
        files = {
            "jpg": jpeg,
            "png": _encoded(picture, "PNG", compress_level=1, dpi=(DPI, DPI)),
            "pdf": pdf(self.records.templates[order.design.template], jpeg),
            "webp": _encoded(preview, "WEBP", quality=82, method=4),
        }
        for kind, data in files.items():
            self._storage.put(order.file(kind), data)
        try:
            change, replaced = self.records.finish(order, picture.size, len(jpeg))
        except errors.UnknownSheet:  # deleted meanwhile
            self._storage.clear(folder(order.album, sheet))
            return
        for kind in files:
            self._storage.delete(sheet_file(order.album, sheet, replaced, kind))
        self._apply([change])

    def _drawn(self, order: SheetOrder) -> Image.Image:
        template = self.records.templates[order.design.template]
        return drawing.draw(
            template,
            order.design.paper or template.paper,
            {"date": f"{local(order.at, order.zone):%Y.%m.%d}", "caption": order.design.caption},
            [self._shown(order.album, source) for source in order.shots],
            lambda shot, size: self._grounds.drawn(order.album, shot.scene.background, size),
            self._font,
        )

    def _shown(self, album: str, source: Source | None) -> Shown | None:
        if source is None:
            return None
        layers = {
            guest: Image.open(io.BytesIO(self._storage.get(file)))
            for guest, file in source.files.items()
        }
        # A window may be as high as the sheet.
        layers |= self._props.layers(album, source.scene, PROPS_HEIGHT)
        return Shown(source.scene, layers)

    def _apply(self, changes: list[SheetChange]) -> None:
        for change in changes:
            if change.message.deleted:
                self.delete(change.album, change.message.sheet)
                continue
            if change.due:
                self._jobs.sheet(change.message.sheet)
            self._announce(change)


def _encoded(picture: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()

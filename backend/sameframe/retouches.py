"""Shots retouched in the album: what the form shows, and what it does; cut-outs to take home.

Everything here blocks: it is called from threads.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import msgspec
from PIL import Image
from sameframe_worker.scene import Scene

from sameframe import errors
from sameframe.album import Albums
from sameframe.db import ShotRow
from sameframe.news import Change
from sameframe.retouch import moved, stepped
from sameframe.storage import Storage

_THUMBNAIL = (240, 160)  # px, which it fits into


@dataclass(frozen=True, slots=True)
class Retouch:
    """A shot as its form shows it; `guests` are all of whom there is a picture."""

    shot: str
    scene: Scene
    guests: list[str]
    undo: bool
    redo: bool
    developing: bool


class Retouches:
    """What may be changed of an album's shots.

    `tell` has a change printed and announced, `delete` deletes a shot of an album.
    """

    def __init__(
        self,
        albums: Albums,
        storage: Storage,
        tell: Callable[[Change], None],
        delete: Callable[[str, str], None],
    ):
        self._db, self._albums, self._storage = albums.database, albums, storage
        self._tell, self._delete = tell, delete

    def look(self, album: str, shot: str, now: float) -> Retouch:
        """Return a shot's form; raises UnknownAlbum, UnknownShot."""
        self._albums.item(album, shot, now)
        with self._db.reading() as session:
            row = session.get_one(ShotRow, shot)
            files = row.files()
            return Retouch(
                shot,
                msgspec.json.decode(row.scene, type=Scene),
                [guest.guest for guest in row.guests if guest.guest in files],
                undo=row.edit > 0,
                redo=row.edit < len(row.scenes) - 1,
                developing=row.state != "printed",
            )

    def change(self, album: str, shot: str, edit: Callable[[Scene], Scene], now: float) -> None:
        """Change the scene, as one step of its history; raises what `edit` does, UnknownShot."""

        def step(row: ShotRow) -> None:
            old = msgspec.json.decode(row.scene, type=Scene)
            row.scene = msgspec.json.encode(edit(old)).decode()
            history = row.scenes or [msgspec.json.encode(old).decode()]
            row.scenes, row.edit = stepped(history, row.edit, row.scene)

        self._tell(self._albums.edit(album, shot, step, now))

    def move(self, album: str, shot: str, way: Literal["undo", "redo"], now: float) -> None:
        """Go one step of the history back or forth, where there is one."""

        def step(row: ShotRow) -> None:
            if row.scenes:
                row.edit = moved(row.scenes, row.edit, way)
                row.scene = row.scenes[row.edit]

        self._tell(self._albums.edit(album, shot, step, now))

    def withdraw(self, album: str, shot: str, guest: str, now: float) -> None:
        """Take a guest out of a shot for good: scenes, pictures and all.

        A shot with nobody left goes altogether. Raises UnknownShot, NotPrinted.
        """
        gone: list[str] = []

        def step(row: ShotRow) -> None:
            gone.extend(p.file for p in row.pictures if p.guest == guest)
            row.pictures = [p for p in row.pictures if p.guest != guest]
            for known in row.guests:
                known.expected = known.expected and known.guest != guest
            row.scene = _without(row.scene, guest)
            row.scenes = [_without(scene, guest) for scene in row.scenes]

        change = self._albums.edit(album, shot, step, now)
        if not (change.message.layers or change.message.fills):
            return self._delete(album, shot)
        for file in gone:
            self._storage.delete(file)
        return self._tell(change)

    def cutout(self, album: str, shot: str, guest: str, now: float) -> bytes:
        """Return a guest's cut-out, a PNG with alpha; raises UnknownShot, NotFound."""
        self._albums.item(album, shot, now)
        with self._db.reading() as session:
            file = session.get_one(ShotRow, shot).files().get(guest)
        if file is None:
            raise errors.NotFound
        return self._storage.get(file)

    def thumbnail(self, album: str, shot: str, guest: str, now: float) -> bytes:
        """Return a guest's cut-out, small, as WebP."""
        picture = Image.open(io.BytesIO(self.cutout(album, shot, guest, now)))
        if (seen := picture.getbbox()) is not None:
            picture = picture.crop(seen)
        picture.thumbnail(_THUMBNAIL)
        file = io.BytesIO()
        picture.save(file, "WEBP", quality=82)
        return file.getvalue()


def _without(scene: str, guest: str) -> str:
    return msgspec.json.encode(msgspec.json.decode(scene, type=Scene).without(guest)).decode()

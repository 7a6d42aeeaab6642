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

from sameframe import errors, shots
from sameframe.album import Albums, Upload
from sameframe.db import ShotRow
from sameframe.news import Change, shot_of
from sameframe.retouch import moved, stepped
from sameframe.storage import Storage

# Of one guest in one shot. All of them stay, so that each step of the history can be gone back to;
# without a bound one guest fills the disk.
RETAKES = 8
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
            scene = edit(msgspec.json.decode(row.scene, type=Scene))
            _step(row, msgspec.json.encode(scene).decode(), row.shown())

        self._tell(self._albums.edit(album, shot, step, now))

    def move(self, album: str, shot: str, way: Literal["undo", "redo"], now: float) -> None:
        """Go one step of the history back or forth, where there is one."""

        self._tell(self._albums.edit(album, shot, lambda row: _move(row, way), now))

    def wanted(self, album: str, shot: str, guest: str, now: float) -> tuple[int, str]:
        """Return which retake of a guest's the next one is, and the preview of the shot's print.

        Raises UnknownShot, NotExpected, NotPrinted, TooManyRetakes.
        """
        item = self._albums.item(album, shot, now)
        with self._db.reading() as session:
            row = session.get_one(ShotRow, shot)
            shots.step(shot_of(row), shots.Retaken(guest), now)
            number = len(_retakes(row, guest)) + 1
        if number > RETAKES:
            raise errors.TooManyRetakes
        return number, item.print.preview

    def retake(self, album: str, upload: Upload, number: int, now: float) -> Change:
        """Show a guest's retake from now on, as one step of the history.

        Raises UnknownShot, NotExpected, NotPrinted; NotWanted if there is one of this number.
        """

        def step(row: ShotRow) -> None:
            if len(_retakes(row, upload.guest)) >= number:
                raise errors.NotWanted
            row.pictures.append(upload.row(number))
            _step(row, row.scene, row.shown() | {upload.guest: number})

        event = shots.Retaken(upload.guest)
        return self._albums.edit(album, upload.shot, step, now, event)

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
            row.versions = [
                {one: number for one, number in shown.items() if one != guest}
                for shown in row.versions
            ]

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


def _step(row: ShotRow, scene: str, shown: dict[str, int]) -> None:
    """Add a step to the history, which begins with the shot as it was taken."""
    scenes, versions = row.scenes or [row.scene], row.versions or [{}]
    row.scenes, edit = stepped(scenes, row.edit, scene)
    row.versions, row.edit = stepped(versions, row.edit, shown)
    assert edit == row.edit
    row.scene = scene


def _move(row: ShotRow, way: Literal["undo", "redo"]) -> None:
    if row.scenes:
        row.edit = moved(row.scenes, row.edit, way)
        row.scene = row.scenes[row.edit]


def _retakes(row: ShotRow, guest: str) -> list[int]:
    return [p.number for p in row.pictures if p.guest == guest and p.kind == "retake"]


def _without(scene: str, guest: str) -> str:
    return msgspec.json.encode(msgspec.json.decode(scene, type=Scene).without(guest)).decode()

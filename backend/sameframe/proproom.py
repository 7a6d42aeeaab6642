"""The prop room: what props look like, drawn for stages and prints; and the cut-outs of friends.

A friend's cut-out is a file of the album's, named by its digest. Which are needed is known by the
scenes on record and those of living rooms: there is no table of them. Everything here blocks.
"""

import hashlib
import io
import threading
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

import structlog
from PIL import Image
from sameframe_worker.scene import Prop, Scene
from sqlalchemy import select

from sameframe import designs, errors, ids, pictures, seats, stacking
from sameframe.album import Albums
from sameframe.db import ShotRow
from sameframe.props import DESIGNS, FRIEND, SAMPLES
from sameframe.seats import Room
from sameframe.storage import Storage

FRIENDS_MAX = 30  # of one album, with those that only its shots show
TALLEST = 2048  # px of what prints take; a 4K print is 2160 high
THUMBNAIL = 144  # px
_FRIEND_LINES = 1024  # px that a friend is kept with: the uploader's camera has 1080
_STACKS = 64  # of 40 KB on average

log = structlog.get_logger()


class PropRoom:
    """Draws props; `font` is what is written with."""

    def __init__(self, albums: Albums, storage: Storage, font: Path | None):
        self._albums, self._db, self._storage = albums, albums.database, storage
        self.font = font
        self._arriving: set[str] = set()
        # Many browsers ask for the same at once: it is drawn once.
        self._drawing = threading.Lock()
        self._stacked = lru_cache(_STACKS)(self._stack)
        self.sample = lru_cache(len(DESIGNS))(self._sample)

    def drawn(self, album: str, prop: Prop, lines: int) -> Image.Image:
        """Return a prop of an album's scene, RGBA, about so high; raises NotFound."""
        if prop.design != FRIEND:
            try:
                return designs.drawn(prop.design, prop.text, lines, self.font)
            except KeyError as fault:  # a scene out of an archive may say anything
                raise errors.NotFound from fault
        if not ids.is_friend(prop.file or ""):
            raise errors.NotFound
        kept = Image.open(io.BytesIO(self._storage.get(_file(album, prop.file))))
        if kept.height > lines:
            kept = kept.resize((max(1, kept.width * lines // kept.height), lines))
        return kept

    def layers(self, album: str, scene: Scene, height: int) -> dict[str, Image.Image]:
        """Return the pictures of a scene's props for a print so high, by their ids."""
        found = {}
        for prop in scene.props:
            layer = scene.layer(prop.id)
            if layer is None:
                continue
            try:
                lines = min(TALLEST, max(16, round(layer.scale * height)))
                found[prop.id] = self.drawn(album, prop, lines)
            except errors.NotFound:
                log.warning("a prop is gone", design=prop.design)
        return found

    def stack(self, album: str, prop: Prop, lines: int) -> bytes:
        """Return a prop as a stacked frame, a WebP; raises NotFound."""
        with self._drawing:
            return self._stacked(album, prop.design, prop.text, prop.file, lines)

    def thumbnail(self, album: str, prop: Prop) -> bytes:
        """Return a small picture of a prop, a WebP with alpha; raises NotFound."""
        picture = self.drawn(album, prop, THUMBNAIL).copy()
        picture.thumbnail((2 * THUMBNAIL, THUMBNAIL))
        file = io.BytesIO()
        picture.save(file, "WEBP", quality=90)
        return file.getvalue()

    def _sample(self, design: str) -> bytes:
        """Return a small picture of a design, as the picker shows it."""
        return self.thumbnail("", Prop("", design, SAMPLES.get(design, "")))

    # --- friends -------------------------------------------------------------------------

    def keep(self, room: Room, data: bytes, now: float) -> str:
        """Keep a friend's cut-out and return its id, until `arrived` not to be purged.

        Raises what pictures.checked does, EmptyCutout, TooManyFriends.
        """
        data = pictures.trimmed(data, _FRIEND_LINES)
        name = "f" + hashlib.sha256(data).hexdigest()
        with self._db.writing() as session:
            self._albums.reopen(session, room.album, seats.digest(room.name), room.host_digest, now)
        there = self._storage.files(f"{room.album}/{ids.FRIENDS}")
        if len(there) >= FRIENDS_MAX and f"{name}.png" not in there:
            raise errors.TooManyFriends
        self._arriving.add(name)
        self._storage.put(_file(room.album, name), data)
        return name

    def arrived(self, name: str) -> None:
        """Leave a friend to the scenes, who is in one now or in none."""
        self._arriving.discard(name)

    def purge(self, current: Collection[str]) -> None:
        """Delete the friends whom no scene shows; `current` are those in living rooms."""
        for album in self._storage.folders():
            self.sweep(album, current)

    def sweep(self, album: str, current: Collection[str]) -> None:
        """Delete an album's friends whom no scene shows."""
        there = self._storage.files(f"{album}/{ids.FRIENDS}")
        if not there:
            return
        with self._db.reading() as session:
            scenes = select(ShotRow.scene, ShotRow.scenes).where(ShotRow.album == album)
            used = [text for one, all_ in session.execute(scenes) for text in (one, *all_)]
        for path in there:
            name = path.removesuffix(".png")
            if name in current or name in self._arriving or any(name in text for text in used):
                continue
            self._storage.delete(f"{album}/{ids.FRIENDS}/{path}")

    def _stack(self, album: str, design: str, text: str, file: str | None, lines: int) -> bytes:
        prop = Prop("", design, text, file=file)
        return stacking.stack(self.drawn(album, prop, lines), photo=design == FRIEND)


def _file(album: str, name: str) -> str:
    return f"{album}/{ids.FRIENDS}/{name}.png"

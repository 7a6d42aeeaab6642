"""The darkroom: where shots become prints, between the hub, the records, the files and the jobs."""

import asyncio
import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import msgspec
import structlog
from PIL import Image
from starlette.concurrency import run_in_threadpool

from sameframe import album, errors, furnishing, motions, pictures, prints, shots, wire
from sameframe.album import Albums, Kind, Order, Upload
from sameframe.backdrops import Backdrops
from sameframe.bursts import Bursts
from sameframe.events import Event
from sameframe.grounds import Grounds
from sameframe.hub import Hub
from sameframe.jobs import Jobs
from sameframe.news import Change
from sameframe.projector import Projector
from sameframe.proproom import PropRoom
from sameframe.retouches import Retouches
from sameframe.rights import Rights
from sameframe.rooms import Snapshot
from sameframe.sheets.bindery import Bindery
from sameframe.sheets.records import SheetChange, SheetRecords
from sameframe.storage import Storage

TEND_S = 10  # how often the queue is compared with the records
_AFTER_S = 0.005  # a timer may ring a little early

log = structlog.get_logger()


class Darkroom:
    """Keeps snapshots and pictures, makes prints, tells rooms. Also the jobs' Work."""

    def __init__(
        self,
        hub: Hub,
        albums: Albums,
        sheets: SheetRecords,
        storage: Storage,
        jobs: Jobs,
        backdrops: Backdrops,
        props: PropRoom,
        static: Path,
    ):
        self.albums, self.storage, self.rights = albums, storage, Rights(albums)
        self.bursts = Bursts(albums)
        self._hub, self._jobs = hub, jobs
        self.grounds = Grounds(storage, static / "backgrounds")
        self.backdrops, self.props = backdrops, props
        self.purges: list[Callable[[float], None]] = []  # of what else lies in albums
        self.projector = Projector(backdrops, storage, jobs, self._grown)
        self.retouches = Retouches(albums, storage, self._apply, self.delete)
        self.bindery = Bindery(sheets, storage, jobs, self.grounds, props, self._announce)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._last: asyncio.Task[None] | None = None
        self._tending: asyncio.Task[None] | None = None

    # --- on the event loop -------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to work, with what a killed server left undone."""
        self._loop = asyncio.get_running_loop()
        self._hub.keeps = self.keep
        # Only who has the rooms knows which of these are on a stage.
        self.purges += [self._purge_backdrops, self._purge_friends]
        await run_in_threadpool(self._resume)
        self._jobs.start(self)
        self._tending = self._loop.create_task(self._tend())

    async def stop(self) -> None:
        """Finish what is in hand."""
        if self._tending is not None:
            self._tending.cancel()
        await self.caught_up()
        await run_in_threadpool(self._jobs.stop)
        self.albums.close()

    def keep(self, snapshot: Snapshot) -> None:
        """Put a shot on record, in the order of the calls, and wake its room at the instant."""
        loop = asyncio.get_running_loop()
        if snapshot.due is not None:
            wait_s = (snapshot.due - self._hub.now()) / 1000 + _AFTER_S
            loop.call_later(max(0, wait_s), self._hub.wake, snapshot.room)
        self._last = loop.create_task(self._keep_after(self._last, snapshot))

    async def caught_up(self) -> None:
        """Wait until every snapshot so far is on record."""
        if self._last is not None:
            await asyncio.wait([self._last])

    async def _keep_after(self, before: asyncio.Task[None] | None, snapshot: Snapshot) -> None:
        if before is not None:
            await asyncio.wait([before])
        try:
            await run_in_threadpool(self._keep, snapshot)
        except Exception:  # whatever the records' engine raises: the room goes on
            log.exception("a shot could not be put on record", exposed=snapshot.exposed)

    async def _tend(self) -> None:
        while True:
            await asyncio.sleep(TEND_S)
            try:
                await run_in_threadpool(self._take_up)
            except Exception:  # whatever a full disk does to either engine
                log.exception("the queue could not be tended")

    def befall(self, album: str, event: Event) -> None:
        """Let something happen to an album's room, from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._hub.befall, album, event)

    # --- in threads --------------------------------------------------------------------------

    def _keep(self, snapshot: Snapshot) -> None:
        now = self._hub.now()
        if snapshot.exposed:
            self._apply(self.albums.expose(snapshot, now))
        else:
            self._apply(self.albums.open(snapshot, now))
            if snapshot.series is not None and snapshot.series.sheet:
                self.bindery.opened(snapshot)
            deadline = shots.deadline(snapshot.at, snapshot.motion is not None)
            self._jobs.settle(snapshot.shot, (deadline - now) / 1000)

    def kept(self, shot: str, guest: str, kind: Kind, data: bytes) -> Change | None:
        """Return the shot if these bytes are kept already."""
        return self.albums.kept(shot, guest, kind, hashlib.sha256(data).digest())

    def add(
        self, to: str, shot: str, guest: str, kind: Kind, data: bytes, taken: float | None
    ) -> Change:
        """Keep a picture in the album `to`, and say so only when file and record are on disk.

        Raises what is wrong with the picture, and what the shot refuses.
        """
        upload = self._stored(to, shot, guest, kind, data, taken)
        return self._recorded(upload, lambda now: self.albums.add(upload, now))

    def retake(
        self, to: str, shot: str, guest: str, data: bytes, taken: float, number: int
    ) -> Change:
        """Keep a guest's retake of this number, as `add` does."""
        upload = self._stored(to, shot, guest, "retake", data, taken)
        return self._recorded(
            upload, lambda now: self.retouches.retake(to, upload, number, now)
        )  # fmt: skip

    def delete(self, from_: str, shot: str) -> None:
        """Delete a shot with everything of it; raises UnknownShot."""
        self._apply(self.albums.hide(from_, shot))
        self._clear(from_, shot)

    def choose(self, from_: str, burst: str, shot: str | None) -> None:
        """Keep one shot of a burst and delete the others, or keep all; raises UnknownBurst."""
        kept, gone = self.bursts.choose(from_, burst, shot)
        for change in kept + gone:
            self._apply(change)
        for change in gone:
            self._clear(from_, change.message.shot)

    def settle(self, shot: str) -> None:
        """Wait for nobody any longer, if the deadline has come; else come back."""
        now = self._hub.now()
        try:
            change, deadline = self.albums.tick(shot, now)
        except errors.UnknownShot:  # deleted meanwhile
            return
        if change is not None:
            self._apply(change)
        elif now < deadline:
            self._jobs.settle(shot, (deadline - now) / 1000)

    def print(self, shot: str) -> None:
        """Make the print that is wanted, if there is one to make."""
        order = self.albums.start(shot, self._hub.now())
        if order is None:
            return
        self._apply(order.change)
        if order.motion and order.frames:
            files, size = motions.made(order.motion, self.storage.get(order.frames))
        else:
            picture = self._composed(order, lambda done: self._tell(order, done))
            files, size = prints.encoded(picture), picture.size
        for kind, data in files.items():
            self.storage.put(order.file(kind), data)
        sizes = {kind: len(data) for kind, data in files.items()}
        try:
            change, replaced = self.albums.finish(order, size, sizes, self._hub.now())
        except errors.UnknownShot:  # deleted meanwhile
            self.storage.clear(album.folder(order.album, shot))
            return
        for number in replaced:
            for kind in files:
                self.storage.delete(album.print_file(order.album, shot, number, kind))
        self._apply(change)

    def sheet(self, sheet: str) -> None:
        """Make the sheet that is wanted, if there is one to make."""
        self.bindery.make(sheet)

    def loop(self, album: str, backdrop: str) -> None:
        """Make the loop that is wanted, if it still is."""
        self.projector.make(album, backdrop)

    def purge(self) -> None:
        """Delete what has expired or is marked as deleted, and whatever files no record knows."""
        expired, hidden = self.albums.expire(self._hub.now()), self.albums.hidden()
        for name, shot in expired + hidden:
            self._clear(name, shot)
        for name in self.storage.folders():
            below = [path.rsplit("/", 1)[-1] for path in self.storage.folders(name)]
            for shot in self.albums.strangers(name, below):
                self.storage.clear(album.folder(name, shot))
        for also in self.purges:
            also(self._hub.now())
        log.info("purged", expired=len(expired), deleted=len(hidden))

    def _stored(
        self, to: str, shot: str, guest: str, kind: Kind, data: bytes, taken: float | None
    ) -> Upload:
        digest = hashlib.sha256(data).digest()
        picture = pictures.frames(data) if kind == "frames" else pictures.checked(data)
        file = f"{album.folder(to, shot)}{guest}.{kind}.{digest.hex()[:16]}.{picture.ending}"
        self.storage.put(file, picture.data)
        return Upload(shot, guest, kind, digest, file, taken, picture.width, picture.height)

    def _recorded(self, upload: Upload, record: Callable[[float], Change]) -> Change:
        try:
            change = record(self._hub.now())
        except errors.SameframeError:
            # Refused while it was decoded. Where the same bytes came twice at once, one was kept.
            if self.albums.kept(upload.shot, upload.guest, upload.kind, upload.digest) is None:
                self.storage.delete(upload.file)
            raise
        self._apply(change)
        return change

    def _purge_backdrops(self, now: float) -> None:
        self.backdrops.purge(now, self._hub.backdrops_shown())

    def _purge_friends(self, now: float) -> None:
        self.props.purge(self._hub.friends_shown())

    def _take_up(self) -> None:
        if self._jobs.tend():
            self._resume()

    def _resume(self) -> None:
        waiting, unprinted = self.albums.unfinished()
        for shot in waiting:
            self._jobs.settle(shot, 0)
        for shot in unprinted:
            self._jobs.print(shot)
        self.bindery.resume()
        self.projector.resume()

    def _composed(self, order: Order, progress: Callable[[float], None]) -> Image.Image:
        layers = {
            guest: Image.open(io.BytesIO(self.storage.get(file)))
            for guest, file in order.files.items()
        }
        layers |= self.props.layers(order.album, order.scene, prints.SIZE[1])
        ground = self.grounds.drawn(order.album, order.scene.background, prints.SIZE)
        return prints.compose(order.scene, ground, layers, progress)

    def _clear(self, from_: str, shot: str) -> None:
        self.storage.clear(album.folder(from_, shot))
        self.albums.forget_shot(shot)

    def _apply(self, change: Change) -> None:
        if change.due:
            try:
                self._jobs.print(change.message.shot)
            except Exception:  # the record is kept; the job will be missed, and asked for anew
                log.exception("a print could not be queued")
        self._announce(change)
        self.bindery.follow(change.album, change.message)

    def _tell(self, order: Order, done: float) -> None:
        # Encoding takes about as long as composing.
        shown = msgspec.structs.replace(order.change.message, progress=done / 2)
        self._announce(Change(order.album, shown))

    def _grown(self, album: str, backdrop: wire.Backdrop) -> None:
        def tell() -> None:
            if (room := self._hub.room_of(album)) is not None:
                self._hub.happen(room.name, furnishing.Grown(backdrop))

        if self._loop is not None:
            self._loop.call_soon_threadsafe(tell)

    def _announce(self, change: Change | SheetChange) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._hub.announce, change.album, change.message)

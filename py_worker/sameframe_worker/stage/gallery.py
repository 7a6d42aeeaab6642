"""Everyone's newest picture, and props': streams come in, planes on the heap go out."""

from collections.abc import Callable, Iterable
from ctypes import CDLL
from typing import Any

from sameframe_worker.kernels import Buffer
from sameframe_worker.stage.intake import Intake
from sameframe_worker.stage.meter import Meter
from sameframe_worker.stage.paper import paper
from sameframe_worker.stage.picture import Picture, acceptable, bytes_of, to_i420

HELD_MS = 3000.0  # so long a photo remembers who was lost to a hiccup, not who has left
GLANCE = 331  # one pixel of the mask in so many tells whether somebody is there, in 20 µs


class Gallery:
    """Holds one picture per guest: the last frame taken, or a paper silhouette.

    `came` is called whenever a frame came.
    """

    def __init__(self, browser: Any, kernels: CDLL, came: Callable[[], None]):
        self._browser, self._kernels, self._came = browser, kernels, came
        self._intakes: dict[str, Intake] = {}
        self._meters: dict[str, Meter] = {}
        self._names: dict[str, str] = {}  # of those who stand there as paper
        self._spares: dict[str, Buffer] = {}
        self._seen: dict[str, Picture] = {}  # the last that showed somebody
        self._dropped = 0
        self.pictures: dict[str, Picture] = {}

    def receive(self, guest: str, stream: Any) -> None:
        """Read a guest's frames from now on from this stream."""
        self._close(guest)
        intake = Intake(self._browser.Reader(stream), self._browser.now, self._came)
        self._intakes[guest] = intake
        # A stream that breaks off is no failure of the stage: its guest goes stale.
        self._browser.spawn(intake.run(), failed=lambda _: None)

    def forget(self, guest: str) -> None:
        """Let go of a guest and of his stream."""
        self._close(guest)
        self.undress(guest)
        self._meters.pop(guest, None)

    def hang(self, prop: str, picture: Picture) -> None:
        """Show a prop by this picture, which does not age."""
        self.pictures[prop] = picture

    def undress(self, guest: str) -> None:
        """Drop the picture, so that the guest is seen again only with the next frame."""
        self._names.pop(guest, None)
        self._spares.pop(guest, None)
        self._seen.pop(guest, None)
        self.pictures.pop(guest, None)

    def dress(self, guest: str, name: str | None) -> None:
        """Let a guest stand there as paper with this name, or (None) as himself."""
        if self._names.get(guest) == name:
            return
        self.undress(guest)
        if name is not None:
            self._names[guest] = name
            self.pictures[guest] = paper(self._browser, self._kernels, name)

    def fresh(self, guests: Iterable[str]) -> list[str]:
        """Return who of `guests` has a new frame waiting."""
        return [g for g in guests if g in self._intakes and self._intakes[g].fresh]

    async def take(self, guests: list[str]) -> list[str]:
        """Copy the waiting frames of these guests; return whose picture is new."""
        intakes = [self._intakes[guest] for guest in guests]
        arrivals = [intake.arrived for intake in intakes]
        frames = [intake.take() for intake in intakes]
        try:
            sizes = [self._browser.visible_size(frame) for frame in frames]
            formats = [frame.format for frame in frames]
            buffers = [
                self._buffer(guest, bytes_of(form, *size)) if acceptable(*size) else None
                for guest, form, size in zip(guests, formats, sizes, strict=True)
            ]
            wanted = [n for n, buffer in enumerate(buffers) if buffer is not None]
            done = await self._browser.copy_all(
                [frames[n] for n in wanted], [buffers[n] for n in wanted]
            )
        finally:
            for frame in frames:
                frame.close()
        new = []
        for n in (n for n, copied in zip(wanted, done, strict=True) if copied):
            guest = guests[n]
            # While the frame was copied the guest may have left or switched the camera off.
            if self._intakes.get(guest) is intakes[n] and guest not in self._names:
                self._hang(guest, formats[n], buffers[n], sizes[n], arrivals[n])
                new.append(guest)
        self._dropped += len(guests) - len(new)
        return new

    def portraits(self) -> dict[str, Picture]:
        """Return the pictures for a photo: a cutout that stalls just then loses nobody."""
        since = self._browser.now() - HELD_MS
        held = {g: p for g, p in self._seen.items() if p.arrived is not None and p.arrived > since}
        return self.pictures | held

    def arrivals(self) -> dict[str, float]:
        """Return when each held frame came; paper has no age."""
        return {g: p.arrived for g, p in self.pictures.items() if p.arrived is not None}

    def dropped(self) -> int:
        """Return how many frames came and were never drawn, since the start."""
        return self._dropped + sum(intake.dropped for intake in self._intakes.values())

    def fps(self, guest: str) -> float:
        """Return how many of a guest's frames were taken per second lately."""
        meter = self._meters.get(guest)
        return meter.per_second(self._browser.now()) if meter else 0.0

    def _hang(
        self, guest: str, form: str, pixels: Buffer, size: tuple[int, int], arrived: float
    ) -> None:
        picture = Picture(to_i420(self._kernels, form, pixels, *size), *size, arrived)
        if picture.shows_someone(GLANCE):
            self._seen[guest] = picture
        old = self.pictures.get(guest)
        if old is not None and old is not self._seen.get(guest):
            # The next frame is copied over the one before last: the one that is shown stays
            # whole while the copy is under way.
            self._spares[guest] = old.planes
        self.pictures[guest] = picture
        self._meters.setdefault(guest, Meter()).add(self._browser.now())

    def _buffer(self, guest: str, size: int) -> Buffer:
        spare = self._spares.pop(guest, None)
        return spare if spare is not None and spare.size == size else Buffer(size)

    def _close(self, guest: str) -> None:
        if (intake := self._intakes.pop(guest, None)) is not None:
            intake.close()
            self._dropped += intake.dropped

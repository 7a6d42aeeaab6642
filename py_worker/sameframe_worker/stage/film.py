"""A take's frames: what the stage draws, handed to the recorder.

The stage is never kept waiting: it says that it has drawn and goes on, a frame is one copy of that,
and a recorder that lags behind costs frames of the take only.
"""

import asyncio
from ctypes import CDLL
from typing import Any, Protocol

from sameframe_worker import messages
from sameframe_worker.kernels import Buffer
from sameframe_worker.scene import Look, Placement
from sameframe_worker.stage.cpu import CpuRenderer, film_frame
from sameframe_worker.stage.lamp import Lit
from sameframe_worker.stage.picture import Picture
from sameframe_worker.stage.reel import CAP, Backlog, Reel, Thrift

PAUSED_S = 0.05
ALONGSIDE_HEIGHT = 720  # the stage's own; a take of another height is drawn for itself


class Filmed(Protocol):
    """What a film must know of the stage."""

    drawn: asyncio.Event  # set with every picture
    pictures: int  # how many there were

    def frame(self, stamp: int) -> Any:
        """Return the picture that is shown, as a VideoFrame."""

    def standing(
        self, width: int, height: int, live: bool = True
    ) -> list[tuple[str, Picture, Placement]]:
        """Return who is shown with which picture, on a picture of this size, back to front."""

    async def backdrop(self, width: int, height: int, moving: bool = False) -> Buffer:
        """Return the background in this size, as it moves or as it stands still."""

    def look(self) -> Look:
        """Return the look that all have."""

    def light(self, live: bool) -> Lit:
        """Return the light that everyone stands in; `live`: as there is time for it."""


class Film:
    """Films one take, until it is cut."""

    def __init__(self, browser: Any, kernels: CDLL, stage: Filmed, start: messages.FilmStart):
        self._browser, self._stage = browser, stage
        self._reel = Reel()
        self._thrift = Thrift(CAP[start.height], lambda: self._reel.length(browser.now()))
        self._tape = browser.Tape(start.tape, self._taken)
        self._backlog = Backlog()
        self._seen = stage.pictures
        self._lost = 0  # pictures that had a place in the take, and are not in it
        self._cut = False
        self._large = None
        if start.height != ALONGSIDE_HEIGHT:
            self._large = Alongside(browser, kernels, start.width, start.height)
        self._reel.roll(start.at, start.done)

    def pause(self, at: float) -> None:
        """Hold the take from this instant on."""
        self._reel.hold(at)

    def resume(self, at: float) -> None:
        """Go on from this instant on."""
        self._reel.roll(at)

    def cut(self) -> None:
        """End the take."""
        self._cut = True
        self._tape.close()

    async def run(self) -> None:
        """Hand over what is drawn, and again what stays for long, until the take is cut."""
        browser, drawn = self._browser, self._stage.drawn
        while not self._cut:
            if self._large:
                await self._large.prepare(self._stage)
            drawn.clear()
            began = browser.now()
            self.expose()
            now = browser.now()
            if self._large:  # which takes as long as a tick: those get at least as much time
                await browser.sleep((now - began) / 1000)
            still = self._reel.wait(now)
            await browser.wait(drawn, PAUSED_S if still is None else still / 1000)

    def expose(self) -> None:
        """Hand over what is shown, if it has a place and the recorder room for it."""
        now, seen = self._browser.now(), self._seen
        self._seen = self._stage.pictures
        stamp = self._reel.due(now)
        if stamp is None or self._cut:
            return
        # The stage drew on while the film waited for its turn.
        self._lost += min(max(0, self._seen - seen - 1), self._reel.skipped)
        if self._backlog.full(now):
            self._lost += 1
            return
        frame = self._large.frame(self._stage, stamp) if self._large else self._stage.frame(stamp)
        self._backlog.grow(now)
        self._tape.write(frame, self._reel.key(), self._thrift.coarseness, self._lost)

    def _taken(self, size: int) -> None:
        """Hear that a frame is encoded, and how many bytes were made since."""
        self._backlog.shrink(self._browser.now())
        self._thrift.spent(size)


class Alongside:
    """The stage drawn once more, in another size. Always by the kernels: a photo is, too."""

    def __init__(self, browser: Any, kernels: CDLL, width: int, height: int, live: bool = True):
        self._browser, self._width, self._height = browser, width, height
        self._live = live
        self._renderer = CpuRenderer(kernels, width, height)
        self._background: Buffer | None = None
        self._drawn: dict[str, Picture] = {}

    async def prepare(self, stage: Filmed) -> None:
        """Take over a background that changed."""
        background = await stage.backdrop(self._width, self._height, moving=True)
        if background is not self._background:
            self._background = background
            self._renderer.background(background)

    def frame(self, stage: Filmed, stamp: int) -> Any:
        """Draw what is new and return the picture as a VideoFrame."""
        self.draw(stage)
        return film_frame(self._browser, self._renderer, self._width, self._height, stamp)

    def draw(self, stage: Filmed) -> Buffer:
        """Draw what is new and return the picture's pixels, RGBA, valid until the next."""
        standing = stage.standing(self._width, self._height, self._live)
        for guest in self._drawn.keys() - {guest for guest, _, _ in standing}:
            del self._drawn[guest]
            self._renderer.forget(guest)
        self._renderer.light(stage.light(self._live))
        for guest, picture, placement in standing:
            if self._drawn.get(guest) is not picture:
                self._renderer.ingest(guest, picture, placement)
                self._drawn[guest] = picture
        self._renderer.look(stage.look())
        self._renderer.compose([(guest, placement) for guest, _, placement in standing])
        return self._renderer.pixels

"""What is behind everyone on the stage: the background that is shown, its fading in, its loop."""

from collections.abc import Callable
from contextlib import suppress
from ctypes import CDLL
from typing import Any

from sameframe_worker import messages
from sameframe_worker.clock import Clock
from sameframe_worker.kernels import Buffer
from sameframe_worker.scene import Background
from sameframe_worker.stage.backgrounds import Backgrounds, plain
from sameframe_worker.stage.fade import Fade
from sameframe_worker.stage.loop import Loop, rgba

# How long it is waited before a background that could not be had is tried again.
RETRIES_S = (2, 4, 8, 16, 32, 60)


class Scenery:
    """The background of a stage of this size; `hurry` is called when there is news of it.

    To whoever wants it `calm` nothing moves.
    """

    def __init__(
        self,
        browser: Any,
        kernels: CDLL,
        clock: Clock,
        size: tuple[int, int],
        hurry: Callable[[], None],
        room: str | None,
        calm: bool,
    ):
        self._browser, self._kernels, self._clock = browser, kernels, clock
        self._size, self._hurry, self._calm = size, hurry, calm
        self._backgrounds = Backgrounds(browser, room)
        self._wanted: Background | None = None
        self._shown: Background | None = None
        self._fade: Fade | None = None
        self._loop: Loop | None = None
        self._prepared: tuple[Background, Loop | None] | None = None
        self._fresh = True
        self._behind: Buffer | Loop = plain(Background().colour, *size)

    async def show(self, background: Background) -> Buffer | None:
        """Change to a background as soon as it is there; the old one stays until then.

        What can't be had is tried again, ever more rarely, and the page told once. Return the
        picture that stands for it, None if it is not shown.
        """
        if background == self._wanted:
            return None
        self._wanted = background
        still, told = None, False
        for rest in RETRIES_S:
            try:
                still = await self._backgrounds.get(background, *self._size)
                break
            except OSError:
                if background != self._wanted:
                    return None
                if not told:
                    self._browser.post(messages.BackgroundFailed())
                told = True
                await self._browser.sleep(rest)
        if background != self._wanted:
            return None
        if still is None:
            self._wanted = None  # when the scene next changes it is tried again
            return None
        if self._prepared and self._prepared[0] == background:
            (_, loop), self._prepared = self._prepared, None
        else:
            loop = await self._moving(background)
        if background != self._wanted:
            if loop:
                loop.close()
            return None
        self._change(background, loop, still)
        return still

    async def prepare(self, background: Background) -> None:
        """Have a background here, and its loop's first frame, before it is to be shown."""
        with suppress(OSError):
            await self._backgrounds.get(background, *self._size)
            loop = await self._moving(background)
            self._let_go()
            self._prepared = background, loop
        if background == self._wanted:  # nobody waited for it, and it is shown without
            self._let_go()

    @property
    def stands(self) -> bool:
        """Tell whether `pixels` are what is shown, and not yet on their way."""
        return self._fade is None and not self._fresh

    @property
    def pixels(self) -> Buffer:
        """Return what is shown, or fades in, as RGBA."""
        return rgba(self._behind)

    def due(self, now: float) -> Buffer | Loop | None:
        """Return what is behind at this moment, valid until the next call; None: as before."""
        if self._fade is not None:
            mixed = self._fade.at(now)
            if self._fade.over(now):
                self._fade, self._fresh = None, False
            else:
                self._hurry()
            return mixed
        fresh, self._fresh = self._fresh, False
        return self._behind if fresh else None

    async def sized(
        self, wanted: Background, width: int, height: int, moving: bool = False
    ) -> Buffer:
        """Return a background in this size; what is shown now, where it can't be had.

        `moving` is as it is at this moment; photos and prints have the picture that stands for it.
        """
        if moving and self._loop and self._loop.began and wanted == self._shown:
            return self._loop.scaled(width, height)
        for background in (wanted, self._shown or wanted):
            with suppress(OSError):
                return await self._backgrounds.get(background, width, height)
        return plain(wanted.colour, width, height)

    async def _moving(self, background: Background) -> Loop | None:
        """Return the loop of a background that moves, with its first frame if that can be had."""
        if not background.moves or self._calm:
            return None
        url = self._backgrounds.loop(background)
        loop = Loop(self._browser, self._kernels, self._clock, url, self._size)
        with suppress(OSError):
            await loop.first()
        return loop

    def _let_go(self) -> None:
        if self._prepared and self._prepared[1]:
            self._prepared[1].close()
        self._prepared = None

    def _change(self, background: Background, loop: Loop | None, still: Buffer) -> None:
        if self._loop:
            self._loop.close()
        self._loop = loop
        if loop:
            self._browser.spawn(loop.run(self._move), failed=lambda _: None)
        behind = loop if loop and loop.began else still
        # The first one is nothing's successor. A fade that is interrupted begins anew.
        if self._shown is not None:
            now = self._browser.now()
            before = self._fade.at(now) if self._fade else self.pixels
            self._fade = Fade(self._kernels, before, rgba(behind), now)
        self._shown, self._behind, self._fresh = background, behind, True

    def _move(self, loop: Loop) -> None:
        """Show a loop's next frame."""
        if loop is not self._loop:
            return
        self._behind, self._fresh = loop, True
        if self._fade:
            self._fade.move(loop.pixels)
        self._hurry()

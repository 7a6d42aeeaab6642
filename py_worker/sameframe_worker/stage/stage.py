"""The stage: in every tick it takes some new pictures, and draws everybody from what it holds."""

import asyncio
from collections.abc import Mapping
from ctypes import CDLL
from functools import lru_cache
from time import perf_counter
from typing import Any

from sameframe_worker import messages, stacked
from sameframe_worker.clock import Clock
from sameframe_worker.kernels import Buffer
from sameframe_worker.scene import (
    CUTOUT_ASPECT,
    STAGE_ASPECT,
    Background,
    Look,
    Placement,
    place,
)  # fmt: skip
from sameframe_worker.stage.capture import capture, portrait
from sameframe_worker.stage.cast import Cast, Role
from sameframe_worker.stage.cpu import CpuRenderer, film_frame
from sameframe_worker.stage.economy import Economy
from sameframe_worker.stage.gallery import Gallery
from sameframe_worker.stage.grade import prepare
from sameframe_worker.stage.lamp import Lamp, Lit
from sameframe_worker.stage.meter import Meter
from sameframe_worker.stage.picture import Picture, picked
from sameframe_worker.stage.props import Props
from sameframe_worker.stage.renderer import Lost, Renderer
from sameframe_worker.stage.scenery import Scenery
from sameframe_worker.turns import Turns

WIDTH, HEIGHT = 1280, 720
PREVIEW = (320, 180)
# A tick follows a frame at once, unless there were as many of late as a camera gives: with one
# guest nothing waits for a fixed beat, and with many there are still no more than 30 a second.
BEAT_MS = 33.0
CATCH_UP_MS = 8.0  # so much sooner comes a tick after one that was late
IDLE_MS = 100  # a tick comes all the same: guests grow stale, layers fall out of hands
# What one guest who stands alone covers: the measure of a tick's budget, see turns.py.
ALONE = WIDTH * HEIGHT * 0.92**2 * CUTOUT_ASPECT / STAGE_ASPECT
_place = lru_cache(maxsize=128)(place)  # in every tick everyone is placed, and few have moved
FILL_REST_S = 1.0  # after a shot: its layers and first pictures are wanted sooner than a fill


class Stage:
    """One stage of 1280 × 720 of a room; `context` is the 2D context it is shown on."""

    def __init__(
        self,
        browser: Any,
        kernels: CDLL,
        renderer: Renderer,
        context: Any,
        room: str | None = None,
        calm: bool = False,
    ):
        self._browser, self._kernels = browser, kernels
        self.renderer, self._context = renderer, context
        self.cast, self.clock, self.turns = Cast(), Clock(), Turns()
        self._news, self.drawn = asyncio.Event(), asyncio.Event()  # drawn: for whoever films
        self.pictures = 0  # that were drawn
        self._gallery = Gallery(browser, kernels, self._news.set)
        self._scenery = Scenery(
            browser, kernels, self.clock, (WIDTH, HEIGHT), self._news.set, room, calm
        )
        self.props = Props(browser, kernels, room, self._gallery, self.hurry)
        self._ingested: dict[str, Picture] = {}
        self._drawn: list[tuple[str, Placement]] | None = None  # None: draw in any case
        self._layout: list[messages.Box] = []
        self._first: set[str] = set()
        self._look = self._wanted_look = self._agreed_look = Look()
        self._lamp, self._economy = Lamp(kernels), Economy(browser)
        self._lit = self._lamp.lit  # what the renderer has
        self._late = 0.0  # ms that this tick began after it should have
        self._ticks, self._composing, self._ingesting = 0, Meter(), Meter()
        renderer.background(self._scenery.pixels)
        self._lamp.before(self._scenery.pixels, WIDTH, HEIGHT)

    # --- what the page says ---

    def frames(self, guest: str, stream: Any) -> None:
        """Take a guest's stream."""
        self._gallery.receive(guest, stream)

    def people(self, people: list[messages.Person]) -> None:
        """Take the list of people; who is no longer on it is forgotten."""
        for guest in self.cast.named(people):
            self._gallery.forget(guest)
            self.turns.forget(guest)
        for person in people:
            # Who comes back is seen with his first new frame, not with one of before.
            if person.presence == "away":
                self._gallery.undress(person.guest)

    async def show_background(self, background: Background) -> None:
        """Change the background as soon as it is there; the old one stays until then."""
        if (still := await self._scenery.show(background)) is not None:
            # As in the print, and the same for everyone, whatever moves.
            self._lamp.before(still, WIDTH, HEIGHT)
            self._drawn = None
            self.hurry()

    async def prepare(self, background: Background) -> None:
        """Have a background here before the scene has it, if it can be had."""
        await self._scenery.prepare(background)

    async def show_look(self, look: Look) -> None:
        """Change to the look that all have, if it is another than before."""
        if look != self._agreed_look:
            self._agreed_look = look
            await self.try_look(look)

    async def try_look(self, look: Look) -> None:
        """Show a look as soon as its table is there; the old one stays until then."""
        if look == self._wanted_look:
            return
        self._wanted_look = look
        await prepare(look.name, self._browser.sleep)
        if look == self._wanted_look:
            self._look, self._drawn = look, None
            self.hurry()

    async def preview(self, look: Look) -> Any:
        """Return what is shown, with this look, as a small ImageBitmap."""
        await prepare(look.name, self._browser.sleep)
        background = await self.backdrop(*PREVIEW)
        roles, pictures = self._roles(), self._gallery.pictures
        pixels = capture(self._kernels, background, look, self.light(), roles, pictures, *PREVIEW)
        return await self._browser.bitmap(pixels, *PREVIEW)

    def pick(self, x: float, y: float) -> str | None:
        """Return who is seen at a point in fractions, or else whose frame is there."""
        placed, pictures = self._placed(self._roles()), self._gallery.pictures
        return picked(placed, pictures, x * WIDTH, y * HEIGHT)

    async def photo(self, at: float | None, width: int, height: int) -> tuple[Any, float]:
        """Return the picture at this server time as a BMP, and the time it was taken at.

        Nothing is encoded: a worker would stand still meanwhile, and everyone waits to see it.
        """
        await self.backdrop(width, height)
        if at is not None:
            await self._until(at)
        # The background may have been changed while the shutter was counting.
        background = await self.backdrop(width, height)
        now = self._browser.now()
        roles = self.cast.roles(self._gallery.arrivals(), now, live=False)
        pictures = self._gallery.portraits()
        pixels = None
        if (width, height) == (WIDTH, HEIGHT) and background is self._scenery.pixels:
            pixels = self._as_shown(roles, pictures)
        if pixels is None:
            look, light = self.look(), self.light()
            pixels = capture(self._kernels, background, look, light, roles, pictures, width, height)
        return self._browser.bmp(pixels, width, height), self.clock.server(now)

    def _as_shown(self, roles: list[Role], pictures: dict[str, Picture]) -> Buffer | None:
        """Return the live picture's pixels where a photo would be the same: it is there at once."""
        placed = [
            (role.guest, _place(role.layer, pictures[role.guest].aspect, WIDTH, HEIGHT))
            for role in roles
            if role.guest in pictures
        ]
        same = (
            isinstance(self.renderer, CpuRenderer)
            and self._scenery.stands
            and self._look == self.look()
            and self._drawn == placed
            and all(self._ingested.get(guest) is pictures[guest] for guest, _ in placed)
        )
        return self.renderer.pixels if same else None

    async def fill(self, guest: str, at: float) -> Any | None:
        """Return a guest as held at this server time, as a WebP; None: nobody is seen."""
        await self._until(at)
        picture = self._gallery.portraits().get(guest)
        if picture is None or not picture.shows_someone():
            return None
        cut = portrait(self._kernels, picture)
        await self._browser.sleep(FILL_REST_S)
        return await self._browser.webp(*cut)

    def frame(self, stamp: int) -> Any:
        """Return what is shown as a VideoFrame of this stamp, in µs."""
        if isinstance(self.renderer, CpuRenderer):
            return film_frame(self._browser, self.renderer, WIDTH, HEIGHT, stamp)
        return self._browser.canvas_frame(self._context.canvas, stamp)

    def standing(
        self, width: int, height: int, live: bool = True
    ) -> list[tuple[str, Picture, Placement]]:
        """Return who is shown with which picture, on a picture of this size, back to front.

        If not `live`, whoever a hiccup has emptied is there as last seen, as on a photo.
        """
        gallery, now = self._gallery, self._browser.now()
        pictures = gallery.pictures if live else gallery.portraits()
        roles = self.cast.roles(gallery.arrivals(), now, live=live)
        held = [(role, pictures.get(role.guest)) for role in roles]
        return [
            (role.guest, picture, _place(role.layer, picture.aspect, width, height))
            for role, picture in held
            if picture is not None
        ]

    async def backdrop(self, width: int, height: int, moving: bool = False) -> Buffer:
        """Return the background in this size, as it moves or as it stands still."""
        return await self._scenery.sized(self.cast.scene.background, width, height, moving)

    def look(self) -> Look:
        """Return the look that all have."""
        return self.cast.scene.look

    def light(self, live: bool = False) -> Lit:
        """Return the light that everyone stands in; `live`: as there is time for it now."""
        return self._economy.dimmed(self._lamp.lit) if live else self._lamp.lit

    async def _until(self, at: float) -> None:
        now = self._browser.now()
        if (wait := self.clock.own(at, now) - now) > 0:
            await self._browser.sleep(wait / 1000)

    def stats(self, request: int) -> messages.StageStats:
        """Return the figures of the last seconds."""
        now, gallery = self._browser.now(), self._gallery
        guests = [
            messages.GuestPicture(
                guest, gallery.fps(guest), now - (now if p.arrived is None else p.arrived),
                *stacked.cutout_size(p.width, p.height),
            )
            for guest, p in gallery.pictures.items()
            if guest in self.cast.people
        ]  # fmt: skip
        return messages.StageStats(
            request,
            self.renderer.kind,
            self._composing.per_second(now),
            self._composing.median(now),
            self._ingesting.median(now),
            self._ticks,
            gallery.dropped(),
            list(self._economy.given),
            guests,
        )

    # --- ticks ---

    async def run(self) -> None:
        """Tick for ever, whenever there is news; by timers, as a hidden tab has no frames."""
        due = self._browser.now()
        while True:
            began = self._browser.now()
            self._news.clear()
            await self.tick()
            done = self._browser.now()
            due = max(due, began - CATCH_UP_MS) + BEAT_MS
            rest = max(0.0, due - done)
            await self._browser.sleep(rest / 1000)
            self._late = self._browser.now() - done - rest
            await self._browser.wait(self._news, (IDLE_MS - BEAT_MS) / 1000)

    def hurry(self) -> None:
        """Tick soon: something is to be shown that is no frame."""
        self._news.set()

    async def tick(self) -> None:
        """Take pictures within the budget; draw if anything changed; tell what is new."""
        roles = self._roles()
        for role in roles:
            self._gallery.dress(role.guest, role.paper)
        started = _ms()
        chosen = self._choose(roles)
        new = await self._gallery.take(chosen) if chosen else []
        copied = (_ms() - started) / max(1, len(chosen))

        roles = self._roles()  # whatever came during the copy counts already
        pictures = self._gallery.pictures
        placed = [(g, p) for g, p in self._placed(roles) if g in pictures]
        self._light({guest: pictures[guest] for guest, _ in placed})
        changed = self._ingest(placed, dict.fromkeys(new, copied))
        if chosen:
            self._ingesting.add(self._browser.now(), _ms() - started)
        if (behind := self._scenery.due(self._browser.now())) is not None:
            self.renderer.background(behind)
            self._drawn = None
        if changed or placed != self._drawn:
            self._draw(placed)
            self._economy.spent(_ms() - started, self._late, self.renderer, self._look)
        self._tell(roles, new)
        self._ticks += 1

    def _light(self, pictures: Mapping[str, Picture]) -> None:
        scene = self.cast.scene
        self._lamp.shine(scene.light, pictures, self._browser.now(), scene.unlit)
        if (lit := self.light(live=True)) is not self._lit:
            self._lit, self._drawn = lit, None
            self.renderer.light(lit)

    def _roles(self) -> list[Role]:
        return self.cast.roles(self._gallery.arrivals(), self._browser.now())

    def _placed(self, roles: list[Role]) -> list[tuple[str, Placement]]:
        pictures = self._gallery.pictures
        return [
            (role.guest, _place(role.layer, _aspect(pictures.get(role.guest)), WIDTH, HEIGHT))
            for role in roles
        ]

    def _choose(self, roles: list[Role]) -> list[str]:
        fresh = self._gallery.fresh(role.guest for role in roles if role.paper is None)
        if not fresh:
            return []
        # Whoever is being scaled or turned is sampled anew while drawing: that is owed already.
        owed = sum(
            self.turns.cost(guest)
            for guest, placement in self._placed(roles)
            if guest in self._ingested and not self.renderer.fits(guest, placement)
        )
        return self.turns.choose(fresh, self.turns.budget(ALONE) * self._economy.share - owed)

    def _ingest(self, placed: list[tuple[str, Placement]], copied: dict[str, float]) -> bool:
        """Hand new pictures to the renderer, and what is gone back; tell whether any was new."""
        pictures = self._gallery.pictures
        for guest in self._ingested.keys() - pictures.keys():
            del self._ingested[guest]
            self.renderer.forget(guest)
        changed = False
        for guest, placement in placed:
            if self._ingested.get(guest) is pictures[guest]:
                continue
            began = _ms()
            self.renderer.ingest(guest, pictures[guest], placement)
            self._ingested[guest] = pictures[guest]
            changed = True
            if guest in copied:
                pixels = (placement.x1 - placement.x0) * (placement.y1 - placement.y0)
                self.turns.spent(guest, copied[guest] + _ms() - began, pixels)
        return changed

    def _draw(self, placed: list[tuple[str, Placement]]) -> None:
        began = _ms()
        try:
            self.renderer.look(self._look)
            self.renderer.compose(placed)
            self.renderer.show(self._context)
        except Lost:
            return self._fall_back()
        self._drawn = placed
        self.pictures += 1
        self.drawn.set()
        self._composing.add(self._browser.now(), _ms() - began)
        return None

    def _fall_back(self) -> None:
        """Let the cpu take over from the next tick on."""
        self.renderer = CpuRenderer(self._kernels, WIDTH, HEIGHT, self._browser)
        self.renderer.background(self._scenery.pixels)
        self.renderer.light(self._lit)
        self._ingested, self._drawn = {}, None

    def _tell(self, roles: list[Role], new: list[str]) -> None:
        pictures = self._gallery.pictures
        self._first &= pictures.keys()
        for guest in new:
            if guest in self._first or guest not in self._ingested:
                continue
            if pictures[guest].shows_someone():
                self._first.add(guest)
                self._browser.post(messages.FirstPicture(guest))
        layout = [_box(guest, placement) for guest, placement in self._placed(roles)]
        if layout != self._layout:
            self._layout = layout
            self._browser.post(messages.Layout(layout))


def _ms() -> float:
    # Not browser.now(), which crosses into JavaScript four times.
    return perf_counter() * 1000


def _aspect(picture: Picture | None) -> float:
    return CUTOUT_ASPECT if picture is None else picture.aspect


def _box(guest: str, p: Placement) -> messages.Box:
    return messages.Box(
        guest, p.left / WIDTH, p.top / HEIGHT, p.width / WIDTH, p.height / HEIGHT, p.rotation
    )

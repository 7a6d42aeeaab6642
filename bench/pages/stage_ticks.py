"""Runs in the bench's worker: times ticks of the real stage on stacked frames that are all new.

`canvas`, `frame(n)` (a new VideoFrame), `loop` (a background's) and `drawn_by_canvas(frames)` come
from stage.mjs.
"""

import asyncio
import json
from dataclasses import replace
from statistics import median
from time import perf_counter

from sameframe_worker import browser
from sameframe_worker.clock import Clock
from sameframe_worker.messages import Person
from sameframe_worker.scene import Background, Look, Scene, arranged
from sameframe_worker.stage.cpu import CpuRenderer
from sameframe_worker.stage.library import stage_kernels
from sameframe_worker.stage.loop import Loop
from sameframe_worker.stage.stage import HEIGHT, WIDTH, Stage
from sameframe_worker.turns import Turns

ROUNDS, TICKS, WARM_UP = 12, 24, 4  # a tick warms up until its guests' pictures are in the caches


class Reader:
    """A guest's stream, fed by hand."""

    def __init__(self, stream: asyncio.Queue):
        self.read, self.cancel = stream.get, lambda: None


class Page:
    """The browser, but for streams and messages."""

    Reader = Reader

    def post(self, message: object) -> None:
        """Say nothing."""

    async def open_loop(self, _: str) -> object:
        """Return the background that moves."""
        return loop  # noqa: F821

    def __getattr__(self, name: str) -> object:
        return getattr(browser, name)


class Everyone(Turns):
    """No turns: everything new is ingested."""

    def choose(self, fresh, budget_ms):
        """Serve all."""
        return list(fresh)


class Room:
    """A stage with guests in a row, each of whom has a new frame before every tick."""

    def __init__(self, guests: int, turns: Turns):
        renderer = CpuRenderer(KERNELS, WIDTH, HEIGHT, PAGE)
        self.stage = Stage(PAGE, KERNELS, renderer, CONTEXT)
        self.stage.turns = turns
        names = [f"g{n}" for n in range(guests)]
        self.stage.people([Person(name, name, True, "here") for name in names])
        self.scene = Scene(Background("plain"), arranged(names, "row"))
        self.stage.cast.commit(self.scene)
        self.streams = [asyncio.Queue() for _ in names]
        for name, stream in zip(names, self.streams, strict=True):
            self.stage.frames(name, stream)
        self.times: list[float] = []  # each round's
        self.loop: Loop | None = None

    async def ticks(self) -> None:
        """Time some ticks, each with a new frame of everybody's, brought as streams bring it."""
        times = []
        for n in range(TICKS):
            for at, stream in enumerate(self.streams):
                stream.put_nowait(frame(n + at))  # noqa: F821
            await asyncio.sleep(0.005)
            start = perf_counter()
            if self.loop and await self.loop.turn():
                self.stage._scenery._move(self.loop)
            await self.stage.tick()
            ms = (perf_counter() - start) * 1000
            if n >= WARM_UP:
                times.append(ms)
        self.times.append(median(times))

    async def move(self) -> None:
        """Let the background move from now on."""
        self.loop = Loop(PAGE, KERNELS, Clock(), "", (WIDTH, HEIGHT))
        await self.loop.first()
        self.stage._scenery._loop = self.loop


async def measured() -> str:
    """Return each round's medians in ms as JSON; in a round the ways take turns."""
    rooms = {
        "one": Room(1, Turns()),
        "six": Room(6, Turns()),
        "light": Room(6, Everyone()),
        "look": Room(6, Everyone()),
        "six_new": Room(6, Everyone()),
        "all": Room(6, Everyone()),
        "many_new": Room(25, Everyone()),
    }
    await rooms["all"].move()
    for name in ("light", "look", "all"):
        rooms[name].stage.cast.commit(replace(rooms[name].scene, light="auto"))
    for name in ("look", "all"):
        await rooms[name].stage.show_look(Look("film"))
    canvas = []
    for _ in range(ROUNDS):
        for room in rooms.values():
            await room.ticks()
        canvas.append(median([drawn_by_canvas(n) for n in range(6)][2:]))  # noqa: F821
    times = {name: room.times for name, room in rooms.items()} | {"canvas2d": canvas}
    return json.dumps(times)


KERNELS, PAGE = stage_kernels(), Page()
CONTEXT = canvas.getContext("2d")  # noqa: F821
await measured()  # noqa: F704

"""One guest's WebSocket: a loop that reads, one that writes, each with its limits.

Every way out is an exception, whose class chooses the close code (errors.py, app.py).
"""

import asyncio
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from itertools import count
from typing import Any

import msgspec
from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from starlette.websockets import WebSocket, WebSocketDisconnect

from sameframe import errors, wire
from sameframe.hub import Hub, encoded
from sameframe.security import check_origin

_decoder = msgspec.json.Decoder(wire.FromBrowser)
_OVERHEAD = 64  # bytes of bookkeeping per waiting message


class Outbox:
    """What waits to be sent to one guest: bounded, as a slow reader must not cost memory."""

    def __init__(self, limit: int):
        self._limit = limit
        self._waiting: deque[str] = deque()
        self._size = 0
        self._ended: errors.SameframeError | None = None
        self._news = asyncio.Event()

    def put(self, text: str) -> None:
        """Queue a message; beyond the limit everything is dropped and the guest is TooSlow."""
        if self._ended is not None:
            return
        self._waiting.append(text)
        self._size += len(text) + _OVERHEAD
        if self._size > self._limit:
            self._waiting.clear()
            self._ended = errors.TooSlow()
        self._news.set()

    def close(self, error: errors.SameframeError) -> None:
        """End with this error once everything queued is sent."""
        self._ended = self._ended or error
        self._news.set()

    async def next(self) -> str:
        """Wait for the next message; raises the error that ended it."""
        while not self._waiting:
            if self._ended is not None:
                raise self._ended
            self._news.clear()
            await self._news.wait()
        text = self._waiting.popleft()
        self._size -= len(text) + _OVERHEAD
        return text


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much a socket may; seconds, bytes."""

    hello_s: float
    write_s: float
    outbox_bytes: int
    messages_per_10_s: int


class Sockets:
    """The endpoint of all sockets; they share a hub and a count of messages."""

    def __init__(self, hub: Hub, limits: Limits, public_origin: str | None):
        self._hub = hub
        self._limits = limits
        self._public_origin = public_origin
        self._counts = MemoryStorage()
        self._rate = FixedWindowRateLimiter(self._counts)
        self._allowed = RateLimitItemPerSecond(limits.messages_per_10_s, 10)
        self._numbers = count()

    async def serve(self, websocket: WebSocket) -> None:
        """Let one guest, or a remote, into the room of the path, until either side ends it."""
        room = websocket.path_params["room"]
        check_origin(websocket, self._public_origin)
        await websocket.accept()
        self._hub.find(room)
        first = await self._first(websocket)
        outbox = Outbox(self._limits.outbox_bytes)
        enter = self._hub.attach if isinstance(first, wire.Remote) else self._hub.arrive
        epoch = enter(room, first, outbox)
        try:
            await _first_end(
                self._read(websocket, room, epoch, outbox), self._write(websocket, outbox)
            )
        finally:
            self._hub.lost(room, epoch)

    async def _first(self, websocket: WebSocket) -> wire.Hello | wire.Remote:
        try:
            async with asyncio.timeout(self._limits.hello_s):
                message = await _receive(websocket)
        except TimeoutError:
            raise errors.HelloLate from None
        if not isinstance(message, wire.Hello | wire.Remote):
            raise errors.HelloFirst
        return message

    async def _read(self, websocket: WebSocket, room: str, epoch: int, outbox: Outbox) -> None:
        number = str(next(self._numbers))
        try:
            while await self._rate.hit(self._allowed, number):
                try:
                    self._hub.say(room, epoch, await _receive(websocket))
                except errors.Told as refused:
                    outbox.put(encoded(wire.Refused(refused.code, refused.detail)))
        finally:
            await self._counts.clear(self._allowed.key_for(number))
        raise errors.TooManyMessages

    async def _write(self, websocket: WebSocket, outbox: Outbox) -> None:
        while True:
            text = await outbox.next()
            try:
                async with asyncio.timeout(self._limits.write_s):
                    await websocket.send_text(text)
            except TimeoutError:
                raise errors.TooSlow from None
            except RuntimeError as fault:  # uvicorn has closed it itself: no answer to its ping
                raise WebSocketDisconnect(1006) from fault


async def _receive(websocket: WebSocket) -> wire.FromBrowser:
    event = await websocket.receive()
    if event["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(event["code"])
    text = event.get("text")
    if text is None:
        raise errors.BadMessage("a message is text")
    try:
        return _decoder.decode(text)
    except msgspec.MsgspecError as fault:
        raise errors.BadMessage(str(fault)[:200]) from fault


async def _first_end(*sides: Coroutine[Any, Any, None]) -> None:
    """Run both until one raises; the other is cancelled, and awaited, before that is raised."""
    tasks = [asyncio.ensure_future(side) for side in sides]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()

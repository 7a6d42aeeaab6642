"""People at machines of their own: they send a cutout and a voice, and cost this one little.

    python -m bench.distant ROOM_URL FILM.h264 VOICE.ogg NAME ...

They speak the product's protocol to the server, answer the calls of whoever came first, and send
over real WebRTC what was encoded beforehand; what they are sent is received and not decoded. One
process for all of them, until it is ended. Guests that have to be browsers: pages/distant.js.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import msgspec
import numpy as np
from PIL import Image
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

WIDTH, HEIGHT, FPS = 640, 480, 30
BITRATE = "1M"
PING_S = 2.0
VOICE_HZ, VOICE_S = 48_000, Fraction(1, 50)


@contextmanager
def people(url: str, film: Path, *names: str) -> Iterator[None]:
    """Have so many people in a room while in use; `film` is what their cameras see."""
    cutout, voice = _cutout(film), _voice(film.with_name("voice.ogg"))
    command = [sys.executable, "-m", "bench.distant", url, str(cutout), str(voice), *names]
    running = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        for _ in names:
            if b"in" not in running.stdout.readline():
                raise RuntimeError("the distant people did not come")
        yield
    finally:
        running.terminate()
        running.wait()


def _cutout(film: Path) -> Path:
    """Return the film as stacked frames, encoded: an oval is cut out of it."""
    out = film.with_suffix(".h264")
    if not out.exists():
        y, x = np.mgrid[:HEIGHT, :WIDTH]
        within = ((x - WIDTH / 2) / 150) ** 2 + ((y - 0.6 * HEIGHT) / 230) ** 2 < 1
        mask = film.with_suffix(".png")
        Image.fromarray(within.repeat(2, 0)[::2].astype(np.uint8) * 255).save(mask)
        # The colour is whole, the mask half as high: stacked.py's layout.
        scaled = f"[1]scale={WIDTH}:{HEIGHT // 2},format=yuv420p[mask];[0]format=yuv420p[colour];"
        ffmpeg(
            "-i", str(film), "-loop", "1", "-r", str(FPS), "-i", str(mask),
            "-filter_complex", scaled + "[colour][mask]vstack=shortest=1", "-c:v", "libx264",
            "-profile:v", "baseline", "-g", str(FPS), "-b:v", BITRATE, "-maxrate", BITRATE,
            "-bufsize", "500k", str(out),
        )  # fmt: skip
    return out


def _voice(out: Path) -> Path:
    if not out.exists():
        hum = f"sine=220:sample_rate={VOICE_HZ}:duration=4"
        ffmpeg("-f", "lavfi", "-i", hum, "-c:a", "libopus", "-b:a", "32k", str(out))
    return out


def ffmpeg(*words: str) -> None:
    """Run ffmpeg, quietly."""
    subprocess.run(["ffmpeg", "-y", "-loglevel", "error", *words], check=True)


async def main(url: str, film: str, voice: str, names: list[str]) -> None:
    """Come into the room one after the other, and stay."""
    from aiortc import rtcrtpreceiver

    def discard(_loop: Any, tasks: Any, *_: Any) -> None:
        while tasks.get() is not None:
            pass

    rtcrtpreceiver.decoder_worker = discard
    video, audio = _packets(film, "video"), _packets(voice, "audio")
    socket = url.replace("http", "ws", 1).replace("/r/", "/api/rooms/") + "/socket"
    async with asyncio.TaskGroup() as group:
        for name in names:
            came = asyncio.Event()
            group.create_task(_person(socket, name, video, audio, came))
            await came.wait()
            print("in", flush=True)


async def _person(
    socket: str, name: str, video: list[bytes], audio: list[bytes], came: asyncio.Event
) -> None:
    origin = socket.replace("ws", "http", 1).split("/api/")[0]
    async with connect(socket, origin=origin) as server:

        async def say(type: str, **fields: Any) -> None:
            await server.send(msgspec.json.encode({"type": type, **fields}).decode())

        async def ping() -> None:
            while True:
                await say("ping", sent=time.time() * 1000)
                await asyncio.sleep(PING_S)

        await say("hello", name=name, camera="on", microphone=True, token=None, host=None)
        pinging = asyncio.create_task(ping())
        calls: dict[str, Any] = {}
        while True:
            try:
                text = await server.recv()
            except ConnectionClosed:  # the server is stopped first
                break
            message = msgspec.json.decode(text)
            if message["type"] == "welcome":
                first = message["guests"][0]["id"]
                came.set()
            elif message["type"] == "signalled" and message["sender"] == first:
                key = f"{message['epoch']}/{message['generation']}"
                if key not in calls and message["description"]:
                    calls[key] = await _answered(message, say, video, audio)
                elif key in calls and message["candidate"]:
                    await _candidate(calls[key], message["candidate"])
        pinging.cancel()


async def _answered(message: dict, say: Any, video: list[bytes], audio: list[bytes]) -> Any:
    from aiortc import RTCPeerConnection, RTCSessionDescription

    call = RTCPeerConnection()
    await call.setRemoteDescription(RTCSessionDescription(**message["description"]))
    call.addTrack(_track("video", video, Fraction(1, FPS), 90_000))
    call.addTrack(_track("audio", audio, VOICE_S, VOICE_HZ))
    await call.setLocalDescription(await call.createAnswer())
    local = call.localDescription
    await say(
        "signal",
        to=message["sender"],
        epoch=message["to_epoch"],
        to_epoch=message["epoch"],
        generation=message["generation"],
        description={"type": local.type, "sdp": local.sdp},
    )
    return call


async def _candidate(call: Any, candidate: dict) -> None:
    from aiortc.sdp import candidate_from_sdp

    if not candidate["candidate"]:
        return
    parsed = candidate_from_sdp(candidate["candidate"].removeprefix("candidate:"))
    parsed.sdpMid, parsed.sdpMLineIndex = candidate["sdpMid"], candidate["sdpMLineIndex"]
    await call.addIceCandidate(parsed)


def _track(kind: str, packets: list[bytes], every: Fraction, clock: int) -> Any:
    from aiortc import MediaStreamTrack

    class Track(MediaStreamTrack):
        def __init__(self) -> None:
            self.kind = kind
            super().__init__()
            self._began, self._count = time.monotonic(), 0

        async def recv(self) -> av.Packet:
            wait = self._began + float(self._count * every) - time.monotonic()
            await asyncio.sleep(max(0.0, wait))
            packet = av.Packet(packets[self._count % len(packets)])
            packet.pts, packet.time_base = int(self._count * every * clock), Fraction(1, clock)
            self._count += 1
            return packet

    return Track()


def _packets(path: str, kind: str) -> list[bytes]:
    with av.open(path) as container:
        stream = next(one for one in container.streams if one.type == kind)
        return [bytes(packet) for packet in container.demux(stream) if packet.size]


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4], sys.argv[4:]))

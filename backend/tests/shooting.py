"""Shots over HTTP as browsers take them; shared by the tests of albums."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import msgspec
from PIL import Image
from sameframe import wire
from sameframe_worker.scene import Background

RED, GREEN, BLUE = (200, 30, 30), (30, 160, 30), (30, 30, 200)


def cutout(colour: tuple[int, int, int] = RED, form: str = "PNG", **options: Any) -> bytes:
    """Return a layer: the middle half of 160 × 120 in one colour, clear around it."""
    picture = Image.new("RGBA", (160, 120))
    picture.paste((*colour, 255), (40, 0, 120, 120))
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


@dataclass
class Shooting:
    """A room of some guests, the first of them host, over a plain white scene, in no light."""

    booth: Any
    made: wire.RoomMade
    guests: list[Any]

    @classmethod
    def begin(cls, booth: Any, count: int = 2) -> "Shooting":
        made = booth.make_room()
        guests = [booth.connect(made.room).join("Host", host=made.host)]
        guests += [booth.connect(made.room).join(f"Guest {n}") for n in range(1, count)]
        guests[0].say(wire.SetLight("off"))
        guests[0].say(wire.SetBackground(Background("plain", "#ffffff")))
        guests[0].hear(wire.SceneChanged, lambda m: m.scene.background.name == "plain")
        return cls(booth, made, guests)

    @property
    def album(self) -> str:
        return self.guests[0].welcome.album

    def shoot(self, form: wire.Format = "single") -> wire.Shutter:
        self.guests[-1].say(wire.Shoot(0, format=form))
        return self.guests[0].hear(wire.Shutter)

    def changed(self, until: Callable[[wire.ShotChanged], bool]) -> wire.ShotChanged:
        """Return the next news of a shot, as the host hears it, for which `until` holds."""
        return self.guests[0].hear(wire.ShotChanged, until)

    def put(
        self,
        shutter: wire.Shutter,
        of: int,
        data: bytes | None = None,
        *,
        kind: str = "layer",
        by: int | None = None,
        **other: Any,
    ) -> httpx2.Response:
        """PUT a picture of one guest with the token of `by`, the same unless told otherwise."""
        guest, sender = self.guests[of].welcome, self.guests[of if by is None else by].welcome
        room = other.get("room", self.made.room)
        what = kind if kind == "frames" else f"{kind}s"
        path = f"/api/rooms/{room}/shots/{other.get('shot', shutter.shot)}/{what}/{guest.you}"
        token = other.get("token", sender.token)
        return httpx2.put(
            self.booth.url + path,
            params={"taken": other.get("taken", shutter.at + 5 * of)} if kind == "layer" else {},
            content=cutout() if data is None else data,
            headers={"authorization": f"Bearer {token}"} | other.get("headers", {}),
        )

    def retake(self, shutter: wire.Shutter, of: int, data: bytes) -> None:
        """Let a guest take their own picture of a finished shot anew."""
        guest = self.guests[of].welcome
        path = f"/api/rooms/{self.made.room}/shots/{shutter.shot}/retakes/{guest.you}"
        url, headers = self.booth.url + path, {"authorization": f"Bearer {guest.token}"}
        assert httpx2.post(url, headers=headers).status_code == 204
        at = self.guests[of].hear(wire.Retaking, lambda m: m.state == "taking").at
        put = httpx2.put(url, params={"taken": at}, content=data, headers=headers)
        assert put.status_code == 201, put.text

    def printed(self) -> tuple[wire.Shutter, wire.ShotChanged]:
        """Take a shot of everyone and wait for its print."""
        shutter = self.shoot()
        for n in range(len(self.guests)):
            assert self.put(shutter, n, cutout((RED, GREEN, BLUE)[n])).status_code == 201
        return shutter, self.changed(lambda m: m.state == "printed")

    def get(self, path: str, **options: Any) -> httpx2.Response:
        return httpx2.get(self.booth.url + path, **options)


def code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, msgspec.json.decode(answer.content, type=wire.Problem).code


def until(condition: Callable[[], Any], seconds: float = 30) -> Any:
    """Return what the condition gives once that is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def list_files(data: Path) -> list[str]:
    """Return the paths of all pictures that a server keeps in this data folder."""
    root = data / "files"
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

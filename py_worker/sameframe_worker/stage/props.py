"""The pictures of the scene's props: stacked frames from the server, so that they are drawn like
everyone else. One is fetched where it is new or too coarse for its size; what was there stays until
then.
"""

from collections.abc import Callable
from ctypes import CDLL
from typing import Any

from sameframe_worker.scene import Scene
from sameframe_worker.stage.gallery import Gallery
from sameframe_worker.stage.picture import Picture, to_i420

HEIGHTS = (128, 256, 512, 1024)  # in which the server draws them, in lines
ENOUGH = 1.5  # lines of a picture per line of the stage: a photo is larger than the stage
KEPT = 24  # pictures of 0.1 to 4 MB: those of twelve props, and of before
RETRIES_S = (2, 4, 8, 16, 32)


class Props:
    """Fetches what props look like and hangs it in the gallery, and says `hung` then."""

    def __init__(
        self,
        browser: Any,
        kernels: CDLL,
        room: str | None,
        gallery: Gallery,
        hung: Callable[[], None],
    ):
        self._browser, self._kernels, self._room = browser, kernels, room
        self._gallery, self._hung = gallery, hung
        self._wanted: dict[str, str] = {}
        self._kept: dict[str, Picture] = {}

    def changed(self, scene: Scene, lines: int) -> dict[str, str]:
        """Drop what is gone; return whose pictures are to be fetched for a stage so high, by id."""
        wanted = {}
        for prop in scene.props:
            layer = scene.layer(prop.id)
            if layer is not None:
                needed = layer.scale * lines * ENOUGH
                height = next((h for h in HEIGHTS if h >= needed), HEIGHTS[-1])
                wanted[prop.id] = f"{prop.picture}/{height}"
        new = {prop: path for prop, path in wanted.items() if self._wanted.get(prop) != path}
        for gone in self._wanted.keys() - wanted.keys():
            self._gallery.forget(gone)
        self._wanted = wanted
        return new

    async def hang(self, prop: str, path: str) -> None:
        """Show a prop as soon as its picture is there; what was there stays until then."""
        picture = await self._picture(prop, path)
        if picture is not None:
            self._gallery.hang(prop, picture)
            self._hung()

    async def _picture(self, prop: str, path: str) -> Picture | None:
        """Return a prop's picture; None: it is not wanted any more, or can't be had."""
        for rest in (*RETRIES_S, None):
            try:
                found = self._kept.pop(path, None) or await self._fetched(path)
                break
            except OSError:
                if rest is None or self._wanted.get(prop) != path:
                    return None
                await self._browser.sleep(rest)
        self._kept[path] = found
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        return found if self._wanted.get(prop) == path else None

    async def _fetched(self, path: str) -> Picture:
        url = f"/api/rooms/{self._room}/props/{path}.webp"
        pixels, width, height = await self._browser.decode_whole(url)
        return Picture(to_i420(self._kernels, "RGBA", pixels, width, height), width, height)

"""Files: a local folder, or whatever else obstore speaks to, by a URL.

Paths are made of ids that we made and of nothing a browser says. A file is there whole or not at
all: obstore writes beside and renames. In a folder it is synced before anyone is told, so that not
even a power cut loses it; SQLite does the same with the record.
"""

import errno
import os
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import from_url

from sameframe import errors

_CHUNK = 256 * 1024


class Storage:
    """The files of one place. All but `stream` and `span` block."""

    def __init__(self, url: str):
        parts = urlsplit(url)
        self._folder = Path(unquote(parts.path)) if parts.scheme == "file" else None
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
        self._store = from_url(url)

    def put(self, path: str, data: bytes) -> None:
        """Write a file, whole, before returning; raises NotKept."""
        try:
            obstore.put(self._store, path, data)
            if self._folder:
                _sync(self._folder, path)
        except (BaseError, OSError) as fault:
            raise errors.NotKept(type(fault).__name__) from fault

    def put_file(self, path: str, source: Path) -> None:
        """Write a file from a local one, piece by piece, whole before returning; raises NotKept."""
        try:
            obstore.put(self._store, path, source)
            if self._folder:
                _sync(self._folder, path)
        except (BaseError, OSError) as fault:
            raise errors.NotKept(type(fault).__name__) from fault

    def get(self, path: str) -> bytes:
        """Return a file; raises NotFound."""
        try:
            return obstore.get(self._store, path).bytes().to_bytes()
        except FileNotFoundError as fault:
            raise errors.NotFound from fault

    def chunks(self, path: str) -> Iterable[bytes]:
        """Yield a file piece by piece; raises NotFound."""
        try:
            found = obstore.get(self._store, path)
        except FileNotFoundError as fault:
            raise errors.NotFound from fault
        for chunk in found.stream(min_chunk_size=_CHUNK):
            yield bytes(chunk)

    async def stream(self, path: str) -> tuple[int, AsyncIterator[bytes]]:
        """Return a file's size in bytes and its pieces; raises NotFound."""
        try:
            found = await obstore.get_async(self._store, path)
        except FileNotFoundError as fault:
            raise errors.NotFound from fault
        return found.meta["size"], _pieces(found)

    async def span(self, path: str, start: int, end: int) -> AsyncIterator[bytes]:
        """Return the pieces of a file from `start` up to, without, `end`; raises NotFound."""
        try:
            found = await obstore.get_async(self._store, path, options={"range": (start, end)})
        except FileNotFoundError as fault:
            raise errors.NotFound from fault
        return _pieces(found)

    def delete(self, path: str) -> None:
        """Delete one file if it is there."""
        try:
            obstore.delete(self._store, path)
        except FileNotFoundError:
            return

    def clear(self, prefix: str) -> None:
        """Delete everything below this folder, what a killed server half wrote included."""
        if self._folder:
            folder = self._folder / prefix
            shutil.rmtree(folder, onerror=_unless_gone)
            with suppress(OSError):  # it has others in it
                folder.parent.rmdir()
            return
        for batch in obstore.list(self._store, prefix):
            obstore.delete(self._store, [found["path"] for found in batch])

    def files(self, folder: str) -> list[str]:
        """Return the paths of all files below this folder, seen from there."""
        found = [one["path"] for batch in obstore.list(self._store, folder) for one in batch]
        return sorted(path.removeprefix(f"{folder}/") for path in found)

    def folders(self, prefix: str | None = None) -> list[str]:
        """Return the folders right below this one, by their paths."""
        return list(obstore.list_with_delimiter(self._store, prefix)["common_prefixes"])


def _sync(root: Path, path: str) -> None:
    """Have the file and the folders that lead to it on the disk itself."""
    for name in (path, *map(str, PurePosixPath(path).parents)):
        number = os.open(root / name, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


async def _pieces(found: Any) -> AsyncIterator[bytes]:
    async for chunk in found.stream(min_chunk_size=_CHUNK):
        yield bytes(chunk)


def _unless_gone(function: object, path: str, fault: tuple) -> None:
    # A print that was in hand may put a file there meanwhile, which its job or the purge clears.
    if fault[1].errno not in (errno.ENOENT, errno.ENOTEMPTY):
        raise fault[1]

"""The built pages: precompressed where the browser takes it, immutable where the name says so."""

import os
from dataclasses import dataclass
from functools import lru_cache
from mimetypes import MimeTypes
from pathlib import Path

import msgspec
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, PathLike, StaticFiles
from starlette.types import Scope

from sameframe import errors

# Names under these carry a hash of the content, or a version.
_IMMUTABLE = ("assets/", "vendor/")
_FOR_EVER = "public, max-age=31536000, immutable"
# Pictures keep their names when they are drawn anew: shown at once, asked for again in passing.
_PICTURES = ("backgrounds/", "people/")
_FOR_A_DAY = "public, max-age=86400, stale-while-revalidate=604800"
_ASK_AGAIN = "no-cache"

# Not left to the machine's own table, which differs between systems.
_TYPES = MimeTypes(filenames=())
for _suffix, _type in {
    ".html": "text/html",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".avif": "image/avif",
    ".whl": "application/zip",
    ".tflite": "application/octet-stream",
    ".so": "application/octet-stream",
}.items():
    _TYPES.add_type(_type, _suffix)

_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


class _File(FileResponse):
    # Pyodide alone is 10 MB: 64 KB steps would cost 150 hops through a thread.
    chunk_size = 512 * 1024


class Assets(StaticFiles):
    """Serve a folder; it may be built, or built anew, while the server runs."""

    def __init__(self, folder: Path):
        super().__init__(directory=folder, check_dir=False)
        self._folder = folder

    async def page(self, request: Request) -> Response:
        """Serve the one page, whatever view its address names."""
        page = self._folder / "index.html"
        if not page.is_file():
            raise errors.NotBuilt("run `make build` first")
        return self.file_response(page, page.stat(), request.scope)

    async def check_config(self) -> None:
        """Accept a folder that is not there yet: its files are merely not found."""

    def file_response(
        self,
        full_path: PathLike,
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Answer with the file, or its compressed sibling, or "not modified"."""
        asked = Headers(scope=scope)
        media_type = _TYPES.guess_type(str(full_path))[0] or "application/octet-stream"
        route = os.path.relpath(full_path, os.path.realpath(self._folder)).replace(os.sep, "/")
        headers = {
            "cache-control": _kept(route),
            "vary": "Accept-Encoding",
        }
        for encoding, suffix in _ENCODINGS:
            sibling = f"{os.fspath(full_path)}{suffix}"
            if _accepts(asked.get("accept-encoding", ""), encoding) and os.path.isfile(sibling):
                full_path, stat_result = sibling, os.stat(sibling)
                headers["content-encoding"] = encoding
                break
        response = _File(
            full_path, status_code, headers, media_type=media_type, stat_result=stat_result
        )
        if self.is_not_modified(response.headers, asked):
            return NotModifiedResponse(response.headers)
        return response


@dataclass(frozen=True, slots=True)
class Built:
    """The paths of what the build made of one entry: its script and all styles of it."""

    script: str | None = None
    styles: tuple[str, ...] = ()


def built(folder: Path, entry: str) -> Built:
    """Return what was built of a source file; nothing where nothing is built yet."""
    manifest = folder / "built.json"
    try:
        return _built(manifest, manifest.stat().st_mtime_ns, entry)
    except FileNotFoundError:
        return Built()


@lru_cache(maxsize=8)
def _built(manifest: Path, changed: int, entry: str) -> Built:
    chunks = msgspec.json.decode(manifest.read_bytes())
    if entry not in chunks:
        return Built()
    found = [entry]
    for name in found:  # it grows
        found += [other for other in chunks[name].get("imports", ()) if other not in found]
    # What is imported comes first, as the browser would have it.
    styles = [file for name in reversed(found) for file in chunks[name].get("css", ())]
    return Built(f"/{chunks[entry]['file']}", tuple(f"/{file}" for file in styles))


def _kept(route: str) -> str:
    if route.startswith(_IMMUTABLE):
        return _FOR_EVER
    return _FOR_A_DAY if route.startswith(_PICTURES) else _ASK_AGAIN


def _accepts(header: str, encoding: str) -> bool:
    """Tell whether Accept-Encoding allows this encoding (RFC 9110, 12.5.3)."""
    for part in header.lower().split(","):
        name, _, parameter = part.partition(";")
        if name.strip() == encoding:
            return parameter.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False

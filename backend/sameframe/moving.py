"""Moving an album between servers: everything of it as one ZIP, and from there into another server.

The archive has the files as they are kept, below files/, and manifest.json: the rows of the album
and each file's size and SHA-256. An import trusts none of it: names are those that we could have
made, sizes and hashes are compared, rows are of their tables' types and of this album alone, and
records are written last, so that an import that fails leaves nothing but files to purge.
"""

import hashlib
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import msgspec

from sameframe import errors, ids
from sameframe.db import Database, Rows
from sameframe.storage import Storage

FORMAT = 1
MAX_FILE_BYTES = 16 * 1024**3
MAX_MANIFEST_BYTES = 64 * 1024 * 1024
_MANIFEST = "manifest.json"
_PIECE = 1024 * 1024
_ALBUM = re.compile(r"[0-9a-z]{25}")
# What below an album's folder is ours: the folder of a shot, a take or a background, and a plain
# name in it.
_ID = re.compile(rf"[a-z][0-9a-z]{{12}}|{ids.BACKDROP.pattern}|{ids.FRIENDS}")
_PATH = re.compile(rf"(?:{_ID.pattern})/[0-9A-Za-z][0-9A-Za-z._-]{{0,127}}")
_STORED = zipfile.ZIP_STORED  # pictures don't get smaller


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of an album, by its path below the album's folder."""

    path: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an archive says of itself; `revision` is of the tables its rows are from."""

    format: int
    revision: str
    album: str
    tables: dict[str, list[dict[str, Any]]]
    files: list[File]


def write(
    database: Database, storage: Storage, link: str, to: BinaryIO,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> str:  # fmt: skip
    """Write the album under this link as an archive and return its id; raises UnknownAlbum."""
    rows = Rows(database)
    album = rows.album(link)
    tables = rows.of(album)
    known = _ids(tables)  # a deleted shot's files may still be there
    paths = [p for p in storage.files(album) if p.split("/")[0] in known and _PATH.fullmatch(p)]
    files = []
    with zipfile.ZipFile(to, "w", _STORED) as archive:
        for done, path in enumerate(paths, 1):
            digest, size = hashlib.sha256(), 0
            with archive.open(f"files/{path}", "w", force_zip64=True) as file:
                for chunk in storage.chunks(f"{album}/{path}"):
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
            files.append(File(path, size, digest.hexdigest()))
            progress(done, len(paths))
        manifest = Manifest(FORMAT, rows.revision, album, tables, files)
        archive.writestr(_MANIFEST, msgspec.json.encode(manifest))
    return album


def read(
    database: Database, storage: Storage, source: Path,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> str:  # fmt: skip
    """Take in an archive and return the album's link; raises BadArchive, AlbumExists."""
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive)
            rows = Rows(database)
            if manifest.revision != rows.revision:
                raise errors.BadArchive("made by another version: update both servers")
            checked = rows.checked(manifest.album, manifest.tables)
            _check_names(archive, manifest)
            if rows.there(manifest.album):
                raise errors.AlbumExists
            for done, file in enumerate(manifest.files, 1):
                _keep(archive, file, storage, manifest.album)
                progress(done, len(manifest.files))
            link = rows.add(checked)
            # A server's hourly purge takes files for lost that no record knows yet.
            there = set(storage.files(manifest.album))
            for file in manifest.files:
                if file.path not in there:
                    _keep(archive, file, storage, manifest.album)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as fault:
        raise errors.BadArchive(type(fault).__name__) from fault
    return link


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        if archive.getinfo(_MANIFEST).file_size > MAX_MANIFEST_BYTES:
            raise errors.BadArchive("the manifest is too large")
        manifest = msgspec.json.decode(archive.read(_MANIFEST), type=Manifest)
    except (KeyError, ValueError) as fault:  # msgspec's are ValueErrors
        raise errors.BadArchive(f"{_MANIFEST}: {fault}") from fault
    if manifest.format != FORMAT:
        raise errors.BadArchive(f"format {manifest.format} is none we know")
    if not _ALBUM.fullmatch(manifest.album):
        raise errors.BadArchive("no album has such an id")
    return manifest


def _check_names(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Check that the archive has what its manifest lists, nothing twice and nothing besides."""
    listed = [file.path for file in manifest.files]
    for path in listed:
        if not _PATH.fullmatch(path):
            raise errors.BadArchive(f"a file may not be called {path!r}")
    wanted = sorted([_MANIFEST, *(f"files/{path}" for path in listed)])
    if sorted(archive.namelist()) != wanted or len(set(wanted)) != len(wanted):
        raise errors.BadArchive("files and manifest differ")
    # Ids become paths and addresses here.
    (album,) = manifest.tables["albums"]
    known = _ids(manifest.tables)
    if not _ALBUM.fullmatch(album["link"]) or not all(map(_ID.fullmatch, known)):
        raise errors.BadArchive("an id that nobody made")
    if not {path.split("/")[0] for path in listed} <= known:
        raise errors.BadArchive("a file belongs to no shot")
    named = {row["file"] for rows in manifest.tables.values() for row in rows if "file" in row}
    takes = {row["id"]: row["cut_of"] for row in manifest.tables["takes"]}
    named |= {f"{manifest.album}/{take}/take.mp4" for take in takes}
    if not {of for of in takes.values() if of} <= takes.keys():
        raise errors.BadArchive("a cut of another album's take")
    if not named <= {f"{manifest.album}/{path}" for path in listed}:
        raise errors.BadArchive("a picture's or a take's file is missing")


def _ids(tables: dict[str, list[dict[str, Any]]]) -> set[str]:
    """Return the ids of everything that has a folder."""
    kinds = ("shots", "sheets", "takes", "backdrops")
    return {ids.FRIENDS} | {row["id"] for name in kinds for row in tables.get(name, ())}


def _keep(archive: zipfile.ZipFile, file: File, storage: Storage, album: str) -> None:
    """Unpack a file piece by piece, a take may be large, and keep it if it is what was written."""
    info = archive.getinfo(f"files/{file.path}")
    if not info.file_size == file.size <= MAX_FILE_BYTES:
        raise errors.BadArchive(f"{file.path} has another size")
    digest, left = hashlib.sha256(), file.size + 1
    with TemporaryDirectory(prefix="sameframe-") as folder:
        beside = Path(folder) / "file"
        with archive.open(info) as packed, beside.open("wb") as unpacked:
            # Whatever the header says, no more is unpacked.
            while piece := packed.read(min(_PIECE, left)):
                digest.update(piece)
                unpacked.write(piece)
                left -= len(piece)
        if left != 1 or digest.hexdigest() != file.sha256:
            raise errors.BadArchive(f"{file.path} is not what was written")
        storage.put_file(f"{album}/{file.path}", beside)

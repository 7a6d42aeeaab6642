"""An album on its way to another server: whole, or refused and nothing kept."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from sameframe import errors, moving
from sameframe.cli import main
from sameframe.db import Database, Rows
from sameframe.settings import Settings
from sameframe.storage import Storage

from .shooting import Shooting, list_files
from .test_albums import rows
from .test_sheets import hurry, series
from .test_takes import Reader, Uploading, film

pytestmark = pytest.mark.usefixtures("small_prints")


def run(*arguments: str) -> None:
    main([str(argument) for argument in arguments], result_action="return_value")


def make(booth, folder: Path) -> tuple[Path, Shooting, dict[str, bytes]]:
    shooting = Shooting.begin(booth)
    shot = shooting.printed()[1]
    kept = {}
    for path in (shot.print.jpeg, shot.print.png, shot.print.preview, f"/a/{shooting.album}"):
        kept[path] = shooting.get(path).content
    file = folder / "album.zip"
    run("export", shooting.album, "--to", file)
    return file, shooting, kept


def test_an_album_is_the_same_on_another_server(booth, open_booth, tmp_path, data, monkeypatch):
    file, shooting, kept = make(booth, tmp_path)
    assert not list(tmp_path.glob("*.part"))
    there = tmp_path / "there"
    monkeypatch.setenv("SAMEFRAME_DATA", str(there))
    run("import", file)
    assert list_files(there) == list_files(data)
    assert rows(there) == rows(data)
    elsewhere = open_booth()
    shooting.booth = elsewhere
    for path, content in kept.items():
        answer = shooting.get(path)
        assert answer.status_code == 200
        if not path.endswith(shooting.album):  # that one is live no more
            assert answer.content == content
    # A late layer and the host's rights moved with it.
    again = tmp_path / "again.zip"
    run("export", f"https://booth.example/a/{shooting.album}", "--to", again)
    with zipfile.ZipFile(file) as a, zipfile.ZipFile(again) as b:
        assert sorted(a.namelist()) == sorted(b.namelist())
        assert a.read("manifest.json") == b.read("manifest.json")
    with pytest.raises(SystemExit, match="has that album already"):
        run("import", file)


def test_sheets_and_takes_move_too(booth, open_booth, tmp_path, data, monkeypatch):
    hurry(monkeypatch)
    shooting = Shooting.begin(booth)
    made = series(shooting)[1]
    uploading = Uploading(shooting)
    take, short = uploading.upload(film()).rsplit("/", 1)[-1], film(b"s" * 900)
    Reader(uploading, 1).put(take, short)
    uploading.announce(film())  # on its way, and stays behind
    run("export", shooting.album, "--to", tmp_path / "album.zip")
    there = tmp_path / "there"
    monkeypatch.setenv("SAMEFRAME_DATA", str(there))
    run("import", tmp_path / "album.zip")
    assert list_files(there) == list_files(data)
    kept = {path: shooting.get(path).content for path in (made.print.jpeg, made.print.pdf)}
    shooting.booth = open_booth()
    for path, content in kept.items():
        assert shooting.get(path).content == content
    shown = shooting.get(f"/a/{shooting.album}/{take}/take.mp4", follow_redirects=True)
    assert shown.content == short
    # The host's cookie opens what was cut off here, too.
    host = {"cookie": f"sameframe_host={shooting.made.host}"}
    whole = shooting.get(f"/a/{shooting.album}/{take}/take.mp4", headers=host)
    assert whole.content == film()


def test_a_purge_in_the_middle_of_an_import_takes_nothing(booth, tmp_path, monkeypatch):
    file, _, _ = make(booth, tmp_path)
    database = Database(f"sqlite:///{tmp_path}/other.db")
    storage = Storage((tmp_path / "other").as_uri())
    add = Rows.add

    def purged(rows, tables):
        for album in storage.folders():
            storage.clear(f"{album}/")
        return add(rows, tables)

    monkeypatch.setattr(Rows, "add", purged)
    album = moving.read(database, storage, file)
    database.close()
    with zipfile.ZipFile(file) as archive:
        assert len(storage.files(album)) == len(archive.namelist()) - 1


def changed(archive: Path, to: Path, change) -> Path:
    """Write an archive anew after `change(manifest, files)`."""
    with zipfile.ZipFile(archive) as old:
        manifest = json.loads(old.read("manifest.json"))
        files = {name: old.read(name) for name in old.namelist() if name != "manifest.json"}
    change(manifest, files)
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in files.items():
            new.writestr(name, content)
        new.writestr("manifest.json", json.dumps(manifest))
    return to


def rename(path: str):
    def change(manifest, files):
        first = manifest["files"][0]
        files[f"files/{path}"] = files.pop(f"files/{first['path']}")
        first["path"] = path

    return change


def column(table: str, name: str, value: object):
    return lambda manifest, files: manifest["tables"][table][0].__setitem__(name, value)


def flip(manifest, files):
    name = next(iter(files))
    files[name] = files[name][:-1] + bytes([files[name][-1] ^ 1])


def lie(manifest, files):
    manifest["files"][0]["size"] += 1


def swell(manifest, files):
    first = manifest["files"][0]
    files[f"files/{first['path']}"] = bytes(30_000_000)


HOSTILE = {
    "a byte is another": flip,
    "the size is a lie": lie,
    "more is unpacked than is said": swell,
    "a way out": rename("../../../x/evil.png"),
    "an absolute path": rename("/tmp/evil.png"),
    "a shot that is none": rename("s000000000000/evil.png"),
    "a hidden file": rename("s000000000000/.evil"),
    "a file besides": lambda m, f: f.__setitem__("files/s000000000000/x", b"x"),
    "a file is missing": lambda m, f: f.pop(next(iter(f))),
    "no manifest's form": lambda m, f: m.__setitem__("format", 2),
    "another version's tables": lambda m, f: m.__setitem__("revision", "0000"),
    "an album's id that is a path": lambda m, f: m.__setitem__("album", "../" * 8 + "x"),
    "another table": lambda m, f: m["tables"].__setitem__("sqlite_master", []),
    "another column": column("albums", "x", 1),
    "another type": column("shots", "at", "now"),
    "a row of another album": column("shots", "album", "b" * 25),
    "two albums": lambda m, f: m["tables"]["albums"].append(
        {**m["tables"]["albums"][0], "id": "b" * 25}
    ),
    "a link that is a path": column("albums", "link", "../x"),
    "a picture elsewhere": column("pictures", "file", "../../secret.png"),
}


def test_whatever_was_changed_on_the_way_is_refused_and_leaves_no_record(booth, tmp_path, data):
    file, shooting, _ = make(booth, tmp_path)
    database = Database(f"sqlite:///{tmp_path}/other.db")
    storage = Storage((tmp_path / "other").as_uri())
    try:
        for name, change in HOSTILE.items():
            bad = changed(file, tmp_path / "bad.zip", change)
            with pytest.raises(errors.BadArchive):
                print(name, moving.read(database, storage, bad))
        for junk in (b"", b"PK\x03\x04", file.read_bytes()[:-100]):
            (tmp_path / "bad.zip").write_bytes(junk)
            with pytest.raises(errors.BadArchive):
                moving.read(database, storage, tmp_path / "bad.zip")
        with pytest.raises(errors.BadArchive):
            moving.read(database, storage, tmp_path / "nowhere.zip")
        assert not (tmp_path / "x").exists()
        assert moving.read(database, storage, file) == shooting.album
    finally:
        database.close()


def test_what_was_deleted_is_not_exported(booth, tmp_path):
    shooting = Shooting.begin(booth)
    gone, kept = (shooting.printed()[1] for _ in range(2))
    settings = Settings()
    database, storage = Database(settings.records_url), Storage(settings.storage_url)
    from sameframe.album import Albums

    Albums(database, 30).hide(shooting.album, gone.shot)  # marked only, as a kill may leave it
    out = io.BytesIO()
    moving.write(database, storage, shooting.album, out)
    database.close()
    with zipfile.ZipFile(out) as archive:
        assert gone.shot not in "".join(archive.namelist())
        assert gone.shot.encode() not in archive.read("manifest.json")
        assert kept.shot in "".join(archive.namelist())


def test_no_album_no_archive(tmp_path, data):
    with pytest.raises(SystemExit, match="no such album"):
        run("export", "x" * 25, "--to", tmp_path / "x.zip")
    assert not list(tmp_path.glob("x.zip*"))

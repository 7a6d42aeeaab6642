"""Files and records by themselves: whole or not at all, and brought up to date."""

import os
import sqlite3
import subprocess
import sys
import threading

import msgspec
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sameframe import errors
from sameframe.db import AlbumRow, Database, Row
from sameframe.storage import Storage
from sameframe_worker.scene import Scene


@pytest.fixture(params=["file", "memory"])
def storage(request, tmp_path) -> Storage:
    """Return a local folder (with a name that a URL must quote), and one of obstore's others."""
    if request.param == "file":
        return Storage((tmp_path / "a folder %").as_uri())
    return Storage("memory:///")


def test_a_file_is_what_was_put(storage):
    data = bytes(range(256)) * 4096
    storage.put("a/s1/x.png", data)
    assert storage.get("a/s1/x.png") == b"".join(storage.chunks("a/s1/x.png")) == data
    storage.put("a/s1/x.png", b"new")
    assert storage.get("a/s1/x.png") == b"new"


async def test_a_file_is_streamed_with_its_size(storage):
    storage.put("a/s1/x.png", b"x" * 600_000)
    size, pieces = await storage.stream("a/s1/x.png")
    assert size == 600_000
    assert b"".join([piece async for piece in pieces]) == b"x" * 600_000
    with pytest.raises(errors.NotFound):
        await storage.stream("a/s1/y.png")


def test_what_is_not_there(storage):
    with pytest.raises(errors.NotFound):
        storage.get("a/s1/x.png")
    storage.delete("a/s1/x.png")
    storage.clear("a/s1/")
    assert storage.folders() == []


def test_a_folder_is_cleared_and_no_other(storage):
    for path in ("a/s1/x.png", "a/s1/y.png", "a/s2/x.png", "b/s1/x.png"):
        storage.put(path, b"x")
    assert sorted(storage.folders()) == ["a", "b"]
    assert sorted(storage.folders("a")) == ["a/s1", "a/s2"]
    storage.clear("a/s1/")
    assert storage.folders("a") == ["a/s2"]
    storage.delete("a/s2/x.png")
    storage.clear("a/s2/")
    assert storage.folders() == ["b"]


def test_what_a_killed_server_half_wrote_is_cleared_too(tmp_path):
    storage = Storage(tmp_path.as_uri())
    storage.put("a/s1/x.png", b"x")
    (tmp_path / "a" / "s1" / "y.png#1").write_bytes(b"half")
    storage.clear("a/s1/")
    assert list(tmp_path.iterdir()) == []


def begin_at_once(url: str, count: int = 4) -> None:
    """Open one database in several processes at the same moment; raise unless all succeed."""
    opens = (
        "import sys; from sameframe.db import Database; print(flush=True); sys.stdin.read(1);"
        f"Database({url!r}).close()"
    )
    servers = [
        subprocess.Popen([sys.executable, "-c", opens], stdin=-1, stdout=-1, stderr=-1)
        for _ in range(count)
    ]
    for server in servers:
        server.stdout.readline()  # all that it needs is imported
    for server in servers:
        server.stdin.write(b"x")
        server.stdin.flush()
    said = [server.communicate(timeout=60)[1].decode()[-2000:] for server in servers]
    assert [server.returncode for server in servers] == [0] * count, said


# --- records ---------------------------------------------------------------------------------


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/deep/x.db")
    yield database
    database.close()


def test_migrations_lead_to_what_the_code_expects(database):
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Row.metadata) == []


def test_servers_that_start_at_once_bring_one_database_up_to_date(tmp_path):
    for n in range(3):
        begin_at_once(f"sqlite:///{tmp_path}/{n}/x.db")


def test_a_database_is_opened_again_as_it_was(database, tmp_path):
    with database.writing() as session:
        session.add(AlbumRow(id="a", link="a", room=b"r", host=b"h", touched=1.5))
    again = Database(f"sqlite:///{tmp_path}/deep/x.db")
    with again.reading() as session:
        assert session.get_one(AlbumRow, "a").touched == 1.5
    again.close()


def test_an_exception_rolls_back(database):
    def fail() -> None:
        with database.writing() as session:
            session.add(AlbumRow(id="a", link="a", room=b"r", host=b"h", touched=1))
            session.flush()
            raise errors.NotKept

    with pytest.raises(errors.NotKept):
        fail()
    with database.reading() as session:
        assert session.get(AlbumRow, "a") is None


def test_writers_wait_for_each_other_and_readers_for_nobody(database, tmp_path):
    with database.writing() as session:
        session.add(AlbumRow(id="a", link="a", room=b"", host=b"", touched=0))

    def count() -> None:
        for _ in range(20):
            with database.writing() as session:
                session.get_one(AlbumRow, "a").touched += 1

    threads = [threading.Thread(target=count) for _ in range(4)]
    with database.writing() as session:
        session.get_one(AlbumRow, "a")
        for thread in threads:
            thread.start()
        with database.reading() as reader:
            assert reader.get_one(AlbumRow, "a").touched == 0
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.get_one(AlbumRow, "a").touched == 80
    with sqlite3.connect(tmp_path / "deep" / "x.db") as db:
        assert db.execute("pragma journal_mode").fetchone() == ("wal",)
    db.close()


def test_a_scene_of_before_there_were_looks_has_none():
    kept = '{"background":{"name":"beach","colour":"#D9CBB8"},"layers":[]}'
    assert msgspec.json.decode(kept, type=Scene).look.plain


# --- files -----------------------------------------------------------------------------------


def test_a_file_that_comes_while_its_folder_is_cleared_stops_nothing(tmp_path, monkeypatch):
    storage, real = Storage(tmp_path.as_uri()), os.rmdir
    storage.put("album/shot/print.1.jpg", b"1")

    def late(path, **where):
        monkeypatch.setattr(os, "rmdir", real)
        storage.put("album/shot/print.2.jpg", b"2")
        return real(path, **where)

    monkeypatch.setattr(os, "rmdir", late)
    storage.clear("album/shot/")
    assert storage.files("album/shot") == ["print.2.jpg"]
    storage.clear("album/shot/")
    assert storage.files("album") == []

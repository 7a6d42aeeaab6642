"""The first page of an album of 500 shots, against that of an album of 20."""

import tempfile
from pathlib import Path
from time import perf_counter

from sameframe import ids
from sameframe.app import create_app
from sameframe.db import AlbumRow, Database, PrintRow, ShotRow
from sameframe.settings import Settings
from starlette.testclient import TestClient

from bench.rows import Row

_ROUNDS = 30
_SHOTS, _FEW = 500, 20


def measure() -> list[Row]:
    """Return the server's milliseconds for the page, from request to the last byte."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), album_days=None)
        database = Database(settings.records_url)
        albums = [_album(database, shots) for shots in (_SHOTS, _FEW)]
        database.close()
        with TestClient(create_app(settings)) as client:
            large, small = (_ms(client, f"/a/{album}") for album in albums)
    return [Row("album.first_paint", large, "ms", baseline=small)]


def _ms(client: TestClient, path: str) -> float:
    took = []
    for _ in range(_ROUNDS):
        began = perf_counter()
        answer = client.get(path)
        took.append((perf_counter() - began) * 1000)
        assert answer.status_code == 200
    return min(took)


def _album(database: Database, shots: int) -> str:
    album = ids.album_id()
    with database.writing() as session:
        session.add(AlbumRow(id=album, link=album, room=b"", host=b"", touched=0))
        for n in range(shots):
            shot = ShotRow(id=ids.shot_id(), album=album, at=n * 60_000, state="printed")
            shot.scene, shot.wanted, shot.made, shot.deleted = "{}", 1, 1, False
            size = {"width": 3840, "height": 2160, "jpeg_bytes": 1, "png_bytes": 1}
            shot.prints = [PrintRow(number=1, fills=[], **size)]
            session.add(shot)
    return album

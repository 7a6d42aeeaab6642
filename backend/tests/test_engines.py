"""The grown engines do what the default ones do: pictures in S3, records in PostgreSQL."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from sameframe.album import Albums
from sameframe.db import Database, migrate
from sameframe.settings import Settings
from sameframe.stills import HEIGHTS
from sameframe.storage import Storage
from sqlalchemy import text

from . import engines
from .shooting import GREEN, RED, Shooting, cutout
from .test_albums import delete
from .test_backdrops import address, bring, brought, choose, picture, remove
from .test_records import begin_at_once
from .test_takes import Reader, Uploading, film

pytestmark = pytest.mark.usefixtures("small_prints")


@pytest.fixture(scope="module")
def bucket():
    with engines.s3() as server:
        yield server.environment


@pytest.fixture(scope="module")
def postgres():
    with engines.postgresql() as url:
        yield url


@pytest.fixture
def grown(bucket, postgres, monkeypatch, open_booth):
    """Return a server whose pictures are in S3 and whose records are in PostgreSQL."""
    for name, value in bucket.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SAMEFRAME_STORAGE", "s3://booth/some/prefix")
    monkeypatch.setenv("SAMEFRAME_DATABASE", postgres)
    return open_booth()


def counted(database: Database) -> dict[str, int]:
    names = ("albums", "shots", "guests", "pictures", "prints", "requests")
    with database.reading() as session:
        return {n: session.execute(text(f"select count(*) from {n}")).scalar_one() for n in names}


def test_an_album_in_s3_and_postgresql(grown, data, monkeypatch):
    settings = Settings()
    storage, database = Storage(settings.storage_url), Database(settings.records_url)
    try:
        shooting = Shooting.begin(grown)
        shutter, printed = shooting.printed()
        assert shooting.put(shutter, 0, cutout(RED)).status_code == 200
        kept = shooting.printed()[1]
        assert not (data / "files").exists()
        page = shooting.get(f"/a/{shooting.album}").text
        assert printed.print.preview in page
        assert kept.print.preview in page
        assert shooting.get(printed.print.jpeg).content[:2] == b"\xff\xd8"
        archive = shooting.get(f"/a/{shooting.album}/all.zip").content
        assert zipfile.ZipFile(io.BytesIO(archive)).testzip() is None
        # A retake: the print is made anew, its older files go.
        shooting.retake(shutter, 0, cutout(GREEN))
        assert shooting.changed(lambda m: m.state == "printed").print.number == 2

        assert delete(shooting, printed.shot, shooting.made.host).status_code == 204
        assert storage.folders(shooting.album) == [f"{shooting.album}/{kept.shot}"]
        assert counted(database) == {
            "albums": 1, "shots": 1, "guests": 2, "pictures": 2, "prints": 1, "requests": 0,
        }  # fmt: skip
        albums = Albums(database, days=1e-9)
        assert albums.expire(shutter.at + 86_400_000) == [(shooting.album, kept.shot)]
        storage.clear(f"{shooting.album}/{kept.shot}/")
        assert storage.folders() == []
        assert set(counted(database).values()) == {0}
    finally:
        database.close()


def test_backgrounds_of_ones_own_in_s3_and_postgresql(grown, data):
    shooting = Shooting.begin(grown)
    backdrop = brought(shooting, picture(size=(1920, 1080)))
    for height in HEIGHTS:
        answer = shooting.get(address(shooting, backdrop.file, height))
        assert answer.headers["cache-control"] == "private, max-age=86400, immutable"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert Image.open(io.BytesIO(answer.content)).height == min(height, 1080)
    assert bring(shooting, picture(size=(1920, 1080))).status_code == 200
    choose(shooting, backdrop.file)
    _, printed = shooting.printed()
    print_ = Image.open(io.BytesIO(shooting.get(printed.print.jpeg).content))
    assert np.abs(np.subtract(print_.getpixel((4, 4)), (0, 128, 128))).max() < 6
    # A shot needs the one, nothing the other.
    other = brought(shooting, picture("navy"))
    for file, status in ((backdrop.file, 200), (other.file, 404)):
        assert remove(shooting, file, shooting.made.host).status_code == 204
        assert shooting.get(address(shooting, file)).status_code == status
    assert not (data / "files").exists()


def test_a_later_server_finds_everything(grown, open_booth):
    shooting = Shooting.begin(grown)
    printed = shooting.printed()[1]
    uploading = Uploading(shooting)
    take, short = uploading.upload(film()).rsplit("/", 1)[-1], film(b"s" * 900)
    assert Reader(uploading, 1).put(take, short).status_code == 204
    grown.stop()
    shooting.booth = open_booth()
    uploading.url = shooting.booth.url
    assert shooting.get(printed.print.jpeg).status_code == 200
    reader, maker = Reader(uploading), Reader(uploading, 1)
    part = {"range": "bytes=100-199"}
    assert maker.ask("GET", f"/{take}/take.mp4", headers=part).content == film()[100:200]
    led = reader.ask("GET", f"/{take}/take.mp4", headers=part, follow_redirects=True)
    assert (led.status_code, led.content) == (206, short[100:200])
    assert maker.ask("POST", f"/takes/{take}/delete").status_code == 303
    assert led.url.path.split("/")[-2] not in str(
        Storage(Settings().storage_url).folders(shooting.album)
    )


def test_migrations_lead_to_the_same_in_postgresql(postgres, monkeypatch):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sameframe.db import Row

    monkeypatch.setenv("SAMEFRAME_DATABASE", postgres)
    database = Database(Settings().records_url)
    with database.engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Row.metadata) == []
        migrate(connection)  # again, with nothing to do
    database.close()


def test_servers_that_start_at_once_bring_one_database_up_to_date(postgres, monkeypatch):
    monkeypatch.setenv("SAMEFRAME_DATABASE", postgres)
    url = Settings().records_url
    for n in range(3):
        database = Database(url)
        with database.engine.begin() as connection:
            connection.execute(text(f"create schema race{n}"))
        database.close()
        begin_at_once(f"{url}&options=-csearch_path%3Drace{n}")

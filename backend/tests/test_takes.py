"""Takes: uploaded in pieces, checked, played with ranges, deleted, purged."""

import base64
import hashlib
import io
import time
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sameframe import errors, mp4

from .shooting import Shooting, until


def code(answer: httpx2.Response) -> str:
    return answer.json()["code"]


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def film(media: bytes = b"m" * 5000, handler: bytes = b"vide") -> bytes:
    """Return the boxes of a small MP4."""
    hdlr = box(b"hdlr", bytes(8), handler, bytes(13))
    moov = box(b"moov", box(b"mvhd", bytes(100)), box(b"trak", box(b"mdia", hdlr)))
    return box(b"ftyp", b"isom", bytes(4)) + moov + box(b"mdat", media)


class Uploading:
    """A guest's way to upload a take."""

    def __init__(self, shooting: Shooting, guest: int = 1):
        self.shooting, self.url = shooting, shooting.booth.url
        self.token = {"authorization": f"Bearer {shooting.guests[guest].welcome.token}"}

    def announce(self, data: bytes, **changed: str) -> httpx2.Response:
        digest = hashlib.sha256(hashlib.sha256(data).digest()).hexdigest()  # one piece
        told = {"sha256": digest, "width": "1280", "height": "720"}
        told |= {"ms": "4000"} | changed
        pairs = [f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in told.items()]
        headers = {"upload-length": str(len(data)), "upload-metadata": ",".join(pairs)}
        room = f"{self.url}/api/rooms/{self.shooting.made.room}/takes"
        return httpx2.post(room, headers=headers | self.token)

    def append(self, path: str, offset: int, piece: bytes, **more: str) -> httpx2.Response:
        headers = {"upload-offset": str(offset), "content-type": "application/offset+octet-stream"}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        return httpx2.patch(self.url + path, content=piece, headers=headers | self.token)

    def offset(self, path: str) -> int:
        answer = httpx2.head(self.url + path, headers=self.token)
        return int(answer.headers["upload-offset"])

    def upload(self, data: bytes) -> str:
        """Upload a take whole; return its address in the album."""
        path = self.announce(data).headers["location"]
        assert self.append(path, 0, data).status_code == 204
        return f"{self.url}/a/{self.shooting.album}/{path.rsplit('/', 1)[-1]}"


@pytest.fixture
def uploading(booth) -> Uploading:
    return Uploading(Shooting.begin(booth))


def test_an_upload_goes_on_where_it_broke_off_and_is_played_with_ranges(uploading) -> None:
    data = film()
    path = uploading.announce(data).headers["location"]
    album = f"{uploading.url}/a/{uploading.shooting.album}"
    address = f"{album}/{path.rsplit('/', 1)[-1]}/take.mp4"
    assert uploading.append(path, 0, data[:2000]).headers["upload-offset"] == "2000"
    assert httpx2.get(address).status_code == 404  # not before it is whole
    assert code(uploading.append(path, 0, data)) == errors.BadOffset.code
    assert uploading.offset(path) == 2000
    assert uploading.append(path, 2000, data[2000:]).status_code == 204
    assert uploading.offset(path) == len(data)

    whole = httpx2.get(address)
    assert (whole.status_code, whole.content) == (200, data)
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["x-content-type-options"] == "nosniff"
    for asked, span in (("100-199", (100, 200)), ("5000-", (5000, None)), ("-64", (-64, None))):
        part = httpx2.get(address, headers={"range": f"bytes={asked}"})
        assert (part.status_code, part.content) == (206, data[slice(*span)])
        assert part.headers["content-range"].endswith(f"/{len(data)}")
    beyond = httpx2.get(address, headers={"range": f"bytes={len(data)}-"})
    assert beyond.status_code == 416
    page = httpx2.get(album).text
    assert f'src="{address.removeprefix(uploading.url)}"' in page
    assert 'preload="none"' in page


def test_what_comes_must_be_what_was_announced_and_a_film(uploading) -> None:
    data = film()
    path = uploading.announce(data).headers["location"]
    assert code(uploading.append(path, 0, data[:-1] + b"x")) == errors.TakeDamaged.code
    assert code(httpx2.patch(uploading.url + path, headers=uploading.token)) == "unknown_take"
    for wrong in (b"<html>" + bytes(500), film(handler=b"soun"), film()[:-3], film() + b"12345678"):
        path = uploading.announce(wrong).headers["location"]
        assert code(uploading.append(path, 0, wrong)) == errors.NotATake.code
    assert code(uploading.announce(data, width="0")) == errors.BadTake.code
    assert code(uploading.announce(data, sha256="ab")) == errors.BadTake.code


def test_a_piece_that_was_damaged_on_its_way_is_asked_for_again(uploading) -> None:
    data = film()
    path = uploading.announce(data).headers["location"]
    checksum = f"sha256 {base64.b64encode(hashlib.sha256(data[:2000]).digest()).decode()}"
    damaged = b"?" + data[1:2000]
    answer = uploading.append(path, 0, damaged, upload_checksum=checksum)
    assert (answer.status_code, code(answer)) == (460, errors.PieceDamaged.code)
    assert uploading.offset(path) == 0
    for wrong in ("md5 abcd", "sha256", ""):
        answer = uploading.append(path, 0, data[:2000], upload_checksum=wrong)
        assert code(answer) in (errors.BadTake.code, errors.PieceDamaged.code)
    assert uploading.append(path, 0, data[:2000], upload_checksum=checksum).status_code == 204
    assert uploading.append(path, 2000, data[2000:]).status_code == 204


def test_only_guests_upload_and_only_their_own(uploading, booth) -> None:
    data = film()
    path = uploading.announce(data).headers["location"]
    stranger = Uploading(uploading.shooting, guest=0)
    assert code(stranger.append(path, 0, data)) == errors.UnknownTake.code
    stranger.token = {"authorization": "Bearer nobodys-token-of-all"}
    assert code(stranger.announce(data)) == errors.BadGuestToken.code


def test_a_take_and_an_album_have_their_bounds(open_booth, tmp_path: Path) -> None:
    booth = open_booth(take_mb=1, takes_mb=2, data=tmp_path / "data")
    uploading = Uploading(Shooting.begin(booth))
    assert code(uploading.announce(bytes(1_000_001))) == errors.TakeTooLarge.code
    for _ in range(2):
        assert uploading.announce(bytes(1_000_000)).status_code == 201
    assert code(uploading.announce(film())) == errors.TakesFull.code


def test_a_poster_is_encoded_anew(uploading) -> None:
    data = film()
    path = uploading.announce(data).headers["location"]
    uploading.append(path, 0, data)
    picture = io.BytesIO()
    Image.new("RGB", (1280, 720), "red").save(picture, "WEBP")
    to = f"{uploading.url}{path}/poster"
    assert httpx2.put(to, content=b"RIFF", headers=uploading.token).status_code == 415
    answer = httpx2.put(to, content=picture.getvalue(), headers=uploading.token)
    assert answer.status_code == 204
    take = f"{uploading.url}/a/{uploading.shooting.album}/{path.rsplit('/', 1)[-1]}"
    shown = Image.open(io.BytesIO(httpx2.get(f"{take}/poster.webp").content))
    assert (shown.format, shown.size) == ("WEBP", (960, 540))


def test_the_host_deletes_a_take_and_guests_do_not(uploading) -> None:
    take = uploading.upload(film())
    origin = {"origin": uploading.url}
    assert code(httpx2.post(f"{take}/delete-take", headers=origin)) == errors.BadHostToken.code
    cookie = {"cookie": f"sameframe_host={uploading.shooting.made.host}"}
    assert httpx2.post(f"{take}/delete-take", headers=origin | cookie).status_code == 303
    assert httpx2.get(f"{take}/take.mp4").status_code == 404


def test_expired_albums_go_with_their_takes(open_booth, tmp_path: Path) -> None:
    from sameframe.app import create_darkroom, create_hub, create_takes
    from sameframe.settings import Settings

    data = tmp_path / "data"
    booth = open_booth(data=data)
    uploading = Uploading(Shooting.begin(booth))
    uploading.upload(film())
    half = uploading.announce(film()).headers["location"]
    uploading.append(half, 0, film()[:100])
    announced = time.time()
    until(lambda: time.time() > announced)  # an album lasts 0.09 ms here
    settings = Settings(data=data, album_days=1e-9)
    darkroom = create_darkroom(settings, create_hub(settings))
    create_takes(settings, darkroom)
    darkroom.purge()
    darkroom.albums.close()
    assert not [path for path in (data / "files").rglob("*") if path.is_file()]
    assert not list((data / "incoming").iterdir())


@given(st.binary(max_size=300))
def test_no_bytes_break_the_check(data: bytes) -> None:
    for tried in (data, box(b"ftyp", data) + box(b"moov", data) + box(b"mdat")):
        with pytest.raises(errors.NotATake):
            mp4.check(io.BytesIO(tried), len(tried))
    mp4.check(io.BytesIO(film()), len(film()))

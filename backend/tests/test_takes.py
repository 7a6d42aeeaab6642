"""Takes: uploaded in pieces, checked, played with ranges, deleted, purged."""

import base64
import hashlib
import io
import time
import zipfile
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sameframe import errors, mp4

from .shooting import Shooting, list_files, until
from .test_albums import age


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

    def announce(
        self, data: bytes, to: str | None = None, headers: dict[str, str] | None = None,
        **changed: str,
    ) -> httpx2.Response:  # fmt: skip
        digest = hashlib.sha256(hashlib.sha256(data).digest()).hexdigest()  # one piece
        told = {"sha256": digest, "width": "1280", "height": "720"}
        told |= {"ms": "4000"} | changed
        pairs = [f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in told.items()]
        about = {"upload-length": str(len(data)), "upload-metadata": ",".join(pairs)}
        to = to or f"/api/rooms/{self.shooting.made.room}/takes"
        return httpx2.post(self.url + to, headers=about | (headers or self.token))

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


class Reader:
    """Someone at the album's pages: nobody, the host, or one of the room's guests."""

    def __init__(self, uploading: Uploading, who: int | str | None = None):
        self.uploading = uploading
        shooting, cookie = uploading.shooting, ""
        if who == "host":
            cookie = f"sameframe_host={shooting.made.host}"
        elif who is not None:
            cookie = f"sameframe_guest={shooting.guests[who].welcome.token}"
        self.headers = {"origin": uploading.url, "cookie": cookie}
        self.album = f"{uploading.url}/a/{shooting.album}"

    def ask(self, method: str, path: str, **options) -> httpx2.Response:
        headers = self.headers | options.pop("headers", {})
        return httpx2.request(method, self.album + path, headers=headers, **options)

    def cut(self, take: str, data: bytes, **changed: str) -> httpx2.Response:
        """Announce a cut of a take."""
        page = f"/a/{self.uploading.shooting.album}/takes/{take}/cuts"
        return self.uploading.announce(data, page, headers=self.headers, **changed)

    def put(self, take: str, data: bytes) -> httpx2.Response:
        """Put a cut in a take's place, whole."""
        place = self.cut(take, data).headers["location"]
        return self.ask(
            "PATCH", place.partition(self.uploading.shooting.album)[2],
            content=data, headers={"upload-offset": "0"},
        )  # fmt: skip


def test_a_take_has_its_page(uploading) -> None:
    take = uploading.upload(film()).rsplit("/", 1)[-1]
    reader = Reader(uploading)
    assert f"/takes/{take}" in reader.ask("GET", "").text
    page = reader.ask("GET", f"/takes/{take}").text
    assert f'src="/a/{uploading.shooting.album}/{take}/take.mp4"' in page
    assert 'method="post"' not in page
    assert reader.ask("GET", f"/takes/{take}/qr.svg").headers["content-type"] == "image/svg+xml"
    assert reader.ask("GET", "/takes/t000000000000").status_code == 404
    with zipfile.ZipFile(io.BytesIO(reader.ask("GET", "/all.zip").content)) as archive:
        assert [archive.read(name) for name in archive.namelist()] == [film()]


def test_the_host_and_whoever_recorded_a_take_delete_it_and_nobody_else(uploading) -> None:
    for who in ("host", 1):
        take = uploading.upload(film()).rsplit("/", 1)[-1]
        for stranger in (Reader(uploading), Reader(uploading, 0)):
            assert code(stranger.ask("POST", f"/takes/{take}/delete")) == errors.NotYours.code
        one = Reader(uploading, who)
        evil = one.ask("POST", f"/takes/{take}/delete", headers={"origin": "http://evil.example"})
        assert code(evil) == errors.WrongOrigin.code
        assert "/delete" in one.ask("GET", f"/takes/{take}").text
        assert one.ask("POST", f"/takes/{take}/delete").status_code == 303
        assert one.ask("GET", f"/{take}/take.mp4").status_code == 404


def test_a_cut_is_shown_in_the_takes_place_and_can_be_undone(uploading, data: Path) -> None:
    whole, short, shorter = film(), film(b"s" * 900), film(b"r" * 300)
    take = uploading.upload(whole).rsplit("/", 1)[-1]
    maker, other = Reader(uploading, 1), Reader(uploading)
    assert maker.put(take, short).status_code == 204
    # Everyone sees the cut, also by the address of before; what was cut off is the makers'.
    led = other.ask("GET", f"/{take}/take.mp4", follow_redirects=True)
    assert (led.status_code, led.content) == (200, short)
    assert maker.ask("GET", f"/{take}/take.mp4").content == whole
    assert Reader(uploading, "host").ask("GET", f"/{take}/take.mp4").content == whole
    assert "Trimmed: " in maker.ask("GET", f"/takes/{take}").text
    assert other.ask("GET", f"/takes/{take}").text.count("take.mp4") == 2
    with zipfile.ZipFile(io.BytesIO(other.ask("GET", "/all.zip").content)) as archive:
        assert [archive.read(name) for name in archive.namelist()] == [short]
    # Another cut takes its place, files and all.
    first = led.url.path.split("/")[-2]
    assert maker.put(take, shorter).status_code == 204
    assert other.ask("GET", f"/{first}/take.mp4").status_code == 404
    assert other.ask("GET", f"/{take}/take.mp4", follow_redirects=True).content == shorter
    assert len(list_files(data)) == 2
    undone = maker.ask("POST", f"/takes/{take}/uncut")
    assert undone.headers["location"].endswith(f"/takes/{take}")
    assert other.ask("GET", f"/{take}/take.mp4").content == whole
    assert list_files(data) == [f"{uploading.shooting.album}/{take}/take.mp4"]
    # And with the take its cuts go.
    maker.put(take, short)
    half = maker.cut(take, shorter).headers["location"]
    assert maker.ask("POST", f"/takes/{take}/delete").status_code == 303
    assert list_files(data) == []
    assert not list((data / "incoming").iterdir())
    tail = half.partition(uploading.shooting.album)[2]
    assert maker.ask("PATCH", tail, headers={"upload-offset": "0"}).status_code == 404


def test_only_its_makers_cut_a_take_and_only_into_something_shorter(uploading) -> None:
    take = uploading.upload(film()).rsplit("/", 1)[-1]
    for stranger in (Reader(uploading), Reader(uploading, 0)):
        assert code(stranger.cut(take, film())) == errors.NotYours.code
        for what, method in (("cuts/t000000000000", "PATCH"), ("poster", "PUT"), ("uncut", "POST")):
            answer = stranger.ask(method, f"/takes/{take}/{what}")
            assert code(answer) == errors.NotYours.code
    maker = Reader(uploading, 1)
    assert code(maker.cut(take, film(), ms="4002")) == errors.BadTake.code
    assert code(maker.put(take, b"<html>" + bytes(500))) == errors.NotATake.code
    assert maker.cut("t000000000000", film()).status_code == 404
    maker.headers["origin"] = "http://evil.example"
    assert code(maker.cut(take, film())) == errors.WrongOrigin.code


def test_a_cut_counts_beside_its_original_but_not_beside_the_cut_it_replaces(
    open_booth, tmp_path: Path
) -> None:
    booth = open_booth(take_mb=1, takes_mb=2, data=tmp_path / "data")
    uploading = Uploading(Shooting.begin(booth))
    take = uploading.upload(film(b"m" * 900_000)).rsplit("/", 1)[-1]
    maker = Reader(uploading, 1)
    for _ in range(3):
        assert maker.put(take, film(b"c" * 800_000)).status_code == 204
    assert code(uploading.announce(film(b"m" * 400_000))) == errors.TakesFull.code
    maker.ask("POST", f"/takes/{take}/uncut")
    assert uploading.announce(film(b"m" * 400_000)).status_code == 201


def test_a_cover_is_chosen_and_its_address_changes(uploading) -> None:
    take = uploading.upload(film()).rsplit("/", 1)[-1]
    maker = Reader(uploading, 1)
    picture, shown = io.BytesIO(), []
    Image.new("RGB", (1280, 720), "red").save(picture, "WEBP")
    for _ in range(2):
        answer = maker.ask("PUT", f"/takes/{take}/poster", content=picture.getvalue())
        assert answer.status_code == 204
        page = maker.ask("GET", f"/takes/{take}").text
        shown.append(page.partition('poster="')[2].partition('"')[0])
    assert httpx2.get(uploading.url + shown[1]).status_code == 200
    assert shown[0] != shown[1]


def test_a_take_whose_server_was_killed_after_the_last_piece_is_kept_when_asked_for(
    uploading, data: Path
) -> None:
    path = uploading.announce(film()).headers["location"]
    uploading.append(path, 0, film()[:100])
    with (data / "incoming" / path.rsplit("/", 1)[-1]).open("ab") as part:
        part.write(film()[100:])  # written, and nobody was told
    assert uploading.offset(path) == len(film())
    take = f"{uploading.url}/a/{uploading.shooting.album}/{path.rsplit('/', 1)[-1]}"
    assert httpx2.get(f"{take}/take.mp4").content == film()


def test_takes_of_an_expired_album_are_gone_at_once_and_do_not_come_back(
    uploading, data: Path
) -> None:
    take = uploading.upload(film()).rsplit("/", 1)[-1]
    maker, host = Reader(uploading, 1), Reader(uploading, "host")
    maker.put(take, film(b"s" * 900))
    half = uploading.announce(film()).headers["location"]
    uploading.append(half, 0, film()[:100])
    age(data, 31)
    for one in (maker, host):
        assert take not in one.ask("GET", "").text
        for tail in (f"/takes/{take}", f"/{take}/take.mp4", f"/{take}/poster.webp"):
            assert one.ask("GET", tail).status_code == 404
        assert one.ask("POST", f"/takes/{take}/delete").status_code == 404
    assert httpx2.head(uploading.url + half, headers=uploading.token).status_code == 404
    # Whatever opens the album again, a shot or a take, opens an empty one.
    uploading.shooting.shoot()
    uploading.shooting.changed(lambda m: m.state == "opened")
    until(lambda: "<video" not in host.ask("GET", "").text)
    new = uploading.upload(film(b"n")).rsplit("/", 1)[-1]
    assert host.ask("GET", "").text.count("<video") == 1
    purge(data)
    files = [file for file in list_files(data) if "/t" in file]
    assert files == [f"{uploading.shooting.album}/{new}/take.mp4"]
    assert not list((data / "incoming").iterdir())


def test_a_take_opens_an_expired_album_empty(uploading, data: Path) -> None:
    old = uploading.upload(film()).rsplit("/", 1)[-1]
    age(data, 31)
    new = uploading.upload(film(b"n")).rsplit("/", 1)[-1]
    page = Reader(uploading, "host").ask("GET", "").text
    assert new in page
    assert old not in page
    purge(data)
    assert list_files(data) == [f"{uploading.shooting.album}/{new}/take.mp4"]


def purge(data: Path) -> None:
    """Do what a server does every hour."""
    from sameframe.app import create_darkroom, create_hub, create_takes
    from sameframe.settings import Settings

    settings = Settings(data=data)
    darkroom = create_darkroom(settings, create_hub(settings))
    create_takes(settings, darkroom)
    darkroom.purge()
    darkroom.albums.close()


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

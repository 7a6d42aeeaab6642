"""Pages and rooms over HTTP: what is served, how long it is kept, what is refused."""

import re
import xml.etree.ElementTree as ET

import pytest
import segno
from sameframe.app import create_app
from sameframe.security import HEADERS
from sameframe.settings import Settings
from starlette.testclient import TestClient

PAGE = "<!doctype html><title>Sameframe</title>"  # as conftest.py builds it
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_DAY = "public, max-age=86400, stale-while-revalidate=604800"


@pytest.fixture
def client(static):
    with TestClient(create_app(Settings(static=static))) as client:
        yield client


@pytest.fixture
def room(client) -> str:
    return client.post("/api/rooms").json()["room"]


# --- rooms -----------------------------------------------------------------------------------


def test_making_and_looking_into_a_room(client):
    made = client.post("/api/rooms")
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    assert re.fullmatch(r"[a-z]{5}(-[a-z]{5}){3}", made.json()["room"])
    info = client.get(f"/api/rooms/{made.json()['room']}").json()
    assert info["guests"] == []
    assert info["capacity"] == 8
    assert info["scene"]["background"]["name"] == "curtain"
    assert made.json()["host"] not in str(info)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/rooms/lusab-babad-gutih-tugad", 404, "unknown_room"),
        ("/api/rooms/lusab-babad-gutih-tugad/qr.svg", 404, "unknown_room"),
        ("/api/rooms/Ünï", 404, "bad_room_name"),
        ("/api/rooms/%00", 404, "bad_room_name"),
        ("/api/rooms", 405, "wrong_method"),
        ("/api/nothing", 404, "not_found"),
        ("/nothing.js", 404, "not_found"),
        ("/assets/", 404, "not_found"),
        ("/%00", 404, "not_found"),
    ],
)
def test_what_is_not_there(client, path, status, code):
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2f../x"])
def test_nothing_outside_the_folder_is_served(client, path):
    assert client.get(path).status_code == 404


def test_rooms_are_limited_per_address(static):
    with TestClient(create_app(Settings(static=static, rooms_per_hour=2))) as client:
        codes = [client.post("/api/rooms").status_code for _ in range(3)]
        assert codes == [201, 201, 429]


def test_rooms_are_bounded(static):
    with TestClient(create_app(Settings(static=static, rooms_max=1))) as client:
        client.post("/api/rooms")
        assert client.post("/api/rooms").json()["code"] == "server_full"


def test_the_qr_code_is_a_picture_with_a_title(client, room):
    answer = client.get(f"/api/rooms/{room}/qr.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    title = ET.fromstring(answer.text).find("{http://www.w3.org/2000/svg}title")
    assert "QR" in title.text
    assert room not in answer.text


@pytest.mark.parametrize("public", [None, "https://booth.example/"])
def test_the_qr_code_is_the_rooms_link(static, public):
    with TestClient(create_app(Settings(static=static, public_url=public))) as client:
        room = client.post("/api/rooms").json()["room"]
        drawn = ET.fromstring(client.get(f"/api/rooms/{room}/qr.svg").text)
    link = f"{(public or 'http://testserver').rstrip('/')}/r/{room}"
    wanted = ET.fromstring(segno.make(link, error="m").svg_inline(border=4))
    lines = [path.get("d") for path in drawn.iter() if path.get("class") == "qrline"]
    assert lines == [path.get("d") for path in wanted.iter() if path.get("class") == "qrline"] != []


def test_no_qr_code_of_an_endless_host(client, room):
    answer = client.get(f"/api/rooms/{room}/qr.svg", headers={"host": "a" * 4_000})
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_origin")


def test_other_sites_make_no_rooms(client):
    answer = client.post("/api/rooms", headers={"origin": "http://evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_origin")
    assert client.post("/api/rooms", headers={"origin": "http://testserver"}).status_code == 201


# --- pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/r/lusab-babad-gutih-tugad", "/r/whatever"])
def test_every_view_is_the_one_page(client, path):
    answer = client.get(path)
    assert answer.text == PAGE
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    again = client.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "kind", "kept"),
    [
        ("/assets/index-abc123.js", "text/javascript; charset=utf-8", FOR_EVER),
        ("/assets/font.woff2", "font/woff2", FOR_EVER),
        ("/vendor/pyodide-314.0.7/pyodide.asm.wasm", "application/wasm", FOR_EVER),
        ("/vendor/pyodide-314.0.7/pyodide.mjs", "text/javascript; charset=utf-8", FOR_EVER),
        ("/backgrounds/curtain.webp", "image/webp", FOR_A_DAY),
        ("/favicon.svg", "image/svg+xml", "no-cache"),
    ],
)
def test_files_have_their_type_and_their_time(client, path, kind, kept):
    answer = client.get(path, headers={"accept-encoding": "identity"})
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == kept
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_precompressed_files_are_sent_to_who_takes_them(client, accepted, encoding):
    with client.stream(
        "GET", "/assets/index-abc123.js", headers={"accept-encoding": accepted}
    ) as answer:
        assert answer.headers.get("content-encoding") == encoding
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        body = b"".join(answer.iter_raw())
    assert len(body) == int(answer.headers["content-length"])
    assert body.startswith({"br": b"not really br", "gzip": b"not really gz"}.get(encoding, b"exp"))


def test_each_encoding_has_its_own_etag(client):
    tags = set()
    for accepted in ("br", "gzip", "identity"):
        with client.stream(
            "HEAD", "/assets/index-abc123.js", headers={"accept-encoding": accepted}
        ) as answer:
            tags.add(answer.headers["etag"])
    assert len(tags) == 3


def test_before_the_build_the_page_says_so(tmp_path):
    with TestClient(create_app(Settings(static=tmp_path / "none"))) as client:
        assert client.get("/").json()["code"] == "not_built"
        assert client.get("/x.js").status_code == 404


# --- headers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/healthz", "/nothing", "/assets/font.woff2", "/api/rooms"])
def test_every_answer_is_guarded(client, path):
    answer = client.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "strict-transport-security" not in answer.headers


def test_faults_are_guarded_and_say_nothing(static, monkeypatch):
    monkeypatch.setattr("sameframe.hub.Hub.make", lambda hub: 1 / 0)
    app = create_app(Settings(static=static))
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.post("/api/rooms")
    assert answer.json() == {"code": "server_fault", "detail": ""}
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]


def test_hsts_only_where_the_world_sees_tls(static):
    with TestClient(create_app(Settings(static=static, public_url="https://b.example"))) as client:
        assert "max-age" in client.get("/").headers["strict-transport-security"]

"""Albums as people see them: pages without JavaScript, downloads, deleting, the end."""

import io
import re
import sqlite3
import time
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import httpx2
import pytest
from PIL import Image
from sameframe import album, cards, pages, shots, texts
from sameframe.cli import main
from sameframe.security import HEADERS

from .shooting import RED, Shooting, code, cutout, list_files, until

SHOT = re.compile(r"/a/\w{25}/s\w{12}")
ROOT = Path(__file__).parents[2]
KOREAN = {"accept-language": "ko-KR,ko;q=0.9,en;q=0.8"}

pytestmark = pytest.mark.usefixtures("small_prints")


@pytest.fixture
def shooting(booth) -> Shooting:
    return Shooting.begin(booth)


@pytest.fixture
def printed(shooting):
    return shooting.printed()[1]


class Page(HTMLParser):
    """What a page says and where it leads."""

    def __init__(self, answer: httpx2.Response):
        super().__init__()
        self.links: list[str] = []
        self.images: list[dict[str, str]] = []
        self.tags: list[str] = []
        self.words = ""
        self.feed(answer.text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append(tag)
        if tag == "a":
            self.links.append(found["href"])
        if tag == "img":
            self.images.append(found)

    def handle_data(self, data):
        self.words += data


@pytest.fixture
def purge(monkeypatch):
    """Return what `sameframe purge` does, without its setting up our log for all tests."""
    monkeypatch.setattr("sameframe.cli.logs.configure", lambda: None)
    return lambda: main(["purge"], result_action="return_value")


def rows(data: Path) -> dict[str, int]:
    with sqlite3.connect(data / "sameframe.db") as db:
        tables = ("albums", "shots", "guests", "pictures", "prints")
        counts = {name: db.execute(f"select count(*) from {name}").fetchone()[0] for name in tables}
    db.close()
    return counts


def age(data: Path, days: float) -> None:
    """Make everything on record older."""
    with sqlite3.connect(data / "sameframe.db") as db:
        db.execute("update albums set touched = touched - ?", (days * album.DAY_MS,))
    db.close()


# --- looking ---------------------------------------------------------------------------------


def test_an_empty_album_says_what_to_do(shooting):
    answer = shooting.get(f"/a/{shooting.album}")
    assert answer.status_code == 200
    assert "No pictures yet." in Page(answer).words
    assert "/all.zip" not in answer.text


def test_the_album_shows_every_print_newest_first(shooting):
    prints_ = [shooting.printed()[1].print for _ in range(2)]
    answer = shooting.get(f"/a/{shooting.album}")
    page = Page(answer)
    links = [link for link in page.links if SHOT.fullmatch(link)]
    assert links == [p.page for p in reversed(prints_)]
    assert [image["src"] for image in page.images] == [p.preview for p in reversed(prints_)]
    assert all(image["width"] == "768" and image["alt"] for image in page.images)
    preview = shooting.get(prints_[0].preview)
    assert preview.headers["content-type"] == "image/webp"
    assert Image.open(io.BytesIO(preview.content)).size == (640, 360)


def test_pages_obey_their_policy_and_load_only_what_we_built(shooting, printed):
    for path in (f"/a/{shooting.album}", printed.print.page, "/a/nothing"):
        answer = shooting.get(path)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        assert answer.headers["cache-control"] == "private, no-cache"
        assert not re.search(r"\sstyle=|\son\w+=|<style|<script>", answer.text)
        ours = re.escape(shooting.booth.url)
        assert not re.search(rf"https?://(?!www\.w3|{ours[7:]})", answer.text)
        styles = re.findall(r'rel="stylesheet" href="([^"]+)"', answer.text)
        assert styles == ["/assets/tokens-abc.css", "/assets/album-abc.css"]
        scripts = re.findall(r'<script type="module" src="([^"]+)"', answer.text)
        assert scripts == ["/assets/album-abc.js"]
        for file, kind in zip(styles + scripts, ("css", "css", "javascript"), strict=True):
            built = shooting.get(file)
            assert built.headers["content-type"] == f"text/{kind}; charset=utf-8"
            assert "immutable" in built.headers["cache-control"]


def test_pages_are_there_where_nothing_is_built(shooting, static):
    (static / "built.json").unlink()
    answer = shooting.get(f"/a/{shooting.album}")
    assert answer.status_code == 200
    assert "stylesheet" not in answer.text


def test_a_picture_has_its_page(shooting, printed):
    answer = shooting.get(printed.print.page)
    page = Page(answer)
    assert {printed.print.jpeg, printed.print.png, f"/a/{shooting.album}#{printed.shot}"} <= set(
        page.links
    )
    assert 'method="post"' not in answer.text
    qr = shooting.get(f"{printed.print.page}/qr.svg")
    assert qr.headers["content-type"] == "image/svg+xml"
    other = shooting.printed()[1].print.page
    assert other in Page(shooting.get(printed.print.page)).links
    assert printed.print.page in Page(shooting.get(other)).links


def test_pages_speak_korean_to_whom_wants_it(shooting, printed):
    for path in (f"/a/{shooting.album}", printed.print.page, "/a/nothing"):
        answer = shooting.get(path, headers=KOREAN)
        assert '<html lang="ko"' in answer.text
        assert "Accept-Language" in answer.headers["vary"]
        assert not re.search(r"Download|picture", Page(answer).words)


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        ("", "en"),
        ("ko", "ko"),
        ("en-GB,ko;q=0.5", "en"),
        ("de,ko;q=0.7,en;q=0.3", "ko"),
        ("fr", "en"),
        ("ko;q=x,;;,=", "en"),
        ("ko;q=0", "en"),
        ("KO-KR", "ko"),
    ],
)
def test_the_language_is_what_the_browser_likes_best(accepted, spoken):
    assert texts.language(accepted) == spoken


def test_both_languages_say_everything():
    assert texts.TEXTS["en"].keys() == texts.TEXTS["ko"].keys()
    holes = {k: re.findall(r"{\w+}", v) for k, v in texts.TEXTS["en"].items()}
    assert holes == {k: re.findall(r"{\w+}", v) for k, v in texts.TEXTS["ko"].items()}


def test_every_paper_has_its_size():
    style = (ROOT / "frontend/src/styles/album.css").read_text()
    for paper in pages.PAPERS:
        assert f'[data-paper="{paper}"][data-turn="portrait"]' in style
        assert f"paper_{paper}" in texts.TEXTS["en"]


def test_a_long_album_is_paged(shooting, monkeypatch):
    monkeypatch.setattr(album, "PAGE", 1)
    made = [shooting.printed()[1].print.page for _ in range(3)]
    path, seen = f"/a/{shooting.album}", []
    while path:
        page = Page(shooting.get(path))
        seen += [link for link in page.links if SHOT.fullmatch(link)]
        path = next((link for link in page.links if "?before=" in link), None)
    assert seen == made[::-1]
    for odd in ("x", "-1", "9" * 400, ""):
        assert shooting.get(f"/a/{shooting.album}?before={odd}").status_code == 200


def test_a_print_on_its_way_is_shown_and_looked_for_again(shooting):
    shooting.shoot()
    shooting.changed(lambda m: m.state == "expecting")
    answer = shooting.get(f"/a/{shooting.album}")
    assert texts.TEXTS["en"]["developing"] in answer.text
    assert '<noscript><meta http-equiv="refresh"' in answer.text
    assert 'data-live="' in answer.text


def test_whoever_looks_again_is_told_only_what_is_new(shooting):
    path = f"/a/{shooting.album}"
    first = shooting.get(path)
    assert "data-live" in first.text  # its room lives
    mark = {"if-none-match": first.headers["etag"]}
    again = shooting.get(path, headers=mark)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    shooting.printed()
    assert shooting.get(path, headers=mark).status_code == 200
    assert shooting.get(path, headers=mark | KOREAN).headers["etag"] != first.headers["etag"]


def test_neighbours_are_those_that_have_a_print(shooting):
    made = [shooting.printed()[1].print.page for _ in range(3)]
    shooting.shoot()
    ways = [
        dict(re.findall(r'href="([^"]+)" rel="(prev|next)"', shooting.get(p).text)) for p in made
    ]
    assert [{rel: page for page, rel in way.items()} for way in ways] == [
        {"prev": made[1]},
        {"prev": made[2], "next": made[0]},
        {"next": made[1]},
    ]


def test_a_messenger_sees_a_card(shooting, printed):
    empty = Shooting.begin(shooting.booth)
    assert "og:image" not in shooting.get(f"/a/{empty.album}").text
    cards_ = []
    for page in (f"/a/{shooting.album}", printed.print.page):
        meta = dict(
            re.findall(r'<meta property="([^"]+)" content="([^"]+)"', shooting.get(page).text)
        )
        assert meta["og:url"] == shooting.booth.url + page
        assert meta["og:image"] == f"{shooting.booth.url}{page}/card.jpg"
        answer = httpx2.get(meta["og:image"])
        assert answer.headers["content-type"] == "image/jpeg"
        cards_.append(Image.open(io.BytesIO(answer.content)))
    assert all((card.format, card.size) == ("JPEG", (1200, 630)) for card in cards_)


def test_a_card_is_where_the_world_finds_it(open_booth):
    public = Shooting.begin(open_booth(public_url="https://booth.example"))
    text = public.get(public.printed()[1].print.page).text
    assert 'property="og:image" content="https://booth.example/a/' in text


def test_a_card_shows_all_of_a_print():
    strip = io.BytesIO()
    Image.new("RGB", (600, 1800), (200, 30, 30)).save(strip, "JPEG")
    card = Image.open(io.BytesIO(cards.of_print(strip.getvalue())))
    assert card.size == (1200, 630)
    assert card.getpixel((600, 315))[0] > 180 > card.getpixel((600, 315))[1]
    assert min(card.getpixel((300, 315))) > 230


def test_a_picture_is_laid_out_for_the_paper_one_chooses(shooting, printed):
    for paper, wanted in (("a4", "a4"), ("13x18", "13x18"), ("", "10x15"), ("x", "10x15")):
        answer = shooting.get(f"{printed.print.page}?paper={paper}")
        assert f'<html lang="en" data-paper="{wanted}" data-turn="landscape">' in answer.text


# --- taking home -----------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "form"), [("jpeg", "JPEG"), ("png", "PNG"), ("preview", "WEBP")])
def test_files_have_their_name_and_type_and_time(shooting, printed, kind, form):
    answer = shooting.get(getattr(printed.print, kind))
    ending = {"jpeg": "jpg", "png": "png", "preview": "webp"}[kind]
    named = rf'inline; filename="sameframe-\d{{8}}-\d{{6}}-\d\.{ending}"'
    assert re.fullmatch(named, answer.headers["content-disposition"])
    assert answer.headers["cache-control"] == "private, max-age=86400, immutable"
    assert answer.headers["content-type"] == f"image/{form.lower()}"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert Image.open(io.BytesIO(answer.content)).format == form


def test_all_prints_come_in_one_zip(shooting):
    pages = [shooting.printed()[1].print for _ in range(2)]
    answer = shooting.get(f"/a/{shooting.album}/all.zip")
    assert answer.headers["content-disposition"] == 'attachment; filename="sameframe-album.zip"'
    assert int(answer.headers["content-length"]) == len(answer.content)
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    assert len(set(archive.namelist())) == 2
    for name, print_ in zip(sorted(archive.namelist()), pages, strict=True):
        assert archive.read(name) == shooting.get(print_.jpeg).content


@pytest.mark.parametrize(
    "path", ["", "/all.zip", "/{shot}", "/{shot}/1.jpg", "/{shot}/qr.svg", "/{shot}/delete"]
)
def test_without_the_link_there_is_nothing(shooting, printed, path):
    path = f"/a/{'b' * 25}" + path.format(shot=printed.shot)
    answer = shooting.get(path)
    assert answer.status_code in (404, 405)
    assert shooting.album not in answer.text


@pytest.mark.parametrize(
    "file", ["1.gif", "0.jpg", "01.jpg", "1.jpg.png", "..%2f1.jpg", "1.jpg%00", "print.1.jpg", "x"]
)
def test_only_prints_are_served(shooting, printed, file):
    answer = shooting.get(f"{printed.print.page}/{file}")
    assert answer.status_code == 404
    assert shooting.get(f"{printed.print.page}/7.jpg").headers["location"] == printed.print.jpeg


def test_another_albums_shot_is_none_of_this_one(shooting, printed):
    other = Shooting.begin(shooting.booth)
    other.printed()
    for tail in ("", "/1.jpg", "/qr.svg"):
        assert shooting.get(f"/a/{other.album}/{printed.shot}{tail}").status_code == 404


# --- deleting --------------------------------------------------------------------------------


def delete(shooting: Shooting, shot: str, token: str, album_: str | None = None):
    url = f"{shooting.booth.url}/api/albums/{album_ or shooting.album}/shots/{shot}"
    return httpx2.delete(url, headers={"authorization": f"Bearer {token}"})


def test_the_host_deletes_a_shot_with_everything_of_it(shooting, printed, data):
    kept = shooting.printed()[1]
    for token in ("x", "x" * 32, shooting.guests[0].welcome.token):
        assert code(delete(shooting, printed.shot, token)) == (403, "bad_host_token")
    assert delete(shooting, printed.shot, shooting.made.host).status_code == 204
    gone = shooting.changed(lambda m: m.shot == printed.shot and m.deleted)
    assert gone.print is None
    assert shooting.get(printed.print.jpeg).status_code == 404
    assert printed.shot not in shooting.get(f"/a/{shooting.album}").text
    assert all(kept.shot in file for file in list_files(data))
    assert rows(data) == {"albums": 1, "shots": 1, "guests": 2, "pictures": 2, "prints": 1}
    assert code(delete(shooting, printed.shot, shooting.made.host)) == (404, "unknown_shot")


def test_the_host_of_one_album_deletes_nothing_in_another(shooting, printed):
    other = Shooting.begin(shooting.booth)
    other.printed()
    answer = delete(shooting, printed.shot, other.made.host, other.album)
    assert code(answer) == (404, "unknown_shot")
    assert code(delete(shooting, printed.shot, other.made.host)) == (403, "bad_host_token")
    assert shooting.get(printed.print.jpeg).status_code == 200


def test_the_hosts_browser_deletes_by_a_form(shooting, printed, data):
    url, origin = shooting.booth.url, {"origin": shooting.booth.url}
    form = f"{url}{printed.print.page}/delete"
    assert code(httpx2.post(form, headers=origin)) == (403, "bad_host_token")
    rule = f"{url}/a/{shooting.album}/host"
    with httpx2.Client() as browser:
        bad = browser.post(rule, headers=origin | {"authorization": "Bearer " + "x" * 32})
        assert code(bad) == (403, "bad_host_token")
        bearer = {"authorization": f"Bearer {shooting.made.host}"}
        answer = browser.post(rule, headers=origin | bearer)
        cookie = answer.headers["set-cookie"]
        assert answer.status_code == 204
        for part in ("HttpOnly", "SameSite=strict", f"Path=/a/{shooting.album}"):
            assert part in cookie
        assert f'action="{printed.print.page}/delete"' in browser.get(url + printed.print.page).text
        evil = {"origin": "http://evil.example"}
        assert code(browser.post(form, headers=evil)) == (403, "wrong_origin")
        answer = browser.post(form, headers=origin)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/a/{shooting.album}")
    assert list_files(data) == []


def test_what_is_deleted_while_it_is_printed_stays_deleted(shooting, data):
    shutter = shooting.shoot()
    shooting.put(shutter, 0)
    shooting.put(shutter, 1)
    shooting.changed(lambda m: m.state == "printing")
    assert delete(shooting, shutter.shot, shooting.made.host).status_code == 204
    after = shooting.printed()[1]  # by one worker: the first print is over
    assert all(after.shot in file for file in list_files(data))
    assert rows(data)["shots"] == 1
    assert code(shooting.put(shutter, 0)) == (404, "unknown_shot")


# --- the end ---------------------------------------------------------------------------------


def test_an_expired_album_is_gone_and_purged_for_good(shooting, printed, data, purge):
    other = Shooting.begin(shooting.booth)
    age(data, 20)
    kept = other.printed()[1]
    age(data, 10.1)
    for path in ("", "/all.zip", f"/{printed.shot}"):
        if path:
            assert shooting.get(f"/a/{shooting.album}{path}").status_code == 404
    assert shooting.get(printed.print.jpeg).status_code == 404
    assert len(list_files(data)) == 10
    purge()
    assert len(list_files(data)) == 5
    assert all(kept.shot in file for file in list_files(data))
    assert not (data / "files" / shooting.album).exists()
    assert rows(data) == {"albums": 1, "shots": 1, "guests": 2, "pictures": 2, "prints": 1}
    assert other.get(kept.print.jpeg).status_code == 200
    # Its room lives on, and so does the album's link.
    assert "No pictures yet." in shooting.get(f"/a/{shooting.album}").text
    shooting.printed()


def test_nothing_is_asked_kept_or_edited_in_an_album_that_has_expired(shooting, printed, data):
    page, origin = printed.print.page, {"origin": shooting.booth.url}
    host = {"cookie": f"sameframe_host={shooting.made.host}"} | origin
    guest = {"cookie": f"sameframe_guest={shooting.guests[1].welcome.token}"} | origin
    url = shooting.booth.url + page
    assert httpx2.post(f"{url}/ask", headers=guest).status_code == 303
    assert "/keep" in shooting.get(f"/a/{shooting.album}", headers=host).text
    age(data, 31)
    assert "/keep" not in shooting.get(f"/a/{shooting.album}", headers=host).text
    for what, who in (("ask", guest), ("keep", host), ("edit", host)):
        answer = httpx2.post(f"{url}/{what}", headers=who, data={"do": "undo"})
        assert answer.status_code == 404


def test_an_album_that_expired_does_not_come_back_with_the_next_shot(
    shooting, printed, data, purge
):
    age(data, 31)
    after = shooting.printed()[1]
    assert shooting.get(printed.print.jpeg).status_code == 404
    purge()
    assert all(after.shot in file for file in list_files(data))


def test_without_an_end_nothing_expires(open_booth, data, monkeypatch, purge):
    monkeypatch.setenv("SAMEFRAME_ALBUM_DAYS", "none")
    shooting = Shooting.begin(open_booth())
    printed = shooting.printed()[1]
    age(data, 10_000)
    purge()
    assert shooting.get(printed.print.jpeg).status_code == 200
    assert texts.TEXTS["en"]["kept"] in shooting.get(f"/a/{shooting.album}").text


def test_files_that_no_record_knows_are_purged(shooting, printed, data, purge):
    before = list_files(data)
    for lost in (f"{shooting.album}/s{'0' * 12}/g1.layer.png", f"{'c' * 25}/s{'1' * 12}/x#1"):
        (data / "files" / lost).parent.mkdir(parents=True)
        (data / "files" / lost).write_bytes(b"lost")
    purge()
    assert list_files(data) == before


def test_a_day_later_a_shot_takes_no_layer(shooting, monkeypatch):
    monkeypatch.setattr(shots, "LATE_MS", 0)
    shutter = shooting.shoot()
    until(lambda: time.time() * 1000 > shutter.at + 5)
    assert code(shooting.put(shutter, 0, cutout(RED))) == (409, "shot_closed")

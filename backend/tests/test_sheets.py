"""A series over the wire: its shots by themselves, the sheet they make, its pages and its end."""

import io
import zipfile
from datetime import datetime, timedelta, timezone

import httpx2
import pytest
from PIL import Image
from pypdf import PdfReader
from sameframe import rooms, texts, wire
from sameframe.cli import main
from sameframe.sheets import drawing

from .shooting import BLUE, GREEN, RED, Shooting, code, cutout, list_files, until

pytestmark = pytest.mark.usefixtures("small_prints")


@pytest.fixture
def shooting(booth, monkeypatch) -> Shooting:
    """Return a room of two, in which pauses are short."""
    hurry(monkeypatch)
    return Shooting.begin(booth)


def hurry(monkeypatch) -> None:
    """Take a series' shots one right after the other."""
    for name, value in {"LEAD_MS": 100, "PAUSE_MS": 100, "PAUSE_S": 0}.items():
        monkeypatch.setattr(rooms, name, value)


def begin(shooting: Shooting, template: str = "two_up") -> wire.Shutter:
    shooting.guests[-1].say(wire.Shoot(0, template))
    return shooting.guests[0].hear(wire.Shutter)


def sheet(shooting: Shooting, until=lambda m: m.state == "printed") -> wire.SheetChanged:
    return shooting.guests[0].hear(wire.SheetChanged, until)


def series(shooting: Shooting, template: str = "two_up") -> tuple[list[wire.Shutter], object]:
    """Take a whole series, everyone's layers included, and wait for its sheet."""
    shutters = [begin(shooting, template)]
    while shutters[-1].series.number < shutters[-1].series.count:
        shutters.append(shooting.guests[0].hear(wire.Shutter))
    for shutter in shutters:
        for n, colour in enumerate((RED, GREEN)):
            assert shooting.put(shutter, n, cutout(colour)).status_code == 201
    return shutters, sheet(shooting)


@pytest.mark.parametrize("zone", [24 * 60 - 1, -12 * 60])
def test_a_sheet_is_dated_by_the_clock_of_whoever_pressed(shooting, monkeypatch, zone):
    lettered, draw = [], drawing.draw

    def noted(template, paper, words, *other):
        lettered.append(words)
        return draw(template, paper, words, *other)

    monkeypatch.setattr(drawing, "draw", noted)
    shooting.guests[-1].say(wire.Shoot(0, "bordered", zone=zone))
    shutter = shooting.guests[0].hear(wire.Shutter)
    for n in range(2):
        shooting.put(shutter, n)
    made = sheet(shooting)
    there = datetime.fromtimestamp(shutter.at / 1000, timezone(timedelta(minutes=zone)))
    assert lettered[0]["date"] == f"{there:%Y.%m.%d}"
    named = shooting.get(made.print.jpeg).headers["content-disposition"]
    assert f"sameframe-{there:%Y%m%d-%H%M%S}-bordered" in named


def picture(shooting: Shooting, path: str) -> Image.Image:
    return Image.open(io.BytesIO(shooting.get(path).content))


def colours(found: Image.Image) -> list[bool]:
    """Tell which of red, green and blue are to be seen."""
    seen = found.convert("RGB").getcolors(1 << 24)
    return [
        any(n > 500 and all(abs(a - b) < 12 for a, b in zip(c, want, strict=True)) for n, c in seen)
        for want in (RED, GREEN, BLUE)
    ]


def test_a_series_makes_a_sheet_that_the_album_shows(shooting):
    shutters, made = series(shooting)
    assert [s.series.number for s in shutters] == [1, 2]
    assert made.shots == [s.shot for s in shutters]
    assert (made.print.width, made.print.height) == (1200, 1800)
    jpeg = picture(shooting, made.print.jpeg)
    assert (jpeg.size, jpeg.info["dpi"]) == ((1200, 1800), (300, 300))
    assert colours(jpeg) == [True, True, False]
    assert picture(shooting, made.print.png).size == (1200, 1800)
    preview = picture(shooting, made.print.preview)
    assert preview.size == (640, 960)
    page = PdfReader(io.BytesIO(shooting.get(made.print.pdf).content)).pages[0]
    assert [float(v) for v in page.mediabox[2:]] == [5 * 72, 7 * 72]
    album = shooting.get(f"/a/{shooting.album}").text
    assert album.index(made.print.page) < album.index(shutters[1].shot)
    assert made.print.preview in album
    page = shooting.get(made.print.page)
    for path in (made.print.jpeg, made.print.pdf, made.print.png, f"{made.print.page}/qr.svg"):
        assert path in page.text
    assert "<form" not in page.text
    assert "refresh" not in page.text
    assert shooting.get(f"{made.print.page}/qr.svg").headers["content-type"] == "image/svg+xml"
    korean = shooting.get(made.print.page, headers={"accept-language": "ko"}).text
    assert texts.TEXTS["ko"]["pdf"] in korean
    with zipfile.ZipFile(
        io.BytesIO(shooting.get(f"/a/{shooting.album}/all.zip").content)
    ) as zipped:
        assert zipped.testzip() is None
        assert sum("two_up" in name for name in zipped.namelist()) == 1
        assert len(zipped.namelist()) == 3


def test_a_sheet_says_how_far_it_is(shooting):
    shooting.guests[1].say(wire.Shoot(0, "two_up"))
    shutter, second = (shooting.guests[1].hear(wire.Shutter) for _ in range(2))
    for of in (shutter, second):
        for n in range(2):
            shooting.put(of, n)
    states = [sheet(shooting, lambda m: True)]
    while states[-1].state != "printed":
        states.append(sheet(shooting, lambda m: True))
    assert all(state.sheet == shutter.series.sheet for state in states)
    assert all((state.count, state.template) == (2, "two_up") for state in states)
    order = ["taking", "waiting", "printing", "printed"]
    found = [order.index(state.state) for state in states]
    assert found == sorted(found)
    assert {0, 3} < set(found)


def test_a_retake_makes_the_sheet_anew(shooting, data):
    shutters, first = series(shooting)
    shooting.retake(shutters[0], 0, cutout(BLUE))
    again = sheet(shooting, lambda m: m.print is not None and m.print.number == 2)
    assert again.sheet == first.sheet
    assert colours(picture(shooting, again.print.jpeg)) == [True, True, True]
    moved = shooting.get(first.print.pdf)
    assert (moved.status_code, moved.headers["location"]) == (302, again.print.pdf)
    kept = [file for file in list_files(data) if first.sheet in file]
    assert len(kept) == 4
    assert shooting.get(again.print.jpeg).status_code == 200
    # What is made of all there is, is not made again.
    shooting.printed()
    assert "refresh" not in shooting.get(again.print.page).text
    assert shooting.get(again.print.jpeg).status_code == 200


def test_a_shot_that_nobody_brought_is_filled_by_the_others(shooting, monkeypatch):
    monkeypatch.setattr("sameframe.shots.DEADLINE_MS", 500)
    first = begin(shooting)
    shooting.guests[0].hear(wire.Shutter)
    for n, colour in enumerate((RED, GREEN)):
        shooting.put(first, n, cutout(colour))
    made = sheet(shooting)
    assert colours(picture(shooting, made.print.jpeg)) == [True, True, False]


def test_a_series_of_nothing_makes_nothing(shooting, monkeypatch):
    monkeypatch.setattr("sameframe.shots.DEADLINE_MS", 100)
    begin(shooting)
    made = sheet(shooting, lambda m: m.state == "missed")
    assert made.print is None
    assert made.sheet not in shooting.get(f"/a/{shooting.album}").text


def test_only_templates_that_ship_are_taken(shooting):
    shooting.guests[0].say(wire.Shoot(0, "none_such"))
    refused = shooting.guests[0].hear(wire.Refused)
    assert refused.code == "unknown_template"


def test_a_sheet_goes_with_any_of_its_shots(shooting, data):
    shutters, made = series(shooting)
    url = f"{shooting.booth.url}/api/albums/{shooting.album}/shots/{shutters[0].shot}"
    bearer = {"authorization": f"Bearer {shooting.made.host}"}
    assert httpx2.delete(url, headers=bearer).status_code == 204
    gone = sheet(shooting, lambda m: m.deleted)
    assert (gone.sheet, gone.print) == (made.sheet, None)
    assert shooting.get(made.print.page).status_code == 404
    assert shooting.get(made.print.pdf).status_code == 404
    assert not [file for file in list_files(data) if made.sheet in file]
    assert [file for file in list_files(data) if shutters[1].shot in file]


def test_the_host_deletes_a_sheet_and_its_shots_stay(shooting, data):
    shutters, made = series(shooting)
    url, origin = shooting.booth.url, {"origin": shooting.booth.url}
    form = f"{url}{made.print.page}/delete"
    assert code(httpx2.post(form, headers=origin)) == (403, "bad_host_token")
    with httpx2.Client() as browser:
        bearer = {"authorization": f"Bearer {shooting.made.host}"}
        browser.post(f"{url}/a/{shooting.album}/host", headers=origin | bearer)
        evil = {"origin": "http://evil.example"}
        assert code(browser.post(form, headers=evil)) == (403, "wrong_origin")
        assert browser.post(form, headers=origin).status_code == 303
    assert sheet(shooting, lambda m: m.deleted).sheet == made.sheet
    assert not [file for file in list_files(data) if made.sheet in file]
    assert shooting.get(f"/a/{shooting.album}/{shutters[0].shot}").status_code == 200


@pytest.fixture
def host(shooting):
    """Return the host's browser, after a series."""
    origin = {"origin": shooting.booth.url}
    with httpx2.Client(base_url=shooting.booth.url, headers=origin) as browser:
        browser.made = series(shooting)[1]
        bearer = {"authorization": f"Bearer {shooting.made.host}"}
        assert browser.post(f"/a/{shooting.album}/host", headers=bearer).is_success
        yield browser


FORM = {"template": "strip_three", "paper": "accent", "shot0": "1", "shot1": "0", "shot2": "1"}


def test_the_host_gives_a_sheet_another_design_and_takes_it_back(shooting, host):
    page = host.made.print.page
    assert "/edit" not in shooting.get(page).text
    form = FORM | {"caption": "  Us,\u0007 <b>today</b> " + "x" * 99}
    assert host.post(f"{page}/edit", data=form).status_code == 303
    two = sheet(shooting, lambda m: m.state == "printed" and m.print.number == 2)
    assert (two.template, two.print.width, two.print.height) == ("strip_three", 600, 1800)
    corner = picture(shooting, two.print.png).convert("RGB").getpixel((2, 2))
    assert corner == (200, 64, 42)
    shown = host.get(page).text
    assert "Us, &lt;b&gt;today&lt;/b&gt;" in shown
    assert "x" * 60 not in shown
    host.post(f"{page}/edit", data={"do": "undo"})
    three = sheet(shooting, lambda m: m.state == "printed" and m.print.number == 3)
    assert (three.template, three.print.width) == ("two_up", 1200)
    host.post(f"{page}/edit", data={"do": "redo"})
    four = sheet(shooting, lambda m: m.state == "printed" and m.print.number == 4)
    assert four.template == "strip_three"


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"template": "none_such"}, (400, "unknown_template")),
        ({"shot1": "x"}, (400, "bad_form")),
        ({"more": "x" * 20_000}, (413, "form_too_large")),
    ],
)
def test_odd_designs_are_refused(host, changed, refusal):
    form = FORM | changed
    assert code(host.post(f"{host.made.print.page}/edit", data=form)) == refusal


def test_nobody_but_the_host_gives_a_sheet_a_design(shooting, host):
    edit = f"{host.made.print.page}/edit"
    stranger = httpx2.post(shooting.booth.url + edit, data=FORM, headers=host.headers)
    assert code(stranger) == (403, "bad_host_token")
    evil = {"origin": "http://evil.example"}
    assert code(host.post(edit, data=FORM, headers=evil)) == (403, "wrong_origin")


def test_another_albums_sheet_is_none_of_this_one(shooting):
    made = series(shooting, "bordered")[1]
    other = Shooting.begin(shooting.booth)
    other.printed()
    for tail in ("", "/1.jpg", "/1.pdf", "/qr.svg"):
        path = f"/a/{other.album}/sheets/{made.sheet}{tail}"
        assert shooting.get(path).status_code == 404
        assert shooting.get(f"/a/{'b' * 25}/sheets/{made.sheet}{tail}").status_code == 404


def test_a_server_that_is_started_anew_makes_what_is_missing(open_booth, data, monkeypatch):
    hurry(monkeypatch)
    with monkeypatch.context() as broken:
        broken.setattr("sameframe.sheets.bindery.Bindery.make", lambda self, sheet: None)
        shooting = Shooting.begin(booth := open_booth())
        shutters = [begin(shooting)]
        shutters.append(shooting.guests[0].hear(wire.Shutter))
        for shutter in shutters:
            for n in range(2):
                shooting.put(shutter, n)
        sheet(shooting, lambda m: m.state == "printing")
        booth.connections.close()
        booth.stop()
    booth = open_booth()
    shooting = Shooting(booth, shooting.made, shooting.guests)
    page = f"/a/{shooting.album}/sheets/{shutters[0].series.sheet}"
    until(lambda: shooting.get(page).status_code == 200)


def test_purging_leaves_sheets_alone_and_takes_them_with_their_album(shooting, data, monkeypatch):
    monkeypatch.setattr("sameframe.cli.logs.configure", lambda: None)
    series(shooting)
    before = list_files(data)
    main(["purge"], result_action="return_value")
    assert list_files(data) == before
    monkeypatch.setenv("SAMEFRAME_ALBUM_DAYS", "0.0000001")
    main(["purge"], result_action="return_value")
    assert list_files(data) == []

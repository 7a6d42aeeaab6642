"""One person retaken in a finished print; who may press; and the shutter on a phone."""

import re

from conftest import NewGuest, Server
from guest import Guest, Party
from playwright.sync_api import expect

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def choose(person: Guest, option: str) -> None:
    person.button("Format and timer").click()
    person.page.get_by_role("radio", name=option, exact=True).check(force=True)
    person.page.keyboard.press("Escape")


def printed(person: Guest, number: int = 1) -> dict:
    """Wait for the newest picture's print of at least this number; return it."""
    return person.until(
        """(number) => {
          const [picture] = window.sameframe.booth.pictures.value;
          const print = picture?.state === "printed" ? picture.print : null;
          return print && print.number >= number ? print : null;
        }""",
        number,
        60_000,
    )


def whole(host: Guest, page: str) -> bool:
    """Tell whether everyone's own layer is in a picture: on a busy machine some come late."""
    guests = host.page.evaluate("() => window.sameframe.booth.guests.value.map((g) => g.id)")
    get = host.context.request.get
    return "live stage" not in get(page).text() and all(
        get(f"{page}/cutouts/{guest}.png").ok for guest in guests
    )


def cutouts(host: Guest, page: str) -> dict[str, bytes]:
    """Return everyone's cut-out of a picture, as the host may take it home."""
    people = host.page.evaluate(
        "() => window.sameframe.booth.guests.value.map((g) => [g.name, g.id])"
    )
    found = {}
    for name, guest in people:
        answer = host.context.request.get(f"{page}/cutouts/{guest}.png")
        assert answer.ok, answer.status
        found[name] = answer.body()
    return found


def test_a_phone_presses_the_shutter(party: Party, guest: NewGuest, server: Server) -> None:
    a, b, _ = party
    b.button("Format and timer").click()
    b.page.get_by_text("Phone as remote").click()
    expect(b.page.get_by_role("img", name="QR code of your remote’s link")).to_be_visible()
    link = b.page.evaluate("async () => (await window.sameframe.booth.remote()).link")
    b.page.keyboard.press("Escape")

    phone = guest("A", allowed=False, **PHONE)
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))
    phone.open(link)
    expect(phone.page.get_by_role("heading", name="Presses as Bo")).to_be_visible()
    shown = "document.querySelector('.remote-print')?.getAttribute('href')"
    before = phone.page.evaluate(f"() => {shown} ?? ''")
    phone.page.get_by_role("radio", name="10 s").check(force=True)
    a.note()
    phone.button("Take a photo").tap()
    expect(phone.page.locator(".remote-count")).to_be_visible()
    newest = phone.page.get_by_role("img", name="The newest print")
    phone.until(f"(before) => {shown} && {shown} !== before", before, 60_000)
    expect(newest).to_be_visible()
    width = phone.until("() => document.querySelector('.remote-print img')?.naturalWidth")
    assert width == 640
    assert a.has_counted()
    assert phone.page.locator(".remote-print").get_attribute("href") == printed(b)["page"]

    # The small page has nothing of the booth's machinery, and its key is said to nobody.
    assert not [url for url in asked if re.search(r"pyodide|\.wasm|tflite|worker", url)]
    key = link.partition("#")[2]
    assert not [url for url in asked if key in url.partition("#")[0]]
    assert key not in server.log()
    assert not phone.errors


def test_only_the_host_presses_where_the_host_says_so(party: Party) -> None:
    a, b, _ = party
    choose(a, "Only I")
    shutter = b.button("Take a photo")
    expect(shutter).to_have_attribute("aria-disabled", "true")
    expect(shutter).to_have_accessible_description("Only the host presses")
    before = len(b.page.evaluate("() => window.sameframe.booth.pictures.value"))
    b.page.keyboard.press("s")
    expect(b.page.get_by_text("Only the host presses the shutter just now.").first).to_be_visible()

    # A host who reloads finds it so; the space bar presses.
    a.page.reload()
    expect(a.button("Leave")).to_be_visible(timeout=60_000)
    for person in party:
        person.wait_for_guests("Ada", "Bo", "Cy")
    a.page.locator("body").press("Space")
    b.until("(n) => window.sameframe.booth.pictures.value.length === n + 1", before)
    choose(a, "Everyone")
    expect(shutter).to_have_attribute("aria-disabled", "false")


def test_one_is_retaken_and_the_others_stay_as_they_are(party: Party) -> None:
    a, _, c = party
    known = a.page.evaluate("() => window.sameframe.booth.pictures.value[0]?.shot ?? ''")
    a.button("Take a photo").click()
    a.until("(shot) => window.sameframe.booth.pictures.value[0]?.shot !== shot", known)
    page = printed(a)["page"]
    a.eventually(lambda host: whole(host, page), "everyone's own layer is in it", tries=120)
    first, before = printed(a)["number"], cutouts(a, page)

    a.button("New picture of one person").click()
    a.button("Ask Cy").click()
    expect(c.page.get_by_text("Ada asks you for a new picture.")).to_be_visible()
    for person in (a, c):
        person.note()
    c.button("Take it").click()
    a.has_read("Cy takes a new picture.")
    retaken = printed(a, first + 1)["number"]
    assert c.has_counted()
    assert not a.has_counted()
    after = cutouts(a, page)
    assert after["Ada"] == before["Ada"]
    assert after["Bo"] == before["Bo"]
    assert after["Cy"] != before["Cy"]

    # The host takes it back in the album, and brings it again.
    album = a.context.new_page()
    for way, wanted in (("Undo", before), ("Redo", after)):
        album.goto(f"{page}/edit")
        album.get_by_role("button", name=way, exact=True).click()
        retaken = printed(a, retaken + 1)["number"]
        assert cutouts(a, page) == wanted
    album.close()

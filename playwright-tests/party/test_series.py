"""A series: chosen by its drawing, taken by itself, and the sheet that everyone may keep."""

import io

import numpy as np
from guest import GREEN, Guest, Party, is_colour
from PIL import Image
from playwright.sync_api import expect
from printing import fetched


def sheet(person: Guest) -> dict | None:
    """Return the sheet's print, if it is finished."""
    return person.page.evaluate(
        """() => {
          const all = window.sameframe.booth.pictures.value;
          const sheet = all.find((one) => one.kind === "sheet" && one.state === "printed");
          return sheet?.print ?? null;
        }"""
    )


def shows_everyone(person: Guest) -> bool:
    """Tell whether all stand in both windows. A late layer makes the sheet anew."""
    found = sheet(person)
    if found is None:
        return False
    photo = Image.open(io.BytesIO(fetched(person, found["jpeg"])))
    assert (photo.format, photo.size) == ("JPEG", (1200, 1800))
    shown = ~is_colour(np.asarray(photo.convert("RGB")), GREEN)
    # The lower halves of the two windows, in three parts (sheets/templates/two_up.json).
    parts = [shown[y : y + 330, x : x + 360] for y in (440, 1196) for x in (60, 420, 780)]
    return min(part.mean() for part in parts) > 0.15


def test_two_shots_make_a_sheet_for_all(party: Party) -> None:
    a, b, _ = party
    b.button("Format and timer").click()
    b.page.get_by_role("radio", name="Two on a sheet").check()
    b.page.keyboard.press("Escape")
    a.note()
    b.button("Take a photo").click()
    for number in (1, 2):
        a.has_read(f"{number} of 2")
    for person in party:
        person.eventually(shows_everyone, "the sheet shows everyone", tries=120)

    # One print slid out, the sheet's; the single shots peek in behind it, and what was before.
    expect(a.page.get_by_role("img", name="Your photo strip")).to_be_visible()
    a.until("() => document.querySelectorAll('.peek').length >= 2")
    pdf = a.page.get_by_role("link", name="Download as PDF to print").get_attribute("href")
    assert fetched(a, pdf).startswith(b"%PDF")
    album = b.page.evaluate("() => window.sameframe.booth.album.value")
    assert sheet(b)["preview"] in fetched(b, album).decode()

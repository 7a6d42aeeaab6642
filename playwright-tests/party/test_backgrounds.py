"""Backgrounds of one's own: pictures, videos, and what is made of words."""

import io
import subprocess
from pathlib import Path

import numpy as np
from behind import BACKGROUND, READ, bring, hand, in_corner
from guest import Guest, Party, is_colour
from PIL import Image
from playwright.sync_api import expect
from printing import fetched, printed, shoot

Colour = tuple[int, int, int]
WEST, EAST, BARS = (30, 90, 160), (220, 160, 60), (255, 0, 255)


def landscape(form: str = "JPEG", west: Colour = WEST, east: Colour = EAST) -> bytes:
    """Return a picture of 3:2: two colours, and bars above and below that 16:9 cuts off."""
    picture = Image.new("RGB", (2100, 1400), BARS)
    picture.paste(west, (0, 100, 1050, 1300))
    picture.paste(east, (1050, 100, 2100, 1300))
    file = io.BytesIO()
    picture.save(file, form, quality=95)
    return file.getvalue()


def shows_landscape(person: Guest, west: Colour = WEST, east: Colour = EAST) -> bool:
    """Tell whether the picture is the stage's background, seen where nobody stands."""
    seen = person.picture()
    corners = seen[4:40, 4:60], seen[4:40, -60:-4]
    there = [is_colour(part, of).mean() for part, of in zip(corners, (west, east), strict=True)]
    return min(there) > 0.95 and not is_colour(seen, BARS).any()


def test_a_picture_of_ones_own_is_behind_everyone_and_in_the_print(
    party: Party,
) -> None:
    a, b, _ = party
    b.button("Background").click()
    bring(b, "sea.jpg", "image/jpeg", landscape())
    for person in party:
        person.eventually(shows_landscape, "the stage shows the picture")
    file = a.page.evaluate("() => window.sameframe.booth.scene.value.background.file")
    room = a.page.url.rsplit("/", 1)[-1]
    read = a.page.evaluate(READ, f"/api/rooms/{room}/backdrops/{file}/1080.jpg")
    assert read[:2] == [1920, 1080]
    assert np.abs(np.subtract(read[2:5], WEST)).max() < 8

    shoot(*party)
    stage = a.photo()
    a.eventually(lambda person: printed(person) is not None, "there is a print", tries=120)
    print_ = Image.open(io.BytesIO(fetched(a, printed(a)["jpeg"])))
    strips = [
        np.asarray(one.convert("RGB").resize((1280, 720)), float)[:27] for one in (stage, print_)
    ]
    assert 10 * np.log10(255**2 / np.mean((strips[0] - strips[1]) ** 2)) > 36

    # Whoever comes back, late, finds it.
    a.page.reload()
    a.wait_for_guests("Ada", "Bo", "Cy")
    a.eventually(shows_landscape, "the stage shows the picture after a reload")
    a.button("Background").click()
    own = a.page.get_by_role("radio", name="From Bo, 1")
    assert own.is_checked()
    a.page.keyboard.press("Escape")


def test_pictures_of_every_kind_can_be_brought_and_others_are_refused(party: Party) -> None:
    a, _, c = party
    sides = (WEST, EAST)
    for form, way in (("PNG", "choose"), ("WebP", "drop"), ("AVIF", "paste")):
        sides = sides[::-1]  # each is another one than before
        file = f"sea.{form.lower()}", f"image/{form.lower()}", landscape(form, *sides)
        if way == "choose":
            c.button("Background").click()
            bring(c, *file)
            c.page.keyboard.press("Escape")
        else:
            hand(c, way, *file)
        for person in party:
            person.eventually(lambda one, s=sides: shows_landscape(one, *s), form)
    c.button("Background").click()
    with c.page.expect_file_chooser() as chooser:
        c.button("Add a picture or video").click()
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(4_000)
    chooser.value.set_files({"name": "sea.heic", "mimeType": "image/heic", "buffer": heic})
    expect(c.page.get_by_text("JPEG, PNG, WebP, AVIF and GIF can.").first).to_be_visible()
    c.page.keyboard.press("Escape")
    c.page.keyboard.press("Escape")
    assert shows_landscape(a, *sides)


def shows_night(person: Guest) -> bool:
    """Tell whether the stage's right upper corner is a dark blue sky; panels open on the left."""
    red, _, blue = person.picture()[4:40, -60:-4].reshape(-1, 3).mean(axis=0)
    return red < 90 and blue > red + 15


def test_a_background_is_made_of_words_liked_and_taken_back(party: Party) -> None:
    a, b, _ = party
    before = a.page.evaluate(BACKGROUND)
    b.button("Background").click()
    b.button("Make one").click()
    b.page.get_by_label("Drawn from your words").fill("Beach with stars at night")
    b.button("Make").click()
    for person in party:
        person.eventually(shows_night, "the stage shows what was wished for")
    b.page.get_by_text("Made in this room (1)").click()
    expect(b.page.get_by_text("Words we know: beach, stars, night")).to_be_visible()
    b.button("Favourite: Beach").click()
    liked = "() => window.sameframe.booth.backdrops.rules.value.favourites[0]?.name === 'beach'"
    a.until(liked)
    b.page.keyboard.press("Control+z")
    a.until(f"(before) => ({BACKGROUND})() === before", before)
    b.page.keyboard.press("Escape")


MOVES = (
    f"(known) => window.sameframe.booth.scene.value.background.moves && ({BACKGROUND})() !== known"
)
ORANGE, TEAL, PLUM = (230, 120, 20), (20, 140, 150), (120, 40, 110)


def footage(path: Path, *colours: Colour) -> bytes:
    """Return a film of these colours by turns, half a second each, upright."""
    turns = [f"color=#{bytes(colour).hex()}:s=360x640:r=30:d=0.5" for colour in colours * 2]
    inputs = [part for turn in turns for part in ("-f", "lavfi", "-i", turn)]
    coded = [] if path.suffix == ".gif" else ["-pix_fmt", "yuv420p", "-colorspace", "bt709"]
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", *inputs, "-filter_complex", "concat=n=4", *coded, path],
        check=True,
    )
    return path.read_bytes()


def test_a_video_of_ones_own_moves_behind_everyone(party: Party, tmp_path: Path) -> None:
    a, b, _ = party
    kinds = {"webm": (TEAL, PLUM), "gif": (PLUM, ORANGE), "mp4": (ORANGE, TEAL)}
    for kind, (first, second) in kinds.items():
        b.button("Background").click()
        known = b.page.evaluate(BACKGROUND)
        data = footage(tmp_path / f"turns.{kind}", first, second)
        bring(b, f"turns.{kind}", "image/gif" if kind == "gif" else f"video/{kind}", data)
        # It is made with everyone looking on, and then it is the background by itself.
        for person in party if kind == "mp4" else (a,):
            person.until(MOVES, known, timeout=60_000)
            for colour in (first, second, first):
                person.eventually(lambda p, c=colour: in_corner(p, c, 40), f"{kind} plays", 200)
        b.page.keyboard.press("Escape")
    a.button("Background").click()
    expect(a.page.get_by_role("radio", name="moves", checked=True)).to_have_count(1)
    a.page.keyboard.press("Escape")
    # A photo is of the picture that stands for it, as the print is.
    shoot(*party)
    assert is_colour(np.asarray(a.photo().convert("RGB"))[:40, :60], TEAL, 40).mean() > 0.95
    a.before_green()

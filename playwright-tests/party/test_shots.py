"""A shot: everyone's layer in full size, the print that is made of them, and the album."""

import io
import zipfile

import numpy as np
import pytest
from conftest import NewGuest
from footage import KNOWN_ALPHA
from guest import GREEN, Guest, Party, is_colour
from PIL import Image, ImageFilter
from playwright.sync_api import expect
from printing import fetched, printed, shoot
from sameframe_worker.scene import Layer, place

PRINT = (3840, 2160)
BLOCK = 16  # pixels: WebP's macroblocks smear the person's own colour so far
ROUNDING = 2  # of 255; 1 was seen: lossy WebP predicts black from the blocks beside it


def uploaded(person: Guest) -> Image.Image:
    """Return the layer that a page uploaded last, once it has."""
    data = person.until(
        """async () => {
          const layer = window.layers.at(-1);
          return layer && [...new Uint8Array(await layer.arrayBuffer())];
        }"""
    )
    return Image.open(io.BytesIO(bytes(data)))


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Return the intersection of two masks (0 to 255) over their union."""
    one, other = one > 127, other > 127
    return (one & other).sum() / (one | other).sum()


def shows_everyone(person: Guest) -> bool:
    """Tell whether there is a print and all stand in it. A late layer makes it anew."""
    found = printed(person)
    if found is None:
        return False
    photo = Image.open(io.BytesIO(fetched(person, found["jpeg"])))
    assert (photo.format, photo.size) == ("JPEG", PRINT)
    shown = ~is_colour(np.asarray(photo.convert("RGB"))[1080:], GREEN)
    return min(third.mean() for third in np.split(shown, 3, axis=1)) > 0.15


def test_a_print_is_made_of_everyones_own_layer_and_kept_in_the_album(
    party: Party, guest: NewGuest
) -> None:
    a, b, _ = party
    album = a.page.evaluate("() => window.sameframe.booth.album.value")
    watcher = b.context.new_page()  # which follows by itself
    watcher.goto(album)
    hung = watcher.locator(".wall li")
    before = hung.count()
    known = a.page.evaluate("() => window.sameframe.booth.pictures.value.length")
    b.button("Format and timer").click()
    b.page.get_by_role("radio", name="None").check(force=True)
    b.page.keyboard.press("Escape")
    b.button("Take a photo").click()
    for person in party:
        person.until("(n) => window.sameframe.booth.pictures.value.length > n", known)
        person.eventually(shows_everyone, "the print shows everyone", tries=120)

    reader = guest("A", java_script_enabled=False)
    reader.page.goto(album)
    image = reader.page.locator("main img, img").first
    assert image.evaluate("(image) => image.naturalWidth") > 300
    with zipfile.ZipFile(io.BytesIO(fetched(reader, f"{album}/all.zip"))) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == reader.page.locator(".wall li").count()

    # The host deletes it: gone for everyone, files and all.
    path = printed(a)["jpeg"]
    ruler = a.context.new_page()
    ruler.goto(printed(a)["page"])
    ruler.keyboard.press("Escape")
    ruler.wait_for_url(f"**{album}#*")
    expect(hung).to_have_count(before + 1)
    watcher.evaluate("() => { window.same = true; }")
    ruler.locator(".wall a").first.click()
    ruler.locator("summary").click()
    ruler.locator("button.danger").click()
    a.until("(n) => window.sameframe.booth.pictures.value.length === n", known)
    assert reader.context.request.get(path).status in (404, 410)
    expect(hung).to_have_count(before)
    assert watcher.evaluate("() => window.same")
    watcher.close()


@pytest.mark.skipif(not KNOWN_ALPHA.exists(), reason="the picture with a known outline is absent")
def test_people_stand_in_the_print_where_the_scene_put_them(party: Party) -> None:
    a, b, c = party
    shoot(a, b, c)
    outlines = {"Ada": uploaded(a).getchannel("A"), "Bo": Image.open(KNOWN_ALPHA).convert("L")}
    outlines["Cy"] = uploaded(c).getchannel("A")
    assert overlap(np.asarray(uploaded(b).getchannel("A")), np.asarray(outlines["Bo"])) > 0.95

    expected = Image.new("L", PRINT)
    scene, guests = a.page.evaluate(
        "() => [window.sameframe.booth.scene.value, window.sameframe.booth.guests.value]"
    )
    names = {guest["id"]: guest["name"] for guest in guests}
    for layer in scene["layers"]:
        outline = outlines[names[layer["guest"]]]
        spot = place(Layer(**layer), outline.width / outline.height, *PRINT)
        outline = outline.resize((spot.width, spot.height))
        expected.paste(255, (spot.left, spot.top), outline)
    a.eventually(shows_everyone, "the print shows everyone", tries=120)
    photo = Image.open(io.BytesIO(fetched(a, printed(a)["jpeg"]))).convert("RGB")
    shown = ~is_colour(np.asarray(photo), GREEN)
    assert overlap(255 * shown, np.asarray(expected)) > 0.95


def grey(picture: np.ndarray) -> bool:
    """Tell whether the upper left, where only the background is, has no colour."""
    height, width = picture.shape[:2]
    part = picture[height // 12 : height // 5, width // 16 : width // 8].astype(int)
    return np.median(part.max(axis=2) - part.min(axis=2)) < 12


def test_a_look_is_everyones_is_in_the_print_and_can_be_taken_back(
    party: Party,
) -> None:
    a, b, _ = party
    assert not grey(a.picture())
    b.button("Look").click()
    b.until(
        """() => [...document.querySelectorAll(".of-looks canvas")].every(
          (small) => small.getContext("2d").getImageData(160, 90, 1, 1).data[3] === 255)"""
    )
    b.page.get_by_role("radio", name="Noir").check()
    b.page.keyboard.press("Escape")
    for person in party:
        person.eventually(lambda one: grey(one.picture()), "all have the look")
    b.page.keyboard.down("b")
    b.eventually(lambda one: not grey(one.picture()), "while b is held, one has none")
    assert grey(a.picture())
    b.page.keyboard.up("b")
    b.eventually(lambda one: grey(one.picture()), "it is back")

    shoot(*party)
    assert grey(np.asarray(a.photo().convert("RGB")))

    def shown(person: Guest) -> np.ndarray | None:
        found = printed(person)
        return found and np.asarray(
            Image.open(io.BytesIO(fetched(person, found["jpeg"]))).convert("RGB")
        )

    def is_grey(person: Guest) -> bool:
        picture = shown(person)
        return picture is not None and grey(picture)

    a.eventually(is_grey, "the print has the look", tries=120)
    edit = a.context.new_page()
    edit.goto(printed(a)["page"] + "/edit")
    edit.get_by_role("combobox", name="Look", exact=True).select_option("natural")
    edit.get_by_role("button", name="Print again").click()
    b.eventually(
        lambda one: (picture := shown(one)) is not None and not grey(picture),
        "the print has none any more",
        tries=120,
    )
    edit.close()
    assert grey(b.picture())  # the room's look is another matter
    a.page.evaluate("() => window.sameframe.booth.setLook({ name: 'natural', strength: 1 })")
    a.eventually(lambda one: not grey(one.picture()), "nobody has a look")


def test_a_layer_bears_nothing_of_the_room(party: Party) -> None:
    a, _, _ = party
    shoot(*party)
    layer = uploaded(a)
    assert layer.format == "WEBP"
    rgba = np.asarray(layer.convert("RGBA"))
    assert rgba.shape[:2] == (480, 640)  # as large as this camera
    colour, alpha = rgba[..., :3], rgba[..., 3]
    assert 0.1 < (alpha > 200).mean() < 0.9
    assert (alpha == 0).mean() > 0.1
    # Further from anyone than a block of the codec reaches there is nothing but its rounding.
    someone = Image.fromarray((alpha > 0).astype(np.uint8))
    near = np.asarray(someone.filter(ImageFilter.MaxFilter(2 * BLOCK + 1)))
    assert colour[near == 0].max() <= ROUNDING


def test_a_layer_that_the_network_held_back_comes_into_print_and_album_by_itself(
    party: Party,
) -> None:
    a, b, _ = party
    b.context.route("**/layers/**", lambda route: route.abort("internetdisconnected"))
    b.page.evaluate("() => { layers = []; }")
    known = a.page.evaluate("() => window.sameframe.booth.pictures.value.length")
    a.button("Take a photo").click()
    b.until("() => layers.length > 0")  # he tried; from now on nothing of his gets through
    b.context.set_offline(True)
    b.context.unroute_all()
    # Nobody waits for Bo: Ada's stage lends what it saw of him.
    a.until("(known) => window.sameframe.booth.pictures.value.length > known", known)
    a.until("() => window.sameframe.booth.pictures.value[0].print")
    early = printed(a)
    page = a.context.new_page()
    page.goto(early["page"])
    lent = page.get_by_text("1 in this picture came from the live stage")
    lent.wait_for()
    page.evaluate("() => { window.same = true; }")
    b.context.set_offline(False)
    expect(lent).to_be_hidden(timeout=60_000)
    assert f"/{early['number']}." not in page.locator("#shown img").get_attribute("src")
    assert page.evaluate("() => window.same")
    page.close()
    a.eventually(
        lambda person: (printed(person) or early)["number"] > early["number"], "printed anew"
    )
    a.eventually(shows_everyone, "the print shows everyone", tries=120)

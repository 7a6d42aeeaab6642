"""A shot: everyone's layer in full size, the print that is made of them, and the album."""

import io
import zipfile

import numpy as np
import pytest
from conftest import NewGuest
from guest import GREEN, Guest, is_colour
from PIL import Image, ImageFilter

BLOCK = 16  # pixels: WebP's macroblocks smear the person's own colour so far
ROUNDING = 2  # of 255; 1 was seen: lossy WebP predicts black from the blocks beside it

# Keeps the layers that this page uploads.
LAYERS = """
  window.layers = [];
  const real = window.fetch;
  window.fetch = (what, init) => {
    if (String(what).includes("/layers/")) window.layers.push(init.body);
    return real(what, init);
  };
"""


@pytest.fixture
def pair(guest: NewGuest) -> tuple[Guest, Guest]:
    """Two who see each other, before green."""
    a, b = guest("A"), guest("B")
    for person in (a, b):
        person.page.add_init_script(LAYERS)
    path = a.start_room()
    a.join("Ada")
    b.open(path).join("Bo")
    for person in (a, b):
        person.wait_for_guests("Ada", "Bo")
    a.page.evaluate(
        "() => window.sameframe.booth.setBackground({ name: 'plain', colour: '#00b140' })"
    )
    b.until("() => window.sameframe.booth.scene.value.background.colour === '#00b140'")
    return a, b


def fetched(person: Guest, path: str) -> bytes:
    """Return what is at a path of the server's, as anyone with the link would get it."""
    answer = person.context.request.get(path)
    assert answer.ok, (path, answer.status)
    return answer.body()


def printed(person: Guest) -> dict | None:
    """Return the newest picture's print, if it is finished."""
    return person.page.evaluate(
        """() => {
          const [picture] = window.sameframe.booth.pictures.value;
          return picture?.state === "printed" ? picture.print : null;
        }"""
    )


def shows_everyone(person: Guest) -> bool:
    """Tell whether there is a print and both stand in it. A late layer makes it anew."""
    found = printed(person)
    if found is None:
        return False
    photo = Image.open(io.BytesIO(fetched(person, found["jpeg"])))
    assert (photo.format, photo.size) == ("JPEG", (3840, 2160))
    shown = ~is_colour(np.asarray(photo.convert("RGB"))[1080:], GREEN)
    return min(shown[:, :1920].mean(), shown[:, 1920:].mean()) > 0.15


def test_a_print_is_made_of_everyones_own_layer_and_kept_in_the_album(
    pair: tuple[Guest, Guest], guest: NewGuest
) -> None:
    a, b = pair
    b.button("Timer: 3 seconds").click()
    b.button("Timer: 5 seconds").click()
    b.button("Timer: 10 seconds").click()
    b.button("Take a photo").click()
    for person in (a, b):
        person.eventually(shows_everyone, "the print shows everyone", tries=120)

    album = a.page.evaluate("() => window.sameframe.booth.album.value")
    reader = guest("A", java_script_enabled=False)
    reader.page.goto(album)
    image = reader.page.locator("main img, img").first
    assert image.evaluate("(image) => image.naturalWidth") > 300
    with zipfile.ZipFile(io.BytesIO(fetched(reader, f"{album}/all.zip"))) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 1

    # The host deletes it: gone for everyone, files and all.
    path = printed(a)["jpeg"]
    ruler = a.context.new_page()
    ruler.goto(printed(a)["page"])
    ruler.keyboard.press("Escape")
    ruler.wait_for_url(f"**{album}#*")
    watcher = b.context.new_page()  # whose page follows by itself
    watcher.goto(album)
    assert watcher.locator(".wall li").count() == 1
    watcher.evaluate("() => { window.same = true; }")
    ruler.locator(".wall a").click()
    ruler.locator("summary").click()
    ruler.locator("button.danger").click()
    b.until("() => window.sameframe.booth.pictures.value.length === 0")
    assert reader.context.request.get(path).status in (404, 410)
    watcher.locator(".empty").wait_for()
    assert watcher.evaluate("() => window.same")


def test_a_layer_bears_nothing_of_the_room(pair: tuple[Guest, Guest]) -> None:
    a, _ = pair
    a.button("Take a photo").click()
    data = a.until(
        """async () => {
          const [layer] = window.layers;
          return layer && [...new Uint8Array(await layer.arrayBuffer())];
        }"""
    )
    layer = Image.open(io.BytesIO(bytes(data)))
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

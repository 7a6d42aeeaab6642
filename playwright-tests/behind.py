"""Backgrounds as tests see them: brought into a room, and seen where nobody stands."""

import base64

from guest import Guest, is_colour
from playwright.sync_api import expect

BACKGROUND = "() => JSON.stringify(window.sameframe.booth.scene.value.background)"
# As an <img> first and only then where pixels are read: the first answer must do for both.
READ = """
  async (path) => {
    const image = new Image();
    image.src = path;
    await image.decode();
    const fetched = await createImageBitmap(await (await fetch(path)).blob());
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    const on = canvas.getContext("2d");
    on.drawImage(image, 0, 0);
    return [fetched.width, fetched.height, ...on.getImageData(9, 9, 1, 1).data];
  }
"""
HAND = """([way, name, kind, data]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name, { type: kind }));
  const about = { bubbles: true, cancelable: true, dataTransfer: files, clipboardData: files };
  const event = way === "drop" ? new DragEvent(way, about) : new ClipboardEvent(way, about);
  document.body.dispatchEvent(event);
}"""


def bring(person: Guest, name: str, kind: str, data: bytes) -> None:
    """Choose a file in the picker that is open, and use it as it lies."""
    choose(person, name, kind, data)
    use(person)


def choose(person: Guest, name: str, kind: str, data: bytes) -> None:
    """Choose a file in the picker that is open; a dialog shows it."""
    with person.page.expect_file_chooser() as chooser:
        person.button("Add a picture or video").click()
    chooser.value.set_files({"name": name, "mimeType": kind, "buffer": data})


def hand(person: Guest, way: str, name: str, kind: str, data: bytes) -> None:
    """Drop a file onto the room ("drop"), or paste it ("paste"), and use it as it lies."""
    person.page.evaluate(HAND, [way, name, kind, base64.b64encode(data).decode()])
    use(person)


def use(person: Guest) -> None:
    """Press the dialog's button for what was chosen, and wait until it was sent.

    Until then Escape means that one does not want it after all.
    """
    dialog = person.page.get_by_role("dialog", name="New background")
    dialog.get_by_role("button", name="Use as background").click()
    expect(dialog).to_be_hidden()


def in_corner(person: Guest, colour: tuple[int, int, int], slack: int = 24) -> bool:
    """Tell whether the stage's upper left corner is of one colour."""
    return bool(is_colour(person.picture()[4:40, 4:60], colour, slack).mean() > 0.95)

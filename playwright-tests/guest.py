"""A person at a browser: what one does and sees, by the names a screen reader would speak."""

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

PICTURE_MS = 60_000  # until the first own cut-out: Python, model and camera on a busy machine
LIVE_MS = 30_000

NAMES = ("Ada", "Bo", "Cy")
GREEN = (0, 177, 64)

# A Blob as a data URL, as nothing else comes out of a page.
IN_TEXT = """(blob) => new Promise((done) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result);
  reader.readAsDataURL(blob);
})"""


class Guest:
    """One guest and their page."""

    def __init__(self, context: BrowserContext):
        self.context = context
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.set_default_timeout(PICTURE_MS)

    # --- what one does ---

    def start_room(self) -> str:
        """Open the landing page and start a room; return its path."""
        self.page.goto("/")
        self.button("Start a room").click()
        self.page.wait_for_url("**/r/*")
        return self.page.url[self.page.url.index("/r/") :]

    def open(self, path: str) -> "Guest":
        """Open a link."""
        self.page.goto(path)
        return self

    def join(self, name: str) -> "Guest":
        """Type a name, press Join, and wait to stand in the room."""
        self.page.get_by_label("Your name").fill(name)
        self.button("Join").click()
        expect(self.button("Leave")).to_be_visible()
        return self

    def button(self, name: str) -> Any:
        """Return a button by its exact accessible name."""
        return self.page.get_by_role("button", name=name, exact=True)

    # --- what one sees ---

    @property
    def stage(self) -> Any:
        """The stage, as a screen reader finds it."""
        return self.page.get_by_role("img", name="Stage", exact=True)

    def stats(self) -> dict[str, Any]:
        """Return window.sameframe.stats()."""
        return self.page.evaluate("() => window.sameframe.stats()")

    def me(self) -> dict[str, Any]:
        """Return one's own row of the figures."""
        return next(guest for guest in self.stats()["guests"] if guest["me"])

    def picture(self) -> np.ndarray:
        """Return the stage as it is shown, 360 × 640 × 3; a screenshot took ten times the work."""
        data = self.stage.evaluate(
            f"""async (canvas) => {{
              const copy = new OffscreenCanvas(640, 360);
              copy.getContext("2d").drawImage(canvas, 0, 0, 640, 360);
              return ({IN_TEXT})(await copy.convertToBlob());
            }}"""
        )
        return np.asarray(opened(data).convert("RGB"))

    def before_green(self) -> None:
        """Put everyone before plain green, in which a person is easily told."""
        self.page.evaluate(
            "() => window.sameframe.booth.setBackground({ name: 'plain', colour: '#00b140' })"
        )
        self.until("() => window.sameframe.booth.scene.value.background.colour === '#00b140'")
        self.eventually(
            lambda one: bool(is_colour(one.picture()[4:20, -20:-4], GREEN).all()), "it is green"
        )

    def photo(self) -> Image.Image:
        """Return the newest photo as the stage took it, once it is there."""
        data = self.until(
            f"""() => {{
              const [picture] = window.sameframe.booth.pictures.value;
              return picture && ({IN_TEXT})(picture.blob);
            }}"""
        )
        return opened(data)

    def until(self, script: str, argument: object = None, timeout: float = LIVE_MS) -> Any:
        """Wait until a script (may be async) gives something true; return it.

        Not Playwright's wait_for_function, which takes a promise itself for something true.
        """
        return self.page.evaluate(
            f"""async ([argument, end]) => {{
              const script = {script};
              for (end += performance.now(); performance.now() < end; ) {{
                const found = await script(argument);
                if (found) return found;
                await new Promise((again) => setTimeout(again, 50));
              }}
              throw new Error("never so: " + script);
            }}""",
            [argument, timeout],
        )

    def note(self) -> None:
        """Keep in `noted`, from now on, what passes: the countdown, messages, lines on the stage.

        They last three seconds or so, which a busy machine may spend between a click and a look.
        """
        self.page.evaluate(
            """() => {
              const { countdown, motion, notices } = window.sameframe.booth;
              const noted = (window.noted = { words: [] });
              for (const [name, signal] of Object.entries({ countdown, motion, notices })) {
                noted[name] = [];
                signal.subscribe((value) => noted[name].push(value));
              }
              const read = () => {
                const lines = document.querySelectorAll(".series, .lines");
                noted.words.push(...[...lines].map(({ textContent }) => textContent));
              };
              new MutationObserver(read).observe(document.body, { childList: true, subtree: true });
            }"""
        )

    def has_read(self, words: str) -> None:
        """Wait until these words stood on the stage, be they there still or not."""
        self.until("(words) => noted.words.some((line) => line.includes(words))", words)

    def has_counted(self) -> bool:
        """Tell whether a countdown was shown."""
        return self.page.evaluate("() => noted.countdown.some((left) => left !== null)")

    def wait_for_guests(self, *names: str) -> None:
        """Wait until all of these stand on the stage with a live picture."""
        self.until(
            """async (names) => {
              const { guests } = await window.sameframe.stats();
              const live = (name) => guests.some((g) => g.name === name && g.fps > 0 && g.width);
              return names.every(live);
            }""",
            list(names),
            PICTURE_MS,
        )

    def eventually(self, check: Callable[["Guest"], bool], why: str, tries: int = 60) -> None:
        """Wait until `check` holds, looking again after each half second of stage time."""
        for _ in range(tries):
            if check(self):
                return
            self.next_ticks(6)
        raise AssertionError(f"never so: {why}; {json.dumps(self.stats())}")

    def next_ticks(self, count: int) -> None:
        """Wait until the stage has lived `count` further ticks."""
        ticks = self.stats()["stage"]["ticks"]
        self.until("async (t) => (await window.sameframe.stats()).stage.ticks >= t", ticks + count)


Party = tuple[Guest, Guest, Guest]


def meet(host: Guest, *others: Guest) -> str:
    """Let people join one room until everyone sees everyone; return its path."""
    path = host.start_room()
    host.join(NAMES[0])
    for other, name in zip(others, NAMES[1:], strict=False):
        other.open(path).join(name)
    for person in (host, *others):
        person.wait_for_guests(*NAMES[: 1 + len(others)])
    return path


def opened(data: str) -> Image.Image:
    """Return the picture in a data URL."""
    return Image.open(io.BytesIO(base64.b64decode(data.partition(",")[2])))


def is_colour(picture: np.ndarray, colour: tuple[int, int, int], slack: int = 24) -> np.ndarray:
    """Return where a picture shows this colour, H × W booleans."""
    return np.abs(picture.astype(int) - np.array(colour)).max(axis=2) <= slack

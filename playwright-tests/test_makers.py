"""Backgrounds that somebody else makes, or keeps: models of other servers and our own, and S3."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from behind import BACKGROUND, READ, choose, in_corner, use
from conftest import Launch, Server
from guest import Guest
from playwright.sync_api import expect

sys.path.insert(0, str(Path(__file__).parents[1]))

from backend.tests.engines import s3
from backend.tests.images_api import Answer, images_api, png
from backend.tests.tiny import text_pipeline, video_pipeline

MODEL = "A model on the booth’s server makes it from your words."
CHANGE = "Say how the background you all see now should change."
SIZE = (1536, 1024)
NAVY, CORAL = (20, 30, 110), (240, 110, 90)


def picture(colour: tuple[int, int, int]) -> bytes:
    return png(f"rgb{colour}", SIZE)


@contextmanager
def host(browser: Launch, folder: Path, **settings: str) -> Iterator[Guest]:
    """Have Ada in a room of a server with these settings, with the picker open."""
    server = Server(folder / "log", **settings)
    context = browser("A").new_context(base_url=server.url, locale="en")
    try:
        ada = Guest(context)
        ada.start_room()
        ada.join("Ada").wait_for_guests("Ada")
        ada.button("Background").click()
        yield ada
    finally:
        context.close()
        server.stop()


def wish(person: Guest, words: str) -> None:
    """Ask for a background in words."""
    label = person.page.get_by_label(MODEL)
    if not label.is_visible():
        person.button("Make one").click()
    label.fill(words)
    person.button("Make").click()


def says(person: Guest, words: str) -> None:
    """Wait until the booth says so, in a message or where it was asked."""
    expect(person.page.get_by_text(words).locator("visible=true").first).to_be_visible()


def test_another_server_makes_them_s3_keeps_them_and_either_may_fail(
    browser: Launch, tmp_path: Path
) -> None:
    with s3() as files, images_api() as api:
        settings = {
            "SAMEFRAME_MAKER": "openai",
            "SAMEFRAME_OPENAI_URL": api.url,
            "SAMEFRAME_STORAGE": "s3://booth/rooms",
        }
        with host(browser, tmp_path, **settings, **files.environment) as ada:
            api.answers = [Answer.picture(picture(NAVY))]
            wish(ada, "The sea at night")
            ada.eventually(lambda one: in_corner(one, NAVY), "it is what the model made")
            assert api.asked[0][2]["prompt"].endswith("The sea at night")
            file = ada.page.evaluate("() => window.sameframe.booth.scene.value.background.file")
            room = ada.page.url.rsplit("/", 1)[-1]
            read = ada.page.evaluate(READ, f"/api/rooms/{room}/backdrops/{file}/1080.jpg")
            assert np.abs(np.subtract(read[2:5], NAVY)).max() < 8

            api.answers = [Answer.error(400, "moderation_blocked")]
            wish(ada, "Something that it does not make")
            says(ada, "Try other words.")
            assert in_corner(ada, NAVY)

            files.stop()
            choose(ada, "own.png", "image/png", picture(CORAL))
            ada.button("Use as background").click()
            says(ada, "couldn’t keep the picture")
            assert in_corner(ada, NAVY)
            files.start()
            use(ada)
            ada.eventually(
                lambda one: in_corner(one, CORAL), "it is the picture, once it could be kept"
            )
            assert not ada.errors


@pytest.mark.skipif(find_spec("diffusers") is None, reason="needs sameframe[diffusers]")
def test_pipelines_of_our_own_make_them(browser: Launch, tmp_path: Path) -> None:
    text_pipeline(tmp_path / "text")
    video_pipeline(tmp_path / "video")
    settings = {
        "SAMEFRAME_MAKER": "diffusers",
        "SAMEFRAME_DIFFUSERS_TEXT": str(tmp_path / "text"),
        "SAMEFRAME_DIFFUSERS_VIDEO": str(tmp_path / "video"),
    }
    with host(browser, tmp_path, **settings) as ada:
        ada.button("Make one").click()
        ask = (MODEL, CHANGE, CHANGE)
        for kind, words in zip(("Words", "This background", "Set it in motion"), ask, strict=True):
            before = ada.page.evaluate(BACKGROUND)
            ada.page.get_by_role("radio", name=kind).check(force=True)
            ada.page.get_by_label(words).fill("A sea of letters")
            ada.button("Make").click()
            ada.until(f"(before) => ({BACKGROUND})() !== before", before, 120_000)
        ada.until("() => window.sameframe.booth.scene.value.background.moves")
        assert not ada.errors

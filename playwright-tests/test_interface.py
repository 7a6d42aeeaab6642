"""Every state of the interface, by itself: no violation of axe, no error, nothing too wide."""

import os
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import Launch
from playwright.sync_api import Page
from sameframe.security import HEADERS

FRONTEND = Path(__file__).parents[1] / "frontend"
AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


class _Pages(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", HEADERS["content-security-policy"])
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Build the gallery and serve it under the policy of the real server."""
    folder = tmp_path_factory.mktemp("gallery")
    subprocess.run(
        ["node_modules/.bin/vite", "build", "--config", "vite.gallery.ts", "--logLevel", "error"],
        cwd=FRONTEND,
        env={**os.environ, "SAMEFRAME_GALLERY": str(folder)},
        check=True,
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Pages, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/gallery.html"
        server.shutdown()


@pytest.mark.parametrize(
    ("viewport", "how"),
    [(DESK, "lang=en&theme=light"), (PHONE, "lang=ko&theme=dark")],
    ids=["desk-en-light", "phone-ko-dark"],
)
def test_every_state_is_sound(
    gallery: str, browser: Launch, viewport: dict[str, int], how: str
) -> None:
    page = browser().new_page(viewport=viewport, reduced_motion="reduce")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.goto(gallery)
    states = page.get_by_role("link").all_inner_texts()
    assert len(states) > 40
    for state in states:
        page.goto(f"{gallery}?state={state}&{how}", wait_until="commit")
        complaints += [f"{state}: {fault}" for fault in faults(page)]
    page.close()
    assert not complaints


def faults(page: Page) -> list[str]:
    """Return what is wrong with the page as it is once it stands still."""
    page.wait_for_selector("html[data-ready]")
    # Through the debugger, which the policy doesn't bind.
    page.evaluate(AXE.read_text())
    return page.evaluate(
        """async () => {
          for (const one of document.getAnimations()) {
            if (one.effect.getComputedTiming().endTime < Infinity) one.finish();
          }
          const { violations } = await axe.run(document, { resultTypes: ["violations"] });
          const said = violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
          if (document.documentElement.scrollWidth > innerWidth) said.push("wider than the window");
          return said;
        }"""
    )

"""Chromium with a person before its camera, and how much of the machine it and others take.

As root Chromium gives its threads other priorities: workers and calls above encoders (nice -8
against 0), or, where it may not raise any, pages below them (5 against 0). Nobody's browser is
root, and there all are alike: so is ours.
"""

import os
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from conftest import CHROMIUM, QUIET
from footage import camera
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

ROOT = Path(__file__).parents[1]
OUT = Path(__file__).parent / "out"
FILMS = Path(tempfile.gettempdir()) / "sameframe-films"  # where a browser of nobody's may read
VIEW = {"width": 1280, "height": 860}
LIMIT_MS = 120_000
AS_NOBODY = """#!/bin/sh
for word; do
  case $word in --user-data-dir=*) export HOME="${{word#*=}}" ;; esac
done
chown -R nobody "$HOME"
exec {setpriv} --reuid=nobody --regid=nogroup --clear-groups {chromium} "$@"
"""
SEEN = "window.sameframe.booth.seen.value.size > 0"  # somebody's cutout is on the stage


def footage(person: str = "A") -> Path:
    """Return a person's camera footage."""
    FILMS.mkdir(exist_ok=True)
    return camera(person, FILMS)


def program() -> str:
    """Return the Chromium to start: one that root does not run as root."""
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0 or setpriv is None:
        return CHROMIUM
    OUT.mkdir(exist_ok=True)
    script = OUT / "chromium"
    script.write_text(AS_NOBODY.format(setpriv=setpriv, chromium=CHROMIUM))
    script.chmod(0o755)
    return str(script)


def flags(film: Path) -> list[str]:
    """Return the command line for a browser whose camera sees `film`."""
    return [
        *QUIET,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]


@contextmanager
def chromium(playwright: Playwright, *more: str, film: Path | None = None) -> Iterator[Browser]:
    """Launch a browser with a fresh profile, and more words on its command line."""
    args = [*flags(film or footage()), *more]
    browser = playwright.chromium.launch(executable_path=program(), args=args)
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def profile(playwright: Playwright, folder: Path) -> Iterator[BrowserContext]:
    """Launch a browser with the profile kept in `folder`."""
    context = playwright.chromium.launch_persistent_context(
        folder, executable_path=program(), args=flags(footage()), viewport=VIEW, locale="en"
    )
    try:
        yield context
    finally:
        context.close()


def evaluated(page: Page, condition: str) -> object:
    """Wait until a page's expression is true (or its `failed` is set); return its value."""
    # Asked rarely: the asking must not be what is measured.
    script = f"() => window.failed || ({condition})"
    page.wait_for_function(script, timeout=LIMIT_MS, polling=200)
    if failed := page.evaluate("window.failed"):
        raise RuntimeError(failed)
    return page.evaluate(f"() => ({condition})")


def entered(page: Page, link: str, name: str) -> None:
    """Open a room's link and join it."""
    page.set_default_timeout(LIMIT_MS)
    page.goto(link)
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name=re.compile("^Join")).click()
    page.get_by_role("button", name="Leave", exact=True).wait_for()


def snapshot_left(page: Page) -> None:
    """Wait until a first visit has left the snapshot of Python for the next."""
    # Not wait_for_function, which takes an async function's promise itself for something true.
    page.evaluate(
        """async (limit) => {
          for (const end = Date.now() + limit; Date.now() < end; ) {
            for (const name of await caches.keys())
              if ((await (await caches.open(name)).keys()).length) return;
            await new Promise((again) => setTimeout(again, 200));
          }
          throw new Error("no snapshot was left");
        }""",
        LIMIT_MS,
    )


def cpu_seconds() -> float:
    """Return the CPU time of all processes of the browser that is running, so far."""
    return sum(_cpu(process) for process in _children() if _name(process).startswith("chrom"))


class Watch:
    """Watches how many cores programs that are not ours take."""

    PERIOD_S = 1.0

    def __init__(self) -> None:
        self._ended, self._others, self._seconds = threading.Event(), 0.0, 0.0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def others(self) -> float:
        """Return the mean number of cores that others kept busy."""
        return self._others / self._seconds if self._seconds else 0.0

    def _run(self) -> None:
        busy, ours = _busy(), _ours()
        while not self._ended.wait(self.PERIOD_S):
            now_busy, now_ours = _busy(), _ours()
            grown = sum(cpu - ours.get(pid, 0.0) for pid, cpu in now_ours.items())
            self._others += max(0.0, now_busy - busy - grown)
            self._seconds += self.PERIOD_S
            busy, ours = now_busy, now_ours


def _children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _ours() -> dict[int, float]:
    return {process.pid: _cpu(process) for process in [psutil.Process(), *_children()]}


def _busy() -> float:
    times = psutil.cpu_times()
    return times.user + times.nice + times.system + times.irq + times.softirq


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""

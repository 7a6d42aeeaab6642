"""A Chromium that nobody holds awake: Playwright lets every page believe that it is seen.

Spoken to by the DevTools protocol alone. Its tabs hide each other, and it can be killed like a
machine that loses its power, and started again with what it had kept.
"""

import json
import os
import signal
import subprocess
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from conftest import CHROMIUM, QUIET
from websockets.sync.client import ClientConnection, connect

START_S, LIMIT_S = 60, 60
PAUSE_S = 0.05  # between questions: asked without one, a page does little else than answer


class Tab:
    """One page."""

    def __init__(self, browser: "BareChromium", session: str):
        self._browser, self._session = browser, session

    def evaluate(self, script: str) -> Any:
        """Return what an expression gives, also what it promises."""
        asked = {"expression": script, "awaitPromise": True, "returnByValue": True}
        answer = self._browser.ask("Runtime.evaluate", self._session, **asked)
        if fault := answer.get("exceptionDetails"):
            raise RuntimeError(fault.get("exception", fault).get("description", str(fault)))
        return answer["result"].get("value")

    def until(self, script: str, limit_s: float = LIMIT_S) -> Any:
        """Ask until an expression gives something true; return it."""
        end, fault = monotonic() + limit_s, ""
        while monotonic() < end:
            try:
                if found := self.evaluate(script):
                    return found
            except RuntimeError as error:  # a page that has just been opened knows little
                fault = str(error)
            sleep(PAUSE_S)
        raise AssertionError(f"never so: {script} {fault}")


class BareChromium:
    """One browser with a profile of its own, and a person before its camera."""

    def __init__(self, profile: Path, film: Path):
        self._told = profile / "DevToolsActivePort"
        self._command = [
            CHROMIUM,
            *QUIET,
            "--headless=new",
            "--remote-debugging-port=0",
            f"--user-data-dir={profile}",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
            "--window-size=1280,860",
        ]
        self._ids = count(1)
        self.start()

    def start(self) -> None:
        """Start it (again)."""
        self._told.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = monotonic() + START_S
        while not self._told.exists() or len(lines := self._told.read_text().split()) < 2:
            if self._process.poll() is not None or monotonic() > end:
                raise RuntimeError("Chromium did not start")
        port, path = lines
        self._socket: ClientConnection = connect(
            f"ws://127.0.0.1:{port}{path}", max_size=None, legacy=True
        )

    def open(self, url: str) -> Tab:
        """Open a page in a new tab, in front of the others."""
        target = self.ask("Target.createTarget", url=url)["targetId"]
        return Tab(
            self, self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        )

    def kill(self) -> None:
        """End it without a word."""
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait(20)
        self._socket.close()

    def ask(self, method: str, session: str | None = None, **values: Any) -> dict[str, Any]:
        """Ask for something by the protocol; return the answer."""
        number = next(self._ids)
        message = {"id": number, "method": method, "params": values}
        self._socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        while (answer := json.loads(self._socket.recv(LIMIT_S))).get("id") != number:
            pass
        if fault := answer.get("error"):
            raise RuntimeError(f"{method}: {fault['message']}")
        return answer["result"]

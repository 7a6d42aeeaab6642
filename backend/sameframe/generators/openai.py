"""Pictures from a server that speaks the OpenAI images API: /images/generations, /images/edits.

It is told the prompt and, where one is to be changed, the picture; nothing of who asks. What it
sends back is believed no more than an upload. Needs the extra `openai`.
"""

import base64
import binascii
import json
import queue
import threading
import time
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from typing import Any

import structlog

from sameframe import errors
from sameframe.generators.wish import Cancelled, Made, Progress, Wish
from sameframe.settings import Settings
from sameframe.stills import MAX_BYTES

_ANSWER_MAX = MAX_BYTES * 4 // 3 + 64 * 1024  # a picture in Base64, and what is around it
_TRIES = 3
_WAIT_S, _LONGEST_S = 2.0, 20.0  # before another try; a server that wants longer is too busy
_LOOK_S = 0.1
_SCENE = "A wide backdrop for a photo of friends, without people or lettering: {}"
_REFUSED = ("moderation_blocked", "content_policy_violation", "content_filter")

log = structlog.get_logger()


class _Refusal(Exception):
    """The server said no, and whether it may say yes later."""

    def __init__(self, error: errors.SameframeError, again: bool, wait_s: float):
        super().__init__(error.code)
        self.error, self.again, self.wait_s = error, again, wait_s


class OpenAI:
    """Asks a server; key and address are the environment's alone."""

    name = "openai"

    def __init__(self, settings: Settings):
        self._url = str(settings.openai_url).rstrip("/")
        self._key = settings.openai_key
        self._model, self._patience_s = settings.openai_model, settings.openai_s

    def can(self, wish: Wish) -> bool:
        """Tell that pictures are made there, but for our own styles."""
        return wish.kind == "draw" or (wish.kind == "restyle" and wish.style is None)

    def make(self, wish: Wish, progress: Progress, cancelled: Callable[[], bool]) -> Made:
        """Ask for it, again where the server is busy for a moment."""
        end = time.monotonic() + self._patience_s
        for rest in reversed(range(_TRIES)):
            try:
                return Made(_picture(self._asked(wish, end, cancelled)))
            except _Refusal as refusal:
                soon = refusal.wait_s <= min(_LONGEST_S, end - time.monotonic())
                if not (rest and refusal.again and soon):
                    raise refusal.error from None
                _wait(refusal.wait_s, cancelled)
        raise errors.MakerBusy

    def _asked(self, wish: Wish, end: float, cancelled: Callable[[], bool]) -> bytes:
        """Return the answer's body; the request is let go of as soon as nobody wants it."""
        import httpx2

        answers: queue.SimpleQueue[bytes | Exception] = queue.SimpleQueue()
        client = httpx2.Client(
            timeout=httpx2.Timeout(max(1.0, end - time.monotonic()), connect=10),
            follow_redirects=False,
            trust_env=False,
        )

        def ask() -> None:
            try:
                answers.put(self._exchange(client, wish, end))
            except httpx2.TimeoutException:
                answers.put(errors.MakerSlow())
            except httpx2.HTTPError as fault:
                error = errors.MakerFailed(type(fault).__name__)
                answers.put(_Refusal(error, again=True, wait_s=_WAIT_S))
            except Exception as fault:
                answers.put(fault)

        threading.Thread(target=ask, name="openai", daemon=True).start()
        with closing(client):
            while True:
                if cancelled():
                    raise Cancelled
                if time.monotonic() > end:
                    raise errors.MakerSlow
                try:
                    answer = answers.get(timeout=_LOOK_S)
                except queue.Empty:
                    continue
                if isinstance(answer, Exception):
                    raise answer
                return answer

    def _exchange(self, client: Any, wish: Wish, end: float) -> bytes:
        headers = {"accept": "application/json"}
        if self._key is not None:
            headers["authorization"] = f"Bearer {self._key.get_secret_value()}"
        edits = wish.kind == "restyle"
        path = "/images/edits" if edits else "/images/generations"
        with client.stream(
            "POST", self._url + path, headers=headers, **self._form(wish, edits)
        ) as answer:
            body = bytearray()
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > _ANSWER_MAX:
                    raise errors.PictureTooLarge
                if time.monotonic() > end:  # one that sends a byte now and then
                    raise errors.MakerSlow
            if answer.status_code == 200:
                return bytes(body)
            raise _refusal(answer.status_code, answer.headers, bytes(body))

    def _form(self, wish: Wish, edits: bool) -> dict[str, Any]:
        fields: dict[str, Any] = {"model": self._model, "n": 1}
        if self._model.startswith("gpt-image"):
            fields["size"] = "1536x1024"
        else:  # these send an address unless told otherwise, and we fetch nothing from anywhere
            fields |= {"response_format": "b64_json"}
            fields["size"] = "1792x1024" if self._model == "dall-e-3" else "1024x1024"
        if not edits:
            return {"json": fields | {"prompt": _SCENE.format(wish.prompt)}}
        file = BytesIO()
        wish.picture.save(file, "PNG")
        return {
            "data": {name: str(value) for name, value in fields.items()} | {"prompt": wish.prompt},
            "files": {"image": ("background.png", file.getvalue(), "image/png")},
        }


def _refusal(status: int, headers: Any, body: bytes) -> Exception:
    """Return what an answer that is no picture means."""
    try:
        error = json.loads(body)["error"]
        code, message = str(error.get("code")), str(error.get("message"))[:200]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        code, message = "", ""
    if status == 400 and (code in _REFUSED or "safety system" in message):
        return errors.PromptRefused()
    log.warning("the images API refused", status=status, code=code)
    if status == 429:
        spent = code == "insufficient_quota"
        return _Refusal(errors.MakerBusy(code), not spent, _retry_after(headers))
    if status >= 500:
        busy = errors.MakerBusy if status == 503 else errors.MakerFailed
        return _Refusal(busy(f"HTTP {status}"), again=True, wait_s=_retry_after(headers))
    return errors.MakerFailed(f"HTTP {status}")


def _retry_after(headers: Any) -> float:
    try:
        return max(0.0, float(headers.get("retry-after", _WAIT_S)))
    except ValueError:  # a date
        return _WAIT_S


def _picture(body: bytes) -> bytes:
    try:
        return base64.b64decode(json.loads(body)["data"][0]["b64_json"], validate=True)
    except (ValueError, KeyError, IndexError, TypeError, binascii.Error, RecursionError):
        raise errors.MakerFailed("no picture in the answer") from None


def _wait(seconds: float, cancelled: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if cancelled():
            raise Cancelled
        time.sleep(min(_LOOK_S, max(0.0, end - time.monotonic())))

"""The OpenAI images API, against a server that answers in its documented forms."""

import io
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image
from sameframe import errors
from sameframe.generators import openai
from sameframe.generators.openai import OpenAI
from sameframe.generators.wish import Cancelled, Wish
from sameframe.settings import Settings

from .images_api import Answer, Api, images_api, png

KEY = "sk-test-key"
DRAW = Wish("draw", "a sea at night", 1)
EDIT = Wish("restyle", "in winter", 1, Image.open(io.BytesIO(png("green"))))


@pytest.fixture
def api() -> Iterator[Api]:
    with images_api() as told:
        yield told


@pytest.fixture
def ask(api, monkeypatch) -> Callable[..., bytes]:
    monkeypatch.setattr(openai, "_WAIT_S", 0.01)

    def asked(wish: Wish = DRAW, cancelled=lambda: False, **changed: Any) -> bytes:
        known = {"maker": "openai", "openai_url": api.url, "openai_key": KEY}
        made = OpenAI(Settings(**(known | changed))).make(wish, lambda done: None, cancelled)
        return made.picture

    return asked


def test_words_become_a_picture(api, ask):
    assert ask() == png()
    ((path, headers, sent),) = api.asked
    assert path == "/v1/images/generations"
    assert headers["authorization"] == f"Bearer {KEY}"
    assert sent.pop("prompt").endswith("a sea at night")
    assert sent == {"model": "gpt-image-1", "n": 1, "size": "1536x1024"}


def test_a_picture_is_changed(api, ask):
    assert ask(EDIT) == png()
    ((path, _, sent),) = api.asked
    assert path == "/v1/images/edits"
    assert Image.open(io.BytesIO(sent.pop("image"))).size == (96, 64)
    assert sent == {
        "model": b"gpt-image-1", "n": b"1", "size": b"1536x1024", "prompt": b"in winter",
    }  # fmt: skip


@pytest.mark.parametrize(("model", "size"), [("dall-e-3", "1792x1024"), ("local", "1024x1024")])
def test_other_models_are_asked_for_the_picture_itself(api, ask, model, size):
    ask(openai_model=model, openai_key=None)
    ((_, headers, sent),) = api.asked
    assert "authorization" not in headers
    assert (sent["response_format"], sent["size"]) == ("b64_json", size)


@pytest.mark.parametrize(
    ("answer", "refusal", "times"),
    [
        (Answer.error(400, "moderation_blocked"), errors.PromptRefused, 1),
        (Answer.error(400, "content_policy_violation"), errors.PromptRefused, 1),
        (Answer.error(400, None, "rejected by the safety system"), errors.PromptRefused, 1),
        (Answer.error(400, "unknown_parameter"), errors.MakerFailed, 1),
        (Answer.error(401, "invalid_api_key"), errors.MakerFailed, 1),
        (Answer.error(403, None), errors.MakerFailed, 1),
        (Answer.error(404, "model_not_found"), errors.MakerFailed, 1),
        (Answer.error(429, "insufficient_quota"), errors.MakerBusy, 1),
        (Answer.error(429, "rate_limit_exceeded", retry_after="3600"), errors.MakerBusy, 1),
        (Answer.error(429, "rate_limit_exceeded"), errors.MakerBusy, 3),
        (Answer.error(500, None), errors.MakerFailed, 3),
        (Answer.error(503, None), errors.MakerBusy, 3),
        (Answer(502, b"<html>Bad gateway"), errors.MakerFailed, 3),
        (Answer(302, {}, {"location": "http://127.0.0.1:1/"}), errors.MakerFailed, 1),
        (Answer(400, b"[" * 10_000), errors.MakerFailed, 1),
    ],
    ids=lambda value: f"{value.status}" if isinstance(value, Answer) else None,
)
def test_what_is_refused_has_a_name_and_is_asked_again_where_that_may_help(
    api, ask, answer, refusal, times
):
    api.answers = [answer] * 5
    with pytest.raises(refusal):
        ask()
    assert len(api.asked) == times


def test_it_waits_as_long_as_it_is_told(api, ask):
    api.answers = [
        Answer.error(429, "rate_limit_exceeded", retry_after="1"),
        Answer.error(500, None),
    ]
    begun = time.monotonic()
    assert ask() == png()
    assert time.monotonic() - begun >= 1
    assert len(api.asked) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b"null", {"data": []}, {"data": [{}]}, {"data": [{"b64_json": None}]},
        {"data": [{"b64_json": "not base64!"}]}, {"data": [{"url": "http://169.254.169.254/"}]},
        {"data": "x"}, b"[" * 100_000, b"\xff\xfe",
    ],
    ids=str,
)  # fmt: skip
def test_an_answer_without_a_picture_is_none(api, ask, body):
    api.answers = [Answer(body=body)]
    with pytest.raises(errors.MakerFailed):
        ask()
    assert len(api.asked) == 1


def test_no_more_is_read_than_a_picture_may_have(api, ask):
    api.answers = [Answer(body=b"x" * (23 * 1024 * 1024))]
    with pytest.raises(errors.PictureTooLarge):
        ask()


def test_who_does_not_answer_in_time_is_left(api, ask):
    api.answers = [Answer(body=b"x" * 100, stalls=True)]
    with pytest.raises(errors.MakerSlow):
        ask(openai_s=1.0)


def test_who_is_not_there_has_failed(ask):
    with pytest.raises(errors.MakerFailed):
        ask(openai_url="http://127.0.0.1:9/v1")


def test_it_is_given_up_while_the_server_thinks(api, ask):
    api.answers = [Answer(body=b"x" * 100, stalls=True)]
    with pytest.raises(Cancelled):
        ask(cancelled=lambda: bool(api.asked))


def test_the_key_is_in_no_text_of_the_settings():
    settings = Settings(maker="openai", openai_key=KEY)
    assert KEY not in repr(settings)
    assert KEY not in str(settings.model_dump())


def test_styles_and_movement_are_our_own():
    provider = OpenAI(Settings(maker="openai"))
    assert provider.can(DRAW)
    assert provider.can(EDIT)
    assert not provider.can(Wish("restyle", "", 1, style="paint"))
    assert not provider.can(Wish("move", "snow", 1))

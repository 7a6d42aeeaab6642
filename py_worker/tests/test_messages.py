from dataclasses import fields, is_dataclass
from typing import get_args

import pytest
from sameframe_worker import messages, packing
from sameframe_worker.scene import Background, Layer, Look, Scene

UNIONS = (messages.ToCutout, messages.FromCutout, messages.ToStage, messages.FromStage)
NESTED = (
    (messages.ToStage, messages.TryLook(Look("film", 0.5))),
    (messages.ToStage, messages.SceneIs(Scene(Background("beach"), (Layer("a"), Layer("b"))))),
    (messages.ToStage, messages.LayerMoves(Layer("a", x=0.1, mirror=True))),
    (messages.ToStage, messages.People([messages.Person("a", "아리", True, "poor")])),
    (messages.FromStage, messages.Layout([messages.Box("a", 0, 0.5, 0.25, 0.5, 3)])),
    (
        messages.FromStage,
        messages.StageStats(
            1, "cpu", 30, 2, 1, 9, 0, ["wrap"], [messages.GuestPicture("a", 30, 33, 640, 480)]
        ),
    ),
    (messages.ToStage, messages.TakePhoto(1, None, 1920, 1080)),
    (messages.ToStage, messages.TakeFill(1, "a", 0.5)),
    (messages.FromStage, messages.Fill(1, None)),
    (messages.ToCutout, messages.Expose(1, 0.5)),
    (messages.ToCutout, messages.ClockSample(1.0, 2.0, 3.0)),
    (messages.FromCutout, messages.ExposeFailed(1, "the camera is off")),
)


@pytest.mark.parametrize(("union", "message"), NESTED)
def test_message_comes_back_as_it_was(union, message) -> None:
    data = packing.write(message)
    assert only_plain(data)
    assert packing.read(union, data) == message


def test_transferred_things_pass_untouched() -> None:
    stream = object()
    data = packing.write(messages.GuestFrames("a", stream))
    assert data["frames"] is stream
    assert packing.read(messages.ToStage, data).frames is stream


@pytest.mark.parametrize("union", UNIONS)
def test_tags_are_unique(union) -> None:
    tags = [packing.tag(kind) for kind in get_args(union)]
    assert len(tags) == len(set(tags))
    assert all(tag == tag.lower() and not tag.startswith("_") for tag in tags)


def test_requests_are_answered_by_number() -> None:
    for kind in (messages.Photo, messages.Picked, messages.StageStats, messages.TakePhoto):
        assert "request" in [field.name for field in fields(kind)]


def test_what_is_not_said_is_at_its_default() -> None:
    scene = {"background": {"name": "beach", "colour": "#ffffff"}, "layers": []}
    read = packing.read(messages.ToStage, {"type": "scene_is", "scene": scene})
    assert read.scene.background.file is None


def test_unknown_messages_are_refused() -> None:
    with pytest.raises(ValueError, match="no such message"):
        packing.read(messages.ToStage, {"type": "cutout_ready"})
    with pytest.raises(ValueError, match="no such message"):
        packing.read(messages.ToStage, {})


def only_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(only_plain, value.values()))
    if isinstance(value, list):
        return all(map(only_plain, value))
    return not is_dataclass(value) and not isinstance(value, tuple)

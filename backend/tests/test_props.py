"""Props: who may do what, what they look like, and that stage and print show the same."""

import io
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sameframe import designs, errors, prints, props, reference, stacking, wire
from sameframe.app import create_darkroom, create_hub
from sameframe.settings import Settings
from sameframe_worker import stacked
from sameframe_worker.kernels import Buffer
from sameframe_worker.scene import Layer, Prop, Scene
from sameframe_worker.stage.library import stage_kernels
from sameframe_worker.stage.picture import to_i420

from .rooming import Booth
from .shooting import Shooting, code, cutout, list_files
from .test_moving import run

ALL = [name for names in props.families().values() for name in names]
FONT = Path(__file__).parents[2] / "static" / "fonts" / "Pretendard-Medium.otf"
NOON = 1_785_931_200_000.0  # 2026-08-05, 12:00 UTC


@pytest.fixture(scope="module")
def font() -> Path | None:
    """Return what props are lettered with, once the pages are built."""
    return FONT if FONT.is_file() else None


def added(booth: Booth, by: wire.Welcome, design: str = "heart", text: str = "", **more) -> Prop:
    booth.say(by, wire.AddProp(design, text, **more))
    return booth.room.scene.props[-1]


# --- the rules --------------------------------------------------------------------------------


def test_what_one_brings_all_see_and_may_move_reword_and_remove():
    booth = Booth()
    host, ada = booth.arrive(), booth.arrive("Bo")
    prop = added(booth, host, "speech", " Hello \n there ")
    told = booth.told(ada.epoch, wire.SceneChanged)
    assert told.scene.props == (prop,)
    assert told.by == host.you
    assert prop.text == "Hello there"
    booth.say(ada, wire.Place(Layer(prop.id, x=0.2, y=0.3, scale=0.5)))
    assert booth.room.scene.layer(prop.id).x == 0.2
    booth.say(ada, wire.Order(prop.id, -1))
    assert booth.standing.index(prop.id) == 1
    booth.say(ada, wire.WordProp(prop.id, "Bye"))
    assert booth.room.scene.prop(prop.id).text == "Bye"
    assert booth.room.scene.prop(prop.id).picture != prop.picture
    booth.say(ada, wire.RemoveProp(prop.id))
    assert booth.room.scene.props == ()
    assert prop.id not in booth.standing
    booth.say(ada, wire.RemoveProp(prop.id))  # both pressed at once
    assert added(booth, ada).id != prop.id


def test_late_joiners_find_props_and_stand_behind_what_all_stand_behind():
    booth = Booth()
    ada = booth.arrive()
    star, table = added(booth, ada, "star"), added(booth, ada, "table")
    for _ in range(2):
        booth.say(ada, wire.Order(star.id, -1))
    bo = booth.arrive("Bo")
    assert bo.scene.props == (star, table)
    assert booth.standing == [star.id, ada.you, bo.you, table.id]
    booth.place(ada, x=0.3)  # by hand: who comes now stands where there is most room
    cleo = booth.arrive("Cleo")
    assert booth.standing == [star.id, ada.you, bo.you, cleo.you, table.id]


def test_props_leave_the_row_of_people_alone():
    booth = Booth()
    ada = booth.arrive()
    heart = added(booth, ada)
    booth.say(ada, wire.Place(Layer(heart.id, x=0.9)))
    booth.say(ada, wire.Order(heart.id, -1))
    booth.arrive("Bo")
    layers = booth.room.scene.people
    assert [round(layer.x, 2) for layer in layers] == [0.25, 0.75]
    assert booth.room.scene.layer(heart.id).x == 0.9
    booth.say(ada, wire.Reset(heart.id))
    assert booth.room.scene.layer(heart.id) == props.start(booth.room.scene, heart)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (wire.AddProp("teapot"), errors.UnknownProp),
        (wire.AddProp("friend"), errors.UnknownProp),
        (wire.AddProp("speech"), errors.BadWords),
        (wire.AddProp("label", "\u200b\u202e\u0000"), errors.BadWords),
        (wire.AddProp("label", "x" * (props.WORDS_MAX + 1)), errors.BadWords),
        (wire.WordProp("o00000001", "hi"), errors.UnknownProp),  # a heart: nothing is written on it
        (wire.WordProp("o00000009", "hi"), errors.UnknownProp),
        (wire.Order("o00000009", 1), errors.UnknownProp),
        (wire.Place(Layer("o00000009")), errors.UnknownProp),
    ],
    ids=repr,
)
def test_what_is_refused_changes_nothing(message, error):
    booth = Booth()
    ada = booth.arrive()
    added(booth, ada)
    before = booth.room.scene
    with pytest.raises(error):
        booth.say(ada, message)
    assert booth.room.scene == before


def test_a_picture_holds_so_many_and_no_more():
    booth = Booth()
    ada = booth.arrive()
    for _ in range(props.PROPS_MAX):
        added(booth, ada)
    for event in (wire.AddProp("star"), None):
        with pytest.raises(errors.TooManyProps):
            booth.say(ada, event) if event else booth.happen(props.Befriended("f" + "0" * 64))


def test_a_date_stamp_is_of_the_shots_instant_by_the_clock_of_who_put_it_there():
    booth = Booth()
    booth.now = NOON
    ada = booth.arrive()
    assert added(booth, ada, "date", "ignored", zone=9 * 60).text == "’26 8 5"
    booth.wait(5 * 3_600_000)  # 2:00 of the next day in Seoul
    booth.press(ada, 3)
    assert booth.snapshots[0].scene.props[0].text == "’26 8 6"
    assert booth.told(ada.epoch, wire.SceneChanged).scene.props[0].text == "’26 8 6"


people = st.lists(st.sampled_from("abcdef"), unique=True, max_size=6)
things = st.lists(st.sampled_from(["o1", "o2", "o3"]), unique=True, max_size=3)


@given(st.data(), people, people, things)
def test_people_change_and_props_keep_their_order(data, before, after, thing):
    order = data.draw(st.permutations(before + thing))
    layers = tuple(map(Layer, order))
    scene = Scene(layers=layers, props=tuple(Prop(name, "star") for name in thing))
    changed = scene.with_people(tuple(map(Layer, after)))
    names = [layer.guest for layer in changed.layers]
    assert [name for name in names if name in after] == after
    assert [n for n in names if n in thing] == [n for n in order if n in thing]
    if thing and order[-1] in thing:
        assert names[-1] == order[-1]
    assert scene.with_people(scene.people).layers == layers or before == []


# --- what they look like ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_every_design_can_be_drawn_and_shows_something(name, font):
    found = props.DESIGNS[name]
    text = "안녕 Hello" if found.worded else "’26 11 26" if name == "date" else ""
    picture = designs.drawn(name, text, 128, font)
    assert picture.mode == "RGBA"
    assert picture.height <= 128
    assert np.asarray(picture)[..., 3].mean() > 20


@given(st.text(max_size=props.WORDS_MAX))
@settings(max_examples=25, deadline=None)
def test_whatever_is_written_is_text_and_no_markup(text):
    picture = designs.drawn("label", f"<b>&{text}]]>", 32, None)
    assert picture.height == 32


def as_planes(data: bytes) -> tuple[Buffer, int, int]:
    """Return what a browser makes of a prop's picture: I420."""
    picture = Image.open(io.BytesIO(data)).convert("RGBA")
    pixels = Buffer(picture.width * picture.height * 4)
    pixels.view[:] = picture.tobytes()
    return to_i420(stage_kernels(), "RGBA", pixels, *picture.size), *picture.size


@pytest.mark.parametrize("name", ["heart", "crown", "speech", "banner", "date", "table", "sofa"])
def test_stage_and_print_show_the_same(name, font):
    design = props.DESIGNS[name]
    text = "Hello 친구" if design.worded else "’26 11 26" if name == "date" else ""
    scene = Scene(props=(Prop("o1", name, text),))
    layer = Layer("o1", scale=max(design.scale, 0.3), rotation=12 if name == "crown" else 0)
    scene = scene.with_layer(layer)
    lines = round(layer.scale * 720)
    planes, width, height = as_planes(stacking.stack(designs.drawn(name, text, 512, font)))
    size = stacked.i420_bytes(width, height)
    frame = reference.StackedFrame(width, height, bytes(planes.view[:size]))
    ground = np.full((720, 1280, 3), 160, np.uint8)
    stage = reference.render(scene, ground, {"o1": frame}, 1280, 720)
    drawn = {"o1": designs.drawn(name, text, lines, font)}
    printed = np.asarray(prints.compose(scene, Image.fromarray(ground), drawn))
    error = np.mean((stage.astype(float) - printed) ** 2)
    assert 10 * np.log10(255**2 / max(error, 1e-9)) > 30


def test_the_stage_shows_a_props_own_colour_up_to_its_edge(font):
    # A rim of another colour would be seen around every prop.
    planes, width, height = as_planes(stacking.stack(designs.drawn("heart", "", 256, font)))
    size = stacked.i420_bytes(width, height)
    frame = reference.StackedFrame(width, height, bytes(planes.view[:size]))
    scene = Scene(props=(Prop("o1", "heart"),)).with_layer(Layer("o1", scale=0.6))
    ground = np.full((360, 640, 3), (212, 71, 46), np.uint8)  # the heart's own red
    out = reference.render(scene, ground, {"o1": frame}, 640, 360).astype(int)
    # Its dark side and its gleam differ; nothing may be greyer, greener or bluer than those.
    assert out[..., 2].max() <= 0xA6 + 16
    assert (out[..., 0] - out[..., 2]).min() > 60


@pytest.mark.parametrize("file", [None, "f" + "0" * 64])
def test_light_falls_on_friends_and_on_nothing_that_is_drawn(file):
    white = Image.new("RGBA", (320, 240), (250, 250, 250, 255))
    scene = Scene(props=(Prop("o1", "heart", file=file),), light="strong")
    scene = scene.with_layer(Layer("o1", scale=0.8))
    ground = Image.new("RGB", (320, 180), (20, 20, 90))
    found = np.asarray(prints.compose(scene, ground, {"o1": white}))[90, 160]
    assert bool(found.min() >= 249) == (file is None)


# --- over HTTP --------------------------------------------------------------------------------


@pytest.fixture
def shooting(booth) -> Shooting:
    return Shooting.begin(booth)


def heard(shooting: Shooting, message: Any) -> Scene:
    shooting.guests[1].say(message)
    return shooting.guests[0].hear(wire.SceneChanged, lambda m: bool(m.scene.props)).scene


def befriend(shooting: Shooting, data: bytes, token: str | None = None) -> httpx2.Response:
    token = shooting.guests[1].welcome.token if token is None else token
    return httpx2.post(
        f"{shooting.booth.url}/api/rooms/{shooting.made.room}/friends",
        content=data,
        headers={"authorization": f"Bearer {token}"},
    )


def test_a_prop_is_served_only_while_the_scene_has_it(shooting):
    prop = heard(shooting, wire.AddProp("label", "서울")).props[0]
    path = f"/api/rooms/{shooting.made.room}/props/{prop.picture}"
    answer = shooting.get(f"{path}/256.webp")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["cross-origin-resource-policy"]
    width, height = Image.open(io.BytesIO(answer.content)).size
    assert (width % 2, height % 6) == (0, 0)
    assert code(shooting.get(f"{path}/257.webp")) == (404, "not_found")
    shooting.guests[0].say(wire.RemoveProp(prop.id))
    shooting.guests[1].hear(wire.SceneChanged, lambda m: not m.scene.props)
    assert code(shooting.get(f"{path}/256.webp")) == (404, "not_found")
    assert shooting.get("/api/props/star.webp").status_code == 200
    assert code(shooting.get("/api/props/friend.webp")) == (404, "not_found")


@pytest.mark.usefixtures("small_prints")
def test_props_are_in_the_print_in_front_of_people_and_behind(shooting):
    scene = heard(shooting, wire.AddProp("table"))
    for _ in scene.layers:
        shooting.guests[1].say(wire.Order(scene.props[0].id, 1))
    _, news = shooting.printed()
    found = Image.open(io.BytesIO(shooting.get(news.print.png).content)).convert("RGB")
    r, g, b = found.getpixel((found.width // 2, int(found.height * 0.92)))
    assert r > g > b  # wood, where people stand


def test_an_absent_friend_is_a_layer_all_may_move_and_is_gone_for_good(shooting, data):
    answer = befriend(shooting, cutout())
    assert answer.status_code == 201, answer.text
    file = msgspec.json.decode(answer.content, type=wire.FriendKept).file
    scene = shooting.guests[0].hear(wire.SceneChanged, lambda m: bool(m.scene.props)).scene
    (friend,) = scene.props
    assert (friend.design, friend.file) == ("friend", file)
    path = f"/api/rooms/{shooting.made.room}/props/{friend.picture}/128.webp"
    assert shooting.get(path).status_code == 200
    assert sum("/friends/" in name for name in list_files(data)) == 1
    assert befriend(shooting, cutout(), token="x" * 32).status_code == 403
    shooting.guests[0].say(wire.RemoveProp(friend.id))
    shooting.guests[1].hear(wire.SceneChanged, lambda m: not m.scene.props)
    assert shooting.get(path).status_code == 404


def friends(data: Path) -> list[str]:
    return [Path(name).stem for name in list_files(data) if "/friends/" in name]


@pytest.mark.usefixtures("small_prints")
def test_friends_stay_with_their_shots_and_move_with_the_album_and_others_go(
    shooting, data, tmp_path, monkeypatch
):
    file = msgspec.json.decode(befriend(shooting, cutout()).content, type=wire.FriendKept).file
    scene = shooting.guests[0].hear(wire.SceneChanged, lambda m: bool(m.scene.props)).scene
    _, news = shooting.printed()
    other = io.BytesIO()
    Image.new("RGBA", (80, 80), (0, 90, 0, 255)).save(other, "PNG")
    befriend(shooting, other.getvalue())
    shown = shooting.guests[0].hear(wire.SceneChanged, lambda m: len(m.scene.props) == 2).scene
    for prop in shown.props:
        shooting.guests[0].say(wire.RemoveProp(prop.id))
    shooting.guests[1].hear(wire.SceneChanged, lambda m: not m.scene.props)
    assert len(friends(data)) == 2
    run("purge")  # another process than the room's, and who knows whether it is still on a stage
    assert len(friends(data)) == 2
    darkroom = create_darkroom(Settings(), create_hub(Settings()))
    darkroom.props.purge(frozenset())
    darkroom.albums.close()
    assert friends(data) == [file]
    edit = f"/a/{shooting.album}/{news.shot}/props/{scene.props[0].id}.webp"
    assert shooting.get(edit, headers={"cookie": "no"}).status_code in (401, 403)
    run("export", shooting.album, "--to", tmp_path / "album.zip")
    monkeypatch.setenv("SAMEFRAME_DATA", str(tmp_path / "there"))
    run("import", tmp_path / "album.zip")
    assert list_files(tmp_path / "there") == list_files(data)


@pytest.mark.parametrize(
    ("picture", "refused"),
    [
        (b"nothing of the kind", "bad_picture"),
        (cutout(form="WEBP")[:200], "bad_picture"),
    ],
)
def test_what_is_no_cut_out_is_refused_by_name(shooting, picture, refused):
    assert code(befriend(shooting, picture))[1] == refused


def test_a_cut_out_of_nobody_is_refused(shooting):
    file = io.BytesIO()
    Image.new("RGBA", (64, 64)).save(file, "PNG")
    assert code(befriend(shooting, file.getvalue())) == (422, "empty_cutout")

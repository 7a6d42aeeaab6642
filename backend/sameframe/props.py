"""Props: what there is to stand in the picture besides people, and who may do what. Pure.

A prop's place is a layer of the scene like a guest's; everyone in the room may move, reword and
remove all of them. What they look like is drawn by designs/.
"""

import hashlib
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

from sameframe_worker.scene import Layer, Prop, Scene

from sameframe import errors, wire
from sameframe.moments import local
from sameframe.seats import Room

PROPS_MAX = 12  # in one picture
WORDS_MAX = 60  # characters
EDITION = 1  # rises when a design is drawn otherwise: pictures are cached by it for good
FRIEND, DATE = "friend", "date"

Family = Literal["stickers", "bubbles", "words", "fronts", "friends"]


@dataclass(frozen=True, slots=True)
class Design:
    """What a prop can be: how tall it comes, and where its middle is; `worded`: text is on it."""

    family: Family
    scale: float = 0.24
    y: float = 0.3
    worded: bool = False

    @property
    def on_floor(self) -> bool:
        """Tell whether its lower edge is the picture's."""
        return self.family in ("fronts", "friends")


_STICKERS = (
    *("heart", "star", "crown", "party_hat", "sunglasses", "moustache", "flower", "balloon"),
    *("confetti", "sparkles", "thumbs_up", "cake"),
)
DESIGNS: dict[str, Design] = {
    **dict.fromkeys(_STICKERS, Design("stickers")),
    "speech": Design("bubbles", 0.34, 0.24, worded=True),
    "thought": Design("bubbles", 0.36, 0.24, worded=True),
    "shout": Design("bubbles", 0.38, 0.24, worded=True),
    "outlined": Design("words", 0.16, 0.16, worded=True),
    "label": Design("words", 0.13, 0.16, worded=True),
    "banner": Design("words", 0.2, 0.16, worded=True),
    DATE: Design("words", 0.09, 0.92),
    "table": Design("fronts", 0.36),
    "sofa": Design("fronts", 0.42),
    "hedge": Design("fronts", 0.34),
    "window": Design("fronts", 1.0),
    FRIEND: Design("friends", 0.86),
}
SAMPLES = {
    "outlined": "Aa",
    "label": "Aa",
    "banner": "Aa",
    DATE: "’26 8 5",
}  # as the picker shows them


@dataclass(frozen=True, slots=True)
class Befriended:
    """The cut-out of an absent friend is kept: it comes into the picture."""

    file: str


def added(room: Room, message: wire.AddProp, now: float) -> Room:
    """Return the room with a new prop in front; raises UnknownProp, TooManyProps, BadWords."""
    design = DESIGNS.get(message.design)
    if design is None or design.family == "friends":
        raise errors.UnknownProp
    text = words(message.text) if design.worded else ""
    return _with(room, Prop("", message.design, text, zone=message.zone), now)


def befriended(room: Room, event: Befriended, now: float) -> Room:
    """Return the room with an absent friend in it; raises TooManyProps."""
    return _with(room, Prop("", FRIEND, file=event.file), now)


def worded(room: Room, message: wire.WordProp) -> Room:
    """Return the room with something else on a prop; raises UnknownProp, BadWords."""
    prop = room.scene.prop(message.prop)
    if prop is None or not DESIGNS[prop.design].worded:
        raise errors.UnknownProp
    changed = _pictured(replace(prop, text=words(message.text)))
    return replace(room, scene=room.scene.with_prop(changed))


def removed(room: Room, message: wire.RemoveProp) -> Room:
    """Return the room without a prop. One that is gone is no fault: two may press at once."""
    if room.scene.prop(message.prop) is None:
        return room
    return replace(room, scene=room.scene.without(message.prop))


def dated(scene: Scene, now: float) -> Scene:
    """Return the scene with its date stamps of this instant."""
    for prop in scene.props:
        if prop.design == DATE:
            scene = scene.with_prop(_dated(prop, now))
    return scene


def start(scene: Scene, prop: Prop, number: int = 0) -> Layer:
    """Return where a prop stands when it comes; `number` puts those of one kind side by side."""
    design = DESIGNS[prop.design]
    if prop.design == DATE:
        return Layer(prop.id, x=0.85, y=design.y, scale=design.scale)
    if design.on_floor:
        return Layer(prop.id, x=0.5, y=1 - design.scale / 2, scale=design.scale)
    x = 0.5 + (0, -0.22, 0.22, -0.36, 0.36)[number % 5]
    return Layer(prop.id, x=x, y=design.y, scale=design.scale)


def words(text: str) -> str:
    """Return the text in NFC, without control characters, spaces collapsed.

    Raises BadWords for nothing visible, or more than WORDS_MAX characters.
    """
    kept = "".join(
        " " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    tidy = unicodedata.normalize("NFC", " ".join(kept.split()))
    if len(tidy) > WORDS_MAX or not any(unicodedata.category(c)[0] in "LNPS" for c in tidy):
        raise errors.BadWords(f"1 to {WORDS_MAX} characters")
    return tidy


def picture(design: str, text: str, file: str | None) -> str:
    """Return the name of what a prop looks like: the same for the same, other for other."""
    said = "\0".join((str(EDITION), design, text, file or ""))
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def families() -> dict[str, list[str]]:
    """Return the names of all designs that one can choose, by family."""
    found: dict[str, list[str]] = {}
    for name, design in DESIGNS.items():
        if design.family != "friends":
            found.setdefault(design.family, []).append(name)
    return found


def _with(room: Room, prop: Prop, now: float) -> Room:
    scene = room.scene
    if len(scene.props) >= PROPS_MAX:
        raise errors.TooManyProps
    number = room.propped + 1
    prop = _pictured(replace(prop, id=f"o{number:08d}"))
    if prop.design == DATE:
        prop = _dated(prop, now)
    family = DESIGNS[prop.design].family
    like = sum(DESIGNS[other.design].family == family for other in scene.props)
    scene = scene.with_prop(prop).with_layer(start(scene, prop, like))
    if prop.design in (FRIEND, "window"):  # among people, or behind all of them
        scene = scene.reordered(prop.id, -len(scene.layers))
    return replace(room, scene=scene, propped=number)


def _dated(prop: Prop, now: float) -> Prop:
    then = local(now, prop.zone)
    return _pictured(replace(prop, text=f"’{then:%y} {then.month} {then.day}"))


def _pictured(prop: Prop) -> Prop:
    return replace(prop, picture=picture(prop.design, prop.text, prop.file))

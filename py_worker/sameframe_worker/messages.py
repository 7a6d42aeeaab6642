"""Every message between the page and its two workers; TypeScript types are generated from here.

A message is a JavaScript object whose `type` is the class's name in snake case. Fields of the
classes `FrameStream`, `FramePort`, `Canvas`, `Image`, `Bitmap` and `Frame` are handed on as they
are. Requests carry a number that the answer repeats.
"""

from dataclasses import dataclass
from typing import Literal

from sameframe_worker.budget import Step
from sameframe_worker.scene import Background, Layer, Look, Scene


class FrameStream:
    """ReadableStream<VideoFrame>"""


class FramePort:
    """MessagePort"""


class Canvas:
    """OffscreenCanvas"""


class Image:
    """Blob"""


class Bitmap:
    """ImageBitmap"""


class Frame:
    """VideoFrame"""


Presence = Literal["here", "away", "poor"]


# --- page -> cutout worker -------------------------------------------------------------------


@dataclass
class Camera:
    """Cut out of this camera from now on, and hand stacked frames to this port of the gate's."""

    frames: FrameStream
    cutouts: FramePort


@dataclass
class CameraOff:
    """Send an empty cutout and wait."""


@dataclass
class Expose:
    """Make the own layer of a shot, of the frame nearest to this instant of server time."""

    request: int
    at: float


@dataclass
class CutOut:
    """Cut this photo of an absent friend out, at its own size; answered as Expose is."""

    request: int
    frame: Frame


@dataclass
class ClockSample:
    """For either worker: a ping's three instants in ms, own sent, server's, own received.

    Own ones are of the epoch, on the clock that page and workers share.
    """

    sent: float
    server: float
    received: float


# --- cutout worker -> page -------------------------------------------------------------------


@dataclass
class Progress:
    """Bytes of the worker's parts that have arrived, sent by its shell before Python is there."""

    step: Literal["python", "scissors"]
    loaded: int
    total: int


@dataclass
class Loaded:
    """What a worker fetched over the wire until it could work, in bytes; cached: 0."""

    bytes: int


@dataclass
class CutoutReady:
    """The worker can cut; milliseconds since its start."""

    runtime: str
    pyodide_ms: float
    model_ms: float


@dataclass
class CutoutBeat:
    """Own frames went out; `empty`: the last of them shows nobody, as cutting it failed."""

    frames: int
    empty: bool


@dataclass
class CutoutFailed:
    """The model failed: what goes out is empty. `fatal`: start the worker anew."""

    reason: str
    fatal: bool


@dataclass
class CutoutStats:
    """Figures of the last seconds; `segmentations` and `frames` count since the start."""

    request: int
    fps: float
    infer_ms: float
    frame_ms: float
    runtime: str
    segmentations: int
    frames: int


@dataclass
class Exposed:
    """The layer asked for: a WebP of the camera's own size, nothing but the person in it.

    `taken` is the server time of the frame.
    """

    request: int
    image: Image
    width: int
    height: int
    taken: float


@dataclass
class ExposeFailed:
    """There will be no layer."""

    request: int
    reason: str


# --- page -> stage worker --------------------------------------------------------------------


@dataclass
class StageStart:
    """Draw on this canvas; `renderer` forces one, None measures.

    `room` is where the backgrounds are that guests brought; to whoever wants it `calm` those that
    move stand still.
    """

    canvas: Canvas
    renderer: Literal["cpu", "gpu"] | None
    room: str | None
    calm: bool = False


@dataclass
class GuestFrames:
    """A guest's stacked frames; replaces the guest's stream of before."""

    guest: str
    frames: FrameStream


@dataclass
class Person:
    """What the stage must know of a guest besides the picture."""

    guest: str
    name: str
    camera: bool
    presence: Presence


@dataclass
class People:
    """All guests; frames of those not named are dropped."""

    people: list[Person]


@dataclass
class SceneIs:
    """The committed scene."""

    scene: Scene


@dataclass
class LayerMoves:
    """A layer in somebody's hand: shown until the next scene that changes it, or for 2 s."""

    layer: Layer


@dataclass
class TryLook:
    """A look in one's own hand: shown here until the next scene with another look than before."""

    look: Look


@dataclass
class TakePreview:
    """Show in small what the picture would be with this look."""

    request: int
    look: Look


@dataclass
class TakePhoto:
    """Make a picture at this instant of server time (None: now)."""

    request: int
    at: float | None
    width: int
    height: int


@dataclass
class Prepare:
    """Have this background here before the scene has it."""

    request: int
    background: Background


@dataclass
class TakeFill:
    """Cut this guest out of the stage as it is at this instant of server time."""

    request: int
    guest: str
    at: float


@dataclass
class TakeFrames:
    """Draw the frames of a moving picture from this instant of server time on; see frames.py."""

    request: int
    at: float


@dataclass
class FilmStart:
    """Hand frames of this size to the recorder's port, from this instant of the own clock on.

    `done` is how many ms of the take there are already, filmed by a stage that failed.
    """

    tape: FramePort
    width: int
    height: int
    at: float
    done: float


@dataclass
class FilmPause:
    """Film nothing from this instant of the own clock on."""

    at: float


@dataclass
class FilmResume:
    """Go on filming at this instant of the own clock."""

    at: float


@dataclass
class FilmStop:
    """The take is over."""


@dataclass
class Pick:
    """Ask who is seen at this point of the stage, in fractions."""

    request: int
    x: float
    y: float


@dataclass
class AskStats:
    """Ask either worker for its figures."""

    request: int


# --- stage worker -> page --------------------------------------------------------------------


@dataclass
class StageReady:
    """The stage draws; milliseconds since its start."""

    renderer: Literal["cpu", "gpu"]
    pyodide_ms: float


@dataclass
class FirstPicture:
    """A guest's cutout is on the stage for the first time; an empty one does not count."""

    guest: str


@dataclass
class Box:
    """A guest's frame on the stage, in fractions, unrotated; `rotation` in degrees clockwise."""

    guest: str
    x: float
    y: float
    width: float
    height: float
    rotation: float


@dataclass
class Layout:
    """Where everyone stands, back to front; sent when it changes."""

    boxes: list[Box]


@dataclass
class ClockIs:
    """Server time minus own time (epoch ms), and half the best round trip."""

    offset: float
    uncertainty: float


@dataclass
class Photo:
    """The picture asked for (BMP), and the server time it was taken at."""

    request: int
    image: Image
    taken: float


@dataclass
class Preview:
    """The small picture asked for."""

    request: int
    image: Bitmap


@dataclass
class Prepared:
    """The background asked for is here, or can't be had."""

    request: int


@dataclass
class Fill:
    """The guest asked for (WebP with alpha, of the size of the cutout); None: nobody is seen."""

    request: int
    image: Image | None


@dataclass
class Frames:
    """The frames asked for, on one sheet (WebP); None: they could not be made."""

    request: int
    image: Image | None


@dataclass
class Picked:
    """Who is at the point asked for."""

    request: int
    guest: str | None


@dataclass
class GuestPicture:
    """One guest's figures on this stage; age of the frame drawn last."""

    guest: str
    fps: float
    age_ms: float
    width: int
    height: int


@dataclass
class StageStats:
    """Figures of the last seconds; `ticks` and `dropped` count since the start."""

    request: int
    renderer: Literal["cpu", "gpu"]
    fps: float
    compose_ms: float
    ingest_ms: float
    ticks: int
    dropped: int
    spared: list[Step]
    guests: list[GuestPicture]


@dataclass
class Sparing:
    """What the stage gives up now to stay smooth, most dispensable first; nothing: all is well.

    `camera_fps` is how many of the own camera's frames a second there is time for, None: all. The
    page hands it on to the cutout worker.
    """

    steps: list[Step]
    camera_fps: int | None


@dataclass
class BackgroundFailed:
    """The scene's background can't be had: the one before stays. It is tried again."""


@dataclass
class StageFailed:
    """The stage can't go on; the page starts it anew."""

    reason: str


ToCutout = Camera | CameraOff | Expose | CutOut | ClockSample | Sparing | AskStats
FromCutout = (
    Progress | Loaded | CutoutReady | CutoutBeat | CutoutFailed | CutoutStats | Exposed
    | ExposeFailed
)  # fmt: skip
ToStage = (
    StageStart
    | GuestFrames
    | People
    | SceneIs
    | LayerMoves
    | TryLook
    | Prepare
    | ClockSample
    | TakePreview
    | TakePhoto
    | TakeFill
    | TakeFrames
    | FilmStart
    | FilmPause
    | FilmResume
    | FilmStop
    | Pick
    | AskStats
)
FromStage = (
    Loaded
    | StageReady
    | FirstPicture
    | Layout
    | ClockIs
    | Photo
    | Preview
    | Prepared
    | Fill
    | Frames
    | Picked
    | StageStats
    | Sparing
    | BackgroundFailed
    | StageFailed
)

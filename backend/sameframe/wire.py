"""THE messages between browser and server: the one definition.

Each is a JSON object whose `type` names it. Arriving ones are validated by msgspec against these
classes; TypeScript types (frontend/src/generated/wire.ts) and docs/PROTOCOL.md are generated from
them. Times are server time: milliseconds since the epoch.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct
from sameframe_worker.scene import Arrangement, Background, Layer, Light, Look, Scene

MAX_MESSAGE_BYTES = 64 * 1024
NAME_MAX = 40

GuestId = Annotated[str, Meta(pattern=r"^g[0-9a-z]{8}$")]
PropId = Annotated[str, Meta(pattern=r"^o[0-9a-z]{8}$")]
LayerId = Annotated[str, Meta(pattern=r"^[go][0-9a-z]{8}$")]
ShotId = Annotated[str, Meta(pattern=r"^s[0-9a-z]{12}$")]
SheetId = Annotated[str, Meta(pattern=r"^p[0-9a-z]{12}$")]
BurstId = Annotated[str, Meta(pattern=r"^b[0-9a-z]{12}$")]
DesignName = Annotated[str, Meta(pattern=r"^[a-z][a-z_]{1,30}$")]
TemplateName = Annotated[str, Meta(pattern=r"^[a-z][a-z_]{1,30}$")]
BackdropId = Annotated[str, Meta(pattern=r"^b[0-9a-f]{64}$")]
AlbumId = Annotated[str, Meta(pattern=r"^[0-9a-z]{25}$")]
Token = Annotated[str, Meta(min_length=16, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
# A rough bound only, so that a huge name is refused by name and not by the parser:
# rooms.py tidies it and raises NameTooLong beyond NAME_MAX characters.
RawName = Annotated[str, Meta(max_length=60_000)]
Words = Annotated[str, Meta(max_length=1_000)]  # likewise, of props.WORDS_MAX
Sdp = Annotated[str, Meta(max_length=60_000)]
CameraState = Literal["on", "off", "none"]
Seconds = Literal[0, 3, 5, 10]
Zone = Annotated[int, Meta(gt=-24 * 60, lt=24 * 60)]  # minutes; the world has -12 to +14 hours
Motion = Literal["loop", "boomerang"]
Format = Literal["single", "burst", "loop", "boomerang"]
ShotState = Literal["opened", "expecting", "missed", "settled", "printing", "printed"]
SheetState = Literal["taking", "waiting", "missed", "printing", "printed"]
Pressers = Literal["everyone", "host"]
Loop = Literal["making", "made", "failed"]
WishId = Annotated[str, Meta(pattern=r"^w[0-9a-z]{12}$")]
WishKind = Literal["draw", "restyle", "move"]
Style = Literal["paint", "duotone", "night", "winter", "depth"]
Movement = Literal["parallax", "drift", "snow", "rain", "leaks"]
Maker = Literal["procedural", "openai", "diffusers"]
WishState = Literal["waiting", "making", "made", "failed", "cancelled"]
RetakeState = Literal["asked", "taking", "done", "declined", "unanswered", "missed", "gone"]


def _snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


class Message(Struct, frozen=True, tag_field="type", tag=_snake, forbid_unknown_fields=True):
    """The base of every message."""


# --- browser -> server -----------------------------------------------------------------------


class Hello(Message):
    """Join the room; the first message of every connection.

    `token` resumes an earlier guest with its place. `host` proves the right to rule the room.
    A guest with camera `none` only watches and has no layer.
    """

    name: RawName
    camera: CameraState
    microphone: bool
    token: Token | None = None
    host: Token | None = None


class Leave(Message):
    """Leave for good: the layer goes at once."""


class Status(Message):
    """Say what changed: camera, microphone, name."""

    camera: CameraState
    microphone: bool
    name: RawName


class Signal(Message):
    """Pass one step of WebRTC's negotiation to another guest.

    `epoch` is the sender's and `to_epoch` the receiver's connection as the sender knows them:
    what does not match any more is dropped. `generation` counts rebuilt peer connections.
    Exactly one of `description` and `candidate` is set.
    """

    to: GuestId
    epoch: int
    to_epoch: int
    generation: Annotated[int, Meta(ge=0, le=10_000)]
    description: "Description | None" = None
    candidate: "Candidate | None" = None


class Description(Struct, frozen=True, forbid_unknown_fields=True):
    """A session description."""

    type: Literal["offer", "answer", "pranswer", "rollback"]
    sdp: Sdp = ""


class Candidate(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """An ICE candidate, as the browser's toJSON gives it."""

    candidate: Annotated[str, Meta(max_length=2_000)]
    sdp_mid: Annotated[str, Meta(max_length=100)] | None = None
    sdp_m_line_index: Annotated[int, Meta(ge=0, le=100)] | None = None
    username_fragment: Annotated[str, Meta(max_length=300)] | None = None


class Place(Message):
    """Commit a layer's placement: one's own, a prop's, or anyone's for the host."""

    layer: Layer


class Order(Message):
    """Bring a layer forward (+1) or send it backward (-1)."""

    guest: LayerId
    step: Literal[-1, 1]


class Reset(Message):
    """Put a layer back where the row has it, or a prop where it was when it came."""

    guest: LayerId


class AddProp(Message):
    """Put a prop into the picture, in front; absent friends come by HTTP.

    Only some designs have `text`. `zone`: of a date stamp, how many minutes the clock is ahead of
    UTC by which it is dated.
    """

    design: DesignName
    text: Words = ""
    zone: Zone = 0


class WordProp(Message):
    """Write something else on a prop."""

    prop: PropId
    text: Words


class RemoveProp(Message):
    """Take a prop out of the picture: anyone may, whoever brought it."""

    prop: PropId


class Tidy(Message):
    """Place everyone anew (host)."""

    arrangement: Arrangement


class SetBackground(Message):
    """Change the background for all."""

    background: Background


class UndoBackground(Message):
    """Go back to the background before this one; not to the one that is coming, if one is."""


class BackgroundReady(Message):
    """The background that is coming can be shown here now, or can't be had (BackgroundComing)."""

    name: Annotated[str, Meta(max_length=40)]
    file: Annotated[str, Meta(max_length=80)] | None


class Favour(Message):
    """Mark a background as one of the room's favourites, or (`on` false) not any more."""

    background: Background
    on: bool


class LetChange(Message):
    """Say who may change the background (host)."""

    who: Pressers


class ForbidWords(Message):
    """Say which words nobody may wish for (host), all of them each time."""

    words: Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=200)]


class SetLook(Message):
    """Change the look for all."""

    look: Look


class SetLight(Message):
    """Change for all how much people are made to belong to the background."""

    light: Light


class Shoot(Message):
    """Press the shutter: a countdown of so many seconds for all.

    With a template it is a series: as many shots as that takes, with pauses, which then make a
    sheet, dated by the presser's clock, which is `zone` minutes ahead of UTC. A burst is five shots
    a second apart, of which one chooses the best. A loop or a boomerang is a moving picture of the
    two seconds from the instant on.
    """

    seconds: Seconds = 3
    template: TemplateName | None = None
    zone: Zone | None = None
    format: Format = "single"


class LetPress(Message):
    """Say who may press the shutter (host)."""

    who: Pressers


class AnswerRetake(Message):
    """Take one's picture anew for this shot, or not (any more); see Retaking."""

    shot: ShotId
    accept: bool


class Record(Message):
    """Say that one's browser records the stage from now on, or does not any more.

    Recording begins once Recording has told everyone.
    """

    on: bool


class Ping(Message):
    """Ask for the server's time; `sent` comes back as it was."""

    sent: float


class Remote(Message):
    """Press the shutter from a second device: the first message instead of Hello.

    `key` is a guest's, of RemoteMade. Whoever has it may Shoot as that guest, and Ping, and
    hears RemoteChanged and Pong alone.
    """

    key: Token


# --- server -> browser -----------------------------------------------------------------------


class Guest(Struct, frozen=True):
    """One guest as all see it. `epoch` rises with each of its connections, unique in the room.

    Of two guests the one with the higher epoch is the polite one in negotiation.
    """

    id: GuestId
    name: str
    host: bool
    camera: CameraState
    microphone: bool
    here: bool
    epoch: int


class IceServer(Struct, frozen=True):
    """One STUN or TURN server."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class Welcome(Message):
    """You are in: who you are, and the room as it is."""

    you: GuestId
    token: Token
    room: str
    epoch: int
    time: float
    guests: list[Guest]
    scene: Scene
    capacity: int
    ice: list[IceServer]
    album: AlbumId
    pressers: Pressers


class Roster(Message):
    """Who is in the room, whenever that changes."""

    guests: list[Guest]


class SceneChanged(Message):
    """The committed scene, whenever it changes; `by` is who changed it."""

    scene: Scene
    by: GuestId | None


class BackgroundComing(Message):
    """The background will change to this one as soon as everyone has said BackgroundReady, or in
    three seconds; null: to none, or it has changed.
    """

    background: Background | None


class Signalled(Message):
    """A step of negotiation from another guest; see Signal."""

    sender: GuestId
    epoch: int
    to_epoch: int
    generation: int
    description: Description | None = None
    candidate: Candidate | None = None


class Series(Struct, frozen=True):
    """Which of a series' shots this is, `number` of `count`, and what they are: a sheet in the
    making, of this template, or a burst.
    """

    sheet: SheetId | None
    template: TemplateName | None
    number: int
    count: int
    burst: BurstId | None = None


class Shutter(Message):
    """Everyone takes the picture at this instant of server time.

    `seconds` is what was asked for; the instant is at least a second away. `expects` names whose
    layers are waited for as things stand; who counts is decided at the instant (ShotChanged).
    Of a `motion` no layers are taken: the browser of `by` sends the stage's frames from then on.
    """

    shot: ShotId
    at: float
    by: GuestId
    seconds: Seconds
    expects: list[GuestId]
    series: Series | None = None
    motion: Motion | None = None


class PressersChanged(Message):
    """Who may press the shutter, whenever the host changes that."""

    who: Pressers


class Retaking(Message):
    """One guest's new picture for an old shot, whenever that changes, and after Welcome.

    Who is `asked` has until `at` to answer; one who asks oneself is not. While `taking`, the
    guest's browser takes the picture at `at`, and PUTs it. It ends `done`, `declined`,
    `unanswered`, `missed` (nothing came), or `gone`, as the guest or the picture is. `by` is who
    asks, null for a host who is not in the room. `preview` shows what it is about.
    """

    shot: ShotId
    guest: GuestId
    by: GuestId | None
    state: RetakeState
    at: float
    preview: str


class Recording(Message):
    """Who records the stage, whenever that changes, and after Welcome where anyone does.

    `since` is when the first of them began; null: nobody records.
    """

    by: list[GuestId]
    since: float | None


class Print(Struct, frozen=True):
    """A finished print: pixels, and the paths of its page, its files and its preview.

    `number` rises each time the print is made anew. An earlier number's paths lead to the newest.
    Only a sheet has a PDF: in its true size, with crop marks. Only a moving picture has a GIF and
    `moving`, the same as animated WebP; its other files are its first frame.
    """

    number: int
    width: int
    height: int
    page: str
    jpeg: str
    png: str
    preview: str
    pdf: str | None = None
    gif: str | None = None
    moving: str | None = None


class ShotChanged(Message):
    """How far a shot is, whole each time.

    `layers` came from the guests' cameras, `fills` from a stage in their stead. `progress` is the
    share of the print's work that is done. `skew_ms` is the span of the instants at which the
    layers were really taken. `print` stays the last one while another is made. A shot is `missed`
    while nobody's picture came in time. One that was deleted has `deleted` set and is gone.
    Of a `motion`, `expects` and `layers` name whose browser sends its frames. A shot is of a
    `burst` until one of that is chosen, and the others are deleted, or all are kept.
    """

    shot: ShotId
    state: ShotState
    progress: float
    expects: list[GuestId]
    layers: list[GuestId]
    fills: list[GuestId]
    skew_ms: float | None = None
    print: Print | None = None
    deleted: bool = False
    motion: Motion | None = None
    burst: BurstId | None = None


class SheetChanged(Message):
    """How far a sheet is, whole each time.

    It is `taking` until all of its `count` shots are opened, `waiting` until those are printed or
    missed, and `missed` where all of them are. Whenever one of them is printed anew, so is the
    sheet. One that was deleted, or of which a shot was, has `deleted` set and is gone.
    """

    sheet: SheetId
    template: TemplateName
    count: int
    shots: list[ShotId]
    state: SheetState
    print: Print | None = None
    deleted: bool = False


class AlbumMoved(Message):
    """The host revoked the album's link; everything of it is under this one now."""

    album: AlbumId


class NewestPrint(Struct, frozen=True):
    """What was printed last: the paths of its page and its preview."""

    shot: ShotId
    page: str
    preview: str


class RemoteChanged(Message):
    """What a remote shows, whole each time; the first says that one is connected.

    `name` is the guest's as whom it presses, `held` why it may not just now: the guest is away,
    or only the host presses. While the shutter counts, `at` is its instant; of a series this is
    shot `number` of `count`, in whose pauses `at` is null. `busy`: no new shot can be opened.
    """

    name: str
    held: Literal["away", "host"] | None
    busy: bool
    at: float | None
    seconds: Seconds
    number: int | None
    count: int | None
    print: NewestPrint | None


class Backdrop(Struct, frozen=True):
    """A background that a guest brought, `by` whom, and its pixels.

    Of one that moves `loop` says how far it is: only a `made` one can be chosen, of one that is
    being `made` the share `done` is, and `why` one `failed` is the code of a refusal.
    """

    file: BackdropId
    by: GuestId
    width: int
    height: int
    loop: Loop | None = None
    done: float | None = None
    why: str | None = None


class Backdrops(Message):
    """The backgrounds that guests brought, oldest first; whenever that changes, and after Welcome
    where there are any.
    """

    backdrops: list[Backdrop]


class Wish(Struct, frozen=True):
    """A background that somebody wishes for: drawn from words, or made of another one, `source`.

    While it is `waiting`, `place` of them are made before it is done, itself included; `progress`
    is the share of the work that is done. Of `words` our own brushes knew these. What came of it is
    the background `file`; what went wrong is named by `problem` (see errors.py).
    """

    wish: WishId
    by: GuestId
    at: float
    kind: WishKind
    prompt: str
    style: Style | None
    movement: Movement | None
    source: Background | None
    maker: Maker
    state: WishState
    place: int | None = None
    progress: float = 0.0
    words: list[str] = []
    file: BackdropId | None = None
    problem: str | None = None


class WishChanged(Message):
    """How far a wish is, whole each time."""

    wish: Wish


class Wishes(Message):
    """What was wished for in this room, oldest first, after Welcome; and who makes what is drawn
    from words: our own brushes, which know some words, or a model.
    """

    maker: Maker
    wishes: list[Wish]


class Forbidden(Message):
    """The words that nobody may wish for, told to hosts, whenever they change and after Welcome."""

    words: list[str]


class Furnishing(Message):
    """Who may change the background, how often that can be undone, and which the room likes, in
    the order in which they were marked; whenever any of it changes, and after Welcome.
    """

    changers: Pressers
    undo: int
    favourites: list[Background]


class Pong(Message):
    """The server's time now."""

    sent: float
    time: float


class Refused(Message):
    """What you asked for was not done; `code` names why (see errors.py)."""

    code: str
    detail: str = ""


FromBrowser = (
    Hello
    | Leave
    | Status
    | Signal
    | Place
    | Order
    | Reset
    | Tidy
    | AddProp
    | WordProp
    | RemoveProp
    | SetBackground
    | UndoBackground
    | BackgroundReady
    | Favour
    | LetChange
    | ForbidWords
    | SetLook
    | SetLight
    | Shoot
    | LetPress
    | AnswerRetake
    | Record
    | Ping
    | Remote
)
FromServer = (
    Welcome
    | Roster
    | SceneChanged
    | BackgroundComing
    | Signalled
    | Shutter
    | ShotChanged
    | SheetChanged
    | PressersChanged
    | Retaking
    | Recording
    | RemoteChanged
    | AlbumMoved
    | Backdrops
    | Furnishing
    | Wishes
    | WishChanged
    | Forbidden
    | Pong
    | Refused
)


# --- HTTP ------------------------------------------------------------------------------------


class RoomMade(Struct, frozen=True):
    """Answer to POST /api/rooms."""

    room: str
    host: Token


class RoomInfo(Struct, frozen=True):
    """Answer to GET /api/rooms/{room}: what a lobby shows before anyone joins."""

    room: str
    guests: list[str]
    capacity: int
    scene: Scene
    recording: bool


class PictureKept(Struct, frozen=True):
    """Answer to the PUT of a layer, fill, retake or a moving picture's frames: it is on disk.

    `state` is the shot's now.
    """

    shot: ShotId
    guest: GuestId
    kind: Literal["layer", "fill", "frames", "retake"]
    state: ShotState


class FriendKept(Struct, frozen=True):
    """Answer to POST /api/rooms/{room}/friends: the cut-out is on disk and in the picture."""

    file: str


class RemoteMade(Struct, frozen=True):
    """Answer to POST /api/rooms/{room}/remote: a link for the guest's phone, and its QR code.

    The key is the link's fragment, which no browser sends and no server logs.
    """

    link: str
    qr: str


class Wanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of POST /api/rooms/{room}/wishes; the answer is a Wish.

    `draw` wants a prompt; `restyle` a source and a style, or a prompt; `move` a source and a
    movement, or a prompt.
    """

    kind: WishKind
    prompt: Annotated[str, Meta(max_length=2_000)] = ""
    style: Style | None = None
    movement: Movement | None = None
    source: Background | None = None


class Problem(Struct, frozen=True):
    """Every HTTP error: `code` names it (see errors.py)."""

    code: str
    detail: str = ""

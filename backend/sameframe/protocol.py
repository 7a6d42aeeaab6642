"""Write docs/PROTOCOL.md from the messages: `python -m sameframe.protocol docs/PROTOCOL.md`."""

import dataclasses
import inspect
import sys
from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec import inspect as kinds
from sameframe_worker import frames, scene

from sameframe import (
    errors,
    hub,
    pictures,
    prints,
    props,
    remotes,
    retaking,
    retouches,
    rooms,
    shots,
    stacking,
    stills,
    uploads,
    wire,
)

_INTRODUCTION = f"""\
# The protocol between browser and server

Generated from `backend/sameframe/wire.py` and `errors.py` by `python -m sameframe.protocol
docs/PROTOCOL.md`; a test holds it current.

A room's WebSocket is `/api/rooms/{{room}}/socket`, opened by a page of the same origin. Every
message is one text frame of JSON, at most {wire.MAX_MESSAGE_BYTES} bytes, whose `type` is the
message's name in snake case (`SetBackground` is `set_background`). Unknown fields are refused.
Times are server time: milliseconds since the epoch.

## The course of a connection

1. The browser sends `Hello` and nothing before it. (A second device sends `Remote`, see below.)
2. The server answers `Welcome`: who one is, the roster, the scene. `token` proves next time that
   one is the same guest: whoever sends it in `Hello` gets the same id, layer and place, under a
   new, higher `epoch`. A connection that is still open under the same token is closed with
   {errors.Replaced.close} (`{errors.Replaced.code}`). A token that nobody knows any more makes a
   new guest.
3. From then on `Roster` and `SceneChanged` say whatever changes, whole each time. During a
   countdown a newcomer is also told the `Shutter`.
4. The server sends WebSocket pings; who leaves one unanswered for a heartbeat (4 s unless set
   otherwise) is lost: `here` becomes false, the layer stays, the seat counts for
   {rooms.SEAT_MS // 1000} s. Later still the token leads back into the same place while the room
   lives.
5. `Leave` removes the guest at once and forgets the token; the server closes with 1000.

## The course of a shot

1. `Shoot` opens a shot: `Shutter` tells all its id and the instant `at`, at least
   {rooms.LEAD_MS / 1000:g} s away. Nobody can open another until then. Scene and guests are put
   on record as they are at the instant; who is here then with the camera on is expected.
2. Every expected guest's browser PUTs its layer, and any guest's browser may PUT fills, pictures
   of guests as its stage held them. A fill never replaces a layer, a layer replaces a fill. What
   was answered with 200 or 201 is on disk. The same bytes again are answered with 200 and change
   nothing; other bytes are refused (`{errors.AlreadyKept.code}`). Until
   {shots.LATE_MS // 3_600_000} h after the instant a picture may come late, and makes the print
   anew.
3. Once all have come, or {shots.DEADLINE_MS / 1000:g} s after the instant, the print is made.
   `ShotChanged` says all along how far the shot is: `opened`, `expecting`, `settled`, `printing`,
   `printed`, or `missed` if nothing came; from there, and from `printed`, a late picture leads
   back to `settled`.
4. With a template, `Shoot` begins a series: {rooms.PAUSE_MS / 1000:g} s after each shot's instant
   the next is opened by itself, with {rooms.PAUSE_S} s to pose in. Once all are printed or missed,
   so is their sheet, and again after each of them; `SheetChanged` says how far it is.
5. With the format `burst`, {hub.BURST} shots are taken {rooms.BURST_MS / 1000:g} s apart, each
   opened at the instant of the one before. `ShotChanged` names their burst until one is chosen:
   then that one is a shot like any other, and the others are deleted.
6. With `loop` or `boomerang` nobody's layer is taken: the browser of whoever pressed PUTs the
   frames of its stage, and the print is made of them. It is `missed` when they have not come
   {shots.MOTION_MS / 1000:g} s after the instant, until they do.

The host may say that only the host presses (`LetPress`); Welcome and `PressersChanged` tell all.

## The course of a retake

1. `POST …/retakes/{{guest}}` asks for one guest's new picture in a finished shot: any guest for
   their own, the host for anyone's who is in the room with the camera on. `Retaking` tells all.
   Who asks oneself begins at once; who is `asked` has {retaking.ASK_MS / 1000:g} s for
   `AnswerRetake`. One retake at a time in a room, and none while a shot is being taken.
2. While `taking`, the guest's browser takes the picture at the instant `at`,
   {retaking.COUNT_MS / 1000:g} s away, and PUTs it to the same path, at most
   {retaking.SEND_MS / 1000:g} s later; `AnswerRetake` without `accept` gives up. Nothing else is
   taken there: not twice, not by another guest, not unasked.
3. The print is made anew, as one step of the shot's history: undoing it shows the former picture.
   All are kept, at most {retouches.RETAKES} of one guest in a shot
   (`{errors.TooManyRetakes.code}`).

## Remotes

`POST /api/rooms/{{room}}/remote` gives a guest a link whose fragment is a key. Whoever sends that
as `Remote`, instead of `Hello`, presses the shutter as that guest: it may `Shoot` and `Ping`, hears
`RemoteChanged` and `Pong`, and nothing else. At most {remotes.MAX} of one guest at once. The key
ends when the guest leaves for good ({errors.RemoteEnded.close}, `{errors.RemoteEnded.code}`).

A picture is a still WebP or PNG with alpha, at most {pictures.MAX_BYTES // 1024**2} MiB and
{pictures.MAX_SIDE} pixels a side, sent within {uploads.BODY_S} s. It is encoded anew, so nothing
but its pixels is kept; and of those, no colour where alpha is 0.

## Layers

Layers are placed side by side, and anew when someone comes or goes, until anyone has placed one by
hand: then nobody is moved, and a newcomer stands where there is most room. `Tidy` starts over.

A scene's props have layers like guests, by their ids, in the same order. Everyone may place, order,
reset, reword and remove them, whoever brought them. There are at most {props.PROPS_MAX}
(`{errors.TooManyProps.code}`), with at most {props.WORDS_MAX} characters on each
(`{errors.BadWords.code}`). A date stamp is dated anew at each shot's opening.
"""


def document() -> str:
    """Return the whole document."""
    kept = (wire.PictureKept, wire.FriendKept)
    http = (wire.RoomMade, wire.RoomInfo, *kept, wire.RemoteMade)
    http += (wire.Wanted, wire.Problem)
    prints = (wire.Series, wire.Print, wire.NewestPrint)
    parts = (wire.Guest, wire.IceServer, *prints, wire.Description, wire.Candidate)
    places = (scene.Scene, scene.Background, scene.Layer, scene.Prop)
    return "\n".join(
        [
            _INTRODUCTION,
            *_section("Browser to server", get_args(wire.FromBrowser)),
            *_section("Server to browser", get_args(wire.FromServer)),
            *_section("Their parts", (*parts, *places)),
            *_http(),
            *_section("Bodies", http),
            *_errors(),
        ]
    )


def _section(title: str, types: tuple[type, ...]) -> list[str]:
    lines = [f"## {title}", ""]
    for kind in types:
        tag = getattr(kind, "__struct_config__", None) and kind.__struct_config__.tag
        lines += [f"### {kind.__name__}" + (f" (`{tag}`)" if tag else ""), ""]
        lines += [inspect.cleandoc(kind.__doc__ or ""), ""]
        rows = [
            f"| `{field.encode_name}` | {_named(field.type)} | {_default(field)} |"
            for field in kinds.type_info(kind).fields
        ]
        if rows:
            lines += ["| field | kind | if left out |", "|---|---|---|", *rows, ""]
    return lines


def _named(kind: Any) -> str:
    """Say in words what a value may be."""
    match kind:
        case kinds.UnionType():
            return " or ".join(_named(part) for part in kind.types)
        case kinds.LiteralType():
            return ", ".join(f"`{value!r}`".replace("'", '"') for value in sorted(kind.values))
        case kinds.ListType() | kinds.VarTupleType():
            return f"list of {_named(kind.item_type)}"
        case kinds.StructType() | kinds.DataclassType():
            return f"[{kind.cls.__name__}](#{kind.cls.__name__.lower()})"
        case kinds.StrType():
            longest = f" of at most {kind.max_length} characters" if kind.max_length else ""
            return f"string{longest}" + (f" `{kind.pattern}`" if kind.pattern else "")
        case kinds.IntType():
            span = f" {kind.ge}-{kind.le}" if kind.le is not None else ""
            return f"integer{span}"
        case kinds.FloatType():
            return "number"
        case kinds.BoolType():
            return "boolean"
        case kinds.NoneType():
            return "null"
    raise NotImplementedError(kind)


def _default(field: kinds.Field) -> str:
    if field.default_factory is not msgspec.NODEFAULT:
        value = field.default_factory()
        return "its defaults" if dataclasses.is_dataclass(value) else f"`{value}`"
    if field.default is msgspec.NODEFAULT:
        return "" if field.required else "optional"
    return f"`{msgspec.json.encode(field.default).decode()}`"


def _http() -> list[str]:
    lines = ["## HTTP", "", "| request | answer |", "|---|---|"]
    lines += [f"| {request} | {answer} |" for request, answer in _REQUESTS]
    lines += [
        "",
        "A token goes in the header `Authorization: Bearer {token}`. Every error's body is a",
    ]
    return [*lines, "Problem, but below `/a`, where it is a page for people.", ""]


def _errors() -> list[str]:
    lines = inspect.cleandoc("""
        ## Everything that is refused

        `code` comes in Problem, in Refused, or as the reason of a close. Once one is in, errors
        marked *told* come as Refused and the connection goes on; before Welcome they close it,
        which means *stop*.
        *reconnect*: come back by oneself, waiting longer each time. *stop*: don't; say why.

        | code | HTTP | close | then | meaning |
        |---|---|---|---|---|
    """).splitlines()
    for error in errors.catalogue():
        meaning = " ".join(inspect.cleandoc(error.__doc__ or "").split())
        close = error.close or ""
        lines.append(f"| `{error.code}` | {error.status} | {close} | {error.after} | {meaning} |")
    lines += ["", "Codes of WebSocket itself:", "", "| close | then | meaning |", "|---|---|---|"]
    lines += [f"| {code} | {after} | {meaning} |" for code, after, meaning in _STANDARD]
    return [*lines, ""]


_SHOT = "/api/rooms/{room}/shots/{shot}"
_REQUESTS = (
    ("`POST /api/rooms`", "201, RoomMade: a new room and the host's token"),
    ("`GET /api/rooms/{room}`", "RoomInfo: who is there, and the scene"),
    ("`GET /api/rooms/{room}/qr.svg`", "the room's link as a QR code"),
    (
        f"`PUT {_SHOT}/layers/{{guest}}?taken={{ms}}`",
        "201, PictureKept: the guest's layer, with its own token; `taken` is the server time of "
        f"the camera's frame, within {uploads.NEAR_MS // 1000} s of the shot's instant",
    ),
    (
        f"`PUT {_SHOT}/fills/{{guest}}`",
        "201, PictureKept: a fill, with the token of any guest of the shot",
    ),
    (
        f"`POST {_SHOT}/retakes/{{guest}}`",
        "204: the guest is asked for a new picture, with a guest's token",
    ),
    (
        f"`PUT {_SHOT}/retakes/{{guest}}?taken={{ms}}`",
        "201, PictureKept: the guest's new picture, with its own token, while it is wanted",
    ),
    ("`POST /api/rooms/{room}/remote`", "RemoteMade: a guest's own, with its token"),
    (
        f"`PUT {_SHOT}/frames/{{guest}}`",
        "201, PictureKept: a moving picture's frames, with the token of whoever pressed: a still "
        f"WebP or PNG of {frames.SHEET[0]} × {frames.SHEET[1]}, {frames.COUNT} frames of "
        f"{frames.WIDTH} × {frames.HEIGHT} row by row, {frames.STEP_MS} ms apart",
    ),
    (
        "`POST /api/rooms/{room}/bursts/{burst}/keep/{shot}`",
        "204: this shot of the burst stays, the others are deleted; `all`: all stay. With the "
        "token of whoever pressed, or the host's",
    ),
    (
        f"`DELETE {_SHOT}/guests/{{guest}}`",
        "204: the guest is out of the shot for good, with its own token; a shot with nobody left "
        "is gone",
    ),
    (
        "`POST /api/rooms/{room}/backdrops?crop={left},{top},{right},{bottom}`",
        "201 (200: it was there already), Backdrop: a background of the room's own, with the token "
        "of a guest who is there; `crop` is the part that is wanted, in fractions of the picture "
        "as it is looked at, of which the middle is cut to 16:9",
    ),
    (
        "`GET /api/rooms/{room}/backdrops/{file}/{height}.jpg`",
        f"the background, {', '.join(map(str, stills.HEIGHTS))} lines high where the picture has "
        "so many; it never changes",
    ),
    (
        "`DELETE /api/rooms/{room}/backdrops/{file}`",
        "204: it can't be chosen any more; with the host's token, or that of who brought it",
    ),
    (
        "`GET /api/rooms/{room}/props/{picture}/{height}.webp`",
        "a prop that the scene has, by its `picture`, as a stacked frame (colour above, mask as "
        f"luma below) about {', '.join(map(str, stacking.HEIGHTS))} lines high; it never changes",
    ),
    ("`GET /api/props/{design}.webp`", "a design in small, with alpha"),
    (
        "`POST /api/rooms/{room}/friends`",
        "201, FriendKept: the cut-out of an absent friend, a picture like a layer, with a guest's "
        "token; it comes into the scene as a prop of the design `friend`",
    ),
    (
        "`POST /api/rooms/{room}/wishes`",
        "201, Wish: a background is made of what Wanted says, with a guest's token",
    ),
    (
        "`DELETE /api/rooms/{room}/wishes/{wish}`",
        "204: it is given up, with the token of who wished, or of the host",
    ),
    (
        "`POST /api/rooms/{room}/takes`",
        "201: a recording is announced, by tus 1.0 (creation), with a guest's token; its metadata "
        "are `width`, `height`, `ms` and `sha256`: in hex, of the SHA-256 of each piece of 8 MiB",
    ),
    ("`HEAD`, `PATCH /api/takes/{take}`", "tus 1.0 (core); pieces of at most 8 MiB"),
    ("`PUT /api/takes/{take}/poster`", "204: the recording's picture, a WebP"),
    ("`GET /a/{album}/{take}/take.mp4`, `poster.webp`", "a recording, with ranges; its picture"),
    (
        "`DELETE /api/albums/{album}/shots/{shot}`",
        "204: the shot is gone with everything of it; with the host's token",
    ),
    (
        "`POST /a/{album}/host`",
        "204: this browser rules on the album's pages from now on; with the host's token",
    ),
    (
        "`POST /a/{album}/guest`",
        "204: this browser is known there as this guest from now on; with the guest's token",
    ),
    (
        "`POST /a/{album}/open`, `/close`, `/revoke`, `POST /a/{album}/{shot}/delete`, `/ask`, "
        "`/keep`",
        "303: the pages' forms: say the passphrase, set it, make a new link; delete a shot, ask "
        "for that, decline",
    ),
    ("`GET /a/{album}`, `GET /a/{album}/{shot}`", "the album's pages, for people"),
    (
        "`GET /a/{album}/{shot}/{number}.jpg`, `.png`, `.webp`",
        f"a print, and its preview, {prints.PREVIEW_WIDTH} pixels wide; a moving one has `.gif` "
        "and `.moving.webp`, too",
    ),
    (
        "`GET`, `POST /a/{album}/{shot}/edit`, `GET …/cutouts/{guest}.png`",
        "the form by which the host's browser changes a shot, and each guest's cut-out",
    ),
    ("`POST /a/{album}/{shot}/retake`", "303: the host's form asks a guest in the room"),
    ("`GET /a/{album}/{shot}/qr.svg`", "the link to a print's page as a QR code"),
    ("`GET /a/{album}/all.zip`", "all prints and sheets"),
    (
        "`GET /a/{album}/sheets/{sheet}`, `…/qr.svg`, `…/{number}.jpg`, `.png`, `.pdf`, `.webp`",
        "a sheet's page, the link to it, its files; the PDF in true size with crop marks",
    ),
    (
        "`POST /a/{album}/sheets/{sheet}/edit`, `…/delete`",
        "the host's forms: another design, or gone",
    ),
    (
        "`GET /a/{album}/bursts/{burst}`, `POST …/keep`",
        "a burst's page, and its form: keep one, or all",
    ),
    ("`GET /healthz`", '`{"status":"ok"}`'),
    ("`GET /`, `GET /r/{room}`", "the page"),
    ("`GET /r/{room}/remote`", "the page of a remote; its key stays in the fragment"),
)
_STANDARD = (
    (1005, "reconnect", "The connection was given up without a word."),
    (1006, "reconnect", "The connection broke."),
    (1007, "stop", "A frame was not UTF-8."),
    (1009, "stop", f"A message was longer than {wire.MAX_MESSAGE_BYTES} bytes."),
    (1011, "reconnect", "A heartbeat was not answered, or the server failed."),
    (1012, "reconnect", "The server is restarting."),
)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document())

"""Everything that can be refused, by name: HTTP status, WebSocket close code, what to do next.

`code` travels to the browser (Problem, Refused, or the reason of a close) and is the key of its
text there. Pure: app.py turns these into answers, by class.
"""

from typing import ClassVar, Literal

After = Literal["stop", "reconnect", "told"]


class SameframeError(Exception):
    """The base of all. `close` is 0 for what never closes a socket.

    `after` is what a browser does next: `reconnect` by itself, `stop` and say why, or go on,
    because it was only `told` by a Refused message.
    """

    code: ClassVar[str]
    status: ClassVar[int] = 400
    close: ClassVar[int] = 0
    after: ClassVar[After] = "stop"

    def __init__(self, detail: str = ""):
        super().__init__(detail)
        self.detail = detail


class Told(SameframeError):
    """The base of what a joined guest is told and the socket survives; before Welcome it closes."""

    after = "told"


# --- the end of a socket ---------------------------------------------------------------------


class Left(SameframeError):
    """You left."""

    code, close = "left", 1000


class Replaced(SameframeError):
    """The same guest came in by another connection."""

    code, status, close = "replaced", 409, 4001


class UnknownRoom(SameframeError):
    """There is no such room, or it has expired."""

    code, status, close = "unknown_room", 404, 4404


class BadRoomName(SameframeError):
    """No room can have such a name."""

    code, status, close = "bad_room_name", 404, 4405


class RoomFull(SameframeError):
    """Every seat is taken; seats of people who lost their connection count for two minutes."""

    code, status, close = "room_full", 409, 4409


class HelloFirst(SameframeError):
    """Something else came before Hello."""

    code, close = "hello_first", 4401


class HelloLate(SameframeError):
    """No Hello came in time."""

    code, status, close, after = "hello_late", 408, 4408, "reconnect"


class TooManyMessages(SameframeError):
    """Too many messages in a short time."""

    code, status, close, after = "too_many_messages", 429, 4429, "reconnect"


class TooSlow(SameframeError):
    """You read more slowly than the room speaks."""

    code, close, after = "too_slow", 4430, "reconnect"


class BadRemote(SameframeError):
    """The key is none of a guest's of this room, or not any more."""

    code, status, close = "bad_remote", 403, 4403


class RemoteEnded(SameframeError):
    """The guest of this remote has left the room."""

    code, close = "remote_ended", 4410


class TooManyRemotes(SameframeError):
    """The guest has as many remotes connected as one may."""

    code, status, close, after = "too_many_remotes", 409, 4411, "reconnect"


# --- what one is told ------------------------------------------------------------------------


class BadMessage(Told):
    """The message is none of the protocol's."""

    code, close = "bad_message", 4400


class NameEmpty(Told):
    """Nothing visible is left of the name."""

    code, close = "name_empty", 4431


class NameTooLong(Told):
    """The name has too many characters."""

    code, close = "name_too_long", 4432


class AlreadyJoined(Told):
    """A second Hello on one connection."""

    code = "already_joined"


class BadHostToken(Told):
    """The host token is not this room's; you are in as an ordinary guest."""

    code, status = "bad_host_token", 403


class HostOnly(Told):
    """Only the host may do that."""

    code, status = "host_only", 403


class NotYours(Told):
    """That is another guest's."""

    code, status = "not_yours", 403


class UnknownGuest(Told):
    """Nobody with that id has a place in the scene."""

    code, status = "unknown_guest", 404


class BadLayer(Told):
    """The placement has numbers that are none."""

    code = "bad_layer"


class UnknownBackground(Told):
    """There is no background of that name."""

    code = "unknown_background"


class BadColour(Told):
    """A colour is written #rrggbb."""

    code = "bad_colour"


class UnknownLook(Told):
    """There is no look of that name."""

    code = "unknown_look"


class BadLook(Told):
    """A look's strength must be a finite number."""

    code = "bad_look"


class HostChanges(Told):
    """Only the host may change the background just now."""

    code, status = "host_changes", 403


class NothingToUndo(Told):
    """There was no other background before this one, or it is gone."""

    code, status = "nothing_to_undo", 409


class TooManyFavourites(Told):
    """The room has as many favourites as it may."""

    code, status = "too_many_favourites", 409


class BadWordList(Told):
    """A list has at most 100 words of at most 40 letters."""

    code = "bad_word_list"


class UnknownProp(Told):
    """There is no such prop, or nothing can be written on it."""

    code = "unknown_prop"


class TooManyProps(Told):
    """The picture holds no more props; remove one first."""

    code, status = "too_many_props", 409


class TooManyFriends(SameframeError):
    """The album holds no more absent friends."""

    code, status = "too_many_friends", 507


class EmptyCutout(SameframeError):
    """Nobody is to be seen in the cut-out."""

    code, status = "empty_cutout", 422


class BadWords(Told):
    """What is written on a prop is nothing visible, or too long."""

    code = "bad_words"


class UnknownTemplate(Told):
    """There is no template of that name."""

    code = "unknown_template"


class AlreadyCounting(Told):
    """A countdown or a series is running already."""

    code, status = "already_counting", 409


class HostPresses(Told):
    """Only the host may press the shutter just now."""

    code, status = "host_presses", 403


class NotHere(Told):
    """That guest is not in the room just now."""

    code, status = "not_here", 409


class NoCamera(Told):
    """That guest's camera is off: there is nothing to take a picture of."""

    code, status = "no_camera", 409


class AlreadyRetaking(Told):
    """A guest is asked for a new picture, or takes it, already."""

    code, status = "already_retaking", 409


class NothingAsked(Told):
    """Nobody waits for this answer (any more)."""

    code, status = "nothing_asked", 409


class PressOnly(Told):
    """A remote presses the shutter and does nothing else."""

    code, status = "press_only", 403


# --- HTTP only -------------------------------------------------------------------------------


class NotFound(SameframeError):
    """Nothing is there."""

    code, status = "not_found", 404


class WrongMethod(SameframeError):
    """That can't be done there."""

    code, status = "wrong_method", 405


class WrongOrigin(SameframeError):
    """The page that asks is not ours."""

    code, status = "wrong_origin", 403


class UnknownAlbum(SameframeError):
    """There is no such album, or it has expired."""

    code, status = "unknown_album", 404


class UnknownSheet(SameframeError):
    """There is no such sheet, or it was deleted."""

    code, status = "unknown_sheet", 404


class UnknownBurst(SameframeError):
    """There is no such burst, or one of it was chosen already."""

    code, status = "unknown_burst", 404


class BadArchive(SameframeError):
    """The file is no album that `sameframe export` wrote, or not any more."""

    code, status = "bad_archive", 400


class AlbumExists(SameframeError):
    """This server has that album already."""

    code, status = "album_exists", 409


class PassphraseNeeded(SameframeError):
    """The album's host has closed it: say the passphrase first."""

    code, status = "passphrase_needed", 403


class BadPassphrase(SameframeError):
    """That is not the passphrase, or one with more than 200 characters."""

    code, status = "bad_passphrase", 403


class TooManyTries(SameframeError):
    """Too many passphrases were tried from one address; try again in a minute."""

    code, status = "too_many_tries", 429


class FormTooLarge(SameframeError):
    """The form is larger than any of ours."""

    code, status = "form_too_large", 413


class UnknownShot(SameframeError):
    """There is no such shot, or it was deleted."""

    code, status = "unknown_shot", 404


class BadGuestToken(SameframeError):
    """The guest token is not that of a guest who may put this picture."""

    code, status = "bad_guest_token", 403


class NotExpected(SameframeError):
    """That guest is not in the shot."""

    code, status = "not_expected", 409


class AlreadyKept(SameframeError):
    """Another picture is kept in this place already and is not replaced."""

    code, status = "already_kept", 409


class NotWanted(SameframeError):
    """No new picture of that guest is wanted for this shot (any more)."""

    code, status = "not_wanted", 409


class TooManyRetakes(SameframeError):
    """That guest was retaken in this shot as often as is kept; choose among those by undoing."""

    code, status = "too_many_retakes", 409


class ShotClosed(SameframeError):
    """The shot was taken too long ago to add to it."""

    code, status = "shot_closed", 409


class NotPrinted(SameframeError):
    """The shot is still being taken, or nobody's picture came: there is nothing to change yet."""

    code, status = "not_printed", 409


class BadForm(SameframeError):
    """The form's fields are none of ours."""

    code = "bad_form"


class BadInstant(SameframeError):
    """`taken` is no instant of server time near the shot's."""

    code = "bad_instant"


class BadPicture(SameframeError):
    """The body is no whole still WebP or PNG picture with alpha."""

    code, status = "bad_picture", 415


class BadFrames(SameframeError):
    """The body is no sheet of a moving picture's frames: a still WebP or PNG of its size."""

    code, status = "bad_frames", 415


class PictureTooLarge(SameframeError):
    """The picture has too many bytes or too many pixels."""

    code, status = "picture_too_large", 413


class BadStill(SameframeError):
    """The body is no whole picture of a kind that can be read here: JPEG, PNG, WebP, AVIF, GIF."""

    code, status = "bad_still", 415


class BadVideo(SameframeError):
    """The body is no whole video of a kind that can be read here: MP4, WebM, a GIF that moves."""

    code, status = "bad_video", 415


class VideoTooLarge(SameframeError):
    """The video has too many bytes or too many pixels."""

    code, status = "video_too_large", 413


class VideoTooLong(SameframeError):
    """The video lasts longer than a background may."""

    code, status = "video_too_long", 413


class TooHeavy(SameframeError):
    """Decoding it takes more time or memory than a file may take here."""

    code, status = "too_heavy", 413


class BadCrop(SameframeError):
    """`crop` is no left,top,right,bottom within the picture, in fractions of it."""

    code = "bad_crop"


class BackdropsFull(SameframeError):
    """The room holds as many backgrounds of its own as it may; delete one first."""

    code, status = "backdrops_full", 507


class PromptTooLong(SameframeError):
    """The wish has more than 300 characters."""

    code = "prompt_too_long"


class PromptEmpty(SameframeError):
    """The wish says neither in words nor otherwise what is to be made."""

    code = "prompt_empty"


class PromptRefused(SameframeError):
    """The host, or whoever makes the pictures, doesn't want such a wish."""

    code, status = "prompt_refused", 422


class NotUnderstood(SameframeError):
    """None of the wish's words say what is to be done with the picture."""

    code, status = "not_understood", 422


class TooManyWishes(SameframeError):
    """The room has as many wishes waiting, or in an hour, as it may."""

    code, status = "too_many_wishes", 429


class UnknownWish(SameframeError):
    """There is no such wish, or it is over."""

    code, status = "unknown_wish", 404


class MakerBusy(SameframeError):
    """Whoever makes the pictures has too much to do just now."""

    code, status = "maker_busy", 503


class MakerFailed(SameframeError):
    """No picture came of the wish."""

    code, status = "maker_failed", 502


class MakerSlow(SameframeError):
    """Whoever makes the pictures did not answer in time."""

    code, status = "maker_slow", 504


class UploadLate(SameframeError):
    """The body did not come in time."""

    code, status = "upload_late", 408


class TooManyUploads(SameframeError):
    """Too many pictures came from one address; try again in a minute."""

    code, status = "too_many_uploads", 429


class NotKept(SameframeError):
    """The picture could not be written; nothing was kept of it."""

    code, status = "not_kept", 507


class UnknownTake(SameframeError):
    """There is no such recording (any more), or it is not yours."""

    code, status = "unknown_take", 404


class TakeTooLarge(SameframeError):
    """The recording has more bytes than this server takes."""

    code, status = "take_too_large", 413


class TakesFull(SameframeError):
    """The album holds as many recordings as it may."""

    code, status = "takes_full", 507


class BadTake(SameframeError):
    """The upload does not say rightly what it brings."""

    code = "bad_take"


class BadOffset(SameframeError):
    """The piece does not begin where the last one ended; ask where that is."""

    code, status = "bad_offset", 409


class PieceDamaged(SameframeError):
    """The piece that has come is not what was sent; nothing was kept of it, send it again."""

    code, status = "piece_damaged", 460  # tus's own, of its extension checksum


class TakeDamaged(SameframeError):
    """What has come is not what was announced; nothing was kept of it."""

    code, status = "take_damaged", 422


class NotATake(SameframeError):
    """The file is no whole MP4 with a picture; nothing was kept of it."""

    code, status = "not_a_take", 415


class TooManyRooms(SameframeError):
    """Too many rooms were made from one address; try again later."""

    code, status = "too_many_rooms", 429


class ServerFull(SameframeError):
    """The server holds as many rooms as it can."""

    code, status = "server_full", 503


class NotBuilt(SameframeError):
    """The pages were not built yet."""

    code, status = "not_built", 503


class ServerFault(SameframeError):
    """A fault of ours."""

    code, status = "server_fault", 500


def catalogue() -> list[type[SameframeError]]:
    """Return every named error, those of `Told` last."""
    found, bases = [], [SameframeError]
    while bases:
        for kind in bases.pop(0).__subclasses__():
            (found if hasattr(kind, "code") else bases).append(kind)
    return found

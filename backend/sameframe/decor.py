"""The room's background: who may change it, the way back, favourites, wishes. Pure."""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from sameframe_worker.scene import Background

from sameframe import errors, wire
from sameframe.events import Outgoing, Tell, TellAll
from sameframe.furnishing import Brought, Grown, Removed, Wished, furnished
from sameframe.placing import SHOWN, known
from sameframe.seats import Room, Seat

STEPS = 10  # backgrounds one can go back
FAVOURITES = 24
_OVER = ("made", "failed", "cancelled")
WISHES = 40  # that a room remembers
WORDS, LETTERS = 100, 40  # of a host's list

Decorating = (
    wire.SetBackground | wire.UndoBackground | wire.Favour | wire.LetChange | wire.ForbidWords
)


def decorated(room: Room, seat: Seat, message: Decorating) -> Room:
    """Return the room after this; raises what does not allow it."""
    match message:
        case wire.SetBackground(background=background):
            _allowed(room, seat)
            return changed(room, _known(room, background))
        case wire.UndoBackground():
            _allowed(room, seat)
            if room.past:
                *past, last = room.past
                return replace(room, scene=replace(room.scene, background=last), past=tuple(past))
            if room.change is None:
                raise errors.NothingToUndo
            return room
        case wire.Favour(background=background, on=on):
            return _favoured(room, _known(room, background), on)
        case wire.LetChange(who=who):
            if not seat.host:
                raise errors.HostOnly
            return replace(room, changers=who)
        case wire.ForbidWords(words=words):
            if not seat.host:
                raise errors.HostOnly
            return replace(room, words=listed(words))


def may_wish(room: Room, seat: Seat, prompt: str) -> None:
    """Raise HostChanges, or PromptRefused where the wish has one of the words of the host's list.

    A word is found where one begins with it; in Hangul, where words are joined, anywhere.
    """
    _allowed(room, seat)
    said = _plain(prompt)
    for word in room.words:
        hangul = any("가" <= c <= "힣" for c in word)
        if (word in said) if hangul else (f" {word}" in f" {said}"):
            raise errors.PromptRefused


def listed(words: Iterable[str]) -> tuple[str, ...]:
    """Return a list of words as they are compared, each once; raises BadWordList."""
    plain = tuple(dict.fromkeys(filter(None, map(_plain, words))))
    if len(plain) > WORDS or any(len(word) > LETTERS for word in plain):
        raise errors.BadWordList
    return plain


def redecorated(room: Room, event: Brought | Grown | Removed | Wished) -> Room:
    """Return the room with what there is after this; what is gone is not gone back to."""
    if isinstance(event, Wished):
        return _wished(room, event.wish)
    room = furnished(room, event)
    if not isinstance(event, Removed):
        return room
    return replace(
        room,
        past=tuple(one for one in room.past if one.file != event.file),
        favourites=tuple(one for one in room.favourites if one.file != event.file),
        change=room.change if room.change and room.change.background.file != event.file else None,
    )


def changed(room: Room, background: Background) -> Room:
    """Return the room with this background, from which one can go back."""
    before = room.scene.background
    if background == before:
        return room
    past = (*room.past, before)[-STEPS:]
    return replace(room, scene=replace(room.scene, background=background), past=past)


def greeting(room: Room, seat: Seat) -> tuple[Outgoing, ...]:
    """Return what someone who has come is told."""
    told: list[wire.FromServer] = [_furnishing(room), wire.Wishes(room.maker, list(room.wishes))]
    if room.backdrops:
        told.append(wire.Backdrops(list(room.backdrops)))
    if seat.host:
        told.append(wire.Forbidden(list(room.words)))
    return tuple(Tell(seat.epoch, message) for message in told)


def news(before: Room, after: Room) -> tuple[Outgoing, ...]:
    """Return what everyone is told of a change."""
    out: list[Outgoing] = []
    if before.backdrops != after.backdrops:
        out.append(TellAll(wire.Backdrops(list(after.backdrops))))
    shown = _furnishing(after)
    if _furnishing(before) != shown:
        out.append(TellAll(shown))
    if before.words != after.words:
        hosts = (seat for seat in after.seats if seat.host and seat.here)
        out.extend(Tell(seat.epoch, wire.Forbidden(list(after.words))) for seat in hosts)
    if before.wishes is not after.wishes:
        old = set(map(id, before.wishes))
        out.extend(TellAll(wire.WishChanged(w)) for w in after.wishes if id(w) not in old)
    return tuple(out)


def _allowed(room: Room, seat: Seat) -> None:
    if room.changers == "host" and not seat.host:
        raise errors.HostChanges


def _favoured(room: Room, background: Background, on: bool) -> Room:
    others = tuple(one for one in room.favourites if _same(one) != _same(background))
    if not on:
        return replace(room, favourites=others)
    if len(others) < len(room.favourites):
        return room
    if len(others) >= FAVOURITES:
        raise errors.TooManyFavourites
    return replace(room, favourites=(*others, background))


def _wished(room: Room, wish: wire.Wish) -> Room:
    """Put a wish in its place; it never goes back from its end."""
    known = next((one for one in room.wishes if one.wish == wish.wish), None)
    if known is None:
        return replace(room, wishes=(*room.wishes, wish)[-WISHES:])
    if known.state in _OVER and wish.state not in _OVER:  # news that was on its way
        return room
    return replace(room, wishes=tuple(wish if one is known else one for one in room.wishes))


def _plain(text: str) -> str:
    """Return letters and digits only, case and width apart, one space between words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def _same(background: Background) -> tuple[str, str | None, str]:
    """Return what makes a background the one it is: of most, colour is only what it was before."""
    colour = background.colour.upper() if background.name == "plain" else ""
    return background.name, background.file, colour


def _known(room: Room, background: Background) -> Background:
    """Return a background that there is, and whether it moves; raises UnknownBackground."""
    brought = {b.file: b.loop and True for b in room.backdrops if b.loop in SHOWN}
    background = known(background, brought)
    return replace(background, moves=brought.get(background.file))


def _furnishing(room: Room) -> wire.Furnishing:
    return wire.Furnishing(room.changers, len(room.past), list(room.favourites))

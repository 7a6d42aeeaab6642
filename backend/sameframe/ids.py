"""Names and keys that nobody can guess."""

import re
import secrets

CONSONANTS = "bdfghjklmnprstvz"
VOWELS = "aiou"
_WORD = f"[{CONSONANTS}][{VOWELS}][{CONSONANTS}][{VOWELS}][{CONSONANTS}]"
ROOM_NAME = re.compile(f"{_WORD}(?:-{_WORD}){{3}}")
BACKDROP = re.compile(r"b[0-9a-f]{64}")
FRIENDS = "friends"  # the one folder of an album that is named by no id, see proproom.py
FRIEND = re.compile(r"f[0-9a-f]{64}")
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


def room_name() -> str:
    """Make a room's name: 64 random bits as four proquints, e.g. lusab-babad-gutih-tugad.

    A proquint says 16 bits in five letters (D. S. Wilkerson, arXiv:0901.4016).
    """
    return "-".join(proquint(secrets.randbits(16)) for _ in range(4))


def proquint(word: int) -> str:
    """Spell 16 bits as consonant, vowel, consonant, vowel, consonant."""
    return (
        CONSONANTS[word >> 12 & 15]
        + VOWELS[word >> 10 & 3]
        + CONSONANTS[word >> 6 & 15]
        + VOWELS[word >> 4 & 3]
        + CONSONANTS[word & 15]
    )


def is_room_name(name: str) -> bool:
    """Tell whether `room_name` could have made this."""
    return ROOM_NAME.fullmatch(name) is not None


def guest_id() -> str:
    """Make a guest's id; known to all in the room, so it proves nothing."""
    return "g" + "".join(secrets.choice(_BASE36) for _ in range(8))


def shot_id() -> str:
    """Make a shot's id; known to all in the room."""
    return "s" + "".join(secrets.choice(_BASE36) for _ in range(12))


def sheet_id() -> str:
    """Make a sheet's id; known to all in the room."""
    return "p" + "".join(secrets.choice(_BASE36) for _ in range(12))


def burst_id() -> str:
    """Make a burst's id; known to all in the room."""
    return "b" + "".join(secrets.choice(_BASE36) for _ in range(12))


def is_backdrop(name: str) -> bool:
    """Tell whether this is the id of an uploaded background: its SHA-256."""
    return BACKDROP.fullmatch(name) is not None


def is_friend(name: str) -> bool:
    """Tell whether this is the id of an absent friend's cut-out: its SHA-256."""
    return FRIEND.fullmatch(name) is not None


def take_id() -> str:
    """Make a take's id; whoever has the album may know it."""
    return "t" + "".join(secrets.choice(_BASE36) for _ in range(12))


def wish_id() -> str:
    """Make a wish's id; known to all in the room."""
    return "w" + "".join(secrets.choice(_BASE36) for _ in range(12))


def seed() -> int:
    """Throw the dice for one picture; never 0."""
    return 1 + secrets.randbelow(2**31 - 1)


def album_id() -> str:
    """Make an album's id, the key to it: 129 bits, without the marks that mailers cut off links."""
    return "".join(secrets.choice(_BASE36) for _ in range(25))


def token() -> str:
    """Make a key of 192 bits that proves who one is."""
    return secrets.token_urlsafe(24)

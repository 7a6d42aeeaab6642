"""The stage's light: measures people and background, and lets everyone's tint follow slowly."""

from collections.abc import Mapping
from ctypes import CDLL, c_int32
from dataclasses import dataclass, field, replace
from math import exp

from sameframe_worker import light, stacked
from sameframe_worker.kernels import Buffer
from sameframe_worker.light import BINS, LATTICE, NONE, SMALL, Tint, Tone
from sameframe_worker.scene import Light
from sameframe_worker.stage.picture import Picture

PLANE = SMALL[0] * SMALL[1] + 32  # of the background's cells; the kernels read whole vectors
EVERY_MS = 100.0  # so often all is measured anew: it takes Python a third of a ms for six
LAG_MS = 900.0  # a tint follows in this time by two thirds: who lifts a white cup must not pulse
# Less than this is not shown: a cutout whose light changes is sampled anew.
_PART, _PLUS = 1 / 200, 0.7
_FULL = 255 / 224  # Cb and Cr of limited range to full


@dataclass(frozen=True, slots=True, eq=False)
class Lit:
    """What the renderers must know: everyone's tint (none: NONE), wrap and shadow, 0..1.

    `near` is the background in SMALL cells: planes of red, green and blue, PLANE bytes each.
    Nothing of it is for the layers of `unlit`.
    """

    tints: Mapping[str, Tint] = field(default_factory=dict)
    wrap: float = 0.0
    shadow: float = 0.0
    near: Buffer | None = None
    unlit: frozenset[str] = frozenset()


class Lamp:
    """Holds everyone's tint; `lit`, for the renderers, is the same object until it changes."""

    def __init__(self, kernels: CDLL):
        self._kernels = kernels
        self._sums = (c_int32 * (BINS + 3))()
        self._light: Light = "off"
        self._ground: Tone | None = None
        self._exact: dict[str, Tint] = {}
        self._looked = 0.0
        self.lit = Lit()

    def before(self, background: Buffer, width: int, height: int) -> None:
        """Let people stand before this background (RGBA) from now on."""
        near = Buffer(3 * PLANE)
        self._kernels.light_ground(
            self._sums, near.address, PLANE, background.address, width, height
        )
        self._ground = self._tone(1.0, SMALL[0] * SMALL[1])
        self.lit = replace(self.lit, near=near)

    def shine(
        self,
        how: Light,
        pictures: Mapping[str, Picture],
        now: float,
        unlit: frozenset[str] = frozenset(),
    ) -> None:
        """Bring the tints of these people up to date, if it is time; `now` in ms.

        A change of `how` shows at once, as does whoever is new; all else glides.
        """
        pictures = {guest: of for guest, of in pictures.items() if guest not in unlit}
        changed, other = how != self._light, unlit != self.lit.unlit
        at_once = pictures.keys() != self._exact.keys()
        if not (changed or other or at_once or now - self._looked >= EVERY_MS):
            return
        part = 1.0 if changed else 1 - exp(-(now - self._looked) / LAG_MS)
        self._light, self._looked = how, now
        people = {} if how == "off" else {g: self._seen(p) for g, p in pictures.items()}
        wanted = light.tints(how, self._ground, people)
        self._exact = {
            guest: _between(self._exact.get(guest), wanted.get(guest, NONE), part)
            # Whom a hiccup has emptied keeps what they had.
            if how == "off" or people[guest] or guest not in self._exact
            else self._exact[guest]
            for guest in pictures
        }
        shown = {
            guest: had if (had := self.lit.tints.get(guest)) and _alike(had, tint) else tint
            for guest, tint in self._exact.items()
        }
        if changed or other or shown != self.lit.tints:
            self.lit = Lit(shown, light.WRAP[how], light.SHADOW[how], self.lit.near, unlit)

    def _seen(self, picture: Picture) -> Tone | None:
        rows = stacked.rows(picture.height)
        self._kernels.light_person(
            self._sums, picture.planes.address, picture.width, picture.height,
            rows.colour_last, rows.chroma_last, rows.mask_first,
        )  # fmt: skip
        return self._tone(_FULL, 255 * LATTICE[0] * LATTICE[1])

    def _tone(self, full: float, most: int) -> Tone | None:
        blue, red, chroma = (full * value for value in self._sums[BINS:])
        return light.tone(self._sums[:BINS], blue, red, chroma, most)


def _between(old: Tint | None, new: Tint, part: float) -> Tint:
    if old is None or part >= 1:
        return new
    return tuple(a + (b - a) * part for a, b in zip(old, new, strict=True))


def _alike(one: Tint, other: Tint) -> bool:
    return all(
        abs(a - b) < (_PLUS if n % 4 == 3 else _PART)
        for n, (a, b) in enumerate(zip(one, other, strict=True))
    )

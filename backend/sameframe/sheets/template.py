"""Templates: where on a sheet its shots and lines of text go. Data, one JSON file each.

Lengths are inches from the sheet's upper left corner. A template that would print badly is not
loaded: everything lies inside the sheet, and nothing lies over anything else.
"""

from itertools import combinations
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

DPI = 300
SHOTS_MAX = 6  # of one series: with the pauses, a minute of standing still
FOLDER = Path(__file__).parent / "templates"

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z_]{1,30}$")]
Inches = Annotated[float, Meta(ge=0, le=12)]
Length = Annotated[float, Meta(ge=0.05, le=12)]
Paper = Literal["paper", "ink", "accent"]


class Box(NamedTuple):
    """A rectangle in whole pixels, `right` and `bottom` outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height."""
        return self.right - self.left, self.bottom - self.top


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """Something on the sheet."""

    x: Inches
    y: Inches
    width: Length
    height: Length

    def box(self, dpi: float = DPI) -> Box:
        """Return where it lies in pixels: edges are rounded, so that neighbours stay neighbours."""
        edges = self.x, self.y, self.x + self.width, self.y + self.height
        return Box(*(round(edge * dpi) for edge in edges))

    def overlaps(self, other: "Part") -> bool:
        """Tell whether the two share more than an edge."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return across > 0 and down > 0


class Slot(Part, frozen=True, forbid_unknown_fields=True):
    """A window for one of the series' shots, counted from 0."""

    shot: Annotated[int, Meta(ge=0, lt=SHOTS_MAX)]


class Line(Part, frozen=True, forbid_unknown_fields=True):
    """A line of text, as high as its box where it is not too long."""

    says: Literal["date", "caption"]
    align: Literal["left", "center", "right"] = "center"


class Template(Struct, frozen=True, forbid_unknown_fields=True):
    """A sheet. `paper` is its colour unless chosen otherwise; it is cut apart at `cuts` across."""

    name: Name
    width: Length
    height: Length
    slots: Annotated[tuple[Slot, ...], Meta(min_length=1, max_length=2 * SHOTS_MAX)]
    lines: Annotated[tuple[Line, ...], Meta(max_length=8)] = ()
    paper: Paper = "paper"
    cuts: Annotated[tuple[Length, ...], Meta(max_length=3)] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for what would print badly."""
        parts = (*self.slots, *self.lines)
        for part in parts:
            if part.x + part.width > self.width or part.y + part.height > self.height:
                raise ValueError(f"{self.name}: {part} reaches beyond the sheet")
        for one, other in combinations(parts, 2):
            if one.overlaps(other):
                raise ValueError(f"{self.name}: {one} lies over {other}")
        if {slot.shot for slot in self.slots} != set(range(self.shots)):
            raise ValueError(f"{self.name}: a shot has no slot")
        if any(cut >= self.width for cut in self.cuts):
            raise ValueError(f"{self.name}: a cut beyond the sheet")

    @property
    def shots(self) -> int:
        """Return how many shots it takes."""
        return max(slot.shot for slot in self.slots) + 1

    @property
    def size(self) -> tuple[int, int]:
        """Return the sheet's width and height in pixels."""
        return round(self.width * DPI), round(self.height * DPI)


def load(folder: Path = FOLDER) -> dict[str, Template]:
    """Return all templates of a folder by name; raises msgspec.ValidationError."""
    found = {}
    for file in sorted(folder.glob("*.json")):
        template = msgspec.json.decode(file.read_bytes(), type=Template)
        if template.name != file.stem:
            raise msgspec.ValidationError(f"{file.name} is named {template.name}")
        found[template.name] = template
    return found

"""A moving picture's frames, and how they travel: as one sheet with a frame in every window. Pure.

The same in the stage, which draws the sheet, and in the server, which cuts it up. Windows are
filled row by row. 5 × 5 of 640 × 360 are within 4096 pixels a side, what the server takes.
"""

from typing import Literal

COUNT, ACROSS = 25, 5
WIDTH, HEIGHT = 640, 360
STEP_MS = 80  # two seconds in all; a GIF counts in hundredths of a second
SHEET = WIDTH * ACROSS, HEIGHT * (COUNT // ACROSS)


def corner(number: int) -> tuple[int, int]:
    """Return the upper left corner of a frame's window, in pixels."""
    return number % ACROSS * WIDTH, number // ACROSS * HEIGHT


def played(motion: Literal["loop", "boomerang"]) -> list[int]:
    """Return the frames in the order that they are shown in, round and round.

    A boomerang goes back to its first frame; neither end is shown twice in a row.
    """
    there = list(range(COUNT))
    return there if motion == "loop" else there + there[-2:0:-1]

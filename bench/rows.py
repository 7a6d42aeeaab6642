"""Results: one row per figure, what it has to reach, and the file they are kept in."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure and what it is compared with in the same run; `ratio` is value over baseline."""

    name: str
    value: float
    unit: str
    baseline: float | None = None

    @property
    def ratio(self) -> float | None:
        """Return value over baseline, None without one."""
        return self.value / self.baseline if self.baseline else None

    def plain(self) -> dict[str, object]:
        """Return the row as results.json keeps it."""
        return {
            "name": self.name,
            "value": _rounded(self.value),
            "unit": self.unit,
            "baseline": _rounded(self.baseline),
            "ratio": _rounded(self.ratio),
        }


@dataclass(frozen=True, slots=True)
class Target:
    """A bound for a row's value or ratio."""

    of: str  # "value" | "ratio"
    bound: float
    at_least: bool = False

    def __str__(self) -> str:
        bound = f"{self.bound:,.10g}" if self.bound >= 1 else f"{self.bound:.4g}"
        times = " ×" if self.of == "ratio" else ""
        return f"{'≥' if self.at_least else '≤'} {bound}{times}"

    def reached(self, row: Row) -> bool:
        """Tell whether the row keeps within the bound."""
        found = row.value if self.of == "value" else row.ratio
        if found is None:
            return False
        return found >= self.bound if self.at_least else found <= self.bound


TARGETS = {
    "stage.cpu.6": Target("ratio", 1 / 15),
    "stage.cpu.25": Target("value", 10),
    "stage.flat": Target("ratio", 1.5),
    "look.cost": Target("ratio", 2.0),
    "six.stage": Target("value", 24, at_least=True),
    "shot.skew_ms": Target("value", 40),
    "shot.step_ms": Target("value", 50),
    "shot.preview_ms": Target("value", 300),
    "shot.print_s": Target("ratio", 1.5),
    "take.drop_ratio": Target("value", 0.01),
    "take.sync.start": Target("value", 40),
    "take.sync.end": Target("value", 40),
    "take.overhead": Target("ratio", 0.9, at_least=True),
    "print.psnr": Target("value", 40, at_least=True),
    "print.psnr.gpu": Target("value", 40, at_least=True),
    "print.psnr.light": Target("value", 38, at_least=True),
    "print.psnr.light.gpu": Target("value", 38, at_least=True),
    "album.first_paint": Target("ratio", 1.5),
    "booth.serial.6": Target("ratio", 10, at_least=True),
    "cutout.frame": Target("ratio", 1.4),
    "cutout.cpu": Target("value", 0.36),
    "cutout.cpu.fps": Target("value", 28.5, at_least=True),  # below, the CPU seconds mean nothing
    "cutout.iou": Target("value", 0.987, at_least=True),
    "cutout.mae": Target("value", 0.005),
    "cutout.flicker": Target("ratio", 0.5),
    "edge.iou": Target("ratio", 1, at_least=True),
    "edge.mad": Target("ratio", 1),
    "edge.grad": Target("ratio", 1),
    "edge.flicker": Target("ratio", 1),
    "edge.halo": Target("ratio", 1),
    "edge.rim": Target("ratio", 1),
    "edge.time": Target("ratio", 1.5),
    "join.cold_bytes": Target("value", 8_000_000),
    "join.warm_ms": Target("value", 2000),
    "latency.extra": Target("value", 50),
    "latency.drag": Target("value", 100),
}


def table(rows: Iterable[Row]) -> str:
    """Return rows as text, each with its target and whether it is reached."""
    lines = [("name", "value", "unit", "baseline", "ratio", "target", "reached")]
    for row in rows:
        target = TARGETS.get(row.name)
        lines.append(
            (
                row.name,
                _shown(row.value),
                row.unit,
                _shown(row.baseline),
                _shown(row.ratio),
                str(target or ""),
                "" if target is None else "yes" if target.reached(row) else "NO",
            )
        )
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def keep(rows: Iterable[Row], path: Path = RESULTS) -> None:
    """Write rows to a JSON file; what it says about other names stays."""
    kept = json.loads(path.read_text()) if path.exists() else []
    merged = {old["name"]: old for old in kept} | {row.name: row.plain() for row in rows}
    path.write_text(json.dumps(list(merged.values()), indent=1, ensure_ascii=False) + "\n")


def _rounded(number: float | None) -> float | None:
    return (
        None if number is None else float(f"{number:.4g}") if abs(number) < 1e4 else round(number)
    )


def _shown(number: float | None) -> str:
    return "" if number is None else f"{_rounded(number):,.10g}"

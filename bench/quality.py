"""The cutout's quality in three rows; `bench.cutout_quality` has all of them and their method."""

from bench.chromium import ROOT
from bench.cutout_quality import measure as all_rows
from bench.rows import Row

# Held out: no constant of the product was chosen on this material.
SUMMARY = {
    "cutout.iou": "iou.heldout",
    "cutout.mae": "mae.heldout",
    "cutout.flicker": "flicker.noise.heldout",
}


def measure() -> list[Row]:
    """Return the summary, then everything it was taken from; baseline: the model's raw mask."""
    found = all_rows(ROOT.parent / "shared" / "media")
    rows = [Row(r["name"], r["value"], r["unit"], r["baseline"]) for r in found]
    summary = []
    for name, source in SUMMARY.items():
        [row] = [r for r in rows if r.name.startswith(f"cutout.quality.{source}")]
        summary.append(Row(name, row.value, row.unit, row.baseline))
    return summary + rows

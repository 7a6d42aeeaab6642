"""Run the benchmarks: `python -m bench [name ...]`, all of them without a name.

A name is a benchmark's (see BENCHMARKS) or the beginning of a row's. Prints a table and keeps the
rows in bench/results.json. Nothing else should run on the machine: `machine.others` says how many
cores other programs kept busy meanwhile.
"""

import sys
from collections.abc import Callable
from functools import partial
from time import monotonic

from playwright.sync_api import Playwright, sync_playwright

from bench import (
    album,
    cutout,
    edges,
    join,
    latency,
    prints,
    psnr,
    quality,
    serial,
    shots,
    six,
    stage,
    switch,
    sync,
    takes,
    uploads,
)
from bench.chromium import Watch
from bench.rows import Row, keep, table
from bench.site import Site, site

Benchmark = Callable[[Playwright, Site], list[Row]]

BENCHMARKS: dict[str, Benchmark] = {
    "stage": stage.measure,
    "booth.serial": serial.measure,
    "cutout.frame": cutout.frame,
    "cutout.cpu": cutout.cpu,
    "cutout.quality": lambda playwright, site: quality.measure(),
    "edge": lambda playwright, site: edges.measure(),
    "join.cold": join.cold,
    "join.warm": join.warm,
    "latency": latency.measure,
    "shot.skew": shots.measure,
    "background.switch": switch.measure,
    "six": six.measure,
    "print.psnr": psnr.measure,
    "shot.print": lambda playwright, site: prints.measure(),
    "take.drop": takes.measure,
    "take.sync": sync.measure,
    "upload": lambda playwright, site: uploads.measure(),
    "album": lambda playwright, site: album.measure(),
}
BUSY = 0.2  # cores: with more in other hands, times are not to be believed


def main(names: list[str]) -> None:
    """Run those named, print and keep their rows."""
    chosen = [b for b in BENCHMARKS if not names or any(map(partial(_matches, b), names))]
    if not chosen:
        sys.exit(f"no such benchmark; there are {', '.join(BENCHMARKS)}")
    rows, others = [], []
    with sync_playwright() as playwright, site() as served:
        for name in chosen:
            start = monotonic()
            with Watch() as watch:
                rows += BENCHMARKS[name](playwright, served)
            others.append(watch.others)
            seconds = monotonic() - start
            print(f"{name}: {seconds:.0f} s, others kept {watch.others:.2f} cores busy", flush=True)
    rows.append(Row("machine.others", max(others), "cores"))
    print(table(rows))
    if max(others) > BUSY:
        print("the machine was busy with other things: run again on a quiet one")
    keep(rows)


def _matches(benchmark: str, name: str) -> bool:
    return benchmark.startswith(name) or name.startswith(benchmark)


if __name__ == "__main__":
    main(sys.argv[1:])

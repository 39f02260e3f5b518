"""Loading against its floor, on generated deals and their history: `python -m benchmarks.load`, `make bench-load`.

    floor     DuckDB reads both files, all text, into tables on disk
    first     `batna load` in a new workspace
    again     `batna load` on the same files once more
    changed   `batna load` on a later export in which every hundredth deal has changed and has one history row more

Each is a process of its own, measured by the operating system; ratios are of CPU time, all threads, and of wall time.
The floor is measured anew for the later export.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.measure import Measured, measured
from jobs.sample import write_sample
from jobs.workspace import init

DEALS, HISTORY = "Opportunity.csv", "OpportunityHistory.csv"
HISTORY_PER_DEAL = 10
MOST = {"first": 2.0, "again": 0.7, "changed": 1.2}
MOST_MB = 3072
_LATER = "2026-11-20T09:00:00.000+0000"  # when every hundredth deal was changed: after all that the sample tells


@dataclass(frozen=True)
class Promise:
    """One load, and the floor of the files that it read."""

    name: str
    load: Measured
    floor: Measured


def main() -> None:
    """Generate both exports, run the processes, print their figures and the promises."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        # In a process of its own: what a parent has used counts as its child's peak memory.
        measured([sys.executable, "-m", "benchmarks.load", "--generate", name, str(arguments.opportunities)])
        print(f"{arguments.opportunities:,} opportunities, {HISTORY_PER_DEAL * arguments.opportunities:,} history rows")
        promises = _run(folder)
    _print(promises)


def _run(folder: Path) -> list[Promise]:
    workspace = init(folder / "acme")
    floors = {each: _floor(folder, each) for each in ("first", "changed")}
    promises = []
    for name, export in (("first", "first"), ("again", "first"), ("changed", "changed")):
        for file in (DEALS, HISTORY):
            os.link(folder / export / file, workspace.inbox / file)
        load = measured([sys.executable, "-m", "jobs", "load", "--workspace", str(workspace.root)])
        promises.append(Promise(name, load, floors[export]))
    return promises


def _floor(folder: Path, export: str) -> Measured:
    target = folder / "floor.duckdb"
    floor = measured([sys.executable, "-m", "benchmarks.load", "--floor", str(folder / export), str(target)])
    target.unlink()
    return floor


def read_as_text(exports: Path, target: Path) -> None:
    """The floor: every file, all text, into a table on disk."""
    with duckdb.connect(str(target), config={"threads": 2}) as connection:
        for path in sorted(exports.glob("*.csv")):
            source = f"read_csv('{path}', all_varchar = true, header = true)"
            connection.execute(f'create table "{path.stem}" as from {source}')


def generate(folder: Path, opportunities: int) -> None:
    """Both exports, below folders of their own."""
    made = folder / "made"
    made.mkdir()
    write_sample(
        made, opportunities=opportunities, reps=max(50, opportunities // 100), teams=max(1, opportunities // 2500),
        history_per_opportunity=HISTORY_PER_DEAL,
    )  # fmt: skip
    for export in ("first", "changed"):
        (folder / export).mkdir()
    for file in (DEALS, HISTORY):
        (made / file).rename(folder / "first" / file)
    shutil.rmtree(made)
    _change(folder / "first", folder / "changed")


def _change(first: Path, changed: Path) -> None:
    """Every hundredth deal was changed after all that the sample tells, and has one history row more."""
    with (first / DEALS).open(encoding="utf-8") as source, (changed / DEALS).open("w", encoding="utf-8") as target:
        header = next(source)
        target.write(header)
        at = header.split(",").index("LastModifiedDate")
        for number, line in enumerate(source):
            target.write(_at(line, at, _LATER) if number % 100 == 0 else line)
    with (first / HISTORY).open(encoding="utf-8") as source, (changed / HISTORY).open("w", encoding="utf-8") as target:
        header = next(source)
        target.write(header)
        at = header.split(",").index("CreatedDate")
        for number, line in enumerate(source):
            target.write(line)
            if number % 100 == 0:
                target.write(_at(line, at, _LATER))


def _at(line: str, position: int, text: str) -> str:
    """The record with another cell at this position."""
    [cells] = csv.reader([line])
    cells[position] = text
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue()


def _print(promises: list[Promise]) -> None:
    print(f"{'':8} {'seconds':>8} {'CPU s':>8} {'peak MB':>8} {'of floor: CPU':>14} {'wall':>6} {'at most':>8}")
    for each in promises:
        for name, figure in (("floor", each.floor), (each.name, each.load)):
            line = f"{name:8} {figure.seconds:8.1f} {figure.cpu_seconds:8.1f} {figure.peak_mb:8.0f}"
            ratios = (
                f" {figure.cpu_seconds / each.floor.cpu_seconds:13.2f}x {figure.seconds / each.floor.seconds:5.2f}x"
            )
            print(line if name == "floor" else f"{line}{ratios} {MOST[name]:7.1f}x")
    peak = max(each.load.peak_mb for each in promises)
    print(f"peak memory: {peak:.0f} MB (under {MOST_MB})")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--opportunities", type=int, default=1_000_000)
    parser.add_argument("--folder", help="where to work; default: the folder for temporary files")
    parser.add_argument("--floor", nargs=2, metavar=("EXPORTS", "TARGET"), help=argparse.SUPPRESS)
    parser.add_argument("--generate", nargs=2, metavar=("FOLDER", "COUNT"), help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    given = _arguments()
    if given.floor:
        read_as_text(Path(given.floor[0]), Path(given.floor[1]))
    elif given.generate:
        generate(Path(given.generate[0]), int(given.generate[1]))
    else:
        main()

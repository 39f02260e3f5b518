"""The whole job against its floor and a peer, on generated exports: `make bench`.

The floor is DuckDB reading the same files, all text, into a table on disk; the peer a Polars script that does a toy
of the job. Each is a process of its own, measured by the operating system. Ratios are of CPU time. Without
--all-entities only deals, their history, accounts, users and quotas are made.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jobs.sample import write_sample

PROMISED = ("load", "build", "check")
CORE = {"Opportunity.csv", "OpportunityHistory.csv", "Account.csv", "User.csv", "quotas.csv"}


@dataclass(frozen=True)
class Measured:
    """Wall seconds, CPU seconds of all threads, peak resident memory in MB (of a process, not of a step in it)."""

    seconds: float
    cpu_seconds: float
    peak_mb: float | None = None


def main() -> None:
    """Generate, run the three processes, print their figures and the promises."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _generate(folder / "inbox", arguments)
        floor, peer, job = (_run(process, folder) for process in ("floor", "peer", "job"))
        pages = len(list((folder / "pages" / "reps").glob("*.html")))
    figures = {"floor": floor[0], "peer": peer[0], **job[1], "job": job[0]}
    _print(figures)
    _print_promises(figures, pages)


def _generate(inbox: Path, arguments: argparse.Namespace) -> None:
    inbox.mkdir()
    teams = max(1, arguments.reps // 25)
    truth = write_sample(
        inbox, opportunities=arguments.opportunities, reps=arguments.reps, teams=teams, history_per_opportunity=10
    )
    kept = {name: count for name, count in truth.rows.items() if arguments.all_entities or name in CORE}
    for path in inbox.iterdir():
        if path.name not in kept:
            path.unlink()
    print(
        f"{kept['Opportunity.csv']:,} opportunities, {kept['OpportunityHistory.csv']:,} history rows,"
        f" {arguments.reps:,} reps, {sum(kept.values()):,} rows in {len(kept)} files"
    )


def _run(process: str, folder: Path) -> tuple[Measured, Mapping[str, Measured]]:
    """One process, and the steps that it told of."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.steps", process, str(folder)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    told = [json.loads(line) for line in child.stdout]
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{process} failed")
    steps = {step["name"]: Measured(step["seconds"], step["cpu_seconds"]) for step in told}
    whole = Measured(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
    return whole, steps


def _print(figures: Mapping[str, Measured]) -> None:
    floor = figures["floor"].cpu_seconds
    print(f"{'':8} {'seconds':>8} {'CPU s':>8} {'of floor':>9} {'peak MB':>8}")
    for name, figure in figures.items():
        peak = "" if figure.peak_mb is None else f"{figure.peak_mb:.0f}"
        ratio = f"{figure.cpu_seconds / floor:.2f}x"
        print(f"{name:8} {figure.seconds:8.1f} {figure.cpu_seconds:8.1f} {ratio:>9} {peak:>8}")


def _print_promises(figures: Mapping[str, Measured], pages: int) -> None:
    promised = sum(figures[name].cpu_seconds for name in PROMISED)
    floor, peer, job = figures["floor"], figures["peer"], figures["job"]
    print(
        f"load, build, score and check: {promised / floor.cpu_seconds:.2f} times the floor (at most 3),"
        f" {promised / peer.cpu_seconds:.1f} times the peer's toy"
    )
    print(f"rep pages: {pages / figures['render'].seconds:.0f} a second (at least 60)")
    ratio = (job.peak_mb or 0) / (floor.peak_mb or 1)
    print(f"peak memory: {job.peak_mb:.0f} MB (under 1,500), {ratio:.2f} times the floor's")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--opportunities", type=int, default=100_000)
    parser.add_argument("--reps", type=int, default=1_000)
    parser.add_argument("--all-entities", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()

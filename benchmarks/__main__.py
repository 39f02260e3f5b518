"""The whole job against its floor and a peer, on generated exports: `make bench`.

Every step is a process of its own, measured by the operating system: seconds, CPU seconds, peak memory. The
floor is DuckDB reading the same files, all text, into a table; the peer a Polars script that does a toy of the
job. Ratios are of CPU time. Without --all-entities only deals, their history, accounts, users and quotas are made.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from jobs.sample import write_sample

ORDER = ("floor", "peer", "load", "build", "check", "render")
JOB = ("load", "build", "check")
CORE = {"Opportunity.csv", "OpportunityHistory.csv", "Account.csv", "User.csv", "quotas.csv"}


@dataclass(frozen=True)
class Measured:
    """One step: wall seconds, CPU seconds of all its threads, peak resident memory in MB."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def main() -> None:
    """Generate, run every step, print the table and the three promises."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "inbox").mkdir()
        truth = write_sample(
            folder / "inbox", opportunities=arguments.opportunities, reps=arguments.reps,
            teams=max(1, arguments.reps // 25), history_per_opportunity=10,
        )  # fmt: skip
        if not arguments.all_entities:
            _keep_core(folder / "inbox")
        rows = {name: count for name, count in truth.rows.items() if (folder / "inbox" / name).exists()}
        print(f"{rows['Opportunity.csv']:,} opportunities, {rows['OpportunityHistory.csv']:,} history rows,"
              f" {arguments.reps:,} reps, {sum(rows.values()):,} rows in all")  # fmt: skip
        steps = {step: measure(step, folder) for step in ORDER}
        pages = len(list((folder / "pages" / "reps").glob("*.html")))
    _print(steps, pages)


def measure(step: str, folder: Path) -> Measured:
    """Run one step in a process of its own and take what the operating system counted."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.steps", step, str(folder)])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{step} failed")
    return Measured(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _print(steps: dict[str, Measured], pages: int) -> None:
    floor = steps["floor"].cpu_seconds
    print(f"{'step':8} {'seconds':>8} {'CPU s':>8} {'of floor':>9} {'peak MB':>8}")
    for name, step in steps.items():
        print(
            f"{name:8} {step.seconds:8.1f} {step.cpu_seconds:8.1f} {step.cpu_seconds / floor:8.2f}x {step.peak_mb:8.0f}"
        )
    job = sum(steps[name].cpu_seconds for name in JOB)
    peak = max(steps[name].peak_mb for name in (*JOB, "render"))
    print(f"load, build, score and check: {job / floor:.2f} x the floor (at most 3),"
          f" {job / steps['peer'].cpu_seconds:.2f} x the peer's toy")  # fmt: skip
    print(
        f"rep pages: {pages / steps['render'].seconds:.0f} a second (at least 60); peak {peak:.0f} MB (under 1,500)"
    )


def _keep_core(inbox: Path) -> None:
    for path in inbox.iterdir():
        if path.name not in CORE:
            path.unlink()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--opportunities", type=int, default=100_000)
    parser.add_argument("--reps", type=int, default=1_000)
    parser.add_argument("--all-entities", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()

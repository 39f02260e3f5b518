"""A pass of many weeks against one week, on the same warehouse: `python -m benchmarks.weeks`, `make bench-weeks`.

    build     every model but the kernel, CPU seconds
    scoring   the kernel
    peak      resident memory of the process

One week is the floor: fifty-two weeks may cost 12 times its build and 52 times its scoring, under 4 GB. The warehouse
is loaded once; each pass is a process of its own, on a copy. --models prints what each model took in the longest pass.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from benchmarks.__main__ import CORE
from benchmarks.steps import AS_OF, SETTINGS, load
from jobs.sample import settings_toml, write_sample
from jobs.settings import Settings, parse_settings

MOST_BUILD, MOST_SCORING, MOST_MB = 12, 52, 4096
SHOWN_MODELS = 20


@dataclass(frozen=True)
class Pass:
    """CPU seconds of each model, wall seconds of all, peak resident memory in MB."""

    models: Mapping[str, float]
    seconds: float
    peak_mb: float

    @property
    def scoring(self) -> float:
        return self.models["kernel"]

    @property
    def build(self) -> float:
        return sum(self.models.values()) - self.scoring


def main() -> None:
    """Load once, pass over one week and over many, print both and the promises."""
    arguments = _arguments()
    if arguments.folder:
        _measure(Path(arguments.folder), arguments.weeks)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _prepare(folder, arguments)
        one, many = (_run(folder, weeks) for weeks in (1, arguments.weeks))
    _print(one, many, arguments)


def _settings() -> Settings:
    return parse_settings(settings_toml() + SETTINGS)


def _prepare(folder: Path, arguments: argparse.Namespace) -> None:
    from jobs.warehouse import connect

    inbox = folder / "inbox"
    inbox.mkdir()
    teams = max(1, arguments.reps // 25)
    truth = write_sample(
        inbox, opportunities=arguments.opportunities, reps=arguments.reps, teams=teams, history_per_opportunity=10
    )
    for path in inbox.iterdir():
        if path.name not in CORE and not arguments.all_entities:
            path.unlink()
    with connect(folder / "warehouse.duckdb") as connection:
        load(connection, _settings(), folder)
    history = truth.rows["OpportunityHistory.csv"]
    print(f"{arguments.opportunities:,} opportunities, {history:,} history rows, {arguments.reps:,} reps", flush=True)


def _run(folder: Path, weeks: int) -> Pass:
    """One pass in a process of its own, on a copy of the warehouse."""
    command = [sys.executable, "-m", "benchmarks.weeks", "--folder", str(folder), "--weeks", str(weeks)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    told = json.loads(child.stdout.read() or "null")
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"the pass of {weeks} weeks failed")
    return Pass(told["models"], told["seconds"], usage.ru_maxrss / 1024)


def _measure(folder: Path, weeks: int) -> None:
    """The child: build, and print the CPU seconds of each model as JSON."""
    from jobs.build import build
    from jobs.warehouse import connect, make_room

    copy = folder / f"{weeks}.duckdb"
    shutil.copyfile(folder / "warehouse.duckdb", copy)
    started: list[tuple[str, float]] = []
    seconds = time.perf_counter()
    with connect(copy) as connection:
        make_room(connection)
        dates = [AS_OF - timedelta(weeks=number) for number in range(weeks)]
        build(connection, _settings(), dates, progress=lambda name: started.append((name, time.process_time())))
        started.append(("", time.process_time()))
    models = {name: until - since for (name, since), (_, until) in pairwise(started)}
    print(json.dumps({"models": models, "seconds": time.perf_counter() - seconds}))
    copy.unlink()


def _print(one: Pass, many: Pass, arguments: argparse.Namespace) -> None:
    weeks = arguments.weeks
    print(f"{'':10} {'build':>8} {'scoring':>8} {'seconds':>8} {'peak MB':>8}")
    for name, told in (("one week", one), (f"{weeks} weeks", many)):
        print(f"{name:10} {told.build:8.1f} {told.scoring:8.1f} {told.seconds:8.1f} {told.peak_mb:8.0f}")
    print(f"build: {many.build / one.build:.1f} times one week's (at most {MOST_BUILD} for 52)")
    print(f"scoring: {many.scoring / one.scoring:.1f} times one week's (at most {MOST_SCORING} for 52)")
    print(f"peak memory: {many.peak_mb:.0f} MB (under {MOST_MB})")
    if arguments.models:
        for name, spent in sorted(many.models.items(), key=lambda item: -item[1])[:SHOWN_MODELS]:
            print(f"{spent:8.2f} {one.models[name]:8.2f}  {name}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.weeks", description=__doc__)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--opportunities", type=int, default=100_000)
    parser.add_argument("--reps", type=int, default=1_000)
    parser.add_argument("--all-entities", action="store_true")
    parser.add_argument("--models", action="store_true")
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()

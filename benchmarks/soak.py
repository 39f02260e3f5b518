"""A year of weeks under kills, with analysts reading all the while: `python -m benchmarks.soak`, `make soak`.

The schedule runs each week on a simulated clock; its process is killed (kill -9) at random moments and the next one
takes over. Analysts, each a process, open what is published again and again and look whether a whole week is there.
At the end every week must be published exactly once, and no analyst may have met an error or half a week.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks.soak_exports import Exports
from jobs.ledger import Ledger
from jobs.sample import settings_toml
from jobs.schedule.process import child_command
from jobs.schedule.tick import News, Outside, tick
from jobs.settings import load_settings
from jobs.slot import Slot
from jobs.workspace import Workspace, init, week_name

LAST = date(2026, 11, 15)
KILLED = (0.7, 0.3, 0.0)  # how often the first, second and third attempt at a week is killed
PAUSE = 0.5  # seconds between two looks of an analyst
SHOWN_EVERY = 13
SETTINGS = """
[schedule]
attempts = 3
load.on = []
retention.on = []
[batna]
correlation = 0
"""


@dataclass
class Soak:
    """One workspace, the simulated clock, and what was seen."""

    workspace: Workspace
    random: Random
    now: datetime
    attempt: int = 0
    seconds: float = 10.0
    kills: int = 0
    peak_mb: float = 0.0
    news: list[News] = field(default_factory=list)

    def look(self) -> None:
        """One look of the schedule at this moment."""
        self.attempt = 0
        outside = Outside(
            lambda: self.now, self.run, lambda: False, lambda _: None, self.news.extend, lambda words: sys.exit(words)
        )
        tick(self.workspace, load_settings(self.workspace.root), outside)

    def run(self, slot: Slot) -> int:
        """The process of a slot, which may be killed at any moment."""
        told = child_command(self.workspace, slot)[4:]
        line = [sys.executable, "-m", "benchmarks.soak", "--child", self.now.isoformat(), *told]
        is_killed = self.random.random() < KILLED[min(self.attempt, 2)]
        moment = self.random.uniform(0, self.seconds) if is_killed else None
        self.attempt += 1
        started = time.monotonic()
        child = subprocess.Popen(line, stderr=subprocess.DEVNULL)
        timer = None if moment is None else select.select([os.pidfd_open(child.pid)], [], [], moment)
        if timer is not None and not timer[0]:
            child.kill()
            self.kills += 1
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode == 0:
            self.seconds = time.monotonic() - started
        self.peak_mb = max(self.peak_mb, usage.ru_maxrss / 1024)
        return child.returncode


def main() -> None:
    """Soak, print, and fail where a promise was not kept."""
    if sys.argv[1:2] == ["--child"]:
        from jobs.schedule.child import main as child
        from jobs.stages import shipped_stages

        moment = datetime.fromisoformat(sys.argv[2])
        sys.exit(child(sys.argv[3:], shipped_stages(), lambda: moment))
    if sys.argv[1:2] == ["--analyst"]:
        from benchmarks.soak_analyst import read_on

        return read_on(Workspace(Path(sys.argv[2])), PAUSE)
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as name:
        _soak(Path(name), arguments)


def _soak(folder: Path, arguments: argparse.Namespace) -> None:
    first = LAST - timedelta(weeks=arguments.weeks - 1)
    workspace, exports = init(folder / "company"), Exports(folder / "sample", LAST, arguments.opportunities)
    keep = settings_toml().replace("[people]", "[people]\nkeep_weeks = 13")
    workspace.settings_file.write_text(keep + SETTINGS, encoding="utf-8")
    soak = Soak(workspace, Random(arguments.seed), datetime(first.year, first.month, first.day, 12, tzinfo=UTC))
    soak.look()  # the plan begins
    analysts: list[subprocess.Popen[str]] = []
    print(
        f"{'week':>4} {'kills':>5} {'peak MB':>8} {'archive MB':>10} {'the rest MB':>11} {'snapshots':>9}", flush=True
    )
    for number in range(1, arguments.weeks + 1):
        as_of_on = first + timedelta(weeks=number - 1)
        exports.put(workspace.inbox, as_of_on)
        soak.now = datetime(as_of_on.year, as_of_on.month, as_of_on.day, 6, tzinfo=UTC) + timedelta(days=1)
        soak.look()
        analysts = analysts or [_analyst(workspace) for _ in range(arguments.analysts)]
        if number % SHOWN_EVERY == 0 or number == arguments.weeks:
            _print(number, soak)
            soak.peak_mb = 0
    told = [json.loads(analyst.communicate()[0]) for analyst in analysts]
    _judge(workspace, [first + timedelta(weeks=n) for n in range(arguments.weeks)], soak, told)


def _analyst(workspace: Workspace) -> subprocess.Popen[str]:
    line = [sys.executable, "-m", "benchmarks.soak", "--analyst", str(workspace.root)]
    return subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _print(number: int, soak: Soak) -> None:
    root = soak.workspace.root
    sizes = {path: path.stat().st_size / 1e6 for path in root.rglob("*") if path.is_file()}
    archive = sum(size for path, size in sizes.items() if path.is_relative_to(soak.workspace.archive))
    snapshots = len(list(soak.workspace.snapshots.iterdir()))
    rest = sum(sizes.values()) - archive
    print(f"{number:4} {soak.kills:5} {soak.peak_mb:8.0f} {archive:10.1f} {rest:11.1f} {snapshots:9}", flush=True)


def _judge(workspace: Workspace, dates: Sequence[date], soak: Soak, told: Sequence[dict[str, object]]) -> None:
    """Every week is on record as done once, scored once, and has its pages or is older than people.keep_weeks."""
    from jobs.warehouse import connect

    rows = Ledger(workspace.ledger).rows("select as_of_on from runs where status = 'ok' and command = 'weekly'")
    with connect(workspace.warehouse, read_only=True) as connection:
        scored = [row[0] for row in connection.execute("select as_of_on from ops.weeks order by 1").fetchall()]
    wrong = [fault for each in told for fault in each["faults"]]  # type: ignore[attr-defined]
    if sorted(row["as_of_on"] for row in rows) != [str(day) for day in dates]:
        wrong.append(f"the ledger has {len(rows)} weeks")
    if scored != list(dates):
        wrong.append(f"the warehouse has {len(scored)} weeks")
    if not {week_name(day) for day in dates[-13:]} <= set(workspace.weeks()):
        wrong.append(f"pages of {workspace.weeks()}")
    looks = sum(int(str(each["looks"])) for each in told)
    print(f"{len(dates)} weeks, {soak.kills} kills, {looks} looks of {len(told)} analysts, {len(wrong)} faults")
    if wrong:
        sys.exit("\n".join(wrong[:20]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--opportunities", type=int, default=150)
    parser.add_argument("--analysts", type=int, default=10)
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    main()

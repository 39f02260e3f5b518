"""`batna backfill`: which weeks, all of them or none, whatever happens to the run."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from jobs import disk, shipped
from jobs.backfill import Outcome, Request, backfill, plan
from jobs.check import CheckResult
from jobs.errors import CheckFailed, DataRefused, UsageError
from jobs.loading import load
from jobs.publish.journal import Pages, read_journal, write_journal
from jobs.settings import load_settings
from jobs.warehouse import connect
from jobs.weekly import Request as WeeklyRequest
from jobs.weekly import weekly
from jobs.workspace import Workspace
from tests.fakes import NOON, STAGES, edges
from tests.killed_run import BACKFILL

ROOT = Path(__file__).parent.parent
SUNDAY = date(2026, 11, 15)
WEEKS = ("2026-W44", "2026-W45", "2026-W46")


def put(workspace: Workspace, *ids: str) -> None:
    (workspace.inbox / "deals.csv").write_text("opportunity_id\n" + "\n".join(ids) + "\n")


def fill(workspace: Workspace, request: Request = BACKFILL, **changes: Any) -> Outcome:
    return backfill(workspace, load_settings(workspace.root), request, edges(**changes))


def states(workspace: Workspace, request: Request) -> list[tuple[str, bool]]:
    planned = plan(workspace, request, load_settings(workspace.root), edges())
    return [(each.state, each.is_due) for each in planned]


def pages(workspace: Workspace) -> dict[str, str]:
    return {week: (workspace.out / week / "index.html").read_text() for week in workspace.weeks()}


def tell_week(workspace: Workspace, as_of_on: date, **changes: Any) -> None:
    weekly(workspace, load_settings(workspace.root), WeeklyRequest(as_of_on), edges(**changes))


@pytest.fixture
def loaded(workspace: Workspace) -> Workspace:
    """Two deals are loaded and nothing is scored."""
    put(workspace, "a", "b")
    load(workspace, load_settings(workspace.root), (), edges(), lambda *_: None)
    return workspace


@pytest.mark.parametrize(
    ("title", "from_on", "expected"),
    [
        ("one day is one week", SUNDAY, [15]),
        ("six days back are still one week", date(2026, 11, 9), [15]),
        ("seven days back are two", date(2026, 11, 8), [8, 15]),
        ("the first day is not passed", date(2026, 11, 2), [8, 15]),
    ],
)
def test_dates_step_seven_days_back_from_the_last(title: str, from_on: date, expected: list[int]) -> None:
    assert [day.day for day in Request(from_on, SUNDAY).as_of_dates] == expected, title


def test_every_week_is_published_in_one_run(loaded: Workspace) -> None:
    outcome = fill(loaded)

    assert pages(loaded) == {
        "2026-W44": "2026-11-01: 2 deals\n", "2026-W45": "2026-11-08: 2 deals\n", "2026-W46": "2026-11-15: 2 deals\n",
    }  # fmt: skip
    assert (loaded.out / "index.html").read_text() == "".join(f"{week}\n" for week in WEEKS)
    assert outcome.counts["deals"] == 6
    assert [each.is_due for each in outcome.plan] == [True, True, True]
    with closing(sqlite3.connect(loaded.ledger)) as ledger:
        assert ledger.execute("select command, status from runs order by started_at").fetchall()[-1] == (
            "backfill", "ok",
        )  # fmt: skip
        assert ledger.execute("select as_of_on from run_weeks order by 1").fetchall() == [
            ("2026-11-01",), ("2026-11-08",), ("2026-11-15",),
        ]  # fmt: skip


class TestWhichWeeks:
    def test_missing_are_those_without_scores_or_pages(self, loaded: Workspace) -> None:
        tell_week(loaded, date(2026, 11, 8))
        tell_week(loaded, SUNDAY)
        (loaded.out / "2026-W46").rename(loaded.root / "away")

        assert states(loaded, replace(BACKFILL, rerun="missing")) == [
            ("never_scored", True), ("done", False), ("no_pages", True),
        ]  # fmt: skip

    def test_a_week_that_was_scored_on_another_of_its_days_is_not_missing(self, loaded: Workspace) -> None:
        tell_week(loaded, date(2026, 11, 13))

        assert states(loaded, Request(SUNDAY, SUNDAY)) == [("done", False)]
        fill(loaded, Request(SUNDAY, SUNDAY, "all"))
        assert pages(loaded) == {"2026-W46": "2026-11-15: 2 deals\n"}

    def test_failed_are_those_whose_last_run_failed(self, loaded: Workspace) -> None:
        for day in (date(2026, 11, 8), SUNDAY):
            with pytest.raises(ValueError, match="broken"):
                tell_week(loaded, day, stages=replace(STAGES, build=broken))
        tell_week(loaded, SUNDAY, clock=lambda: NOON + timedelta(hours=1))

        assert states(loaded, replace(BACKFILL, rerun="failed")) == [
            ("never_scored", False), ("failed", True), ("done", False),
        ]  # fmt: skip

    def test_all_are_all(self, loaded: Workspace) -> None:
        fill(loaded)

        assert states(loaded, BACKFILL) == [("done", True)] * 3

    def test_nothing_to_do_publishes_nothing(self, loaded: Workspace) -> None:
        fill(loaded)
        before = (loaded.warehouse.stat().st_mtime_ns, sorted(loaded.snapshots.iterdir()))
        outcome = fill(loaded, replace(BACKFILL, rerun="missing"), clock=lambda: NOON + timedelta(hours=1))

        assert outcome.counts == {}
        assert (loaded.warehouse.stat().st_mtime_ns, sorted(loaded.snapshots.iterdir())) == before

    def test_planning_changes_nothing(self, loaded: Workspace) -> None:
        before = disk.folder_sha256(loaded.root)
        states(loaded, BACKFILL)

        assert disk.folder_sha256(loaded.root) == before


class TestWhatCannotBeDone:
    def test_days_in_the_wrong_order(self, loaded: Workspace) -> None:
        with pytest.raises(UsageError, match="--from: 2026-11-15 is after 2026-11-08"):
            fill(loaded, Request(SUNDAY, date(2026, 11, 8)))

    def test_a_day_that_is_not_over(self, loaded: Workspace) -> None:
        with pytest.raises(UsageError, match="--to: 2026-11-16 is not over"):
            fill(loaded, Request(SUNDAY, NOON.date()))

    def test_a_workspace_that_holds_nothing(self, workspace: Workspace) -> None:
        with pytest.raises(DataRefused, match="nothing was loaded yet"):
            fill(workspace)

    def test_a_check_that_fails_in_one_week_holds_all_back(self, loaded: Workspace) -> None:
        before = disk.folder_sha256(loaded.out)
        failed = CheckResult("team_sums", "", False, 2, ("a", "b"), (date(2026, 11, 8),))
        with pytest.raises(
            CheckFailed, match=r"weeks of 2026-11-01 to 2026-11-15.*\n.*2 rows in 2026-W45, such as a, b"
        ):
            fill(loaded, stages=replace(STAGES, run_checks=lambda *_: (failed,)))

        assert disk.folder_sha256(loaded.out) == before
        assert states(loaded, replace(BACKFILL, rerun="failed")) == [
            ("never_scored", False), ("failed", True), ("never_scored", False),
        ]  # fmt: skip

    def test_an_error_leaves_everything_as_it_was(self, loaded: Workspace) -> None:
        with pytest.raises(ValueError, match="broken"):
            fill(loaded, stages=replace(STAGES, render_week=broken))

        assert loaded.weeks() == ()
        with closing(connect(loaded.warehouse, read_only=True)) as connection:
            assert connection.execute("select * from duckdb_tables() where table_name = 'weeks'").fetchall() == []


def broken(*_: Any, **__: Any) -> None:
    raise ValueError("broken")


def test_what_waits_in_the_inbox_is_not_loaded_but_told(loaded: Workspace) -> None:
    put(loaded, "c")
    outcome = fill(loaded)

    assert outcome.notes == ("1 file waits in the inbox: a back-fill scores what is loaded already",)
    assert (loaded.inbox / "deals.csv").exists()


def steps_of(workspace: Workspace) -> list[str]:
    steps: list[str] = []
    fill(workspace, checkpoint=steps.append)
    return steps


SETTINGS = sha256((shipped.CONFIG / "workspace.toml").read_bytes()).hexdigest()[:16]
STEPS = [
    "copied aside", "built", "checked", "rendered", "prepared", "journal written", "earlier warehouse kept",
    "warehouse published", "out/2026-W44 published", "out/2026-W45 published", "out/2026-W46 published",
    "out/dictionary.html placed", "list of weeks published", f"archive/settings/{SETTINGS}.toml placed",
    "archive/weeks.jsonl placed",
    "manifest written", "oldest warehouses removed", "run settled", "journal dropped",
]  # fmt: skip


def test_the_steps_of_a_backfill(loaded: Workspace) -> None:
    assert steps_of(loaded) == STEPS


@pytest.mark.parametrize("step", range(1, len(STEPS) + 1), ids=STEPS)
def test_a_kill_after_any_step_publishes_all_or_nothing_in_the_end(loaded: Workspace, step: int) -> None:
    child = [sys.executable, str(ROOT / "tests" / "killed_run.py"), str(loaded.root), str(step), "backfill"]
    ended = subprocess.run(child, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert ended.returncode == -signal.SIGKILL

    load(loaded, load_settings(loaded.root), (), edges(), lambda *_: None)
    is_begun = step > STEPS.index("prepared") + 1
    assert loaded.weeks() == (WEEKS if is_begun else ())
    assert read_journal(loaded) is None
    fill(loaded, clock=lambda: NOON + timedelta(hours=1))
    assert loaded.weeks() == WEEKS


def stop_at(step: str) -> Callable[[str], None]:
    def checkpoint(done: str) -> None:
        if done == step:
            raise ValueError(step)

    return checkpoint


def test_a_journal_of_the_version_before_is_finished(loaded: Workspace) -> None:
    with pytest.raises(ValueError, match="journal written"):
        fill(loaded, checkpoint=stop_at("journal written"))
    journal = read_journal(loaded)
    assert journal is not None
    text = loaded.journal.read_text()
    write_journal(loaded, replace(journal, pages=journal.pages[:1]))
    one = loaded.journal.read_text()
    loaded.journal.write_text(one.replace('"pages": [', '"pages": ').replace("}\n ],", "},", 1))

    found = read_journal(loaded)
    assert found is not None
    assert found.pages == (Pages(journal.pages[0].source, "out/2026-W44", journal.pages[0].sha256),)
    assert text != one

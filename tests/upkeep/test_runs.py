"""`batna runs`: what ran, and how it ended."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from jobs.ledger import Ledger, RunRow
from jobs.slot import Slot
from jobs.workspace import Workspace
from tests.commanded import Batna
from tests.fakes import NOON


@pytest.fixture
def batna(capsys: pytest.CaptureFixture[str]) -> Batna:
    return Batna(capsys)


@pytest.fixture
def recorded(workspace: Workspace) -> Workspace:
    """Three runs: one of the schedule, a load with a refused file, and one that is still on."""
    ledger = Ledger(workspace.ledger)
    slot = Slot("weekly", date(2026, 11, 16), NOON)
    ledger.begin(RunRow("20261116T1200-aa", "weekly", NOON, date(2026, 11, 15), ("--restate",), slot))
    ledger.note_counts("20261116T1200-aa", {"rows_in": 12345})
    ledger.note_published("20261116T1200-aa", "snapshots/before-x.duckdb", ["warehouse.duckdb", "out/2026-W46"])
    ledger.end("20261116T1200-aa", NOON + timedelta(seconds=90), "ok", 0, None)
    ledger.begin(RunRow("20261117T1200-ab", "load", NOON + timedelta(days=1)))
    ledger.note_refused("20261117T1200-ab", [{"file": "x.csv", "reason": "x.csv: the header lacks y"}])
    ledger.end("20261117T1200-ab", NOON + timedelta(days=1, seconds=1), "failed", 3, "DataRefused")
    ledger.begin(RunRow("20261118T1200-ba", "backfill", NOON + timedelta(days=2)))
    ledger.note_weeks("20261118T1200-ba", [date(2026, 11, 8)])
    return workspace


def test_the_last_runs_the_latest_first(recorded: Workspace, batna: Batna) -> None:
    assert batna("runs", "--workspace", recorded.root) == 0
    assert [line.split() for line in batna.out.splitlines()[2:]] == [
        ["20261118T1200-ba", "backfill", "running", "2026-11-18T12:00"],
        ["20261117T1200-ab", "load", "failed", "2026-11-17T12:00", "1.0", "DataRefused"],
        ["20261116T1200-aa", "weekly", "2026-11-16", "2026-11-15", "ok", "2026-11-16T12:00", "90.0"],
        ["(3", "rows)"],
    ]
    assert batna("runs", "--workspace", recorded.root, "--limit", "1") == 0
    assert batna.out.splitlines()[-1] == "(1 row)"


def test_for_programs(recorded: Workspace, batna: Batna) -> None:
    assert batna("runs", "--workspace", recorded.root, "--format", "json") == 0
    found = json.loads(batna.out)
    assert [run["status"] for run in found] == ["running", "failed", "ok"]
    assert found[2]["counts"] == {"rows_in": 12345}
    assert found[1]["refused"] == [{"file": "x.csv", "reason": "x.csv: the header lacks y"}]


def test_all_of_one(recorded: Workspace, batna: Batna) -> None:
    assert batna("runs", "show", "20261116", "--workspace", recorded.root) == 0
    assert batna.out.splitlines() == [
        "run            20261116T1200-aa",
        "command        weekly",
        "status         ok",
        "exit code      0",
        "slot           2026-11-16",
        "attempt        1, schedule",
        "as of          2026-11-15",
        "started        2026-11-16T12:00:00+00:00",
        "ended          2026-11-16T12:01:30+00:00",
        "seconds        90.0",
        "asked for      --restate",
        "counts         rows_in 12,345",
        "published      warehouse.duckdb",
        "published      out/2026-W46",
        "before it      snapshots/before-x.duckdb",
    ]


def test_the_last_one_with_its_weeks(recorded: Workspace, batna: Batna) -> None:
    assert batna("runs", "show", "last", "--workspace", recorded.root) == 0
    assert "week           2026-11-08, as the run" in batna.out


def test_why_a_file_was_refused_and_where_the_details_are(recorded: Workspace, batna: Batna) -> None:
    details = recorded.work / "traceback-20261117T1200-ab.txt"
    details.write_text("all of it")
    assert batna("runs", "show", "20261117T1200-ab", "--workspace", recorded.root) == 0
    assert "refused        x.csv: the header lacks y" in batna.out
    assert f"details        {details}" in batna.out
    assert batna("runs", "show", "20261117", "--workspace", recorded.root, "--format", "json") == 0
    assert json.loads(batna.out)["details"] == str(details)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("2026111", "3 runs begin so. Write more of it, such as 20261116T1200-aa"),
        ("x", "no run has this id"),
        ("%", "no run"),
    ],
)
def test_one_that_cannot_be_told_is_a_usage_error(recorded: Workspace, batna: Batna, name: str, said: str) -> None:
    assert batna("runs", "show", name, "--workspace", recorded.root) == 2
    assert said in batna.err


def test_before_anything_has_run(workspace: Workspace, batna: Batna) -> None:
    assert batna("runs", "--workspace", workspace.root) == 0
    assert batna.out == "Nothing has run here yet.\n"
    assert batna("runs", "--workspace", workspace.root, "--format", "json") == 0
    assert json.loads(batna.out) == []
    assert not workspace.ledger.exists()


def test_in_a_folder_that_is_no_workspace(tmp_path: Path, batna: Batna) -> None:
    assert batna("runs", "--workspace", tmp_path) == 2
    assert "this folder is no workspace" in batna.err

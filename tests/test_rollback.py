"""`batna rollback`: an earlier warehouse comes back whole, nothing that was loaded since is lost, and it can be undone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from jobs.disk import file_sha256
from jobs.errors import BatnaError, DataRefused, UsageError
from jobs.ledger import Ledger
from jobs.publish.archive import read_manifest
from jobs.rollback.rollback import Outcome, Request, rollback
from jobs.rollback.snapshots import snapshots
from jobs.settings import load_settings
from jobs.weekly import Request as Week
from jobs.weekly import weekly
from jobs.workspace import Workspace, in_inbox
from tests.acceptance.commands import batna as typed
from tests.acceptance.commands import new_workspace
from tests.commanded import Batna
from tests.fakes import NOON, edges
from tests.killed_run import AS_OF_ON
from tests.person.company import company
from tests.publish.runs import deals, names, put
from tests.rebuild.company import FIRST, LARGER, PEOPLE, POINTS, SETTINGS, arrive

ROOT = Path(__file__).parent.parent
MINUTES = count(1)


def later() -> datetime:
    """A clock that goes on, so that runs are named in their order."""
    return NOON + timedelta(minutes=next(MINUTES))


def written_at(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None).isoformat()


def run(workspace: Workspace, weeks: int = 0) -> None:
    day = AS_OF_ON + timedelta(weeks=weeks)
    weekly(workspace, load_settings(workspace.root), Week(day), edges(clock=later))


def back(workspace: Workspace, to: str = "last", **changes: object) -> Outcome:
    return rollback(workspace, Request(to, **changes), edges(clock=later))  # type: ignore[arg-type]


@pytest.fixture
def twice(workspace: Workspace) -> Workspace:
    """Two weeks of two exports each, of which the second bring three deals more."""
    put(workspace, "first.csv", "a", "b")
    run(workspace)
    put(workspace, "second.csv", "c", "d")
    put(workspace, "third.csv", "e")
    run(workspace, weeks=1)
    return workspace


def test_the_warehouse_before_comes_back_and_what_came_since_waits_in_the_inbox(twice: Workspace) -> None:
    arrived = {line["file_name"]: line["arrived_at"] for line in read_manifest(twice)[1:]}
    outcome = back(twice)
    assert deals(twice) == 2
    assert [path.name for path in in_inbox(twice)] == ["second.csv", "third.csv"]
    assert outcome.put_back == tuple(path.relative_to(twice.inbox).as_posix() for path in in_inbox(twice))
    assert {path.name: written_at(path) for path in in_inbox(twice)} == arrived
    assert [day.isoformat() for day in outcome.untold] == ["2026-11-22"]
    assert names(twice.out) == ["2026-W46", "2026-W47", "dictionary.html", "index.html"], "pages stay"
    assert names(twice.work) == ["review.json"]


def test_the_next_run_loads_again_what_came_since(twice: Workspace) -> None:
    back(twice)
    run(twice, weeks=1)
    assert deals(twice) == 5
    assert names(twice.inbox) == [], "the folders go with the files"
    assert [line.get("rolled_back_by") is None for line in read_manifest(twice)] == [True, False, False, True, True]


def test_a_rollback_is_undone_by_another(twice: Workspace) -> None:
    before = {path: file_sha256(path) for path in (twice.warehouse, twice.manifest, twice.week_records)}
    outcome = back(twice)
    undone = back(twice, outcome.undo)
    assert {path: file_sha256(path) for path in before} == before
    assert names(twice.inbox) == []
    assert (undone.put_back, len(undone.withdrawn), undone.untold) == ((), 2, ())


def test_undone_after_another_run_the_files_of_both_branches_are_told_apart(twice: Workspace) -> None:
    first = back(twice)
    next(path for path in in_inbox(twice) if path.name == "third.csv").unlink()
    put(twice, "fourth.csv", "f")
    run(twice, weeks=1)
    assert deals(twice) == 5
    outcome = back(twice, first.undo)
    assert deals(twice) == 5
    assert [Path(name).name for name in outcome.put_back] == ["fourth.csv"], "the second export is in it already"
    run(twice, weeks=1)
    assert deals(twice) == 6


@pytest.mark.parametrize("step", range(1, 12))
def test_a_kill_after_any_step_leaves_one_or_the_other_and_the_next_run_finishes(twice: Workspace, step: int) -> None:
    child = [sys.executable, str(ROOT / "tests" / "killed_run.py"), str(twice.root), str(step), "rollback"]
    ended = subprocess.run(child, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert deals(twice) in (2, 5)
    run(twice, weeks=1)
    assert deals(twice) == 5, "no row is lost, and none is there twice"
    assert in_inbox(twice) == ()
    assert names(twice.work) == ["review.json"]


def test_nothing_is_changed_by_a_dry_run(twice: Workspace) -> None:
    before = {path: path.read_bytes() for path in sorted(twice.root.rglob("*")) if path.is_file()}
    assert len(back(twice, dry_run=True).put_back) == 2
    own = {twice.ledger}
    after = {path: path.read_bytes() for path in sorted(twice.root.rglob("*")) if path.is_file()}
    assert {path for path in before | after if before.get(path) != after.get(path)} == own


def test_a_broken_warehouse_is_put_aside(twice: Workspace) -> None:
    twice.warehouse.write_bytes(b"broken")
    outcome = back(twice)
    assert deals(twice) == 2
    [broken, good] = snapshots(twice)
    assert (broken.name, good.fault) == (outcome.undo, "")
    assert "the warehouse is damaged: it is no DuckDB file" in broken.fault
    with pytest.raises(DataRefused, match="the warehouse is damaged"):
        back(twice, broken.name)


def test_a_file_that_could_not_come_again_stops_it(twice: Workspace) -> None:
    (twice.archive / "000002-second.csv").unlink()
    with pytest.raises(DataRefused, match=r"000002-second.csv was loaded since .* would be lost\. .*--without"):
        back(twice)
    assert deals(twice) == 5
    outcome = back(twice, without=("000002-second.csv",))
    assert [Path(name).name for name in outcome.put_back] == ["third.csv"]


def test_without_room_for_the_copy_nothing_is_changed(twice: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.publish.prepare.shutil.disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 0))  # type: ignore[attr-defined]
    with pytest.raises(BatnaError, match=r"needs \d+ MB of free disk, and has \d MB\. Make room"):
        back(twice)
    assert deals(twice) == 5


@pytest.mark.parametrize(
    ("wanted", "fault"), [("before-1999", 'there is no snapshot "before-1999"'), ("before-", "2 snapshots have a name")]
)
def test_a_name_that_is_none(twice: Workspace, wanted: str, fault: str) -> None:
    run(twice, weeks=2)
    with pytest.raises(UsageError, match=fault):
        back(twice, wanted)


def test_what_it_says(twice: Workspace, batna: Batna) -> None:
    assert batna("rollback", "--workspace", twice.root, "--format", "json") == 0
    [listed] = json.loads(batna.out)
    assert (listed["files"], listed["weeks"], listed["latest"]) == (1, 1, "2026-11-15")
    assert batna("rollback", "--workspace", twice.root, "--to", listed["snapshot"]) == 0
    assert f"back to   {listed['snapshot']}: 1 files, 1 weeks, the latest 2026-11-15" in batna.out
    assert "000002/second.csv" in batna.out
    assert "take out first what must not come again" in batna.out
    [run_id] = [
        row["run_id"] for row in Ledger(twice.ledger).rows("select run_id from runs where command = 'rollback'")
    ]
    assert f"undo      batna rollback --to before-{run_id}" in batna.out


def test_a_rebuild_makes_the_warehouse_of_the_branch_that_stands(tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path / "acme", SETTINGS)
    arrive(workspace, "2026-08-04T06:00", {"deals.csv": FIRST, **PEOPLE, "points.csv": POINTS})
    assert typed("load", "--workspace", workspace.root).code == 0
    arrive(workspace, "2026-08-13T06:00", {"deals.csv": LARGER, **PEOPLE})
    assert typed("load", "--workspace", workspace.root).code == 0
    assert typed("rollback", "--to", "last", "--workspace", workspace.root).code == 0
    assert_rebuilt(workspace)
    assert typed("load", "--workspace", workspace.root).code == 0
    assert_rebuilt(workspace)


def assert_rebuilt(workspace: Workspace) -> None:
    ended = typed("rebuild", "--dry-run", "--workspace", workspace.root)
    assert ended.code == 0, ended.err
    assert "are those of the warehouse before" in ended.out


def test_nobody_who_was_erased_comes_back(tmp_path: Path) -> None:
    workspace = company(tmp_path / "acme")
    [snapshot] = snapshots(workspace)
    backup = Path(shutil.copy(snapshot.path, tmp_path / snapshot.path.name))
    assert typed("person", "erase", "REP-77", "--yes", "--workspace", workspace.root).code == 0
    assert snapshots(workspace) == (), "erasing removes every earlier warehouse"
    shutil.copy(backup, snapshot.path)
    ended = typed("rollback", "--to", "last", "--workspace", workspace.root)
    assert ended.code == 3
    assert "it is from before somebody was erased, and would bring them back" in ended.err

"""`batna retention`: what is kept no longer is said first, then goes; the last of everything stays."""

from __future__ import annotations

import json
import os
import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from jobs.disk import file_sha256
from jobs.ledger import Ledger
from jobs.retention.retain import retain
from jobs.schedule.job import run_job
from jobs.settings import load_settings
from jobs.slot import Slot
from jobs.stages import Edges, shipped_stages
from jobs.workspace import Workspace
from tests.acceptance.commands import batna, new_workspace, rows, weekly
from tests.fakes import NOON
from tests.person.company import FILES, SETTINGS
from tests.person.test_keep import DEALS, FIRST, LAST, NEXT, export

SHORT = SETTINGS + "[keep]\nreport_weeks = 2\narchive_weeks = 3\nreject_weeks = 4\n"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Three weeks, five and four apart, each with a full export; a refused row of the first."""
    workspace = new_workspace(tmp_path_factory.mktemp("told") / "acme", SETTINGS)
    for day in (FIRST, NEXT, LAST):
        export(workspace, f"deals-{day}.csv", DEALS.replace("Harbour", f"Harbour {day}"), day)
        if day == FIRST:
            export(workspace, "reps.csv", FILES["reps.csv"], day)
            export(workspace, "points.csv", FILES["points.csv"].replace("D4,", "D3,"), day)
        ended = weekly(workspace, day)
        assert ended.code == 0, ended.err
    for path in workspace.rejects.iterdir():
        at = datetime.fromisoformat(FIRST).timestamp()
        os.utime(path, (at, at))
    return workspace


@pytest.fixture
def old(told: Workspace, tmp_path: Path) -> Workspace:
    """The same under settings that keep little."""
    workspace = Workspace(Path(shutil.copytree(told.root, tmp_path / "acme")))
    workspace.settings_file.write_text(SHORT, encoding="utf-8")
    return workspace


def files(workspace: Workspace) -> dict[str, str]:
    found = (path for path in workspace.root.rglob("*") if path.is_file() and path != workspace.ledger)
    return {path.relative_to(workspace.root).as_posix(): file_sha256(path) for path in found}


GONE = {"rejects/points.csv", f"archive/000001-deals-{FIRST}.csv"}


def test_it_is_said_first_and_nothing_is_changed(old: Workspace) -> None:
    before = files(old)
    ended = batna("retention", "--dry-run", "--workspace", old.root)
    assert ended.code == 0, ended.err
    assert ended.out == (
        "Would be removed:\n"
        "  out/2026-W24\n"
        "  out/2026-W29\n"
        f"  archive/000001-deals-{FIRST}.csv: weeks before 2026-07-25 are not told again\n"
        "  rejects/points.csv\n"
        "Nothing was changed.\n"
    )
    assert files(old) == before


def test_then_it_goes_and_the_list_of_weeks_follows(old: Workspace) -> None:
    before = set(files(old))
    assert batna("retention", "--workspace", old.root).out.startswith("Removed:\n  out/2026-W24\n")
    gone = before - set(files(old))
    assert {name for name in gone if not name.startswith("out/")} == GONE
    assert old.weeks() == ("2026-W33",), "the latest week stays"
    assert "2026-W29" not in (old.out / "index.html").read_text()
    assert batna("retention", "--workspace", old.root).out == "Nothing is older than it is kept.\n"
    assert rows(old, "select count(distinct as_of_on) as n from scores.rep_scorecard") == [{"n": 3}], "history stays"


def test_a_rebuild_tells_the_weeks_that_can_be_told_whatever_is_set_since(old: Workspace) -> None:
    assert batna("retention", "--workspace", old.root).code == 0
    old.settings_file.write_text(SETTINGS, encoding="utf-8")
    ended = batna("rebuild", "--dry-run", "--workspace", old.root)
    assert ended.code == 0, ended.err
    assert "weeks     1 scored again, 2 left out: their exports are gone" in ended.out


def test_people_go_out_of_old_scores_and_the_warehouse_before_is_a_snapshot(old: Workspace) -> None:
    old.settings_file.write_text(SHORT + "[people]\nkeep_weeks = 5\n", encoding="utf-8")
    snapshots = len(list(old.snapshots.iterdir()))
    assert "scores.rep_scorecard: people in 2 rows before 2026-07-11" in batna("retention", "--workspace", old.root).out
    assert rows(old, "select distinct as_of_on from scores.rep_scorecard order by 1") == [
        {"as_of_on": NEXT}, {"as_of_on": LAST},
    ]  # fmt: skip
    assert len(list(old.snapshots.iterdir())) == snapshots + 1


@pytest.mark.parametrize("people", ["", "[people]\nkeep_weeks = 5\n"], ids=["", "one more comes by this very run"])
def test_snapshots_beyond_the_number_are_said_first_too(old: Workspace, people: str) -> None:
    old.settings_file.write_text(f"{SETTINGS}[keep]\nsnapshots = 1\n{people}", encoding="utf-8")
    before = set(old.snapshots.iterdir())
    said = batna("retention", "--dry-run", "--workspace", old.root).out
    assert set(old.snapshots.iterdir()) == before
    done = batna("retention", "--workspace", old.root).out
    assert done.splitlines()[1:] == said.splitlines()[1:-1]
    gone = {f"  snapshots/{path.name}" for path in before - set(old.snapshots.iterdir())}
    assert gone == {line for line in done.splitlines() if "snapshots/" in line}
    assert len(gone) == len(before) - (not people)
    assert len(list(old.snapshots.iterdir())) == 1


def test_the_schedule_does_it_too(old: Workspace) -> None:
    edges = Edges(shipped_stages(), lambda: NOON)
    run_job(old, load_settings(old.root), Slot("retention", date(2026, 11, 15), NOON), edges, {})
    assert old.weeks() == ("2026-W33",)
    [row] = Ledger(old.ledger).rows("select slot, status, counts from runs where command = 'retention'")
    assert (row["slot"], row["status"], json.loads(row["counts"])) == (
        "2026-11-15",
        "ok",
        {"rows": 0, "weeks": 2, "files": 2, "deliveries": 0},
    )


def test_one_that_is_cut_short_is_done_by_the_next(old: Workspace) -> None:
    class Killed(BaseException):
        pass

    def die(step: str) -> None:
        raise Killed(step)

    with pytest.raises(Killed, match="list of weeks published"):
        retain(old, load_settings(old.root), Edges(shipped_stages(), lambda: NOON, checkpoint=die))
    assert len(old.weeks()) == 3
    assert batna("retention", "--workspace", old.root).code == 0
    assert old.weeks() == ("2026-W33",)


def test_where_nothing_was_published_nothing_goes(tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path / "acme", SHORT)
    assert batna("retention", "--workspace", workspace.root).out == "Nothing is older than it is kept.\n"

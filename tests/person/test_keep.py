"""people.keep_weeks: what is said of people is kept so long, and what deals teach stays."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from jobs.workspace import Workspace
from tests.acceptance.commands import batna, new_workspace, put, rows, weekly
from tests.person.company import FILES, SETTINGS

FIRST, NEXT, LAST = "2026-06-13", "2026-07-18", "2026-08-15"  # with keep_weeks = 5, the first is too old on the last
KEPT = SETTINGS + "[people]\nkeep_weeks = 5\n"
DEALS = """opportunity_id,opportunity_name,rep_id,stage,amount,created_at,close_on,modified_at
D1,Harbour,REP-77,Negotiation,50,2026-05-01T12:00:00,2026-09-15,2026-06-01T12:00:00
D3,Mill,REP-2,Negotiation,60,2026-05-01T12:00:00,2026-09-15,2026-06-01T12:00:00
"""


def export(workspace: Workspace, name: str, text: str, day: str) -> None:
    """A file that arrived on a day."""
    put(workspace, {name: text})
    at = datetime.fromisoformat(day).timestamp()
    os.utime(workspace.inbox / name, (at, at))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Three weeks, the first of them too old after the last; three full exports and one increment."""
    workspace = new_workspace(tmp_path_factory.mktemp("kept") / "acme", KEPT)
    for number, day in enumerate((FIRST, NEXT, LAST)):
        arrived = (datetime.fromisoformat(day) - timedelta(days=number == 1 and 30)).date().isoformat()
        export(workspace, f"deals-{day}.csv", DEALS.replace("Harbour", f"Harbour {day}"), arrived)
        if number == 0:
            export(workspace, "reps.csv", FILES["reps.csv"], day)
            export(workspace, "quotas.csv", FILES["quotas.csv"] + "REP-77,2026-04-01,100\n", day)
        if number == 2:
            snapshot = workspace.snapshots / "before-20260601T000000-00000000.duckdb"
            snapshot.write_bytes(b"an old one")
            told = batna("person", "due", "--workspace", workspace.root)
            assert told.code == 0
        ended = weekly(workspace, day)
        assert ended.code == 0, ended.err
    return workspace


def test_pages_older_than_that_are_gone_and_no_list_names_them(kept: Workspace) -> None:
    assert kept.weeks() == ("2026-W29", "2026-W33")
    assert "2026-W24" not in (kept.out / "index.html").read_text()


def test_scores_keep_the_deals_without_the_people(kept: Workspace) -> None:
    cards = rows(kept, "select as_of_on, count(*) as n from scores.rep_scorecard group by 1 order by 1")
    assert [row["as_of_on"] for row in cards] == [NEXT, LAST]
    deals = rows(
        kept,
        "select as_of_on, count(*) as deals, count(rep_id) as owners from scores.deal_positions group by 1 order by 1",
    )
    assert deals[0] == {"as_of_on": FIRST, "deals": deals[0]["deals"], "owners": 0}
    assert deals[0]["deals"] > 0
    assert deals[2]["owners"] == deals[2]["deals"]
    assert {row["book_kind"] for row in rows(kept, f"select book_kind from scores.books where as_of_on = '{FIRST}'")} == {
        "team", "company",
    }  # fmt: skip


def test_old_snapshots_are_gone_and_the_latest_stays(kept: Workspace) -> None:
    names = [path.name for path in kept.snapshots.iterdir()]
    assert "before-20260601T000000-00000000.duckdb" not in names
    assert names


def test_full_exports_go_once_a_later_one_is_old_and_increments_stay(kept: Workspace) -> None:
    lines = {json.loads(line)["file_name"]: json.loads(line) for line in kept.manifest.read_text().splitlines()}
    assert (lines[f"deals-{FIRST}.csv"]["is_archived"], lines[f"deals-{FIRST}.csv"]["removed_by"]) == (
        False,
        "people.keep_weeks",
    )
    assert {name for name, line in lines.items() if line["is_archived"]} == {
        f"deals-{NEXT}.csv", f"deals-{LAST}.csv", "reps.csv", "quotas.csv",
    }  # fmt: skip
    assert {path.name for path in kept.archive.glob("0*")} == {
        line["archive"] for line in lines.values() if line["is_archived"]
    }


def test_afterwards_nothing_is_due(kept: Workspace) -> None:
    told = batna("person", "due", "--workspace", kept.root)
    assert (told.code, told.out) == (0, "people.keep_weeks is 5: nothing is older.\n")


def test_what_is_due_is_said_beforehand_and_the_run_s_own_week_stays(tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path / "acme", KEPT)
    put(workspace, {"deals.csv": DEALS, "reps.csv": FILES["reps.csv"]})
    for day in (LAST, FIRST):
        assert weekly(workspace, day).code == 0
    assert workspace.weeks() == ("2026-W24", "2026-W33"), "a week that was just asked for is not taken away"
    told = batna("person", "due", "--workspace", workspace.root).out
    assert "removes what lies before 2026-07-11:" in told
    assert "out/2026-W24" in told
    assert "scores.rep_scorecard: people in 2 rows" in told


def test_before_anything_was_published_nothing_can_be_said(tmp_path: Path) -> None:
    assert batna("person", "due", "--workspace", new_workspace(tmp_path / "acme").root).code == 3

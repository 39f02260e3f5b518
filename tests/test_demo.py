"""The demo: the whole job, with its real stages, on the invented company."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from jobs import cli
from jobs.demo import demo
from jobs.disk import folder_sha256
from jobs.errors import UsageError
from jobs.settings import load_settings
from jobs.stages import Edges, shipped_stages
from jobs.warehouse import connect
from jobs.weekly import Outcome, Request, weekly
from jobs.workspace import Workspace
from tests.models.test_contract import CONTRACT

AS_OF_ON = date(2026, 11, 15)


@pytest.fixture(scope="module")
def edges() -> Edges:
    return Edges(shipped_stages(), lambda: datetime.now(UTC))


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, sample_company: tuple[Workspace, Outcome]
) -> tuple[Workspace, Outcome]:
    """A copy to change."""
    (sample, outcome), root = sample_company, tmp_path_factory.mktemp("demo") / "batna-demo"
    shutil.copytree(sample.root, root)
    return Workspace(root), replace(outcome, report=root / outcome.report.relative_to(sample.root))


@pytest.fixture
def workspace(made: tuple[Workspace, Outcome]) -> Workspace:
    return made[0]


def test_it_ends_with_a_report(made: tuple[Workspace, Outcome]) -> None:
    workspace, outcome = made
    assert outcome.report == workspace.out / "2026-W46" / "index.html"
    assert outcome.report.is_file()
    assert (workspace.out / "index.html").is_file()


def test_nothing_of_the_sample_is_refused(made: tuple[Workspace, Outcome]) -> None:
    counts = made[1].counts
    assert counts["files_refused"] == counts["rows_refused"] == 0
    assert counts["rows_in"] == counts["rows_loaded"] + counts["rows_unchanged"]
    assert counts["reps"] == 24


# Contract columns that a first week of the sample cannot fill.
EMPTY = {
    "rep_scorecard.next_quarter_strength": "the sample has no quotas of the next quarter yet",
    "team_scorecard.next_quarter_strength": "the sample has no quotas of the next quarter yet",
    "company_week.next_quarter_strength": "the sample has no quotas of the next quarter yet",
    "team_scorecard.deals_needed": "no team is weak",
    "company_week.deals_needed": "the company is not weak",
    "rep_scorecard.unlogged_share": "the quarter is two weeks old: no deal was won below its line",
    "team_scorecard.unlogged_share": "the quarter is two weeks old: no deal was won below its line",
    "company_week.unlogged_share": "the quarter is two weeks old: no deal was won below its line",
    "unneeded_discounts.without_probability_at_start": "no earlier week was scored: batna backfill",
    "unneeded_discounts.unneeded_discount_amount": "no earlier week was scored: batna backfill",
    "unneeded_discounts.pressure_discount_amount": "no earlier week was scored: batna backfill",
    "effects.reason": "every effect is reported",
    "correlation.correlation_low": "the correlation is set, not estimated",
    "correlation.correlation_high": "the correlation is set, not estimated",
    "correlation.rep_quarter_count": "the correlation is set, not estimated",
    "correlation.deal_count": "the correlation is set, not estimated",
}
NO_ROWS = {
    "willingness": "no earlier week was scored: batna backfill",
    "contests": "nobody contests a row of the sample",
    "contest_counts": "nobody contests a row of the sample",
}


@pytest.mark.parametrize("mart", sorted(CONTRACT.keys() - NO_ROWS.keys()))
def test_every_column_of_the_contract_is_filled(workspace: Workspace, mart: str) -> None:
    columns = CONTRACT[mart].split()
    counts = ", ".join(f"count({column})" for column in columns)
    with closing(connect(workspace.warehouse, read_only=True)) as connection:
        [found] = connection.execute(f"select {counts} from marts.{mart}").fetchall()

    assert {f"{mart}.{column}" for column, count in zip(columns, found, strict=True) if count == 0} <= EMPTY.keys()


def test_what_cannot_be_measured_of_the_sample_is_named(workspace: Workspace) -> None:
    with closing(connect(workspace.warehouse, read_only=True)) as connection:
        missing = connection.execute(
            "select measure, reason from marts.data_quality where not is_measurable"
        ).fetchall()

    assert dict(missing) == {
        "next_quarter_strength": "missing",
        "pressure_discount_amount": "weeks_not_scored",
        "unneeded_discount_amount": "weeks_not_scored",
        "willingness": "weeks_not_scored",
        "without_calibration": "weeks_not_scored",
    }


def test_pages_carry_no_run_and_no_place(workspace: Workspace) -> None:
    run = json.loads(workspace.manifest.read_text().splitlines()[0])["sha256"]
    for path in workspace.out.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert str(workspace.root) not in text
        assert run not in text


def test_a_second_run_of_the_week_gives_the_same_bytes_and_rows(workspace: Workspace, edges: Edges) -> None:
    pages, rows = folder_sha256(workspace.out), tables(workspace)
    weekly(workspace, load_settings(workspace.root), Request(AS_OF_ON), edges)
    assert folder_sha256(workspace.out) == pages
    assert tables(workspace) == rows


def test_the_register_of_declines_is_the_mart(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["declined", "--format", "json", "--workspace", str(workspace.root)]) == 0
    register = json.loads(capsys.readouterr().out)
    sql = "select * from marts.declined_deals order by quarter_start_on, decided_at, opportunity_id"
    assert cli.main(["sql", sql, "--format", "json", "--workspace", str(workspace.root)]) == 0
    assert register == json.loads(capsys.readouterr().out)
    assert register


def test_a_second_demo_in_the_same_folder_is_the_same(workspace: Workspace, edges: Edges) -> None:
    pages = folder_sha256(workspace.out)
    (workspace.inbox / "left_behind.csv").write_text("of somebody\n")
    demo(workspace.root, AS_OF_ON, edges)
    assert folder_sha256(workspace.out) == pages
    assert list(workspace.inbox.iterdir()) == []


def test_the_demo_does_not_depend_on_the_clock(workspace: Workspace, tmp_path: Path) -> None:
    early = Edges(shipped_stages(), lambda: datetime(2026, 1, 1, tzinfo=UTC))
    demo(tmp_path / "early", AS_OF_ON, early)
    assert folder_sha256(tmp_path / "early" / "out") == folder_sha256(workspace.out)


@pytest.mark.parametrize("name", ["batna.toml", "notes.txt"])
def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path, edges: Edges, name: str) -> None:
    (tmp_path / name).write_text("mine\n")
    with pytest.raises(UsageError, match="this folder is in use"):
        demo(tmp_path, AS_OF_ON, edges)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def tables(workspace: Workspace) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in a fixed order."""
    with closing(connect(workspace.warehouse, read_only=True)) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where not temporary order by all"
        ).fetchall()
        return {name: connection.execute(f"select * from {name} order by all").fetchall() for (name,) in names}


def test_earlier_weeks_come_before_the_one_that_is_asked_for(tmp_path: Path, edges: Edges) -> None:
    outcome = demo(tmp_path / "batna-demo", AS_OF_ON, edges, weeks=3)

    with closing(connect(tmp_path / "batna-demo" / "warehouse.duckdb", read_only=True)) as connection:
        scored = connection.execute("select as_of_on, scored_number from ops.weeks order by as_of_on").fetchall()
    assert scored == [(date(2026, 11, 1), 1), (date(2026, 11, 8), 1), (AS_OF_ON, 2)]
    assert outcome.counts["files"] > 0 < outcome.counts["rows_loaded"]
    assert outcome.report.parent.name == "2026-W46"

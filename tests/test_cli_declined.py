"""`batna declined` as a person types it: the register of a quarter, and none said in words."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from datetime import date

import duckdb
import pytest

from jobs.declined import span_of
from jobs.errors import UsageError
from jobs.workspace import Workspace
from tests.commanded import Batna


def write(workspace: Workspace, sql: str) -> None:
    with closing(duckdb.connect(str(workspace.warehouse))) as connection:
        connection.execute(sql)


class TestDeclined:
    def decline(self, workspace: Workspace, opportunity_id: str, quarter_start_on: str) -> None:
        write(
            workspace,
            f"insert into marts.declined_deals values ('{opportunity_id}', 'ada', '{quarter_start_on}', "
            f"'{quarter_start_on} 10:00', 'economics', 'declared', 100, 120, 130, 5, 15, true, null, null)",
        )

    def ask(self, batna: Batna, workspace: Workspace, *arguments: str) -> str:
        assert batna("declined", "--workspace", workspace.root, *arguments) == 0, batna.err
        return batna.out

    def test_none_is_said_in_words(self, scored: Workspace, batna: Batna) -> None:
        write(scored, "insert into marts.data_quality values ('declined_count', true, null, null)")
        assert self.ask(batna, scored) == "None. Nobody has recorded a decline.\n"
        assert self.ask(batna, scored, "--quarter", "2026-Q3") == "None. Nobody has recorded a decline in 2026-Q3.\n"
        assert self.ask(batna, scored, "--format", "json") == "[]\n"

    def test_none_with_what_may_be_some(self, scored: Workspace, batna: Batna) -> None:
        write(scored, "insert into marts.possible_declines values ('x', 'ada'), ('y', 'bo')")
        assert self.ask(batna, scored) == (
            "None. Nobody has recorded a decline. 2 lost deals may be some: review/declines.csv lists them.\n"
        )

    def test_not_measurable_names_what_is_missing(self, scored: Workspace, batna: Batna) -> None:
        write(
            scored,
            "insert into marts.data_quality values ('declined_count', false, 'declines', 'opportunity_id')",
        )
        assert self.ask(batna, scored).startswith("Not measurable. No file of the entity declines was loaded")

    def test_json_has_every_column_of_the_mart(self, scored: Workspace, batna: Batna) -> None:
        self.decline(scored, "x", "2026-07-01")
        self.decline(scored, "y", "2026-10-01")
        register = json.loads(self.ask(batna, scored, "--format", "json"))
        assert [row["opportunity_id"] for row in register] == ["x", "y"]
        assert batna("sql", "from marts.declined_deals order by 1", "--format", "json", "--workspace", scored.root) == 0
        assert register == json.loads(batna.out)

    def test_one_quarter(self, scored: Workspace, batna: Batna) -> None:
        self.decline(scored, "x", "2026-07-01")
        self.decline(scored, "y", "2026-10-01")
        rows = csv.DictReader(io.StringIO(self.ask(batna, scored, "--quarter", "2026-q4", "--format", "csv")))
        assert [row["opportunity_id"] for row in rows] == ["y"]
        assert "2026-10-01  y" in self.ask(batna, scored, "--quarter", "2026-Q4")

    def test_before_a_week_was_scored(self, workspace: Workspace, batna: Batna) -> None:
        (workspace.inbox / "deals.csv").write_text("opportunity_id\na\n")
        assert batna("load", "--workspace", workspace.root) == 0
        assert batna("declined", "--workspace", workspace.root) == 3
        assert (
            "files have been loaded here, and no week has been scored by this version. Run `batna weekly`." in batna.err
        )

    @pytest.mark.parametrize("label", ["2026", "Q3", "2026-Q5", "2026-07", ""])
    def test_a_bad_quarter_is_a_usage_error(self, scored: Workspace, batna: Batna, label: str) -> None:
        assert batna("declined", "--workspace", scored.root, "--quarter", label) == 2
        assert "Write a fiscal year and quarter, such as 2026-Q3" in batna.err

    @pytest.mark.parametrize(
        ("label", "first_month", "start"),
        [
            ("2026-Q1", 1, date(2026, 1, 1)),
            ("2026-Q4", 1, date(2026, 10, 1)),
            ("2026-Q1", 2, date(2025, 2, 1)),
            ("2026-Q4", 2, date(2025, 11, 1)),
            ("2027-Q1", 7, date(2026, 7, 1)),
            ("2026-Q2", 12, date(2026, 3, 1)),
        ],
    )
    def test_a_fiscal_year_is_named_after_the_year_it_ends_in(self, label: str, first_month: int, start: date) -> None:
        span = span_of(label, first_month)
        assert (span.label, span.quarter_start_on) == (label, start)

    def test_a_label_may_be_short(self) -> None:
        assert span_of("2026q3", 1).label == "2026-Q3"
        with pytest.raises(UsageError):
            span_of("26-Q3", 1)

"""The query library answers on the sample company, and `batna tables` and `columns` say what there is."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from jobs import shipped
from jobs.analyst.answer import answer
from jobs.analyst.library import asked, library, read_asked
from jobs.analyst.question import Limits, Question
from jobs.errors import UsageError
from jobs.models import read_models
from jobs.warehouse import connect_for_questions
from jobs.weekly import Outcome
from jobs.workspace import Workspace
from tests.commanded import Batna

LIMITS = Limits(1024, 60)
NAMES = tuple(library())
# Questions that one week of the sample company cannot answer, each with the reason that its own file gives.
SILENT = {"does_willingness_pay": "batna backfill scores them"}


@pytest.fixture
def connection(sample_company: tuple[Workspace, Outcome]) -> Iterator[DuckDBPyConnection]:
    with closing(connect_for_questions(sample_company[0].warehouse, LIMITS.memory_mb)) as opened:
        yield opened


@pytest.fixture
def sample(sample_company: tuple[Workspace, Outcome], batna: Batna, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("BATNA_WORKSPACE", str(sample_company[0].root))
    return sample_company[0]


def test_there_are_enough() -> None:
    assert len(NAMES) >= 25


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_an_answer_or_says_why_not(connection: DuckDBPyConnection, name: str) -> None:
    question = asked(name)
    count = answer(connection, Question(question.sql, "csv", question.values({})), LIMITS, io.BytesIO())
    assert (count == 0) == (name in SILENT)
    assert SILENT.get(name, "") in question.without_rows


@pytest.mark.parametrize("name", NAMES)
def test_every_question_is_asked_of_marts_alone_and_answered_in_order(name: str) -> None:
    question = asked(name)
    sql = re.sub("^--.*$", "", question.sql, flags=re.MULTILINE)
    tables = set(re.findall(r"\b(?:from|join) ([a-z_.]+)", sql)) - set(re.findall(r"(\w+) as \($", sql, re.MULTILINE))
    assert {table for table in tables if not table.startswith("marts.")} <= {"unnest"}
    assert re.search(r"^order by ", question.sql, re.MULTILINE), "the same rows stand in the same order"


@pytest.mark.parametrize("name", NAMES)
def test_every_file_begins_with_its_question(name: str) -> None:
    question = asked(name)
    assert re.fullmatch(r"[A-Z].+\?", question.question)
    assert re.fullmatch(r"[A-Z].+\.", question.without_rows)
    assert set(re.findall(r"\$(\w+)", question.sql)) == {each.name for each in question.parameters}


def test_no_question_is_built_as_a_model() -> None:
    assert [model.name for model in read_models(shipped.SQL) if model.name.startswith("adhoc.")] == []


def test_parameters_have_defaults_that_can_be_said_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "how_many.sql"
    path.write_text(
        "-- How many?\n-- $least = 5: at least.\n-- $team = null: one team.\n-- Without rows: None.\nselect 1\n"
    )
    question = read_asked(path)
    assert question.question == "How many?"
    assert question.values({}) == {"least": "5", "team": None}
    assert question.values({"team": "North"}) == {"least": "5", "team": "North"}
    with pytest.raises(UsageError, match=r"how_many has no \$tem. It has \$least, \$team"):
        question.values({"tem": "North"})


class TestCommands:
    def test_the_list_names_every_question(self, sample: Workspace, batna: Batna) -> None:
        assert batna("ask", "--format", "json") == 0
        assert [row["name"] for row in json.loads(batna.out)] == list(NAMES)

    def test_a_question_with_a_parameter(self, sample: Workspace, batna: Batna) -> None:
        assert batna("ask", "declined_deals", "--param", "quarter=2026-Q3", "--format", "json") == 0
        days = [row["decided_on"] for row in json.loads(batna.out)]
        assert days
        assert all("2026-07-31" < day < "2026-11-01" or "2025-07-31" < day < "2026-02-01" for day in days)

    def test_approvals_that_were_missing_were_missing(self, sample: Workspace, batna: Batna) -> None:
        assert batna("ask", "missing_approvals", "--format", "json") == 0
        assert all(row["missing_approvals"] and row["approval_faults"] for row in json.loads(batna.out))

    def test_no_rows_are_explained_beside_them(self, sample: Workspace, batna: Batna) -> None:
        assert batna("ask", "does_willingness_pay", "--format", "json") == 0
        assert json.loads(batna.out) == []
        assert batna.err.startswith("It needs weeks that were scored")

    def test_no_rows_of_one_quarter_say_nothing_of_the_others(self, sample: Workspace, batna: Batna) -> None:
        assert batna("ask", "declined_deals", "--param", "quarter=2031-Q1", "--format", "json") == 0
        assert batna.err.startswith("There is nothing with quarter = 2030-")
        assert "Without that, no rows would mean: Nobody has recorded a decline" in batna.err

    def test_a_name_with_a_slip(self, sample: Workspace, batna: Batna) -> None:
        assert batna("ask", "who_can_wlak") == 2
        assert (
            batna.err
            == 'NAME: there is no question "who_can_wlak". The nearest is who_can_walk; `batna ask` lists them.\n'
        )

    def test_the_list_is_text(self, sample: Workspace, batna: Batna) -> None:
        assert batna("ask", "--format", "xlsx", "--output", "a.xlsx") == 2

    def test_tables_have_their_grain(self, sample: Workspace, batna: Batna) -> None:
        assert batna("tables", "--format", "json") == 0
        marts = {row["mart"]: row for row in json.loads(batna.out)}
        assert marts.keys() == {
            model.name.removeprefix("marts.") for model in read_models(shipped.SQL) if model.schema == "marts"
        }
        assert marts["rep_scorecard"]["grain"] == "One row per rep and as-of date."
        assert all(row["grain"].startswith("One row per ") and row["holds"] for row in marts.values())

    @pytest.mark.parametrize("name", ["rep_scorecard", "marts.rep_scorecard"])
    def test_a_table_has_its_columns(self, sample: Workspace, batna: Batna, name: str) -> None:
        assert batna("tables", name, "--format", "json") == 0
        columns = {row["column"]: row for row in json.loads(batna.out)}
        assert columns["gap_amount"]["type"] == "decimal(18,4)"
        assert "at or below 0 the quarter is made" in columns["gap_amount"]["meaning"]

    def test_a_mart_with_a_slip(self, sample: Workspace, batna: Batna) -> None:
        assert batna("tables", "rep_scorecrd") == 2
        assert (
            batna.err
            == 'MART: there is no mart "rep_scorecrd". The nearest is rep_scorecard; `batna tables` lists them.\n'
        )

    @pytest.mark.parametrize(
        ("pattern", "mart", "column"),
        [
            ("Buffer", "deal_positions", "buffer_ratio"),
            ("apostrophe's", None, None),
            ("buyer can read", "rep_conduct", "signalled_strength"),
            ("held%low", "rep_scorecard", "held_share_low"),
        ],
    )
    def test_columns_by_name_meaning_or_pattern(
        self, sample: Workspace, batna: Batna, pattern: str, mart: str | None, column: str | None
    ) -> None:
        assert batna("columns", pattern, "--format", "json") == 0
        found = [(row["mart"], row["column"]) for row in json.loads(batna.out)]
        assert ((mart, column) in found) if mart else found == []


def test_the_page_lists_every_question_as_it_is_asked() -> None:
    page = (shipped.ROOT / "docs" / "sql.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| (\w+) \| ([^?|]+\?)", page, re.MULTILINE))
    assert listed == {each.name: each.question for each in library().values()}

"""What a spreadsheet would run is kept from it, and comes back as it was."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from jobs.formulas import KEPT, harmless
from jobs.load.entities import entities
from jobs.render.people import people_of
from jobs.review import write_corrections, write_declines
from tests.load.loading import Loader
from tests.render.companies import sample
from tests.render.warehouse import AS_OF

RUN = ("=1+1", "-1+1", "+cmd", "@sum(a1)", "＝1", "\t=1", "'=1", "''-x", "=cmd|' /C calc'!A0")
PLAIN = ("-", "-5", "+49 170", "-1.234,50", "-5 %", "", "a=1", "'a", "Ada", "'")


@pytest.mark.parametrize("text", RUN)
def test_it_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", PLAIN)
def test_other_text_stays(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("text", [*RUN, *PLAIN])
def test_it_can_be_taken_off_again(text: str) -> None:
    found = duckdb.execute("select regexp_replace(?, ?, '\\1')", [harmless(text), KEPT]).fetchone()
    assert found == (text,)


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))[1:]


def test_a_possible_decline_is_asked_about_and_answered_under_its_own_id(tmp_path: Path) -> None:
    connection = sample().connection
    connection.execute(
        "create table scores.weeks as select ?::date as as_of_on, ?::date as quarter_start_on", [AS_OF] * 2
    )
    connection.execute("alter table scores.possible_declines add column closed_on date")
    connection.execute("alter table scores.possible_declines add column loss_reason varchar")
    connection.execute(
        "update scores.possible_declines set opportunity_id = '=D' || opportunity_id, opportunity_name = '=1+1'"
    )
    write_declines(connection, people_of(connection, AS_OF, "named"), AS_OF, tmp_path / "declines.csv")
    asked = cells(tmp_path / "declines.csv")
    assert asked
    assert {(row[0][:3], row[1]) for row in asked} == {("'=D", "'=1+1")}
    loader = Loader(tmp_path)
    answers = "opportunity_id,opportunity_name,answer\n" + "".join(f"{row[0]},{row[1]},we_left\n" for row in asked)
    loader.load({"declines.csv": answers})
    known = connection.execute("select opportunity_id from scores.possible_declines where as_of_on = ?", [AS_OF])
    assert set(loader.rows("select opportunity_id from raw.decline_reviews")) == set(known.fetchall())


def test_a_contest_comes_back_as_the_same_contest(tmp_path: Path) -> None:
    loader, name = Loader(tmp_path), tmp_path / "corrections.csv"
    header = "row_kind,opportunity_id,rep_id,measure,contested_at,contested_by,claim,status\n"
    loader.load({"corrections.csv": header + "position,''=D1,,amount,2026-11-03T09:00:00Z,Ada,'=1+1,open\n"})
    contest = "select opportunity_id, measure, contested_at, claim from raw.corrections"
    [first] = loader.rows(contest)
    assert (first[0], first[3]) == ("'=D1", "=1+1")
    connection = sample().connection
    made = connection.execute("create or replace table scores.contests (as_of_on date, filed_rep_id varchar)")
    for column in entities()["corrections"].columns:
        kind = "timestamp" if column.kind == "time" else "varchar"
        made.execute(f"alter table scores.contests add column {column.name} {kind}")
    made.execute(
        "insert into scores.contests (as_of_on, row_kind, opportunity_id, measure, contested_at, contested_by, claim, "
        "status) values (?, 'position', ?, ?, ?, 'Ada', ?, 'open')",
        [AS_OF, *first],
    )
    write_corrections(connection, people_of(connection, AS_OF, "named"), AS_OF, name)
    [row] = cells(name)
    assert "''=D1" in row
    assert "'=1+1" in row
    loader.load({"corrections.csv": name.read_text(encoding="utf-8")})
    assert set(loader.rows(contest)) == {first}

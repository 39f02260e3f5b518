"""Two hundred hostile queries are refused or stopped, and none of them changes a byte of the workspace."""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from jobs.analyst.answer import answer
from jobs.analyst.ask import ask as ask_apart
from jobs.analyst.question import Limits, Question
from jobs.analyst.refused import Refused
from jobs.errors import BatnaError
from jobs.warehouse import connect_for_questions
from jobs.workspace import Workspace
from tests.analyst.bombs import ENDLESS, LARGE
from tests.analyst.conftest import hashes
from tests.analyst.hostile import REFUSED


@pytest.fixture
def besieged(published: Workspace, tmp_path: Path) -> Workspace:
    """A workspace with things to steal in it and beside it."""
    (published.archive / "manifest.jsonl").write_text('{"secret": 1}\n')
    (published.ledger).write_bytes(b"SQLite format 3\0")
    other = tmp_path / "other"
    other.mkdir()
    with closing(duckdb.connect(str(other / "other.duckdb"))) as connection:
        connection.execute("create table secret as select 42 as a")
        connection.execute(f"copy secret to '{other}/a.parquet'; copy secret to '{other}/a.csv'")
    return published


def placed(query: str, workspace: Workspace, tmp_path: Path) -> str:
    """The query with its paths."""
    other = tmp_path / "other"
    places = {"{place}": workspace.root, "{other}": other, "{db}": other / "other.duckdb"}
    for name, path in places.items():
        query = query.replace(name, str(path))
    return query


def test_there_are_two_hundred_of_them() -> None:
    everything = {" ".join(each.lower().split()) for each in (*REFUSED, *LARGE, *ENDLESS)}
    assert len(everything) == len(REFUSED) + len(LARGE) + len(ENDLESS) >= 200


def test_what_writes_reads_files_or_changes_settings_is_refused(besieged: Workspace, tmp_path: Path) -> None:
    before = hashes(tmp_path)
    answered = []
    for query in REFUSED:
        with closing(connect_for_questions(besieged.warehouse, 128)) as connection:
            try:
                answer(connection, Question(placed(query, besieged, tmp_path)), Limits(128, 60), io.BytesIO())
                answered.append(query)
            except BatnaError:
                pass
    assert answered == []
    assert hashes(tmp_path) == before


def test_nor_would_they_do_harm_if_the_kind_of_a_statement_were_not_looked_at(
    besieged: Workspace, tmp_path: Path
) -> None:
    """Safety rests on the locks: what they let pass (temporary tables, empty transactions) changes no byte either."""
    before = hashes(tmp_path)
    passed = 0
    for query in REFUSED:
        with closing(connect_for_questions(besieged.warehouse, 128)) as connection:
            try:
                connection.execute(placed(query, besieged, tmp_path)).fetchall()
                passed += 1
            except (duckdb.Error, ValueError, AttributeError):
                pass
    assert hashes(tmp_path) == before
    assert 0 < passed < len(REFUSED) / 4


@pytest.mark.parametrize("sql", LARGE, ids=lambda sql: sql[:60])
def test_what_wants_too_much_memory_is_refused(besieged: Workspace, sql: str) -> None:
    before = hashes(besieged.root)
    with pytest.raises(Refused):
        ask_apart(besieged, Question(sql), Limits(memory_mb=64, timeout_seconds=30), io.BytesIO())
    assert hashes(besieged.root) == before


@pytest.mark.parametrize("sql", ENDLESS, ids=lambda sql: sql[:60])
def test_what_goes_on_for_ever_is_stopped(besieged: Workspace, sql: str) -> None:
    before = hashes(besieged.root)
    with pytest.raises(Refused, match=r"stopped after 1 seconds|more memory"):
        ask_apart(besieged, Question(sql, "csv"), Limits(memory_mb=64, timeout_seconds=1), Sink())
    assert hashes(besieged.root) == before


class Sink(io.BytesIO):
    """Keeps nothing of what is written."""

    def write(self, data: object) -> int:
        return len(data)  # type: ignore[arg-type]

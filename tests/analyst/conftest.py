"""A small published warehouse, and questions to it in this process."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from jobs.analyst.answer import answer
from jobs.analyst.question import Limits, Question
from jobs.warehouse import connect_for_questions
from jobs.workspace import Workspace

LIMITS = Limits(memory_mb=128, timeout_seconds=60)
MADE = """
create schema raw; create schema scores; create schema marts;
create table raw.opportunities as select * from (values ('a', 1.5), ('b', -2.5), ('c', null)) as deals (opportunity_id, amount);
create table scores.rep_scorecard as
    select 'ada' as rep_id, 'Ada' as rep_name, date '2026-10-01' as quarter_start_on, 61.5 as batna_strength;
create view marts.rep_scorecard as select * from scores.rep_scorecard;
create view marts.deal_positions as select opportunity_id, amount, 'clear' as zone from raw.opportunities;
"""
Ask = Callable[..., str]


@pytest.fixture
def published(workspace: Workspace) -> Workspace:
    """A workspace with a warehouse of a few rows."""
    with closing(duckdb.connect(str(workspace.warehouse))) as connection:
        connection.execute(MADE)
    return workspace


@pytest.fixture
def connection(published: Workspace) -> Iterator[DuckDBPyConnection]:
    """What a question sees."""
    with closing(connect_for_questions(published.warehouse, LIMITS.memory_mb)) as opened:
        yield opened


@pytest.fixture
def ask(connection: DuckDBPyConnection) -> Ask:
    """The text that a question is answered with."""

    def asked(sql: str, form: str = "table", **parameters: str | None) -> str:
        out = io.BytesIO()
        answer(connection, Question(sql, form, parameters), LIMITS, out)
        return out.getvalue().decode()

    return asked


def hashes(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

"""review/: what people are asked to fill in and drop into inbox/: possible declines, and contests."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from jobs.formulas import harmless
from jobs.load.entities import Column, entities
from jobs.render.people import People, people_of
from jobs.settings import Settings

_DECLINES = """
select
    opportunity_id,
    opportunity_name,
    account_name,
    rep_name,
    closed_on,
    amount,
    loss_reason,
    signals,
    '' as answer,
    '' as reason,
    '' as confirmed_by,
    rep_id,
    team
from scores.possible_declines
where as_of_on = ?
order by closed_on >= (select max(quarter_start_on) from scores.weeks where as_of_on = ?) desc,
    contains(signals, 'words') desc, amount desc nulls last, opportunity_id
limit ?
"""
_REP_NAME, _REP_ID, _TEAM = 3, 11, 12


def write_review(connection: DuckDBPyConnection, settings: Settings, as_of_on: date, folder: Path) -> None:
    """Write declines.csv and corrections.csv below `folder`, naming people as people.level allows."""
    people = people_of(connection, as_of_on, settings.people.level)
    write_declines(connection, people, as_of_on, folder / "declines.csv", settings.declines.max_candidates)
    write_corrections(connection, people, as_of_on, folder / "corrections.csv")


def write_declines(
    connection: DuckDBPyConnection, people: People, as_of_on: date, path: Path, max_candidates: int = 20
) -> None:
    """Write the deals that may be declines, as many as are asked about; those of the quarter go first.

    One column is to be filled: answer, with we_left, they_left or void; reason and confirmed_by may be.
    The file is written with its header alone where there is nothing to ask.
    """
    offered = connection.execute(_DECLINES, [as_of_on, as_of_on, max_candidates])
    header = [column[0] for column in offered.description or ()][:_REP_ID]
    _write(path, header, (_named(people, row) for row in offered.fetchall()))


def write_corrections(connection: DuckDBPyConnection, people: People, as_of_on: date, path: Path) -> None:
    """Write the header of the entity corrections, and the contests that are open, to be settled.

    They name people by id, so where people are not shown by name the file is its header alone.
    """
    columns = entities()["corrections"].columns
    rows: Sequence[tuple[Any, ...]] = ()
    if people.are_named:
        rows = connection.execute(
            f"select {', '.join(map(_as_filed, columns))} from scores.contests where as_of_on = ? and status = 'open' "
            "order by contested_at, row_kind, opportunity_id, rep_id, measure",
            [as_of_on],
        ).fetchall()
    _write(path, [column.name for column in columns], rows)


def _as_filed(column: Column) -> str:
    """SQL of a cell that is read back as what it was: a settled row is the same contest only with the same key."""
    if column.kind == "time":  # with its zone: without, the workspace's would be taken for it
        return f"strftime({column.name}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    return "filed_rep_id" if column.name == "rep_id" else column.name


def _named(people: People, row: Sequence[Any]) -> Sequence[Any]:
    """The row with the name that may be shown, and without the columns that tell it."""
    name = people.name(row[_REP_ID], row[_REP_NAME], row[_TEAM])
    return [*row[:_REP_NAME], name, *row[_REP_NAME + 1 : _REP_ID]]


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """What a spreadsheet would run has an apostrophe before it, which is taken off when the file comes back."""
    cells = ([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *cells])

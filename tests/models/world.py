"""A tiny warehouse for tests of the models: rows of canonical entities in, rows of any table out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from jobs.build import build
from jobs.load.entities import create_raw_tables, entities
from jobs.settings import parse_settings

EVER = "1900-01-01 00:00:00"
AS_OF = date(2026, 8, 15)

Row = Mapping[str, Any]

CALENDAR = """
[batna]
correlation = 0
"""


def world(
    tables: Mapping[str, Iterable[Row]], *, settings: str = CALENDAR, as_of: Sequence[date] = (AS_OF,)
) -> DuckDBPyConnection:
    """Build the models on these rows; the rows of one entity are one file, loaded in the order given. No week where as_of is empty."""
    connection = duckdb.connect(config={"threads": 2})
    connection.execute("set TimeZone = 'UTC'")
    create_raw_tables(connection)
    add(connection, tables)
    if as_of:
        build(connection, parse_settings(settings), as_of)
    return connection


def add(connection: DuckDBPyConnection, tables: Mapping[str, Iterable[Row]]) -> None:
    """A file per entity, after those that are there."""
    [(last,)] = connection.execute("select coalesce(max(file_number), 0) from ops.files").fetchall()
    for number, (entity, rows) in enumerate(tables.items(), start=last + 1):
        _file(connection, entity, number)
        for record, row in enumerate(rows, start=2):
            _insert(connection, entity, row, number, record)


def _file(connection: DuckDBPyConnection, entity: str, number: int) -> None:
    connection.execute(
        "insert into ops.files (file_number, file_name, entity, profile, rows_in) values (?, ?, ?, 'generic', 0)",
        [number, f"{entity}.csv", entity],
    )


def _insert(connection: DuckDBPyConnection, entity: str, row: Row, file_number: int, record: int) -> None:
    known_from = row.get("version_from_at") or _event(entity, row) or EVER
    values = {"file_number": file_number, "record_number": record, "is_gone": False, **row}
    values["version_from_at"] = known_from
    columns = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join("?" * len(values))
    connection.execute(f"insert into raw.{entity} ({columns}) values ({marks})", list(values.values()))


def _event(entity: str, row: Row) -> Any:
    if entity == "opportunities":
        return row.get("modified_at") or row.get("created_at")
    return next((row[name] for name in entities()[entity].event if row.get(name)), None)


def rows(connection: DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries."""
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def one(connection: DuckDBPyConnection, query: str) -> dict[str, Any]:
    """The only row of a query."""
    found = rows(connection, query)
    assert len(found) == 1, found
    return found[0]


def deal(opportunity_id: str, **columns: Any) -> dict[str, Any]:
    """An open deal of rep r1 in negotiation, created and last changed before the as-of date, closing in the quarter."""
    return {
        "opportunity_id": opportunity_id, "rep_id": "r1", "stage": "Negotiation", "amount": 50, "close_on": "2026-09-15",
        "created_at": "2026-05-01 12:00:00", "modified_at": "2026-08-01 12:00:00", **columns,
    }  # fmt: skip


def quota(amount: float, rep_id: str = "r1", **columns: Any) -> dict[str, Any]:
    """A quota for the quarter of the as-of date."""
    return {"rep_id": rep_id, "period_start_on": "2026-07-01", "quota_amount": amount, **columns}

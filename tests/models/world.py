"""A tiny warehouse for tests of the models: rows of canonical entities in, rows of any table out.

Only what a test reads is built, when it is read: most tests look at one table, and a build of all of them takes a second.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from jobs import shipped
from jobs.build import prepare, step_inputs, steps
from jobs.load.entities import create_raw_tables, entities
from jobs.models import in_order, needed, read_models
from jobs.settings import parse_settings

EVER = "1900-01-01 00:00:00"
AS_OF = date(2026, 8, 15)

_TABLE = re.compile(r"\b(?:staging|working|scores|marts)\.\w+")

Row = Mapping[str, Any]

CALENDAR = """
[batna]
correlation = 0
"""


class World:
    """A warehouse on which a statement finds the models that it names, and what they read, built on the rows of the start.

    A statement that names no model (it looks into the catalogue, or changes raw or ops) finds the whole built.
    """

    def __init__(self, connection: DuckDBPyConnection, steps: Mapping[str, Callable[[], None]]) -> None:
        self._connection, self._steps = connection, steps
        self._made: set[str] = set()

    def execute(self, statement: str, parameters: object = None) -> DuckDBPyConnection:
        """Run a statement, as the connection does."""
        self._make(set(_TABLE.findall(statement)) & step_inputs(read_models(shipped.SQL)).keys())
        return self._connection.execute(statement, parameters)

    def whole(self) -> DuckDBPyConnection:
        """The connection, every model built."""
        self._make(set())
        return self._connection

    def forget(self, changed: str) -> None:
        """Make again what rests on a table into which a test has put rows of its own, when it is read."""
        inputs = step_inputs(read_models(shipped.SQL))
        stale = {changed}
        for name in in_order(inputs):
            if inputs[name] & stale:
                stale.add(name)
        self._made -= stale - {changed}

    def _make(self, wanted: set[str]) -> None:
        inputs = step_inputs(read_models(shipped.SQL))
        names = needed(inputs, wanted).keys() if wanted else self._steps.keys()
        for name, step in self._steps.items():
            if name in names and name not in self._made:
                step()
                self._made.add(name)


def world(
    tables: Mapping[str, Iterable[Row]],
    *,
    settings: str = CALENDAR,
    as_of: Sequence[date] = (AS_OF,),
    arrived_at: str | None = None,
) -> World:
    """These rows, those of one entity one file, loaded in the order given, and the models on them. No week where as_of is empty."""
    connection = empty()
    add(connection, tables)
    connection.execute("update ops.files set arrived_at = ?", [arrived_at])
    return seen(connection, settings=settings, as_of=as_of) if as_of else World(connection, {})


def seen(connection: DuckDBPyConnection, *, settings: str = CALENDAR, as_of: Sequence[date] = (AS_OF,)) -> World:
    """The models on what a warehouse holds."""
    prepare(connection, parse_settings(settings), as_of)
    return World(connection, steps(connection, parse_settings(settings)))


def empty() -> DuckDBPyConnection:
    """A warehouse without a row."""
    connection = duckdb.connect(config={"threads": 2})
    connection.execute("set TimeZone = 'UTC'")
    create_raw_tables(connection)
    return connection


def add(connection: World | DuckDBPyConnection, tables: Mapping[str, Iterable[Row]]) -> None:
    """A file per entity, after those that are there."""
    [(last,)] = connection.execute("select coalesce(max(file_number), 0) from ops.files").fetchall()
    for number, (entity, rows) in enumerate(tables.items(), start=last + 1):
        _file(connection, entity, number)
        for record, row in enumerate(rows, start=2):
            _insert(connection, entity, row, number, record)


def _file(connection: World | DuckDBPyConnection, entity: str, number: int) -> None:
    connection.execute(
        "insert into ops.files (file_number, file_name, entity, profile, rows_in) values (?, ?, ?, 'generic', 0)",
        [number, f"{entity}.csv", entity],
    )


def _insert(connection: World | DuckDBPyConnection, entity: str, row: Row, file_number: int, record: int) -> None:
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


def rows(connection: World | DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries."""
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def one(connection: World | DuckDBPyConnection, query: str) -> dict[str, Any]:
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

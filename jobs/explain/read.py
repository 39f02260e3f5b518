"""Rows of the published warehouse by the names of their columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from duckdb import DuckDBPyConnection

Record = dict[str, Any]


def rows(connection: DuckDBPyConnection, query: str, values: Sequence[object] | dict[str, object]) -> list[Record]:
    """All rows, each by the names of its columns."""
    cursor = connection.execute(query, values)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def one(connection: DuckDBPyConnection, query: str, values: Sequence[object] | dict[str, object]) -> Record | None:
    """The only row; None without one."""
    found = rows(connection, query, values)
    return found[0] if found else None


def has_table(connection: DuckDBPyConnection, schema: str, name: str) -> bool:
    """Whether this warehouse has such a table or view."""
    query = "select count(*) from information_schema.tables where table_schema = ? and table_name = ?"
    [(count,)] = connection.execute(query, [schema, name]).fetchall()
    return bool(count)

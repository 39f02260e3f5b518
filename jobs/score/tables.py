"""How the steps in Python write their tables: whole columns at once, only the dates being scored."""

from __future__ import annotations

from typing import Any

from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

Columnar = NDArray[Any]


def replace_dates(connection: DuckDBPyConnection, table: str, columns: dict[str, Columnar]) -> None:
    """Rows of the dates being scored take the place of those that were there; other dates stay."""
    connection.execute(f"delete from {table} where as_of_on in (select as_of_on from staging.weeks)")
    insert(connection, table, columns)


def insert(connection: DuckDBPyConnection, table: str, columns: dict[str, Columnar]) -> None:
    """Add rows; columns that are not named stay NULL."""
    if len(next(iter(columns.values()))):
        connection.register("answered", columns)
        connection.execute(f"insert into {table} by name select * from answered")
        connection.unregister("answered")

"""Rows of one as-of date as dataclasses whose fields are the columns that pages use."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar, get_type_hints

from duckdb import DuckDBPyConnection

Row = TypeVar("Row")
Key = TypeVar("Key", bound=Hashable)

_SQL_TYPES = {
    Decimal: "decimal(38, 4)",
    float: "double",
    int: "bigint",
    bool: "boolean",
    str: "varchar",
    datetime: "timestamp",
    date: "date",
}


class Reader:
    """Reads a table's rows of one as-of date as the dataclass whose fields are its columns."""

    def __init__(self, connection: DuckDBPyConnection, as_of_on: date) -> None:
        self._connection = connection
        self._as_of_on = as_of_on

    def rows(self, table: str, row_type: type[Row], order_by: str) -> tuple[Row, ...]:
        query = f"select {_columns(row_type)} from {table} where as_of_on = ? order by {order_by}"
        return as_rows(row_type, self._connection.execute(query, [self._as_of_on]).fetchall())


def as_rows(row_type: type[Row], values: Sequence[tuple[Any, ...]]) -> tuple[Row, ...]:
    """Tuples in the order of a dataclass's fields, as that dataclass."""
    return tuple(row_type(*row) for row in values)


def sql_types(row_type: type[Any]) -> dict[str, str]:
    """Column name -> SQL type of the fields of a row."""
    hints = get_type_hints(row_type)
    return {field.name: _sql_type(hints[field.name]) for field in fields(row_type)}


def _sql_type(hint: Any) -> str:
    return next(_SQL_TYPES[kind] for kind in getattr(hint, "__args__", (hint,)) if kind in _SQL_TYPES)


def _columns(row_type: type[Any]) -> str:
    return ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in sql_types(row_type).items())


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, tuple[Row, ...]]:
    """The rows by a key, in their order."""
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {name: tuple(members) for name, members in groups.items()}

"""Where a warehouse names people: told by the canonical columns that do, and by the names of columns made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from jobs.load.entities import entities
from jobs.load.sql import name

SCHEMAS = ("raw", "staging", "scores", "ops")
_KINDS = {"book_id": "book_kind", "group_id": "group_kind"}
_BY_FIELD = {"old_value": "field", "new_value": "field", "value": "column_name"}


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of text. names_person: SQL, true in the rows where its value stands for a person."""

    table: str
    column: str
    names_person: str

    @property
    def quoted(self) -> str:
        return name(self.column)


def person_names() -> frozenset[str]:
    """The canonical columns that name somebody who works here."""
    return frozenset(c.name for entity in entities().values() for c in entity.columns if c.is_person)


def text_columns(connection: DuckDBPyConnection) -> tuple[TextColumn, ...]:
    """Every column of text in every table, in the order of the catalogue."""
    rows = connection.execute(
        "select columns.schema_name || '.' || columns.table_name, columns.column_name, columns.data_type "
        "from duckdb_columns() as columns inner join duckdb_tables() as tables using (table_oid, database_oid) "
        "where columns.schema_name in (select unnest(?)) and columns.database_name = current_database() "
        "order by 1, columns.column_index",
        [list(SCHEMAS)],
    ).fetchall()
    siblings: dict[str, list[str]] = {}
    for table, column, _ in rows:
        siblings.setdefault(table, []).append(column)
    return tuple(_columns(rows, siblings))


def _columns(rows: Sequence[tuple[str, str, str]], siblings: Mapping[str, Sequence[str]]) -> Iterator[TextColumn]:
    known = person_names()
    for table, column, kind in rows:
        if kind == "VARCHAR":
            yield TextColumn(table, column, names_person(column, siblings[table], known))


def names_person(column: str, siblings: Sequence[str], known: frozenset[str]) -> str:
    """SQL, true in the rows of a table with these columns where this one stands for a person."""
    if column in known or column.endswith(("_by", "_by_name", "rep_name", "rep_id")):
        return "true"
    if _KINDS.get(column) in siblings:
        return f"{_KINDS[column]} = 'rep'"
    if _BY_FIELD.get(column) in siblings:
        listed = ", ".join(f"'{each}'" for each in sorted(known))
        return f"{_BY_FIELD[column]} in ({listed})"
    return "false"

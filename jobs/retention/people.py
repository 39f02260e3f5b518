"""People in scores of weeks that are older than people.keep_weeks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from duckdb import DuckDBPyConnection

from jobs.person.columns import TextColumn, text_columns


def rows_of_people(connection: DuckDBPyConnection, before: date, own: Sequence[date] = ()) -> Mapping[str, int]:
    """Rows of scores before a date that name people, by table; but for the dates of this run."""
    return dict(_rows(connection, before, own, "select count(*) from {table} where {old}"))


def forget_scores(connection: DuckDBPyConnection, before: date, own: Sequence[date] = ()) -> None:
    """Take people out of scores before a date, but for the dates of this run; rows that are about a person alone go."""
    for statement in ("delete from {table} where {old} and {is_of_person}", "update {table} set {cleared} where {old}"):
        dict(_rows(connection, before, own, statement))


def has(connection: DuckDBPyConnection, table: str, column: str) -> bool:
    """Whether the warehouse has this column."""
    query = "select 1 from duckdb_columns() where schema_name || '.' || table_name = ? and column_name = ?"
    return connection.execute(query, [table, column]).fetchone() is not None


def _rows(
    connection: DuckDBPyConnection, before: date, own: Sequence[date], statement: str
) -> Iterator[tuple[str, int]]:
    """Run a statement on every scores table that names people in old rows; its count, where it is not 0."""
    tables: dict[str, list[TextColumn]] = {}
    for column in text_columns(connection):
        if column.table.startswith("scores.") and column.names_person != "false":
            tables.setdefault(column.table, []).append(column)
    for table, columns in tables.items():
        named = " or ".join(f"({c.quoted} is not null and {c.names_person})" for c in columns)
        of_deals = has(connection, table, "opportunity_id")
        parts = {
            "table": table,
            "old": f"as_of_on < ? and as_of_on not in (select unnest(?::date[])) and ({named})",
            "is_of_person": "opportunity_id is null" if of_deals else "true",
            "cleared": ", ".join(
                f"{c.quoted} = case when {c.names_person} then null else {c.quoted} end" for c in columns
            ),
        }
        row = connection.execute(statement.format(**parts), [before, list(own)]).fetchone()
        if row and row[0]:
            yield table, int(row[0])

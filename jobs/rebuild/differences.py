"""What a rebuilt warehouse says otherwise than the one before it: rows of raw, ops and scores, counted by table."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from jobs.load.sql import literal, name, names

SCHEMAS = ("raw", "ops", "scores")


@dataclass(frozen=True, slots=True)
class Difference:
    """A table in which the warehouses differ: rows of the earlier one alone, and of the rebuilt one alone."""

    table: str
    earlier_count: int
    rebuilt_count: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every difference; row_count is of the rebuilt warehouse. unread: why the earlier one cannot be compared."""

    row_count: int
    table_count: int
    differences: tuple[Difference, ...] = ()
    unread: str | None = None


def compare(rebuilt: Path, earlier: Path) -> Comparison:
    """Hold every row of the rebuilt warehouse against the earlier one; both are only read."""
    with closing(duckdb.connect()) as connection:
        connection.execute(f"attach {literal(str(rebuilt))} as rebuilt (read_only)")
        tables = _tables(connection, "rebuilt")
        row_count = sum(_count(connection, f"rebuilt.{table}") for table in tables)
        if not earlier.exists():
            return Comparison(row_count, len(tables), unread="there was none")
        try:
            connection.execute(f"attach {literal(str(earlier))} as earlier (read_only)")
            every = {**_tables(connection, "earlier"), **tables}
            found = [_difference(connection, table) for table in sorted(every)]
        except duckdb.Error as error:
            return Comparison(row_count, len(tables), unread=f"it cannot be read ({type(error).__name__})")
    differences = tuple(each for each in found if each.earlier_count or each.rebuilt_count)
    return Comparison(row_count, len(tables), differences)


def _tables(connection: DuckDBPyConnection, database: str) -> dict[str, tuple[str, ...]]:
    """Columns by table, of the schemas that are compared; which version wrote a warehouse is no difference."""
    rows = connection.execute(
        "select schema_name, table_name, list(column_name order by column_name) from duckdb_columns() "
        "where database_name = ? and list_contains(?, schema_name) and table_name <> 'version' group by all",
        [database, list(SCHEMAS)],
    ).fetchall()
    return {f"{name(schema)}.{name(table)}": tuple(columns) for schema, table, columns in rows}


def _difference(connection: DuckDBPyConnection, table: str) -> Difference:
    """Rows by the hash of all their cells: each side's, less what the other one has too."""
    earlier, rebuilt = _tables(connection, "earlier").get(table), _tables(connection, "rebuilt").get(table)
    plain = table.replace('"', "")
    if earlier is None or rebuilt is None or earlier != rebuilt:
        sides = (("earlier", earlier), ("rebuilt", rebuilt))
        return Difference(plain, *(_count(connection, f"{side}.{table}") if columns else 0 for side, columns in sides))
    counted = " union all ".join(
        f"select hash({names(rebuilt)}) as content, {sign} as sign from {side}.{table}"
        for side, sign in (("earlier", 1), ("rebuilt", -1))
    )
    row = connection.execute(
        "select coalesce(sum(surplus) filter (surplus > 0), 0), coalesce(-sum(surplus) filter (surplus < 0), 0) "
        f"from (select sum(sign) as surplus from ({counted}) group by content)"
    ).fetchone()
    return Difference(plain, int(row[0]), int(row[1])) if row else Difference(plain, 0, 0)


def _count(connection: DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0

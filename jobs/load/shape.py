"""Warehouses that another version of batna has written: brought up to this one's shape, or refused with what to do.

A run brings up its own copy, so a warehouse is of the one shape or the other, whatever happens to the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from duckdb import DuckDBPyConnection

from jobs.disk_faults import published_place
from jobs.errors import BatnaError
from jobs.load.entities import FORMAT, create_raw_tables, raw_tables
from jobs.load.sql import literal
from jobs.warehouse import connect

Shape = Mapping[str, Mapping[str, str]]  # type by column, by table


def open_warehouse(path: Path, *, read_only: bool = False) -> DuckDBPyConnection:
    """A warehouse for a run: its own copy, brought up to this version, or the published one to read.

    Raises BatnaError where it cannot be opened, or a version wrote it that this one cannot go on from.
    """
    connection = connect(path, read_only=read_only)
    try:
        require_known(connection, path)
        if not read_only:
            bring_up(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def require_known(connection: DuckDBPyConnection, path: Path) -> None:
    """Raises BatnaError where a later version wrote this warehouse."""
    if "ops.version" not in _shape(connection):
        return
    for number, written_by in connection.execute("select format, written_by from ops.version").fetchall():
        if number > FORMAT:
            fault = f"batna {written_by} wrote it (format {number}), and this is {version('batna')} (format {FORMAT})"
            mend = "Run that version here, or go back to a warehouse that this one can read: `batna rollback`"
            raise BatnaError(str(published_place(path)), fault, mend)


def bring_up(connection: DuckDBPyConnection, path: Path) -> None:
    """Add the tables and columns that this version has and the one that wrote it had not; they are empty.

    What was loaded before stays as it was read. Raises BatnaError where a column is of another kind now.
    """
    there = _shape(connection)
    if "ops.files" not in there:
        return
    added = _added(there, path)
    create_raw_tables(connection)
    for table, column, sql_type, about in added:
        connection.execute(f'alter table {table} add column "{column}" {sql_type}')
        connection.execute(f'comment on column {table}."{column}" is {literal(about)}')
    now = (FORMAT, version("batna"))
    if connection.execute("select format, written_by from ops.version").fetchall() != [now]:
        connection.execute("delete from ops.version")
        connection.execute("insert into ops.version values (?, ?)", now)


def _added(there: Shape, path: Path) -> list[tuple[str, str, str, str]]:
    added = []
    for table, (_, columns) in raw_tables().items():
        for column, (sql_type, about) in columns.items() if table in there else ():
            found = there[table].get(column)
            if found is None:
                added.append((table, column, sql_type, about))
            elif found != _kind(sql_type):
                fault = f"another version wrote it: {table}.{column} is {found} there, and {_kind(sql_type)} here"
                raise BatnaError(str(published_place(path)), fault, "Make it again from archive/: `batna rebuild`")
    return added


def _shape(connection: DuckDBPyConnection) -> Shape:
    query = (
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns() "
        "where schema_name in ('raw', 'ops') and database_name = current_database()"
    )
    found: dict[str, dict[str, str]] = {}
    with closing(connection.cursor()) as cursor:
        for table, column, kind in cursor.execute(query).fetchall():
            found.setdefault(table, {})[column] = _kind(kind)
    return found


def _kind(sql_type: str) -> str:
    """A type in one spelling."""
    return sql_type.replace(" ", "").upper()

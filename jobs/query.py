"""Questions to the published warehouse. Nothing here can change it, or read any other file."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any, BinaryIO

import duckdb
import polars as pl
from duckdb import DuckDBPyConnection

from jobs.errors import BatnaError, DataRefused
from jobs.output import WRITERS, Result
from jobs.warehouse import connect
from jobs.workspace import Workspace

FORMATS = (*WRITERS, "parquet", "xlsx")
BINARY_FORMATS = ("parquet", "xlsx")
ROWS_AT_ONCE = 10_000


def query(workspace: Workspace, sql: str, form: str, out: BinaryIO) -> None:
    """Write the result of a select in one of FORMATS.

    Raises BatnaError where the warehouse refuses the statement, DataRefused where there is no warehouse.
    """
    with closing(opened(workspace)) as connection:
        try:
            if form in BINARY_FORMATS:
                _write_binary(connection, sql, form, out)
            else:
                connection.execute(sql)
                _write_text(connection, form, out)
        except duckdb.Error as error:
            raise BatnaError("sql", str(error).strip().rstrip(".")) from None


def opened(workspace: Workspace) -> DuckDBPyConnection:
    """The published warehouse, locked down. Raises DataRefused where there is none yet."""
    if not workspace.warehouse.exists():
        mend = "Run `batna weekly` first"
        raise DataRefused(str(workspace.warehouse), "nothing has been published here yet", mend)
    return connect(workspace.warehouse, read_only=True)


def result_of(connection: DuckDBPyConnection) -> Result:
    """Columns and rows of the statement that was just executed."""
    columns = [column[0] for column in connection.description or ()]
    return Result(columns, _rows(connection))


def _rows(connection: DuckDBPyConnection) -> Iterator[Sequence[Any]]:
    while rows := connection.fetchmany(ROWS_AT_ONCE):
        yield from rows


def _write_text(connection: DuckDBPyConnection, form: str, out: BinaryIO) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    try:
        WRITERS[form](result_of(connection), text)
    finally:
        text.detach()  # which flushes it, and leaves `out` open


def _write_binary(connection: DuckDBPyConnection, sql: str, form: str, out: BinaryIO) -> None:
    """Parquet or Excel, by way of a buffer: both want to go back in the file, which a pipe cannot."""
    relation = connection.sql(sql)
    if relation is None:
        raise BatnaError("sql", "this statement gives no rows", "Ask with a select")
    frame, buffer = pl.DataFrame(relation.to_arrow_table()), io.BytesIO()
    if form == "parquet":
        frame.write_parquet(buffer)
    else:
        frame.write_excel(buffer)
    out.write(buffer.getbuffer())

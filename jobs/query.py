"""Questions of our own to the published warehouse. Nothing here can change it, or read any other file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from duckdb import DuckDBPyConnection

from jobs.output import Result
from jobs.workspace import Workspace, require_published

ROWS_AT_ONCE = 10_000


def opened(workspace: Workspace) -> DuckDBPyConnection:
    """The published warehouse, locked down. Raises DataRefused where there is none yet, and BatnaError where a later
    version wrote it.
    """
    from jobs.load.shape import open_warehouse

    require_published(workspace)
    return open_warehouse(workspace.warehouse, read_only=True)


def result_of(connection: DuckDBPyConnection) -> Result:
    """Columns and rows of the statement that was just executed."""
    columns = [column[0] for column in connection.description or ()]
    return Result(columns, _rows(connection))


def _rows(connection: DuckDBPyConnection) -> Iterator[Sequence[Any]]:
    while rows := connection.fetchmany(ROWS_AT_ONCE):
        yield from rows

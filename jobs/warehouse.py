"""Opening the DuckDB warehouse: for a run on its own copy, or locked down for everybody who reads."""

from __future__ import annotations

from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from jobs.errors import BatnaError

MEMORY_LIMIT = "1GB"
PASS_MEMORY_LIMIT = "3GB"  # of a pass of many weeks; what does not fit goes to disk beside the run's copy
THREADS = 2


def connect(path: Path, *, read_only: bool = False) -> DuckDBPyConnection:
    """Open a warehouse; read-only connections can neither write, attach nor read any other file.

    Times are kept as UTC without a zone, so the session's zone is UTC too.
    """
    try:
        if read_only:
            return _locked_down(path)
        connection = duckdb.connect(str(path), config={"memory_limit": MEMORY_LIMIT, "threads": THREADS})
    except duckdb.IOException as error:
        fault = f"cannot be opened as a warehouse ({str(error).splitlines()[0]})"
        raise BatnaError(str(path), fault, "Put an earlier one from snapshots/ in its place") from None
    connection.execute("set TimeZone = 'UTC'")
    return connection


def make_room(connection: DuckDBPyConnection) -> None:
    """Let a pass of many weeks have more memory than one week needs."""
    connection.execute(f"set memory_limit = '{PASS_MEMORY_LIMIT}'")


def _locked_down(path: Path) -> DuckDBPyConnection:
    """All three locks are needed: read-only alone still allows COPY TO, ATTACH and read_csv."""
    connection = duckdb.connect(
        str(path),
        read_only=True,
        config={"enable_external_access": "false", "memory_limit": MEMORY_LIMIT, "threads": THREADS},
    )
    connection.execute("set TimeZone = 'UTC'")  # not possible as configuration, nor after the lock
    connection.execute("set lock_configuration = true")
    return connection

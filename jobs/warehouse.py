"""Opening the DuckDB warehouse: for a run on its own copy, or locked down for everybody who reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from jobs.disk_faults import disk_fault, unopened
from jobs.errors import BatnaError

MEMORY_LIMIT = "1GB"
LOAD_MEMORY_LIMIT = "2GB"
PASS_MEMORY_LIMIT = "3GB"  # of a pass of many weeks; what does not fit goes to disk beside the run's copy
THREADS = 2
# DuckDB 2.0.0 takes too narrow a type for a sum behind a join, and refuses the query: most marts are such a join.
_MISTAKEN = "compressed_materialization"
_HOLDER = re.compile(r"held in (.+?) \(PID (\d+)\)")
_COMMON: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": MEMORY_LIMIT,
    "threads": THREADS,
    "disabled_optimizers": _MISTAKEN,
}


def connect(path: Path, *, read_only: bool = False) -> DuckDBPyConnection:
    """Open a warehouse; read-only connections can neither write, attach nor read any other file.

    Times are kept as UTC without a zone, so the session's zone is UTC too.
    """
    if read_only:
        return _opened(lambda: _locked_down(path), path)
    connection = _opened(lambda: _writable(path), path)
    connection.execute("set TimeZone = 'UTC'")
    return connection


def _opened(open_it: Callable[[], DuckDBPyConnection], path: Path) -> DuckDBPyConnection:
    try:
        return open_it()
    except duckdb.Error as error:
        words = str(error).splitlines()[0]
        if "Could not set lock" in words:
            raise _open_elsewhere(path, words) from None
        raise disk_fault(error, path.parent) or unopened(path, words) from None


def _open_elsewhere(path: Path, words: str) -> BatnaError:
    """The engine tells which program it is, where the system says so."""
    found = _HOLDER.search(words)
    who = f"{Path(found[1]).name}, process {found[2]}" if found else "another program"
    return BatnaError(str(path), f"{who} has it open for writing", "Close it there, or open it read-only")


def make_room(connection: DuckDBPyConnection, limit: str = PASS_MEMORY_LIMIT) -> None:
    """Let a pass of many weeks, or a load, have more memory than one week needs."""
    connection.execute(f"set memory_limit = '{limit}'")


@contextmanager
def room_to_load(connection: DuckDBPyConnection) -> Iterator[None]:
    """More memory while files are loaded: what does not fit is written to disk and read again."""
    [(before,)] = connection.execute("select current_setting('memory_limit')").fetchall()
    make_room(connection, LOAD_MEMORY_LIMIT)
    try:
        yield
    finally:
        make_room(connection, before)


def connect_for_questions(path: Path, memory_mb: int) -> DuckDBPyConnection:
    """A connection for other people's SQL: locked down, with its limits, and errors told as JSON."""
    return _opened(lambda: _locked_down(path, memory_limit=f"{memory_mb}MiB", errors_as_json="true"), path)


def _writable(path: Path) -> DuckDBPyConnection:
    return duckdb.connect(str(path), config=_COMMON)


def _locked_down(path: Path, **limits: str) -> DuckDBPyConnection:
    """All three locks are needed: read-only alone still allows COPY TO, ATTACH and read_csv.

    What does not fit into memory would go to disk beside the warehouse: it may not. No variable of this program is a
    table, and no extension is looked for.
    """
    connection = duckdb.connect(
        str(path),
        read_only=True,
        config={
            "enable_external_access": "false",
            "temp_directory": "",
            "autoload_known_extensions": "false",
            "autoinstall_known_extensions": "false",
            "python_enable_replacements": "false",
            **_COMMON,
            **limits,
        },
    )
    connection.execute("set TimeZone = 'UTC'")  # not possible as configuration, nor after the lock
    connection.execute("set enable_progress_bar = false")  # likewise; a bar would stand among the rows
    connection.execute("set lock_configuration = true")
    return connection

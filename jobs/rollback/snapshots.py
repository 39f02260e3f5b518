"""The warehouses that were published before: what each holds, and which one is meant."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from duckdb import DuckDBPyConnection

from jobs.errors import BatnaError, UsageError
from jobs.warehouse import connect
from jobs.workspace import Workspace

_PREFIX = "before-"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A warehouse in snapshots/.

    run: of the run whose warehouse took its place. replaced_at: when that one began (UTC, aware). files: accepted by
    then. weeks: scored by then; the latest as-of date. fault: why it cannot be read, empty where it can.
    """

    path: Path
    byte_count: int
    files: int = 0
    weeks: int = 0
    latest_on: date | None = None
    fault: str = ""

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def run(self) -> str:
        return self.name.removeprefix(_PREFIX)

    @property
    def replaced_at(self) -> datetime | None:
        try:
            return datetime.strptime(self.run[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            return None


def snapshots(workspace: Workspace) -> tuple[Snapshot, ...]:
    """All of them, the latest first."""
    found = workspace.snapshots.glob(f"{_PREFIX}*.duckdb") if workspace.snapshots.is_dir() else ()
    return tuple(_read(path) for path in sorted(found, reverse=True))


def the_snapshot(found: Sequence[Snapshot], wanted: str) -> Snapshot:
    """The one of this name, or of the name that begins so; `last` is the latest. Raises UsageError where it is none."""
    if wanted == "last" and found:
        return found[0]
    meant = [each for each in found if each.name == wanted.removesuffix(".duckdb")]
    meant = meant or [each for each in found if each.name.startswith(wanted) or each.run.startswith(wanted)]
    if len(meant) != 1:
        fault = f"{len(meant)} snapshots have a name that begins so" if meant else f'there is no snapshot "{wanted}"'
        raise UsageError("--to", fault, "`batna rollback` lists what there is")
    return meant[0]


def has_table(connection: DuckDBPyConnection, table: str) -> bool:
    """Whether a warehouse has this table (schema.name)."""
    query = "select 1 from duckdb_tables() where schema_name || '.' || table_name = ?"
    return connection.execute(query, [table]).fetchone() is not None


def _read(path: Path) -> Snapshot:
    try:
        with closing(connect(path, read_only=True)) as connection:
            [(files,)] = connection.execute("select count(*) from ops.files").fetchall()
            weeks, latest_on = 0, None
            if has_table(connection, "ops.weeks"):
                [(weeks, latest_on)] = connection.execute("select count(*), max(as_of_on) from ops.weeks").fetchall()
            return Snapshot(path, path.stat().st_size, files, weeks, latest_on)
    except BatnaError as error:
        return Snapshot(path, path.stat().st_size, fault=error.fault)

"""`batna export`: the marts as Parquet, one folder per mart and as-of date, put in place all at once.

A mart that keeps every date has all of them; one that shows the latest alone has a folder for each date that it was
exported at, so that a history grows in the target.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
from duckdb import DuckDBPyConnection

from jobs.analyst.shown import ShownMart, shown_marts
from jobs.disk import keep_link, put_folder, sync_tree, write_synced
from jobs.errors import DataRefused, UsageError
from jobs.query import opened
from jobs.settings import Settings
from jobs.workspace import Workspace

MARK = "_batna.json"  # readers of Parquet pass over names with an underscore
_PART = "data.parquet"


@dataclass(frozen=True, slots=True)
class Exported:
    """What lies in the target now. partitions: folders of one mart and date; kept: of these, from earlier exports."""

    target: Path
    marts: int
    partitions: int
    kept: int
    rows: int
    level: str
    withheld: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Terms:
    """What an earlier export must have been made under for its folders to stay."""

    level: str
    erased: str  # whom the workspace has forgotten, by the bytes that say so

    def text(self) -> str:
        return json.dumps({"level": self.level, "erased": self.erased})


def export(workspace: Workspace, settings: Settings, target: Path) -> Exported:
    """Write every mart that may be handed out below `target`; the same warehouse gives the same bytes.

    Raises UsageError where the folder holds anything but an earlier export, DataRefused where no week has been scored.
    """
    _require_ours(target)
    terms = _Terms(settings.people.level, workspace.erased.read_text() if workspace.erased.exists() else "")
    new = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    new.mkdir()
    try:
        with closing(opened(workspace)) as connection:
            shown = shown_marts(connection, terms.level)
            latest_on = _latest(connection, workspace)
            rows = sum(_write_mart(connection, mart, new / mart.mart, latest_on) for mart in shown.marts)
        oldest_on = latest_on - timedelta(weeks=settings.people.keep_weeks)
        kept = sum(1 for _ in _carried(target, new, terms, oldest_on))
        write_synced(new / MARK, terms.text())
        sync_tree(new)
        if target.exists():
            shutil.copymode(target, new)
        put_folder(new, target)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    partitions = len(list(target.glob(f"*/*/{_PART}")))
    return Exported(target, len(shown.marts), partitions, kept, rows, terms.level, shown.withheld)


def _require_ours(target: Path) -> None:
    if not target.parent.is_dir():
        raise UsageError(str(target.parent), "there is no such folder", "Make it, or name another one")
    if target.exists() and not (target / MARK).exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(str(target), "this is in use, and no earlier export", "Name a folder that is new or empty")


def _latest(connection: DuckDBPyConnection, workspace: Workspace) -> date:
    known = connection.execute(
        "select 1 from duckdb_tables() where schema_name = 'scores' and table_name = 'weeks'"
    ).fetchone()
    latest = connection.execute("select max(as_of_on) from scores.weeks").fetchone() if known else None
    if not latest or latest[0] is None:
        raise DataRefused(str(workspace.warehouse), "no week has been scored yet", "Run `batna weekly` first")
    day: date = latest[0]
    return day


def _write_mart(connection: DuckDBPyConnection, mart: ShownMart, folder: Path, latest_on: date) -> int:
    """Every date of a mart as a partition; of one without dates, the latest. Returns how many rows."""
    if not mart.has_date:
        return _write_partition(connection, f"{mart.select} order by all", folder, latest_on)
    dates = connection.execute(f"select distinct as_of_on from ({mart.select}) order by as_of_on").fetchall()
    rows = f"select * exclude (as_of_on) from ({mart.select}) where as_of_on = date"
    return sum(_write_partition(connection, f"{rows} '{day}' order by all", folder, day) for (day,) in dates)


def _write_partition(connection: DuckDBPyConnection, select: str, folder: Path, day: date) -> int:
    partition = folder / f"as_of_on={day}"
    partition.mkdir(parents=True)
    count = 0
    with (
        connection.cursor() as cursor,
        cursor.sql(select).to_arrow_reader() as batches,
        pq.ParquetWriter(partition / _PART, batches.schema) as writer,
    ):
        for batch in batches:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def _carried(target: Path, new: Path, terms: _Terms, oldest_on: date) -> Iterator[Path]:
    """Bring over what only an earlier export has: not from before people.keep_weeks, nor under other terms."""
    if not (target / MARK).exists() or (target / MARK).read_text() != terms.text():
        return
    for part in sorted(target.glob(f"*/*/{_PART}")):
        place = new / part.relative_to(target)
        day = date.fromisoformat(part.parent.name.partition("=")[2])
        if place.exists() or day < oldest_on:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        keep_link(part, place)
        yield place

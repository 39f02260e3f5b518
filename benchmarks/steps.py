"""The processes that are measured: `python -m benchmarks.steps NAME FOLDER`.

FOLDER holds inbox/ with the exports; the warehouse, the floor's table and the pages are written beside it.
The job prints a line of JSON per step: its name, seconds and CPU seconds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from jobs.settings import Settings

AS_OF = date(2026, 11, 15)
ARRIVED_AT = datetime(2026, 11, 16, 6)
SETTINGS = "\n[batna]\ncorrelation = 0\n"


def floor(folder: Path) -> None:
    """DuckDB reads every file, all text, into a table on disk."""
    import duckdb

    with duckdb.connect(str(folder / "floor.duckdb"), config={"threads": 2}) as connection:
        for path in sorted((folder / "inbox").glob("*.csv")):
            source = f"read_csv('{path}', all_varchar = true, header = true)"
            connection.execute(f'create table "{path.stem}" as from {source}')


def peer(folder: Path) -> None:
    """A Polars script that does a toy of this job: won so far, open and last history row per rep, no pages."""
    import polars as pl

    deals = pl.read_csv(folder / "inbox" / "Opportunity.csv", infer_schema=False)
    history = pl.read_csv(folder / "inbox" / "OpportunityHistory.csv", infer_schema=False)
    latest = history.group_by("OpportunityId").agg(pl.col("StageName", "Amount").sort_by("CreatedDate").last())
    joined = deals.join(latest, left_on="Id", right_on="OpportunityId", how="left", suffix="_then")
    money = pl.col("Amount").cast(pl.Float64, strict=False)
    won = pl.col("IsWon") == "true"
    figures = joined.group_by("OwnerId").agg(
        money.filter(won).sum().alias("won"),
        money.filter(pl.col("IsClosed") == "false").sum().alias("open"),
        won.sum().alias("count"),
    )
    figures.write_csv(folder / "peer.csv")


def job(folder: Path) -> None:
    """The job itself, a process as `batna weekly` is one: load, build and score, check, render."""
    from jobs.sample import settings_toml
    from jobs.settings import parse_settings
    from jobs.warehouse import connect

    settings = parse_settings(settings_toml() + SETTINGS)
    with connect(folder / "warehouse.duckdb") as connection:
        for step in (load, build, check, render):
            with measured(step.__name__):
                step(connection, settings, folder)


@contextmanager
def measured(name: str) -> Iterator[None]:
    """Print what a step took."""
    started, started_cpu = time.perf_counter(), time.process_time()
    yield
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - started_cpu
    print(json.dumps({"name": name, "seconds": seconds, "cpu_seconds": cpu_seconds}), flush=True)


def load(connection: DuckDBPyConnection, settings: Settings, folder: Path) -> None:
    """Exports to raw tables."""
    from jobs.load import IncomingFile, LoadOptions, create_raw_tables, load_files

    rejects = folder / "rejects"
    rejects.mkdir()
    files = [IncomingFile(path, ARRIVED_AT) for path in sorted((folder / "inbox").glob("*.csv"))]
    options = LoadOptions(settings.workspace.time_zone, 0.3, 0.2, {}, "batna.toml", ARRIVED_AT, folder)
    create_raw_tables(connection)
    result = load_files(connection, files, options, rejects_dir=rejects)
    refused = [each for each in result.files if each.status == "refused"]
    if refused:
        raise SystemExit(f"refused: {refused}")


def build(connection: DuckDBPyConnection, settings: Settings, folder: Path) -> None:
    """Raw tables to marts, the kernel included."""
    from jobs.build import build as build_models

    build_models(connection, settings, [AS_OF])


def check(connection: DuckDBPyConnection, settings: Settings, folder: Path) -> None:
    """Every check of the finished warehouse."""
    from jobs.check import run_checks

    failed = [result for result in run_checks(connection, [AS_OF]) if not result.is_passed]
    if failed:
        raise SystemExit(f"failed: {failed}")


def render(connection: DuckDBPyConnection, settings: Settings, folder: Path) -> None:
    """Marts to pages."""
    from jobs.render import render_week

    pages = folder / "pages"
    pages.mkdir()
    render_week(connection, settings, AS_OF, pages)


PROCESSES: dict[str, Callable[[Path], None]] = {"floor": floor, "peer": peer, "job": job}

if __name__ == "__main__":
    PROCESSES[sys.argv[1]](Path(sys.argv[2]))

"""The steps that are measured, each a process of its own: `python -m benchmarks.steps NAME FOLDER`.

FOLDER holds inbox/ with the exports; the warehouse, the floor's table and the pages are written beside it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

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
    latest = history.group_by("OpportunityId").agg(
        pl.col("StageName", "Amount").sort_by("CreatedDate").last()
    )
    joined = deals.join(latest, left_on="Id", right_on="OpportunityId", how="left", suffix="_then")
    money = pl.col("Amount").cast(pl.Float64, strict=False)
    won = pl.col("IsWon") == "true"
    figures = joined.group_by("OwnerId").agg(
        money.filter(won).sum().alias("won"),
        money.filter(pl.col("IsClosed") == "false").sum().alias("open"),
        won.sum().alias("count"),
    )
    figures.write_csv(folder / "peer.csv")


def load(folder: Path) -> None:
    """Exports to raw tables."""
    from jobs.load import IncomingFile, LoadOptions, create_raw_tables, load_files
    from jobs.warehouse import connect

    rejects = folder / "rejects"
    rejects.mkdir(exist_ok=True)
    files = [IncomingFile(path, ARRIVED_AT) for path in sorted((folder / "inbox").glob("*.csv"))]
    options = LoadOptions("Europe/Berlin", 0.3, 0.2, {}, "batna.toml", ARRIVED_AT, folder)
    with connect(folder / "warehouse.duckdb") as connection:
        create_raw_tables(connection)
        result = load_files(connection, files, options, rejects_dir=rejects)
    refused = [each for each in result.files if each.status == "refused"]
    if refused:
        raise SystemExit(f"refused: {refused}")


def build(folder: Path) -> None:
    """Raw tables to marts, the kernel included."""
    from jobs.build import build as build_models
    from jobs.sample import settings_toml
    from jobs.settings import parse_settings
    from jobs.warehouse import connect

    settings = parse_settings(settings_toml() + SETTINGS)
    with connect(folder / "warehouse.duckdb") as connection:
        build_models(connection, settings, [AS_OF])


def check(folder: Path) -> None:
    """Every check of the finished warehouse."""
    from jobs.check import run_checks
    from jobs.warehouse import connect

    with connect(folder / "warehouse.duckdb") as connection:
        failed = [result for result in run_checks(connection, [AS_OF]) if not result.is_passed]
    if failed:
        raise SystemExit(f"failed: {failed}")


def render(folder: Path) -> None:
    """Marts to pages."""
    from jobs.render import render_week
    from jobs.sample import settings_toml
    from jobs.settings import parse_settings
    from jobs.warehouse import connect

    pages = folder / "pages"
    pages.mkdir(exist_ok=True)
    with connect(folder / "warehouse.duckdb") as connection:
        render_week(connection, parse_settings(settings_toml() + SETTINGS), AS_OF, pages)


STEPS: dict[str, Callable[[Path], None]] = {
    step.__name__: step for step in (floor, peer, load, build, check, render)
}

if __name__ == "__main__":
    STEPS[sys.argv[1]](Path(sys.argv[2]))

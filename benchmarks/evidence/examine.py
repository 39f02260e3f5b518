"""One invented company through the loader and the models of conduct: `examined`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import numpy as np
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from jobs.build import build
from jobs.load import IncomingFile, LoadOptions, create_raw_tables, load_files
from jobs.sample import Effects, SampleTruth, settings_toml
from jobs.sample.company import make_company
from jobs.sample.plan import Path as Ending
from jobs.sample.truth import find_truth
from jobs.sample.world import World, make_world
from jobs.sample.writers import write_files
from jobs.settings import parse_settings

AS_OF = date(2026, 11, 15)
ARRIVED_AT = datetime(2026, 11, 16, 6)
HISTORY_ROWS = 6
WANTED = ("scores.effects", "scores.rep_differences", "scores.declined_deals", "working.approvals")
UNREAD = (
    "activities.csv",
    "OpportunityFieldHistory.csv",
    "OpportunityContactRole.csv",
    "outcomes.csv",
    "readiness.csv",
)


@dataclass(frozen=True)
class Size:
    """How large the invented companies are. quarters: finished ones."""

    opportunities: int
    reps: int
    teams: int
    quarters: int = 8


@dataclass(frozen=True)
class Examined:
    """A company whose conduct was measured. carriers: the ids of deals that carry what was planted, by name."""

    connection: DuckDBPyConnection
    truth: SampleTruth
    carriers: Mapping[str, frozenset[str]]


@contextmanager
def examined(seed: int, size: Size, effects: Effects) -> Iterator[Examined]:
    """Exports written, loaded, and measured by the models themselves; no pages, no other models."""
    with tempfile.TemporaryDirectory() as name, closing(duckdb.connect(config={"threads": 1})) as connection:
        folder = Path(name)
        company = make_company(
            seed=seed, as_of_on=AS_OF, teams=size.teams, reps=size.reps, quarters=size.quarters,
            opportunities=size.opportunities, effects=effects,
        )  # fmt: skip
        world = make_world(company, size.opportunities, HISTORY_ROWS)
        truth = find_truth(world, write_files(folder / "inbox", world))
        _load(connection, folder)
        build(connection, parse_settings(settings_toml()), [AS_OF], only=WANTED)
        yield Examined(connection, truth, _carriers(world))


def _load(connection: DuckDBPyConnection, folder: Path) -> None:
    connection.execute("set TimeZone = 'UTC'")
    create_raw_tables(connection)
    (folder / "rejects").mkdir()
    paths = sorted(path for path in (folder / "inbox").glob("*.csv") if path.name not in UNREAD)
    options = LoadOptions("Europe/Berlin", 0.3, 0.2, {}, "batna.toml", ARRIVED_AT, folder)
    files = [IncomingFile(path, ARRIVED_AT) for path in paths]
    result = load_files(connection, files, options, rejects_dir=folder / "rejects")
    refused = [file.file_name for file in result.files if file.status == "refused"]
    if refused:
        raise SystemExit(f"refused: {refused}")


def _carriers(world: World) -> dict[str, frozenset[str]]:
    plain = world.plan.ends(Ending.WON) & (world.plan.returned_from < 0)
    flags: dict[str, NDArray[np.bool_]] = {
        "quarter_end_discount": world.prices.is_rushed,
        "safe_quarter_discount": world.prices.is_safe,
        "plain_win": plain,
    }
    return {name: frozenset(world.opportunity_ids.filter(flag).to_list()) for name, flag in flags.items()}

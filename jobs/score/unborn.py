"""working.rep_unborn -> scores.book_unborn: N of every book, this quarter and next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

import numpy as np
from duckdb import DuckDBPyConnection

from jobs.models import PythonModel
from jobs.score.kernel.book import Cents
from jobs.score.pool import pooled
from jobs.score.tables import replace_dates
from jobs.settings import Settings

_TABLE = """
create table if not exists scores.book_unborn (
    as_of_on date, horizon varchar, book_kind varchar, book_id varchar, point_number integer, unborn_cents bigint
);
comment on table scores.book_unborn is
    'N, money not in the pipeline yet, as equally likely points. One row per as-of date, horizon, book and point.';
"""

_REPS = """
select as_of_on, horizon, rep_id, team, unborn_cents
from working.rep_unborn
order by as_of_on, horizon, rep_id, point_number
"""

Horizon = tuple[date, str]
Members = dict[str, list[int]]


def write_unborn(connection: DuckDBPyConnection, settings: Settings) -> None:
    """N of reps as they are, of teams and the company as the sum of independent reps (03-metrics.md, section 3)."""
    connection.execute(_TABLE)
    rows = [row for horizon, teams in _read(connection).items() for row in _rows(horizon, teams)]
    columns = {
        "as_of_on": np.array([row[0] for row in rows], dtype="M8[us]"),
        "horizon": np.array([row[1] for row in rows], dtype=object),
        "book_kind": np.array([row[2] for row in rows], dtype=object),
        "book_id": np.array([row[3] for row in rows], dtype=object),
        "point_number": np.array([row[4] for row in rows], dtype=np.int32),
        "unborn_cents": np.array([row[5] for row in rows], dtype=np.int64),
    }
    replace_dates(connection, "scores.book_unborn", columns)


def _read(connection: DuckDBPyConnection) -> dict[Horizon, dict[str, Members]]:
    """Points of each rep, by date and horizon and by team."""
    found: dict[Horizon, dict[str, Members]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for as_of_on, horizon, rep_id, team, cents in connection.execute(_REPS).fetchall():
        found[as_of_on, horizon][team][rep_id].append(cents)
    return found


def _rows(horizon: Horizon, teams: dict[str, Members]) -> Iterator[tuple[date, str, str, str, int, int]]:
    for kind, name, points in _books(teams):
        for number, cents in enumerate(points.tolist(), start=1):
            yield (*horizon, kind, name, number, cents)


def _books(teams: dict[str, Members]) -> Iterator[tuple[str, str, Cents]]:
    everybody: list[Cents] = []
    for team, members in teams.items():
        own = [np.array(points, dtype=np.int64) for points in members.values()]
        yield from (("rep", rep_id, points) for rep_id, points in zip(members, own, strict=True))
        yield "team", team, pooled(own)
        everybody += own
    yield "company", "company", pooled(everybody)


def points_by_book(rows: Iterable[tuple[date, str, str, int]]) -> dict[tuple[date, str, str], Cents]:
    """The points of each book, from rows of date, kind, id and cents."""
    found: dict[tuple[date, str, str], list[int]] = defaultdict(list)
    for as_of_on, kind, name, cents in rows:
        found[as_of_on, kind, name].append(cents)
    return {key: np.array(points, dtype=np.int64) for key, points in found.items()}


UNBORN = PythonModel(
    name="unborn",
    inputs=frozenset({"working.rep_unborn"}),
    outputs=("scores.book_unborn",),
    run=write_unborn,
)

"""working.rep_unborn -> scores.book_unborn: N of every book, this quarter and next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

import numpy as np
from duckdb import DuckDBPyConnection

from jobs.models import PythonModel
from jobs.score.kernel.book import Cents
from jobs.score.pool import pooled
from jobs.score.tables import Columnar, insert
from jobs.settings import Settings

_TABLE = """
create table if not exists scores.book_unborn (
    as_of_on date, horizon varchar, book_kind varchar, book_id varchar, point_number integer, unborn_cents bigint
);
comment on table scores.book_unborn is
    'N, money not in the pipeline yet, as equally likely points. One row per as-of date, horizon, book and point.';
"""

_INSERT_REPS = """
insert into scores.book_unborn
select as_of_on, horizon, 'rep', rep_id, point_number, unborn_cents
from working.rep_unborn
"""

_REPS = """
select as_of_on, horizon, team, list(unborn_cents order by point_number) as points
from working.rep_unborn
group by as_of_on, horizon, team, rep_id
order by as_of_on, horizon, rep_id
"""

Book = tuple[date, str, str, str]
Pool = Callable[[Sequence[Cents]], Cents]


def write_unborn(connection: DuckDBPyConnection, settings: Settings) -> None:
    """N of reps as they are, of teams and the company as the sum of independent reps (03-metrics.md, section 3)."""
    connection.execute(_TABLE)
    connection.execute("delete from scores.book_unborn where as_of_on in (select as_of_on from staging.weeks)")
    connection.execute(_INSERT_REPS)
    pool = _remembering()
    found = [(book, pool(members)) for book, members in _books(connection)]
    if found:
        insert(connection, "scores.book_unborn", _columns(found))


def _books(connection: DuckDBPyConnection) -> Iterator[tuple[Book, list[Cents]]]:
    """Points of each rep of a team, and of all reps."""
    rows = connection.execute(_REPS).fetchall()
    for horizon, reps in groupby(rows, key=lambda row: (row[0], row[1])):
        teams: dict[str, list[Cents]] = defaultdict(list)
        for *_, team, points in reps:
            teams[team].append(np.array(points, dtype=np.int64))
        for team, members in teams.items():
            yield (*horizon, "team", team), members
        yield (*horizon, "company", "company"), [points for members in teams.values() for points in members]


def _remembering() -> Pool:
    """Most weeks of a quarter say the same of the next one: the same members are pooled once."""
    known: dict[tuple[bytes, ...], Cents] = {}

    def pool(members: Sequence[Cents]) -> Cents:
        key = tuple(points.tobytes() for points in members)
        if key not in known:
            known[key] = pooled(members)
        return known[key]

    return pool


def _columns(found: Sequence[tuple[Book, Cents]]) -> dict[str, Columnar]:
    """The rows of each book, a point each."""
    counts = [len(points) for _, points in found]
    dates, horizons, kinds, names = (np.array([book[part] for book, _ in found], dtype=object) for part in range(4))
    return {
        "as_of_on": np.repeat(dates.astype("M8[us]"), counts),
        "horizon": np.repeat(horizons, counts),
        "book_kind": np.repeat(kinds, counts),
        "book_id": np.repeat(names, counts),
        "point_number": np.concatenate([np.arange(1, count + 1, dtype=np.int32) for count in counts]),
        "unborn_cents": np.concatenate([points for _, points in found]),
    }


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

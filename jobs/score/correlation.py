"""The correlation that the kernel uses: set, or estimated from past quarters; and what it does to the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from duckdb import DuckDBPyConnection

from jobs.models import PythonModel
from jobs.score.entries import Entry, strength_of
from jobs.score.kernel import Attainment, attain
from jobs.score.one_factor import estimate
from jobs.settings import Settings

DEFAULT = 0.1

_TABLE = """
create or replace table working.correlation (
    as_of_on date, correlation double, correlation_low double, correlation_high double,
    rep_quarter_count bigint, deal_count bigint, correlation_source varchar
);
"""

_SCORES = """
create table if not exists scores.correlation (
    as_of_on date, correlation double, correlation_low double, correlation_high double,
    rep_quarter_count bigint, deal_count bigint, correlation_source varchar,
    mean_move_points double, largest_move_points double
);
comment on table scores.correlation is
    'What the deals of a book have in common, and how far it moves the strength of reps. One row per as-of date.';
"""

_DEALS = """
select rep_quarter_number, win_probability, is_won
from working.correlation_deals
where last_file_number = ? and quarter_start_on = ?
order by rep_quarter_number, opportunity_id
"""

Row = tuple[float, float | None, float | None, int | None, int | None, str]


def write_correlation(connection: DuckDBPyConnection, settings: Settings) -> None:
    """One row per date being scored; dates that may learn from the same quarters share an estimate."""
    connection.execute(_TABLE)
    keys = connection.execute("select as_of_on, last_file_number, quarter_start_on from staging.weeks").fetchall()
    known: dict[tuple[int, date], Row] = {}
    for as_of_on, *key in sorted(keys):
        sight = (key[0], key[1])
        known[sight] = known.get(sight) or _row(connection, settings, sight)
        connection.execute("insert into working.correlation values (?, ?, ?, ?, ?, ?, ?)", [as_of_on, *known[sight]])


def _row(connection: DuckDBPyConnection, settings: Settings, sight: tuple[int, date]) -> Row:
    told = settings.batna.correlation
    if told != "estimate":
        return float(told), None, None, None, None, "set"
    columns = connection.execute(_DEALS, list(sight)).fetchnumpy()
    groups = np.asarray(columns["rep_quarter_number"], np.int64)
    rep_quarters = len(np.unique(groups))
    if rep_quarters < settings.batna.correlation_min_rep_quarters:
        return DEFAULT, None, None, rep_quarters, len(groups), "default"
    chances, is_won = np.asarray(columns["win_probability"], np.float64), np.asarray(columns["is_won"], np.bool_)
    return *estimate(groups, chances, is_won), rep_quarters, len(groups), "estimated"


def read_correlations(connection: DuckDBPyConnection) -> dict[date, float]:
    """rho by as-of date."""
    return dict(connection.execute("select as_of_on, correlation from working.correlation").fetchall())


def write_moves(
    connection: DuckDBPyConnection, correlations: dict[date, float], scored: Sequence[tuple[Entry, Attainment]]
) -> None:
    """scores.correlation: beside the correlation, how many points it moves the strength of reps from that at 0."""
    connection.execute(_SCORES)
    connection.execute("delete from scores.correlation where as_of_on in (select as_of_on from staging.weeks)")
    connection.execute("insert into scores.correlation by name select * from working.correlation")
    for as_of_on, correlation in correlations.items():
        moves = [_move(*each, correlation) for each in scored if each[0].key[:2] == (as_of_on, "rep")]
        if moves:
            connection.execute(
                "update scores.correlation set mean_move_points = ?, largest_move_points = ? where as_of_on = ?",
                [float(np.mean(moves)), max(moves), as_of_on],
            )


def _move(entry: Entry, answer: Attainment, correlation: float) -> float:
    """Points between the strength and what it would be if deals were independent."""
    if correlation == 0 or entry.book.gap <= 0:
        return 0.0
    alone = attain(entry.book)
    found = (strength_of(each.without, entry.weights, each.attainment) for each in (answer, alone))
    first, second = found
    return abs(first - second)


CORRELATION = PythonModel(
    name="correlation",
    inputs=frozenset({"working.correlation_deals", "staging.weeks"}),
    outputs=("working.correlation",),
    run=write_correlation,
)

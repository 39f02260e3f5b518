"""working.willingness_cases -> working.willingness_thirds: what safe quarters go with, within reps and between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from jobs.models import PythonModel
from jobs.score.clustered import Cases, Codes, Numbers, difference, mean
from jobs.score.effects import Columns, families
from jobs.score.intervals import jeffreys
from jobs.settings import Settings

View = Literal["within", "between"]
THIRDS = (1, 2, 3)

_TABLE = """
create or replace table working.willingness_thirds (
    as_of_on date, view varchar, third bigint, deal_count bigint, won_count bigint,
    win_rate double, win_rate_low double, win_rate_high double,
    priced_count bigint, price_share double, price_share_low double, price_share_high double,
    win_rate_difference double, win_rate_difference_low double, win_rate_difference_high double,
    price_share_difference double, price_share_difference_low double, price_share_difference_high double
);
"""
_CASES = """
select
    cases.as_of_on, cases.without_probability_at_start as without_probability, cases.price_share,
    cast(cases.is_won as integer) as is_won,
    dense_rank() over (partition by cases.as_of_on order by cases.cell) - 1 as cell,
    dense_rank() over (partition by cases.as_of_on order by cases.rep_id) - 1 as rep,
    dense_rank() over (partition by cases.as_of_on order by cases.quarter_start_on) - 1 as quarter,
    dense_rank() over (order by cases.as_of_on) as family
from working.willingness_cases as cases
order by family, cases.opportunity_id
"""


class Decided(NamedTuple):
    """Decided deals, (n,) each: price_share is NaN where nothing was sold or no list price is known."""

    without: Numbers
    price_share: Numbers
    is_won: Numbers
    cell: Codes
    rep: Codes
    quarter: Codes

    def where(self, kept: NDArray[np.bool_]) -> Decided:
        """Some of the deals."""
        codes = (values[kept] for values in (self.cell, self.rep, self.quarter))
        return Decided(self.without[kept], self.price_share[kept], self.is_won[kept], *codes)


def thirds(without: Numbers, cell: Codes) -> Codes:
    """The third, 1 to 3, of each deal within its cell, (n,); 0 in cells of fewer than three deals or of equal chances.

    Equal chances share a third: that of the middle of their ranks.
    """
    order = np.lexsort((without, cell))
    ordered, group = without[order], cell[order]
    starts = np.searchsorted(group, group)
    sizes = np.bincount(group)[group]
    new = np.concatenate([[True], (np.diff(group) != 0) | (np.diff(ordered) != 0)]) if len(order) else np.zeros(0, bool)
    run = np.cumsum(new) - 1
    first = np.flatnonzero(new)
    last = np.concatenate([first[1:], [len(order)]]) - 1
    middle = (first[run] + last[run]) / 2 - starts
    third = np.minimum((middle + 0.5) / sizes * 3, 2.999).astype(np.int64) + 1
    whole = (last - first + 1)[run] == sizes
    found = np.zeros(len(order), np.int64)
    found[order] = np.where((sizes < 3) | whole, 0, third)
    return found


def compared(decided: Decided, view: View, min_quarters: int) -> Iterator[list[object]]:
    """A row per third that has a deal: figures of the third, and what differs from the first third.

    within: thirds of a rep's deals in the same segment and weeks left, differences with those held equal. between:
    thirds of reps by their mean chance, nothing held equal (03-metrics.md, section 7).
    """
    third = thirds(decided.without, decided.cell) if view == "within" else _thirds_of_reps(decided)
    for number in THIRDS:
        own = decided.where(third == number)
        if len(own.without):
            pair = (third == 1) | (third == number)
            told = _figures(own) + _differences(decided.where(pair), third[pair] == number, number, view, min_quarters)
            yield [view, number, *told]


def _thirds_of_reps(decided: Decided) -> Codes:
    means = np.bincount(decided.rep, decided.without) / np.maximum(np.bincount(decided.rep), 1)
    return thirds(means, np.zeros(len(means), np.int64))[decided.rep]


def _figures(own: Decided) -> list[object]:
    won, count = int(own.is_won.sum()), len(own.without)
    low, high = jeffreys(np.array([won]), np.array([count]))
    priced = own.where(~np.isnan(own.price_share))
    share = _mean_share(priced) if len(priced.without) else (None, None, None)
    return [count, won, won / count, float(low[0]), float(high[0]), len(priced.without), *share]


def _mean_share(priced: Decided) -> tuple[float | None, ...]:
    return tuple(
        None if np.isnan(value) else value for value in mean(_cases(priced, priced.price_share, None, "between"))
    )


def _differences(pair: Decided, is_own: NDArray[np.bool_], number: int, view: View, min_quarters: int) -> list[object]:
    if number == 1:
        return [None] * 6
    priced = ~np.isnan(pair.price_share)
    wins = difference(_cases(pair, pair.is_won, is_own, view), min_quarters=min_quarters)
    sold = pair.where(priced)
    prices = difference(_cases(sold, sold.price_share, is_own[priced], view), min_quarters=min_quarters)
    return [wins.estimate, wins.low, wins.high, prices.estimate, prices.low, prices.high]


def _cases(decided: Decided, outcome: Numbers, is_treated: NDArray[np.bool_] | None, view: View) -> Cases:
    """The deals as cases; between reps nothing is held equal, so all of them stand under one fixed effect."""
    count = len(outcome)
    treatment = np.zeros(count) if is_treated is None else is_treated.astype(np.float64)
    fixed = decided.cell if view == "within" else np.zeros(count, np.int64)
    return Cases(
        outcome, treatment, np.zeros((count, 1)), np.zeros(count, np.int64), decided.rep, decided.quarter, fixed
    )


def write_willingness(connection: DuckDBPyConnection, settings: Settings) -> None:
    """One row per as-of date, view and third."""
    connection.execute(_TABLE)
    for columns in families(connection.execute(_CASES).fetchnumpy()):
        as_of_on, decided = columns["as_of_on"][0].astype("M8[D]").item(), _decided(columns)
        for view in ("within", "between"):
            for row in compared(decided, view, settings.effects.min_quarters):
                values = [as_of_on, *row]
                marks = ", ".join("?" * len(values))
                connection.execute(f"insert into working.willingness_thirds values ({marks})", values)


def _decided(columns: Columns) -> Decided:
    price_share = np.ma.filled(np.ma.masked_array(columns["price_share"]).astype(np.float64), np.nan)
    codes = (np.asarray(columns[name], np.int64) for name in ("cell", "rep", "quarter"))
    without, is_won = (np.asarray(columns[name], np.float64) for name in ("without_probability", "is_won"))
    return Decided(without, price_share, is_won, *codes)


WILLINGNESS = PythonModel(
    name="willingness",
    inputs=frozenset({"working.willingness_cases"}),
    outputs=("working.willingness_thirds",),
    run=write_willingness,
)

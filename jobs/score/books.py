"""scores.books and scores.book_deals -> the kernel -> scores.book_attainment and scores.deal_attainment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from jobs.models import PythonModel
from jobs.score.correlation import read_correlations, write_moves
from jobs.score.cover import covering_pair_share, smallest_covering_count
from jobs.score.entries import Entry, Key, Sources, read_entries
from jobs.score.kernel import Attainment, attain
from jobs.score.kernel.book import Floats
from jobs.score.tables import Columnar, replace_dates
from jobs.score.uncertainty import half_widths, widened
from jobs.settings import Settings

WIDEST = 0.005  # half a point


_TABLES = """
create table if not exists scores.book_attainment (
    as_of_on date, book_kind varchar, book_id varchar, attainment_probability double, attainment_low double,
    attainment_high double, expected_amount double, is_exact boolean, covering_pair_share double,
    smallest_covering_count bigint
);
create table if not exists scores.deal_attainment (
    as_of_on date, book_kind varchar, book_id varchar, opportunity_id varchar, without_probability double,
    without_low double, without_high double, if_won_probability double, expected_without_amount double
);
comment on table scores.book_attainment is
    'The chance that a book closes its gap. One row per as-of date and book.';
comment on table scores.deal_attainment is
    'The quarter without each deal of a book, and with it won. One row per as-of date, book and opportunity.';
"""

READ = ("scores.books", "scores.book_deals", "scores.book_unborn")
SOURCES = Sources(
    books="""
select books.as_of_on, books.book_kind, books.book_id, books.gap_cents
from scores.books as books
where books.as_of_on in (select as_of_on from staging.weeks)
    and not books.is_withheld
order by books.as_of_on, books.book_kind, books.book_id
""",
    deals="""
select
    deals.as_of_on, deals.book_kind, deals.book_id, deals.opportunity_id, deals.amount_cents,
    deals.win_probability,
    case
        when deals.is_at_table
            or not bool_or(deals.is_at_table) over (partition by deals.as_of_on, deals.book_kind, deals.book_id)
            then deals.amount_cents
        else 0
    end as weight,
    deals.probability_deviation,
    deals.probability_cell,
from scores.book_deals as deals
where deals.as_of_on in (select as_of_on from staging.weeks)
order by deals.as_of_on, deals.book_kind, deals.book_id, deals.opportunity_id
""",
    unborn="""
select unborn.as_of_on, unborn.book_kind, unborn.book_id, unborn.unborn_cents
from scores.book_unborn as unborn
where unborn.as_of_on in (select as_of_on from staging.weeks)
    and unborn.horizon = 'this_quarter'
order by unborn.as_of_on, unborn.book_kind, unborn.book_id, unborn.point_number
""",
)


class Scored(NamedTuple):
    """One book with its answer and its bounds, (2,) of the attainment and (2, n) of the chance without each deal.

    They hold what the kernel rounded, and how far the probabilities may be off, being estimates.
    """

    entry: Entry
    answer: Attainment
    attainment_bounds: Floats
    without_bounds: Floats

    @property
    def key(self) -> Key:
        return self.entry.key


def score_books(connection: DuckDBPyConnection, settings: Settings) -> None:
    """Answer every book of the dates being scored (03-metrics.md, section 3)."""
    connection.execute(_TABLES)
    correlations = read_correlations(connection)
    scored = [_scored(entry, correlations[entry.key[0]]) for entry in read_entries(connection, SOURCES)]
    replace_dates(connection, "scores.book_attainment", _book_columns(scored))
    replace_dates(connection, "scores.deal_attainment", _deal_columns(scored))
    write_moves(connection, correlations, [(each.entry, each.answer) for each in scored])


def _scored(entry: Entry, correlation: float) -> Scored:
    answer = attain(entry.book, correlation=correlation)
    whole, halves = half_widths(answer, entry.deviations, entry.cells)
    ends = (np.array([answer.attainment_low]), np.array([answer.attainment_high]), np.array([answer.attainment]))
    attainment = np.concatenate(widened(*ends, np.array([whole])))
    without = np.stack(widened(answer.without_low, answer.without_high, answer.without, halves))
    return Scored(entry, answer, attainment, without)


def _book_columns(scored: list[Scored]) -> dict[str, Columnar]:
    answers = [one.answer for one in scored]
    pairs = [covering_pair_share(one.entry.book.amounts, one.entry.book.gap) for one in scored]
    counts = [smallest_covering_count(one.entry.book.amounts, one.entry.book.gap) for one in scored]
    return _keys(scored, [1] * len(scored)) | {
        "attainment_probability": np.array([answer.attainment for answer in answers]),
        "attainment_low": np.array([one.attainment_bounds[0] for one in scored]),
        "attainment_high": np.array([one.attainment_bounds[1] for one in scored]),
        "expected_amount": np.array([answer.expected for answer in answers]) / 100,
        "is_exact": np.array([_is_exact(answer) for answer in answers]),
        "covering_pair_share": _with_gaps(pairs),
        "smallest_covering_count": _with_gaps(counts),
    }


def _is_exact(answer: Attainment) -> bool:
    """Whether every chance is exact, or known to half a point (03-metrics.md, section 3, Exactness)."""
    widths = [answer.attainment_high - answer.attainment_low, *(answer.without_high - answer.without_low)]
    return answer.is_exact or max(widths) <= WIDEST


def _deal_columns(scored: list[Scored]) -> dict[str, Columnar]:
    answers = [one.answer for one in scored]
    return _keys(scored, [len(one.entry.opportunity_ids) for one in scored]) | {
        "opportunity_id": np.array([name for one in scored for name in one.entry.opportunity_ids], dtype=object),
        "without_probability": _joined([answer.without for answer in answers]),
        "without_low": _joined([one.without_bounds[0] for one in scored]),
        "without_high": _joined([one.without_bounds[1] for one in scored]),
        "if_won_probability": _joined([answer.if_won for answer in answers]),
        "expected_without_amount": _joined([answer.expected_without for answer in answers]) / 100,
    }


def _keys(scored: list[Scored], counts: list[int]) -> dict[str, Columnar]:
    """The key of each book, as often as it has rows."""
    dates, kinds, names = (np.array([one.key[part] for one in scored], dtype=object) for part in range(3))
    return {
        "as_of_on": np.repeat(dates.astype("M8[us]"), counts),
        "book_kind": np.repeat(kinds, counts),
        "book_id": np.repeat(names, counts),
    }


def _joined(arrays: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate([np.zeros(0), *arrays])


def _with_gaps(values: Sequence[float | None]) -> Columnar:
    filled = [0 if value is None else value for value in values]
    return np.ma.masked_array(np.array(filled, dtype=np.float64), mask=[value is None for value in values])


KERNEL = PythonModel(
    name="kernel",
    inputs=frozenset({*READ, "working.correlation"}),
    outputs=("scores.book_attainment", "scores.deal_attainment", "scores.correlation"),
    run=score_books,
)

"""A rep's book of one published week, read from scores.*."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from duckdb import DuckDBPyConnection

from jobs.errors import DataRefused
from jobs.explain.standing import Stake, Standing

_BOOK = """
select books.quota_amount, books.won_amount, correlation.correlation
from scores.books as books
left join scores.correlation as correlation on books.as_of_on = correlation.as_of_on
where books.as_of_on = $as_of_on and books.book_kind = 'rep' and books.book_id = $rep_id
    and not coalesce(books.is_withheld, false)
"""
_DEALS = """
select deals.opportunity_id, deals.amount_cents, deals.win_probability, deals.is_at_table,
    positions.phase, positions.segment, positions.close_on, positions.probability_source
from scores.book_deals as deals
left join scores.deal_positions as positions
    on deals.as_of_on = positions.as_of_on and deals.opportunity_id = positions.opportunity_id
where deals.as_of_on = $as_of_on and deals.book_kind = 'rep' and deals.book_id = $rep_id
order by deals.opportunity_id
"""
_UNBORN = """
select unborn_cents
from scores.book_unborn
where as_of_on = $as_of_on and book_kind = 'rep' and book_id = $rep_id and horizon = 'this_quarter'
order by point_number
"""
_BEFORE = """
select max(books.as_of_on)
from scores.books as books
inner join scores.weeks as weeks on books.as_of_on = weeks.as_of_on
inner join scores.correlation as correlation on books.as_of_on = correlation.as_of_on
where books.as_of_on < $as_of_on and books.book_kind = 'rep' and books.book_id = $rep_id
    and not coalesce(books.is_withheld, false)
    and weeks.quarter_start_on = (select quarter_start_on from scores.weeks where as_of_on = $as_of_on)
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What a week said of a candidate beyond its money and its chance."""

    phase: str | None
    segment: str | None
    close_on: date | None
    source: str | None


@dataclass(frozen=True, slots=True)
class BookWeek:
    """A book on one date. endings: outcome of deals that ended in the quarter so far, by id."""

    as_of_on: date
    standing: Standing
    told: Mapping[str, Told]
    endings: Mapping[str, str]


def read_week(connection: DuckDBPyConnection, as_of_on: date, rep_id: str) -> BookWeek | None:
    """None for a rep without a quota, and where too many deals are unknown.

    Raises DataRefused for a week that an earlier version scored.
    """
    at = {"as_of_on": as_of_on, "rep_id": rep_id}
    book = connection.execute(_BOOK, at).fetchone()
    if book is None:
        return None
    quota, won, correlation = book
    if correlation is None:
        mend = f"Score it again: `batna weekly --as-of {as_of_on} --restate`"
        raise DataRefused(f"week of {as_of_on}", "was scored by a version that did not keep what explains it", mend)
    rows = connection.execute(_DEALS, at).fetchall()
    unborn = tuple(int(row[0]) for row in connection.execute(_UNBORN, at).fetchall())
    endings = "select opportunity_id, outcome from scores.closed_deals where as_of_on = ?"
    return BookWeek(
        as_of_on,
        Standing(quota, won, {row[0]: Stake(*row[1:4]) for row in rows}, unborn, correlation),
        {row[0]: Told(*row[4:]) for row in rows},
        dict(connection.execute(endings, [as_of_on]).fetchall()),
    )


def week_before(connection: DuckDBPyConnection, as_of_on: date, rep_id: str) -> date | None:
    """The latest date scored before this one, in the same quarter, that knew the rep's quota."""
    row = connection.execute(_BEFORE, {"as_of_on": as_of_on, "rep_id": rep_id}).fetchone()
    return row[0] if row else None

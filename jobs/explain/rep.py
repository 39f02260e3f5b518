"""A rep's week as it was published, and what moved since the week before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from duckdb import DuckDBPyConnection

from jobs.errors import DataRefused
from jobs.explain.read import Record, one, rows
from jobs.explain.standing import Level, level_of, rounded
from jobs.explain.steps import Step, steps
from jobs.explain.week import BookWeek, read_week, week_before

_CARD = """
select rep_id, rep_name, team, as_of_on, quarter_start_on, weeks_left, currency, quota_amount, won_amount, gap_amount,
    candidate_amount, unborn_amount, expected_amount, attainment_probability, batna_strength, batna_strength_low,
    batna_strength_high, batna_basis, batna_band, band_withheld_reason, usual_weak_share, is_exact, is_out_of_reach,
    all_won_misses, surviving_share, next_quarter_strength, next_quarter_quota_amount, deals_needed, deals_needed_by_on,
    new_deal_source, new_deal_count, new_deal_probability, new_deal_amount
from scores.rep_scorecard
where as_of_on = ? and rep_id = ?
"""
_DEALS = """
select deals.opportunity_id, positions.opportunity_name, deals.amount, deals.win_probability,
    positions.probability_source, deals.probability_cell, deals.probability_deviation, deals.is_at_table,
    attained.without_probability, attained.without_low, attained.without_high,
    attained.if_won_probability, positions.loss_if_gone_amount
from scores.book_deals as deals
inner join scores.deal_attainment as attained
    on deals.as_of_on = attained.as_of_on and deals.book_kind = attained.book_kind
    and deals.book_id = attained.book_id and deals.opportunity_id = attained.opportunity_id
left join scores.deal_positions as positions
    on deals.as_of_on = positions.as_of_on and deals.opportunity_id = positions.opportunity_id
where deals.as_of_on = ? and deals.book_kind = 'rep' and deals.book_id = ?
order by deals.amount desc, deals.opportunity_id
"""
_CORRELATION = "select * from scores.correlation where as_of_on = ?"
_NEAR = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved since an earlier week of the quarter: both levels, and the steps from the one to the other."""

    since_on: date
    before: Level
    after: Level
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class RepStory:
    """Everything there is to say of a rep's number.

    card: columns of marts.rep_scorecard; deals: the candidates, largest first; unborn_cents: points of N; correlation:
    the row of marts.correlation; moved: None in the first week of the quarter, and without a quota.
    """

    card: Record
    deals: Sequence[Record]
    unborn_cents: Sequence[int]
    correlation: Record | None
    moved: Moved | None

    def as_record(self) -> dict[str, Any]:
        """For JSON."""
        return {"kind": "rep", **asdict(self)}


def rep_story(connection: DuckDBPyConnection, as_of_on: date, rep_id: str) -> RepStory | None:
    """None where that date has no such rep."""
    card = one(connection, _CARD, [as_of_on, rep_id])
    if card is None:
        return None
    week = read_week(connection, as_of_on, rep_id)
    return RepStory(
        card,
        rows(connection, _DEALS, [as_of_on, rep_id]),
        week.standing.unborn if week else (),
        one(connection, _CORRELATION, [as_of_on]),
        moved(connection, week, card) if week else None,
    )


def moved(connection: DuckDBPyConnection, week: BookWeek, card: Record) -> Moved | None:
    """What moved since the week before. Raises DataRefused where the published week does not add up to its number."""
    level = level_of(week.standing)
    told = rounded(card["batna_strength"])
    if abs(told - level.strength_points) > _NEAR:
        fault = f"the strength published is {told}, its deals give {level.strength_points}"
        raise DataRefused(f"week of {week.as_of_on}", fault, "Score it again with --restate")
    since_on = week_before(connection, week.as_of_on, card["rep_id"])
    before = read_week(connection, since_on, card["rep_id"]) if since_on else None
    if before is None:
        return None
    return Moved(before.as_of_on, level_of(before.standing), level, steps(before, week))

"""Finished quarters looked at again, week by week: 03-metrics.md, section 3, Win probability."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from tests.models.reference.books import Standing
from tests.models.reference.facts import Facts, Row, months_on
from tests.models.reference.states import closing

WEEKS_LEFT = range(13)
BANDS = {0: "0-1", 2: "2-4", 5: "5-8", 9: "9-13"}


def past_quarters(facts: Facts, as_of_on: date, count: int) -> list[date]:
    """First days of the finished quarters before the one of a date, youngest first."""
    start = facts.quarter_start(as_of_on)
    return [months_on(start, -3 * age) for age in range(1, count + 1)]


def snapshots(facts: Facts, quarter_start_on: date, as_of_on: date) -> Iterator[tuple[tuple[date, str], Row]]:
    """The candidates of one finished quarter on its snapshot days, and how they ended by its last moment.

    as_of_on: a week that learns from it.
    """
    exported_by = facts.week(as_of_on).moment
    end_on = months_on(quarter_start_on, 3) - timedelta(days=1)
    ended = Standing(facts, facts.week(end_on))
    for weeks_left in WEEKS_LEFT:
        day = end_on - timedelta(days=7 * weeks_left + 3)
        standing = Standing(facts, facts.week(day), exported_by)
        for name, deal in standing.deals.items():
            is_candidate = standing.outcomes[name] == "open" and standing.why_not(deal) in (None, "amount")
            if is_candidate and ended.outcomes[name] != "void":
                yield (day, name), _row(standing, ended, name, weeks_left)


def _row(standing: Standing, ended: Standing, name: str, weeks_left: int) -> Row:
    deal, week = standing.deals[name], standing.week
    close_on = deal.told("close_on", week.moment)
    closed = closing(deal, ended.week.moment)
    is_won = ended.outcomes[name] == "won" and bool(closed and closed.at and ended.in_quarter(closed.at))
    rate = standing.facts.rate(standing.currency(deal), week.as_of_on, ended.week.moment)
    stake = standing.own_money(deal)
    final = ended.money(deal, standing.facts.day_of(closed.at)) if is_won and closed and closed.at else None
    return {
        "weeks_left": weeks_left, "weeks_left_band": BANDS[max(start for start in BANDS if start <= weeks_left)],
        "rep_id": standing.owner(deal), "segment": deal.column("segment", week.moment) or "",
        "phase_order": standing.phase_order(deal), "close_class": _close_class(close_on, standing),
        "amount": None if stake is None or rate is None else stake * rate, "is_won_in_quarter": is_won, "final_amount": final,
    }  # fmt: skip


def _close_class(close_on: date | None, standing: Standing) -> str:
    if close_on is None:
        return "unknown"
    if close_on < standing.week.as_of_on:
        return "overdue"
    return "inside" if close_on <= standing.week.quarter_end_on else "outside"

"""Finished quarters looked at again, week by week: 03-metrics.md, section 3, Win probability."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from statistics import median
from typing import NamedTuple

from tests.models.reference.books import Standing
from tests.models.reference.facts import Facts, Row, Week, months_on
from tests.models.reference.states import closing

WEEKS_LEFT = range(13)


class Cell(NamedTuple):
    segment: str
    phase_order: int
    weeks_left_band: str
    close_class: str


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
            is_candidate = standing.outcomes[name] == "open" and standing.why_not(deal) in (None, "amount", "owner")
            if is_candidate and ended.outcomes[name] != "void":
                yield (day, name), _row(standing, ended, name, weeks_left)


def _row(standing: Standing, ended: Standing, name: str, weeks_left: int) -> Row:
    deal, week = standing.deals[name], standing.week
    close_on = deal.told("close_on", week.moment)
    closed = closing(deal, ended.week.moment)
    is_won = ended.outcomes[name] == "won" and bool(closed and closed.at and ended.in_quarter(closed.at))
    rate = standing.facts.rate(standing.currency(deal), week.as_of_on, ended.week.moment)
    stake = standing.own_money(deal)
    last = ended.own_money(deal) if is_won else None
    final = ended.money(deal, standing.facts.day_of(closed.at)) if is_won and closed and closed.at else None
    return {
        "weeks_left": weeks_left, "weeks_left_band": band(weeks_left),
        "rep_id": standing.owner(deal), "segment": deal.column("segment", week.moment) or "",
        "phase_order": standing.phase_order(deal), "close_class": close_class(close_on, standing),
        "amount": None if stake is None or rate is None else stake * rate, "is_won_in_quarter": is_won, "final_amount": final,
        "realised_ratio": float(last / stake) if stake and stake > 0 and last and last > 0 else None,
    }  # fmt: skip


def band(weeks_left: int) -> str:
    return BANDS[max(start for start in BANDS if start <= weeks_left)]


def close_class(close_on: date | None, standing: Standing) -> str:
    if close_on is None:
        return "unknown"
    if close_on < standing.week.as_of_on:
        return "overdue"
    return "inside" if close_on <= standing.week.quarter_end_on else "outside"


@dataclass(frozen=True)
class Learner:
    """What the finished quarters before a week teach: chances by cell, factors of reps, what is left of amounts."""

    facts: Facts
    week: Week

    @cached_property
    def rows(self) -> list[tuple[date, str, Row]]:
        """Snapshots of the history, with the first day of their quarter and the deal."""
        count = self.facts.settings.probability.history_quarters
        return [
            (start, name, row)
            for start in past_quarters(self.facts, self.week.as_of_on, count)
            for (_, name), row in snapshots(self.facts, start, self.week.as_of_on)
        ]

    @property
    def is_learnt(self) -> bool:
        settings = self.facts.settings.probability
        deals, quarters = {name for _, name, _ in self.rows}, {start for start, _, _ in self.rows}
        return len(deals) >= settings.min_learnt_deals and len(quarters) >= settings.min_learnt_quarters

    @cached_property
    def cells(self) -> dict[Cell, list[bool]]:
        """The outcomes in each cell: one of each deal and quarter."""
        found: dict[Cell, dict[tuple[date, str], bool]] = {}
        for start, name, row in self.rows:
            found.setdefault(cell_of(row), {})[start, name] = row["is_won_in_quarter"]
        return {cell: list(outcomes.values()) for cell, outcomes in found.items()}

    def chance(self, cell: Cell) -> float:
        """Shrunk from all deals to the phase, the segment within it, and the cell."""
        prior = float(self.facts.settings.probability.prior_deals)
        everything = [won for outcomes in self.cells.values() for won in outcomes]
        rate = sum(everything) / len(everything)
        for names in (("phase_order",), ("segment", "phase_order"), Cell._fields):
            same = [
                won for other, outcomes in self.cells.items() for won in outcomes
                if all(getattr(other, name) == getattr(cell, name) for name in names)
            ]  # fmt: skip
            rate = (sum(same) + prior * rate) / (len(same) + prior)
        return rate

    def factor(self, rep: str | None) -> float:
        settings = self.facts.settings.probability
        recent = past_quarters(self.facts, self.week.as_of_on, settings.rep_quarters)
        often = Counter((start, name) for start, name, _ in self.rows)
        own = [
            (row, 1 / often[start, name]) for start, name, row in self.rows if start in recent and row["rep_id"] == rep
        ]
        if rep is None or not own:
            return 1.0
        more = float(settings.rep_prior_wins)
        won = sum(weight for row, weight in own if row["is_won_in_quarter"])
        factor = (won + more) / (sum(weight * self.chance(cell_of(row)) for row, weight in own) + more)
        return min(max(factor, float(settings.rep_factor_low)), float(settings.rep_factor_high))

    def realisation(self, segment: str, phase_order: int) -> float:
        """Median of what was left of the amount of won deals, of the segment and phase, else of the phase."""
        found: dict[tuple[str, int, date, str], list[float]] = {}
        for start, name, row in self.rows:
            if row["realised_ratio"] is not None:
                found.setdefault((row["segment"], row["phase_order"], start, name), []).append(row["realised_ratio"])
        means = {key: sum(ratios) / len(ratios) for key, ratios in found.items()}
        least = self.facts.settings.amount.realisation_min_deals
        for wanted in (segment, None):
            ratios = [mean for key, mean in means.items() if key[1] == phase_order and wanted in (None, key[0])]
            if len(ratios) >= least:
                return median(ratios)
        return 1.0


def cell_of(row: Row) -> Cell:
    return Cell(row["segment"], row["phase_order"], row["weeks_left_band"], row["close_class"])

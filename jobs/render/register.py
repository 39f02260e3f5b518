"""The register of declines, and beside it what should have been declined: the context of declined.html."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from jobs.render.conduct import LowPrices, low_prices_of
from jobs.render.deal_rows import Decline, PossibleDecline, ShouldHaveDeclined
from jobs.render.deals import Owner
from jobs.render.exit_rows import DeclineDetail
from jobs.render.exits import Exits, exits_of
from jobs.render.frame import Frame, Page
from jobs.render.read import WeekRows
from jobs.render.rows import CompanyWeek

_MAX_ROWS = 30
_MAX_OTHERS = 15  # of what is no decline
_OUTCOMES = (
    "loss_avoided_amount",
    "margin_protected_amount",
    "contribution_given_up_amount",
    "recovered_amount",
)


@dataclass(frozen=True)
class Outcome:
    """One of the four figures of what declines did. They are never added to one."""

    code: str  # the column that it sums
    amount: Decimal | None  # over verified declines; None where none is known
    unverified_amount: Decimal | None  # over the others


@dataclass(frozen=True)
class Period:
    """The declines of a span of time."""

    code: str  # quarter, year: the four finished quarters before
    declines: tuple[Decline, ...]  # the latest, as many as are shown
    count: int
    demanded_amount: Decimal | None
    verified_count: int
    returned_count: int
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class Accepted:
    """What should have been declined in a span of time."""

    code: str
    rows: tuple[ShouldHaveDeclined, ...]  # the largest shortfalls, as many as are shown
    count: int
    below_threshold_amount: Decimal
    loss_amount: Decimal  # below the floor
    below_floor_count: int


@dataclass(frozen=True)
class Reason:
    """Declines of one reason, this quarter and the four before."""

    code: str
    count: int


@dataclass(frozen=True, kw_only=True)
class DeclinedPage(Page):
    """The context of declined.html.j2."""

    template: ClassVar[str] = "declined.html.j2"
    company: CompanyWeek  # whether declines are known at all, and how many
    periods: tuple[Period, ...]  # this quarter, then the four before
    reasons: tuple[Reason, ...]  # most frequent first
    accepted: tuple[Accepted, ...]  # this quarter, then the four before
    possible: tuple[PossibleDecline, ...]  # may be declines, as many as are shown
    possible_count: int
    possible_amount: Decimal
    low_prices: LowPrices | None  # discounts, and which of them were not needed
    exits: Exits  # who came back, and what exceptions and warnings led to
    reasons_are_thin: bool  # too few loss reasons are known for the count to be trusted
    details: Mapping[tuple[str, datetime], DeclineDetail]  # by deal and moment of its decline
    owners: Mapping[str, Owner]  # by rep id


def declined_page(frame: Frame, week: WeekRows, owners: Mapping[str, Owner]) -> DeclinedPage:
    """The register as of the week."""
    quarter = frame.quarter.start_on
    year = quarter.replace(year=quarter.year - 1)
    recent = [row for row in week.declines if row.quarter_start_on >= year]
    return DeclinedPage(
        frame=frame,
        company=week.company,
        periods=_periods(recent, quarter),
        reasons=_reasons(recent),
        accepted=_accepted_periods([row for row in week.accepted if row.quarter_start_on >= year], quarter),
        possible=week.possible[:_MAX_OTHERS],
        possible_count=len(week.possible),
        possible_amount=_total(row.amount for row in week.possible) or Decimal(0),
        low_prices=low_prices_of(week.conduct.low_prices, frame),
        details=week.exits.details,
        exits=exits_of(week),
        reasons_are_thin=is_thin(week.company, frame),
        owners=owners,
    )


def is_thin(company: CompanyWeek, frame: Frame) -> bool:
    """Whether so few loss reasons are known that declines may hide among the losses."""
    known = company.loss_reason_known_share
    return known is not None and known < frame.settings.declines.reason_coverage_warning


def good_decline(declines: Sequence[Decline], quarter_start_on: date) -> Decline | None:
    """One decline worth telling: good, of this quarter, that with the most margin protected; else none."""
    good = [row for row in declines if row.is_good_decline and row.quarter_start_on == quarter_start_on]
    return min(good, key=lambda row: (-(row.margin_protected_amount or 0), row.opportunity_id), default=None)


def _periods(declines: Sequence[Decline], quarter: date) -> tuple[Period, ...]:
    now = [row for row in declines if row.quarter_start_on == quarter]
    before = [row for row in declines if row.quarter_start_on < quarter]
    return tuple(_period(code, rows) for code, rows in (("quarter", now), ("year", before)))


def _period(code: str, rows: Sequence[Decline]) -> Period:
    return Period(
        code=code,
        declines=tuple(rows[:_MAX_ROWS]),
        count=len(rows),
        demanded_amount=_total(row.demanded_amount for row in rows),
        verified_count=sum(bool(row.is_verified) for row in rows),
        returned_count=sum(row.returned_at is not None for row in rows),
        outcomes=tuple(_outcome(name, rows) for name in _OUTCOMES),
    )


def _outcome(name: str, rows: Sequence[Decline]) -> Outcome:
    return Outcome(
        code=name,
        amount=_total(getattr(row, name) for row in rows if row.is_verified),
        unverified_amount=_total(getattr(row, name) for row in rows if not row.is_verified),
    )


def _total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Sum of what is known; None where nothing is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def _reasons(rows: Sequence[Decline]) -> tuple[Reason, ...]:
    counts = Counter(row.reason or "unknown" for row in rows)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Reason(code, count) for code, count in ordered)


def _accepted_periods(rows: Sequence[ShouldHaveDeclined], quarter: date) -> tuple[Accepted, ...]:
    now = [row for row in rows if row.quarter_start_on == quarter]
    before = [row for row in rows if row.quarter_start_on < quarter]
    return tuple(_accepted(code, found) for code, found in (("quarter", now), ("year", before)))


def _accepted(code: str, rows: Sequence[ShouldHaveDeclined]) -> Accepted:
    largest = sorted(rows, key=lambda row: (-(row.below_threshold_amount or 0), row.opportunity_id))
    return Accepted(
        code=code,
        rows=tuple(largest[:_MAX_OTHERS]),
        count=len(rows),
        below_threshold_amount=_total(row.below_threshold_amount for row in rows) or Decimal(0),
        loss_amount=_total(row.loss_amount for row in rows) or Decimal(0),
        below_floor_count=sum(row.zone == "walk" for row in rows),
    )

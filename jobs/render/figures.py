"""The figures of the week: the first five that can be measured, each with its change and the cause of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from jobs.render.conduct_rows import LowPrice
from jobs.render.deal_rows import Decline, EarlierPosition, Position
from jobs.render.deals import below_line, breaks_quarter, in_focus
from jobs.render.read import Earlier, WeekRows
from jobs.render.reader import grouped
from jobs.render.rows import CompanyWeek

MAX_FIGURES = 5
_LEAST_CHANGE = 0.005


@dataclass(frozen=True)
class Figure:
    """One number of the week. Which fields it has depends on its code."""

    # declined, below_line, buffer_coverage, unneeded, quarter, held, one_deal, cuts, pushes, last_week, possible, won,
    # win_rate, reasons, without_amount
    code: str
    amount: Decimal | None = None
    count: int | None = None
    of_count: int | None = None
    share: float | None = None
    change: Decimal | float | int | None = None  # since the week before, in the unit of the figure
    verdict: str = ""  # better, worse, or empty where a change is neither
    joined: tuple[str, ...] = ()  # names that came in since the week before
    left: tuple[str, ...] = ()  # names that went out
    won_amount: Decimal | None = None  # won since the week before
    excused_count: int | None = None
    broken_count: int | None = None
    has_unborn: bool = False  # business still to be found is counted


def week_figures(week: WeekRows, zone: ZoneInfo) -> tuple[Figure, ...]:
    """At most five figures, those of walk-away discipline first, then what opportunities and quotas tell."""
    makers: Sequence[Callable[[], Figure | None]] = (
        lambda: _declined(week, zone),
        lambda: _below_line(week),
        lambda: _buffer_coverage(week),
        lambda: _unneeded(week.conduct.low_prices, week.company),
        lambda: _quarter(week),
        lambda: _held(week),
        lambda: _one_deal(week),
        lambda: _cuts(week),
        lambda: _pushes(week),
        lambda: _last_week(week.company),
        lambda: _possible(week.possible),
        lambda: _won(week),
        lambda: _win_rate(week.company),
        lambda: _reasons(week.company),
        lambda: _without_amount(week),
    )
    return tuple(figure for make in makers if (figure := make()) is not None)[:MAX_FIGURES]


def _same_quarter(week: WeekRows) -> Earlier | None:
    """The week before, where figures of the quarter can be told against it."""
    earlier = week.earlier
    if earlier is None or earlier.company.quarter_start_on != week.company.quarter_start_on:
        return None
    return earlier


def _verdict(change: Decimal | float | int | None, *, more_is_better: bool) -> str:
    if not change:
        return ""
    return "better" if (change > 0) == more_is_better else "worse"


def _declined(week: WeekRows, zone: ZoneInfo) -> Figure | None:
    company, earlier = week.company, _same_quarter(week)
    if company.declined_count is None:
        return None
    change = None
    if earlier is not None and earlier.company.declined_count is not None:
        change = company.declined_count - earlier.company.declined_count
    return Figure(
        "declined",
        count=company.declined_count,
        amount=company.declined_amount,
        change=change,
        joined=tuple(row.label for row in week.declines if _is_new(row, week.earlier, zone)),
    )


def _is_new(row: Decline, earlier: Earlier | None, zone: ZoneInfo) -> bool:
    return earlier is not None and local_day(row.decided_at, zone) > earlier.as_of_on


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The day of a moment (UTC, without a zone) in the workspace's zone."""
    return moment.replace(tzinfo=UTC).astimezone(zone).date()


def _below_line(week: WeekRows) -> Figure | None:
    lined = [deal for deal in week.positions if deal.zone is not None]
    if not lined:
        return None
    below = {deal.opportunity_id: deal for deal in lined if below_line(deal)}
    before = _earlier_names(week.earlier, lambda row: row.zone in ("approval", "walk"))
    change = None if before is None else len(below) - len(before)
    return Figure(
        "below_line",
        count=len(below),
        of_count=len(lined),
        amount=sum((deal.shortfall_amount or Decimal(0) for deal in below.values()), Decimal(0)),
        change=change,
        verdict=_verdict(change, more_is_better=False),
        joined=() if before is None else tuple(d.label for k, d in below.items() if k not in before),
        left=() if before is None else tuple(name for key, name in before.items() if key not in below),
    )


def _earlier_names(earlier: Earlier | None, wanted: Callable[[EarlierPosition], bool]) -> dict[str, str] | None:
    """Opportunity -> name, of those deals that the week before already knew so."""
    if earlier is None:
        return None
    rows = earlier.positions.values()
    return {row.opportunity_id: row.opportunity_name or row.opportunity_id for row in rows if wanted(row)}


def _buffer_coverage(week: WeekRows) -> Figure | None:
    company = week.company
    if company.buffer_coverage_share is None:
        return None
    at_table = {deal.opportunity_id: deal for deal in week.positions if deal.is_at_table}
    before = _earlier_names(week.earlier, lambda row: bool(row.is_at_table))
    earlier = week.earlier.company.buffer_coverage_share if week.earlier else None
    change = share_change(company.buffer_coverage_share, earlier)
    return Figure(
        "buffer_coverage",
        share=company.buffer_coverage_share,
        count=company.table_count,
        amount=company.table_amount,
        change=change,
        verdict=_verdict(change, more_is_better=True),
        joined=() if before is None else tuple(d.label for k, d in at_table.items() if k not in before),
        left=() if before is None else tuple(name for key, name in before.items() if key not in at_table),
    )


def share_change(now: float, before: float | None) -> float | None:
    """The change of a share; under half a point there is none, for it would be shown as 0."""
    if before is None:
        return None
    change = now - before
    return change if abs(change) >= _LEAST_CHANGE else 0.0


def _quarter(week: WeekRows) -> Figure | None:
    company, earlier = week.company, _same_quarter(week)
    if company.attainment_probability is None or company.gap_amount is None or not company.qualified_count:
        return None
    before = earlier.company if earlier else None
    change = share_change(company.attainment_probability, before.attainment_probability if before else None)
    won = None
    if before is not None and company.won_amount is not None and before.won_amount is not None:
        won = company.won_amount - before.won_amount
    return Figure(
        "quarter",
        share=company.attainment_probability,
        amount=company.gap_amount,
        count=company.weeks_left,
        change=change,
        verdict=_verdict(change, more_is_better=True),
        won_amount=won,
        has_unborn=company.unborn_amount is not None,
    )


def _unneeded(rows: Iterable[LowPrice], company: CompanyWeek) -> Figure | None:
    """Discounts of this quarter and the four before that a safe quarter did not need."""
    start = company.quarter_start_on
    found = [row for row in rows if row.unneeded_discount_amount]
    recent = [row for row in found if row.quarter_start_on >= start.replace(year=start.year - 1)]
    amount = sum((row.unneeded_discount_amount or Decimal(0) for row in recent), Decimal(0))
    return Figure("unneeded", amount=amount, count=len(recent)) if recent else None


def _held(week: WeekRows) -> Figure | None:
    """Deals of the quarter that met a reason to leave and of which it is known how they ended."""
    company, earlier = week.company, _same_quarter(week)
    ended = sum(count or 0 for count in (company.held_count, company.excused_count, company.broken_count))
    if not ended:
        return None
    before = earlier.company.broken_count if earlier else None
    change = None if before is None else (company.broken_count or 0) - before
    return Figure(
        "held",
        count=company.held_count or 0,
        of_count=ended,
        excused_count=company.excused_count or 0,
        broken_count=company.broken_count or 0,
        change=change,
        verdict=_verdict(change, more_is_better=False),
    )


def _one_deal(week: WeekRows) -> Figure | None:
    """Reps of whom one deal in focus carries more than half of what they can still expect."""
    judged = {
        rep_id: any(map(breaks_quarter, in_focus(deals)))
        for rep_id, deals in grouped(week.positions, lambda deal: deal.rep_id).items()
        if rep_id is not None and any(deal.surviving_share is not None for deal in in_focus(deals))
    }
    if not judged:
        return None
    return Figure("one_deal", count=sum(judged.values()), of_count=len(judged))


def _cuts(week: WeekRows) -> Figure | None:
    company, earlier = week.company, _same_quarter(week)
    if company.cut_amount is None or not company.cut_count:
        return None
    before = earlier.company.cut_amount if earlier else None
    change = None if before is None else company.cut_amount - before
    verdict = _verdict(change, more_is_better=False)
    return Figure("cuts", amount=company.cut_amount, count=company.cut_count, change=change, verdict=verdict)


def _pushes(week: WeekRows) -> Figure | None:
    company, earlier = week.company, _same_quarter(week)
    if not company.push_count:
        return None
    before = earlier.company.push_count if earlier else None
    change = None if before is None else company.push_count - before
    verdict = _verdict(change, more_is_better=False)
    days = Decimal(company.push_days or 0)
    return Figure("pushes", count=company.push_count, amount=days, change=change, verdict=verdict)


def _last_week(company: CompanyWeek) -> Figure | None:
    if company.last_week_won_share is None or not company.won_4q_count:
        return None
    return Figure(
        "last_week",
        share=company.last_week_won_share,
        count=company.last_week_won_count,
        of_count=company.won_4q_count,
    )


def _possible(possible: Sequence[object]) -> Figure | None:
    return Figure("possible", count=len(possible)) if possible else None


def _won(week: WeekRows) -> Figure | None:
    company, earlier = week.company, _same_quarter(week)
    if company.won_amount is None:
        return None
    before = earlier.company.won_amount if earlier else None
    change = None if before is None else company.won_amount - before
    return Figure("won", amount=company.won_amount, count=company.won_count, change=change)


def _win_rate(company: CompanyWeek) -> Figure | None:
    if not company.closed_count or company.won_count is None:
        return None
    return Figure("win_rate", count=company.won_count, of_count=company.closed_count)


def _reasons(company: CompanyWeek) -> Figure | None:
    if not company.loss_reason_count:
        return None
    known = round((company.loss_reason_known_share or 0) * company.loss_reason_count)
    return Figure("reasons", count=known, of_count=company.loss_reason_count)


def _without_amount(week: WeekRows) -> Figure | None:
    if not week.company.missing_amount_count:
        return None
    return Figure("without_amount", count=week.company.missing_amount_count, of_count=len(week.positions))


def slipped(positions: Iterable[Position], limit: int) -> tuple[Position, ...]:
    """Open deals that were cut or pushed, the largest cuts first."""
    moved = [deal for deal in positions if deal.cut_count or deal.push_count]
    moved.sort(key=lambda deal: (-(deal.cut_amount or 0), -(deal.push_days or 0), deal.opportunity_id))
    return tuple(moved[:limit])

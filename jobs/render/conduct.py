"""How deals are negotiated, and what was given away: the context of conduct.html."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from jobs.render.conduct_rows import (
    Difference,
    Effect,
    GroupConduct,
    LowPrice,
    ProcessLine,
    QuarterWeek,
    WillingnessThird,
)
from jobs.render.curve import Curve, curve_of
from jobs.render.deals import Owner
from jobs.render.exit_rows import ApprovalRate
from jobs.render.frame import Frame, Page
from jobs.render.names import team_page
from jobs.render.read import WeekRows
from jobs.render.rows import Quality

_MAX_ROWS = 12
_LAST_WEEK = 13
_QUARTERS_BEFORE = 4
# The measures of this page: what of them cannot be taken here is said in one line each.
_MEASURES = frozenset((
    "concessions", "unpaid_concession_share", "price_only_concession_share", "median_hours_to_concede",
    "after_final_count", "readiness_met_count", "single_threaded_count", "discount_ratio",
    "expected_discount_ratio", "crossing_count", "late_change_count", "unneeded_discount_amount",
    "pressure_discount_amount", "willingness", "approval_rates", "quarter_end_effect", "signalled_strength",
))  # fmt: skip


@dataclass(frozen=True)
class LowPrices:
    """Won deals below their usual price, of the quarter to date and the four before it."""

    count: int
    amount: Decimal  # usual price less price
    judged_count: int  # of these, the ones whose quarter was scored when negotiation began
    unneeded_count: int
    unneeded_amount: Decimal
    pressure_count: int
    pressure_amount: Decimal
    unneeded: tuple[LowPrice, ...]  # the largest, as many as are shown


@dataclass(frozen=True)
class LastWeek:
    """The last week of the finished quarters before, added up."""

    quarter_count: int
    lined_count: int  # wins with a line
    below_count: int
    crossing_count: int | None  # of these, by closings that carried the owner over quota


@dataclass(frozen=True)
class TeamConduct:
    """One team's line."""

    team: str
    link: str
    conduct: GroupConduct


@dataclass(frozen=True)
class Told:
    """What is told of single reps, since it is likely to be more than chance."""

    owner: Owner
    differences: tuple[Difference, ...]


@dataclass(frozen=True, kw_only=True)
class ConductPage(Page):
    """The context of conduct.html.j2."""

    template: ClassVar[str] = "conduct.html.j2"
    low_prices: LowPrices | None  # None where no usual price is known
    conduct: GroupConduct | None  # of the company
    teams: tuple[TeamConduct, ...]  # those with a concession, in the order of their names
    told: tuple[Told, ...]
    surest: ApprovalRate | None  # who says yes most surely
    approvals: tuple[ApprovalRate, ...]  # of the four quarters before, the most asked first
    approvals_now: Mapping[tuple[str, str], ApprovalRate]  # of this quarter, by kind and role
    curve: Curve | None
    last_week: LastWeek
    effects: tuple[Effect, ...]  # of the end of a quarter, then of a safe one; empty where nothing can be compared
    thirds: tuple[WillingnessThird, ...]  # deals of the same rep compared, by how safe the quarter was
    reps_thirds: tuple[WillingnessThird, ...]  # reps compared
    process: tuple[ProcessLine, ...]  # the latest quarter first
    missing: tuple[Quality, ...]  # of this page's measures, what cannot be taken here
    owners: Mapping[str, Owner]  # by rep id


def conduct_page(frame: Frame, week: WeekRows, owners: Mapping[str, Owner]) -> ConductPage:
    """The page on conduct as of the week."""
    rows = week.conduct
    return ConductPage(
        frame=frame,
        low_prices=low_prices_of(rows.low_prices, frame),
        conduct=next((row for (kind, _), row in rows.groups.items() if kind == "company"), None),
        teams=_teams(week),
        told=_told(week, owners) if week.people.has_rep_pages else (),
        surest=max(_approvals(week.exits.approvals), key=lambda row: row.approval_rate_low or 0.0, default=None),
        approvals=_approvals(week.exits.approvals),
        approvals_now={(row.kind, row.role): row for row in week.exits.approvals if row.period == "quarter"},
        curve=curve_of(rows.quarter_weeks, frame.quarter.start_on),
        last_week=_last_week(rows.quarter_weeks, frame),
        effects=_effects(rows.effects),
        thirds=tuple(row for row in rows.willingness if row.view == "within"),
        reps_thirds=tuple(row for row in rows.willingness if row.view == "between"),
        process=rows.process[: _QUARTERS_BEFORE + 1],
        missing=tuple(row for row in week.quality if not row.is_measurable and row.measure in _MEASURES),
        owners=owners,
    )


def low_prices_of(rows: Sequence[LowPrice], frame: Frame) -> LowPrices | None:
    """Won deals below their usual price; None without any."""
    start = frame.quarter.start_on
    recent = [row for row in rows if row.quarter_start_on >= start.replace(year=start.year - 1)]
    if not recent:
        return None
    unneeded = [row for row in recent if row.unneeded_discount_amount]
    pressed = [row for row in recent if row.pressure_discount_amount]
    return LowPrices(
        count=len(recent),
        amount=_total(row.discount_amount for row in recent),
        judged_count=sum(row.without_probability_at_start is not None for row in recent),
        unneeded_count=len(unneeded),
        unneeded_amount=_total(row.unneeded_discount_amount for row in unneeded),
        pressure_count=len(pressed),
        pressure_amount=_total(row.pressure_discount_amount for row in pressed),
        unneeded=tuple(unneeded[:_MAX_ROWS]),
    )


def _total(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


def _teams(week: WeekRows) -> tuple[TeamConduct, ...]:
    found = ((team.team, week.conduct.groups.get(("team", team.team))) for team in week.teams)
    return tuple(TeamConduct(name, team_page(name), row) for name, row in found if row and row.concession_count)


def _told(week: WeekRows, owners: Mapping[str, Owner]) -> tuple[Told, ...]:
    """Reps by name: an order by a rate would be one of people."""
    found = [
        Told(owners[rep_id], reported)
        for rep_id, rows in week.conduct.differences.items()
        if rep_id in owners and (reported := tuple(row for row in rows if row.is_reported))
    ]
    return tuple(sorted(found, key=lambda told: (told.owner.name, told.owner.page or "")))


def _effects(rows: Iterable[Effect]) -> tuple[Effect, ...]:
    """Effects on discounts first."""
    known = (row for row in rows if row.reason != "no_cases")
    return tuple(sorted(known, key=lambda row: (not row.effect.endswith("discount"), row.effect)))


def _approvals(rows: Iterable[ApprovalRate]) -> tuple[ApprovalRate, ...]:
    before = [row for row in rows if row.period == "4q" and row.requested_count]
    return tuple(sorted(before, key=lambda row: (-row.requested_count, row.kind, row.role)))


def _last_week(rows: Iterable[QuarterWeek], frame: Frame) -> LastWeek:
    last = [row for row in rows if row.week_number == _LAST_WEEK and row.quarter_start_on < frame.quarter.start_on]
    last = sorted(last, key=lambda row: row.quarter_start_on)[-_QUARTERS_BEFORE:]
    crossings = [row.crossing_count for row in last if row.crossing_count is not None]
    return LastWeek(
        quarter_count=len(last),
        lined_count=sum(row.lined_won_count or 0 for row in last if row.below_threshold_count is not None),
        below_count=sum(row.below_threshold_count or 0 for row in last),
        crossing_count=sum(crossings) if crossings else None,
    )

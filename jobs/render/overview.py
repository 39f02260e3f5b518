"""The first page of the week: the context of index.html."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from jobs.render.curve import Curve, curve_of
from jobs.render.deal_rows import Decline, Position
from jobs.render.deals import OwnedDeal, Owner, below_line, breaks_quarter, by_stake, in_focus, own, stake
from jobs.render.figures import Figure, slipped, week_figures
from jobs.render.frame import Frame, Page
from jobs.render.ladder import Ladder, ladder_of
from jobs.render.read import WeekRows
from jobs.render.reader import grouped
from jobs.render.register import good_decline, is_thin
from jobs.render.rows import CompanyWeek, Quality
from jobs.render.standings import RepTable, TeamRow, rep_table, said_columns, team_rows
from jobs.render.trend import Trend

MAX_DECISIONS = 10
_MAX_RUNGS = 12
_MAX_ROWS = 8


@dataclass(frozen=True)
class Uncounted:
    """Open deals that do not count towards the quarter, for one reason."""

    reason: str
    count: int


@dataclass(frozen=True, kw_only=True)
class IndexPage(Page):
    """The context of index.html.j2."""

    template: ClassVar[str] = "index.html.j2"
    company: CompanyWeek
    decisions: tuple[OwnedDeal, ...]  # most money at stake first
    decision_count: int  # of all that call for one, shown or not
    decision_amount: Decimal  # at stake in those shown
    figures: tuple[Figure, ...]
    trend: Trend | None
    teams: tuple[TeamRow, ...]
    behind_count: int  # teams whose quarter is still to be made
    reps: RepTable
    columns: frozenset[str]  # of both tables, those with a value
    ladders: tuple[Ladder, ...]  # deals with a list price, and those without
    owners: Mapping[str, Owner]  # by rep id
    below: tuple[Position, ...]  # open deals below their line, the first to close first
    lined_count: int  # open deals that have a line
    rung_count: int  # of those, shown on the ladders
    open_count: int
    uncounted: tuple[Uncounted, ...]  # why open deals do not count, the commonest reason first
    uncounted_count: int
    breaking: tuple[OwnedDeal, ...]  # deals that carry more than half of what their owner can still expect
    breaking_count: int
    slipped: tuple[OwnedDeal, ...]  # open deals that were cut or pushed
    curve: Curve | None  # None until discounts are measured
    good_decline: Decline | None
    possible_count: int
    possible_amount: Decimal
    reasons_are_thin: bool
    unmeasured: tuple[Quality, ...]


def index_page(frame: Frame, week: WeekRows, owners: Mapping[str, Owner]) -> IndexPage:
    """The first page as of the week."""
    calls = decisions(week.positions, owners, week.moves)
    lined = _lowest_first(deal for deal in week.positions if deal.zone)
    breaking = _breaking(week.positions, owners, week.moves)
    return IndexPage(
        frame=frame,
        company=week.company,
        decisions=calls[:MAX_DECISIONS],
        decision_count=len(calls),
        decision_amount=sum((stake(call.deal) for call in calls[:MAX_DECISIONS]), Decimal(0)),
        figures=week_figures(week, frame.settings.workspace.zone),
        trend=week.trends.get(("company", "company")),
        teams=team_rows(week),
        behind_count=sum(team.gap_amount is not None and team.gap_amount > 0 for team in week.teams),
        reps=rep_table(frame, week, owners),
        columns=said_columns(week),
        ladders=_ladders(lined[:_MAX_RUNGS]),
        owners=owners,
        below=_first_to_close(filter(below_line, lined)),
        lined_count=len(lined),
        rung_count=min(len(lined), _MAX_RUNGS),
        open_count=len(week.positions),
        uncounted=_uncounted(week.positions),
        uncounted_count=sum(not deal.is_candidate for deal in week.positions),
        breaking=breaking[:_MAX_ROWS],
        breaking_count=len(breaking),
        slipped=tuple(own(deal, owners, week.moves) for deal in slipped(week.positions, _MAX_ROWS)),
        curve=curve_of(week.conduct.quarter_weeks, frame.quarter.start_on),
        good_decline=good_decline(week.declines, frame.quarter.start_on),
        possible_count=len(week.possible),
        possible_amount=sum((row.amount or Decimal(0) for row in week.possible), Decimal(0)),
        reasons_are_thin=is_thin(week.company, frame),
        unmeasured=unmeasured(week.quality),
    )


def decisions(
    positions: Iterable[Position], owners: Mapping[str, Owner], moves: Mapping[str, str]
) -> tuple[OwnedDeal, ...]:
    """Every open deal that calls for a move, most money at stake first."""
    candidates = by_stake(deal for deal in positions if deal.is_candidate)
    return tuple(call for deal in candidates if (call := own(deal, owners, moves)).is_decision)


def _lowest_first(deals: Iterable[Position]) -> list[Position]:
    return sorted(deals, key=lambda deal: (deal.buffer_ratio or 0.0, deal.opportunity_id))


def unmeasured(quality: Iterable[Quality]) -> tuple[Quality, ...]:
    """What could be measured if a column were there."""
    return tuple(row for row in quality if not row.is_measurable)


def _uncounted(positions: Iterable[Position]) -> tuple[Uncounted, ...]:
    reasons = Counter(deal.not_counted_reason or "" for deal in positions if not deal.is_candidate)
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Uncounted(reason, count) for reason, count in ordered if reason)


def _breaking(
    positions: Iterable[Position], owners: Mapping[str, Owner], moves: Mapping[str, str]
) -> tuple[OwnedDeal, ...]:
    groups = grouped(positions, lambda deal: deal.rep_id).values()
    found = [deal for deals in groups for deal in in_focus(deals) if breaks_quarter(deal)]
    found.sort(key=lambda deal: (-(deal.loss_if_gone_amount or 0), deal.opportunity_id))
    return tuple(own(deal, owners, moves) for deal in found)


def _first_to_close(deals: Iterable[Position]) -> tuple[Position, ...]:
    return tuple(sorted(deals, key=lambda deal: (deal.close_on is None, deal.close_on, deal.opportunity_id)))


def _ladders(deals: Sequence[Position]) -> tuple[Ladder, ...]:
    """One axis for deals with a list price, one for those without: their percentages differ in kind."""
    listed = [deal for deal in deals if deal.list_amount]
    bare = [deal for deal in deals if not deal.list_amount]
    return tuple(ladder for ladder in (ladder_of(listed), ladder_of(bare)) if ladder is not None)

"""The page that the people of a team get: the context of team_shared.html.

It has no line, floor or price of a deal, and nothing from which one could be computed (01-product.md, Editions). So
what the page may show is named here, one by one, and all else is not handed on: a measure that is added later stays
hidden until somebody names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from jobs.render.conduct_rows import GroupConduct
from jobs.render.deal_rows import Position
from jobs.render.deals import below_line
from jobs.render.frame import Frame, Page
from jobs.render.people import SMALLEST_GROUP
from jobs.render.read import WeekRows
from jobs.render.rep_view import told_teams
from jobs.render.rows import TeamScorecard

LEAST_DEALS = 3  # behind a sum
_MAX_DEALS = 20
_ZONES = ("walk", "approval", "clear", None)
_NAMED = frozenset(("team", "quarter_start_on", "currency", "weeks_left", "rep_count", "quota_missing_rep_count"))
_OF_PEOPLE = frozenset((
    "quota_amount", "attainment_probability", "batna_strength", "batna_basis", "batna_band", "usual_weak_share",
    "usual_rep_count", "band_withheld_reason", "is_out_of_reach", "all_won_misses", "next_quarter_strength",
    "next_quarter_quota_amount", "deals_needed", "deals_needed_by_on", "new_deal_count", "new_deal_probability",
    "new_deal_amount", "unborn_amount", "qualified_count", "table_count", "quarter_left_share",
    "created_4w_count", "created_13w_count", "declined_count", "returned_count", "loss_reason_known_share",
    "loss_reason_count", "exposure_count", "open_exposure_count", "held_count", "excused_count", "broken_count",
    "unknown_count", "exposure_4q_count", "held_4q_count", "excused_4q_count", "broken_4q_count", "unknown_4q_count",
    "won_count", "lost_count", "closed_count", "push_count", "push_days", "won_4q_count", "last_week_won_count",
))  # fmt: skip
_OF_WINS = frozenset(("won_amount", "gap_amount", "open_quota_share"))
_OF_BOOKS = ("attainment_probability", "batna_strength", "batna_band", "is_out_of_reach", "all_won_misses")


@dataclass(frozen=True, slots=True)
class SharedDeal:
    """An open deal, and on which side of its line its price stands."""

    label: str
    account_name: str | None
    phase: str | None
    zone: str | None
    close_on: date | None
    days_to_close: int | None


@dataclass(frozen=True, slots=True)
class ZoneSum:
    """The deals of one zone; amount is None where too few stand behind it."""

    zone: str | None
    count: int
    amount: Decimal | None


@dataclass(frozen=True, kw_only=True)
class SharedTeamPage(Page):
    """The context of team_shared.html.j2."""

    template: ClassVar[str] = "team_shared.html.j2"
    team: TeamScorecard  # what may be shown of it; the rest is None
    is_pooled: bool  # whether enough people stand behind the team's figures
    are_wins_told: bool
    deals: tuple[SharedDeal, ...]  # what needs something first
    deal_count: int
    below_count: int
    lined_count: int
    zones: tuple[ZoneSum, ...]
    open_amount: Decimal | None  # of all these deals; None where too few stand behind it
    conduct: GroupConduct | None
    least_group: int = SMALLEST_GROUP
    least_deals: int = LEAST_DEALS


def shared_team_page(frame: Frame, week: WeekRows, row: TeamScorecard) -> SharedTeamPage:
    """The page of a team for its people."""
    deals = [deal for deal in week.positions if deal.team == row.team and deal.is_candidate]
    is_pooled = row.team in told_teams((row,))
    are_wins_told = is_pooled and row.counted_won_count is not None and _is_enough(row.counted_won_count)
    return SharedTeamPage(
        frame=frame.below(),
        team=_shown(row, is_pooled=is_pooled, are_wins_told=are_wins_told),
        is_pooled=is_pooled,
        are_wins_told=are_wins_told,
        deals=tuple(map(_shared, sorted(deals, key=_what_needs_something_first)))[:_MAX_DEALS],
        deal_count=len(deals),
        below_count=sum(map(below_line, deals)),
        lined_count=sum(deal.zone is not None for deal in deals),
        zones=zone_sums(deals),
        open_amount=_money(deals) if _priced(deals) >= LEAST_DEALS else None,
        conduct=_conduct(week.conduct.groups.get(("team", row.team))) if is_pooled else None,
    )


def zone_sums(deals: Iterable[Position]) -> tuple[ZoneSum, ...]:
    """How many deals stand in each zone, and their money, where every zone that has deals has enough of them.

    One zone alone is not left out: the whole less the others would tell it.
    """
    found = list(deals)
    groups = {zone: [deal for deal in found if deal.zone == zone] for zone in _ZONES}
    is_told = all(_is_enough(_priced(group)) for group in groups.values())
    return tuple(
        ZoneSum(zone, len(group), _money(group) if is_told else None) for zone, group in groups.items() if group
    )


def _is_enough(count: int) -> bool:
    """None at all tells nothing about a deal."""
    return count == 0 or count >= LEAST_DEALS


def _priced(deals: Iterable[Position]) -> int:
    """How many of them have an amount."""
    return sum(deal.counted_amount is not None for deal in deals)


def _money(deals: Sequence[Position]) -> Decimal:
    return sum((deal.counted_amount or Decimal(0) for deal in deals), Decimal(0))


def _shown(row: TeamScorecard, *, is_pooled: bool, are_wins_told: bool) -> TeamScorecard:
    shown = _NAMED | (_OF_PEOPLE if is_pooled else set()) | (_OF_WINS if are_wins_told else set())
    hidden: dict[str, Any] = {field.name: None for field in fields(row) if field.name not in shown}
    if not _is_enough(row.table_count or 0) or not _is_enough(row.qualified_count or 0):
        hidden |= dict.fromkeys(_OF_BOOKS)
    return replace(row, **hidden)


def _conduct(row: GroupConduct | None) -> GroupConduct | None:
    return row and replace(row, unneeded_discount_amount=None, pressure_discount_amount=None)


def _what_needs_something_first(deal: Position) -> tuple[int, bool, date, str]:
    """Never by money, nor by how far a price is from its line: an order tells too."""
    return (_ZONES.index(deal.zone), deal.close_on is None, deal.close_on or date.max, deal.opportunity_id)


def _shared(deal: Position) -> SharedDeal:
    return SharedDeal(deal.label, deal.account_name, deal.phase, deal.zone, deal.close_on, deal.days_to_close)

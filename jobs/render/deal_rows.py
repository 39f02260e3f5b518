"""The rows about single deals: open, declined, and those that should have been or may have been declined.

A field has the name of its column. Money is in the reporting currency; moments are UTC without a zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Deal:
    """What every deal has."""

    opportunity_id: str
    opportunity_name: str | None
    account_name: str | None

    @property
    def label(self) -> str:
        """What people call the deal."""
        return self.opportunity_name or self.account_name or self.opportunity_id


@dataclass(frozen=True, slots=True)
class Position(Deal):
    """One open deal and where it stands."""

    rep_id: str | None
    team: str | None
    stage: str | None  # as exported
    phase: str | None
    deal_type: str | None
    is_candidate: bool | None
    candidate_reason: str | None  # code of why it is no candidate
    is_at_table: bool | None
    close_on: date | None
    days_to_close: int | None
    amount: Decimal | None
    counted_amount: Decimal | None  # what the kernel counts: the amount, or what stands in for it
    price_amount: Decimal | None  # latest seller offer, else the amount
    list_amount: Decimal | None
    floor_amount: Decimal | None
    threshold_amount: Decimal | None
    floor_source: str | None  # point, cost, product_cost, list
    zone: str | None  # clear, approval, walk
    buffer_ratio: float | None
    shortfall_amount: Decimal | None  # what the price lacks to the threshold
    stake_amount: Decimal | None  # money that ranks the decisions
    is_preset: bool | None  # the line existed before negotiation began
    win_probability: float | None
    probability_source: str | None  # learnt, learnt_untested, base_rate, crm_capped, phase_default
    attainment_without_probability: float | None
    attainment_if_won_probability: float | None
    team_without_probability: float | None
    surviving_share: float | None
    loss_if_gone_amount: Decimal | None
    pair_code: str | None
    comparable_count: int | None
    missing_approvals: str | None  # comma-joined kind:role, as the deal stands
    triggers: str | None  # comma-joined reasons to leave
    flags: str | None  # comma-joined red flags
    readiness_met_count: int | None
    readiness_known_count: int | None
    cut_count: int | None
    cut_amount: Decimal | None
    push_count: int | None
    push_days: int | None
    last_buyer_amount: Decimal | None

    @property
    def not_counted_reason(self) -> str | None:
        """Why the deal is no candidate; a deal without any stage is one whose state is not on record."""
        return "state_unknown" if self.stage is None and self.candidate_reason else self.candidate_reason


@dataclass(frozen=True, slots=True)
class Move:
    """What an open deal calls for."""

    opportunity_id: str
    move: str | None  # escalate, walk_open_door, walk_closed_door, ask_alternatives, slow_down, hold


@dataclass(frozen=True, slots=True)
class EarlierPosition:
    """What the week before knew of an open deal: enough to say what changed."""

    opportunity_id: str
    opportunity_name: str | None
    rep_id: str | None
    zone: str | None
    is_candidate: bool | None
    is_at_table: bool | None
    surviving_share: float | None


@dataclass(frozen=True, slots=True)
class Decline(Deal):
    """One deal that we left."""

    rep_id: str | None
    rep_name: str | None
    team: str | None
    quarter_start_on: date
    decided_at: datetime
    reason: str | None
    origin: str | None  # declared, confirmed, mapped
    demanded_amount: Decimal | None
    demand_source: str | None  # declared, buyer_offer, amount
    floor_amount: Decimal | None
    threshold_amount: Decimal | None
    zone_at_decline: str | None
    loss_avoided_amount: Decimal | None
    margin_protected_amount: Decimal | None
    contribution_given_up_amount: Decimal | None
    recovered_amount: Decimal | None
    is_verified: bool | None
    is_good_decline: bool | None
    exit_type: str | None  # open_door, closed_door
    reentry_min_amount: Decimal | None
    confirmed_by_name: str | None
    communicated_at: datetime | None
    rationale_known: bool | None
    lesson_known: bool | None
    checklist_count: int | None
    escalation_due: bool | None
    escalated_to: str | None
    returned_at: datetime | None
    returned_amount: Decimal | None
    return_uplift_ratio: float | None
    days_to_return: int | None
    later_status: str | None


@dataclass(frozen=True, slots=True)
class ShouldHaveDeclined(Deal):
    """One deal that was accepted although a trigger was neither cured nor approved."""

    rep_id: str | None
    rep_name: str | None
    team: str | None
    quarter_start_on: date
    closed_at: datetime
    price_amount: Decimal | None
    floor_amount: Decimal | None
    threshold_amount: Decimal | None
    zone: str | None
    triggers: str | None  # comma-joined codes
    missing_approvals: str | None
    loss_amount: Decimal | None  # below the floor
    below_threshold_amount: Decimal | None
    later_status: str | None


@dataclass(frozen=True, slots=True)
class PossibleDecline(Deal):
    """One deal that closed without being won and may have been our decision."""

    rep_id: str | None
    rep_name: str | None
    team: str | None
    closed_at: datetime | None
    amount: Decimal | None
    signals: str | None  # comma-joined codes


def codes(joined: str | None) -> tuple[str, ...]:
    """The parts of a comma-joined list of codes; none of None."""
    return tuple(part.strip() for part in joined.split(",") if part.strip()) if joined else ()

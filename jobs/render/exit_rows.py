"""The rows about what follows: who grants exceptions, who comes back, what an exception or a warning led to.

A field has the name of its column. Intervals are of 90 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ApprovalRate:
    """How often one role says yes to one kind of exception."""

    period: str  # quarter: to date; 4q: the four before
    kind: str  # price, term, fit
    role: str
    requested_count: int
    approved_count: int
    refused_count: int
    late_count: int
    unjustified_count: int
    wrong_role_count: int
    approval_rate: float | None  # of those decided
    approval_rate_low: float | None
    approval_rate_high: float | None

    @property
    def decided_count(self) -> int:
        """Approved or refused."""
        return self.approved_count + self.refused_count


@dataclass(frozen=True, slots=True)
class DeclineDetail:
    """How one decline was made and kept."""

    opportunity_id: str
    decided_at: datetime
    phase_at_decline: str | None
    is_under_quota: bool | None  # the owner's quarter was not made by then
    is_referred: bool | None  # to somebody who fits better
    is_escalated: bool | None
    is_saved: bool | None  # by the escalation
    what_changed: str | None  # until the return
    is_conceded_at_return: bool | None  # within a week of it
    touch_count: int | None  # activities since, of an open door
    last_touch_at: datetime | None
    is_stale: bool | None  # an open door that nobody tends


@dataclass(frozen=True, slots=True)
class ReturnRate:
    """How often buyers came back within so many days."""

    basis: str  # recorded; guess: by a new deal that looks alike; lost_guess: the same of lost deals
    exit_type: str  # all, open_door, closed_door, unknown
    window_days: int
    ended_count: int  # old enough to tell
    returned_count: int


@dataclass(frozen=True, slots=True)
class PossibleReturn:
    """A new deal of an account that we left, which may be the same business."""

    opportunity_id: str  # that we left
    opportunity_name: str | None
    end_kind: str  # declined; lost: the control
    ended_at: datetime
    ended_amount: Decimal | None
    new_opportunity_id: str
    new_opportunity_name: str | None
    new_created_on: date
    new_amount: Decimal | None
    days_to_return: int
    is_return_recorded: bool | None

    @property
    def label(self) -> str:
        """What people call the deal that we left."""
        return self.opportunity_name or self.opportunity_id

    @property
    def new_label(self) -> str:
        """What people call the new deal."""
        return self.new_opportunity_name or self.new_opportunity_id


@dataclass(frozen=True, slots=True)
class Precedent:
    """The account's next deal after an exception or after a clear one."""

    after_kind: str  # exception, clear
    measure: str  # opening_demand_share, price_list_share, below_threshold_share
    known_count: int
    value_mean: float | None
    value_low: float | None
    value_high: float | None


@dataclass(frozen=True, slots=True)
class WarningSign:
    """What became of deals that were signed in spite of a sign."""

    sign_kind: str  # red_flag, accepted_trigger, fit, all
    code: str
    told_count: int  # whose later state is on record
    churned_count: int
    churned_share: float | None
    churned_share_low: float | None
    churned_share_high: float | None

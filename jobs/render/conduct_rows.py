"""The rows about how deals are negotiated, of reps, teams and the company, and what was given away.

A field has the name of its column. Counts and money are over the quarter to date and the four before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Conduct:
    """What is counted alike of a rep, a team and the company."""

    from_on: date | None  # first day that is looked at
    concession_count: int | None
    timed_concession_count: int | None  # that answer a demand
    fast_concession_count: int | None  # of these, within 24 hours
    offered_concession_count: int | None  # between two of our offers
    unpaid_concession_count: int | None  # of these, with nothing got in return
    levered_concession_count: int | None  # whose lever is on record
    price_only_concession_count: int | None  # of these, in price alone
    final_deal_count: int | None  # deals with an offer marked final
    broken_final_deal_count: int | None  # of these, lowered again afterwards
    phased_deal_count: int | None  # deals with a first concession of known phase
    early_deal_count: int | None  # of these, before negotiation
    first_gap_deal_count: int | None  # deals whose first concession can be held against the gap
    large_first_deal_count: int | None  # of these, more than half of it
    answer_count: int | None  # our answers to a demand
    held_answer_count: int | None  # of these, with the price held
    readiness_known_count: int | None  # items of the list
    readiness_met_count: int | None
    contacted_table_count: int | None  # deals at the table with contacts on record
    single_threaded_count: int | None  # of these, with one
    late_change_count: int | None  # asked for shortly before closing
    late_accepted_fast_count: int | None
    late_traded_count: int | None
    late_alternative_count: int | None
    crossing_count: int | None  # signed below the line by closings that carried the owner over quota
    below_threshold_won_count: int | None
    lined_won_count: int | None
    unneeded_discount_amount: Decimal | None
    pressure_discount_amount: Decimal | None
    waiting_moment_count: int | None  # moments that showed that we can wait
    moment_count: int | None


@dataclass(frozen=True, slots=True)
class RepConduct(Conduct):
    """One rep."""

    rep_id: str
    signal_disagreement: str | None  # strong_reads_weak, weak_reads_strong


@dataclass(frozen=True, slots=True)
class GroupConduct(Conduct):
    """A team, or the company."""

    group_kind: str  # team, company
    group_id: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A rep beside the team in one share."""

    rep_id: str
    measure: str
    success_count: int
    trial_count: int
    team_share: float | None  # the team without the rep
    is_reported: bool | None  # likely to be more than chance
    direction: str | None  # above, below


@dataclass(frozen=True, slots=True)
class QuarterWeek:
    """One week of a fiscal quarter: prices signed in it beside the usual ones."""

    quarter_start_on: date
    week_number: int
    won_count: int | None
    listed_won_count: int | None  # wins with a list price
    discount_ratio: float | None
    expected_discount_ratio: float | None  # usual for segment and size
    lined_won_count: int | None
    below_threshold_count: int | None
    crossing_count: int | None


@dataclass(frozen=True, slots=True)
class LowPrice:
    """One won deal below the price that is usual for its segment and size."""

    opportunity_id: str
    opportunity_name: str | None
    rep_id: str | None
    quarter_start_on: date
    closed_on: date
    price_amount: Decimal | None
    expected_price_amount: Decimal | None
    discount_amount: Decimal | None  # expected price less price
    without_probability_at_start: float | None  # the quarter without the deal when negotiation began
    unneeded_discount_amount: Decimal | None
    pressure_discount_amount: Decimal | None

    @property
    def label(self) -> str:
        """What people call the deal."""
        return self.opportunity_name or self.opportunity_id


@dataclass(frozen=True, slots=True)
class ProcessLine:
    """The lines of one quarter that a workshop on major accounts means to move."""

    quarter_start_on: date
    decided_count: int | None
    won_count: int | None
    bids_per_win_ratio: float | None
    median_cycle_days: float | None
    listed_won_count: int | None
    discount_ratio: float | None
    priced_count: int | None
    concessions_per_deal_ratio: float | None
    rep_count: int | None
    won_per_rep_amount: Decimal | None
    quarter_end_won_count: int | None
    quarter_end_amount_share: float | None
    last_day_amount_share: float | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What goes with the end of a quarter or with a safe one, among deals of the same rep, segment and size."""

    effect: str
    estimate: float | None  # share of list, or of cases; None with low and high (90 %) where it is not reported
    low: float | None
    high: float | None
    deal_count: int | None
    treated_count: int | None  # of these, at the end of a quarter, or in a quarter that was made
    quarter_count: int | None
    is_reported: bool | None
    reason: str | None  # no_cases, few_quarters, no_contrast


@dataclass(frozen=True, slots=True)
class WillingnessThird:
    """Deals by how safe the quarter was without them when negotiation began."""

    view: str  # within a rep, between reps
    third: int  # 1 the least safe
    deal_count: int | None
    win_rate: float | None
    win_rate_low: float | None
    win_rate_high: float | None
    won_count: int | None
    priced_count: int | None
    price_share: float | None  # of list
    price_share_difference: float | None  # against the first third; None with its bounds where it is not reported
    price_share_difference_low: float | None
    price_share_difference_high: float | None

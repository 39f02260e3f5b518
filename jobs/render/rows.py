"""The rows about groups and data: what is read of them for one as-of date, and in which types.

A field has the name of its column. Money is in the reporting currency; a share lies between 0 and 1; None is
unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Measures:
    """What is measured alike of a rep, a team and the company."""

    quarter_start_on: date  # first day of the fiscal quarter of the as-of date
    currency: str | None  # reporting currency
    weeks_left: int | None  # whole weeks to the end of the quarter
    quota_amount: Decimal | None
    won_amount: Decimal | None  # won this quarter, of the deal types that count towards quota
    won_count: int | None
    lost_count: int | None
    gap_amount: Decimal | None  # quota less won; negative when the quota is exceeded
    expected_amount: Decimal | None  # what of the gap can still be expected
    attainment_probability: float | None
    batna_strength: float | None  # 0 to 100: the mean probability of the quarter without a deal
    batna_strength_low: float | None
    batna_strength_high: float | None
    batna_basis: str | None  # table, pipeline, none
    batna_band: str | None  # weak, fair, strong, out_of_reach; None while withheld
    usual_weak_share: float | None  # of reps, with as many weeks left
    usual_rep_count: int | None  # bands behind it
    band_withheld_reason: str | None  # deals_unknown, none, ramping, uncalibrated, pipeline_only
    is_out_of_reach: bool | None  # attainment is under the settings' limit
    all_won_misses: bool | None  # every open deal won would still miss the quota
    surviving_share: float | None  # of the money still expected, when a deal at the table goes
    next_quarter_strength: float | None
    next_quarter_quota_amount: Decimal | None
    deals_needed: float | None  # average new deals that would lift a weak quarter
    deals_needed_by_on: date | None  # last day on which one can be created to close in time
    new_deal_count: int | None  # deals behind the average new one
    new_deal_probability: float | None
    new_deal_amount: Decimal | None
    unborn_amount: Decimal | None  # business that is usually still found and won by the end; None: not counted
    qualified_count: int | None  # candidates
    candidate_amount: Decimal | None
    table_count: int | None  # deals at the table
    table_amount: Decimal | None
    covering_pair_share: float | None  # of all pairs of candidates, those that cover the gap
    smallest_covering_count: int | None
    top_deal_gap_share: float | None  # largest deal over the gap
    effective_deal_count: float | None
    pipeline_cover_ratio: float | None
    pipeline_cover_without_top_ratio: float | None
    required_cover_ratio: float | None  # one over the own win rate
    closed_4q_count: int | None  # deals behind it
    open_quota_share: float | None
    quarter_left_share: float | None
    created_4w_count: int | None
    created_13w_count: int | None
    top_source_share: float | None
    missing_amount_count: int | None  # open deals left out because they have no amount
    missing_amount_share: float | None
    declined_count: int | None  # real declines this quarter; None where none can be known
    declined_amount: Decimal | None
    returned_count: int | None
    margin_protected_amount: Decimal | None
    win_rate_with_declined: float | None
    closed_count: int | None  # deals behind the win rate
    loss_reason_known_share: float | None
    loss_reason_count: int | None
    walk_away_preset_share: float | None
    buffer_coverage_share: float | None
    median_buffer_ratio: float | None
    hug_share: float | None
    hug_count: int | None
    hug_control_share: float | None
    lined_won_count: int | None  # won deals of the quarter that have a line
    below_threshold_won_count: int | None
    below_floor_won_count: int | None
    exposure_count: int | None  # deals that met a reason to leave
    open_exposure_count: int | None  # of these, not yet ended
    held_count: int | None
    excused_count: int | None
    broken_count: int | None
    unknown_count: int | None  # nothing tells how it ended
    unlogged_count: int | None  # wins below the line of which nothing was on record before closing
    exposure_4q_count: int | None  # the same of the four quarters before
    held_4q_count: int | None
    excused_4q_count: int | None
    broken_4q_count: int | None
    unknown_4q_count: int | None
    unlogged_4q_count: int | None
    unlogged_share_4q: float | None
    cut_count: int | None
    cut_amount: Decimal | None
    push_count: int | None
    push_days: int | None
    last_week_won_share: float | None
    last_week_won_count: int | None
    won_4q_count: int | None
    probability_source: str | None  # the commonest of the candidates


@dataclass(frozen=True, slots=True)
class RepScorecard(Measures):
    """One rep of the week."""

    rep_id: str
    rep_name: str
    team: str | None
    segment: str | None
    region: str | None
    is_ramping: bool | None
    has_quota: bool | None


@dataclass(frozen=True, slots=True)
class TeamScorecard(Measures):
    """One team of the week."""

    team: str
    counted_won_count: int | None  # deals whose money is in won_amount
    rep_count: int | None
    quota_missing_rep_count: int | None
    weak_rep_count: int | None


@dataclass(frozen=True, slots=True)
class CompanyWeek(Measures):
    """The whole company in the week."""

    rep_count: int | None
    quota_missing_rep_count: int | None
    weak_rep_count: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing in the data that somebody should look at."""

    code: str
    severity: str | None  # info, warning, error
    opportunity_id: str | None
    rep_id: str | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class Contest:
    """Somebody says that a row is wrong."""

    row_kind: str  # scorecard, position, decline, accepted
    opportunity_id: str | None
    opportunity_name: str | None
    rep_id: str | None
    measure: str | None
    contested_at: datetime
    claim: str | None
    proposed_value: str | None
    status: str  # open, accepted, rejected


@dataclass(frozen=True, slots=True)
class Quality:
    """Whether a measure can be taken, and which column would make it so."""

    measure: str
    is_measurable: bool | None
    missing_entity: str | None
    missing_column: str | None
    known_share: float | None
    row_count: int | None
    reason: str | None  # missing, weeks_not_scored


@dataclass(frozen=True, slots=True)
class Refusal:
    """Rows that were refused for one reason, over all files of an entity."""

    entity: str
    column_name: str | None
    reason: str
    row_count: int


@dataclass(frozen=True, slots=True)
class Check:
    """One property of the finished warehouse that was looked at."""

    check_name: str
    is_passed: bool
    row_count: int | None

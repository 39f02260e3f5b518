"""The tables of config/default.toml as frozen, typed values, one class each; that file explains them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from jobs.settings.kinds import (
    Count,
    CountFromOne,
    Edition,
    Language,
    LossOutcome,
    MarginBasis,
    NotNegative,
    Number,
    OpenPhase,
    Outcome,
    Points,
    Positive,
    Share,
    Table,
    WeeksLeft,
)


class WorkspaceTable(Table):
    name: Annotated[str, Field(min_length=1)]
    time_zone: str

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Fiscal(Table):
    first_month: Annotated[int, Field(ge=1, le=12)]


class Reporting(Table):
    currency: str
    languages: Annotated[tuple[Language, ...], Field(strict=False, min_length=1)]
    editions: Annotated[tuple[Edition, ...], Field(strict=False)]
    rep_floor: bool
    max_index_reps: Count


class PolicyCell(Table):
    """What a price must reach, for one segment (or all) and amounts from min_amount to under max_amount.

    minimum and target are on cost, by the policy's margin basis; the two price shares are of the list price.
    """

    segment: str | None = None
    min_amount: NotNegative = Decimal(0)
    max_amount: Positive | None = None
    valid_from: date | None = None
    minimum: Annotated[Number, Field(gt=-1)] | None = None
    target: Annotated[Number, Field(gt=-1)] | None = None
    minimum_price_share: Annotated[Number, Field(gt=0, le=1)] | None = None
    target_price_share: Annotated[Number, Field(gt=0, le=1)] | None = None

    @property
    def is_on_cost(self) -> bool:
        return self.minimum is not None or self.target is not None


class Policy(Table):
    margin_basis: MarginBasis | None = None
    cells: Annotated[tuple[PolicyCell, ...], Field(strict=False)]
    approval_roles: Annotated[tuple[str, ...], Field(strict=False)]


class Batna(Table):
    correlation: Annotated[Number, Field(ge=0, le=Decimal("0.9"))] | Literal["estimate"]
    weak_below: Points
    strong_from: Points
    ramp_months: Count
    out_of_reach: Share
    similar_amount_share: Share
    correlation_min_rep_quarters: CountFromOne
    correlation_weeks_left: Annotated[int, Field(ge=0, le=12)]
    max_deals_needed: CountFromOne
    new_deal_min_count: CountFromOne
    max_unknown_share: Share


class History(Table):
    """complete_fields: what the export of the history holds every change of."""

    complete_fields: Annotated[
        tuple[Literal["stage", "amount", "close_on", "rep_id", "probability"], ...], Field(strict=False)
    ]


class Candidates(Table):
    first_phase: OpenPhase
    max_overdue_days: Count
    live_days: CountFromOne
    live_quantile: Share
    live_min_deals: CountFromOne
    mass_update_deals: CountFromOne


class Quota(Table):
    deal_types: Annotated[tuple[str, ...], Field(strict=False)]
    fallback: Positive | None = None


class Amount(Table):
    fallback: Literal["none", "list_amount"]
    realisation_min_deals: CountFromOne


class Buffer(Table):
    target: NotNegative
    hug: NotNegative
    hug_control: NotNegative
    not_credible: Positive


Chances = Annotated[tuple[Share, Share], Field(strict=False)]


class Probability(Table):
    """phase_defaults: chance of winning this quarter, close date inside the quarter and outside it.

    weeks_left_bands: the first whole week left of each band, rising from 0.
    """

    low: Share
    high: Share
    outside: Share
    min_closed_deals: CountFromOne
    history_quarters: CountFromOne
    weeks_left_bands: Annotated[tuple[WeeksLeft, ...], Field(strict=False, min_length=1)]
    min_learnt_deals: CountFromOne
    min_learnt_quarters: CountFromOne
    prior_deals: Positive
    rep_quarters: CountFromOne
    rep_prior_wins: Positive
    rep_factor_low: Annotated[Number, Field(ge=0, le=1)]
    rep_factor_high: Annotated[Number, Field(ge=1)]
    phase_defaults: Mapping[OpenPhase, Chances]


class Unborn(Table):
    min_rep_quarters: CountFromOne
    max_points: CountFromOne


class Calibration(Table):
    bins: CountFromOne


class Declines(Table):
    max_candidates: Count
    near_line_ratio: NotNegative
    tactical_days: CountFromOne
    reason_coverage_warning: Share
    escalation_amount: NotNegative


class Returns(Table):
    windows_days: Annotated[tuple[CountFromOne, ...], Field(strict=False, min_length=1)]
    guess_days: CountFromOne
    guess_low_ratio: Positive
    guess_high_ratio: Positive
    concede_days: CountFromOne
    stale_days: CountFromOne


Names = Annotated[tuple[str, ...], Field(strict=False)]


class Fit(Table):
    """Who we sell to: an empty list or an unset number is not judged; revenue is in the reporting currency."""

    industries: Names
    countries: Names
    platforms: Names
    use_cases: Names
    min_employees: Count | None = None
    max_employees: Count | None = None
    min_annual_revenue: NotNegative | None = None
    max_annual_revenue: NotNegative | None = None


class Terms(Table):
    """limits: the most that a non-negotiable term may ask for; catastrophic: words that no price can pay for."""

    non_negotiable: Names
    payment_days: Count
    limits: Mapping[str, NotNegative]
    catastrophic: Mapping[str, Names]


class Exposures(Table):
    min_red_flags: CountFromOne
    no_decline_count: CountFromOne


class SmallSamples(Table):
    min_percent_count: CountFromOne
    min_order_count: CountFromOne
    min_told_count: CountFromOne
    false_discovery_rate: Share


class Conduct(Table):
    fast_hours: Positive
    first_gap_share: Share
    flat_share: Share
    late_change_days: CountFromOne


class Discounts(Table):
    """size_bands: list amounts at which a new band begins, rising; the first band begins at nothing."""

    size_bands: Annotated[tuple[Positive, ...], Field(strict=False)]
    min_deals: CountFromOne
    safe_from: Share
    pressure_below: Share


class Effects(Table):
    last_days: CountFromOne
    min_quarters: Annotated[int, Field(ge=2)]
    max_quarters: CountFromOne


class Load(Table):
    max_shrink: Share
    max_reject_share: Share
    max_unpacked_bytes: CountFromOne
    max_unpacked_ratio: Annotated[Number, Field(ge=1)]
    settle_seconds: Count


class People(Table):
    level: Literal["named", "pseudonym", "team"]
    keep_weeks: Annotated[int, Field(ge=5)]
    reference: str | None = None
    decided_on: date | None = None


class Sql(Table):
    """memory_mb: MiB that a query may take; timeout_seconds: how long it may keep its reader waiting."""

    memory_mb: Annotated[int, Field(ge=64)]
    timeout_seconds: Positive


class Outcomes(Table):
    stage: Mapping[str, Outcome]
    loss_reason: Mapping[str, LossOutcome]

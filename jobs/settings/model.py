"""The settings as frozen, typed values: one class per table of config/default.toml, which explains them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

OpenPhase = Literal["recognition", "qualified", "evaluation", "negotiation"]
Phase = Literal["recognition", "qualified", "evaluation", "negotiation", "closed"]
Outcome = Literal["won", "lost"]
LossOutcome = Literal["declined", "competitor", "no_decision", "no_budget", "price", "other", "void"]
Language = Literal["en", "ms", "ru", "zh_Hans"]
MarginBasis = Literal["markup_on_cost", "margin_on_price"]


def _exact(value: Any) -> Any:
    """Whole numbers are numbers too; a truth value is not."""
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


Number = Annotated[Decimal, BeforeValidator(_exact)]
Positive = Annotated[Number, Field(gt=0)]
NotNegative = Annotated[Number, Field(ge=0)]
Share = Annotated[Number, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
CountFromOne = Annotated[int, Field(ge=1)]
Points = Annotated[Number, Field(ge=0, le=100)]
MOST_WEEKS_LEFT = 13  # of a quarter of 92 days, on its first day
WeeksLeft = Annotated[int, Field(ge=0, le=MOST_WEEKS_LEFT)]


class Table(BaseModel):
    """A table of the file: no other keys, no conversions, no changes."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


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
    weeks_left_bands: Annotated[
        tuple[Annotated[int, Field(ge=0, le=MOST_WEEKS_LEFT)], ...], Field(strict=False, min_length=1)
    ]
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


class People(Table):
    level: Literal["named", "pseudonym", "team"]
    keep_weeks: Annotated[int, Field(ge=5)]
    reference: str | None = None
    decided_on: date | None = None


class Outcomes(Table):
    stage: Mapping[str, Outcome]
    loss_reason: Mapping[str, LossOutcome]


class Settings(Table):
    """Everything a workspace can say; `sources` is left to jobs.load, which knows what a profile is."""

    workspace: WorkspaceTable
    fiscal: Fiscal
    reporting: Reporting
    policy: Policy
    batna: Batna
    history: History
    candidates: Candidates
    quota: Quota
    amount: Amount
    buffer: Buffer
    probability: Probability
    unborn: Unborn
    calibration: Calibration
    declines: Declines
    returns: Returns
    fit: Fit
    terms: Terms
    exposures: Exposures
    small_samples: SmallSamples
    conduct: Conduct
    discounts: Discounts
    effects: Effects
    load: Load
    people: People
    stages: Mapping[str, Phase]
    outcomes: Outcomes
    sources: Mapping[str, Mapping[str, Any]]

    def measure_hash(self) -> str:
        """sha256 (hex) of everything that bears on the measures: equal numbers written differently are equal.

        Left out: the name, languages and layout of pages, how people are shown, and what decides which files
        are accepted ([load], [sources]), since ops.files already says which were.
        """
        values = self.model_dump(
            exclude={
                "workspace": {"name"},
                "reporting": {"languages", "max_index_reps"},
                "people": True,
                "load": True,
                "sources": True,
            }
        )
        for table, key in _UNORDERED:
            values[table][key] = sorted(map(_canonical, values[table][key]))
        return hashlib.sha256(_canonical(values).encode()).hexdigest()


# Lists whose order means nothing.
_UNORDERED = (
    ("policy", "cells"), ("policy", "approval_roles"), ("quota", "deal_types"), ("terms", "non_negotiable"),
    ("fit", "industries"), ("fit", "countries"), ("fit", "platforms"), ("fit", "use_cases"),
)  # fmt: skip


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=True, default=_plain)


def _plain(value: Any) -> str:
    match value:
        case Decimal():
            return format(value.normalize(), "f")
        case date():
            return value.isoformat()
        case _:
            raise TypeError(f"settings hold no {type(value).__name__}")

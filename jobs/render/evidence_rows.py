"""The rows about how far the numbers can be believed: predictions held against outcomes, and what they rest on.

A field has the name of its column.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Deals of finished quarters for which about the same was predicted."""

    quantity: str  # win_probability, without_probability
    segment: str | None
    weeks_left_band: str | None
    bin_low: float
    bin_high: float
    predicted_mean: float | None
    observed_rate: float | None
    deal_count: int


@dataclass(frozen=True, slots=True)
class Skill:
    """How much better than the base rate a quantity was; segment and band are None for the whole."""

    quantity: str
    segment: str | None
    weeks_left_band: str | None
    brier: float | None
    base_rate_brier: float | None
    skill: float | None
    skill_low: float | None
    skill_high: float | None
    deal_count: int | None
    quarter_count: int | None


@dataclass(frozen=True, slots=True)
class Correlation:
    """What the deals of one book have in common, and how far that moves the answer."""

    correlation: float
    correlation_low: float | None
    correlation_high: float | None
    rep_quarter_count: int | None
    deal_count: int | None
    correlation_source: str  # estimated, default, set
    mean_move_points: float | None  # of reps' strength, against independent deals
    largest_move_points: float | None


@dataclass(frozen=True, slots=True)
class Learning:
    """What the week could learn from."""

    probability_source: str | None
    deal_count: int | None
    quarter_count: int | None
    unborn_rep_quarter_count: int | None  # behind N; None where N is unknown

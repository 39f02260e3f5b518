"""Predictions held against what happened: the reliability pictures of method.html."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jobs.render.evidence_rows import CalibrationBin, Skill
from jobs.render.reader import grouped

_QUANTITIES = ("win_probability", "without_probability")
_LARGEST_RADIUS = 13.0
_SMALLEST_RADIUS = 3.0


@dataclass(frozen=True)
class Bin:
    """One bin over all segments and weeks left; x, y in percent from the lower left, radius in pixels by count."""

    low: float
    high: float
    predicted: float
    observed: float
    deal_count: int
    radius: float


@dataclass(frozen=True)
class Reliability:
    """One quantity: what was predicted, what happened, and its skill."""

    quantity: str
    bins: tuple[Bin, ...]
    whole: Skill | None
    parts: tuple[Skill, ...]  # by segment and weeks left

    @property
    def verdict(self) -> str:
        """better, worse or undecided against the base rate; untested where its skill is unknown."""
        if self.whole is None or self.whole.skill_low is None or self.whole.skill_high is None:
            return "untested"
        if self.whole.skill_low > 0:
            return "better"
        return "worse" if self.whole.skill_high < 0 else "undecided"


def reliabilities(bins: Sequence[CalibrationBin], skills: Sequence[Skill]) -> tuple[Reliability, ...]:
    """The quantities that were held against at least one outcome."""
    found = (_reliability(quantity, bins, skills) for quantity in _QUANTITIES)
    return tuple(reliability for reliability in found if reliability.bins)


def _reliability(quantity: str, bins: Iterable[CalibrationBin], skills: Iterable[Skill]) -> Reliability:
    own = [row for row in skills if row.quantity == quantity]
    return Reliability(
        quantity=quantity,
        bins=_pooled([row for row in bins if row.quantity == quantity]),
        whole=next((row for row in own if row.weeks_left_band is None), None),
        parts=tuple(row for row in own if row.weeks_left_band is not None),
    )


def _pooled(rows: Sequence[CalibrationBin]) -> tuple[Bin, ...]:
    """Bins added up over segments and weeks left, every deal of a cell once."""
    groups = grouped(rows, lambda row: (row.bin_low, row.bin_high))
    most = max((sum(row.deal_count for row in group) for group in groups.values()), default=0)
    return tuple(_bin(low, high, groups[low, high], most) for low, high in sorted(groups))


def _bin(low: float, high: float, rows: Sequence[CalibrationBin], most: int) -> Bin:
    count = sum(row.deal_count for row in rows)
    return Bin(
        low=low,
        high=high,
        predicted=math.fsum((row.predicted_mean or 0.0) * row.deal_count for row in rows) / count,
        observed=math.fsum((row.observed_rate or 0.0) * row.deal_count for row in rows) / count,
        deal_count=count,
        radius=round(max(_SMALLEST_RADIUS, _LARGEST_RADIUS * math.sqrt(count / most)), 1),
    )

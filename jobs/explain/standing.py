"""What the kernel was run on for one book, and its answer: the ground on which weeks are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from jobs.score.entries import book_of, strength_of
from jobs.score.kernel import attain

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Stake:
    """A candidate of a book: whole cents of it that belong there, its chance, whether it is at the table."""

    cents: int
    probability: float
    is_at_table: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A book: quota and money won (reporting currency), candidates by id, N in cents, the common factor."""

    quota_amount: Decimal
    won_amount: Decimal
    stakes: Mapping[str, Stake]
    unborn: tuple[int, ...]
    correlation: float

    @property
    def gap_amount(self) -> Decimal:
        return self.quota_amount - self.won_amount

    @property
    def gap_cents(self) -> int:
        return int((self.gap_amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Level:
    """Where a book stands: money to go, chance of the quarter and strength, both in points rounded to a tenth.

    Steps are differences of rounded levels, so that they add up to what is shown (03-metrics.md, section 3).
    """

    gap_amount: Decimal
    attainment_points: Decimal
    strength_points: Decimal


def level_of(standing: Standing) -> Level:
    """The kernel's answer, exactly as a week would publish it."""
    names = sorted(standing.stakes)
    stakes = [standing.stakes[name] for name in names]
    amounts = np.array([stake.cents for stake in stakes], np.int64)
    chances = np.array([stake.probability for stake in stakes], np.float64)
    points = np.array(standing.unborn, np.int64) if standing.unborn else None
    answer = attain(book_of(amounts, chances, standing.gap_cents, points), correlation=standing.correlation)
    has_table = any(stake.is_at_table for stake in stakes)
    counted = np.array([not has_table or stake.is_at_table for stake in stakes], np.bool_)
    strength = strength_of(answer.without, np.where(counted, amounts, 0).astype(np.float64), answer.attainment)
    return Level(standing.gap_amount, rounded(100 * answer.attainment), rounded(strength))


def rounded(points: float) -> Decimal:
    """Points to a tenth, half up; what differs in the ninth digit is the same."""
    return Decimal(repr(round(points, 9))).quantize(TENTH, ROUND_HALF_UP)

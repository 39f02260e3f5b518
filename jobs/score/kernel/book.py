"""What the kernel takes and what it gives."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Cents = NDArray[np.int64]
Floats = NDArray[np.float64]


def _nothing() -> Cents:
    return np.zeros(1, np.int64)


def _certain() -> Floats:
    return np.ones(1)


@dataclass(frozen=True, slots=True)
class Book:
    """Open deals of a rep, a team or a company, and what is missing to the quota (03-metrics.md, section 3).

    amounts          (n,) integer cents; an amount <= 0 counts as no money
    probabilities    (n,) chance that the deal is won, 0 and 1 included
    gap              integer cents, quota minus won so far; <= 0 once the quarter is made
    unborn_amounts   (k,) integer cents, the points of N, money that is not in the pipeline yet; default: 0
    unborn_weights   (k,) their weights; brought to the sum 1

    Raises ValueError where shapes differ, where amounts are not integers, where a probability is not within
    0..1, and where the weights are empty, negative or all zero.
    """

    amounts: Cents
    probabilities: Floats
    gap: int
    unborn_amounts: Cents = field(default_factory=_nothing)
    unborn_weights: Floats = field(default_factory=_certain)

    def __post_init__(self) -> None:
        _check_pair("amounts and probabilities", self.amounts, self.probabilities)
        _check_pair("unborn_amounts and unborn_weights", self.unborn_amounts, self.unborn_weights)
        # Written so that NaN fails too.
        if not bool(np.all((self.probabilities >= 0) & (self.probabilities <= 1))):
            raise ValueError("probabilities: some are not within 0..1")
        if not (bool(np.all(self.unborn_weights >= 0)) and 0 < float(np.sum(self.unborn_weights)) < np.inf):
            raise ValueError("unborn_weights: must be >= 0 with a positive sum")


def _check_pair(name: str, cents: Cents, floats: Floats) -> None:
    if cents.ndim != 1 or cents.shape != floats.shape:
        raise ValueError(f"{name}: need two flat arrays of one length, got {cents.shape} and {floats.shape}")
    if cents.dtype.kind != "i":
        raise ValueError(f"{name}: amounts must be integer cents, got {cents.dtype}")


@dataclass(frozen=True, slots=True)
class Attainment:
    """The answer to a Book, rows in the order of its deals (03-metrics.md, section 3).

    attainment         P(S + N >= gap)
    without            (n,) P(S - deal j + N >= gap), the quarter without this deal
    if_won             (n,) P(S - deal j + N >= gap - amount j)
    *_low, *_high      certified bounds; equal to the value where is_exact, else the value is their middle
    expected           cents, E[min(S + N, gap)]
    expected_without   (n,) cents, E[min(S - deal j + N, gap)]
    is_exact           no amount was rounded; with a common factor: at each node

    Always without <= attainment <= if_won and expected_without <= expected. The two expectations have no
    bounds: on a grid that rounds they are corrected for it to first order.
    """

    attainment: float
    attainment_low: float
    attainment_high: float
    without: Floats
    without_low: Floats
    without_high: Floats
    if_won: Floats
    if_won_low: Floats
    if_won_high: Floats
    expected: float
    expected_without: Floats
    is_exact: bool

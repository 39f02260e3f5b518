"""How much the deals of a rep's quarter have in common: the one-factor Gaussian model, by maximum likelihood."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobs.score.kernel.book import Floats
from jobs.score.kernel.factor import hermite

HIGHEST = 0.9
NODES = 31
CHI_SQUARE_90 = 2.705543454095416  # one degree of freedom
PRECISION = 0.001
_GOLDEN = (math.sqrt(5) - 1) / 2


class Estimate(NamedTuple):
    """Correlation with the ends of its 90 % profile-likelihood interval."""

    value: float
    low: float
    high: float


def estimate(groups: NDArray[np.int64], chances: Floats, is_won: NDArray[np.bool_]) -> Estimate:
    """The correlation of deals that share a factor, in [0, HIGHEST], to PRECISION.

    groups: (n,) rep-quarter of each deal, ascending; chances: (n,) its chance of being won, within 0..1
    exclusive; is_won: (n,). Given the factor Z a deal is won when sqrt(rho) Z + sqrt(1 - rho) e <= Phi^-1(p),
    as in the kernel (03-metrics.md, section 3).
    """
    likelihood = _likelihood(groups, chances, is_won)
    value = _highest(likelihood)
    least = likelihood(value) - CHI_SQUARE_90 / 2
    low = 0.0 if likelihood(0.0) >= least else _crossing(likelihood, least, 0.0, value)
    high = HIGHEST if likelihood(HIGHEST) >= least else _crossing(likelihood, least, HIGHEST, value)
    return Estimate(round(value, 3), round(low, 3), round(high, 3))


def _likelihood(groups: NDArray[np.int64], chances: Floats, is_won: NDArray[np.bool_]) -> Callable[[float], float]:
    """log L(rho), the factor of each group integrated out at Gauss-Hermite nodes."""
    from scipy.special import log_ndtr, logsumexp, ndtri  # a second to import, and only needed with a history

    distinct, place = np.unique(chances, return_inverse=True)
    limits, starts = ndtri(distinct), np.flatnonzero(np.diff(groups, prepend=-1))
    nodes, weights = hermite(NODES)

    def at(correlation: float) -> float:
        scaled = (limits - math.sqrt(correlation) * nodes[:, np.newaxis]) / math.sqrt(1 - correlation)
        by_deal = np.where(is_won, log_ndtr(scaled)[:, place], log_ndtr(-scaled)[:, place])
        by_group = np.add.reduceat(by_deal, starts, axis=1)
        return float(logsumexp(by_group, axis=0, b=weights[:, np.newaxis]).sum())

    return at


def _highest(likelihood: Callable[[float], float]) -> float:
    """Where it is highest: the best of a coarse grid, then golden sections around it."""
    grid = np.linspace(0, HIGHEST, 10)
    best = int(np.argmax([likelihood(float(point)) for point in grid]))
    low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])
    while high - low > PRECISION / 2:
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if likelihood(left) >= likelihood(right):
            high = right
        else:
            low = left
    middle = (low + high) / 2
    return 0.0 if likelihood(0.0) >= likelihood(middle) else middle


def _crossing(likelihood: Callable[[float], float], least: float, outside: float, inside: float) -> float:
    """Between a value below `least` and one above it."""
    while abs(inside - outside) > PRECISION / 2:
        middle = (inside + outside) / 2
        if likelihood(middle) >= least:
            inside = middle
        else:
            outside = middle
    return inside

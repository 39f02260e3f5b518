"""Distributions of money that has not been found yet, pooled: of reps to a team, of reps to the company."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jobs.score.kernel.book import Cents, Floats

MOST_POINTS = 20
STEPS = 8192


def pooled(members: Sequence[Cents]) -> Cents:
    """The sum of independent members, each given by equally likely points, as at most 20 equal quantiles.

    members: each (k,) whole cents >= 0. Returns (MOST_POINTS,) or fewer, ascending; a point is the mean of its
    quantile, so that the mean of the sum is kept up to half a cent a point (03-metrics.md, section 3, N).
    """
    if len(members) == 1:
        return np.sort(members[0])
    highest = sum(int(points.max()) for points in members)
    if highest == 0:
        return np.zeros(1, np.int64)
    unit = highest / (STEPS - 1)
    return _quantile_means(_convolved(members, unit), unit)


def _convolved(members: Sequence[Cents], unit: float) -> Floats:
    """Chances (STEPS,) of the sum on a grid that starts at 0; no step is passed, since highest fits."""
    spectrum = np.ones(STEPS + 1, np.complex128)
    for points in members:
        spectrum *= np.fft.rfft(_laid(points, unit), 2 * STEPS)
    chances = np.maximum(np.fft.irfft(spectrum, 2 * STEPS)[: STEPS + len(members)], 0)
    total: Floats = chances / chances.sum()
    return total


def _laid(points: Cents, unit: float) -> Floats:
    """Each point shared between its two steps such that the mean stays."""
    places = points / unit
    lower = np.floor(places).astype(np.int64)
    above = places - lower
    laid = np.zeros(STEPS + 1)
    np.add.at(laid, lower, (1 - above) / len(points))
    np.add.at(laid, lower + 1, above / len(points))
    return laid


def _quantile_means(chances: Floats, unit: float) -> Cents:
    """Means of MOST_POINTS equally likely parts of a distribution on a grid."""
    below = np.concatenate([[0.0], np.cumsum(chances)])
    money = np.concatenate([[0.0], np.cumsum(chances * np.arange(len(chances)) * unit)])
    edges = np.linspace(0, below[-1], MOST_POINTS + 1)
    parts: NDArray[np.float64] = np.diff(np.interp(edges, below, money)) * MOST_POINTS / below[-1]
    return np.rint(parts).astype(np.int64)

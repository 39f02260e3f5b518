"""Distributions of money that has not been found yet, pooled: of reps to a team, of reps to the company."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jobs.score.kernel.book import Cents, Floats

MOST_POINTS = 20
STEPS = 8192
_SHORT = 256  # steps up to which a sum is added up term by term; longer ones go through their spectra


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
    chances = np.maximum(_summed(_laid(members, unit)), 0)
    return _quantile_means(chances / chances.sum(), unit)


def _laid(members: Sequence[Cents], unit: float) -> list[Floats]:
    """Chances of each member on a grid from 0 to its own reach, each point shared between two steps such that
    the mean stays.
    """
    counts = np.array([len(points) for points in members])
    places = np.concatenate(members) / unit
    lower = np.floor(places).astype(np.int64)
    above = places - lower
    reaches = np.maximum.reduceat(lower, np.cumsum(counts) - counts) + 2
    starts = np.cumsum(reaches) - reaches
    cells = lower + np.repeat(starts, counts)
    share, total = 1 / np.repeat(counts, counts), int(reaches.sum())
    chances = np.bincount(cells, (1 - above) * share, total) + np.bincount(cells + 1, above * share, total)
    return np.split(chances, starts[1:])


def _summed(chances: list[Floats]) -> Floats:
    """Of the sum of independent members: two and two, the shortest first, so that few sums are long."""
    left = sorted(chances, key=len)
    while len(left) > 1:
        odd = [left.pop()] if len(left) % 2 else []
        left = [_convolved(first, second) for first, second in zip(left[::2], left[1::2], strict=True)] + odd
    return left[0]


def _convolved(first: Floats, second: Floats) -> Floats:
    if len(first) <= _SHORT:
        return np.convolve(first, second)
    length = len(first) + len(second) - 1
    size = _size_for(length)
    spectrum = np.fft.rfft(first, size) * np.fft.rfft(second, size)
    return np.asarray(np.fft.irfft(spectrum, size)[:length], np.float64)


def _size_for(length: int) -> int:
    """A little more than `length`, with so many factors of 2 that a transform is fast."""
    step = 1 << max(length.bit_length() - 4, 0)
    return -(-length // step) * step


def _quantile_means(chances: Floats, unit: float) -> Cents:
    """Means of MOST_POINTS equally likely parts of a distribution on a grid."""
    below = np.concatenate([[0.0], np.cumsum(chances)])
    money = np.concatenate([[0.0], np.cumsum(chances * np.arange(len(chances)) * unit)])
    edges = np.linspace(0, below[-1], MOST_POINTS + 1)
    parts: NDArray[np.float64] = np.diff(np.interp(edges, below, money)) * MOST_POINTS / below[-1]
    return np.rint(parts).astype(np.int64)

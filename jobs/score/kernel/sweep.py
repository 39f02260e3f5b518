"""Leave-one-out on a grid, deal by deal.

Forward, the distribution of the deals so far, one row a deal. Backward, the chance of missing the gap with
the deals after. Where the two meet at deal j, the book without j can be read off. As in chain.py nothing is
divided: deconvolution loses digits where p passes 1/2, this does not.
"""

from typing import NamedTuple

import numpy as np

from jobs.score.kernel.book import Floats


class Shifts(NamedTuple):
    """Where on the axis of steps a chance of missing is read.

    best    steps between the highest chance of missing (at 0) and the lowest
    middle  steps to the chance that expected money is taken from
    """

    best: int
    middle: int

    @property
    def pad(self) -> int:
        return max(self)


class Removal(NamedTuple):
    """What each of m deals is worth.

    without   (2, m) highest and lowest chance of missing without it
    won       (2, m) the same with it won
    money     (m,) steps of the gap that it fills in the mean when won
    """

    without: Floats
    won: Floats
    money: Floats


def prefixes(steps: list[int], chances: list[float], size: int) -> list[Floats]:
    """P(sum <= s) before each deal and after the last, each up to the step where it is 1, or to size - 1."""
    rows = [np.ones(1)]
    for step, p in zip(steps, chances, strict=True):
        before = rows[-1]
        row = np.empty(min(len(before) + step, size))
        np.multiply(before, 1 - p, out=row[: len(before)])
        row[len(before) :] = 1 - p
        if step < len(row):
            row[step:] += p * before[: len(row) - step]
        rows.append(row)
    return rows


def density(cumulative: Floats) -> Floats:
    """Chance of each step from P(sum <= s)."""
    chance = np.empty_like(cumulative)
    chance[0] = cumulative[0]
    np.subtract(cumulative[1:], cumulative[:-1], out=chance[1:])
    return chance


def sweep(rows: list[Floats], steps: list[int], chances: list[float], values: Floats, shifts: Shifts) -> Removal:
    """What each of m deals is worth.

    rows     what prefixes() gave
    values   (c, s) chance of missing at each sum of these deals, all other deals accounted for, which is also
             what one more step brings; the last row is read for money. s = len(rows[-1]) + shifts.pad
    """
    result = Removal(np.zeros((2, len(steps))), np.zeros((2, len(steps))), np.zeros(len(steps)))
    for j in reversed(range(len(steps))):
        before, step, p = rows[j], steps[j], chances[j]
        chance = density(before)
        for row, shift in enumerate((0, shifts.best)):
            result.without[row, j] = _read(chance, values[0], shift)
            result.won[row, j] = _read(chance, values[0], shift + step)
        result.money[j] = _money(before, values[-1], shifts.middle, step)
        values = _with_deal(values, len(before) + shifts.pad, step, p)
    return result


def _with_deal(values: Floats, size: int, step: int, p: float) -> Floats:
    with_deal = values[:, :size] * (1 - p)
    won = values[:, step : step + size]
    with_deal[:, : won.shape[1]] += p * won
    return with_deal


def _read(weights: Floats, values: Floats, start: int) -> float:
    # Past the end of `values` nothing is missing. einsum, because a dot product takes a second processor.
    window = values[start : start + len(weights)]
    return float(np.einsum("i,i", weights[: len(window)], window))


def _money(cumulative: Floats, values: Floats, start: int, step: int) -> float:
    """Steps of the gap that the deal fills when won: the chance of missing, summed over its steps."""
    end = start + len(cumulative)
    beyond = float(values[end : end + step].sum())
    return beyond + _read(cumulative, values, start) - _read(cumulative, values, start + step)

"""Amounts laid on a grid, and how far the rounded sum can be from the true one.

All cents are scaled so that a step is a whole number; nothing that decides a tie is ever a float. Amounts go
to the nearest step. The rests that were won add up to something between the sum of the negative and the sum
of the positive rests; for many deals Bernstein's inequality gives a narrower window at a risk that is added
to the bounds.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobs.score.kernel.book import Cents, Floats
from jobs.score.kernel.task import Indices

WINDOW_RISK = 1e-6


@dataclass(frozen=True, slots=True)
class Layout:
    """Deals on a grid.

    steps      (m,) nearest whole number of steps
    rests      (m,) what is left of the amount, in steps, within -.5..+.5
    scale      cents times scale are the fine units ...
    unit       ... of which this many make one step
    rest_low   fine units, sum of the negative rests
    rest_high  fine units, sum of the positive rests
    """

    steps: Indices
    rests: Floats
    scale: int
    unit: int
    rest_low: int
    rest_high: int

    @property
    def is_exact(self) -> bool:
        return self.rest_low == 0 == self.rest_high

    @property
    def step_cents(self) -> float:
        return self.unit / self.scale


@dataclass(frozen=True, slots=True)
class Window:
    """Where the sum of the rests of the won deals lies: between low and high (fine units), mean in steps.

    Also without any one deal, and with any one deal won for sure. The chance of being below low is at most
    risk_low, of being above high at most risk_high.
    """

    low: int
    high: int
    mean: float
    risk_low: float
    risk_high: float


def fine(cents: Cents, scale: int, ceiling: int) -> NDArray[np.int64]:
    """Cents in fine units: int64, or whole Python numbers where those would overflow."""
    if ceiling * scale < 2**61:
        return cents * scale
    large: NDArray[np.int64] = cents.astype(object) * scale
    return large


def lay(amounts: Cents, ceiling: int, scale: int, unit: int) -> Layout:
    """Amounts (m,) within 0..ceiling on steps of unit / scale cents. What reaches the ceiling has no rest."""
    units = fine(amounts, scale, ceiling)
    steps = (2 * units + unit) // (2 * unit)
    is_full = amounts >= ceiling
    rests = np.where(is_full, 0, units - steps * unit)
    steps = np.where(is_full, -(-ceiling * scale // unit), steps)
    low, high = int(np.minimum(rests, 0).sum()), int(np.maximum(rests, 0).sum())
    return Layout(steps.astype(np.intp), (rests / unit).astype(np.float64), scale, unit, low, high)


def window(layout: Layout, probabilities: Floats) -> Window:
    """The window for independent deals (m,): the certain one or Bernstein's, the narrower on each side.

    Bernstein: a sum of independent terms, each within `largest` of its mean, with the variance v together, is
    more than t over its mean with a chance of at most exp(-t^2 / (2 (v + largest t / 3))).
    """
    rests = layout.rests
    mean = float((rests * probabilities).sum())
    variance = float((rests * rests * probabilities * (1 - probabilities)).sum())
    largest = float(np.abs(rests).max(initial=0))
    log_risk = math.log(1 / WINDOW_RISK)
    part = largest * log_risk / 3
    # Taking one deal out, or for sure in, moves the mean by no more than its rest, and lowers the variance.
    reach = part + math.sqrt(part * part + 2 * variance * log_risk) + largest
    likely_low = math.floor((mean - reach) * layout.unit)
    likely_high = math.ceil((mean + reach) * layout.unit)
    return Window(
        low=max(layout.rest_low, likely_low),
        high=min(layout.rest_high, likely_high),
        mean=mean,
        risk_low=WINDOW_RISK if likely_low > layout.rest_low else 0.0,
        risk_high=WINDOW_RISK if likely_high < layout.rest_high else 0.0,
    )

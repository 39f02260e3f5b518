"""How far the chances of a book could be off because its win probabilities are estimates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jobs.score.kernel import Attainment
from jobs.score.kernel.book import Floats

NORMAL_95 = 1.6448536269514722  # a 90 % interval leaves 5 % at each end
TINY = 1e-12


def half_widths(answer: Attainment, deviations: Floats, cells: NDArray[np.int64]) -> tuple[float, Floats]:
    """Half of the 90 % interval of the attainment, and of the chance without each deal (n,).

    deviations: (n,) standard errors of the probabilities; cells: (n,) which of them err together. By first
    order: the chance of the quarter moves by if_won - without when the probability of a deal moves from 0 to 1.
    Errors of a cell are common and add up, those of two cells are independent (03-metrics.md, section 3).
    """
    moves = (answer.if_won - answer.without) * deviations
    by_cell = np.bincount(cells, weights=moves, minlength=1) if len(cells) else np.zeros(1)
    whole = float((by_cell**2).sum())
    own = by_cell[cells]
    left = np.maximum(whole - own**2 + (own - moves) ** 2, 0)
    return NORMAL_95 * whole**0.5, NORMAL_95 * np.sqrt(left)


def widened(low: Floats, high: Floats, value: Floats, half: Floats) -> tuple[Floats, Floats]:
    """Bounds (n,) of a chance, moved apart by half of its interval on the scale of normal quantiles.

    On that scale the chance of closing a gap is nearly linear in the expected money, also far from even odds, and no
    bound leaves 0..1. Where no error is known the bounds stay as they are, to the last bit.
    """
    if not np.any(half):
        return low, high
    from scipy.special import ndtr, ndtri  # a second to import, and only needed with probabilities that were learnt

    middle = ndtri(np.clip(value, TINY, 1 - TINY))
    shift = half * np.sqrt(2 * np.pi) * np.exp(middle**2 / 2)
    wider_low, wider_high = ndtr(ndtri(low) - shift), ndtr(ndtri(high) + shift)
    is_known = half > 0
    return np.where(is_known, np.minimum(wider_low, low), low), np.where(is_known, np.maximum(wider_high, high), high)

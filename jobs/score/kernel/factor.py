"""The common factor of a book: Gaussian one-factor copula, integrated at Gauss-Hermite nodes.

Source: 03-metrics.md, section 3. Deal j is won when sqrt(rho) Z + sqrt(1 - rho) e_j <= Phi^-1(p_j); given Z
the deals are independent, so every method for independent deals serves at each node.
"""

import math
from functools import cache
from statistics import NormalDist

import numpy as np

from jobs.score.kernel.book import Floats

_STANDARD = NormalDist()


def node_probabilities(probabilities: Floats, correlation: float) -> tuple[Floats, Floats]:
    """Win probabilities (q, n) given the factor at each of q nodes, and the nodes' weights (q,).

    9 nodes up to a correlation of .15, 15 up to .3, 31 above; one node at 0. Raises ValueError outside
    0 <= rho < 1.
    """
    if not 0 <= correlation < 1:
        raise ValueError(f"correlation: must be at least 0 and below 1, got {correlation}")
    if correlation == 0:
        return probabilities[np.newaxis, :], np.ones(1)
    nodes, weights = hermite(9 if correlation <= 0.15 else 15 if correlation <= 0.3 else 31)
    limits = np.array([_inverse_normal(p) for p in probabilities.tolist()])
    scaled = (limits - math.sqrt(correlation) * nodes[:, np.newaxis]) / math.sqrt(2 * (1 - correlation))
    chances = [0.5 * math.erfc(-value) for value in scaled.ravel().tolist()]
    return np.array(chances).reshape(scaled.shape), weights


@cache
def hermite(count: int) -> tuple[Floats, Floats]:
    """Nodes (q,) of a standard normal factor, and their weights (q,), which sum to 1."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(count)
    return nodes, weights / weights.sum()


def _inverse_normal(p: float) -> float:
    # NormalDist refuses 0 and 1, where a deal is lost or won whatever the factor does.
    return math.copysign(math.inf, p - 0.5) if p in (0.0, 1.0) else _STANDARD.inv_cdf(p)

"""Exact sums of some deals, equal sums merged, and leave-one-out by walking back through them.

The sums are grown deal by deal. Each step remembers where every sum goes when the deal is lost and when it is
won; the chance of missing the gap then runs back along the same steps. At deal j the distribution of the
deals before it meets the chance of missing with the deals after it, which is the book without j. Nothing is
divided, so any probability will do, 0 and 1 included, and no error grows.
"""

from dataclasses import dataclass

import numpy as np

from jobs.score.kernel.book import Cents, Floats
from jobs.score.kernel.task import Indices

MOST_SUMS = 200_000
MOST_STORED = 4_000_000


@dataclass(frozen=True, slots=True)
class Chain:
    """The distinct sums of m deals below the ceiling; sums at or over it never miss and are dropped.

    sums   (s,) cents, ascending
    lost   per deal: where each sum before it goes when it is lost
    won    per deal: the same when it is won, for the leading sums that stay below the ceiling
    """

    sums: Cents
    lost: list[Indices]
    won: list[Indices]


class TooManySumsError(Exception):
    """The deals do not fit into a chain; caught in choose.py, never seen by a user."""


def grow(amounts: Cents, ceiling: int) -> Chain:
    """The chain of the deals in this order.

    Raises TooManySumsError over MOST_SUMS distinct sums, or MOST_STORED over all steps (100 MB).
    """
    sums = np.zeros(1, np.int64)
    lost: list[Indices] = []
    won: list[Indices] = []
    stored = 0
    for amount in amounts.tolist():
        sums, where_lost, where_won = _add(sums, amount, ceiling)
        lost.append(where_lost)
        won.append(where_won)
        stored += len(sums)
        if len(sums) > MOST_SUMS or stored > MOST_STORED:
            raise TooManySumsError
    return Chain(sums, lost, won)


def _add(sums: Cents, amount: int, ceiling: int) -> tuple[Cents, Indices, Indices]:
    raised = sums[: np.searchsorted(sums, ceiling - amount)] + amount
    both = np.concatenate([sums, raised])
    order = np.argsort(both, kind="stable")
    both = both[order]
    fresh = np.ones(len(both), np.bool_)
    np.not_equal(both[1:], both[:-1], out=fresh[1:])
    place = np.empty(len(both), np.intp)
    place[order] = np.cumsum(fresh) - 1
    return both[fresh], place[: len(sums)], place[len(sums) :]


def weigh(chain: Chain, probabilities: Floats) -> list[Floats]:
    """Chance of every sum before each deal, and after the last one: m + 1 arrays."""
    stages = [np.ones(1)]
    sizes = [*(len(lost) for lost in chain.lost), len(chain.sums)]
    for lost, won, size, p in zip(chain.lost, chain.won, sizes[1:], probabilities.tolist(), strict=True):
        after = np.zeros(size)
        after[lost] = (1 - p) * stages[-1]
        after[won] += p * stages[-1][: len(won)]
        stages.append(after)
    return stages


def walk_back(chain: Chain, stages: list[Floats], values: Floats, probabilities: Floats) -> tuple[Floats, Floats]:
    """Means of r functions of the sum without each deal, and with it won: two arrays (r, m).

    values   (r, s) the functions at every sum; 0 at and over the ceiling
    stages   what weigh() gave for the same probabilities
    """
    without = np.zeros((len(values), len(chain.lost)))
    won = np.zeros_like(without)
    chances = probabilities.tolist()
    for j in reversed(range(len(chances))):
        p, before = chances[j], stages[j]
        if_lost = values.take(chain.lost[j], axis=1)
        if_won = values.take(chain.won[j], axis=1)
        without[:, j] = mean(if_lost, before)
        won[:, j] = mean(if_won, before[: if_won.shape[1]])
        values = (1 - p) * if_lost
        values[:, : if_won.shape[1]] += p * if_won
    return without, won


def mean(values: Floats, weights: Floats) -> Floats:
    """(r,) of values (r, s). Not a matrix product: its answer depends on how many processors there are."""
    result: Floats = np.einsum("ij,j->i", values, weights)
    return result

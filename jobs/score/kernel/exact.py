"""Exact attainment: two chains that meet in the middle, 2^(n/2) sums each at most, fewer where sums merge."""

from dataclasses import dataclass

import numpy as np

from jobs.score.kernel.book import Cents, Floats
from jobs.score.kernel.chain import Chain, mean, walk_back, weigh
from jobs.score.kernel.task import Indices, Shortfalls, Task


@dataclass(frozen=True, slots=True)
class Pair:
    """Two chains that hold all deals of a task between them: the smaller ones, then the larger ones."""

    task: Task
    small: Chain
    large: Chain
    small_meets: list[Indices]
    large_meets: list[Indices]
    is_exact: bool = True

    def shortfalls(self, probabilities: Floats) -> Shortfalls:
        """The answer for independent deals with these probabilities (n,)."""
        cut = len(self.small.lost)
        p_small, p_large = probabilities[:cut], probabilities[cut:]
        small, large = weigh(self.small, p_small), weigh(self.large, p_large)
        misses_small = _misses(self.task, self.small.sums, self.small_meets, self.large.sums, large[-1])
        misses_large = _misses(self.task, self.large.sums, self.large_meets, self.small.sums, small[-1])
        left = walk_back(self.small, small, misses_small, p_small)
        right = walk_back(self.large, large, misses_large, p_large)
        rows = [0, 0, 1]
        return Shortfalls(
            whole=mean(misses_large, large[-1])[rows],
            without=np.hstack([left[0], right[0]])[rows],
            won=np.hstack([left[1], right[1]])[[0, 0]],
        )


def pair(task: Task, small: Chain, large: Chain) -> Pair:
    """Two chains made ready to meet. Where they do is the same at all nodes, so it is searched once."""
    small_meets, large_meets = _meets(task, small.sums, large.sums), _meets(task, large.sums, small.sums)
    return Pair(task, small, large, small_meets, large_meets)


def _meets(task: Task, sums: Cents, others: Cents) -> list[Indices]:
    return [np.searchsorted(others, threshold - sums) for threshold in task.thresholds.tolist()]


def _misses(task: Task, sums: Cents, meets: list[Indices], others: Cents, weights: Floats) -> Floats:
    """(2, s) chance of missing and expected missing cents at each sum, over the other chain and N."""
    reach = np.concatenate([[0.0], np.cumsum(weights)])
    money = np.concatenate([[0.0], np.cumsum(weights * others)])
    misses = np.zeros((2, len(sums)))
    for threshold, weight, at in zip(task.thresholds.tolist(), task.weights.tolist(), meets, strict=True):
        below = reach[at]
        misses[0] += weight * below
        misses[1] += weight * ((threshold - sums) * below - money[at])
    return misses

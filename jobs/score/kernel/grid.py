"""The largest deals to the cent, all others on a grid.

The sums of the largest deals join the points of N, so the grid only carries the small ones: it is shorter,
and it rounds less.
"""

from dataclasses import dataclass

import numpy as np

from jobs.score.kernel.book import Floats
from jobs.score.kernel.chain import Chain, mean, walk_back, weigh
from jobs.score.kernel.layout import Layout, Window, fine, window
from jobs.score.kernel.sweep import Shifts
from jobs.score.kernel.task import Indices, Shortfalls, Task
from jobs.score.kernel.tree import build

# Measured: bounds without it were violated by up to 1.5e-8 (06-engines.md, "The attainment kernel").
FLOAT_SLACK = 2e-8


@dataclass(frozen=True, slots=True)
class Grid:
    """The deals of a task: the smaller ones laid on a grid, the larger ones in a chain."""

    task: Task
    layout: Layout
    large: Chain

    @property
    def is_exact(self) -> bool:
        return self.layout.is_exact

    def shortfalls(self, probabilities: Floats) -> Shortfalls:
        """The answer for independent deals with these probabilities (n,)."""
        cut = len(self.layout.steps)
        small, large = probabilities[:cut], probabilities[cut:]
        needs = _needs(self.task, self.large, self.layout, window(self.layout, small))
        stages = weigh(self.large, large)
        body = build(self.layout.steps.tolist(), small.tolist(), needs.size)

        misses = _misses(needs, np.cumsum(body.density), self.task.weights, self.layout.step_cents)
        whole = mean(misses, stages[-1])
        without, won = walk_back(self.large, stages, misses, large)

        values = _values(needs, self.task.weights[:, np.newaxis] * stages[-1], self.is_exact)
        removal = body.remove_each(_fit(values, body.reach + needs.shifts.pad), needs.shifts)
        # The rest of an amount is worth what its last step is worth.
        money = self.layout.step_cents * (removal.money + self.layout.rests * removal.won.mean(axis=0))
        small_without = np.vstack([removal.without, whole[2] + small * money])
        found = Shortfalls(whole, np.hstack([small_without, without]), np.hstack([removal.won, won[:2]]))
        return found if self.is_exact else _widened(found, needs.window)


@dataclass(frozen=True, slots=True)
class _Needs:
    """Steps that the small deals must bring, for each point of N and each sum of the large deals.

    surely    (k, s) from so many rounded steps on the gap is closed for sure; below surely - shifts.best it
              is not
    expected  (k, s) the same in the mean, not a whole number
    size      steps from which on nothing is missing
    """

    surely: Indices
    expected: Floats
    size: int
    shifts: Shifts
    window: Window


def _needs(task: Task, large: Chain, layout: Layout, rests: Window) -> _Needs:
    thresholds, sums = (fine(cents, layout.scale, task.ceiling) for cents in (task.thresholds, large.sums))
    units = thresholds[:, np.newaxis] - sums
    surely = np.maximum(-((rests.low - units) // layout.unit), 0).astype(np.intp)
    expected = np.maximum((units / layout.unit).astype(np.float64) - rests.mean, 0.0)
    # `surely` is ahead of `expected` by mean - low, and by half a step more for being rounded up.
    ahead = rests.mean - rests.low / layout.unit
    shifts = Shifts(-((rests.low - rests.high) // layout.unit), 0 if layout.is_exact else round(ahead + 0.5))
    return _Needs(surely, expected, max(1, int(surely.max())), shifts, rests)


def _misses(needs: _Needs, cumulative: Floats, weights: Floats, step_cents: float) -> Floats:
    """(3, s) at each sum of the large deals: highest and lowest chance of missing, expected missing cents."""
    reach = np.concatenate([[0.0], cumulative])
    last = len(cumulative)
    highest = reach[np.minimum(needs.surely, last)]
    lowest = reach[np.clip(needs.surely - needs.shifts.best, 0, last)]
    area = np.concatenate([[0.0], np.cumsum(cumulative)])
    # Past its last step the distribution function stays as it is: 1, or 0 where all sums are past `size`.
    height = np.concatenate([cumulative, cumulative[-1:]])
    whole = np.minimum(needs.expected.astype(np.intp), last)
    missing = area[whole] + (needs.expected - whole) * height[whole]
    return np.stack([mean(part.T, weights) for part in (highest, lowest, missing * step_cents)])


def _values(needs: _Needs, weights: Floats, is_exact: bool) -> Floats:
    """(c, size) chance of missing when the small deals bring s steps; where exact, a row for money too."""
    highest = _tail(needs.surely, weights, needs.size)
    if not is_exact:
        return highest[np.newaxis, :]
    whole = needs.expected.astype(np.intp)
    part = (needs.expected - whole) * weights
    money = _tail(whole, weights - part, needs.size) + _tail(whole + 1, part, needs.size)
    return np.stack([highest, money])


def _tail(points: Indices, weights: Floats, size: int) -> Floats:
    """(size,) weight of the points above each step."""
    counts = np.bincount(points.ravel(), weights.ravel(), size + 2)
    return counts[::-1].cumsum()[::-1][1 : size + 1]


def _fit(values: Floats, length: int) -> Floats:
    missing = max(0, length - values.shape[1])
    return np.pad(values[:, :length], ((0, 0), (0, missing)))


def _widened(found: Shortfalls, rests: Window) -> Shortfalls:
    wider = np.array([rests.risk_low + FLOAT_SLACK, -rests.risk_high - FLOAT_SLACK])
    whole, without = found.whole.copy(), found.without.copy()
    whole[:2] += wider
    without[:2] += wider[:, np.newaxis]
    return Shortfalls(whole, without, found.won + wider[:, np.newaxis])

"""Which method a book gets (03-metrics.md, section 3, "Exactness").

Exact where two chains of few sums can hold all deals, where the small deals share a coarse enough unit, or
where so many sums are equal that fewer than 200,000 differ. Else a grid that rounds.
"""

import math
from dataclasses import replace

import numpy as np

from jobs.score.kernel.book import Cents, Floats
from jobs.score.kernel.chain import MOST_SUMS, TooManySumsError, grow
from jobs.score.kernel.exact import Pair, pair
from jobs.score.kernel.grid import Grid
from jobs.score.kernel.layout import lay, window
from jobs.score.kernel.task import Task

PAIR_BITS = 28.0
LARGE_BITS = 12.0
POINT_BITS = 14.0
MOST_LARGE = 48
FIRST_BINS = 27_720
MOST_BINS = 443_520
WIDEST = 0.005
PROBE_DEALS = 24
PROBE_SUMS = 4096


def exact_method(task: Task) -> Pair | Grid | None:
    """A method that rounds nothing; None where there is none at a fair price."""
    # Each point of N is a search of its own. Up to 24 deals are always exact.
    affordable = PAIR_BITS - math.log2(len(task.weights)) / 2
    if float(_bits(task).sum()) > affordable:
        return lattice_grid(task) or (chains(task) if may_merge(task) else None)
    return chains(task) or lattice_grid(task)


def chains(task: Task) -> Pair | None:
    """All deals in two chains; None where one has too many sums."""
    bits = _bits(task)
    cut = len(bits) - int(np.searchsorted(np.cumsum(bits[::-1]), bits.sum() / 2, side="right"))
    try:
        return pair(task, grow(task.amounts[:cut], task.ceiling), grow(task.amounts[cut:], task.ceiling))
    except TooManySumsError:
        return None


def lattice_grid(task: Task) -> Grid | None:
    """A grid whose step divides every small amount; None where it has too many steps."""
    cut = _cut_large(task)
    small = task.amounts[:cut]
    unit = int(np.gcd.reduce(small[small < task.ceiling])) or task.ceiling
    if task.ceiling > unit * MOST_SUMS:
        return None
    return Grid(task, lay(small, task.ceiling, 1, unit), grow(task.amounts[cut:], task.ceiling))


def rounded_grid(task: Task, bins: int = FIRST_BINS) -> Grid:
    """A grid with this many steps in the ceiling, which without N is the gap."""
    cut = _cut_large(task)
    layout = lay(task.amounts[:cut], task.ceiling, bins, task.ceiling)
    return Grid(task, layout, grow(task.amounts[cut:], task.ceiling))


def guessed_width(grid: Grid) -> float:
    """How wide a rounded grid's bounds will be, by the normal curve. Saves passes; no bound rests on it."""
    task, layout = grid.task, grid.layout
    rests = window(layout, task.probabilities[: len(layout.steps)])
    amounts = task.amounts.astype(np.float64)
    variance = float((task.probabilities * (1 - task.probabilities) * amounts**2).sum())
    if not variance:
        return 0.0
    # A gap far from the mean is far from the steep part of the curve, and a coarse grid will do.
    distance = float(task.thresholds.mean()) - float((task.probabilities * amounts).sum())
    height = math.exp(-(distance**2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)
    return (rests.high - rests.low) / layout.scale * height


def refined(grid: Grid, width: float) -> Grid:
    """A rounded grid with so many more steps that bounds of this width come under the limit, if they can."""
    task, bins = grid.task, grid.layout.scale
    while width > WIDEST and bins < MOST_BINS:
        bins, width = 2 * bins, width / 2
    small = task.amounts[: len(grid.layout.steps)]
    return replace(grid, layout=lay(small, task.ceiling, bins, task.ceiling))


def may_merge(task: Task) -> bool:
    """Whether the deals may have fewer than 200,000 distinct sums: do random sums of some of them repeat?

    With so few 42 of 4,096 repeat in the mean, however they are spread; a third of that is out of reach.
    """
    count = min(len(task.amounts), PROBE_DEALS)
    deals = task.amounts[np.linspace(0, len(task.amounts) - 1, count).astype(np.intp)].tolist()
    left, right = _all_sums(deals[::2], task.ceiling), _all_sums(deals[1::2], task.ceiling)
    # Every pair below the ceiling is as likely as any other.
    pairs = np.cumsum(np.searchsorted(right, task.ceiling - left))
    drawn = np.sort(np.random.default_rng(0).integers(0, pairs[-1], PROBE_SUMS))
    at = np.searchsorted(pairs, drawn, side="right")
    sums = np.sort(left[at] + right[pairs[at] - 1 - drawn])
    repeats = int(np.count_nonzero(sums[1:] == sums[:-1]))
    return repeats > PROBE_SUMS**2 / (2 * MOST_SUMS) / 3


def _all_sums(amounts: list[int], ceiling: int) -> Cents:
    sums = np.zeros(1, np.int64)
    for amount in amounts:
        sums = np.concatenate([sums, sums + amount])
        sums = sums[sums < ceiling]
    return np.sort(sums)


def _cut_large(task: Task) -> int:
    """How many deals are small: the large ones have 4,096 sums at most, and fewer where N has many points."""
    most = min(LARGE_BITS, POINT_BITS - math.log2(len(task.weights)))
    bits = _bits(task)[::-1][:MOST_LARGE]
    return len(task.amounts) - int(np.searchsorted(np.cumsum(bits), most, side="right"))


def _bits(task: Task) -> Floats:
    """(n,) log2 of how often each deal multiplies the number of distinct sums at most."""
    amounts = task.amounts
    index = np.arange(len(amounts))
    same = index - np.searchsorted(amounts, amounts) + 1
    return np.where((amounts > 0) & (amounts < task.ceiling), np.log2(1 + 1 / same), 0.0)

"""Leave-one-out on a grid for many deals: divide and conquer with Fourier transforms.

Going up, the distributions of two halves are multiplied. Going down, the chances of missing seen by a half
are those of the whole, averaged over the other half. Small halves are left to sweep.py. Transforms err by
about 1e-12 in absolute terms.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from jobs.score.kernel.book import Floats
from jobs.score.kernel.sweep import Removal, Shifts, density, prefixes, sweep

MOST_LEAF_DEALS = 96
MOST_STORED = 4_000_000
# Mass and chances below this are dropped: with a thousand nodes at most, 1e-10 together.
NOTHING = 1e-13


class Body(Protocol):
    """Deals on a grid: their joint distribution, and what each is worth."""

    @property
    def count(self) -> int:
        """Number of deals."""

    @property
    def density(self) -> Floats:
        """Chance of each sum in steps, below the size asked for, up to where nothing is left."""

    @property
    def reach(self) -> int:
        """How many values remove_each() wants, before the shifts."""

    def remove_each(self, values: Floats, shifts: Shifts) -> Removal:
        """As sweep(): values (c, reach + shifts.pad)."""


def build(steps: list[int], chances: list[float], size: int) -> Body:
    """The body of m deals, sums up to size - 1 steps."""
    # Rows are kept for a lone leaf only: those of all leaves at once would not fit into memory.
    return _leaf(steps, chances, size, True) if _is_small(steps, size) else _grow(steps, chances, size)


def _is_small(steps: list[int], size: int) -> bool:
    if len(steps) < 2:
        return True
    stored = np.minimum(np.cumsum(steps) + 1, size).sum()
    return len(steps) <= MOST_LEAF_DEALS and int(stored) <= MOST_STORED


def _grow(steps: list[int], chances: list[float], size: int) -> Body:
    if _is_small(steps, size):
        return _leaf(steps, chances, size, False)
    middle = len(steps) // 2
    return _join(_grow(steps[:middle], chances[:middle], size), _grow(steps[middle:], chances[middle:], size), size)


@dataclass(frozen=True, slots=True)
class Leaf:
    """Few deals, swept one by one."""

    steps: list[int]
    chances: list[float]
    size: int
    density: Floats
    reach: int
    rows: list[Floats] | None

    @property
    def count(self) -> int:
        return len(self.steps)

    def remove_each(self, values: Floats, shifts: Shifts) -> Removal:
        rows = self.rows or prefixes(self.steps, self.chances, self.size)
        return sweep(rows, self.steps, self.chances, values, shifts)


def _leaf(steps: list[int], chances: list[float], size: int, is_kept: bool) -> Leaf:
    rows = prefixes(steps, chances, size)
    return Leaf(steps, chances, size, _trimmed(density(rows[-1])), len(rows[-1]), rows if is_kept else None)


@dataclass(frozen=True, slots=True)
class Branch:
    """Two halves."""

    left: Body
    right: Body
    count: int
    density: Floats
    reach: int

    def remove_each(self, values: Floats, shifts: Shifts) -> Removal:
        left, right = self.left, self.right
        seen = (
            _averaged(values, right.density, left.reach + shifts.pad),
            _averaged(values, left.density, right.reach + shifts.pad),
        )
        halves = [_remove_each(half, part, shifts) for half, part in zip((left, right), seen, strict=True)]
        return Removal(*(np.concatenate(parts, axis=-1) for parts in zip(*halves, strict=True)))


def _join(left: Body, right: Body, size: int) -> Branch:
    full = len(left.density) + len(right.density) - 1
    length = _fast_length(full)
    product = np.fft.irfft(np.fft.rfft(left.density, length) * np.fft.rfft(right.density, length), length)
    reach = max(left.reach + len(right.density), right.reach + len(left.density))
    return Branch(left, right, left.count + right.count, _trimmed(product[: min(full, size)]), min(reach, size))


def _trimmed(chances: Floats) -> Floats:
    """Without the end that has no mass; a single 0 where all the mass is past the end."""
    below = np.cumsum(chances)
    if below[-1] < NOTHING:
        return np.zeros(1)
    return chances[: int(np.searchsorted(below, 1 - NOTHING)) + 1].copy()


def _remove_each(body: Body, values: Floats, shifts: Shifts) -> Removal:
    # Where the others close the gap whatever these deals do, there is nothing to sweep.
    if float(values.max()) > NOTHING:
        return body.remove_each(values, shifts)
    return Removal(np.zeros((2, body.count)), np.zeros((2, body.count)), np.zeros(body.count))


def _averaged(values: Floats, others: Floats, count: int) -> Floats:
    """(c, count) values as seen by one half: their mean over the sum of the other half."""
    length = _fast_length(max(count + len(others), values.shape[1]))
    spectrum = np.fft.rfft(values, length) * np.conj(np.fft.rfft(others, length))
    return np.fft.irfft(spectrum, length)[:, :count]


def _fast_length(least: int) -> int:
    return min(odd << max(0, (-(-least // odd) - 1).bit_length()) for odd in (1, 3, 5, 9, 15))

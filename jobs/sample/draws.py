"""Random draws that give the same numbers on every machine.

Only uniform draws and the four operations of arithmetic are used. The last bit of a library's exp, log or
normal draw differs between processors, and one bit is enough to move a rounded price and with it a byte of
a file.
"""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def stream(seed: int, topic: str) -> np.random.Generator:
    """A generator of its own per topic: a change in one topic leaves the draws of the others as they were."""
    return np.random.Generator(np.random.PCG64([seed, crc32(topic.encode())]))


def floored(values: Floats) -> Ints:
    """Each value rounded down to a whole number."""
    return np.asarray(np.floor(values), dtype=np.int64)


def between(rng: np.random.Generator, low: float, high: float, count: int) -> Floats:
    """`count` uniform draws in [low, high)."""
    return low + (high - low) * rng.random(count)


def around(rng: np.random.Generator, low: float, high: float, count: int) -> Floats:
    """`count` draws in (low, high), triangular with its peak in the middle."""
    return low + (high - low) * (rng.random(count) + rng.random(count)) / 2


def chance(rng: np.random.Generator, share: float | Floats, count: int) -> Bools:
    """`count` flags, each true with probability `share` (0 to 1)."""
    return rng.random(count) < share


def whole(rng: np.random.Generator, low: int, high: int, count: int) -> Ints:
    """`count` whole numbers in [low, high)."""
    return rng.integers(low, high, count, dtype=np.int64)


def pick(rng: np.random.Generator, weights: Sequence[float], count: int) -> Ints:
    """`count` positions in `weights`, each drawn in proportion to its weight."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn = np.searchsorted(edges, rng.random(count) * edges[-1], side="right")
    return np.asarray(np.minimum(drawn, len(weights) - 1), dtype=np.int64)


def normal(rng: np.random.Generator, count: int) -> Floats:
    """`count` nearly normal draws (mean 0, deviation 1): the sum of twelve uniform draws, less six."""
    total = np.full(count, -6.0)
    for _ in range(12):
        total += rng.random(count)
    return total


def exponential(power: Floats) -> Floats:
    """e to the `power` (within ±8) by additions and multiplications alone."""
    small = power / 16
    result = np.ones_like(power)
    for term in range(12, 0, -1):
        result = 1 + small * result / term
    for _ in range(4):
        result = result * result
    return result

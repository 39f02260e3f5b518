"""How many deals it takes to cover a gap when all of them are won."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def smallest_covering_count(amounts: NDArray[np.int64], gap: int) -> int | None:
    """Fewest deals that cover the gap: 0 when it is closed, None if all together do not (03, section 3).

    amounts: (n,) integer cents; gap: integer cents.
    """
    if gap <= 0:
        return 0
    largest_first = np.sort(np.maximum(amounts, 0))[::-1]
    count = int(np.searchsorted(np.cumsum(largest_first), gap)) + 1
    return count if count <= len(amounts) else None


def covering_pair_share(amounts: NDArray[np.int64], gap: int) -> float | None:
    """Share of all pairs that cover the gap: 1 when it is closed, None under two deals (03, section 3)."""
    if gap <= 0:
        return 1.0
    count = len(amounts)
    if count < 2:
        return None
    ordered = np.sort(amounts)
    partners = count - np.searchsorted(ordered, gap - ordered, side="left")
    with_itself = int(np.count_nonzero(2 * ordered >= gap))
    return (int(partners.sum()) - with_itself) / (count * (count - 1))

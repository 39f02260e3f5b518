"""A book made canonical, so that the order of rows cannot change a single bit of the answer."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobs.score.kernel.book import Book, Cents, Floats

Indices = NDArray[np.intp]


class Shortfalls(NamedTuple):
    """How the gap is missed, at one node or in the mean over nodes.

    Rows: highest chance of missing, lowest chance of missing, expected missing money in cents.

    whole     (3,)    with every deal in the book
    without   (3, n)  without deal j
    won       (2, n)  with deal j won; the money is not needed
    """

    whole: Floats
    without: Floats
    won: Floats


@dataclass(frozen=True, slots=True)
class Task:
    """A book, sorted by amount and probability.

    amounts         (n,) cents, ascending, held to 0..ceiling: more than that cannot matter
    probabilities   (n,)
    thresholds      (k,) cents > 0, gap minus each point of N; points that cover the gap alone are left out
    weights         (k,) their weights, at most 1 together
    ceiling         cents, the highest threshold; 0 without one
    rows            (n,) row of the answer that belongs to each row of the book
    """

    amounts: Cents
    probabilities: Floats
    thresholds: Cents
    weights: Floats
    ceiling: int
    rows: Indices


def arrange(book: Book) -> Task:
    """The canonical form of a book; without thresholds where the gap is closed already."""
    thresholds = book.gap - book.unborn_amounts.astype(np.int64)
    needed = thresholds > 0 if book.gap > 0 else np.zeros(thresholds.shape, np.bool_)
    ceiling = int(thresholds[needed].max(initial=0))
    amounts = np.clip(book.amounts.astype(np.int64), 0, ceiling)
    order = np.lexsort((book.probabilities, amounts))
    amounts, probabilities = amounts[order], book.probabilities[order].astype(np.float64)
    rows = np.empty(order.shape, np.intp)
    rows[order] = _first_equal(amounts, probabilities)
    weights = book.unborn_weights / book.unborn_weights.sum()
    points = np.lexsort((weights, thresholds))
    points = points[needed[points]]
    return Task(amounts, probabilities, thresholds[points], weights[points], ceiling, rows)


def _first_equal(amounts: Cents, probabilities: Floats) -> Indices:
    """(n,) the first of the deals equal to this one: equal deals get equal answers to the last bit."""
    index = np.arange(len(amounts))
    fresh = np.ones(len(amounts), np.bool_)
    fresh[1:] = (amounts[1:] != amounts[:-1]) | (probabilities[1:] != probabilities[:-1])
    first: Indices = np.maximum.accumulate(np.where(fresh, index, 0))
    return first

"""attain(): from a book to its attainment. Refines the grid, averages over the factor's nodes, publishes."""

import numpy as np

from jobs.score.kernel.book import Attainment, Book, Floats
from jobs.score.kernel.choose import MOST_BINS, WIDEST, exact_method, guessed_width, refined, rounded_grid
from jobs.score.kernel.exact import Pair
from jobs.score.kernel.factor import node_probabilities
from jobs.score.kernel.grid import Grid
from jobs.score.kernel.task import Shortfalls, Task, arrange

DECIMALS = 13  # of a probability; what float arithmetic makes of a sum of products is smaller


def attain(book: Book, *, correlation: float = 0.0) -> Attainment:
    """Attainment of a book, and of the book without each of its deals (03-metrics.md, section 3).

    correlation   rho of the common factor, 0 for independent deals; ValueError outside 0 <= rho < 1
    """
    task = arrange(book)
    nodes, weights = node_probabilities(task.probabilities, correlation)
    if not task.ceiling:
        n = len(task.amounts)
        return publish(book, task, Shortfalls(np.zeros(3), np.zeros((3, n)), np.zeros((2, n))), True)
    method = exact_method(task)
    if method is None:
        return _refined(book, task, nodes, weights)
    return publish(book, task, over_nodes(method, nodes, weights), True)


def over_nodes(method: Pair | Grid, nodes: Floats, weights: Floats) -> Shortfalls:
    """The mean over the factor's nodes: probabilities (q, n) and weights (q,) from node_probabilities()."""
    found = [method.shortfalls(node) for node in nodes]
    parts = (np.stack(part) for part in zip(*found, strict=True))
    return Shortfalls(*(np.einsum("q,q...->...", weights, part) for part in parts))


def _refined(book: Book, task: Task, nodes: Floats, weights: Floats) -> Attainment:
    grid = rounded_grid(task)
    grid = refined(grid, guessed_width(grid))
    while True:
        found = over_nodes(grid, nodes, weights)
        width = _width(found)
        if width <= WIDEST or grid.layout.scale == MOST_BINS:
            return publish(book, task, found, grid.is_exact)
        grid = refined(grid, width)


def _width(found: Shortfalls) -> float:
    return max(float((part[0] - part[1]).max(initial=0)) for part in found)


def publish(book: Book, task: Task, found: Shortfalls, is_exact: bool) -> Attainment:
    """The chances of closing the gap, in the order of the book's rows.

    Rounded to DECIMALS, so that one in twenty is 0.05 and not a little under it: a word hangs on that.
    """
    whole, without, won = (np.round(np.clip(1 - part[:2], 0, 1), DECIMALS) for part in found)
    # In float arithmetic a deal can seem to do harm, by one unit in the last place.
    without = np.minimum(without, whole[:, np.newaxis])[:, task.rows]
    won = np.maximum(won, whole[:, np.newaxis])[:, task.rows]
    expected = float(book.gap - found.whole[2])
    # Nor can what is left be less than nothing, for the same reason.
    least = min(0.0, float(book.gap), float(book.unborn_amounts.min()))
    return Attainment(
        attainment=float(whole.mean()),
        attainment_low=float(whole[0]),
        attainment_high=float(whole[1]),
        without=without.mean(axis=0),
        without_low=without[0],
        without_high=without[1],
        if_won=won.mean(axis=0),
        if_won_low=won[0],
        if_won_high=won[1],
        expected=expected,
        expected_without=np.clip(book.gap - found.without[2], least, expected)[task.rows],
        is_exact=is_exact,
    )

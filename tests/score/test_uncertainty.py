"""Bounds of a strength carry the uncertainty of the probabilities: 90 % of them hold the truth (03-metrics.md, section 3)."""

from dataclasses import replace

import numpy as np
import pytest

from jobs.score.entries import strength_of
from jobs.score.kernel import Book, attain
from jobs.score.uncertainty import half_widths, widened

WORLDS = 300


def bounds(book: Book, deviations: np.ndarray, cells: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    answer = attain(book)
    _, halves = half_widths(answer, deviations, cells)
    low, high = widened(answer.without_low, answer.without_high, answer.without, halves)
    return strength_of(low, weights, 0), strength_of(high, weights, 0)


@pytest.mark.parametrize(
    ("title", "deals", "cell_count", "seen", "reach"),
    [
        ("twelve deals of three cells, each learnt from forty", 12, 3, 40, 0.5),
        ("twelve deals of twelve cells", 12, 12, 40, 0.5),
        ("twenty deals of one cell", 20, 1, 60, 0.3),
        ("six deals of two cells", 6, 2, 40, 0.5),
        ("thirty deals of five cells, learnt from two hundred", 30, 5, 200, 0.4),
    ],
)
def test_nine_in_ten_bounds_hold_the_truth(title: str, deals: int, cell_count: int, seen: int, reach: float) -> None:
    """True chances, what is seen of them in the past, and the strength under the truth."""
    random = np.random.default_rng(2026)
    held = 0
    for _ in range(WORLDS):
        cells = random.integers(0, cell_count, deals)
        truth = random.uniform(0.15, 0.6, cell_count)
        learnt = (random.binomial(seen, truth) + 1) / (seen + 2)
        deviations = np.sqrt(learnt * (1 - learnt) / seen)[cells]
        amounts = random.integers(20, 120, deals) * 1_000
        gap = int((amounts * truth[cells]).sum() * (1 - reach + random.uniform(0, 2 * reach)))
        book = Book(amounts, learnt[cells], max(gap, 1))
        true_book = replace(book, probabilities=truth[cells])
        weights = amounts.astype(np.float64)
        low, high = bounds(book, deviations, cells, weights)
        held += low - 1e-9 <= strength_of(attain(true_book).without, weights, 0) <= high + 1e-9

    assert 0.86 <= held / WORLDS <= 0.97, (title, held / WORLDS)


def test_probabilities_that_were_not_learnt_add_nothing() -> None:
    book = Book(np.array([50, 50, 50]), np.array([0.5, 0.4, 0.3]), 60)
    whole, halves = half_widths(attain(book), np.zeros(3), np.zeros(3, np.int64))

    assert (whole, halves.tolist()) == (0, [0, 0, 0])


def test_errors_of_one_cell_add_up_and_those_of_two_do_not() -> None:
    answer = attain(Book(np.array([50, 50, 50, 50]), np.full(4, 0.5), 100))
    deviations = np.full(4, 0.1)
    common, _ = half_widths(answer, deviations, np.zeros(4, np.int64))
    apart, _ = half_widths(answer, deviations, np.arange(4))

    assert common == pytest.approx(2 * apart)


def test_an_empty_book_and_a_quarter_that_is_made_are_certain() -> None:
    nothing = np.zeros(0)
    assert half_widths(attain(Book(nothing.astype(np.int64), nothing, 5)), nothing, nothing.astype(np.int64))[0] == 0
    made = attain(Book(np.array([50]), np.array([0.5]), 0))
    assert half_widths(made, np.full(1, 0.1), np.zeros(1, np.int64))[0] == 0

"""The slow truth: every outcome of a book written out, as section 3 of the measures defines it, and books to try.

Shares nothing with the kernel but its Book. It is itself held to figures worked out by hand.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import strategies as st

from jobs.score.kernel import Attainment, Book
from jobs.score.kernel.book import Floats

NODE_COUNTS = {0.1: 9, 0.15: 9, 0.2: 15, 0.3: 15, 0.5: 31}


@dataclass(frozen=True)
class Truth:
    attainment: float
    without: Floats
    if_won: Floats
    expected: float
    expected_without: Floats


def truth(book: Book, correlation: float = 0.0) -> Truth:
    """All 2^n outcomes, at each node of the factor."""
    if book.gap <= 0:
        ones = np.ones(len(book.amounts))
        return Truth(1.0, ones, ones, float(book.gap), ones * book.gap)
    parts = [(weight, _independent(book, chances)) for weight, chances in _nodes(book, correlation)]
    return Truth(
        attainment=sum(weight * part.attainment for weight, part in parts),
        without=sum((weight * part.without for weight, part in parts), np.zeros(len(book.amounts))),
        if_won=sum((weight * part.if_won for weight, part in parts), np.zeros(len(book.amounts))),
        expected=sum(weight * part.expected for weight, part in parts),
        expected_without=sum((weight * part.expected_without for weight, part in parts), np.zeros(len(book.amounts))),
    )


def _nodes(book: Book, correlation: float) -> list[tuple[float, list[float]]]:
    if correlation == 0:
        return [(1.0, book.probabilities.tolist())]
    points, weights = np.polynomial.hermite.hermgauss(NODE_COUNTS[correlation])
    return [
        (
            weight / math.sqrt(math.pi),
            [_given(p, math.sqrt(2) * point, correlation) for p in book.probabilities],
        )
        for point, weight in zip(points.tolist(), weights.tolist(), strict=True)
    ]


def _given(p: float, factor: float, correlation: float) -> float:
    if p in (0, 1):
        return p
    limit = NormalDist().inv_cdf(p)
    return NormalDist().cdf((limit - math.sqrt(correlation) * factor) / math.sqrt(1 - correlation))


def _independent(book: Book, chances: list[float]) -> Truth:
    n, gap = len(book.amounts), book.gap
    amounts = np.maximum(book.amounts, 0)
    won = (np.arange(2**n)[:, np.newaxis] >> np.arange(n)) & 1
    weight = np.prod(np.where(won == 1, chances, 1 - np.array(chances)), axis=1)
    total = won @ amounts
    left = total[:, np.newaxis] - won * amounts

    answer = Truth(0.0, np.zeros(n), np.zeros(n), 0.0, np.zeros(n))
    shares = book.unborn_weights / book.unborn_weights.sum()
    for unborn, share in zip(book.unborn_amounts.tolist(), shares.tolist(), strict=True):
        answer = Truth(
            attainment=answer.attainment + share * float(weight @ (total + unborn >= gap)),
            without=answer.without + share * (weight @ (left + unborn >= gap)),
            if_won=answer.if_won + share * (weight @ (left + unborn >= gap - amounts)),
            expected=answer.expected + share * float(weight @ np.minimum(total + unborn, gap)),
            expected_without=answer.expected_without + share * (weight @ np.minimum(left + unborn, gap)),
        )
    return answer


def book_of(amounts: list[int], chances: list[float], gap: int, unborn: dict[int, float] | None = None) -> Book:
    """A book from plain lists; `unborn` is N as amount -> weight."""
    points = unborn or {0: 1.0}
    return Book(
        np.array(amounts, np.int64),
        np.array(chances, np.float64),
        gap,
        np.array(list(points), np.int64),
        np.array(list(points.values()), np.float64),
    )


def assert_equal(found: Attainment, expected: Truth, tolerance: float = 1e-9) -> None:
    """Every figure within the tolerance, money in relation to what is expected at all."""
    money = tolerance * max(1.0, abs(expected.expected))
    assert found.attainment == pytest.approx(expected.attainment, abs=tolerance)
    assert found.without == pytest.approx(expected.without, abs=tolerance)
    assert found.if_won == pytest.approx(expected.if_won, abs=tolerance)
    assert found.expected == pytest.approx(expected.expected, abs=money)
    assert found.expected_without == pytest.approx(expected.expected_without, abs=money)


def assert_bounds_hold(found: Attainment, expected: Truth) -> None:
    """The truth lies within the certified bounds, and the value in their middle."""
    for name in ("attainment", "without", "if_won"):
        low, high = getattr(found, f"{name}_low"), getattr(found, f"{name}_high")
        true = getattr(expected, name)
        assert np.all(low <= true + 1e-12), name
        assert np.all(true - 1e-12 <= high), name
        assert getattr(found, name) == pytest.approx((low + high) / 2, abs=1e-15)


@st.composite
def books(draw: st.DrawFn, *, most: int = 8, least: int = 0, is_open: bool = False) -> Book:
    """Books small enough for the truth: with ties, with cents, with worthless deals, certain deals and N."""
    unit = draw(st.sampled_from([1, 7, 100, 123_457]))
    count = draw(st.integers(least, most))
    amounts = draw(st.lists(st.integers(-2, 60), min_size=count, max_size=count))
    cents = draw(st.lists(st.sampled_from([0, 0, 0, 1]), min_size=count, max_size=count))
    chance = st.one_of(st.sampled_from([0.0, 1.0, 0.5]), st.floats(0.01, 0.99))
    chances = draw(st.lists(chance, min_size=count, max_size=count))
    gap = draw(st.integers(1 if is_open else -20, 200))
    unborn = draw(st.dictionaries(st.integers(0, 90), st.floats(0.1, 1), max_size=3))
    return book_of(
        [amount * unit + cent for amount, cent in zip(amounts, cents, strict=True)],
        chances,
        gap * unit,
        {amount * unit: weight for amount, weight in unborn.items()},
    )


def test_truth_of_two_even_deals() -> None:
    found = truth(book_of([50, 50], [0.5, 0.5], 100))
    assert found.attainment == 0.25
    assert found.without.tolist() == [0, 0]
    assert found.if_won.tolist() == [0.5, 0.5]
    assert found.expected == 50
    assert found.expected_without.tolist() == [25, 25]


def test_truth_counts_money_that_is_not_in_the_pipeline_yet() -> None:
    found = truth(book_of([50], [0.5], 100, {0: 1.0, 60: 3.0}))
    assert found.attainment == 0.375
    assert found.if_won.tolist() == [0.75]
    assert found.expected == 0.5 * 0.25 * 0 + 0.5 * 0.25 * 50 + 0.5 * 0.75 * 60 + 0.5 * 0.75 * 100


def test_truth_keeps_the_chance_of_a_single_deal_under_a_common_factor() -> None:
    assert truth(book_of([100], [0.3], 100), 0.1).attainment == pytest.approx(0.3, abs=1e-6)

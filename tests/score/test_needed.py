"""How many new deals lift a weak quarter: 03-metrics.md, section 3, deals_needed."""

from datetime import date

import numpy as np
import pytest

from jobs.score.entries import Entry
from jobs.score.kernel import Book
from jobs.score.needed import NewDeal, fewest, fewest_by_mean, strength_with


@pytest.mark.parametrize("least", [1, 3])
@pytest.mark.parametrize("needed", [3, 4, 5, 8, 13, 49, 50])
def test_the_fewest_are_found(needed: int, least: int) -> None:
    asked: list[int] = []

    def is_enough(count: int) -> bool:
        asked.append(count)
        return count >= needed

    assert fewest(is_enough, least, 50) == needed
    assert len(asked) <= 12
    assert max(asked) <= 50


def test_beyond_the_range_none_is_named() -> None:
    assert fewest(lambda _: False, 1, 50) is None


def entry(amounts: list[int], gap: int) -> Entry:
    cents = np.array(amounts, np.int64)
    count = len(amounts)
    book = Book(cents, np.full(count, 0.5), gap)
    weights = cents.astype(np.float64)
    return Entry(
        (date(2026, 8, 15), "rep", "r1"), book, ["d"] * count, weights, np.zeros(count), np.zeros(count, np.int64)
    )


def test_new_deals_stand_beside_the_deals_that_are_weighed() -> None:
    """One deal of 100 at even odds, gap 100: without it nothing is left, and n new ones of 100 at .3 bring 1 - .7^n."""
    own, new = entry([100], 100), NewDeal(100, 0.3)

    assert [strength_with(own, new, count, 0.0) for count in range(4)] == pytest.approx([0, 30, 51, 65.7])


def test_fewer_than_the_mean_allows_are_never_enough() -> None:
    """Gap 100, goal 40: with nothing left without the deal, 40 must be expected of new ones, 30 each."""
    assert fewest_by_mean(100, 100, NewDeal(100, 0.3), 40) == 2
    assert fewest_by_mean(50, 100, NewDeal(100, 0.3), 40) == 1
    assert fewest(lambda _: True, 51, 50) is None


def test_without_a_deal_of_ones_own_the_chance_of_the_quarter_is_lifted() -> None:
    assert strength_with(entry([], 100), NewDeal(100, 0.3), 2, 0.0) == pytest.approx(51)

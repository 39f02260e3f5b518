"""What must hold for every book, whatever method it gets, and what is refused."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.score.kernel import Attainment, Book, attain
from tests.score.test_kernel_grid import random_book
from tests.score.test_kernel_truth import book_of, books

STEADY = settings(derandomize=True, deadline=None, max_examples=100)
CORRELATIONS = st.sampled_from([0.0, 0.1])
ARRAYS = ("without", "without_low", "without_high", "if_won", "if_won_low", "if_won_high", "expected_without")
LARGER = [
    random_book(30, 1),
    random_book(45, 2, unborn=20),
    random_book(150, 3),
    random_book(60, 4, unit=10_000),
]


def rows(book: Book, order: list[int]) -> Book:
    """The same book with these rows."""
    return Book(book.amounts[order], book.probabilities[order], book.gap, book.unborn_amounts, book.unborn_weights)


def with_gap(book: Book, gap: int) -> Book:
    return Book(book.amounts, book.probabilities, gap, book.unborn_amounts, book.unborn_weights)


def assert_orderly(book: Book, found: Attainment) -> None:
    assert 0 <= found.attainment_low <= found.attainment <= found.attainment_high <= 1
    assert np.all((found.without_low >= 0) & (found.without_low <= found.without))
    assert np.all((found.if_won <= found.if_won_high) & (found.if_won_high <= 1))
    assert np.all(found.without <= found.attainment)
    assert np.all(found.attainment <= found.if_won)
    assert np.all(found.expected_without <= found.expected)
    assert found.expected <= book.gap + 1e-9 * abs(book.gap)


@STEADY
@given(books(), CORRELATIONS)
def test_a_deal_never_does_harm(book: Book, correlation: float) -> None:
    assert_orderly(book, attain(book, correlation=correlation))


@pytest.mark.parametrize("book", LARGER)
def test_a_deal_never_does_harm_in_larger_books(book: Book) -> None:
    assert_orderly(book, attain(book))
    assert_orderly(book, attain(book, correlation=0.2))


@STEADY
@given(books(least=1), CORRELATIONS, st.data())
def test_without_a_deal_is_the_book_that_lacks_it(book: Book, correlation: float, data: st.DataObject) -> None:
    deal = data.draw(st.integers(0, len(book.amounts) - 1))
    whole = attain(book, correlation=correlation)
    smaller = attain(rows(book, [j for j in range(len(book.amounts)) if j != deal]), correlation=correlation)
    assert smaller.attainment <= whole.attainment + 1e-12
    assert whole.without[deal] == pytest.approx(smaller.attainment, abs=1e-11)
    assert whole.expected_without[deal] == pytest.approx(smaller.expected, abs=1e-9 * max(1, abs(book.gap)))


@pytest.mark.parametrize("book", LARGER)
def test_without_a_deal_is_the_larger_book_that_lacks_it_within_bounds(book: Book) -> None:
    whole = attain(book)
    for deal in (0, 7, 29):
        smaller = attain(rows(book, [j for j in range(len(book.amounts)) if j != deal]))
        assert whole.without_low[deal] <= smaller.attainment_high + 1e-9
        assert smaller.attainment_low <= whole.without_high[deal] + 1e-9
        assert whole.expected_without[deal] == pytest.approx(smaller.expected, rel=1e-4)


@STEADY
@given(books(), CORRELATIONS, st.randoms(use_true_random=False))
def test_row_order_changes_no_bit(book: Book, correlation: float, random: object) -> None:
    order = list(range(len(book.amounts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert_same_rows(attain(book, correlation=correlation), attain(rows(book, order), correlation=correlation), order)


@pytest.mark.parametrize("book", LARGER)
def test_row_order_changes_no_bit_in_larger_books(book: Book) -> None:
    order = np.random.default_rng(1).permutation(len(book.amounts)).tolist()
    assert_same_rows(attain(book), attain(rows(book, order)), order)


def assert_same_rows(first: Attainment, second: Attainment, order: list[int]) -> None:
    assert (first.attainment, first.expected) == (second.attainment, second.expected)
    for name in ARRAYS:
        assert np.array_equal(getattr(first, name)[order], getattr(second, name)), name


def test_equal_deals_get_equal_answers_to_the_last_bit() -> None:
    book = random_book(17, 6)
    twice = Book(np.repeat(book.amounts, 3), np.repeat(book.probabilities, 3), 2 * book.gap)
    found = attain(twice, correlation=0.1)
    for name in ARRAYS:
        values = getattr(found, name)
        assert np.array_equal(values[0::3], values[1::3]), name
        assert np.array_equal(values[0::3], values[2::3]), name


@pytest.mark.parametrize("count", [20, 45])
def test_the_order_of_unborn_points_changes_no_bit(count: int) -> None:
    book = random_book(count, 8, unborn=20)
    weights = np.random.default_rng(8).random(20)
    first = attain(Book(book.amounts, book.probabilities, book.gap, book.unborn_amounts, weights))
    second = attain(Book(book.amounts, book.probabilities, book.gap, book.unborn_amounts[::-1], weights[::-1]))
    assert_same_rows(first, second, list(range(count)))


@STEADY
@given(books(is_open=True), st.integers(1, 5000))
def test_a_larger_gap_is_harder_and_worth_more(book: Book, more: int) -> None:
    near, far = attain(book), attain(with_gap(book, book.gap + more))
    assert far.attainment <= near.attainment + 1e-12
    assert np.all(far.without <= near.without + 1e-12)
    assert far.expected >= near.expected - 1e-9 * book.gap


@STEADY
@given(books(is_open=True))
def test_expected_money_lies_between_its_simple_bounds(book: Book) -> None:
    found = attain(book)
    worth = np.maximum(book.amounts, 0) * book.probabilities
    unborn = np.average(book.unborn_amounts, weights=book.unborn_weights)
    slack = 1e-9 * book.gap
    assert book.gap * found.attainment - slack <= found.expected <= min(book.gap, worth.sum() + unborn) + slack
    lost = found.expected - found.expected_without
    assert np.all(lost <= worth + slack)
    # What a deal brings when won is at most its amount, and at least that where it cannot close the gap.
    never = found.if_won == 0
    assert lost[never] == pytest.approx(worth[never], abs=slack)


@STEADY
@given(books(least=1, is_open=True), st.data())
def test_a_certain_deal_is_money_already_won_and_a_hopeless_one_is_nothing(book: Book, data: st.DataObject) -> None:
    deal = data.draw(st.integers(0, len(book.amounts) - 1))
    others = rows(book, [j for j in range(len(book.amounts)) if j != deal])
    amount = max(int(book.amounts[deal]), 0)
    chances = book.probabilities.copy()
    chances[deal] = 1
    sure = attain(Book(book.amounts, chances, book.gap, book.unborn_amounts, book.unborn_weights))
    assert sure.attainment == pytest.approx(attain(with_gap(others, book.gap - amount)).attainment, abs=1e-11)
    assert sure.without[deal] == pytest.approx(attain(others).attainment, abs=1e-11)
    chances[deal] = 0
    none = attain(Book(book.amounts, chances, book.gap, book.unborn_amounts, book.unborn_weights))
    assert none.attainment == pytest.approx(attain(others).attainment, abs=1e-11)
    assert none.if_won[deal] == pytest.approx(sure.attainment, abs=1e-11)


@pytest.mark.parametrize("gap", [0, -1, -500_000])
def test_a_quarter_that_is_made_needs_no_deal(gap: int) -> None:
    found = attain(book_of([100, 200], [0.5, 0.0], gap, {0: 0.5, 70: 0.5}), correlation=0.1)
    assert found.attainment == found.attainment_low == 1
    assert found.without.tolist() == found.if_won.tolist() == [1, 1]
    assert found.expected == gap
    assert found.expected_without.tolist() == [gap, gap]
    assert found.is_exact


def test_without_deals_only_unborn_money_counts() -> None:
    assert attain(book_of([], [], 100)).attainment == 0
    found = attain(book_of([], [], 100, {50: 1, 100: 2, 300: 1}), correlation=0.3)
    assert found.attainment == pytest.approx(0.75)
    assert found.expected == pytest.approx(0.25 * 50 + 0.75 * 100)
    assert found.without.shape == found.if_won.shape == found.expected_without.shape == (0,)


def test_deals_without_money_change_nothing() -> None:
    plain = attain(book_of([100, 60], [0.5, 0.4], 120))
    found = attain(book_of([100, 0, -70, 60], [0.5, 0.9, 1.0, 0.4], 120))
    assert found.attainment == pytest.approx(plain.attainment, abs=1e-15)
    assert found.without[[1, 2]].tolist() == found.if_won[[1, 2]].tolist() == [found.attainment] * 2
    assert found.expected_without[[1, 2]].tolist() == [found.expected] * 2


def test_unborn_money_below_zero_makes_the_gap_larger() -> None:
    found = attain(book_of([100, 100], [0.5, 0.5], 100, {-50: 1.0}))
    assert found.attainment == pytest.approx(0.25)
    assert found.expected == pytest.approx(0.25 * 100 + 0.5 * 50 - 0.25 * 50)


@pytest.mark.parametrize("count", [34, 300])
def test_certain_deals_are_certain_on_a_grid_too(count: int) -> None:
    book = random_book(count, 9)
    sure = Book(book.amounts, np.round(book.probabilities), book.gap)
    found = attain(sure)
    total = int(book.amounts[book.probabilities > 0.5].sum())
    assert found.attainment == pytest.approx(float(total >= book.gap), abs=1e-5)


@given(st.integers(1, 10**9), st.floats(0.01, 0.99), st.integers(1, 10**9))
def test_without_the_only_deal_nothing_is_left(amount: int, chance: float, gap: int) -> None:
    answer = attain(Book(np.array([amount]), np.array([chance]), gap), correlation=0.1)

    assert answer.expected_without.tolist() == pytest.approx([0], abs=0.01)
    assert answer.expected_without[0] >= 0


def test_a_gap_of_one_cent_needs_any_deal() -> None:
    book = random_book(200, 4)
    found = attain(with_gap(book, 1))
    assert found.is_exact
    assert found.attainment == pytest.approx(1 - float(np.prod(1 - book.probabilities)), abs=1e-12)


BAD: list[tuple[str, Callable[[], Book]]] = [
    ("one length", lambda: book_of([1, 2], [0.5], 10)),
    ("one length", lambda: Book(np.ones((1, 1), np.int64), np.ones((1, 1)), 10)),
    ("integer cents", lambda: Book(np.array([1.5]), np.array([0.5]), 10)),
    ("within 0..1", lambda: book_of([1], [1.01], 10)),
    ("within 0..1", lambda: book_of([1], [float("nan")], 10)),
    ("positive sum", lambda: book_of([1], [0.5], 10, {0: 0.0})),
    ("positive sum", lambda: book_of([1], [0.5], 10, {0: -1.0, 1: 2.0})),
    ("positive sum", lambda: Book(np.array([1]), np.ones(1), 1, np.array([], np.int64), np.array([]))),
]


@pytest.mark.parametrize(("message", "make"), BAD)
def test_impossible_books_are_refused(message: str, make: Callable[[], Book]) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("correlation", [-0.1, 1.0, float("nan")])
def test_impossible_correlations_are_refused(correlation: float) -> None:
    with pytest.raises(ValueError, match="correlation"):
        attain(book_of([1], [0.5], 10), correlation=correlation)

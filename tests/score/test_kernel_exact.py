"""The exact methods against the truth, against each other, and against the vectors of the measures (section 10)."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.score.kernel import Attainment, Book, attain
from jobs.score.kernel.chain import grow
from jobs.score.kernel.choose import chains, lattice_grid, may_merge
from jobs.score.kernel.exact import Pair, pair
from jobs.score.kernel.factor import node_probabilities
from jobs.score.kernel.grid import Grid
from jobs.score.kernel.layout import lay
from jobs.score.kernel.solve import over_nodes, publish
from jobs.score.kernel.task import arrange
from tests.score.test_kernel_truth import assert_equal, book_of, books, truth

STEADY = settings(derandomize=True, deadline=None, max_examples=150)
CORRELATIONS = st.sampled_from([0.0, 0.0, 0.1, 0.2, 0.5])


def solved(book: Book, method: Pair | Grid) -> Attainment:
    """The answer of one method for independent deals, whatever attain() would have chosen."""
    task = arrange(book)
    found = over_nodes(method, task.probabilities[np.newaxis, :], np.ones(1))
    return publish(book, task, found, method.is_exact)


@STEADY
@given(books(), CORRELATIONS)
def test_small_books_equal_the_truth(book: Book, correlation: float) -> None:
    found = attain(book, correlation=correlation)
    assert found.is_exact
    assert_equal(found, truth(book, correlation))
    assert found.attainment_low == found.attainment == found.attainment_high
    assert np.array_equal(found.without_low, found.without_high)
    assert np.array_equal(found.if_won_low, found.if_won_high)


@settings(STEADY, max_examples=15)
@given(books(least=13, most=15, is_open=True))
def test_larger_books_equal_the_truth(book: Book) -> None:
    assert_equal(attain(book), truth(book))


@STEADY
@given(books(is_open=True), st.floats(0, 1))
def test_one_chain_of_merged_sums_equals_two_that_meet(book: Book, share: float) -> None:
    task = arrange(book)
    if not task.ceiling:
        return
    cut = round(share * len(task.amounts))
    parts = grow(task.amounts[:cut], task.ceiling), grow(task.amounts[cut:], task.ceiling)
    merged = grow(task.amounts, task.ceiling)
    assert_equal(solved(book, pair(task, *parts)), truth(book), 1e-12)
    assert_equal(solved(book, pair(task, merged, grow(task.amounts[:0], task.ceiling))), truth(book), 1e-12)


@STEADY
@given(books(is_open=True), st.floats(0, 1))
def test_a_grid_whose_step_divides_all_amounts_is_exact(book: Book, share: float) -> None:
    task = arrange(book)
    if not task.ceiling or task.ceiling > 500_000:
        return
    cut = round(share * len(task.amounts))
    layout = lay(task.amounts[:cut], task.ceiling, 1, 1)
    grid = Grid(task, layout, grow(task.amounts[cut:], task.ceiling))
    assert grid.is_exact
    assert_equal(solved(book, grid), truth(book))


@pytest.mark.parametrize("bins", [27_720, 55_440])
@pytest.mark.parametrize("part", [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
def test_halves_to_twelfths_of_the_gap_are_exact_on_a_grid_that_rounds(part: int, bins: int) -> None:
    gap = 27_720 * 1_000_003
    book = book_of([gap // part] * 12, [0.3, 0.6, 0.9] * 4, gap)
    task = arrange(book)
    grid = Grid(task, lay(task.amounts, gap, bins, gap), grow(task.amounts[:0], gap))
    assert grid.is_exact
    assert_equal(solved(book, grid), truth(book))


@pytest.mark.parametrize("count", [25, 40, 60])
@pytest.mark.parametrize("unit", [50_000, 100_000, 250_000])
def test_books_of_round_amounts_stay_exact(count: int, unit: int) -> None:
    random = np.random.default_rng(count + unit)
    amounts = unit * random.integers(1, 400, count)
    chances = random.uniform(0.05, 0.95, count)
    gap = int(0.9 * (amounts * chances).sum()) + 17
    book = Book(amounts, chances, gap, np.array([0, gap // 3 + 1]), np.array([0.75, 0.25]))
    found = attain(book)
    assert found.is_exact
    assert found.attainment == pytest.approx(_by_table(book, None), abs=1e-9)
    for deal in (0, count // 2, count - 1):
        assert found.without[deal] == pytest.approx(_by_table(book, deal), abs=1e-9)


@pytest.mark.parametrize("distinct", [[3333, 3334], [199_999, 249_950, 999_983], [101, 30_011, 70_001, 110_017]])
def test_many_deals_of_few_odd_amounts_stay_exact(distinct: list[int]) -> None:
    random = np.random.default_rng(7)
    amounts = np.repeat(np.array(distinct, np.int64), 15)
    chances = random.uniform(0.1, 0.9, len(amounts))
    book = Book(amounts, chances, int(0.8 * (amounts * chances).sum()))
    found = attain(book)
    assert found.is_exact
    assert found.attainment == pytest.approx(_by_table(book, None), abs=1e-9)
    assert found.without[3] == pytest.approx(_by_table(book, 3), abs=1e-9)


def test_round_amounts_and_a_few_odd_ones_stay_exact() -> None:
    random = np.random.default_rng(3)
    amounts = np.concatenate([100_000 * random.integers(1, 60, 40), [123_457, 7_654_321]])
    chances = random.uniform(0.1, 0.9, 42)
    book = Book(amounts, chances, int(0.8 * (amounts * chances).sum()))
    found = attain(book)
    assert found.is_exact
    assert found.attainment == pytest.approx(_by_table(book, None), abs=1e-9)


def test_all_exact_methods_agree_on_a_book_too_large_to_write_out() -> None:
    random = np.random.default_rng(5)
    amounts, chances = 10_000 * random.integers(1, 90, 30), random.uniform(0, 1, 30)
    book = Book(amounts, chances, int((amounts * chances).sum()), np.array([0, 33_333]), np.array([0.4, 0.6]))
    task = arrange(book)
    methods = [chains(task), lattice_grid(task)]
    met, laid = (solved(book, method) for method in methods if method is not None)
    assert laid.attainment == pytest.approx(met.attainment, abs=1e-12)
    assert laid.without == pytest.approx(met.without, abs=1e-12)
    assert laid.if_won == pytest.approx(met.if_won, abs=1e-12)
    assert laid.expected_without == pytest.approx(met.expected_without, rel=1e-12)


def test_a_deal_over_the_gap_leaves_the_grid_exact() -> None:
    random = np.random.default_rng(11)
    amounts = np.concatenate([1000 * random.integers(1, 30, 60), [400_000, 987_654]])
    book = Book(amounts, random.uniform(0, 0.3, 62), 333_333)
    method = lattice_grid(arrange(book))
    assert method is not None
    assert method.is_exact
    assert solved(book, method).attainment == pytest.approx(_by_table(book, None), abs=1e-12)


def test_a_deal_that_covers_the_gap_alone_has_no_rest() -> None:
    layout = lay(np.array([100, 250]), 250, 1, 100)
    assert layout.steps.tolist() == [1, 3]
    assert layout.is_exact


@pytest.mark.parametrize(
    ("correlation", "count"), [(0, 1), (0.01, 9), (0.15, 9), (0.16, 15), (0.3, 15), (0.31, 31), (0.9, 31)]
)
def test_more_correlation_takes_more_nodes(correlation: float, count: int) -> None:
    chances = np.array([0.0, 0.2, 0.7, 1.0])
    nodes, weights = node_probabilities(chances, correlation)
    assert nodes.shape == (count, 4)
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    assert weights @ nodes == pytest.approx(chances, abs=0.002)
    assert nodes[:, [0, 3]].tolist() == [[0, 1]] * count


def test_a_long_book_goes_to_the_chains_only_where_its_sums_repeat() -> None:
    random = np.random.default_rng(2)
    chances = np.full(40, 0.5)
    # Multiples of 7 below 190,000 times 7: nearly 190,000 sums, the most there may be.
    amounts = 7 * random.integers(1000, 20_000, 40)
    assert may_merge(arrange(Book(amounts, chances, 7 * 190_000)))
    assert not may_merge(arrange(Book(amounts * 1000 + random.integers(0, 1000, 40), chances, 7000 * 190_000)))
    assert not may_merge(arrange(Book(random.integers(1, 10**8, 40), chances, 10**9)))


def _by_table(book: Book, removed: int | None) -> float:
    """P(S + N >= gap) from a plain table of sums, one deal removed."""
    table = {0: 1.0}
    for deal, (amount, p) in enumerate(zip(book.amounts.tolist(), book.probabilities.tolist(), strict=True)):
        if deal == removed:
            continue
        grown: dict[int, float] = {}
        for total, weight in table.items():
            for after, part in ((total, 1 - p), (min(total + amount, book.gap), p)):
                grown[after] = grown.get(after, 0.0) + weight * part
        table = grown
    unborn = list(zip(book.unborn_amounts.tolist(), book.unborn_weights.tolist(), strict=True))
    return math.fsum(w * v for total, w in table.items() for more, v in unborn if total + more >= book.gap)


# Section 10 of the measures.


def test_five_deals_of_fifty_for_a_hundred() -> None:
    book = book_of([5000] * 5, [0.5] * 5, 10_000)
    found = attain(book)
    assert found.attainment == pytest.approx(0.8125, abs=1e-12)
    assert found.without == pytest.approx([0.6875] * 5, abs=1e-12)
    assert found.if_won == pytest.approx([0.9375] * 5, abs=1e-12)
    assert 100 * np.average(found.without, weights=book.amounts) == pytest.approx(68.75, abs=1e-9)


def test_one_deal_that_is_the_whole_quarter() -> None:
    found = attain(book_of([10_000], [0.5], 10_000))
    assert found.attainment == 0.5
    assert found.without.tolist() == [0.0]
    assert found.expected == 5000
    assert found.expected_without.tolist() == [0.0]


@pytest.mark.parametrize(
    ("chance", "attainment", "after_one_walk"),
    [(0.20, 0.26, 0.18), (0.33, 0.53, 0.40), (0.475, 0.78, 0.65), (0.60, 0.91, 0.82)],
)
def test_any_two_of_five(chance: float, attainment: float, after_one_walk: float) -> None:
    found = attain(book_of([5000] * 5, [chance] * 5, 10_000))
    assert round(found.attainment, 2) == attainment
    assert [round(value, 2) for value in found.without.tolist()] == [after_one_walk] * 5


def test_one_cent_short_of_a_tie_is_not_rounded() -> None:
    found = attain(book_of([3334, 3333, 3333, 3333, 3333], [0.33] * 5, 6668))
    assert found.attainment == pytest.approx(0.204963, abs=5e-7)


def test_one_cent_short_is_not_rounded_in_a_long_book_either() -> None:
    # 33.34 + 33.33 = 66.67, one cent short of the gap, so one large and two small or three small are needed.
    book = book_of([3334] + [3333] * 39, [0.02] * 40, 6668)
    assert attain(book).attainment == pytest.approx(_by_table(book, None), abs=1e-12)


@pytest.mark.parametrize("deals", [0, 1, 4, 9])
def test_one_in_twenty_is_not_a_little_under_it(deals: int) -> None:
    """Under 5 % is out of reach, 5 % is not: what sums leave behind must not choose the word."""
    book = book_of([100] * deals, [0.37] * deals, 10_000, unborn={0: 0.95, 20_000: 0.05})
    assert attain(book).attainment == 0.05

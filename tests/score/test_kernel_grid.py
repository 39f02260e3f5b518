"""The grid that rounds: its bounds hold the truth, for small books it is forced on and for large ones it was made for."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.score.kernel import Attainment, Book, attain
from jobs.score.kernel import tree as tree_module
from jobs.score.kernel.chain import grow
from jobs.score.kernel.choose import WIDEST, chains, exact_method, lattice_grid, rounded_grid
from jobs.score.kernel.factor import node_probabilities
from jobs.score.kernel.grid import Grid
from jobs.score.kernel.layout import lay, window
from jobs.score.kernel.solve import over_nodes, publish
from jobs.score.kernel.task import arrange
from tests.score.test_kernel_truth import Truth, assert_bounds_hold, book_of, books, truth

STEADY = settings(derandomize=True, deadline=None, max_examples=100)


def on_grid(book: Book, bins: int, large_share: float = 0.0, correlation: float = 0.0) -> Attainment:
    """The book on a grid of so many steps, this share of its deals to the cent."""
    task = arrange(book)
    cut = round((1 - large_share) * len(task.amounts))
    grid = Grid(
        task,
        lay(task.amounts[:cut], task.ceiling, bins, task.ceiling),
        grow(task.amounts[cut:], task.ceiling),
    )
    nodes, weights = node_probabilities(task.probabilities, correlation)
    return publish(book, task, over_nodes(grid, nodes, weights), grid.is_exact)


def is_settled(book: Book) -> bool:
    return arrange(book).ceiling == 0


@STEADY
@given(books(is_open=True), st.sampled_from([3, 60, 277, 27_720]), st.sampled_from([0.0, 0.3, 1.0]))
def test_bounds_hold_the_truth(book: Book, bins: int, large_share: float) -> None:
    if not is_settled(book):
        assert_bounds_hold(on_grid(book, bins, large_share), truth(book))


@settings(STEADY, max_examples=40)
@given(books(is_open=True), st.sampled_from([60, 2772]), st.sampled_from([0.1, 0.5]))
def test_bounds_hold_the_truth_under_a_common_factor(book: Book, bins: int, correlation: float) -> None:
    if not is_settled(book):
        found = on_grid(book, bins, 0.3, correlation)
        assert_bounds_hold(found, truth(book, correlation))


@settings(STEADY, max_examples=40)
@given(books(least=3, is_open=True), st.sampled_from([60, 2772]))
def test_halving_with_transforms_gives_the_same_as_sweeping(book: Book, bins: int) -> None:
    if is_settled(book):
        return
    swept = on_grid(book, bins)
    with patch.object(tree_module, "MOST_LEAF_DEALS", 1):
        halved = on_grid(book, bins)
    for name in (
        "attainment_low",
        "attainment_high",
        "without_low",
        "without_high",
        "if_won_low",
        "if_won_high",
    ):
        assert getattr(halved, name) == pytest.approx(getattr(swept, name), abs=1e-12)
    assert halved.expected == pytest.approx(swept.expected, rel=1e-10, abs=1e-9)
    assert halved.expected_without == pytest.approx(swept.expected_without, rel=1e-10, abs=1e-9)


@STEADY
@given(books(is_open=True))
def test_expected_money_is_close_on_a_fine_grid(book: Book) -> None:
    if is_settled(book):
        return
    found, true = on_grid(book, 27_720), truth(book)
    assert found.expected == pytest.approx(true.expected, abs=3e-4 * book.gap)
    assert found.expected_without == pytest.approx(true.expected_without, abs=3e-4 * book.gap)


@pytest.mark.parametrize("amount", [5_000_000_000, 4_999_999_999])
def test_ties_and_near_ties_are_wide_rather_than_wrong(amount: int) -> None:
    # Two deals make the gap, or miss it by two cents; the grid cannot tell and must say so.
    book = book_of([amount, amount + 1, 777_777_777, 123_456_789], [0.5, 0.6, 0.1, 0.2], 9_999_999_999)
    found = on_grid(book, 27_720)
    assert found.attainment_high - found.attainment_low > 0.1
    assert_bounds_hold(found, truth(book))
    assert attain(book).attainment == pytest.approx(truth(book).attainment, abs=1e-12)


def exact_truth(book: Book) -> Truth:
    """The truth of a larger book, from a method that test_kernel_exact holds to enumeration."""
    found = publish_exact(book)
    return Truth(found.attainment, found.without, found.if_won, found.expected, found.expected_without)


def publish_exact(book: Book) -> Attainment:
    task = arrange(book)
    method = lattice_grid(task) or chains(task)
    assert method is not None
    assert method.is_exact
    return publish(book, task, over_nodes(method, task.probabilities[np.newaxis, :], np.ones(1)), True)


def random_book(count: int, seed: int, *, unit: int = 1, at: float = 1.0, unborn: int = 1) -> Book:
    """Skewed amounts as a CRM has them; the gap at this multiple of the expected money."""
    random = np.random.default_rng(seed)
    amounts = unit * np.ceil(random.lognormal(0, 1, count) * 5e6 / unit).astype(np.int64)
    chances = random.uniform(0.05, 0.95, count)
    gap = int(at * (amounts * chances).sum())
    points = (random.random(unborn) * 0.2 * gap).astype(np.int64) if unborn > 1 else np.zeros(1, np.int64)
    return Book(amounts, chances, gap, points, np.ones(unborn))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("bins", [2772, 27_720])
def test_bounds_by_chance_hold_the_truth_of_many_deals(bins: int, seed: int) -> None:
    book = random_book(400, seed, unit=20_000)
    task = arrange(book)
    rests = window(lay(task.amounts, task.ceiling, bins, task.ceiling), task.probabilities)
    assert rests.risk_low > 0 < rests.risk_high
    found = on_grid(book, bins)
    true = exact_truth(book)
    assert_bounds_hold(found, true)
    assert found.expected == pytest.approx(true.expected, rel=1e-4)
    lost, truly_lost = found.expected - found.expected_without, true.expected - true.expected_without
    assert lost == pytest.approx(truly_lost, rel=0.01)


@pytest.mark.parametrize("unborn", [1, 20])
@pytest.mark.parametrize("seed", range(4))
def test_books_of_a_rep_are_narrow_enough(seed: int, unborn: int) -> None:
    found = attain(random_book(40, seed, unborn=unborn))
    assert not found.is_exact
    assert found.attainment_high - found.attainment_low <= WIDEST
    assert np.all(found.without_high - found.without_low <= WIDEST)
    assert np.all(found.if_won_high - found.if_won_low <= WIDEST)


@pytest.mark.parametrize("seed", range(3))
def test_a_book_of_random_cents_equals_its_exact_answer(seed: int) -> None:
    book = random_book(30, seed)
    assert exact_method(arrange(book)) is None
    task = arrange(book)
    both = chains(task)
    assert both is not None
    exact = publish(book, task, over_nodes(both, task.probabilities[np.newaxis, :], np.ones(1)), True)
    true = Truth(exact.attainment, exact.without, exact.if_won, exact.expected, exact.expected_without)
    assert_bounds_hold(attain(book), true)


def test_a_wide_answer_is_given_with_its_bounds() -> None:
    found = attain(random_book(6000, 1))
    assert not found.is_exact
    assert WIDEST < found.attainment_high - found.attainment_low < 0.1
    assert 0.4 < found.attainment < 0.6


def test_refining_stops_at_the_finest_grid() -> None:
    # Deals of ten billion, up to 10,000 apart, and a gap that nine of them may or may not make.
    amounts = 10**12 + np.random.default_rng(1).integers(0, 10**6, 40)
    found = attain(Book(amounts, np.full(40, 0.2), 9 * 10**12 + 4_500_000))
    assert not found.is_exact
    assert found.attainment_high - found.attainment_low > 0.1
    finest = on_grid(Book(amounts, np.full(40, 0.2), 9 * 10**12 + 4_500_000), 443_520)
    assert found.attainment_high - found.attainment_low <= finest.attainment_high - finest.attainment_low


def test_bounds_that_come_out_wide_are_refined() -> None:
    # As above, but so far apart that a finer grid sees more of it than the normal curve knows of.
    amounts = 10**12 + np.random.default_rng(1).integers(0, 10**9, 40)
    book = Book(amounts, np.full(40, 0.2), 9 * 10**12 + 4_500_000_000)
    found, coarse, finest = attain(book), on_grid(book, 27_720), on_grid(book, 443_520)
    assert found.attainment_high - found.attainment_low < (coarse.attainment_high - coarse.attainment_low) / 2
    assert finest.attainment_low - 1e-9 <= found.attainment <= finest.attainment_high + 1e-9


def test_bounds_leave_room_for_floats_and_for_the_risk_of_the_window() -> None:
    few = on_grid(book_of([3_333_333, 7_777_777], [0.5, 0.5], 9_000_001), 27_720)
    assert few.attainment == pytest.approx(0.25, abs=1e-12)
    assert few.attainment_high - few.attainment_low == pytest.approx(4e-8, rel=1e-6)
    many = on_grid(random_book(3000, 3, at=0.5), 27_720)
    assert many.attainment_high == 1
    assert many.attainment_low == pytest.approx(1 - 1e-6 - 2e-8, abs=1e-12)


def test_rounded_amounts_may_cover_the_gap_before_the_first_step() -> None:
    # Each deal is rounded to nothing, and their rests alone are many times the gap.
    found = on_grid(book_of([45] * 300, [0.9] * 300, 100), 1)
    assert found.attainment_high == 1
    assert found.attainment_low == pytest.approx(1, abs=2e-6)


@pytest.mark.parametrize("at", [0.02, 0.3, 1.0, 1.2])
def test_parts_that_cannot_matter_may_be_dropped(at: float) -> None:
    book = random_book(500, 12, unit=5_000_000, at=at)
    dropped = on_grid(book, 27_720)
    with patch.object(tree_module, "NOTHING", -1.0):
        whole = on_grid(book, 27_720)
    for name in (
        "attainment_low",
        "attainment_high",
        "without_low",
        "without_high",
        "if_won_low",
        "if_won_high",
    ):
        assert getattr(dropped, name) == pytest.approx(getattr(whole, name), abs=1e-11)
    assert dropped.expected_without == pytest.approx(whole.expected_without, rel=1e-10)


def test_sums_beyond_machine_integers_are_laid_out_exactly() -> None:
    book = random_book(40, 2)
    scaled = Book(book.amounts * 10**8, book.probabilities, book.gap * 10**8)
    task, large = arrange(book), arrange(scaled)
    small = rounded_grid(task).layout
    wide = rounded_grid(large).layout
    assert np.array_equal(small.steps, wide.steps)
    assert wide.rests == pytest.approx(small.rests, abs=1e-12)
    first, second = attain(book), attain(scaled)
    assert second.attainment == pytest.approx(first.attainment, abs=1e-9)
    assert second.without == pytest.approx(first.without, abs=1e-9)

"""Deals that are only on paper lift a strength by no more than they are believed: 03-metrics.md, section 3."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.score.kernel import Book, attain
from tests.score.test_kernel_truth import books

STEADY = settings(derandomize=True, deadline=None, max_examples=100)
FACTORS = st.floats(0.5, 1.5)
CHANCES = st.lists(st.floats(0.01, 0.5), min_size=5, max_size=5)


@STEADY
@given(books(least=1), CHANCES, FACTORS, st.integers(1, 10_000), st.sampled_from([0.0, 0.1]))
def test_five_junk_deals_lift_no_chance_by_more_than_one_of_them_is_believed_to_be_won(
    book: Book, chances: list[float], factor: float, cents: int, correlation: float
) -> None:
    """Whatever their money: p times the rep's factor is all that they can bring, and the factor falls as they fail."""
    believed = np.minimum(np.array(chances) * factor, 0.99)
    grown = Book(
        np.append(book.amounts, np.full(5, cents)), np.append(book.probabilities, believed), book.gap,
        book.unborn_amounts, book.unborn_weights,
    )  # fmt: skip
    before, after = attain(book, correlation=correlation), attain(grown, correlation=correlation)
    most = float(believed.sum())

    assert np.all(after.without[: len(book.amounts)] - before.without <= most + 1e-9)
    assert np.all(after.without[: len(book.amounts)] >= before.without - 1e-9)
    if not correlation:
        assert after.attainment - before.attainment <= 1 - float(np.prod(1 - believed)) + 1e-9

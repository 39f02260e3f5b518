"""Books as the kernel takes them, read from tables of books, of their deals and of N."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import NamedTuple

import numpy as np
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from jobs.score.kernel import Book
from jobs.score.kernel.book import Cents, Floats
from jobs.score.tables import Columnar
from jobs.score.unborn import points_by_book

Key = tuple[date, str, str]


class Sources(NamedTuple):
    """Three selects, each in the order of its key: as_of_on, book_kind, book_id and

    books     gap_cents
    deals     opportunity_id, amount_cents, win_probability, weight, probability_deviation, probability_cell
    unborn    unborn_cents
    """

    books: str
    deals: str
    unborn: str


class Entry(NamedTuple):
    """One book, its deals in the order of their ids.

    weights      (n,) money by which a deal counts in the strength of the book; all 0 where it has no deal
    deviations   (n,) standard error of each probability; 0 where none is known
    cells        (n,) number of the cell that a probability was learnt from; errors of one cell are common
    """

    key: Key
    book: Book
    opportunity_ids: list[str]
    weights: Floats
    deviations: Floats
    cells: NDArray[np.int64]


def read_entries(connection: DuckDBPyConnection, sources: Sources) -> Iterator[Entry]:
    """Every book of the selects."""
    deals = connection.execute(sources.deals).fetchnumpy()
    unborn = points_by_book(connection.execute(sources.unborn).fetchall())
    keys = list(zip(deals["as_of_on"].astype("M8[D]").tolist(), deals["book_kind"], deals["book_id"], strict=True))
    rows = {key: slice(first, first + count) for key, first, count in _runs(keys)}
    cells = _numbered(deals["probability_cell"])
    deviations = np.ma.filled(deals["probability_deviation"], 0.0).astype(np.float64)
    for as_of_on, kind, name, gap in connection.execute(sources.books).fetchall():
        key = (as_of_on, kind, name)
        own = rows.get(key, slice(0, 0))
        yield Entry(
            key,
            book_of(_plain(deals["amount_cents"][own], np.int64), _plain(deals["win_probability"][own], np.float64),
                    gap, unborn.get(key)),
            list(deals["opportunity_id"][own]), _plain(deals["weight"][own], np.float64), deviations[own], cells[own],
        )  # fmt: skip


def book_of(amounts: Cents, probabilities: Floats, gap: int, unborn: Cents | None) -> Book:
    """A book whose points of N are equally likely; None where nothing is known of them."""
    if unborn is None:
        return Book(amounts, probabilities, gap)
    return Book(amounts, probabilities, gap, unborn, np.ones(len(unborn)))


def strength_of(without: Floats, weights: Floats, attainment: float) -> float:
    """Points 0..100: the quarter without a deal, in the mean by money; 100 * attainment without a deal."""
    total = float(weights.sum())
    return 100 * (float((without * weights).sum()) / total if total else attainment)


def _runs(keys: list[Key]) -> Iterator[tuple[Key, int, int]]:
    """Key, first row and number of rows of each book; rows of one book lie together."""
    first = 0
    for key, members in groupby(keys):
        count = sum(1 for _ in members)
        yield key, first, count
        first += count


def _numbered(names: Columnar) -> NDArray[np.int64]:
    """A number per distinct name; deals without a cell share one, and have no deviation."""
    filled = np.ma.filled(names, "").astype(str)
    return np.unique(filled, return_inverse=True)[1].astype(np.int64).reshape(filled.shape)


def _plain(values: Columnar, dtype: type) -> Columnar:
    """A column without a mask: neither amounts nor probabilities of candidates are ever NULL."""
    return np.asarray(values, dtype=dtype)

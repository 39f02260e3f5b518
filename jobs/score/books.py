"""scores.books and scores.book_deals -> the kernel -> scores.book_attainment and scores.deal_attainment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from jobs.models import PythonModel
from jobs.score.cover import covering_pair_share, smallest_covering_count
from jobs.score.kernel import Attainment, Book, attain
from jobs.settings import Settings

WIDEST = 0.005  # half a point


_TABLES = """
create table if not exists scores.book_attainment (
    as_of_on date, book_kind varchar, book_id varchar, attainment_probability double, attainment_low double,
    attainment_high double, expected_amount double, is_exact boolean, covering_pair_share double,
    smallest_covering_count bigint
);
create table if not exists scores.deal_attainment (
    as_of_on date, book_kind varchar, book_id varchar, opportunity_id varchar, without_probability double,
    without_low double, without_high double, if_won_probability double, expected_without_amount double
);
comment on table scores.book_attainment is
    'The chance that a book closes its gap. One row per as-of date and book.';
comment on table scores.deal_attainment is
    'The quarter without each deal of a book, and with it won. One row per as-of date, book and opportunity.';
"""

_BOOKS = """
select books.as_of_on, books.book_kind, books.book_id, books.gap_cents
from scores.books as books
where books.as_of_on in (select as_of_on from staging.weeks)
order by books.as_of_on, books.book_kind, books.book_id
"""

_DEALS = """
select
    deals.as_of_on, deals.book_kind, deals.book_id, deals.opportunity_id, deals.amount_cents,
    deals.win_probability
from scores.book_deals as deals
where deals.as_of_on in (select as_of_on from staging.weeks)
order by deals.as_of_on, deals.book_kind, deals.book_id, deals.opportunity_id
"""

Key = tuple[date, str, str]
Columnar = NDArray[Any]


class Scored(NamedTuple):
    """One book with its answer; opportunity_ids in the order of the answer's rows."""

    key: Key
    book: Book
    opportunity_ids: list[str]
    answer: Attainment


def score_books(connection: DuckDBPyConnection, settings: Settings) -> None:
    """Answer every book of the dates being scored (03-metrics.md, section 3)."""
    connection.execute(_TABLES)
    scored = list(_answers(connection, _correlation(settings)))
    _replace(connection, "scores.book_attainment", _book_columns(scored))
    _replace(connection, "scores.deal_attainment", _deal_columns(scored))


def _correlation(settings: Settings) -> float:
    """rho of the common factor; 0.1 until one is estimated from past quarters (03-metrics.md, section 3)."""
    told = settings.batna.correlation
    return 0.1 if isinstance(told, str) else float(told)


def _answers(connection: DuckDBPyConnection, correlation: float) -> Iterator[Scored]:
    deals = connection.execute(_DEALS).fetchnumpy()
    keys = list(zip(deals["as_of_on"].astype("M8[D]").tolist(), deals["book_kind"], deals["book_id"], strict=True))
    rows = {key: slice(first, first + count) for key, first, count in _runs(keys)}
    for as_of_on, kind, name, gap in connection.execute(_BOOKS).fetchall():
        own = rows.get((as_of_on, kind, name), slice(0, 0))
        book = Book(
            _plain(deals["amount_cents"][own], np.int64), _plain(deals["win_probability"][own], np.float64), gap
        )
        ids = list(deals["opportunity_id"][own])
        yield Scored((as_of_on, kind, name), book, ids, attain(book, correlation=correlation))


def _runs(keys: list[Key]) -> Iterator[tuple[Key, int, int]]:
    """Key, first row and number of rows of each book; rows of one book lie together."""
    first = 0
    for key, members in groupby(keys):
        count = sum(1 for _ in members)
        yield key, first, count
        first += count


def _plain(values: Columnar, dtype: type) -> Columnar:
    """A column without a mask: neither amounts nor probabilities of candidates are ever NULL."""
    return np.asarray(values, dtype=dtype)


def _book_columns(scored: list[Scored]) -> dict[str, Columnar]:
    answers = [one.answer for one in scored]
    pairs = [covering_pair_share(one.book.amounts, one.book.gap) for one in scored]
    counts = [smallest_covering_count(one.book.amounts, one.book.gap) for one in scored]
    return _keys(scored, [1] * len(scored)) | {
        "attainment_probability": np.array([answer.attainment for answer in answers]),
        "attainment_low": np.array([answer.attainment_low for answer in answers]),
        "attainment_high": np.array([answer.attainment_high for answer in answers]),
        "expected_amount": np.array([answer.expected for answer in answers]) / 100,
        "is_exact": np.array([_is_exact(answer) for answer in answers]),
        "covering_pair_share": _with_gaps(pairs),
        "smallest_covering_count": _with_gaps(counts),
    }


def _is_exact(answer: Attainment) -> bool:
    """Whether every chance is exact, or known to half a point (03-metrics.md, section 3, Exactness)."""
    widths = [answer.attainment_high - answer.attainment_low, *(answer.without_high - answer.without_low)]
    return answer.is_exact or max(widths) <= WIDEST


def _deal_columns(scored: list[Scored]) -> dict[str, Columnar]:
    answers = [one.answer for one in scored]
    return _keys(scored, [len(one.opportunity_ids) for one in scored]) | {
        "opportunity_id": np.array([name for one in scored for name in one.opportunity_ids], dtype=object),
        "without_probability": _joined([answer.without for answer in answers]),
        "without_low": _joined([answer.without_low for answer in answers]),
        "without_high": _joined([answer.without_high for answer in answers]),
        "if_won_probability": _joined([answer.if_won for answer in answers]),
        "expected_without_amount": _joined([answer.expected_without for answer in answers]) / 100,
    }


def _keys(scored: list[Scored], counts: list[int]) -> dict[str, Columnar]:
    """The key of each book, as often as it has rows."""
    dates, kinds, names = (np.array([one.key[part] for one in scored], dtype=object) for part in range(3))
    return {
        "as_of_on": np.repeat(dates.astype("M8[us]"), counts),
        "book_kind": np.repeat(kinds, counts),
        "book_id": np.repeat(names, counts),
    }


def _joined(arrays: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate([np.zeros(0), *arrays])


def _with_gaps(values: Sequence[float | None]) -> Columnar:
    filled = [0 if value is None else value for value in values]
    return np.ma.masked_array(np.array(filled, dtype=np.float64), mask=[value is None for value in values])


def _replace(connection: DuckDBPyConnection, table: str, columns: dict[str, Columnar]) -> None:
    connection.execute(f"delete from {table} where as_of_on in (select as_of_on from staging.weeks)")
    if len(columns["as_of_on"]):
        connection.register("answered", columns)
        connection.execute(f"insert into {table} by name select * from answered")
        connection.unregister("answered")


KERNEL = PythonModel(
    name="kernel",
    inputs=frozenset({"scores.books", "scores.book_deals"}),
    outputs=("scores.book_attainment", "scores.deal_attainment"),
    run=score_books,
)

"""scores.books and scores.book_deals -> the kernel -> scores.book_attainment and scores.deal_attainment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import polars as pl
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from jobs.score.cover import covering_pair_share, smallest_covering_count
from jobs.score.kernel import Attainment, Book, attain

WIDEST = 0.005  # half a point


@dataclass(frozen=True, slots=True)
class PythonModel:
    """A step of the build that is not SQL: its name among the models, what it reads and what it makes."""

    name: str
    inputs: frozenset[str]
    outputs: tuple[str, ...]


SCORED = PythonModel(
    name="kernel",
    inputs=frozenset({"scores.books", "scores.book_deals"}),
    outputs=("scores.book_attainment", "scores.deal_attainment"),
)

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


class Scored(NamedTuple):
    """One book with its answer; opportunity_ids in the order of the answer's rows."""

    key: Key
    book: Book
    opportunity_ids: list[str]
    answer: Attainment


def score_books(connection: DuckDBPyConnection, correlation: float) -> None:
    """Answer every book of the dates being scored (03-metrics.md, section 3)."""
    connection.execute(_TABLES)
    scored = list(_answers(connection, correlation))
    _replace(connection, "scores.book_attainment", _book_frame(scored))
    _replace(connection, "scores.deal_attainment", _deal_frame(scored))


def _answers(connection: DuckDBPyConnection, correlation: float) -> Iterator[Scored]:
    deals = connection.sql(_DEALS).pl()
    bounds = _bounds(deals)
    ids = deals["opportunity_id"].to_list()
    amounts = deals["amount_cents"].to_numpy()
    probabilities = deals["win_probability"].to_numpy()
    for *key, gap in connection.execute(_BOOKS).fetchall():
        start, end = bounds.get(tuple(key), (0, 0))
        book = Book(amounts[start:end], probabilities[start:end], gap)
        yield Scored((key[0], key[1], key[2]), book, ids[start:end], attain(book, correlation=correlation))


def _bounds(deals: pl.DataFrame) -> dict[tuple[object, ...], tuple[int, int]]:
    """First row and the row after the last of each book; rows of one book lie together."""
    sizes = deals.group_by("as_of_on", "book_kind", "book_id", maintain_order=True).len()
    ends = sizes["len"].cum_sum().to_list()
    return {
        (as_of_on, kind, name): (end - size, end)
        for (as_of_on, kind, name, size), end in zip(sizes.iter_rows(), ends, strict=True)
    }


def _book_frame(scored: list[Scored]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (*one.key, one.answer.attainment, one.answer.attainment_low, one.answer.attainment_high,
             one.answer.expected / 100, _is_exact(one.answer),
             covering_pair_share(one.book.amounts, one.book.gap),
             smallest_covering_count(one.book.amounts, one.book.gap))
            for one in scored
        ],
        schema={
            "as_of_on": pl.Date, "book_kind": pl.String, "book_id": pl.String,
            "attainment_probability": pl.Float64, "attainment_low": pl.Float64, "attainment_high": pl.Float64,
            "expected_amount": pl.Float64,
            "is_exact": pl.Boolean, "covering_pair_share": pl.Float64, "smallest_covering_count": pl.Int64,
        },
        orient="row",
    )  # fmt: skip


def _is_exact(answer: Attainment) -> bool:
    """Whether every chance is exact, or known to half a point (03-metrics.md, section 3, Exactness)."""
    widths = [answer.attainment_high - answer.attainment_low, *(answer.without_high - answer.without_low)]
    return answer.is_exact or max(widths) <= WIDEST


def _deal_frame(scored: list[Scored]) -> pl.DataFrame:
    sizes = [len(one.opportunity_ids) for one in scored]

    def repeated(values: list[object]) -> list[object]:
        return [value for value, size in zip(values, sizes, strict=True) for _ in range(size)]

    def joined(arrays: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        return np.concatenate([np.zeros(0), *arrays])

    return pl.DataFrame(
        {
            "as_of_on": pl.Series(repeated([one.key[0] for one in scored]), dtype=pl.Date),
            "book_kind": pl.Series(repeated([one.key[1] for one in scored]), dtype=pl.String),
            "book_id": pl.Series(repeated([one.key[2] for one in scored]), dtype=pl.String),
            "opportunity_id": pl.Series([id for one in scored for id in one.opportunity_ids], dtype=pl.String),
            "without_probability": joined([one.answer.without for one in scored]),
            "without_low": joined([one.answer.without_low for one in scored]),
            "without_high": joined([one.answer.without_high for one in scored]),
            "if_won_probability": joined([one.answer.if_won for one in scored]),
            "expected_without_amount": joined([one.answer.expected_without for one in scored]) / 100,
        }
    )


def _replace(connection: DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    connection.execute(f"delete from {table} where as_of_on in (select as_of_on from staging.weeks)")
    connection.register("answered", frame.to_arrow())
    connection.execute(f"insert into {table} by name select * from answered")
    connection.unregister("answered")

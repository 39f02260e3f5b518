"""How many new deals would lift a rep's weak quarter: working.deals_needed."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import numpy as np
from duckdb import DuckDBPyConnection

from jobs.models import PythonModel
from jobs.score.books import READ, SOURCES
from jobs.score.correlation import read_correlations
from jobs.score.entries import Entry, read_entries, strength_of
from jobs.score.kernel import Book, attain
from jobs.settings import Settings

_TABLE = """
create or replace table working.deals_needed (
    as_of_on date, book_kind varchar, book_id varchar, deals_needed bigint
);
"""

_NEW_DEALS = """
select as_of_on, book_kind, book_id, new_deal_cents, new_deal_probability
from working.new_deals
"""

_STRENGTHS = """
select as_of_on, book_kind, book_id, batna_strength, coalesce(surviving_share, 1) * expected_amount
from working.group_strength
"""


class Strength(NamedTuple):
    """Points of a book, and the money of its gap that can be expected without one of its deals."""

    points: float
    expected_amount: float


class NewDeal(NamedTuple):
    """An average deal created today: cents when won, and its chance of being won this quarter."""

    cents: int
    probability: float


def write_deals_needed(connection: DuckDBPyConnection, settings: Settings) -> None:
    """Fewest average new deals that lift the strength of a rep to `weak_below`; no row where no number is named.

    0 where it is there already. None is named without a history of new deals, where none created at this time ever won
    within its quarter, and above `max_deals_needed`. Teams have none: they would need dozens (03, section 3).
    """
    connection.execute(_TABLE)
    goal, most = float(settings.batna.weak_below), settings.batna.max_deals_needed
    correlations = read_correlations(connection)
    new_deals = {tuple(row[:3]): NewDeal(*row[3:]) for row in connection.execute(_NEW_DEALS).fetchall()}
    strengths = {tuple(row[:3]): Strength(*row[3:]) for row in connection.execute(_STRENGTHS).fetchall()}
    rows: list[list[object]] = []
    reps = (entry for entry in read_entries(connection, SOURCES) if entry.key[1] == "rep")
    for entry in reps:
        needed = _needed(entry, strengths[entry.key], new_deals.get(entry.key), correlations, goal, most)
        if needed is not None:
            rows.append([*entry.key, needed])
    if rows:
        connection.executemany("insert into working.deals_needed values (?, ?, ?, ?)", rows)


def _needed(
    entry: Entry, strength: Strength, new: NewDeal | None, correlations: dict[date, float], goal: float, most: int
) -> int | None:
    if strength.points >= goal:
        return 0
    if new is None or new.probability <= 0:
        return None
    correlation = correlations[entry.key[0]]
    least = fewest_by_mean(entry.book.gap - 100 * strength.expected_amount, entry.book.gap, new, goal)
    return fewest(lambda count: strength_with(entry, new, count, correlation) >= goal, least, most)


def fewest_by_mean(missing: float, gap: int, new: NewDeal, goal: float) -> int:
    """So many are needed at least: a gap is closed with a chance of at most the expected share of it (Markov).

    missing: cents of the gap that cannot be expected without one of the deals; goal: points.
    """
    needed = missing - (1 - goal / 100) * gap
    return max(1, math.ceil(needed / (new.probability * new.cents) - 1e-6))


def strength_with(entry: Entry, new: NewDeal, count: int, correlation: float) -> float:
    """The strength of the book's own deals, with so many new ones beside them."""
    book, own = entry.book, len(entry.book.amounts)
    grown = Book(
        np.append(book.amounts, np.full(count, new.cents, np.int64)),
        np.append(book.probabilities, np.full(count, new.probability)),
        book.gap, book.unborn_amounts, book.unborn_weights,
    )  # fmt: skip
    answer = attain(grown, correlation=correlation)
    return strength_of(answer.without[:own], entry.weights, answer.attainment)


def fewest(is_enough: Callable[[int], bool], least: int, most: int) -> int | None:
    """The smallest count from `least` to `most` that is enough, None if none is; more is never less."""
    if least > most:
        return None
    low, high, stride = least - 1, least, 1
    while not is_enough(high):
        if high == most:
            return None
        low, high, stride = high, min(high + stride, most), 2 * stride
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


DEALS_NEEDED = PythonModel(
    name="deals_needed",
    inputs=frozenset({*READ, "working.correlation", "working.new_deals", "working.group_strength"}),
    outputs=("working.deals_needed",),
    run=write_deals_needed,
)

"""From arrays to the columns of a file: money, times, dates, labels, empty cells."""

from collections.abc import Sequence

import polars as pl

from jobs.sample.draws import Bools, Ints
from jobs.sample.fiscal import seconds_of


def money(cents: Ints) -> pl.Series:
    """Cents as an amount; the writer prints two decimals."""
    return pl.Series(cents / 100)


def moments(moment: Ints) -> pl.Series:
    """Working seconds as a time in UTC."""
    return pl.from_epoch(pl.Series(seconds_of(moment)), time_unit="s")


def dates(day: Ints) -> pl.Series:
    """Day numbers as dates."""
    return pl.Series(day).cast(pl.Int32).cast(pl.Date)


def labels(names: Sequence[str], codes: Ints) -> pl.Series:
    """The name at each code; an empty name is an empty cell."""
    return pl.Series([name or None for name in names], dtype=pl.String).gather(codes)


def only(known: Bools, values: pl.Series) -> pl.Series:
    """`values` where `known`, empty elsewhere."""
    return pl.select(pl.when(pl.Series(known)).then(values)).to_series()

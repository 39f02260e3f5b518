"""What the laws hold against each other: every table of scores of one date, and where two of them differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tests.models.world import World, rows

Table = list[dict[str, Any]]
Scores = Mapping[str, Table]

CLOSE = 1e-9


def names(built: World) -> list[str]:
    """Every table of scores, as the catalogue lists them."""
    listed = "select table_name from duckdb_tables() where schema_name = 'scores' order by table_name"
    return [name for (name,) in built.execute(listed).fetchall()]


def scores(built: World, day: date) -> dict[str, Table]:
    """Every row that every table of scores has of a date, in a fixed order."""
    return {name: _told(built, name, day) for name in names(built)}


def _told(built: World, name: str, day: date) -> Table:
    """But for how many files have told it."""
    hidden = "exclude (last_file_number)" if "last_file_number" in columns(built, name) else ""
    return rows(built, f"select * {hidden} from scores.{name} where as_of_on = date '{day}' order by all")


def differences(
    one: Scores, other: Scores, same: Callable[[str, str, Any, Any], bool] = lambda *told: bool(told[2] == told[3])
) -> list[tuple[str, str, Any, Any]]:
    """Table, column and both values wherever two dates differ; rows stand in the same order."""
    one = {name: table for name, table in one.items() if name not in OF_THE_LAST_WEEK or (table and other[name])}
    found = [(name, "rows", len(one[name]), len(other[name])) for name in one if len(one[name]) != len(other[name])]
    return found + [
        (name, column, value, second[column])
        for name in one
        for first, second in zip(one[name], other[name], strict=False)
        for column, value in first.items()
        if not same(name, column, value, second[column])
    ]


def in_other_money(factor: int) -> Callable[[str, str, Any, Any], bool]:
    """Whether a value is the same after the reporting currency was replaced by one of which `factor` units are one of the old."""

    def same(table: str, column: str, first: Any, second: Any) -> bool:
        if column in ("currency", "detail") or (table, column) in OWN_CURRENCY:
            return (first is None) == (second is None)
        if not is_number(first) or not is_number(second):
            return bool(first == second)
        times = factor if column.endswith(("amount", "_cents")) else 1
        kept = (
            times * 1e-4 if column.endswith("amount") else 1e-4
        )  # money is kept to the fourth decimal, books in cents
        return abs(float(first) * times - float(second)) <= kept + CLOSE * abs(float(second))

    return same


# Money of a deal in its own currency; home deals are told in the new one, the others are not.
OWN_CURRENCY = {("deal_positions", "amount"), ("deal_positions", "price_currency_amount")}


def total(values: Iterable[Any]) -> Any:
    """Their sum; None where none of them is known."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


# Kept for the last date of each run alone: compared where both have it.
OF_THE_LAST_WEEK = {"concessions"}

# The tables whose rows are found again when the world tells less, by what names a row.
KEYS = {
    "rep_scorecard": ("rep_id",), "team_scorecard": ("team",), "company_week": (), "deal_positions": ("opportunity_id",),
    "rep_conduct": ("rep_id",), "team_conduct": ("group_kind", "group_id"), "declined_deals": ("opportunity_id", "decided_at"),
    "should_have_declined": ("opportunity_id",), "exposures": ("opportunity_id", "quarter_start_on"),
    "concessions": ("opportunity_id",), "unneeded_discounts": ("opportunity_id",),
    "quarter_end": ("quarter_start_on", "week_number"), "process_lines": ("quarter_start_on",),
}  # fmt: skip


def columns(built: World, table: str) -> list[str]:
    return [row[0] for row in built.execute(f"describe scores.{table}").fetchall()]


def paired(one: World, other: World, table: str, keys: tuple[str, ...]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Rows of both that have the same key."""
    second = {tuple(row[key] for key in keys): row for row in rows(other, f"select * from scores.{table}")}
    first = {tuple(row[key] for key in keys): row for row in rows(one, f"select * from scores.{table}")}
    return [(row, second[key]) for key, row in first.items() if key in second]


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)

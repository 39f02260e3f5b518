"""Cases side by side in one world: a build takes as long for twenty deals as for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.models.world import Row, World, rows

Tables = Mapping[str, Iterable[Row]]

# The deal and the rep that a case is about, by the columns that hold such ids.
_SUBJECTS = {"opportunity_id": "d1", "new_opportunity_id": "d1", "rep_id": "r1"}


def side_by_side(cases: Mapping[str, Tables]) -> dict[str, list[dict[str, Any]]]:
    """The tables of all of them. The deal d1 and the rep r1 of a case are named as the case is, its other deals and reps
    begin with that name; rows that name neither are common to all.
    """
    together: dict[str, list[dict[str, Any]]] = {}
    for case, tables in cases.items():
        for entity, found in tables.items():
            together.setdefault(entity, []).extend(_named(row, case) for row in found)
    return together


def _named(row: Row, case: str) -> dict[str, Any]:
    return {
        column: _name(value, _SUBJECTS[column], case) if column in _SUBJECTS else value for column, value in row.items()
    }


def _name(value: Any, subject: str, case: str) -> Any:
    if value is None or value == subject:
        return case if value else None
    return f"{case} {value}"


def told(built: World, table: str, case: str, column: str = "opportunity_id") -> list[dict[str, Any]]:
    """The rows of a table that are about the deal of a case, or about its rep."""
    return [row for row in rows(built, f"select * from {table}") if row[column] == case]

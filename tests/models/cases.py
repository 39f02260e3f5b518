"""Cases side by side in one world: a build takes as long for twenty deals as for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.models.world import Row, World, rows

Tables = Mapping[str, Iterable[Row]]


def side_by_side(cases: Mapping[str, Tables]) -> dict[str, list[dict[str, Any]]]:
    """The tables of all of them: the deal d1 and the rep r1 of a case are named as the case is, other rows are common to all."""
    together: dict[str, list[dict[str, Any]]] = {}
    for name, tables in cases.items():
        names = {"opportunity_id": {"d1": name}, "rep_id": {"r1": name}}
        for entity, found in tables.items():
            together.setdefault(entity, []).extend(
                {column: names.get(column, {}).get(value, value) for column, value in row.items()} for row in found
            )
    return together


def told(built: World, table: str, case: str, order: str = "opportunity_id") -> list[dict[str, Any]]:
    """The rows of a table that are about the deal of a case."""
    return [row for row in rows(built, f"select * from {table} order by {order}") if row["opportunity_id"] == case]

"""The cells that are to be cast: each canonical column, or the part of it that one field code makes.

A column `by_field` (opportunity_changes.new_value) holds values of several kinds; each field code with a kind
of its own makes a cell, so that its dates and numbers are decided and checked like those of a column.
"""

from __future__ import annotations

from dataclasses import dataclass

from jobs.load.entities import Column, Entity, entities


@dataclass(frozen=True)
class Cell:
    """One thing to cast. `alias` names it in SQL; under `setting` a profile fixes its format."""

    alias: str
    column: Column
    kind: str
    setting: str
    code: str | None = None  # the field code whose values it holds


def cells_of(entity: Entity) -> tuple[Cell, ...]:
    """Every cell of the entity, column by column."""
    return tuple(cell for column in entity.columns for cell in _cells(column, entity))


def _cells(column: Column, entity: Entity) -> list[Cell]:
    plain = Cell(column.name, column, column.kind, column.name)
    if not column.by_field:
        return [plain]
    kinds = {code: entities()["opportunities"].column(code).kind for code in entity.column("field").codes}
    parts = [Cell(f"{column.name}.{code}", column, kind, code, code) for code, kind in kinds.items() if kind != "text"]
    return [plain, *parts]

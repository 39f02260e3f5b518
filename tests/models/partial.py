"""A part of the models on rows made with numpy: only what a table needs is built, and any model can be put in another's place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from duckdb import DuckDBPyConnection

from jobs import shipped
from jobs.build import make, prepare, step_inputs
from jobs.models import Model, in_order, needed, read_models
from jobs.score import PYTHON_MODELS
from jobs.settings import parse_settings
from tests.models.world import empty

Columns = Mapping[str, Any]


def opened(settings: str, as_of: Sequence[date], raw: Mapping[str, Columns] | None = None) -> DuckDBPyConnection:
    """A warehouse with its settings, its weeks, and raw rows given by column; version_from_at is among them."""
    connection = empty()
    for number, (entity, columns) in enumerate((raw or {}).items(), start=1):
        connection.execute(
            "insert into ops.files (file_number, file_name, entity) values (?, ?, ?)", [number, entity, entity]
        )
        insert(connection, f"raw.{entity}", {**columns, "file_number": number, "is_gone": False})
    prepare(connection, parse_settings(settings), as_of)
    return connection


def insert(connection: DuckDBPyConnection, table: str, columns: Columns) -> None:
    """Rows by column: a list each, or one value for all rows."""
    count = max(len(values) for values in columns.values() if isinstance(values, list))
    rows = zip(*(values if isinstance(values, list) else [values] * count for values in columns.values()), strict=True)
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    if "record_number" not in columns and table.startswith("raw."):
        rows, names, marks = (
            ((*row, number) for number, row in enumerate(rows, start=2)),
            f"{names}, record_number",
            f"{marks}, ?",
        )
    flat = list(rows)
    for first in range(0, len(flat), 1000):
        block = flat[first : first + 1000]
        connection.execute(
            f"insert into {table} ({names}) values {', '.join([f'({marks})'] * len(block))}",
            [value for row in block for value in row],
        )


def built(
    connection: DuckDBPyConnection,
    tables: Iterable[str],
    *,
    given: Iterable[str] = (),
    instead: Mapping[str, str] | None = None,
) -> DuckDBPyConnection:
    """Make these tables and all they need; `given` are there already, `instead` is the SQL to take for a model."""
    models = {model.name: _with(model, instead or {}) for model in read_models(shipped.SQL)}
    steps = {model.name: model for model in PYTHON_MODELS}
    inputs = {name: read for name, read in step_inputs(tuple(models.values())).items() if name not in given}
    for name in in_order(needed(inputs, tables)):
        if name in steps:
            steps[name].run(connection, parse_settings(""))
        elif name in models:
            make(connection, models[name])
    return connection


def _with(model: Model, instead: Mapping[str, str]) -> Model:
    return replace(model, sql=instead.get(model.name, model.sql))

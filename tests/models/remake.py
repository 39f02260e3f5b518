"""Models made again on a built world, after a test has put rows of its own into a table on the way."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from jobs import shipped
from jobs.build import make, step_inputs
from jobs.models import in_order, read_models
from jobs.score import PYTHON_MODELS
from jobs.settings import parse_settings
from tests.models.world import CALENDAR


def remake(connection: DuckDBPyConnection, changed: str, *, settings: str = CALENDAR) -> None:
    """Make everything again that rests on a table, in order."""
    python = {model.name: model for model in PYTHON_MODELS}
    models = {model.name: model for model in read_models(shipped.SQL)}
    inputs = step_inputs(tuple(models.values()))
    stale = {changed}
    for name in in_order(inputs):
        if name == changed or not inputs.get(name, frozenset()) & stale:
            continue
        stale.add(name)
        if name in python:
            python[name].run(connection, parse_settings(settings))
        elif name in models:
            make(connection, models[name])

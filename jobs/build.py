"""sql/** -> staging, scores, marts, for the as-of dates of one run, what Python makes in its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import partial

from duckdb import DuckDBPyConnection

from jobs import shipped
from jobs.models import Model, in_order, needed, read_models
from jobs.parameters import write_parameters
from jobs.score import PYTHON_MODELS
from jobs.settings import Settings
from jobs.weeks import write_weeks

Progress = Callable[[str], None]

PUBLISHED = ("staging", "scores", "marts")


def build(
    connection: DuckDBPyConnection,
    settings: Settings,
    as_of_dates: Sequence[date],
    *,
    restate: bool = False,
    only: Collection[str] = (),
    progress: Progress = lambda _: None,
) -> None:
    """Make every model for these dates, or `only` these and what they read; earlier dates keep their scores.

    A date that was scored before sees the files that it saw then, unless `restate`
    (02-data.md, What was known when). Raises SettingsError where such a date was scored under other settings.
    """
    for schema in PUBLISHED:
        connection.execute(f"create schema if not exists {schema}")
    connection.execute("attach if not exists ':memory:' as working (compress)")
    write_parameters(connection, settings)
    write_weeks(connection, settings, as_of_dates, restate=restate)
    steps = _steps(connection, settings, read_models(shipped.SQL), only)
    for name, step in steps.items():
        progress(name)
        step()


def _steps(
    connection: DuckDBPyConnection, settings: Settings, models: Sequence[Model], only: Collection[str]
) -> Mapping[str, Callable[[], None]]:
    """What to do, in order: a step per model, of SQL or of Python."""
    by_name = {model.name: model for model in models}
    python = {model.name: model for model in PYTHON_MODELS}
    inputs: dict[str, frozenset[str]] = {model.name: model.inputs for model in models}
    for model in PYTHON_MODELS:
        inputs |= {model.name: model.inputs} | dict.fromkeys(model.outputs, frozenset({model.name}))
    steps: dict[str, Callable[[], None]] = {}
    for name in in_order(needed(inputs, only) if only else inputs):
        if name in python:
            steps[name] = partial(python[name].run, connection, settings)
        elif name in by_name:
            steps[name] = partial(make, connection, by_name[name])
    return steps


def make(connection: DuckDBPyConnection, model: Model) -> None:
    """Make one model: a staging or working table anew, the dates of this run in a scores table, a marts view.

    Working tables are steps on the way: they live in memory, beside the warehouse, and are thrown away.
    """
    kind = "view" if model.is_view else "table"
    if model.schema == "scores":
        _replace_dates(connection, model)
    else:
        _drop_other_kind(connection, model)
        connection.execute(f"create or replace {kind} {model.name} as {model.sql}")
    if model.schema == "working":
        return
    comment = model.comment.replace("'", "''")
    connection.execute(f"comment on {kind} {model.name} is '{comment}'")


def _drop_other_kind(connection: DuckDBPyConnection, model: Model) -> None:
    """A table cannot be replaced by a view, nor the other way round: an earlier version may have left one."""
    other, catalogue = ("table", "duckdb_tables") if model.is_view else ("view", "duckdb_views")
    schema, _, table = model.name.partition(".")
    sql = f"select count(*) from {catalogue}() where schema_name = ? and {other}_name = ?"
    [(count,)] = connection.execute(sql, [schema, table]).fetchall()
    if count:
        connection.execute(f"drop {other} {model.name}")


def _replace_dates(connection: DuckDBPyConnection, model: Model) -> None:
    connection.execute(f"create or replace temp table fresh as {model.sql}")
    connection.execute(f"create table if not exists {model.name} as select * from fresh limit 0")
    _add_new_columns(connection, model.name)
    connection.execute(f"delete from {model.name} where as_of_on in (select as_of_on from staging.weeks)")
    connection.execute(f"insert into {model.name} by name select * from fresh order by all")
    connection.execute("drop table fresh")


def _add_new_columns(connection: DuckDBPyConnection, name: str) -> None:
    """A later version of the product may add a column to a model; earlier dates have it empty."""
    known = {row[0] for row in connection.execute(f"describe {name}").fetchall()}
    for column, kind, *_ in connection.execute("describe fresh").fetchall():
        if column not in known:
            connection.execute(f'alter table {name} add column "{column}" {kind}')

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
    prepare(connection, settings, as_of_dates, restate=restate)
    for name, step in steps(connection, settings, only).items():
        progress(name)
        step()


def prepare(
    connection: DuckDBPyConnection, settings: Settings, as_of_dates: Sequence[date], *, restate: bool = False
) -> None:
    """What stands before the first model: the schemas, the settings and the dates as tables; see `build`."""
    for schema in PUBLISHED:
        connection.execute(f"create schema if not exists {schema}")
    # Only a pass of many weeks is short of memory; compressing costs a tenth of the build.
    compress = " (compress)" if len(as_of_dates) > 1 else ""
    connection.execute(f"attach if not exists ':memory:' as working{compress}")
    write_parameters(connection, settings)
    write_weeks(connection, settings, as_of_dates, restate=restate)
    _drop_other_kinds(connection, read_models(shipped.SQL))


def steps(
    connection: DuckDBPyConnection, settings: Settings, only: Collection[str] = ()
) -> Mapping[str, Callable[[], None]]:
    """What to do, in order: a step per model, of SQL or of Python; of `only` these and what they read."""
    models = read_models(shipped.SQL)
    by_name = {model.name: model for model in models}
    python = {model.name: model for model in PYTHON_MODELS}
    inputs = step_inputs(models)
    found: dict[str, Callable[[], None]] = {}
    for name in in_order(needed(inputs, only) if only else inputs):
        if name in python:
            found[name] = partial(python[name].run, connection, settings)
        elif name in by_name:
            found[name] = partial(make, connection, by_name[name])
    return found


def step_inputs(models: Sequence[Model]) -> dict[str, frozenset[str]]:
    """What each model, and each step in Python with its outputs, reads."""
    inputs = {model.name: model.inputs for model in models}
    for step in PYTHON_MODELS:
        inputs |= {step.name: step.inputs} | dict.fromkeys(step.outputs, frozenset({step.name}))
    return inputs


def make(connection: DuckDBPyConnection, model: Model) -> None:
    """Make one model: a staging or working table anew, the dates of this run in a scores table, a marts view.

    Working tables are steps on the way: they live in memory, beside the warehouse, and are thrown away.
    """
    kind = "view" if model.is_view else "table"
    if model.schema == "scores":
        _replace_dates(connection, model)
    else:
        connection.execute(f"create or replace {kind} {model.name} as {model.sql}")
    if model.schema == "working":
        return
    comment = model.comment.replace("'", "''")
    connection.execute(f"comment on {kind} {model.name} is '{comment}'")


def _drop_other_kinds(connection: DuckDBPyConnection, models: Sequence[Model]) -> None:
    """A table cannot be replaced by a view, nor the other way round: an earlier version may have left one."""
    kinds = {model.name: "view" if model.is_view else "table" for model in models}
    tables = _names(connection, "select schema_name || '.' || table_name from duckdb_tables()")
    views = _names(connection, "select schema_name || '.' || view_name from duckdb_views() where not internal")
    for found, kind in ((tables, "table"), (views, "view")):
        for name in sorted(found & kinds.keys()):
            if kinds[name] != kind:
                connection.execute(f"drop {kind} {name}")


def _names(connection: DuckDBPyConnection, query: str) -> set[str]:
    return {name for (name,) in connection.execute(query).fetchall()}


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

"""working.effect_cases -> working.effect_estimates: what the end of a quarter and a safe quarter go with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from jobs.models import PythonModel
from jobs.score.clustered import Cases, Estimate, difference
from jobs.settings import Settings

_TABLE = """
create or replace table working.effect_estimates (
    as_of_on date, effect varchar, estimate double, low double, high double, case_count bigint,
    treated_count bigint, quarter_count bigint, rep_count bigint, is_reported boolean, reason varchar
);
"""
_CASES = """
select
    cases.as_of_on, cases.effect,
    cast(cases.outcome as double) as outcome, cast(cases.treatment as double) as treatment,
    cast(cases.first_control as double) as first_control, cast(cases.second_control as double) as second_control,
    dense_rank() over (partition by cases.as_of_on, cases.effect order by cases.cell) - 1 as cell,
    dense_rank() over (partition by cases.as_of_on, cases.effect order by cases.rep_id) - 1 as rep,
    dense_rank() over (partition by cases.as_of_on, cases.effect order by cases.quarter_start_on) - 1 as quarter,
    dense_rank() over (order by cases.as_of_on, cases.effect) as family
from working.effect_cases as cases
order by family, cases.case_id
"""

Columns = Mapping[str, NDArray[Any]]


def families(columns: Columns) -> Iterator[Columns]:
    """The rows of each family; rows of one family lie together."""
    family = np.asarray(columns["family"], np.int64)
    edges = [0, *(np.flatnonzero(np.diff(family)) + 1).tolist(), len(family)]
    for low, high in pairwise(edges):
        if high > low:
            yield {name: values[low:high] for name, values in columns.items()}


def cases_of(columns: Columns) -> Cases:
    """The cases of one family."""
    controls = [np.asarray(columns[name], np.float64) for name in ("first_control", "second_control")]
    return Cases(
        outcome=np.asarray(columns["outcome"], np.float64),
        treatment=np.asarray(columns["treatment"], np.float64),
        controls=np.column_stack(controls),
        cell=np.asarray(columns["cell"], np.int64),
        rep=np.asarray(columns["rep"], np.int64),
        quarter=np.asarray(columns["quarter"], np.int64),
    )


def write_effects(connection: DuckDBPyConnection, settings: Settings) -> None:
    """One row per as-of date and effect that has a case (03-metrics.md, section 6)."""
    connection.execute(_TABLE)
    for columns in families(connection.execute(_CASES).fetchnumpy()):
        found: Estimate = difference(cases_of(columns), min_quarters=settings.effects.min_quarters)
        keys = [columns["as_of_on"][0].astype("M8[D]").item(), columns["effect"][0]]
        values = [*keys, *found]
        connection.execute(f"insert into working.effect_estimates values ({', '.join('?' * len(values))})", values)


EFFECTS = PythonModel(
    name="effects",
    inputs=frozenset({"working.effect_cases"}),
    outputs=("working.effect_estimates",),
    run=write_effects,
)

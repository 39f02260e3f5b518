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
_FAMILIES = """
select as_of_on, effect, row_number() over (order by as_of_on, effect) as family
from (select distinct as_of_on, effect from working.effect_cases)
"""
_CASES = f"""
with families as ({_FAMILIES}),
cells as (
    select cell, row_number() over (order by cell) as number
    from (select distinct cell from working.effect_cases)
),
reps as (
    select rep_id, row_number() over (order by rep_id) as number
    from (select distinct rep_id from working.effect_cases)
)
select
    families.family,
    cast(cases.outcome as double) as outcome, cast(cases.treatment as double) as treatment,
    cast(cases.first_control as double) as first_control, cast(cases.second_control as double) as second_control,
    cells.number as cell, reps.number as rep, date_diff('day', date '1900-01-01', cases.quarter_start_on) as quarter
from working.effect_cases as cases
inner join families
    on cases.as_of_on = families.as_of_on
    and cases.effect = families.effect
inner join cells
    on cases.cell = cells.cell
inner join reps
    on cases.rep_id = reps.rep_id
order by families.family, cases.case_id
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
        cell=_codes(columns["cell"]),
        rep=_codes(columns["rep"]),
        quarter=_codes(columns["quarter"]),
    )


def _codes(numbers: NDArray[Any]) -> NDArray[np.int64]:
    """Numbers of all families as codes from 0 of those that are in this one."""
    return np.unique(np.asarray(numbers, np.int64), return_inverse=True)[1].astype(np.int64)


def write_effects(connection: DuckDBPyConnection, settings: Settings) -> None:
    """One row per as-of date and effect that has a case (03-metrics.md, section 6)."""
    connection.execute(_TABLE)
    names = connection.execute(f"{_FAMILIES} order by family").fetchall()
    for (*keys, _), columns in zip(names, families(connection.execute(_CASES).fetchnumpy()), strict=True):
        found: Estimate = difference(cases_of(columns), min_quarters=settings.effects.min_quarters)
        values = [*keys, *found]
        connection.execute(f"insert into working.effect_estimates values ({', '.join('?' * len(values))})", values)


EFFECTS = PythonModel(
    name="effects",
    inputs=frozenset({"working.effect_cases"}),
    outputs=("working.effect_estimates",),
    run=write_effects,
)

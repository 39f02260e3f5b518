"""working.score_sums -> working.skills: skill against the base rate with its interval, as a step among the models."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from jobs.models import PythonModel
from jobs.settings import Settings

COVERAGE = 0.9

_TABLE = """
create or replace table working.skills (
    last_file_number integer, quarter_start_on date, segment varchar, weeks_left_band varchar, brier double,
    base_rate_brier double, skill double, skill_low double, skill_high double, deal_count bigint, quarter_count bigint
);
"""

_SUMS = """
select
    sums.last_file_number, sums.quarter_start_on, sums.segment, sums.weeks_left_band, sums.target_start_on,
    sums.cluster_id, sums.deal_count, cast(sums.error_sum as double) as error_sum,
    cast(sums.base_error_sum as double) as base_error_sum
from working.score_sums as sums
order by all
"""

_GROUPS = """
select distinct last_file_number, quarter_start_on, segment, weeks_left_band from working.score_sums
union
select distinct last_file_number, quarter_start_on, null, null from working.score_sums
order by all
"""

Floats = NDArray[np.float64]
Columns = dict[str, NDArray[Any]]


class Skill(NamedTuple):
    """Mean squared errors, and 1 - their ratio with a 90 % interval; None where it cannot be told."""

    brier: float
    base_rate_brier: float
    skill: float | None
    skill_low: float | None
    skill_high: float | None
    deal_count: int
    quarter_count: int


def skill_of(errors: Floats, base_errors: Floats, counts: Floats, reps: NDArray[Any], quarters: NDArray[Any]) -> Skill:
    """Skill of predictions against the base rate (03-metrics.md, section 7), clustered by rep and by quarter.

    errors, base_errors: (n,) sums of squared errors of `counts` deals each; reps, quarters: (n,) labels. The
    ratio of sums is linearised; the two-way variance is Cameron, Gelbach and Miller (2011), at least that of
    either way alone; t with quarters - 1. No interval with a single quarter, none above 1, which is perfect.
    """
    deals, base = float(counts.sum()), float(base_errors.sum())
    brier, quarter_count = float(errors.sum()) / deals, len(np.unique(quarters))
    if base == 0:
        return Skill(brier, 0.0, None, None, None, int(deals), quarter_count)
    ratio = float(errors.sum()) / base
    width = _half_width((errors - ratio * base_errors) / base, reps, quarters) if quarter_count > 1 else None
    low, high = (None, None) if width is None else (1 - ratio - width, min(1 - ratio + width, 1.0))
    return Skill(brier, base / deals, 1 - ratio, low, high, int(deals), quarter_count)


def _half_width(influences: Floats, reps: NDArray[Any], quarters: NDArray[Any]) -> float:
    from scipy.special import stdtrit  # a second to import, and only needed where there is a test

    by_rep, by_quarter = np.unique(reps, return_inverse=True)[1], np.unique(quarters, return_inverse=True)[1]
    both = by_rep * (int(by_quarter.max()) + 1) + by_quarter
    one_way = [_variance(influences, by_rep), _variance(influences, by_quarter)]
    variance = max(*one_way, sum(one_way) - _variance(influences, both))
    return float(stdtrit(int(by_quarter.max()), (1 + COVERAGE) / 2) * np.sqrt(variance))


def _variance(influences: Floats, clusters: NDArray[np.int64]) -> float:
    """Of the sum of influences (n,), whose clusters are independent; 0 for a single cluster."""
    sums = np.bincount(np.unique(clusters, return_inverse=True)[1], weights=influences)
    count = len(sums)
    return float((sums**2).sum()) * count / (count - 1) if count > 1 else 0.0


def write_skills(connection: DuckDBPyConnection, settings: Settings) -> None:
    """One row for all deals of the quarters tested, one for each segment and band of weeks left."""
    connection.execute(_TABLE)
    groups = connection.execute(_GROUPS).fetchall()
    sums: Columns = connection.execute(_SUMS).fetchnumpy()
    for group in groups:
        values = (*group, *_skill(sums, group))
        connection.execute(f"insert into working.skills values ({', '.join('?' * len(values))})", values)


def _skill(sums: Columns, group: tuple[Any, ...]) -> Skill:
    """Of the rows of one group; a name that is None stands for all."""
    last_file_number, quarter_start_on, *names = group
    own = (sums["last_file_number"] == last_file_number) & (sums["quarter_start_on"] == np.datetime64(quarter_start_on))
    for column, name in zip(("segment", "weeks_left_band"), names, strict=True):
        if name is not None:
            own &= sums[column] == name
    rows = {column: np.asarray(values[own]) for column, values in sums.items()}
    return skill_of(
        rows["error_sum"], rows["base_error_sum"], rows["deal_count"], rows["cluster_id"], rows["target_start_on"]
    )


SKILL = PythonModel(
    name="skill",
    inputs=frozenset({"working.score_sums"}),
    outputs=("working.skills",),
    run=write_skills,
)

"""working.without_sums -> working.without_skills: skill of what was said of the quarter without each deal."""

from __future__ import annotations

from typing import Any

import numpy as np
from duckdb import DuckDBPyConnection

from jobs.models import PythonModel
from jobs.score.skill import Columns, skill_of
from jobs.settings import Settings

_TABLE = """
create or replace table working.without_skills (
    as_of_on date, segment varchar, weeks_left_band varchar, brier double, base_rate_brier double, skill double,
    skill_low double, skill_high double, deal_count bigint, quarter_count bigint
);
"""

_SUMS = """
select
    segment, weeks_left_band, target_start_on, cluster_id, deal_count, cast(error_sum as double) as error_sum,
    cast(base_error_sum as double) as base_error_sum
from working.without_sums
where last_file_number = ? and scored_number = ? and quarter_start_on = ?
order by all
"""

_SIGHTS = """
select as_of_on, last_file_number, scored_number, quarter_start_on
from staging.weeks
order by as_of_on
"""

Row = tuple[Any, ...]


def write_without_skills(connection: DuckDBPyConnection, settings: Settings) -> None:
    """Per date one row for everything tested, and one per segment and band of weeks left (03-metrics.md, section 7)."""
    connection.execute(_TABLE)
    known: dict[Row, list[Row]] = {}
    for as_of_on, *sight in connection.execute(_SIGHTS).fetchall():
        key = tuple(sight)
        if key not in known:
            known[key] = _rows(connection.execute(_SUMS, sight).fetchnumpy())
        for row in known[key]:
            connection.execute(f"insert into working.without_skills values ({', '.join('?' * 10)})", [as_of_on, *row])


def _rows(sums: Columns) -> list[Row]:
    if not len(sums["deal_count"]):
        return []
    groups = sorted(set(zip(sums["segment"].tolist(), sums["weeks_left_band"].tolist(), strict=True)))
    own = [(sums["segment"] == segment) & (sums["weeks_left_band"] == band) for segment, band in groups]
    whole = np.ones(len(sums["deal_count"]), np.bool_)
    return [
        (*names, *_skill({column: np.asarray(values[rows]) for column, values in sums.items()}))
        for names, rows in zip([(None, None), *groups], [whole, *own], strict=True)
    ]


def _skill(rows: Columns) -> Row:
    counts = rows["deal_count"].astype(np.float64)
    return skill_of(rows["error_sum"], rows["base_error_sum"], counts, rows["cluster_id"], rows["target_start_on"])


WITHOUT_SKILL = PythonModel(
    name="without_skill",
    inputs=frozenset({"working.without_sums", "staging.weeks"}),
    outputs=("working.without_skills",),
    run=write_without_skills,
)

"""The last 13 weeks of the company, the teams and the reps: what a week's pages show of the weeks before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from duckdb import DuckDBPyConnection

from jobs.render.reader import as_rows, grouped

WEEKS = 13

_POINTS = """
with visible as (
    select weeks.as_of_on
    from ops.weeks as weeks
    inner join ops.weeks as own
        on own.as_of_on = ?
        and (weeks.as_of_on = own.as_of_on or coalesce(weeks.scored_number, 0) <= coalesce(own.scored_number, 0))
    where weeks.as_of_on > own.as_of_on - 7 * ?
        and weeks.as_of_on <= own.as_of_on
    qualify row_number() over (partition by date_trunc('week', weeks.as_of_on) order by weeks.as_of_on desc) = 1
),

scorecards as (
    select as_of_on, 'company' as group_kind, 'company' as group_id,
        batna_strength, attainment_probability, buffer_coverage_share, declined_count
    from scores.company_week
    union all
    select as_of_on, 'team', team, batna_strength, attainment_probability, buffer_coverage_share, declined_count
    from scores.team_scorecard
    union all
    select as_of_on, 'rep', rep_id, batna_strength, attainment_probability, buffer_coverage_share, declined_count
    from scores.rep_scorecard
)

select scorecards.*
from scorecards
inner join visible
    on scorecards.as_of_on = visible.as_of_on
order by scorecards.group_kind, scorecards.group_id, scorecards.as_of_on
"""


@dataclass(frozen=True)
class TrendPoint:
    """One week of a rep, a team or the company; declines are of the quarter to date."""

    as_of_on: date
    group_kind: str
    group_id: str
    batna_strength: float | None
    attainment_probability: float | None
    buffer_coverage_share: float | None
    declined_count: int | None


@dataclass(frozen=True)
class Dot:
    """A place on the sparkline, both 0 to 100: weeks from left to right, strength from bottom to top."""

    x: float
    y: float


@dataclass(frozen=True)
class Trend:
    """The last weeks of one group, the earliest first; dots: those whose strength is known."""

    points: tuple[TrendPoint, ...]
    dots: tuple[Dot, ...]


Trends = Mapping[tuple[str, str], Trend]  # by kind (rep, team, company) and id


def read_trends(connection: DuckDBPyConnection, as_of_on: date) -> Trends:
    """Trends that end on a date; of weeks that were scored later, and of back-fills that came after it, nothing.

    One date per calendar week, its last. A group with a single week has no trend.
    """
    rows = as_rows(TrendPoint, connection.execute(_POINTS, [as_of_on, WEEKS]).fetchall())
    groups = grouped(rows, lambda row: (row.group_kind, row.group_id))
    return {key: Trend(points, _dots(points, as_of_on)) for key, points in groups.items() if len(points) > 1}


def _dots(points: tuple[TrendPoint, ...], as_of_on: date) -> tuple[Dot, ...]:
    first_on, days = as_of_on - timedelta(weeks=WEEKS - 1), 7 * (WEEKS - 1)
    return tuple(
        Dot(round(max(0, (point.as_of_on - first_on).days) * 100 / days, 2), round(100 - point.batna_strength, 2))
        for point in points
        if point.batna_strength is not None
    )

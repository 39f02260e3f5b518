"""A deal's week as it was published, and the file and record in which each fact stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from duckdb import DuckDBPyConnection

from jobs.explain.read import Record, has_table, one, rows

_POSITION = "select * from marts.deal_positions where as_of_on = ? and opportunity_id = ?"
_CHANCE = """
select positions.win_probability, positions.probability_source, positions.probability_cell,
    positions.probability_deviation, cells.deal_count, cells.win_rate
from scores.deal_positions as positions
left join scores.probability_cells as cells
    on positions.as_of_on = cells.as_of_on and positions.probability_cell = cells.probability_cell
where positions.as_of_on = ? and positions.opportunity_id = ? and positions.is_candidate
"""
_EXPOSURES = "select * from scores.exposures where as_of_on = ? and opportunity_id = ? order by all"

# What was evidence by then: by the file, which the week may see, and by the moment of the fact.
_SOURCES = """
with weeks as (
    select last_file_number from ops.weeks where as_of_on = $as_of_on
),

facts as (
    select 'deal' as fact, 'amount ' || coalesce(cast(amount as varchar), 'unknown') as detail, version_from_at as at,
        'deal' as kind, file_number, record_number
    from raw.opportunities
    where opportunity_id = $opportunity_id and version_from_at < $end_at
    union all
    select 'history', field || ' = ' || coalesce(new_value, ''), changed_at, 'history ' || field, file_number,
        record_number
    from raw.opportunity_changes
    where opportunity_id = $opportunity_id and changed_at < $end_at
    union all
    select 'snapshot', coalesce(stage, '') || ', amount ' || coalesce(cast(amount as varchar), 'unknown'), changed_at,
        'snapshot', file_number, record_number
    from raw.opportunity_snapshots
    where opportunity_id = $opportunity_id and changed_at < $end_at
    union all
    select side || ' offer', coalesce(cast(amount as varchar), 'unknown'), offered_at, 'offer ' || side, file_number,
        record_number
    from raw.offers
    where opportunity_id = $opportunity_id and offered_at < $end_at
    union all
    select 'walk-away point',
        'threshold ' || coalesce(cast(threshold_amount as varchar), 'unknown') || ', floor '
        || coalesce(cast(floor_amount as varchar), 'unknown'),
        set_at, 'point', file_number, record_number
    from raw.walk_away_points
    where opportunity_id = $opportunity_id and set_at < $end_at
    union all
    select 'approval',
        kind || ' by ' || role || ': '
        || coalesce(case when decided_at >= $end_at then 'pending' else decision end, 'undecided'),
        case when decided_at < $end_at then decided_at else coalesce(requested_at, decided_at) end,
        'approval ' || kind || role, file_number, record_number
    from raw.approvals
    where opportunity_id = $opportunity_id and coalesce(requested_at, decided_at) < $end_at
),

seen as (
    select
        facts.*,
        row_number() over (
            partition by facts.kind order by facts.at desc, facts.file_number desc, facts.record_number desc
        ) as recency,
    from facts
    cross join weeks
    where facts.file_number <= weeks.last_file_number
)

select seen.fact, seen.detail, seen.at, files.file_name, seen.record_number
from seen
inner join ops.files as files on seen.file_number = files.file_number
where seen.recency = 1
order by seen.fact, seen.detail, seen.at
"""


@dataclass(frozen=True, slots=True)
class DealStory:
    """Everything there is to say of a deal's week.

    position: the row of marts.deal_positions; chance: its win probability, the cell that it was learnt from, and how
    many deals of finished quarters stood there; sources: facts with file name and record number; exposures: rows of
    marts.exposures, None where there is no such mart.
    """

    position: Record
    chance: Record | None
    sources: Sequence[Record]
    exposures: Sequence[Record] | None

    def as_record(self) -> dict[str, Any]:
        """For JSON."""
        return {"kind": "deal", **asdict(self)}


def deal_story(
    connection: DuckDBPyConnection, as_of_on: date, end_at: datetime, opportunity_id: str
) -> DealStory | None:
    """None where that date has no such open deal. end_at: the instant at which the date is over, UTC."""
    at = [as_of_on, opportunity_id]
    position = one(connection, _POSITION, at)
    if position is None:
        return None
    named = {"as_of_on": as_of_on, "opportunity_id": opportunity_id, "end_at": end_at}
    has_exposures = has_table(connection, "scores", "exposures")
    return DealStory(
        position,
        one(connection, _CHANCE, at),
        rows(connection, _SOURCES, named),
        rows(connection, _EXPOSURES, at) if has_exposures else None,
    )

"""Records of one file with the same key (02-data.md, Loading rules). Called by stage.

Equal ones count once. Of unequal ones the latest modified_at holds, or the highest `latest_by` of the
profile; without either, all are refused. The order of the records in the file decides nothing.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from jobs.load.entities import Entity
from jobs.load.sql import name, names, same

_REASON = "has the key of another record, other values, and nothing that tells which of them is newer"


def settle_twins(connection: DuckDBPyConnection, entity: Entity, typed: str, faults: str, latest: str) -> int:
    """Leave one record of each key in `typed`; what cannot be told apart goes to `faults`.

    `latest` is SQL with record_number and latest_by. Returns how many records were taken out because they say
    nothing new.
    """
    if not has_twins(connection, entity, typed):
        return 0
    connection.execute(f"create or replace temp table load_twins as {_verdicts(entity, typed, latest)}")
    refused = "(select record_number from load_twins where verdict = 'refused')"
    unchanged = "(select record_number from load_twins where verdict = 'unchanged')"
    connection.execute(f"insert into {faults} select *, null, null, ? from {refused}", [_REASON])
    connection.execute(f"update {typed} set is_bad = true where record_number in {refused}")
    row = connection.execute(f"delete from {typed} where record_number in {unchanged}").fetchone()
    connection.execute("drop table load_twins")
    return int(row[0]) if row else 0


def has_twins(connection: DuckDBPyConnection, entity: Entity, typed: str) -> bool:
    """Whether two good records have the same key, as far as hashes tell."""
    key = f"hash({names(column.name for column in entity.key)})"
    row = connection.execute(f"select count(*) > count(distinct {key}) from {typed} where not is_bad").fetchone()
    return bool(row and row[0])


def _verdicts(entity: Entity, typed: str, latest: str) -> str:
    """SQL: record_number and verdict (holds, unchanged, refused) of every record that shares its key."""
    keys = [column.name for column in entity.key]
    content = "struct_pack(" + ", ".join(f"{name(c)} := t.{name(c)}" for c in entity.names) + ")"
    modified = "t.modified_at" if "modified_at" in entity.names else "null::timestamp"
    return f"""
        with shared as (
            select {names(keys)} from {typed} where not is_bad group by {names(keys)} having count(*) > 1
        ),
        twins as (
            select {names(keys, "t")}, t.record_number, l.latest_by,
                {content} as content, {modified} as modified
            from {typed} as t
            join shared as k on not t.is_bad and {same(keys, "t", "k")}
            join ({latest}) as l on l.record_number = t.record_number
        ),
        {_ruled(names(keys))}
    """


def _ruled(key: str) -> str:
    """SQL that goes on from twins: which of them hold. Place 1 has the newest; it must be alone in what it says."""
    return f"""
        ranked as (
            select *, dense_rank() over (
                partition by {key} order by modified desc nulls last, latest_by desc nulls last
            ) as place
            from twins
        ),
        counted as (
            select *,
                count(distinct content) over (partition by {key}) as content_count,
                count(distinct content) over (partition by {key}, place) as content_count_at_place,
                bool_or(modified is null and latest_by is null) over (partition by {key}) as is_untold,
                row_number() over (partition by {key} order by place, record_number) as number
            from ranked
        ),
        told as (
            select *, not is_untold and
                max(content_count_at_place) filter (place = 1) over (partition by {key}) = 1 as is_told
            from counted
        )
        select record_number, case
                when content_count > 1 and not is_told then 'refused'
                when number = 1 then 'holds'
                else 'unchanged'
            end as verdict
        from told
    """

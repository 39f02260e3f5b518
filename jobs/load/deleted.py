"""Records that an increment says are gone: a full export need only lack them. Called by accept."""

from __future__ import annotations

from datetime import datetime

from duckdb import DuckDBPyConnection

from jobs.load.claims import Candidate
from jobs.load.records import NULL_VALUES
from jobs.load.sql import names, same
from jobs.load.text_query import skipped, staging_query, text_query
from jobs.load.versions import live

_TEXT, _KEYS = "load_deleted_text", "load_deleted_keys"


def let_deleted_go(connection: DuckDBPyConnection, part: Candidate, file_number: int, exported_at: datetime) -> int:
    """Add an is_gone row for every live record that the increment tells as deleted. Returns how many.

    The keys of full entities are ids, which are text as they stand.
    """
    claim = part.claim
    rules = [rule for rule in claim.profile.skip if rule.is_gone]
    if claim.coverage != "increment" or claim.entity.coverage != "full" or not rules:
        return 0
    _read_keys(connection, part, f"not is_blank and {skipped(rules, claim.profile, claim.file.source.header)}")
    keys = [column.name for column in claim.entity.key]
    since = f"greatest(version_from_at, timestamp '{exported_at}')"
    row = connection.execute(
        f"insert into raw.{claim.entity.name} "
        f"select {names(claim.entity.names)}, {file_number}, 0, {since}, true "
        f"from ({live(claim.entity, claim.profile.source)}) as k "
        f"where exists (select 1 from {_KEYS} as d where {same(keys, 'd', 'k')}) "
        f"and not exists (select 1 from {part.staged.typed} as t where {same(keys, 't', 'k')}) "
        f"order by {names(keys)}"
    ).fetchone()
    connection.execute(f"drop table {_KEYS}")
    return int(row[0]) if row else 0


def _read_keys(connection: DuckDBPyConnection, part: Candidate, condition: str) -> None:
    claim, source = part.claim, part.claim.file.source
    nulls = (*NULL_VALUES, *claim.profile.null_values)
    texts = source.stage(connection, _TEXT, staging_query(claim.profile, source.header), nulls)
    query = text_query(claim.entity, claim.profile, source.header, texts.relation, condition=condition)
    keys = names(column.name for column in claim.entity.key)
    connection.execute(f"create or replace temp table {_KEYS} as select distinct {keys} from ({query})")
    for table in texts.tables:
        connection.execute(f"drop table {table}")

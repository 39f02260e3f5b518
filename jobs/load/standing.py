"""How a staged export stands to what is known: older than that, or about other deals. Called by guards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from duckdb import DuckDBPyConnection

from jobs.load.claims import Candidate, Run
from jobs.load.exported import exported_at
from jobs.load.ledger import Accepted
from jobs.load.sql import name, names, same
from jobs.load.versions import live


def is_older(run: Run, parts: Sequence[Candidate], last: Sequence[Accepted]) -> bool:
    """Whether the parts were exported before the last of these files: by the day in their names, where the profile
    reads it there, else by their newest times.

    A record that was deleted takes its time along, so an earlier newest time alone proves nothing: some record must
    be as it was before.
    """
    claim = parts[0].claim
    if claim.profile.exported_at == "file name":
        arrived, zone = claim.file.arrived_at, run.options.time_zone
        told = [exported_at(claim.profile, part.claim.file.file_name, None, arrived, zone) for part in parts]
        return max(told) < last[-1].exported_at
    export = [file for file in last if file.export_number == last[-1].export_number]
    before = max((file.newest_stamp_at for file in export if file.newest_stamp_at), default=None)
    newest = max((part.staged.newest_stamp_at for part in parts if part.staged.newest_stamp_at), default=None)
    if before is None or newest is None or newest >= before:
        return False
    return _has_taken_back(run, parts, before)


def _has_taken_back(run: Run, parts: Sequence[Candidate], before: datetime) -> bool:
    """Whether some record of the parts has an earlier time of its own than the same record that is known."""
    claim = parts[0].claim
    entity, keys = claim.entity, [column.name for column in claim.entity.key]
    times = [name(column.name) for column in entity.columns if column.kind == "time"]
    own = {row: ", ".join(f"case when {row}.{time} <= $before then {row}.{time} end" for time in times) for row in "kp"}
    rows = " union all ".join(
        f"select {names(entity.names)} from {part.staged.typed} where not is_bad" for part in parts
    )
    query = (
        f"select 1 from ({live(entity, claim.profile.source)}) as k join ({rows}) as p on {same(keys, 'p', 'k')} "
        f"where greatest({own['p']}) < greatest({own['k']}) limit 1"
    )
    return run.connection.execute(query, {"before": before}).fetchone() is not None


def stranger_count(connection: DuckDBPyConnection, typed: str) -> tuple[int, int]:
    """How many deals the staged rows name, and how many of these are known; (0, 0) while no deal is known."""
    counted = connection.execute(
        "with named as (select distinct opportunity_id from "
        f"{typed} where opportunity_id is not null and not is_bad) "
        "select count(*), count(*) filter (opportunity_id in (select opportunity_id from raw.opportunities)) "
        "from named where exists (select 1 from raw.opportunities)"
    ).fetchone()
    return (int(counted[0]), int(counted[1])) if counted else (0, 0)

"""What the weeks of an earlier warehouse saw, and by which settings: archive/weeks.jsonl as it belongs to it."""

from __future__ import annotations

from collections.abc import Mapping

from duckdb import DuckDBPyConnection

from jobs.errors import BatnaError
from jobs.records import WeekRecord, read_weeks, settings_of
from jobs.rollback.snapshots import has_table
from jobs.workspace import Workspace

_WEEKS = "select as_of_on, last_file_number, settings_hash, coalesce(scored_number, 0) from ops.weeks order by 1"


def records_of(connection: DuckDBPyConnection, workspace: Workspace) -> tuple[WeekRecord, ...]:
    """A line for each week of this warehouse."""
    if not has_table(connection, "ops.weeks"):
        return ()
    known = {each.as_of_on: each for each in read_weeks(workspace)}
    names = _names_by_hash(workspace)
    records = []
    for day, number, settings_hash, scored in connection.execute(_WEEKS).fetchall():
        now = known.get(day)
        own = now.settings if now and now.settings_hash == settings_hash else names.get(settings_hash)
        # Settings that this version reads in another way: a rebuild says so, and what to do.
        settings = own or (now.settings if now else next(iter(sorted(names.values())), ""))
        records.append(WeekRecord(day, number, settings_hash, scored, settings))
    return tuple(records)


def _names_by_hash(workspace: Workspace) -> Mapping[str, str]:
    """Kept settings by the hash that weeks are scored under; ones that cannot be used are nobody's."""
    found = {}
    for path in sorted(workspace.kept_settings.glob("*.toml")):
        try:
            found[settings_of(workspace, path.name).measure_hash()] = path.name
        except BatnaError:
            continue
    return found

"""One file, read and cast into temporary tables, with every fault named. Nothing is kept yet.

typed table: record_number, the canonical columns, is_bad; or SQL that gives them.
faults table: record_number, column_name, value, reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from duckdb import DuckDBPyConnection

from jobs.load.at_once import stage_at_once
from jobs.load.cells import cells_of
from jobs.load.checked import Checked, with_parts
from jobs.load.entities import Entity
from jobs.load.formats import decide_formats, look_short, take_short_way
from jobs.load.profile import Profile
from jobs.load.records import NULL_VALUES, Damage, Source, TextTable
from jobs.load.sql import any_of, name
from jobs.load.text_query import Reference, latest_query, staging_query, text_query
from jobs.load.twins import has_twins, settle_twins
from jobs.load.written import Zones

_UNSAID = (
    "records have money with a sign that several currencies have, such as $, and name no currency: they count in "
    "the reporting currency unless a profile maps currency or sets it under constants"
)


@dataclass(frozen=True)
class Staging:
    """What is to be staged: a file, for an entity, by a profile. `table` starts the names of the tables."""

    source: Source
    entity: Entity
    profile: Profile
    table: str
    zones: Zones
    arrived_at: datetime  # UTC
    place: str  # for messages
    references: tuple[Reference, ...] = ()
    closed_stages: frozenset[str] = frozenset()

    @property
    def typed(self) -> str:
        return f"{self.table}_typed"

    @property
    def faults(self) -> str:
        return f"{self.table}_faults"


@dataclass(frozen=True)
class Staged:
    """A staged file. rows_in = refused + unchanged + good records of the typed table.

    rows: the table with the canonical columns, which is the typed table or what it is made of.
    """

    typed: str
    rows: str
    faults: str
    rows_in: int
    refused_count: int
    unchanged_count: int  # passed over by the profile, or equal to another record of the file
    has_unknown_keys: bool  # some record's key could not be read
    newest_stamp_at: datetime | None  # UTC, not after the arrival
    notes: tuple[str, ...] = ()  # what was loaded but deserves a look


def stage(connection: DuckDBPyConnection, staging: Staging) -> Staged:
    """Read and cast one file for one entity. DataRefused where the file as a whole cannot be used."""
    found = _at_once(connection, staging)
    return _in_steps(connection, staging) if found is None else found


def _at_once(connection: DuckDBPyConnection, staging: Staging) -> Staged | None:
    if staging.references:
        return None
    table = f"{staging.table}_rows"
    found = stage_at_once(connection, staging.source, staging.entity, staging.profile, staging.zones, table)
    if found is None or has_twins(connection, staging.entity, found.typed):
        connection.execute(f"drop table if exists {table}")
        return None
    _create_faults(connection, staging)
    return Staged(
        typed=found.typed,
        rows=table,
        faults=staging.faults,
        rows_in=found.record_count,
        refused_count=0,
        unchanged_count=found.record_count - found.kept_count,
        has_unknown_keys=False,
        newest_stamp_at=_newest_stamp(connection, staging, found.typed),
    )


def _in_steps(connection: DuckDBPyConnection, staging: Staging) -> Staged:
    source, profile = staging.source, staging.profile
    query = staging_query(profile, source.header)
    nulls = (*NULL_VALUES, *profile.null_values)
    texts = source.stage(connection, f"{staging.table}_text", query, nulls)
    record_count = _number(connection, f"select count(*) from {texts.relation} where not is_blank")
    notes = _cast(connection, staging, texts)
    _insert_damage(connection, staging.faults, texts.damage)
    kept_count = _number(connection, f"select count(*) from {staging.typed}")
    latest = latest_query(profile, source.header, texts.relation)
    twin_count = settle_twins(connection, staging.entity, staging.typed, staging.faults, latest)
    for table in texts.tables:
        connection.execute(f"drop table {table}")
    return Staged(
        typed=staging.typed,
        rows=staging.typed,
        faults=staging.faults,
        rows_in=record_count + len(texts.damage),
        refused_count=_number(connection, f"select count(distinct record_number) from {staging.faults}"),
        unchanged_count=record_count - kept_count + twin_count,
        has_unknown_keys=bool(texts.damage) or _has_empty_keys(connection, staging),
        newest_stamp_at=_newest_stamp(connection, staging, staging.typed),
        notes=notes,
    )


def _cast(connection: DuckDBPyConnection, staging: Staging, texts: TextTable) -> tuple[str, ...]:
    """Make the typed table, and the faults table that says why records are bad. Notes on what was read.

    Most files are written in ISO dates and plain numbers: they are cast as such first, and only a file with
    bad records has the formats of its columns decided by all their values.
    """
    entity, profile = staging.entity, staging.profile
    query = with_parts(entity, text_query(entity, profile, staging.source.header, texts.relation, staging.references))
    cells = cells_of(entity)
    formats = decide_formats(connection, query, cells, profile, staging.place, look_short(connection, query, cells))
    order = " order by record_number" if texts.damage or staging.references else ""
    checked = Checked(entity, formats, staging.zones, query)
    connection.execute(f"create or replace temp table {staging.typed} as {checked.typed()}{order}")
    if _has_bad(connection, staging):
        short = take_short_way(connection, query, cells)
        decided = decide_formats(connection, query, cells, profile, staging.place, short)
        if decided != formats:
            checked = Checked(entity, decided, staging.zones, query)
            connection.execute(f"create or replace temp table {staging.typed} as {checked.typed()}{order}")
    _create_faults(connection, staging)
    if _has_bad(connection, staging):
        connection.execute(f"insert into {staging.faults} {checked.faults(staging.typed)}")
    unsaid = checked.unsaid()
    count = _number(connection, unsaid) if unsaid else 0
    return (f"{count} {_UNSAID}",) if count else ()


def _create_faults(connection: DuckDBPyConnection, staging: Staging) -> None:
    columns = "record_number bigint, column_name varchar, value varchar, reason varchar"
    connection.execute(f"create or replace temp table {staging.faults} ({columns})")


def _has_bad(connection: DuckDBPyConnection, staging: Staging) -> bool:
    return connection.execute(f"select 1 from {staging.typed} where is_bad limit 1").fetchone() is not None


def _insert_damage(connection: DuckDBPyConnection, faults: str, damage: Sequence[Damage]) -> None:
    rows = [(d.record_number, None, d.text, d.reason) for d in damage]
    if rows:
        connection.executemany(f"insert into {faults} values (?, ?, ?, ?)", rows)


def _newest_stamp(connection: DuckDBPyConnection, staging: Staging, typed: str) -> datetime | None:
    times = [name(column.name) for column in staging.entity.columns if column.kind == "time"]
    if not times:
        return None
    newest = ", ".join(f"max({column}) filter ({column} <= $at{_condition(staging, column)})" for column in times)
    given: dict[str, object] = {"at": staging.arrived_at}
    if "$closed" in newest:
        given |= {"closed": sorted(staging.closed_stages)}
    row = connection.execute(f"select greatest({newest}) from {typed}", given).fetchone()
    found: datetime | None = row[0] if row else None
    return found


def _condition(staging: Staging, column: str) -> str:
    """The closing of an open deal is only expected: it says nothing of when the file was made."""
    is_closing = staging.entity.name == "opportunities" and column == name("closed_at")
    return " and coalesce(is_closed, list_contains($closed, stage))" if is_closing else ""


def _has_empty_keys(connection: DuckDBPyConnection, staging: Staging) -> bool:
    empty = any_of([f"{name(column.name)} is null" for column in staging.entity.key if column.is_filled])
    return bool(_number(connection, f"select count(*) from {staging.typed} where is_bad and {empty}"))


def _number(connection: DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0

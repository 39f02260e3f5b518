"""New versions of rows in raw.*, and from when each is evidence (docs/architecture.md, raw)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from duckdb import DuckDBPyConnection

from jobs.load.days import end_of_day
from jobs.load.entities import Entity
from jobs.load.sql import literal, name, names, same

EVER = "timestamp '1900-01-01'"
ROWS_AT_ONCE = 5_000_000  # compared with what is known in one join: about a GB of memory


@dataclass(frozen=True)
class Incoming:
    """A staged file about to be accepted. `typed` is the table of stage; times are UTC."""

    file_number: int
    typed: str
    arrived_at: datetime


def add_versions(
    connection: DuckDBPyConnection,
    entity: Entity,
    files: Sequence[Incoming],
    exported_at: datetime,
    day_zone: str,
) -> dict[int, int]:
    """Add a version for every good row that is new or differs from the last version of its key.

    Returns how many rows each file added, by file number.
    """
    writer = _Writer(entity, exported_at, day_zone)
    if _has_rows(connection, f"raw.{entity.name}"):
        _add_changed(connection, writer, files)
    else:
        connection.execute(f"insert into raw.{entity.name} {writer.first(files)}")
    numbers = [file.file_number for file in files]
    rows = connection.execute(
        f"select file_number, count(*) from raw.{entity.name} "
        "where file_number in (select unnest(?::int[])) group by file_number",
        [numbers],
    ).fetchall()
    return dict.fromkeys(numbers, 0) | dict(rows)


def _add_changed(connection: DuckDBPyConnection, writer: _Writer, files: Sequence[Incoming]) -> None:
    """Most rows of an export that comes again are equal to what is known: they are put aside first.

    In parts by the hash of the key, so that the memory of it does not grow with the file.
    """
    rows = sum(_count(connection, file.typed) for file in files)
    part_count = 1 + min(rows, _count(connection, writer.table)) // ROWS_AT_ONCE
    first, *others = (writer.candidates(files, part, part_count) for part in range(part_count))
    connection.execute(f"create or replace temp table load_candidates as {first}")
    for more in others:
        connection.execute(f"insert into load_candidates {more}")
    connection.execute(f"insert into {writer.table} {writer.changed('load_candidates')}")
    connection.execute("drop table load_candidates")


def live_and_missing(
    connection: DuckDBPyConnection, entity: Entity, source: str, typed: Sequence[str]
) -> tuple[int, int]:
    """How many keys of the source are live, and how many of these the staged tables do not have."""
    query = f"select count(*), count(*) filter ({_is_missing(entity, typed)}) from ({live(entity, source)}) as k"
    row = connection.execute(query).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def let_go(
    connection: DuckDBPyConnection,
    entity: Entity,
    source: str,
    typed: Sequence[str],
    file_number: int,
    exported_at: datetime,
) -> int:
    """Add an is_gone row for every live key of the source that the staged tables lack. Returns how many."""
    since = f"greatest(version_from_at, timestamp '{exported_at}')"
    row = connection.execute(
        f"insert into raw.{entity.name} select {names(entity.names)}, {file_number}, 0, {since}, true "
        f"from ({live(entity, source)}) as k where {_is_missing(entity, typed)} order by {_key_of(entity)}"
    ).fetchone()
    return int(row[0]) if row else 0


def share_keys(connection: DuckDBPyConnection, entity: Entity, left: str, right: str) -> bool:
    """Whether two staged tables have a key in common."""
    keys = [column.name for column in entity.key]
    row = connection.execute(
        f"select 1 from {left} as l semi join {right} as r on {same(keys, 'l', 'r')} limit 1"
    ).fetchone()
    return row is not None


class _Writer:
    """Writes the SQL that turns staged rows into versions."""

    def __init__(self, entity: Entity, exported_at: datetime, day_zone: str) -> None:
        self.table = f"raw.{entity.name}"
        self._entity = entity
        self._exported = f"timestamp '{exported_at}'"
        self._day_zone = day_zone
        self._times = [column.name for column in entity.columns if column.kind == "time"]

    def first(self, files: Sequence[Incoming]) -> str:
        """All good rows in the order of the files, where the entity has no rows yet."""
        return (
            f"select {names(self._entity.names)}, file_number, record_number, {self._first_from('i')}, false "
            f"from ({self._rows(files)}) as i"
        )

    def candidates(self, files: Sequence[Incoming], part: int, part_count: int) -> str:
        """Good rows without an equal row that is the only version of its key; of so many parts, one."""
        keys = [column.name for column in self._entity.key]
        condition = f"hash({names(keys)}) % {part_count} = {part}" if part_count > 1 else "true"
        once = (
            f"select * from {self.table} as o where {condition} and not is_gone "
            f"and not {_came_again(self._entity, condition)}"
        )
        return (
            f"select * from (select * from ({self._rows(files)}) where {condition}) as i "
            f"where not exists (select 1 from ({once}) as k where {same(self._entity.names, 'i', 'k')})"
        )

    def changed(self, rows: str) -> str:
        """Of these rows the ones that are new or differ from the last version of their key."""
        keys = [column.name for column in self._entity.key]
        known = latest(self._entity, f"exists (select 1 from {rows} as i where {same(keys, 'i', 'o')})")
        differs = f"k.file_number is null or k.is_gone or not ({same(self._entity.names, 'i', 'k')})"
        return (
            f"select {names(self._entity.names, 'i')}, i.file_number, i.record_number, "
            f"case when k.file_number is null then {self._first_from('i')} "
            f"else {self._later_from()} end, false "
            f"from {rows} as i left join ({known}) as k on {same(keys, 'i', 'k')} "
            f"where {differs} order by i.file_number, i.record_number"
        )

    def _rows(self, files: Sequence[Incoming]) -> str:
        return " union all ".join(
            f"select {names(self._entity.names)}, {file.file_number} as file_number, record_number, "
            f"timestamp '{file.arrived_at}' as arrived_at from {file.typed} where not is_bad"
            for file in files
        )

    def _first_from(self, row: str) -> str:
        if "modified_at" in self._times:
            return f"coalesce({row}.modified_at, {self._exported})"
        events = [self._event(row, column) for column in self._entity.event]
        return f"coalesce({', '.join([*events, EVER])})"

    def _event(self, row: str, column: str) -> str:
        text = f"{row}.{name(column)}"
        return text if column in self._times else end_of_day(text, self._day_zone)

    def _later_from(self) -> str:
        """Own time where it tells the versions apart, else the export's, never before the version before."""
        export = f"greatest({self._exported}, k.version_from_at)"
        if "modified_at" in self._times:
            told = "i.modified_at is distinct from k.modified_at and i.modified_at is not null"
            return (
                f"case when {told} and not (k.is_gone and i.modified_at <= k.version_from_at) "
                f"then i.modified_at else {export} end"
            )
        if not self._entity.event and not self._times:
            return f"coalesce(k.version_from_at, {EVER})"
        if not self._times:
            return export
        own = [f"case when i.{name(c)} <= i.arrived_at then i.{name(c)} end" for c in self._times]
        newest = f"greatest({', '.join(own)})"
        return f"case when {newest} > k.version_from_at then {newest} else {export} end"


def latest(entity: Entity, condition: str = "true") -> str:
    """SQL: the last version of every key, out of the rows o of raw for which the condition holds.

    Only keys that came again are put in order, which keeps the memory of a history small.
    """
    own = f"select o.* from raw.{entity.name} as o where {condition}"
    return (
        f"{own} and not {_came_again(entity)} union all {own} and {_came_again(entity)} "
        f"qualify row_number() over (partition by {names([column.name for column in entity.key], 'o')} "
        "order by o.version_from_at desc, o.file_number desc, o.record_number desc) = 1"
    )


def _came_again(entity: Entity, condition: str = "true") -> str:
    """True where the key of a row o stands in a later export than the first, within which a key has one version."""
    files = f"ops.files where entity = {literal(entity.name)}"
    end_of_first = (
        f"(select coalesce(max(file_number), 0) from {files} and "
        f"export_number = (select min(export_number) from {files}))"
    )
    keys = [column.name for column in entity.key]
    later = f"select {names(keys)} from raw.{entity.name} where file_number > {end_of_first} and {condition}"
    return f"exists (select 1 from ({later}) as m where {same(keys, 'm', 'o')})"


def live(entity: Entity, source: str) -> str:
    """SQL: the last version of every key of a source that has not gone."""
    of_source = f"source = {literal(source)} and entity = {literal(entity.name)}"
    files = f"(select file_number from ops.files where {of_source})"
    return f"select * from ({latest(entity, f'o.file_number in {files}')}) where not is_gone"


def _is_missing(entity: Entity, typed: Sequence[str]) -> str:
    keys = [column.name for column in entity.key]
    present = " union all ".join(f"select {names(keys)} from {table}" for table in typed)
    return f"not exists (select 1 from ({present}) as p where {same(keys, 'p', 'k')})"


def _key_of(entity: Entity) -> str:
    return names(column.name for column in entity.key)


def _count(connection: DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0


def _has_rows(connection: DuckDBPyConnection, table: str) -> bool:
    return connection.execute(f"select 1 from {table} limit 1").fetchone() is not None

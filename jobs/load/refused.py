"""ops.rejects: what was refused, and when it was settled. Called by accept and load.

A refused record is open until a later file of its entity and source has it again: mended, in the next export, or
refused anew, which then stands in its place. A full export settles every one that came before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from duckdb import DuckDBPyConnection

from jobs.load.claims import Candidate
from jobs.load.entities import Entity
from jobs.load.header import FILE, RECORD
from jobs.load.records import Source
from jobs.load.sql import any_of, literal, name


def write_refused(
    connection: DuckDBPyConnection, entity: Entity, file_number: int, file_name: str, typed: str, faults: str
) -> None:
    """Write the faults of a file (stage) into ops.rejects, each with the key of its record as far as it can be read."""
    columns = "file_number, file_name, entity, record_number, column_name, value, reason, record_key"
    connection.execute(
        f"insert into ops.rejects ({columns}) select ?, ?, ?, f.record_number, f.column_name, f.value, f.reason, "
        f"k.record_key from {faults} as f join ({_keys_of_refused(entity, typed, faults)}) as k "
        "on f.record_number = k.record_number order by f.record_number, f.column_name",
        [file_number, file_name, entity.name],
    )


def settle(connection: DuckDBPyConnection, parts: Sequence[Candidate], numbers: Sequence[int], is_full: bool) -> int:
    """Settle what was refused before and is in these accepted parts, in whatever shape. Returns how many records.

    is_full: they are all that there is, so that nothing of before is open any more.
    """
    claim = parts[0].claim
    source, entity = literal(claim.profile.source), literal(claim.entity.name)
    files = f"select file_number from ops.files where source = {source} and entity = {entity}"
    is_open = f"cleared_file_number is null and file_number < {numbers[0]} and file_number in ({files})"
    opened = f"select count(distinct (file_number, record_number)) from ops.rejects where {is_open}"
    before = _number(connection, opened)
    if not before:
        return 0
    here = "true" if is_full else any_of([*_by_key(parts), *_by_origin(connection, parts, is_open)])
    connection.execute(f"update ops.rejects set cleared_file_number = {numbers[-1]} where {is_open} and {here}")
    return before - _number(connection, opened)


def open_files(connection: DuckDBPyConnection) -> frozenset[str]:
    """Names of the files in rejects/ that hold a record which is still open."""
    query = "select distinct rejects_file from ops.rejects where cleared_file_number is null"
    return frozenset(row[0] for row in connection.execute(query).fetchall() if row[0])


def settled_files(connection: DuckDBPyConnection, since: int) -> tuple[str, ...]:
    """Names of the files in rejects/ that files from this number on have settled for good."""
    query = "select distinct rejects_file from ops.rejects where cleared_file_number >= ? order by 1"
    names = [row[0] for row in connection.execute(query, [since]).fetchall()]
    still = open_files(connection)
    return tuple(each for each in names if each and each not in still)


def note_file(connection: DuckDBPyConnection, file_numbers: Sequence[int], rejects_file: str) -> None:
    """Keep in which file of rejects/ the refused records of these files are."""
    query = "update ops.rejects set rejects_file = ? where list_contains(?, file_number)"
    connection.execute(query, [rejects_file, list(file_numbers)])


def _by_key(parts: Sequence[Candidate]) -> Iterator[str]:
    for part in parts:
        entity, typed, faults = part.claim.entity, part.staged.typed, part.staged.faults
        yield f"record_key in (select {_key('t', entity)} from {typed} as t)"
        yield f"record_key in (select record_key from ({_keys_of_refused(entity, typed, faults)}))"


def _by_origin(connection: DuckDBPyConnection, parts: Sequence[Candidate], is_open: str) -> Iterator[str]:
    """Where a mended file says which record of which file it mends: the last one that is still open there."""
    for part in parts:
        for file_name, record in _origins(connection, part.claim.file.source) if part.claim.is_mended else ():
            place = f"file_name = {literal(file_name)} and record_number = {record}"
            last = f"select max(file_number) from ops.rejects where {is_open} and {place}"
            yield f"({place} and file_number = ({last}))"


def _origins(connection: DuckDBPyConnection, source: Source) -> list[tuple[str, int]]:
    at = [source.header.find(FILE), source.header.find(RECORD)]
    if not all(at):
        return []
    query = f"select c{at[0][0]} as file_name, try_cast(c{at[1][0]} as bigint) as record from {{records}}"
    staged = source.stage(connection, "load_origins", query, ())
    rows = connection.execute(f"select distinct file_name, record from {staged.relation}").fetchall()
    for table in staged.tables:
        connection.execute(f"drop table {table}")
    return [(file_name, record) for file_name, record in rows if file_name and record is not None]


def _keys_of_refused(entity: Entity, typed: str, faults: str) -> str:
    """SQL: record_number, record_key. What cannot be read of a key stands as it was written, with a ! before it."""
    texts = ", ".join(
        f"max(value) filter (column_name = {literal(column.name)}) as {name(column.name)}" for column in entity.key
    )
    key = f"case when t.record_number is null then '!' || w.whole else {_key('t', entity, 'w')} end"
    return (
        f"select w.record_number, {key} as record_key from "
        f"(select record_number, max(value) filter (column_name is null) as whole, {texts} "
        f"from {faults} group by record_number) as w left join {typed} as t on w.record_number = t.record_number"
    )


def _key(row: str, entity: Entity, written: str = "") -> str:
    """SQL: the key of a row as one text, each part in quotes."""
    return " || ' ' || ".join(_part(row, column.name, written) for column in entity.key)


def _part(row: str, column: str, written: str) -> str:
    unread = f"coalesce({_quoted(f'{written}.{name(column)}')}, '\"\"')" if written else "'\"\"'"
    return f"coalesce({_quoted(f'{row}.{name(column)}')}, '!' || {unread})"


def _quoted(cell: str) -> str:
    return f"'\"' || replace({cell}::varchar, '\"', '\"\"') || '\"'"


def _number(connection: DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0

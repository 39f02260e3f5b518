"""A file read and cast in one pass, where it is written in the shortest formats throughout. Called by stage.

Most files are: ISO dates, plain numbers, no bad record, no key twice. The text of their cells is then never kept. A
file that shows otherwise, if only in its last record, is staged in steps.

rows table: the canonical columns, marks. Marks tell by bits of a record: BLANK; OUT, blank or passed over by the
profile; ODD, bad or not surely in the shortest format; then two bits per column of numbers with thousands: a point
that may set them apart, and one that cannot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from jobs.load.cells import Cell, cells_of
from jobs.load.checked import Checked, with_parts
from jobs.load.entities import Entity
from jobs.load.formats import always_short
from jobs.load.profile import Profile
from jobs.load.records import NULL_VALUES, Source
from jobs.load.sql import names
from jobs.load.text_query import staging_query, text_query
from jobs.load.written import GROUPED, Format, Zones

BLANK, OUT, ODD, _FIRST_POINT = 1, 2, 4, 8
_PROBED = 2_000  # records that are looked at before a whole file is tried


@dataclass(frozen=True)
class AtOnce:
    """A file that was cast in one pass. `typed` is SQL with the columns of a typed table (stage), out of `rows`."""

    rows: str
    typed: str
    record_count: int  # blank ones left out
    kept_count: int


def stage_at_once(
    connection: DuckDBPyConnection, source: Source, entity: Entity, profile: Profile, zones: Zones, table: str
) -> AtOnce | None:
    """Stage the file in one pass; None where it has to be staged in steps, and then no table is left."""
    formats = always_short(cells_of(entity), profile)
    if formats is None:
        return None
    query = _query(source, entity, profile, formats, zones)
    nulls = (*NULL_VALUES, *profile.null_values)
    for each in (query.replace("{records}", f"(select * from {{records}} limit {_PROBED})"), query):
        texts = source.stage(connection, table, each, nulls)
        found = None if texts.damage else _found(connection, entity, table)
        if found is None:
            for name in texts.tables:
                connection.execute(f"drop table {name}")
            return None
    return found


def _query(source: Source, entity: Entity, profile: Profile, formats: Mapping[str, Format], zones: Zones) -> str:
    records = f"({staging_query(profile, source.header)})"
    flags = "is_blank, is_skipped"
    texts = text_query(entity, profile, source.header, records, carried=flags, condition="true")
    checked = Checked(entity, formats, zones, with_parts(entity, texts), carried=flags)
    return checked.at_once(BLANK, OUT, ODD, {cell.alias: bits for cell, bits in _point_bits(entity)})


def _point_bits(entity: Entity) -> Sequence[tuple[Cell, tuple[int, int]]]:
    """The bits of each column with thousands: of a point that may set them apart, and of one that cannot."""
    grouped = [cell for cell in cells_of(entity) if cell.kind in GROUPED]
    return [(cell, (_FIRST_POINT << 2 * i, _FIRST_POINT << 2 * i + 1)) for i, cell in enumerate(grouped)]


def _found(connection: DuckDBPyConnection, entity: Entity, table: str) -> AtOnce | None:
    row = connection.execute(
        f"select count(*), count(*) filter (marks & {BLANK} = 0), count(*) filter (marks & {OUT} = 0), "
        f"coalesce(bit_or(marks) filter (marks & {OUT} = 0), 0) from {table}"
    ).fetchone()
    assert row is not None
    all_count, record_count, kept_count, marks = row
    if marks & ODD or any(marks & unclear and not marks & clear for _, (unclear, clear) in _point_bits(entity)):
        return None
    condition = "" if kept_count == all_count else f" where marks & {OUT} = 0"
    typed = f"(select rowid + 2 as record_number, {names(entity.names)}, false as is_bad from {table}{condition})"
    return AtOnce(table, typed, record_count, kept_count)

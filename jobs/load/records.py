"""Records under a header: what every reader of a format gives, and how their numbers are kept. Called by stage.

Another format plugs in as another class with the attributes and methods of Source; opening chooses it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from duckdb import DuckDBPyConnection

from jobs.load.header import Header

NULL_VALUES = ("", "#N/A", "-", "(blank)", "null", "NULL", "N/A")


@dataclass(frozen=True)
class Damage:
    """A record that cannot be cut into cells: its number (the header is 1), its text, and why."""

    record_number: int
    text: str
    reason: str


@dataclass(frozen=True)
class TextTable:
    """Staged records. `relation` is SQL with record_number and the columns of the query that was staged."""

    relation: str
    tables: tuple[str, ...]
    damage: tuple[Damage, ...]


class Source(Protocol):
    """A file of records under a header. `notes` say how it was read, where that is not plain."""

    header: Header
    sha256: str
    notes: tuple[str, ...]

    def end_at_footer(self, patterns: Sequence[str]) -> bool:
        """Leave out the footer that the patterns know. Whether there is one."""

    def stage(self, connection: DuckDBPyConnection, table: str, query: str, null_values: Sequence[str]) -> TextTable:
        """The rows of the query in temporary tables named after `table`.

        {records} in the query stands for the records, as columns c0, c1 and so on, all text.
        """

    def records(self, connection: DuckDBPyConnection, numbers: Sequence[int]) -> Mapping[int, Sequence[str]]:
        """Whole records as they stand in the file, by record number."""


def numbered(connection: DuckDBPyConnection, table: str, damage: tuple[Damage, ...]) -> TextTable:
    """The good records in a table, in the order of the file, with the numbers that they have in it."""
    if not damage:
        return TextTable(f"(select rowid + 2 as record_number, * from {table})", (table,), ())
    gaps = f"{table}_gaps"
    first_rows, counts = _gaps(damage)
    connection.execute(
        f"create or replace temp table {gaps} as select unnest(?::bigint[]) as first_row, unnest(?::bigint[]) as gap",
        [first_rows, counts],
    )
    relation = (
        f"(select {table}.rowid + 2 + coalesce(gap, 0) as record_number, {table}.* from {table} "
        f"asof left join {gaps} on {table}.rowid >= {gaps}.first_row)"
    )
    return TextTable(relation, (table, gaps), damage)


def whole_records(
    connection: DuckDBPyConnection, source: Source, numbers: Sequence[int]
) -> tuple[dict[int, Sequence[str]], tuple[Damage, ...]]:
    """Every cell of the good ones of these records, and all damage of the file."""
    whole = source.stage(connection, "load_whole", "select * from {records}", ())
    rows = connection.execute(
        f"select * from {whole.relation} where record_number in (select unnest(?::bigint[])) order by 1",
        [list(numbers)],
    ).fetchall()
    for name in whole.tables:
        connection.execute(f"drop table {name}")
    return {row[0]: ["" if cell is None else cell for cell in row[1:]] for row in rows}, whole.damage


def _gaps(damage: Sequence[Damage]) -> tuple[list[int], list[int]]:
    """From which good rows (from 0) on how many damaged records lie before them."""
    gaps = {d.record_number - 2 - before: before + 1 for before, d in enumerate(damage)}
    return list(gaps), list(gaps.values())

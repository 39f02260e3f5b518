"""Delimited text as a source of records: the only reader so far.

Another format plugs in as another class with the attributes and methods of Source; load chooses it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import duckdb
from duckdb import DuckDBPyConnection

from jobs.errors import DataRefused
from jobs.load.decode import decode
from jobs.load.footer import copy_start, footer_start
from jobs.load.header import Header, read_header
from jobs.load.sql import literal

NULL_VALUES = ("", "#N/A", "-", "(blank)", "null", "NULL", "N/A")
_REASONS = {
    "UNQUOTED VALUE": "has a quote in the wrong place",
    "LINE SIZE OVER MAXIMUM": "is longer than 2 MB",
    "INVALID ENCODING": "is not UTF-8",
}


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
    """A file of records under a header."""

    header: Header
    sha256: str

    def end_at_footer(self, patterns: Sequence[str]) -> bool:
        """Leave out the footer that the patterns know. Whether there is one."""

    def stage(self, connection: DuckDBPyConnection, table: str, query: str, null_values: Sequence[str]) -> TextTable:
        """The rows of the query in temporary tables named after `table`.

        {records} in the query stands for the records, as columns c0, c1 and so on, all text.
        """

    def records(self, connection: DuckDBPyConnection, numbers: Sequence[int]) -> Mapping[int, Sequence[str]]:
        """Whole records as they stand in the file, by record number."""


class CsvSource:
    """Delimited text, read by DuckDB with every cell as text and no detection of its own."""

    def __init__(self, path: Path, work: Path) -> None:
        """DataRefused where the file is no readable text with a header. Copies go below `work`."""
        self._file_name = path.name
        self._body = work / "body.csv"
        self._decoded = decode(path, work / "decoded.csv")
        self.sha256 = self._decoded.sha256
        self.header = read_header(self._decoded.path, path.name)

    def end_at_footer(self, patterns: Sequence[str]) -> bool:
        has_cells = len(self.header.names) > 1
        start = footer_start(self._decoded.path, patterns, self.header.delimiter) if has_cells else None
        if start is None:
            return False
        copy_start(self._decoded.path, self._body, start)
        self._decoded = replace(self._decoded, path=self._body, size=start)
        return True

    def stage(self, connection: DuckDBPyConnection, table: str, query: str, null_values: Sequence[str]) -> TextTable:
        damage = self._create(connection, table, query, null_values)
        if not damage:
            return TextTable(f"(select rowid + 2 as record_number, * from {table})", (table,), ())
        gaps = f"{table}_gaps"
        first_rows, counts = _gaps(damage)
        connection.execute(
            f"create or replace temp table {gaps} as "
            "select unnest(?::bigint[]) as first_row, unnest(?::bigint[]) as gap",
            [first_rows, counts],
        )
        relation = (
            f"(select {table}.rowid + 2 + coalesce(gap, 0) as record_number, {table}.* from {table} "
            f"asof left join {gaps} on {table}.rowid >= {gaps}.first_row)"
        )
        return TextTable(relation, (table, gaps), damage)

    def records(self, connection: DuckDBPyConnection, numbers: Sequence[int]) -> Mapping[int, Sequence[str]]:
        whole = self.stage(connection, "load_whole", "select * from {records}", ())
        rows = connection.execute(
            f"select * from {whole.relation} where record_number in (select unnest(?::bigint[])) order by 1",
            [list(numbers)],
        ).fetchall()
        for name in whole.tables:
            connection.execute(f"drop table {name}")
        found = {row[0]: ["" if cell is None else cell for cell in row[1:]] for row in rows}
        wanted = set(numbers)
        damaged = {d.record_number: self._cells(d.text) for d in whole.damage if d.record_number in wanted}
        return found | damaged

    def _create(
        self, connection: DuckDBPyConnection, table: str, query: str, null_values: Sequence[str]
    ) -> tuple[Damage, ...]:
        create = f"create or replace temp table {table} as {query}"
        try:
            connection.execute(create.replace("{records}", self._reader(null_values)))
        except duckdb.InvalidInputException as error:
            fault = f"it cannot be read as delimited text ({str(error).splitlines()[0]})"
            raise DataRefused(self._file_name, fault, "Export it again as plain CSV") from error
        return self._damage(connection)

    def _reader(self, null_values: Sequence[str]) -> str:
        columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(self.header.names)))
        nulls = ", ".join(literal(value) for value in null_values or ("",))
        return (
            f"read_csv({literal(str(self._decoded.path))}, columns = {{{columns}}}, header = true, "
            f"auto_detect = false, delim = {literal(self.header.delimiter)}, quote = '\"', escape = '\"', "
            f"skip = {self.header.skipped_lines}, nullstr = [{nulls}], encoding = 'utf-8', "
            "store_rejects = true, rejects_table = 'load_rejects', rejects_scan = 'load_scans')"
        )

    def _damage(self, connection: DuckDBPyConnection) -> tuple[Damage, ...]:
        """Records that DuckDB put aside. DataRefused where the file breaks off in the last one."""
        rows = connection.execute(
            "select line, max(csv_line), max(error_type::varchar), "
            "arg_max(error_message, error_type::varchar), max(line_byte_position) "
            "from load_rejects group by line order by line"
        ).fetchall()
        connection.execute("drop table load_rejects; drop table load_scans")
        if rows:
            _, text, kind, _, position = rows[-1]
            self._refuse_truncated(text or "", kind, position)
        return tuple(Damage(line, (text or "").lstrip("\r\n"), _reason(k, m)) for line, text, k, m, _ in rows)

    def _refuse_truncated(self, text: str, kind: str, position: int) -> None:
        if position + len(text.encode()) < self._decoded.size - 2:
            return
        if kind == "UNQUOTED VALUE" and text.count('"') % 2:
            raise DataRefused(self._file_name, "it is truncated: a quote is never closed", "Export it again")
        if kind == "MISSING COLUMNS" and not self._ends_with_line_end():
            raise DataRefused(self._file_name, "it is truncated: its last record breaks off", "Export it again")

    def _ends_with_line_end(self) -> bool:
        with self._decoded.path.open("rb") as stream:
            stream.seek(max(0, self._decoded.size - 1))
            return stream.read(1) in (b"\n", b"\r")

    def _cells(self, text: str) -> Sequence[str]:
        try:
            return next(csv.reader(io.StringIO(text, newline=""), delimiter=self.header.delimiter), [])
        except csv.Error:
            return [text]


def _gaps(damage: Sequence[Damage]) -> tuple[list[int], list[int]]:
    """From which good rows (from 0) on how many damaged records lie before them."""
    gaps = {d.record_number - 2 - before: before + 1 for before, d in enumerate(damage)}
    return list(gaps), list(gaps.values())


def _reason(kind: str, message: str) -> str:
    if "Columns" in message:
        expected, found = (word for word in message.replace("Found:", "").split() if word.isdigit())
        return f"has {found} cells where the header has {expected}"
    return _REASONS.get(kind, "cannot be cut into cells")

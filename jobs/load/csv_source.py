"""Delimited text as a source of records, read by DuckDB. Called by opening."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from jobs.errors import DataRefused
from jobs.load.decode import Decoded
from jobs.load.footer import copy_start, footer_start
from jobs.load.header import read_header
from jobs.load.records import Damage, TextTable, numbered, whole_records
from jobs.load.sql import literal

_READ_BY_ONE = 4 << 20  # bytes; what DuckDB never shares out among threads
_REASONS = {
    "UNQUOTED VALUE": "has a quote in the wrong place",
    "LINE SIZE OVER MAXIMUM": "is longer than 2 MB",
    "INVALID ENCODING": "is not UTF-8",
}


class CsvSource:
    """Delimited text, read by DuckDB with every cell as text and no detection of its own."""

    def __init__(self, decoded: Decoded, file_name: str, body: Path) -> None:
        """DataRefused where the text has no header; a copy without a footer goes to `body`."""
        self._file_name = file_name
        self._body = body
        self._decoded = decoded
        self.sha256 = decoded.sha256
        self.notes = decoded.notes
        self.header = read_header(decoded.path, file_name)

    def end_at_footer(self, patterns: Sequence[str]) -> bool:
        has_cells = len(self.header.names) > 1
        start = footer_start(self._decoded.path, patterns, self.header.delimiter) if has_cells else None
        if start is None:
            return False
        copy_start(self._decoded.path, self._body, start)
        self._decoded = replace(self._decoded, path=self._body, size=start)
        return True

    def stage(self, connection: DuckDBPyConnection, table: str, query: str, null_values: Sequence[str]) -> TextTable:
        return numbered(connection, table, self._create(connection, table, query, null_values))

    def records(self, connection: DuckDBPyConnection, numbers: Sequence[int]) -> Mapping[int, Sequence[str]]:
        found, damage = whole_records(connection, self, numbers)
        wanted = set(numbers)
        return found | {d.record_number: self._cells(d.text) for d in damage if d.record_number in wanted}

    def _create(
        self, connection: DuckDBPyConnection, table: str, query: str, null_values: Sequence[str]
    ) -> tuple[Damage, ...]:
        create = f"create or replace temp table {table} as {query}"
        try:
            is_astray = self._decoded.has_long_line
            if not is_astray:
                # Several threads take minutes over a cell that is longer than what each of them reads at a time.
                reader = self._reader(null_values, is_parallel=not self._decoded.has_long_cell)
                connection.execute(create.replace("{records}", reader))
                is_astray = self._decoded.size > _READ_BY_ONE and _goes_astray(connection)
            if is_astray:
                self._read_in_order(connection, create, null_values)
        except duckdb.InvalidInputException as error:
            fault = f"it cannot be read as delimited text ({str(error).splitlines()[0]})"
            raise DataRefused(self._file_name, fault, "Export it again as plain CSV") from error
        return self._damage(connection)

    def _read_in_order(self, connection: DuckDBPyConnection, create: str, null_values: Sequence[str]) -> None:
        """Read from one end to the other. DataRefused where even so nothing is told of the record at fault."""
        for table in ("load_rejects", "load_scans"):
            connection.execute(f"drop table if exists {table}")
        connection.execute(create.replace("{records}", self._reader(null_values, is_parallel=False)))
        if not _goes_astray(connection):
            fault = "it is truncated or damaged: a quote is never closed, or a line runs on over megabytes"
            raise DataRefused(self._file_name, fault, "Copy or export it again")

    def _reader(self, null_values: Sequence[str], is_parallel: bool = True) -> str:
        columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(self.header.names)))
        nulls = ", ".join(literal(value) for value in null_values or ("",))
        return (
            f"read_csv({literal(str(self._decoded.path))}, columns = {{{columns}}}, header = true, "
            f"auto_detect = false, delim = {literal(self.header.delimiter)}, "
            f"quote = {literal(self.header.quoting.quote)}, escape = {literal(self.header.quoting.escape)}, "
            f"skip = {self.header.skipped_lines}, nullstr = [{nulls}], encoding = 'utf-8', "
            f"parallel = {str(is_parallel).lower()}, "
            "compression = 'none', "  # whatever the file is called: it was unpacked where its bytes say so
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
            raise DataRefused(self._file_name, "it is truncated: a quote is never closed", "Copy or export it again")
        if kind == "MISSING COLUMNS" and not self._ends_with_line_end():
            raise DataRefused(self._file_name, "it is truncated: its last record breaks off", "Copy or export it again")

    def _ends_with_line_end(self) -> bool:
        with self._decoded.path.open("rb") as stream:
            stream.seek(max(0, self._decoded.size - 1))
            return stream.read(1) in (b"\n", b"\r")

    def _cells(self, text: str) -> Sequence[str]:
        try:
            return next(self.header.quoting.records(text, self.header.delimiter), [])
        except csv.Error:
            return [text]


def _goes_astray(connection: DuckDBPyConnection) -> bool:
    """Whether a record was refused after which DuckDB, reading in parallel, leaves others out without a word."""
    kinds = "('UNQUOTED VALUE', 'LINE SIZE OVER MAXIMUM')"
    query = f"select count(*) from load_rejects where error_type::varchar in {kinds}"
    return connection.execute(query).fetchall() != [(0,)]


def _reason(kind: str, message: str) -> str:
    if "Columns" in message:
        expected, found = (word for word in message.replace("Found:", "").split() if word.isdigit())
        return f"has {found} cells where the header has {expected}"
    return _REASONS.get(kind, "cannot be cut into cells")

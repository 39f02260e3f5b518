"""A Parquet file as a source of records, each cell as the text it would have in CSV. Called by opening.

What comes from Excel and JSON is kept in such a file too, all its columns text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from jobs.errors import DataRefused
from jobs.load.footer import first_of_footer
from jobs.load.header import Header
from jobs.load.records import Damage, TextTable, numbered, whole_records
from jobs.load.sql import literal, name

_NESTED = ("STRUCT", "MAP", "UNION", "BLOB", "BIT", "INTERVAL", "VARIANT", "GEOMETRY")
_TAIL_ROWS = 200  # a footer is shorter
_LARGEST_EXACT = 10**15  # whole numbers under it are exact in a double, and are written without a point


@dataclass(frozen=True)
class Table:
    """Records in a Parquet file, all text: the names of its columns are c0, c1 and so on."""

    path: Path
    names: tuple[str, ...]
    sha256: str
    damage: tuple[Damage, ...] = ()
    notes: tuple[str, ...] = ()
    above: tuple[tuple[str, ...], ...] = ()  # rows of a sheet above its header


class TableSource:
    """The records of a Parquet file. `cells` is one SQL expression per name of the header."""

    def __init__(self, table: Table, cells: Sequence[str] = ()) -> None:
        self._path = table.path
        self._end = ""
        self.above = table.above
        self._damage = table.damage
        self._cells = cells or [f"c{i}" for i in range(len(table.names))]
        self.header = Header(tuple(text.strip() for text in table.names), ",", 0)
        self.sha256 = table.sha256
        self.notes = table.notes

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Number and cells of every record, damaged ones with their text in one cell."""
        query = f"select {', '.join(self._cells)} from read_parquet({literal(str(self._path))})"
        damage = {each.record_number: [each.text] for each in self._damage}
        with duckdb.connect() as connection:
            result = connection.execute(query)
            cells = (["" if cell is None else cell for cell in row] for row in iter(result.fetchone, None))
            for number in count(2):
                record = damage.pop(number, None) or next(cells, None)
                if record is None:
                    return
                yield number, record

    def end_at_footer(self, patterns: Sequence[str]) -> bool:
        with duckdb.connect() as connection:
            place = f"read_parquet({literal(str(self._path))}, file_row_number = true)"
            rows = connection.execute(
                f"select file_row_number, {', '.join(self._cells)} from {place} order by 1 desc limit {_TAIL_ROWS}"
            ).fetchall()
        start = first_of_footer(((row[0], _only_cell(row[1:])) for row in rows), patterns)
        if start is None:
            return False
        self._end = f"where file_row_number < {start}"
        return True

    def stage(self, connection: DuckDBPyConnection, table: str, query: str, null_values: Sequence[str]) -> TextTable:
        nulls = ", ".join(literal(value) for value in null_values or ("",))
        cells = [f"case when {cell} not in ({nulls}) then {cell} end as c{i}" for i, cell in enumerate(self._cells)]
        place = f"read_parquet({literal(str(self._path))}, file_row_number = true)"
        records = f"(select {', '.join(cells)} from {place} {self._end})"
        connection.execute(f"create or replace temp table {table} as {query.replace('{records}', records)}")
        return numbered(connection, table, self._damage)

    def records(self, connection: DuckDBPyConnection, numbers: Sequence[int]) -> Mapping[int, Sequence[str]]:
        found, damage = whole_records(connection, self, numbers)
        return found | {d.record_number: [d.text] for d in damage if d.record_number in set(numbers)}


def _only_cell(cells: Sequence[str | None]) -> str | None:
    """The text of a row with one cell; "" of an empty row; None of a record."""
    filled = [cell.strip() for cell in cells if cell and cell.strip()]
    return None if len(filled) > 1 else "".join(filled)


def parquet_source(path: Path, file_name: str, sha256: str, max_bytes: int) -> TableSource:
    """A Parquet file as it came. DataRefused where it is damaged, or has no column that could be read."""
    place = f"read_parquet({literal(str(path))})"
    with duckdb.connect() as connection:
        rows = _read(connection, f"describe select * from {place}", file_name)
        ((row_count,),) = _read(connection, f"select count(*) from {place}", file_name)
        if row_count * len(rows) > max_bytes:
            fault = f"it holds {row_count:,} records, more than load.max_unpacked_bytes lets in"
            raise DataRefused(file_name, fault, "If it is what you exported, raise that setting in batna.toml")
        read = [(column, kind) for column, kind, *_ in rows if not _is_nested(kind)]
        nested = [(column, kind) for column, kind, *_ in rows if _is_nested(kind)]
        if not read:
            raise DataRefused(file_name, "it has no column of plain values", "Export it with one value in a cell")
        cells = [_text(name(column), kind) for column, kind in read]
        _read(connection, f"select {', '.join(f'max({cell})' for cell in cells)} from {place}", file_name)
    notes = tuple(f"the column '{column}' holds {_shown(kind)} and is not read" for column, kind in nested)
    return TableSource(Table(path, tuple(column for column, _ in read), sha256, notes=notes), cells)


def _read(connection: DuckDBPyConnection, query: str, file_name: str) -> list[Any]:
    """The answer of a query that can fail only for what is in the file: every page is read once before it is staged."""
    try:
        return connection.execute(query).fetchall()
    except duckdb.Error as error:
        raise DataRefused(file_name, "it is a truncated or damaged Parquet file", "Copy or export it again") from error


def _is_nested(kind: str) -> bool:
    return kind.endswith("]") or kind.startswith(_NESTED)


def _shown(kind: str) -> str:
    return "lists" if kind.endswith("]") else "nested or binary values"


def _text(cell: str, kind: str) -> str:
    """The cell as text: times with a zone in UTC, whole floating numbers without a point, NaN as nothing."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"(({cell} at time zone 'UTC')::varchar || 'Z')"
    if kind in ("DOUBLE", "FLOAT"):
        is_whole = f"{cell} = trunc({cell}) and abs({cell}) < {_LARGEST_EXACT}"
        return (
            f"case when isnan({cell}) then null when {is_whole} then {cell}::bigint::varchar else {cell}::varchar end"
        )
    return f"{cell}::varchar"

"""The sheets of a workbook as tables of text: days and times in ISO, numbers as Excel shows them. Called by opening.

Excel keeps fifteen digits of a number. A longer one is written 4.87688E+18, as Excel writes it, so that an id that was
destroyed is refused (checked) and not believed; a long id in a cell of text comes through whole.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl

from jobs.errors import DataRefused
from jobs.load.header import Header
from jobs.load.table_source import Table

Reads = Callable[[Header], bool]  # whether a profile reads this header

_HEADER_ROWS = 60  # in which a header is looked for
_PLAIN_ROWS = 30  # in which one is taken that no profile reads
_LARGEST = 1e15
_LONG_DIGITS = re.compile(r"\d{16,}")
_ERROR = re.compile(r"got 'Error\((\w+)\)'")
_ERRORS = {"Ref": "#REF!", "Value": "#VALUE!", "Div0": "#DIV/0!", "Name": "#NAME?", "Num": "#NUM!", "Null": "#NULL!"}


def excel_tables(path: Path, file_name: str, sha256: str, folder: Path, reads: Reads) -> Iterator[tuple[str, Table]]:
    """Name and records of each sheet that is not empty, written below `folder`. DataRefused where it is damaged."""
    try:
        book = fastexcel.read_excel(path)
        for number, sheet in enumerate(book.sheet_names):
            table = _table(book, sheet, sha256, folder / f"sheet-{number}.parquet", reads)
            if table is not None:
                yield sheet, table
    except fastexcel.FastExcelError as error:
        fault = f"it is a truncated or damaged Excel file ({str(error).splitlines()[0]})"
        raise DataRefused(file_name, fault, "Save it again, or save the sheet as CSV") from error


def _table(book: fastexcel.ExcelReader, sheet: str, sha256: str, target: Path, reads: Reads) -> Table | None:
    top = book.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=_HEADER_ROWS, dtypes="string").to_polars().rows()
    at = _header_row(top, reads)
    if at is None:
        return None
    names = [cell or "" for cell in top[at]]
    columns = _columns(book, sheet, at + 1, len(names))
    frame = pl.DataFrame({f"c{i}": columns.get(i, []) for i in range(len(names))}, schema_overrides=_all_text(names))
    frame.write_parquet(target)
    own = hashlib.sha256(f"{sha256}/{sheet}".encode()).hexdigest()
    notes = (f"its header stands in row {at + 1}",) if at else ()
    above = tuple(tuple(cell or "" for cell in row) for row in top[:at])
    return Table(target, tuple(names), own, notes=notes, above=above)


def _all_text(names: Sequence[str]) -> Mapping[str, Any]:
    return {f"c{i}": pl.String for i in range(len(names))}


def _header_row(rows: Sequence[Sequence[str | None]], reads: Reads) -> int | None:
    """The first row that a profile reads as a header; else, near the top, the one with most cells."""
    filled = [sum(bool(cell and cell.strip()) for cell in row) for row in rows]
    for at, row in enumerate(rows):
        if filled[at] > 1 and reads(Header(tuple((cell or "").strip() for cell in row), ",", 0)):
            return at
    most = max(filled[:_PLAIN_ROWS], default=0)
    return filled.index(most) if most else None


def _columns(book: fastexcel.ExcelReader, sheet: str, first_row: int, width: int) -> dict[int, list[str | None]]:
    """The cells below the header as text, column by column; none where no row is left."""
    given: dict[str, Any] = {"header_row": None, "skip_rows": first_row}
    loaded = book.load_sheet(sheet, schema_sample_rows=None, **given)
    if loaded.height == 0:
        return {}
    frame = loaded.to_polars()
    columns = {i: _texts(frame.to_series(i)) for i in range(min(width, frame.width))}
    for i, column in columns.items():
        if any(cell and _LONG_DIGITS.fullmatch(cell) for cell in column):
            columns[i] = _with_cut_numbers(book, sheet, i, column, given)
    _put_errors(book, sheet, columns, given)
    return columns


def _texts(column: pl.Series) -> list[str | None]:
    values = column.to_list()
    if column.dtype in (pl.Datetime, pl.Date):
        are_days = all(value is None or _is_midnight(value) for value in values)
        return [None if value is None else _moment(value, are_days) for value in values]
    return [None if value is None else _text(value) for value in values]


def _is_midnight(value: Any) -> bool:
    return not isinstance(value, datetime) or value.time() == time()


def _moment(value: Any, is_day: bool) -> str:
    """A column of which every cell is a midnight is one of days."""
    return f"{value:%Y-%m-%d}" if is_day else f"{value:%Y-%m-%d %H:%M:%S}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    return str(value) if isinstance(value, timedelta) else f"{value}"


def _number(value: float) -> str:
    """As Excel shows it: fifteen digits, and more of them in powers of ten."""
    if abs(value) >= _LARGEST:
        return f"{value:.5E}"
    return f"{int(value)}" if value == int(value) else f"{value:.15g}"


def _with_cut_numbers(
    book: fastexcel.ExcelReader, sheet: str, position: int, column: list[str | None], given: Mapping[str, Any]
) -> list[str | None]:
    """The column, its long numbers as Excel writes them; long digits in cells of text stay.

    Read as true or false, a cell is something only where it holds a number.
    """
    kinds = book.load_sheet(sheet, dtypes={position: "boolean"}, use_columns=[position], **given).to_polars()
    are_numbers = [value is not None for value in kinds.to_series(0).to_list()]
    return [
        _number(float(cell)) if is_number and cell and _LONG_DIGITS.fullmatch(cell) else cell
        for cell, is_number in zip(column, are_numbers, strict=True)
    ]


def _put_errors(
    book: fastexcel.ExcelReader, sheet: str, columns: dict[int, list[str | None]], given: Mapping[str, Any]
) -> None:
    """Formulas that failed stand as what Excel shows; #N/A is an empty cell, and empty already."""
    _, faults = book.load_sheet(sheet, dtypes="string", **given).to_arrow_with_errors()
    for fault in faults.errors if faults else ():
        found = _ERROR.search(fault.detail)
        row, column = fault.offset_position
        if found and found[1] in _ERRORS and column in columns:
            columns[column][row] = _ERRORS[found[1]]

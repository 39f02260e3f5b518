"""Rows of a query as a file for other programs: Parquet, and Excel in which no text is a formula."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from jobs.errors import BatnaError
from jobs.output import Result, cell_text

MOST_ROWS = 1_048_575  # of a worksheet, below its header
MOST_COLUMNS = 16_384
MOST_LETTERS = 32_767  # of a cell
_FIRST_YEAR = 1900  # that a spreadsheet has days of
_DIGITS = 15  # that a spreadsheet keeps of a number
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd hh:mm:ss",
}


def write_parquet(rows: pa.RecordBatchReader, out: BinaryIO) -> int:
    """Parquet with the types of the columns, batch by batch. Raises BatnaError for a type that it has not."""
    count = 0
    try:
        writer = pq.ParquetWriter(_Pipe(out), rows.schema)
    except pa.ArrowNotImplementedError as error:
        raise BatnaError("--format parquet", str(error), "Cast that column, as in period::varchar") from None
    with writer:
        for batch in rows:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def write_xlsx(result: Result, out: BinaryIO) -> None:
    """One worksheet with a header. Raises BatnaError where a sheet cannot hold it."""
    buffer = io.BytesIO()
    if len(result.columns) > MOST_COLUMNS:
        raise _too_large(f"{len(result.columns):,} columns", f"{MOST_COLUMNS:,}")
    book = xlsxwriter.Workbook(buffer, _OPTIONS)
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    for column, name in enumerate(result.columns):
        sheet.write_string(0, column, name)
    for number, row in enumerate(result.rows, start=1):
        if number > MOST_ROWS:
            raise _too_large(f"more than {MOST_ROWS:,} rows", f"{MOST_ROWS:,}")
        _write_row(sheet, number, row, day)
    book.close()
    out.write(buffer.getbuffer())


def _write_row(sheet: Worksheet, number: int, row: Sequence[Any], day: Any) -> None:
    for column, value in enumerate(row):
        match value:
            case None:
                continue
            case bool():
                sheet.write_boolean(number, column, value)
            case date() if value.year < _FIRST_YEAR:
                _write_words(sheet, number, column, cell_text(value))
            case datetime() if value.tzinfo is None:
                sheet.write_datetime(number, column, value)
            case date() if not isinstance(value, datetime):
                sheet.write_datetime(number, column, value, day)
            case int() | float() | Decimal() if _is_kept(value):
                sheet.write_number(number, column, value)
            case _:
                _write_words(sheet, number, column, cell_text(value))


def _write_words(sheet: Worksheet, number: int, column: int, text: str) -> None:
    if len(text) > MOST_LETTERS:
        raise _too_large(f"a text of {len(text):,} letters", f"{MOST_LETTERS:,} in a cell")
    sheet.write_string(number, column, text)


def _is_kept(value: int | float | Decimal) -> bool:
    """Whether a spreadsheet keeps every digit; infinity, not a number and long ids stand as text."""
    if isinstance(value, float):
        return math.isfinite(value)
    digits = Decimal(value).normalize().as_tuple()
    return isinstance(digits.exponent, int) and len(digits.digits) <= _DIGITS


def _too_large(what: str, most: str) -> BatnaError:
    return BatnaError("--format xlsx", f"the result has {what}, and a worksheet holds {most}", "Ask for csv or parquet")


class _Pipe(io.RawIOBase):
    """A sink that knows where it stands, which a pipe does not."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._written = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._written

    def write(self, data: Any) -> int:
        self._out.write(data)
        self._written += len(data)
        return len(data)

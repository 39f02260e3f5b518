"""Two deals in every format, and what they are read as."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import polars as pl
import xlsxwriter

HEADER = ("opportunity_id", "rep_id", "stage", "amount", "created_at", "close_on", "probability", "is_won")
ROW = ("O1", "r1", "Proposal", 176125.2, datetime(2026, 1, 2, 10, 30), date(2026, 12, 1), 0.35, False)
OTHER = ("O2", "r2", "Won", 5, datetime(2026, 1, 3), date(2026, 11, 30), 1, True)
READ = [
    ("O1", "r1", "Proposal", "176125.2000", datetime(2026, 1, 2, 10, 30), date(2026, 12, 1), "0.350000", False),
    ("O2", "r2", "Won", "5.0000", datetime(2026, 1, 3), date(2026, 11, 30), "1.000000", True),
]


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], **options: Any) -> bytes:
    """A workbook; numbers from 0 to 1 are percent cells, times and days dates."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, **options}) as book:
        percent, moment = book.add_format({"num_format": "0%"}), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    if isinstance(cell, date):
                        at = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
                        sheet.write_datetime(y, x, at, moment)
                    elif isinstance(cell, float) and cell < 1:
                        sheet.write_number(y, x, cell, percent)
                    elif isinstance(cell, str) and not cell.startswith("="):
                        sheet.write_string(y, x, cell)
                    else:
                        sheet.write(y, x, cell)
    return stream.getvalue()


def parquet() -> bytes:
    stream = io.BytesIO()
    pl.DataFrame([ROW, OTHER], schema=HEADER, orient="row", strict=False).write_parquet(stream)
    return stream.getvalue()


def json_lines(rows: Sequence[Mapping[str, Any]] | None = None) -> str:
    records = rows or [dict(zip(HEADER, row, strict=True)) for row in (ROW, OTHER)]
    return "".join(json.dumps(record, default=str) + "\n" for record in records)


def archive(files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return stream.getvalue()


DEALS = workbook({"Deals": [HEADER, ROW, OTHER]})

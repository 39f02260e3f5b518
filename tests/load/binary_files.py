"""Workbooks, Parquet files and archives, made from the text of a CSV file: what a CRM or a spreadsheet makes of the same records."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime

import polars as pl
import xlsxwriter


def workbook(text: str, _: str) -> bytes:
    """One sheet; numbers are numbers, and days and times are serial numbers with a format."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet, moment = book.add_worksheet("Export"), book.add_format({"num_format": "m/d/yyyy h:mm"})
        for y, row in enumerate(csv.reader(io.StringIO(text))):
            for x, cell in enumerate(row):
                match _value(cell):
                    case datetime() as at:
                        sheet.write_datetime(y, x, at, moment)
                    case float() as number:
                        sheet.write_number(y, x, number)
                    case _ if cell:
                        sheet.write_string(y, x, cell)
    return stream.getvalue()


def parquet(text: str, _: str) -> bytes:
    """Typed as a warehouse would have it: whole columns of numbers, days and truth values are of that type."""
    stream = io.BytesIO()
    pl.read_csv(io.StringIO(text), try_parse_dates=True).write_parquet(stream)
    return stream.getvalue()


def archive(text: str, name: str) -> bytes:
    """The file itself in a folder of a .zip, beside one that is no data."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr(f"export/{name}", text)
        packed.writestr("export/logo.png", b"\x89PNG")
    return stream.getvalue()


def _value(cell: str) -> datetime | float | None:
    try:
        return datetime.fromisoformat(cell) if "-" in cell[1:] else float(cell)
    except ValueError:
        return None

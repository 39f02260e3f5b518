"""Random tables, written in random dialects, encodings and formats, read back equal."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.load.records import NULL_VALUES
from tests.load.loading import Loader

HEADER = ("opportunity_id", "rep_id", "stage", "created_at", "next_step", "amount", "close_on", "is_won")
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12).map(lambda t: t.strip())
SINGLE_BYTE = st.text(st.sampled_from("abcXYZ 019,;|\"'\\/-éüÿ€„§"), max_size=12).map(lambda t: t.strip())
AMOUNTS = st.decimals(-(10**9), 10**9, places=2)
DAYS = st.dates(date(1971, 1, 1), date(2068, 12, 31))
FEW = settings(max_examples=int(os.environ.get("BATNA_LOAD_EXAMPLES", "12")), deadline=None)

Row = tuple[str, Decimal | None, date | None, bool | None]
ROWS = st.lists(st.tuples(TEXTS, st.none() | AMOUNTS, st.none() | DAYS, st.none() | st.booleans()), min_size=1, max_size=8)  # fmt: skip
PLAIN_ROWS = st.lists(st.tuples(SINGLE_BYTE, st.none() | AMOUNTS, st.none() | DAYS, st.none() | st.booleans()), min_size=1, max_size=8)  # fmt: skip


@pytest.fixture(scope="module")
def loader(tmp_path_factory: pytest.TempPathFactory) -> Loader:
    return Loader(tmp_path_factory.mktemp("dialects"))


def expected(rows: list[Row]) -> list[Any]:
    """The rows as they must be in the warehouse."""
    return [
        (f"O{i}", None if text in NULL_VALUES else text, amount, day, won)
        for i, (text, amount, day, won) in enumerate(rows)
    ]


def found(loader: Loader) -> list[Any]:
    columns = "opportunity_id, next_step, amount, close_on, is_won"
    return loader.rows(f"select {columns} from raw.opportunities order by length(opportunity_id), opportunity_id")


def cells(rows: list[Row], number: Callable[[Decimal], str], day: str, booleans: tuple[str, str]) -> list[list[str]]:
    """The table as texts."""
    return [
        [f"O{i}", "r", "P", "2026-01-01", text, "" if amount is None else number(amount),
         "" if of is None else f"{of:{day}}", "" if won is None else booleans[won]]
        for i, (text, amount, of, won) in enumerate(rows)
    ]  # fmt: skip


NUMBERS: dict[str, Callable[[Decimal], str]] = {
    "plain": str,
    "commas": lambda n: f"{n:,}",
    "German": lambda n: f"{n:,}".translate(str.maketrans(",.", ".,")),
    "blanks": lambda n: f"{n:,}".replace(",", "\u202f"),
    "Swiss": lambda n: f"{n:,}".replace(",", "'"),
    "dollars": lambda n: f"-${-n:,}" if n < 0 else f"${n:,}",
    "euros behind": lambda n: f"{n:,}".translate(str.maketrans(",.", ".,")) + " €",
    "brackets": lambda n: f"({-n:,})" if n < 0 else f"{n:,}",
    "a minus behind": lambda n: f"{-n}-" if n < 0 else str(n),
}
DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d-%b-%Y", "%B %d, %Y", "%Y%m%d")
ORDERS = {"%d.%m.%Y": "dmy", "%m/%d/%Y": "mdy"}
BOOLEANS = (("false", "true"), ("0", "1"), ("No", "YES"), ("FALSCH", "WAHR"), ("нет", "да"))


@FEW
@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|^~"),
    quote=st.sampled_from(['"', "'", "\\"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    is_packed=st.booleans(),
    number=st.sampled_from(sorted(NUMBERS)),
    day=st.sampled_from(DATES),
    booleans=st.sampled_from(BOOLEANS),
)
def test_text_in_any_dialect(
    loader: Loader, rows: list[Row], delimiter: str, quote: str, quoting: Any, line_end: str, encoding: str,
    is_packed: bool, number: str, day: str, booleans: tuple[str, str],
) -> None:  # fmt: skip
    stream = io.StringIO(newline="")
    is_escaped = quote == "\\"
    writer = csv.writer(
        stream, delimiter=delimiter, quotechar='"' if is_escaped else quote, doublequote=not is_escaped,
        escapechar="\\" if is_escaped else None, quoting=csv.QUOTE_ALL if quote != '"' else quoting, lineterminator=line_end,
    )  # fmt: skip
    writer.writerow(HEADER)
    writer.writerows(cells(rows, NUMBERS[number], day, booleans))
    content = stream.getvalue().encode(encoding)
    check(loader, gzip.compress(content) if is_packed else content, "d.csv", rows, number, day)


@FEW
@given(rows=PLAIN_ROWS, delimiter=st.sampled_from(",;\t|"), number=st.sampled_from(["plain", "German", "euros behind"]))
def test_text_of_single_bytes(loader: Loader, rows: list[Row], delimiter: str, number: str) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    writer.writerows([HEADER, *cells(rows, NUMBERS[number], "%d.%m.%Y", ("Nein", "Ja"))])
    check(loader, stream.getvalue().encode("cp1252"), "d.csv", rows, number, "%d.%m.%Y")


FORMATS = ("xlsx", "parquet", "jsonl", "json", "zip")


@FEW
@given(rows=ROWS, form=st.sampled_from(FORMATS))
def test_typed_formats(loader: Loader, rows: list[Row], form: str) -> None:
    check(loader, written(rows, form), f"d.{form}", rows, "plain", "%Y-%m-%d")


def written(rows: list[Row], form: str) -> bytes:
    records = [
        dict(zip(HEADER, (f"O{i}", "r", "P", "2026-01-01", text, amount, day, won), strict=True))
        for i, (text, amount, day, won) in enumerate(rows)
    ]
    stream = io.BytesIO()
    match form:
        case "xlsx":
            with xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
                sheet = book.add_worksheet()
                for y, row in enumerate([HEADER, *(record.values() for record in records)]):
                    for x, cell in enumerate(row):
                        sheet.write_string(y, x, cell) if isinstance(cell, str) else sheet.write(y, x, cell)
        case "parquet":
            kinds = {"amount": pl.Decimal(18, 2), "close_on": pl.Date, "is_won": pl.Boolean}
            schema = {name: kinds.get(name, pl.String) for name in HEADER}
            pl.DataFrame(records, schema=schema).write_parquet(stream)
        case "jsonl":
            return "".join(json.dumps(r, default=str, ensure_ascii=False) + "\n" for r in records).encode()
        case "json":
            return json.dumps(records, default=str, indent=2).encode()
        case _:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
                packed.writestr("in/d.jsonl", written(rows, "jsonl"))
    return stream.getvalue()


def check(loader: Loader, content: bytes, name: str, rows: list[Row], number: str, day: str) -> None:
    """Load under a profile that says what the values alone may not tell, and compare every cell."""
    loader.reset(loader.folder)
    formats: dict[str, Any] = {"amount": {"decimal": "," if number in ("German", "euros behind") else "."}}
    if day in ORDERS:
        formats["close_on"] = {"date_order": ORDERS[day]}
    sources = {"mine": {"extends": "generic", "entity": "opportunities", "formats": formats}}
    result = loader.one(content, name, sources=sources)
    assert (result.problem, result.rows_refused, result.rows_loaded) == (None, 0, len(rows))
    assert found(loader) == expected(rows)


@FEW
@given(
    days=st.lists(st.datetimes(datetime(1971, 1, 1), datetime(2068, 1, 1)), min_size=1, max_size=8),
    form=st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%d.%m.%Y %H:%M:%S", "%b %d, %Y %I:%M:%S %p", "%m/%d/%Y, %I:%M:%S %p", "%a, %d %b %Y %H:%M:%S GMT", "epoch"]),
)  # fmt: skip
def test_times_in_any_writing(loader: Loader, days: list[datetime], form: str) -> None:
    loader.reset(loader.folder)
    whole = [each.replace(microsecond=0) for each in days]
    texts = [f"{(t - datetime(1970, 1, 1)) // timedelta(seconds=1)}" if form == "epoch" else f"{t:{form}}" for t in whole]  # fmt: skip
    order = {"epoch": "epoch", "%d.%m.%Y %H:%M:%S": "dmy", "%m/%d/%Y, %I:%M:%S %p": "mdy"}.get(form, "ymd")
    sources = {"mine": {"extends": "generic", "entity": "opportunities", "formats": {"last_activity_at": {"date_order": order}}}}  # fmt: skip
    rows = "".join(f'O{i},r,P,2026-01-01,"{text}"\n' for i, text in enumerate(texts))
    result = loader.one(f"opportunity_id,rep_id,stage,created_at,last_activity_at\n{rows}", sources=sources)
    assert (result.problem, result.rows_refused) == (None, 0)
    assert loader.values("select last_activity_at from raw.opportunities order by record_number") == whole

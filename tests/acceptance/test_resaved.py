"""One real export saved again in every way that people and systems save files: the same rows, value by value."""

from __future__ import annotations

import csv
import gzip
import io
import re
import tomllib
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from tests.load.loading import REPO, SHARED, Loader

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data is not here")

Rows = list[list[str]]
DATES, NUMBERS = ("engage_date", "close_date"), ("close_value",)


def documented() -> dict[str, Any]:
    """The profiles of the worked example, without a date order: each saved file decides it, or is refused."""
    text = (REPO / "docs" / "exports.md").read_text().split("## Worked example")[1]
    sources: dict[str, Any] = tomllib.loads(re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[0])["sources"]
    del sources["maven_deals"]["formats"]
    return sources


@pytest.fixture(scope="module")
def deals() -> Rows:
    with (SHARED / "maven_crm" / "sales_pipeline.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def with_cells(deals: Rows, change: Callable[[str, str], str]) -> Rows:
    """The table with each cell that is not empty changed: its header, its text."""
    header = deals[0]
    return [header, *([change(name, cell) if cell else "" for name, cell in zip(header, row, strict=True)] for row in deals[1:])]  # fmt: skip


def with_dates(deals: Rows, form: str) -> Rows:
    return with_cells(deals, lambda name, cell: f"{day(cell):{form}}" if name in DATES else cell)


def day(cell: str) -> date:
    return datetime.strptime(cell, "%d-%m-%Y").date()


def text(rows: Rows, delimiter: str = ",", line_end: str = "\n") -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return stream.getvalue()


def typed(rows: Rows) -> list[dict[str, Any]]:
    """Records with days and numbers as such."""
    kinds: dict[str, Callable[[str], Any]] = dict.fromkeys(DATES, day) | dict.fromkeys(NUMBERS, float)
    return [{n: kinds.get(n, str)(c) if c else None for n, c in zip(rows[0], row, strict=True)} for row in rows[1:]]


def workbook(rows: Rows) -> bytes:
    """As a person saves it: a title, days as serial numbers with a format, a second sheet."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "dd.mm.yyyy"}) as book:
        sheet = book.add_worksheet("Pipeline")
        sheet.write(0, 0, "All deals")
        sheet.write_row(2, 0, rows[0])
        for y, record in enumerate(typed(rows), start=3):
            sheet.write_row(y, 0, list(record.values()))
        book.add_worksheet("Notes").write(0, 0, "ask Moses")
    return stream.getvalue()


def parquet(rows: Rows) -> bytes:
    stream = io.BytesIO()
    pl.DataFrame(typed(rows), infer_schema_length=None).write_parquet(stream)
    return stream.getvalue()


def json_lines(rows: Rows) -> bytes:
    return pl.DataFrame(typed(rows), infer_schema_length=None).write_ndjson().encode()


def in_archive(rows: Rows) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("export/sales_pipeline.csv", text(rows))
        packed.writestr("export/data_dictionary.csv", "Table,Field,Description\naccounts,account,Company name\n")
    return stream.getvalue()


def german(rows: Rows) -> Rows:
    def saved(name: str, cell: str) -> str:
        if name in DATES:
            return f"{day(cell):%d.%m.%Y}"
        return f"{int(cell):,}".replace(",", ".") + ",00" if name in NUMBERS else cell

    return with_cells(rows, saved)


SAVED: list[tuple[str, str, Callable[[Rows], bytes]]] = [
    ("in ISO", "d.csv", lambda rows: text(with_dates(rows, "%Y-%m-%d")).encode()),
    ("month first", "d.csv", lambda rows: text(with_dates(rows, "%m/%d/%Y")).encode()),
    ("months by name", "d.csv", lambda rows: text(with_dates(rows, "%b %-d, %Y")).encode()),
    ("as Excel", "d.xlsx", workbook),
    ("as UTF-16", "d.csv", lambda rows: text(rows).encode("utf-16")),
    ("as UTF-16 without a mark, in CRLF", "d.csv", lambda rows: text(rows, line_end="\r\n").encode("utf-16-le")),
    ("as Parquet", "d.parquet", parquet),
    ("as JSON lines", "d.jsonl", json_lines),
    ("semicolons, decimal commas, German dates, cp1252", "d.csv", lambda rows: text(german(rows), ";").encode("cp1252")),
    ("with dollars", "d.csv", lambda rows: text(with_cells(rows, lambda n, c: f"${int(c):,}.00" if n in NUMBERS else c)).encode()),
    ("packed", "d.csv.gz", lambda rows: gzip.compress(text(rows).encode())),
    ("in an archive", "d.zip", in_archive),
]  # fmt: skip


def loaded(loader: Loader, content: bytes, name: str, sources: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Every value of every record, in the order of the file."""
    (result,) = loader.load({name: content}, sources=sources)
    assert (result.problem, result.rows_in, result.rows_loaded, result.rows_refused) == (None, 8800, 8800, 0)
    return loader.rows("select * exclude (file_number, version_from_at) from raw.opportunities order by record_number")


@pytest.fixture(scope="module")
def expected(deals: Rows, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    """The rows of the file as it is, by a reading of the CSV in plain Python held against the loader's."""
    rows = loaded(Loader(tmp_path_factory.mktemp("as it is")), text(deals).encode(), "d.csv", documented())
    loader = Loader(tmp_path_factory.mktemp("columns"))
    loaded(loader, text(deals).encode(), "d.csv", documented())
    plain = loader.rows("select opportunity_id, amount, created_at::date, close_on from raw.opportunities order by record_number")  # fmt: skip
    assert plain == [
        (r["opportunity_id"], r["close_value"] or None, r["engage_date"], r["close_date"]) for r in typed(deals)
    ]
    return rows


@pytest.mark.parametrize(("name", "saved"), [case[1:] for case in SAVED], ids=[case[0] for case in SAVED])
def test_the_same_rows_however_the_file_was_saved(
    name: str, saved: Callable[[Rows], bytes], deals: Rows, expected: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    assert loaded(Loader(tmp_path), saved(deals), name, documented()) == expected


class TestShortYears:
    """DD-MM-YY reads as YY-MM-DD as well, without a single error."""

    def test_without_the_order_the_file_is_refused_and_the_setting_named(self, deals: Rows, tmp_path: Path) -> None:
        content = text(with_dates(deals, "%d-%m-%y"))
        (result,) = Loader(tmp_path).load({"d.csv": content}, sources=documented())
        assert result.status == "refused"
        assert result.problem is not None
        assert "can be read in 2 ways (ymd or dmy)" in result.problem
        assert 'Set [sources.maven_deals.formats.created_at] with date_order = "ymd" or "dmy"' in result.problem

    def test_with_the_order_the_rows_are_the_same(
        self, deals: Rows, expected: list[tuple[Any, ...]], tmp_path: Path
    ) -> None:
        sources = documented()
        sources["maven_deals"]["formats"] = {"date_order": "dmy"}
        content = text(with_dates(deals, "%d-%m-%y")).encode()
        assert loaded(Loader(tmp_path), content, "d.csv", sources) == expected

"""What rows look like in each form, and that no text of the data is run by whoever opens it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date

import polars as pl
import pytest
from duckdb import DuckDBPyConnection

from jobs.analyst import files
from jobs.analyst.answer import answer
from jobs.analyst.question import Question
from jobs.errors import BatnaError
from jobs.output import ROWS_MEASURED, Result, as_text, width
from tests.analyst.conftest import LIMITS, Ask

MIXED = (
    "select 1::bigint as whole, 2.50::decimal(9, 2) as money, 'ä|b' as words, null as nothing, "
    "date '2026-11-15' as day, timestamp '2026-11-15 10:00:00' as moment, true as flag, [1, 2] as list, "
    "'nan'::double as odd"
)


def test_json_is_a_list_of_objects(ask: Ask) -> None:
    text = ask(MIXED, "json")
    assert json.loads(text) == [
        {
            "whole": 1, "money": 2.5, "words": "ä|b", "nothing": None, "day": "2026-11-15",
            "moment": "2026-11-15T10:00:00", "flag": True, "list": [1, 2], "odd": None,
        }
    ]  # fmt: skip
    assert '"money": 2.50,' in text, "all digits of a decimal are kept"
    assert json.loads(ask("select 1 where false", "json")) == []


def test_csv_is_rfc_4180(ask: Ask) -> None:
    rows = list(csv.reader(io.StringIO(ask(MIXED, "csv"))))
    assert rows[0][:3] == ["whole", "money", "words"]
    assert rows[1] == ["1", "2.50", "ä|b", "", "2026-11-15", "2026-11-15T10:00:00", "true", "[1, 2]", "nan"]


def test_a_table_is_for_people(ask: Ask) -> None:
    text = ask("select 'a' as k, 1.5::decimal(5, 1) as v union all select '成交', 10 order by v")
    assert text == "k     v\n----  ----\na      1.5\n成交  10.0\n(2 rows)\n"


@pytest.mark.parametrize("room", [None, 10])
def test_a_row_that_fits_the_terminal_stands_in_one_line(room: int | None) -> None:
    text = as_text(Result(("k", "value"), iter([("abc", 1)])), "table", room)
    assert text == "k    value\n---  -----\nabc      1\n(1 row)\n"


def test_on_a_terminal_that_is_too_narrow_columns_stand_below_one_another() -> None:
    rows = iter([("a", "one two three"), ("b", None)])
    assert as_text(Result(("k", "words"), rows), "table", 15) == (
        "k      a\nwords  one two\n       three\n\nk      b\nwords  NULL\n\n(2 rows)\n"
    )


@pytest.mark.parametrize(("text", "cells"), [("abc", 3), ("成交", 4), ("e\u0301", 1), ("a\u200bb", 2), ("é", 1)])
def test_letters_take_the_cells_that_a_terminal_gives_them(text: str, cells: int) -> None:
    assert width(text) == cells


def test_a_table_of_many_rows_is_not_waited_for(ask: Ask) -> None:
    """Columns are as wide as the first rows need; what is longer further down moves its own line alone."""
    lines = ask(
        f"select case when range < {ROWS_MEASURED} then 'a' else 'long' end as k, range as v from range({ROWS_MEASURED + 1})"
    ).splitlines()
    assert lines[2] == "a    0"
    assert lines[-2] == f"long  {ROWS_MEASURED}"
    assert lines[-1] == f"({ROWS_MEASURED + 1:,} rows)"


def test_markdown_is_a_table_of_a_document(ask: Ask) -> None:
    assert ask("select 'a|b' as k, null as v, e'x\\ny' as w", "markdown") == (
        "| k | v | w |\n| --- | --- | --- |\n| a\\|b | NULL | x y |\n"
    )


def test_a_terminal_obeys_nothing_of_the_data(ask: Ask) -> None:
    text = ask("select chr(27) || '[2J' || chr(10) || chr(7) || chr(8238) as v")
    assert text.splitlines()[2] == "\\x1b[2J\\n\\x07\\u202e"


FORMULAS = ("=1+1", "+1+1", "-1+1", "@sum(a1)", "\t=1", "\r=1", "\n=1", "＝1", "=cmd|'/c calc'!a0", "-a")
NUMBERS = ("-5", "+49", "-1.234,50", "12", "", "a=1", "'a", "+")


@pytest.mark.parametrize("text", FORMULAS)
def test_csv_has_an_apostrophe_before_what_a_spreadsheet_would_run(ask: Ask, text: str) -> None:
    [header, row] = csv.reader(io.StringIO(ask('select $v as "=v"', "csv", v=text), newline=""))
    assert (header, row) == (["'=v"], ["'" + text])


@pytest.mark.parametrize("text", NUMBERS)
def test_csv_leaves_other_text_as_it_is(ask: Ask, text: str) -> None:
    assert list(csv.reader(io.StringIO(ask("select $v as v, -5 as n", "csv", v=text), newline="")))[1] == [text, "-5"]


def test_in_json_two_columns_of_one_name_are_told_apart(ask: Ask) -> None:
    assert json.loads(ask("select 1 as a, 2 as a, 3 as a_2, 4 as a", "json")) == [
        {"a": 1, "a_3": 2, "a_2": 3, "a_4": 4}
    ]


def test_what_is_no_finite_number_is_a_word_in_csv_and_null_in_json(ask: Ask) -> None:
    sql = "select 'inf'::double as a, '-inf'::double as b, 'nan'::double as c"
    assert ask(sql, "csv").splitlines()[1] == "inf,-inf,nan"
    assert json.loads(ask(sql, "json")) == [{"a": None, "b": None, "c": None}]


class TestXlsx:
    def sheet(self, connection: DuckDBPyConnection, sql: str) -> tuple[pl.DataFrame, str]:
        """What a spreadsheet reads, and the source of the sheet."""
        out = io.BytesIO()
        answer(connection, Question(sql, "xlsx"), LIMITS, out)
        with zipfile.ZipFile(out) as book:
            return pl.read_excel(out, infer_schema_length=None), book.read("xl/worksheets/sheet1.xml").decode()

    def test_text_is_no_formula_no_link_and_no_number(self, connection: DuckDBPyConnection) -> None:
        texts = (*FORMULAS, "http://example.com", "007")
        sql = " union all ".join(
            f"select '{each.replace(chr(39), 2 * chr(39))}' as \"=v\", {n} as n" for n, each in enumerate(texts)
        )
        frame, source = self.sheet(connection, f'select "=v" from ({sql}) order by n')
        assert [each.strip("\r\n\t") for each in frame["=v"]] == [each.strip("\r\n\t") for each in texts]
        assert "<f>" not in source
        assert "hyperlink" not in source

    def test_numbers_and_dates_are_numbers_and_dates(self, connection: DuckDBPyConnection) -> None:
        frame, _ = self.sheet(
            connection,
            "select -5 as n, 2.5::decimal(9, 2) as d, date '2026-11-15' as day, true as b, null as x, 1e10 as f",
        )
        assert frame.row(0)[:2] == (-5, 2.5)
        assert frame["day"][0] in (date(2026, 11, 15),)
        assert frame["b"][0] is True

    def test_what_a_sheet_would_round_or_cannot_hold_is_text(self, connection: DuckDBPyConnection) -> None:
        sql = "select 12345678901234567890::hugeint as id, 'inf'::double as a, 'nan'::double as b, [1, 2] as list, date '0001-02-03' as old"
        assert self.sheet(connection, sql)[0].row(0) == ("12345678901234567890", "inf", "nan", "[1, 2]", "0001-02-03")

    @pytest.mark.parametrize(
        ("rows", "message"),
        [
            ({"v": ["x" * 40_000]}, "the result has a text of 40,000 letters, and a worksheet holds 32,767 in a cell"),
            ({f"c{n}": [1] for n in range(16_385)}, "the result has 16,385 columns, and a worksheet holds 16,384"),
        ],
    )
    def test_what_is_too_large_for_a_sheet_is_refused(self, rows: dict[str, list[object]], message: str) -> None:
        with pytest.raises(BatnaError, match=message):
            files.write_xlsx(Result(list(rows), iter([[column[0] for column in rows.values()]])), io.BytesIO())

    def test_too_many_rows_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files, "MOST_ROWS", 2)
        with pytest.raises(BatnaError, match="more than 2 rows, and a worksheet holds 2"):
            files.write_xlsx(Result(["v"], iter([[1], [2], [3]])), io.BytesIO())


KINDS = (
    "now()", "interval 3 day", "uuid()", "{'a': 1}", "map(['a'], [1])", "union_value(k := 1)", "'101'::bit", "time '10:00'",
    "1e30::hugeint", "'a'::enum('a', 'b')", "'infinity'::date", "'-infinity'::timestamp", "date '20000-01-01'",
    "timestamp '294000-01-01'", "'x'::blob", "[1, null]", "timestamp_ns '2026-01-01 00:00:00.123456789'", "null",
    """'{"a": 1}'::json""", "date '-0044-01-01'", "123456789012345678901234567890::bignum", "row(1, 2)",
)  # fmt: skip


@pytest.mark.parametrize("form", ["table", "csv", "json", "markdown", "xlsx"])
def test_every_type_of_the_engine_can_be_told(connection: DuckDBPyConnection, form: str) -> None:
    for kind in KINDS:
        assert answer(connection, Question(f"select {kind} as v", form), LIMITS, io.BytesIO()) == 1, kind


@pytest.mark.parametrize("kind", ["interval 3 day", "union_value(k := 1)"])
def test_a_type_that_parquet_has_not_is_told(connection: DuckDBPyConnection, kind: str) -> None:
    with pytest.raises(BatnaError, match=r"--format parquet: .* Cast that column"):
        answer(connection, Question(f"select {kind} as v", "parquet"), LIMITS, io.BytesIO())


def test_parquet_keeps_types_and_many_batches(connection: DuckDBPyConnection) -> None:
    out = io.BytesIO()
    sql = "select range as n, (range / 4)::decimal(9, 2) as d, date '2026-11-15' as day from range(300000)"
    assert answer(connection, Question(sql, "parquet"), LIMITS, out) == 300_000
    frame = pl.read_parquet(io.BytesIO(out.getvalue()))
    assert frame.schema == {"n": pl.Int64(), "d": pl.Decimal(9, 2), "day": pl.Date()}
    assert frame["n"].sum() == 300_000 * 299_999 // 2

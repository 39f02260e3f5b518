"""Formats beside CSV: Excel, Parquet, JSON lines, and what is packed."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, ClassVar

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from jobs.load.unpack import Limits
from tests.load.loading import Loader, deals, many

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
SAME: list[tuple[str, str, bytes]] = [
    ("Excel", "deals.xlsx", DEALS),
    ("Excel of an old Macintosh, counting days from 1904", "deals.xlsx", workbook({"Deals": [HEADER, ROW, OTHER]}, date_1904=True)),
    ("a header under a title and blank rows", "deals.xlsx", workbook({"R": [["Deals of the week"], ["as of", "today"], [], HEADER, ROW, OTHER]})),
    ("a blank first column, as formatted reports have it", "deals.xlsx", workbook({"R": [[], ["", *HEADER], ["", *ROW], ["", *OTHER]]})),
    ("packed Excel", "deals.xlsx.gz", gzip.compress(DEALS)),
    ("Excel in an archive, under a name that tells nothing", "export.zip", archive({"a/deals.xlsx": DEALS})),
    ("Parquet", "deals.parquet", parquet()),
    ("packed Parquet", "deals.parquet.gz", gzip.compress(parquet())),
    ("JSON lines", "deals.jsonl", json_lines().encode()),
    ("JSON lines in UTF-16", "deals.jsonl", json_lines().encode("utf-16")),
    ("packed JSON lines", "deals.jsonl.gz", gzip.compress(json_lines().encode())),
    ("a list of JSON objects", "deals.json", json.dumps([json.loads(line) for line in json_lines().splitlines()], indent=1).encode()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content"), [case[1:] for case in SAME], ids=[case[0] for case in SAME])
def test_the_same_deals_in_every_format(name: str, content: bytes, loader: Loader) -> None:
    result = loader.one(content, name)
    assert (result.problem, result.rows_in, result.rows_loaded) == (None, 2, 2)
    columns = ", ".join(HEADER).replace("amount", "amount::varchar").replace("probability", "probability::varchar")
    rows = loader.rows(f"select {columns} from raw.opportunities order by 1")
    assert [row for row in rows if row[4] != datetime(2026, 1, 3, 23, 59, 59, 999999)] == READ


class TestExcel:
    def test_a_column_of_midnights_is_one_of_days(self, loader: Loader) -> None:
        rows = [["opportunity_id", "rep_id", "stage", "created_at"], ["O1", "r", "P", date(2026, 1, 2)]]
        assert loader.one(workbook({"Deals": rows}), "d.xlsx").rows_loaded == 1
        assert loader.values("select created_at from raw.opportunities") == [datetime(2026, 1, 2, 23, 59, 59, 999999)]

    def test_each_sheet_that_a_profile_reads_is_a_file_and_others_are_named_and_left(self, loader: Loader) -> None:
        reps = [["rep_id", "rep_name"], ["r1", "Ann"], ["r2", "Bob"]]
        book = workbook({"Deals": [HEADER, ROW, OTHER], "Team": reps, "Notes": [["remember", "this"]], "Empty": []})
        results = loader.load({"week.xlsx": book})
        assert [(r.file_name, r.entity, r.rows_loaded) for r in results] == [
            ("week.xlsx/Deals", "opportunities", 2),
            ("week.xlsx/Team", "reps", 2),
        ]
        assert "left as they are, since no profile reads them: Notes" in results[0].notes
        assert loader.values("select file_name from ops.files order by 1") == ["week.xlsx/Deals", "week.xlsx/Team"]
        again = loader.load({"week.xlsx": book})
        assert [r.status for r in again] == ["unchanged", "unchanged"]

    def test_ids_that_excel_has_cut_are_refused_and_long_ids_kept_as_text_are_not(self, loader: Loader) -> None:
        rows = [[f"O{i}", "r", "P", date(2026, 1, 2), "A"] for i in range(8)]
        rows += [["4876876000000311123", "r", "P", date(2026, 1, 2), "A"], [4876876000000311123, "r", "P", date(2026, 1, 2), "A"]]  # fmt: skip
        header = ["opportunity_id", "rep_id", "stage", "created_at", "account_id"]
        result = loader.one(workbook({"Deals": [header, *rows]}), "d.xlsx")
        assert (result.rows_loaded, result.rows_refused) == (9, 1)
        (reason,) = loader.values("select reason from ops.rejects")
        assert "cut short by a spreadsheet" in reason
        assert loader.values("select value from ops.rejects") == ["4.87688E+18"]
        assert "4876876000000311123" in loader.values("select opportunity_id from raw.opportunities")

    def test_ids_that_are_whole_numbers_have_no_point(self, loader: Loader) -> None:
        rows = [["opportunity_id", "rep_id", "stage", "created_at"], [12345678901, 7, "P", date(2026, 1, 2)]]
        loader.one(workbook({"Deals": rows}), "d.xlsx")
        assert loader.rows("select opportunity_id, rep_id from raw.opportunities") == [("12345678901", "7")]

    def test_a_formula_that_failed_is_refused_and_n_a_is_empty(self, loader: Loader) -> None:
        rows: list[list[Any]] = [["opportunity_id", "rep_id", "stage", "created_at", "amount"]]
        rows += [[f"O{i}", "r", "P", date(2026, 1, 2), i] for i in range(8)]
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
            sheet = book.add_worksheet()
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    sheet.write(y, x, cell.isoformat() if isinstance(cell, date) else cell)
            sheet.write_formula(1, 4, "=1/0", None, "#DIV/0!")
            sheet.write_formula(2, 4, "=NA()", None, "#N/A")
        assert loader.one(stream.getvalue(), "d.xlsx").rows_refused == 1
        assert loader.rows("select record_number, value from ops.rejects") == [(2, "#DIV/0!")]
        assert loader.values("select amount from raw.opportunities where opportunity_id = 'O1'") == [None]

    def test_refused_rows_of_a_sheet_come_back_as_text(self, loader: Loader) -> None:
        bad = ("O3", "r1", None, 1, datetime(2026, 1, 2, 10, 30), date(2026, 12, 1), 0.5, False)
        result = loader.one(workbook({"Deals": [["title"], HEADER, ROW, OTHER, bad]}), "d.xlsx", max_reject_share=0.5)
        assert result.rejects_path is not None
        assert result.rejects_path.name == "d.xlsx-Deals.csv"
        assert result.rejects_path.read_text().splitlines()[1] == (
            "O3,r1,,1,2026-01-02 10:30:00,2026-12-01,0.5,false,d.xlsx/Deals,4,stage,,stage is empty"
        )

    def test_a_workbook_that_no_profile_reads(self, loader: Loader) -> None:
        result = loader.one(workbook({"A": [["x", "y"], [1, 2]], "B": [["z", "w"]]}), "d.xlsx")
        assert result.problem is not None
        assert "no profile fits any of the 2 tables in it (A: no profile fits its header (x, y)" in result.problem

    def test_a_sheet_that_lacks_a_column_is_refused_and_the_others_load(self, loader: Loader) -> None:
        book = workbook({"Deals": [HEADER[1:], ROW[1:]], "Team": [["rep_id", "rep_name"], ["r1", "Ann"]]})
        results = {r.file_name: r.status for r in loader.load({"w.xlsx": book})}
        assert results == {"w.xlsx/Deals": "refused", "w.xlsx/Team": "loaded"}

    def test_a_truncated_workbook(self, loader: Loader) -> None:
        problem = loader.one(DEALS[:2000], "d.xlsx").problem
        assert problem is not None
        assert problem.startswith("d.xlsx: it is a truncated or damaged archive or workbook")


class TestParquet:
    def one(self, table: pa.Table, loader: Loader) -> Any:
        stream = io.BytesIO()
        pq.write_table(table, stream)
        return loader.one(stream.getvalue(), "d.parquet")

    def table(self, **more: Any) -> pa.Table:
        return pa.table({"opportunity_id": ["O1"], "rep_id": ["r"], "stage": ["P"], "created_at": [date(2026, 1, 2)], **more})  # fmt: skip

    @pytest.mark.parametrize(
        ("column", "array", "value"),
        [
            ("amount", pa.array([None], pa.float64()), None),
            ("amount", pa.array([float("nan")]), None),
            ("amount", pa.array([12345678901234], pa.int64()), 12345678901234),
            ("account_id", pa.array([12345678901.0]), "12345678901"),
            ("created_at", pa.array([datetime(2026, 1, 2, 10)], pa.timestamp("us", "Europe/Berlin")), datetime(2026, 1, 2, 10)),
            ("is_won", pa.array([True]), True),
            ("next_step", pa.array(["-"]), None),
        ],
    )  # fmt: skip
    def test_typed_cells(self, column: str, array: pa.Array, value: Any, loader: Loader) -> None:
        table = self.table()
        table = table.drop_columns([column]) if column in table.column_names else table
        assert self.one(table.append_column(column, array), loader).rows_loaded == 1
        assert loader.values(f"select {column} from raw.opportunities") == [value]

    def test_a_damaged_page_is_told(self, loader: Loader) -> None:
        raw = parquet()
        broken = raw[:40] + bytes(60) + raw[100:]
        problem = loader.one(broken, "d.parquet").problem
        assert problem is not None
        assert problem.startswith("d.parquet: it is a truncated or damaged Parquet file")

    def test_nested_columns_are_named_and_not_read(self, loader: Loader) -> None:
        result = self.one(self.table(tags=[["a"]], raw=[b"\0"], more=[{"x": 1}]), loader)
        assert result.rows_loaded == 1
        assert "the column 'tags' holds lists and is not read" in result.notes
        assert sum("nested or binary" in note for note in result.notes) == 2

    def test_a_number_too_long_for_an_id_is_refused(self, loader: Loader) -> None:
        result = loader.one(deals("4.876876E+18,r,P,1,2026-01-01,", *many(8)))
        assert (result.rows_loaded, result.rows_refused) == (8, 1)


class TestJson:
    GOOD: ClassVar = {"opportunity_id": "O1", "rep_id": "r", "stage": "P", "created_at": "2026-01-02"}

    def test_digits_stay_as_they_are_written(self, loader: Loader) -> None:
        text = json_lines([self.GOOD]).replace('"O1"', "12345678901234567890").replace("}", ', "amount": 1.10}')
        assert loader.one(text, "d.jsonl").rows_loaded == 1
        assert loader.values("select opportunity_id || ' ' || amount from raw.opportunities") == [
            "12345678901234567890 1.1000"
        ]

    def test_objects_in_objects_have_names_with_a_point(self, loader: Loader) -> None:
        nested = {"id": 1, "properties": {"rep_id": "r", "dealstage": "P", "createdate": "2026-01-02"}, "tags": ["a"]}
        columns = {"opportunity_id": "id", "rep_id": "properties.rep_id", "stage": "properties.dealstage", "created_at": "properties.createdate", "next_step": "tags"}  # fmt: skip
        sources = {"api": {"entity": "opportunities", "columns": columns}}
        assert loader.one(json_lines([nested]), "d.jsonl", sources=sources).rows_loaded == 1
        assert loader.rows("select stage, next_step from raw.opportunities") == [("P", '["a"]')]

    def test_records_may_have_different_names_in_any_order(self, loader: Loader) -> None:
        second = {"amount": 5, "created_at": "2026-01-02", "stage": "P", "opportunity_id": "O2", "rep_id": None}
        assert loader.one(json_lines([self.GOOD, second]), "d.jsonl").rows_loaded == 2
        assert loader.rows("select rep_id, amount from raw.opportunities order by opportunity_id")[1][0] is None

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ('{"opportunity_id": "X", "opportunity_id": "Y"}', "has the name 'opportunity_id' twice"),
            ('{"a.b": 1, "a": {"b": 2}}', "has the name 'a.b' twice"),
            ('{"opportunity_id": ', "is no JSON object"),
            ("[1, 2]", "is no JSON object"),
            ("[" * 100_000, "is no JSON object"),
        ],
    )
    def test_a_record_that_is_damaged_is_refused_alone(self, line: str, reason: str, loader: Loader) -> None:
        good = [json_lines([{**self.GOOD, "opportunity_id": f"O{i}"}]) for i in range(6)]
        result = loader.one("".join([*good[:2], line + "\n", "\n", *good[2:]]), "d.jsonl")
        assert (result.rows_in, result.rows_loaded, result.rows_refused) == (7, 6, 1)
        assert loader.rows("select record_number, reason from ops.rejects") == [(4, reason)]
        assert loader.values("select record_number from raw.opportunities order by 1") == [2, 3, 5, 6, 7, 8]
        assert result.rejects_path is not None
        assert result.rejects_path.name == "d.csv"

    @pytest.mark.parametrize("text", ['{"a": 1}\n{"a": ', '[{"a": 1}, {"a": ', "[]", '[{"a": 1}'])
    def test_a_file_that_breaks_off(self, text: str, loader: Loader) -> None:
        result = loader.one(text, "d.json")
        assert result.status == "refused"
        assert result.problem is not None
        assert "truncated" in result.problem or "no header" in result.problem


class TestArchives:
    DEALS, REPS = deals(*many(3)), "rep_id,rep_name\nr1,Ann\n"

    def test_every_member_that_a_profile_reads_is_loaded_and_the_others_are_named(self, loader: Loader) -> None:
        members = {"Data/Deals.csv": self.DEALS, "Reps.csv.gz": gzip.compress(self.REPS.encode()), "Case.csv": "a,b\n1,2\n", "contract.pdf": "%PDF", "__MACOSX/._Reps.csv": b"\0", "dir/": ""}  # fmt: skip
        results = loader.load({"WE_2026-11-15.zip": archive(members)})
        assert [(r.file_name, r.entity, r.rows_loaded) for r in results] == [
            ("WE_2026-11-15.zip/Data/Deals.csv", "opportunities", 3),
            ("WE_2026-11-15.zip/Reps.csv.gz", "reps", 1),
        ]
        assert results[0].notes == ("left as they are, since no profile reads them: Case.csv, contract.pdf",)

    def test_a_refused_member_leaves_the_others_and_has_refused_rows_of_its_own(self, loader: Loader) -> None:
        bad = deals(*many(5), "X,r1,,1,2026-01-01,")
        results = loader.load({"e.zip": archive({"a.csv": bad, "b.csv": self.REPS, "c.csv": b"", "d.csv": bad.replace("O", "P").replace("X", "Y")})})  # fmt: skip
        told = [(r.file_name, r.status, r.rejects_path.name if r.rejects_path else None) for r in results]
        assert told == [
            ("e.zip/c.csv", "refused", None),
            ("e.zip/a.csv", "loaded", "e.zip-a.csv"),
            ("e.zip/d.csv", "loaded", "e.zip-d.csv"),
            ("e.zip/b.csv", "loaded", None),
        ]

    def test_members_of_one_name_are_told_apart(self, loader: Loader) -> None:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as packed:
            packed.writestr("d.csv", self.DEALS)
            with pytest.warns(UserWarning, match="Duplicate name"):
                packed.writestr("d.csv", deals(*many(2, start=50)))
        names = [r.file_name for r in loader.load({"e.zip": stream.getvalue()})]
        assert names == ["e.zip/d.csv", "e.zip/d.csv (2)"]

    @pytest.mark.parametrize(
        ("name", "fault"),
        [
            ("../Deals.csv", "a path that leaves its folder (../Deals.csv)"),
            ("a/../../Deals.csv", "a path that leaves its folder"),
            ("/etc/Deals.csv", "a path that leaves its folder"),
            ("C:\\Deals.csv", "a path that leaves its folder"),
            ("..\\Deals.csv", "a path that leaves its folder"),
        ],
    )
    def test_paths_that_leave_the_folder(self, name: str, fault: str, loader: Loader) -> None:
        problem = loader.one(archive({name: self.DEALS}), "e.zip").problem
        assert problem is not None
        assert fault in problem

    def test_links_are_refused(self, loader: Loader) -> None:
        info = zipfile.ZipInfo("Deals.csv")
        info.external_attr = 0o120777 << 16
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as packed:
            packed.writestr(info, "/etc/passwd")
        problem = loader.one(stream.getvalue(), "e.zip").problem
        assert problem is not None
        assert "it holds a link (Deals.csv)" in problem

    def test_names_are_shown_whatever_their_writing(self, loader: Loader) -> None:
        raw = archive({"dir\\D\N{LATIN SMALL LETTER E WITH ACUTE}als.csv": self.DEALS})
        unmarked = raw.replace((0x800).to_bytes(2, "little"), b"\0\0")
        assert [r.file_name for r in loader.load({"e.zip": unmarked})] == ["e.zip/dir/D\N{LATIN SMALL LETTER E WITH ACUTE}als.csv"]  # fmt: skip

    BROKEN: ClassVar[list[tuple[str, Callable[[bytes], bytes], str]]] = [
        ("cut off", lambda raw: raw[:-30], "truncated or damaged archive"),
        ("a byte changed", lambda raw: raw.replace(b"Proposal", b"Proposed", 1), "truncated"),
        ("locked", lambda raw: b"PK\x03\x04\x14\0\x01" + raw[7:].replace(b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\x01"), "locked with a password"),
    ]  # fmt: skip

    @pytest.mark.parametrize(("broken", "fault"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
    def test_an_archive_that_cannot_be_unpacked(
        self, broken: Callable[[bytes], bytes], fault: str, loader: Loader
    ) -> None:
        whole = archive({"Deals.csv": self.DEALS}, zipfile.ZIP_STORED)
        problem = loader.one(broken(whole), "e.zip").problem
        assert problem is not None
        assert problem.startswith("e.zip: ")
        assert fault in problem

    def test_an_archive_in_an_archive(self, loader: Loader) -> None:
        inner = archive({"Deals.csv": self.DEALS})
        results = loader.load({"e.zip": archive({"in.zip": inner, "Deals.csv": self.DEALS})})
        assert [(r.file_name, r.status) for r in results] == [("e.zip/in.zip", "refused"), ("e.zip/Deals.csv", "loaded")]  # fmt: skip
        assert "an archive inside an archive" in str(results[0].problem)

    @pytest.mark.parametrize(
        ("name", "pack"),
        [
            ("e.zip", lambda text: archive({"Deals.csv": text})),
            ("e.csv.gz", lambda text: gzip.compress(text.encode())),
            ("e.parquet.gz", lambda text: gzip.compress(parquet() + bytes(len(text)))),
        ],
    )
    @pytest.mark.parametrize(
        ("limits", "setting"),
        [(Limits(max_bytes=1_000_000), "load.max_unpacked_bytes"), (Limits(max_ratio=20), "load.max_unpacked_ratio")],
    )
    def test_bombs_are_refused_with_the_setting(
        self, name: str, pack: Callable[[str], bytes], limits: Limits, setting: str, loader: Loader, monkeypatch: pytest.MonkeyPatch
    ) -> None:  # fmt: skip
        monkeypatch.setattr("jobs.load.unpack._FREE_BYTES", 100_000)
        problem = loader.one(pack(deals() + "a" * 3_000_000), name, limits=limits).problem
        assert problem is not None
        assert setting in problem

    def test_what_an_archive_holds_must_be_records(self, loader: Loader) -> None:
        problem = loader.one(archive({"a.pdf": "x", "b.png": "y"}), "e.zip").problem
        assert problem is not None
        assert "it holds no file of records (a.pdf, b.png)" in problem

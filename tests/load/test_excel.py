"""Workbooks: sheets, cells and what a spreadsheet has done to them."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import xlsxwriter

from tests.load.loading import Loader
from tests.load.made_files import DEALS, HEADER, OTHER, ROW, workbook


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

"""Parquet: typed cells, nested columns and damage."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.load.loading import Loader, deals, many
from tests.load.made_files import parquet


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

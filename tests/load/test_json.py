"""JSON lines and lists of JSON objects."""

from __future__ import annotations

from typing import ClassVar

import pytest

from tests.load.loading import Loader
from tests.load.made_files import json_lines


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

"""Formats beside CSV: the same deals in every one of them."""

from __future__ import annotations

import gzip
import json
from datetime import datetime

import pytest

from tests.load.loading import Loader
from tests.load.made_files import DEALS, HEADER, OTHER, READ, ROW, archive, json_lines, parquet, workbook

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

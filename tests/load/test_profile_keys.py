"""Keys of the profile dialect that need files of their own: lines below the records, GUIDs, inverted rates, snake_case."""

from __future__ import annotations

import tomllib
from decimal import Decimal

import pytest

from jobs.load.header import snake_case
from tests.load.loading import Loader

REPORT = tomllib.loads("""
[report]
extends = "generic"
entity = "reps"
footer = ["Totals?( \\\\d+)?", "Copyright .*"]
""")
HEAD, ROWS = "rep_id,rep_name,team\n", "r1,Ann,North\nr2,Bob,South\n"

# title, lines below two records, records in the file, refused
FOOTERS = [
    ("none", "", 2, 0),
    ("a total", "Total 2\n", 2, 0),
    ("a total, quoted and filled up by a spreadsheet", '"Total 2",,\n,,\n', 2, 0),
    ("without a last line end", "\nCopyright (c) 2025", 2, 0),
    ("a title after a blank line", "\nReps of today\nCopyright (c) 2025\n\n", 2, 0),
    ("a title between lines that are known", "Total 2\nReps of today\nAnn's team\nCopyright (c) 2025\n", 2, 0),
    ("a record that breaks off is none", "r3\n\nCopyright (c) 2025\n", 3, 1),
    ("lines of which none is known are records", "\nReps of today\n", 3, 1),
    ("more unknown lines than a footer has are records", "\n" + "a\nb\nc\nd\n" + "Total 2\n", 7, 5),
    ("a total among the records is a record", "Total 2\nr3,Cid,North\n", 4, 1),
]


@pytest.mark.parametrize(("below", "count", "refused"), [c[1:] for c in FOOTERS], ids=[c[0] for c in FOOTERS])
def test_lines_below_the_records(below: str, count: int, refused: int, loader: Loader) -> None:
    result = loader.one(HEAD + ROWS + below, sources=REPORT, max_reject_share=1.0)
    assert (result.problem, result.rows_in, result.rows_refused) == (None, count, refused)


def test_a_line_of_a_text_over_several_lines_is_no_footer(loader: Loader) -> None:
    assert loader.one(HEAD + 'r1,Ann,"North\nTotal\n"\n', sources=REPORT).rows_loaded == 1
    assert loader.values("select team from raw.reps") == ["North\nTotal\n"]


def test_guids_lose_their_braces_and_capitals(loader: Loader) -> None:
    sources = tomllib.loads('[mine]\nextends = "generic"\nentity = "reps"\nguids = ["rep_id"]\n')
    text = "rep_id,rep_name\n{8DA6-0A},Ann\n8da6-0b,Bob\n"
    assert loader.one(text, sources=sources).rows_loaded == 2
    assert loader.values("select rep_id from raw.reps order by 1") == ["8da6-0a", "8da6-0b"]


def test_a_rate_the_other_way_round(loader: Loader) -> None:
    sources = tomllib.loads(
        '[mine]\nextends = "generic"\nentity = "fx_rates"\nformats = { rate_to_reporting = { invert = true } }\n'
    )
    text = "currency,valid_from,rate_to_reporting\nEUR,2026-01-01,0.8\nJPY,2026-01-01,160\nXXX,2026-01-01,0\n"
    result = loader.one(text, sources=sources, max_reject_share=0.5)
    assert (result.rows_loaded, result.rows_refused) == (2, 1)
    rates = loader.values("select rate_to_reporting from raw.fx_rates order by currency")
    assert rates == [Decimal("1.25"), Decimal("0.00625")]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("StageName", "stage_name"), ("CurrencyIsoCode", "currency_iso_code"), ("Loss_Reason__c", "loss_reason_c"),
        ("Id", "id"), ("IsWon", "is_won"), ("LossReason__c", "loss_reason_c"), ("WhatId", "what_id"),
    ],
)  # fmt: skip
def test_a_name_as_a_warehouse_sync_writes_it(name: str, written: str) -> None:
    assert snake_case(name) == written

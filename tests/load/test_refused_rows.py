"""Refused rows: what is written for whoever mends them, and how they are settled (docs/exports.md, Refused rows)."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from jobs.load import FileResult
from tests.load.loading import ARRIVAL, WEEK, Loader, deals, many

BAD = "O9,r1,,1.5,2026-01-01,2026-12-01"
GOOD = "O9,r1,Proposal,1.5,2026-01-01,2026-12-01"
CHANGES = "opportunity_id,changed_at,field,new_value\n"


def written(result: FileResult) -> list[dict[str, str]]:
    assert result.rejects_path is not None
    with result.rejects_path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def mended(result: FileResult, **cells: str) -> str:
    """The file of refused rows with these cells put right in every row."""
    rows = [row | cells for row in written(result)]
    lines = [",".join(rows[0]), *(",".join(f'"{cell}"' for cell in row.values()) for row in rows)]
    return "\n".join(lines) + "\n"


def still_open(loader: Loader) -> list[tuple[str, int]]:
    query = "select distinct file_name, record_number from ops.rejects where cleared_file_number is null order by 1, 2"
    return [(row[0], row[1]) for row in loader.rows(query)]


def test_each_refused_row_says_where_it_stood_and_why(loader: Loader) -> None:
    sources = {"mine": {"extends": "generic", "entity": "opportunities", "columns": {"amount": "Price"}}}
    header = deals().strip().replace("amount", "Price")
    text = deals(*many(9), "O9,r1,,x,2026-01-01,2026-12-01", header=header)
    (row,) = written(loader.one(text, "week.csv", sources=sources))
    assert (row["_file"], row["_record"]) == ("week.csv", "11")
    assert (row["_column"], row["_value"]) == ("Price; stage", "x; ")
    assert row["_reason"] == "Price: 'x' is no number that fits; stage is empty"


def test_mended_rows_load_and_settle_what_was_refused(loader: Loader) -> None:
    refused = loader.one(deals(*many(9), BAD))
    assert still_open(loader) == [("file.csv", 11)]
    fixed = loader.one(mended(refused, stage="Proposal"), arrived_at=ARRIVAL + WEEK)
    assert (fixed.rows_in, fixed.rows_loaded, fixed.rows_refused, fixed.rows_gone) == (1, 1, 0, 0)
    assert (fixed.settled_count, fixed.rejects_path, fixed.notes) == (1, None, ())
    assert still_open(loader) == []
    assert loader.values("select stage from raw.opportunities where opportunity_id = 'O9'") == ["Proposal"]


def test_the_key_itself_may_be_mended(loader: Loader) -> None:
    refused = loader.one(deals(*many(9), ",r1,Proposal,1.5,2026-01-01,"))
    loader.one(mended(refused, opportunity_id="O99"), arrived_at=ARRIVAL + WEEK)
    assert still_open(loader) == []
    assert "O99" in loader.values("select opportunity_id from raw.opportunities")


def test_what_is_still_bad_comes_back_and_counts_once(loader: Loader) -> None:
    first = loader.one(deals(*many(9), BAD, BAD.replace("O9", "O10").replace(",,", ",P,").replace("1.5", "x")))
    again = loader.one(mended(first, stage="Proposal"), "mended.csv", arrived_at=ARRIVAL + WEEK)
    assert (again.rows_loaded, again.rows_refused) == (1, 1)
    (row,) = written(again)
    assert (row["opportunity_id"], row["amount"], row["_file"], row["_record"]) == ("O10", "x", "mended.csv", "3")
    assert still_open(loader) == [("mended.csv", 3)]
    unmended = loader.one(mended(again), "mended.csv", arrived_at=ARRIVAL + 2 * WEEK)
    assert (unmended.status, unmended.rows_refused, len(written(unmended))) == ("loaded", 1, 1)
    assert len(still_open(loader)) == 1


def test_the_columns_that_say_what_is_wrong_are_no_slips(loader: Loader) -> None:
    refused = loader.one(CHANGES + "O1,2026-03-01,amount,5\n" * 9 + "O2,soon,amount,7\n")
    assert loader.one(mended(refused, changed_at="2026-03-02"), arrived_at=ARRIVAL + WEEK).notes == ()


def test_a_part_of_the_rows_may_be_mended_first(loader: Loader) -> None:
    first = loader.one(deals(*many(9), BAD, BAD.replace("O9", "O10")))
    assert first.rejects_path is not None
    half = "\n".join(mended(first, stage="Proposal").splitlines()[:2]) + "\n"
    loader.one(half, arrived_at=ARRIVAL + WEEK)
    assert still_open(loader) == [("file.csv", 12)]


# title, the file that holds the bad row, the next export of it, what is open then
NEXT: list[tuple[str, str, str, Sequence[tuple[str, int]]]] = [
    ("the next full export has it right", deals(*many(9), BAD), deals(*many(9), GOOD), []),
    ("it is refused again: once, where it stands now", deals(*many(9), BAD), deals(BAD, *many(9)), [("two.csv", 2)]),
    ("the next full export has it no more", deals(*many(9), BAD), deals(*many(9), "O20,r1,P,1,2026-05-01,"), []),
    ("an increment has the same key", CHANGES + "O1,2026-03-01,amount,5\n" * 9 + "O2,2026-03-01,amount,x\n", CHANGES + "O2,2026-03-01,amount,6\n", []),
    ("an increment has other keys", CHANGES + "O1,2026-03-01,amount,5\n" * 9 + "O2,2026-03-01,amount,x\n", CHANGES + "O3,2026-03-01,amount,6\n", [("one.csv", 11)]),
    ("a key that cannot be read is known by how it is written", CHANGES + "O1,2026-03-01,amount,5\n" * 9 + "O2,soon,amount,7\n", CHANGES + "O1,2026-04-01,amount,5\n" * 9 + "O2,soon,amount,7\n", [("two.csv", 11)]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "left"), [case[1:] for case in NEXT], ids=[case[0] for case in NEXT])
def test_the_next_export_settles_what_it_has(
    before: str, after: str, left: Sequence[tuple[str, int]], loader: Loader
) -> None:
    loader.one(before, "one.csv")
    loader.one(after, "two.csv", arrived_at=ARRIVAL + WEEK)
    assert still_open(loader) == left


def test_a_file_of_refused_rows_keeps_its_name_until_it_is_settled(loader: Loader) -> None:
    def names(**files: str) -> list[str]:
        results = loader.load({f"{name}.csv": text for name, text in files.items()}, arrived_at=ARRIVAL + WEEK)
        return [result.rejects_path.name for result in results if result.rejects_path]

    bad = CHANGES + "O1,2026-03-01,amount,5\n" * 9
    assert names(changes=bad + "O2,2026-03-01,amount,x\n") == ["changes.csv"]
    assert names(changes=bad + "O3,2026-03-01,amount,x\n") == ["changes-2.csv"]
    assert names(other=CHANGES + "O2,2026-03-01,amount,1\n") == []
    assert names(changes=bad + "O4,2026-03-01,amount,x\n") == ["changes.csv"]


def test_the_very_file_again_is_still_the_last_one_after_its_rows_were_mended(loader: Loader) -> None:
    text = deals(*many(9), BAD)
    refused = loader.one(text)
    loader.one(mended(refused, stage="Proposal"), arrived_at=ARRIVAL + WEEK)
    assert loader.one(text, arrived_at=ARRIVAL + 2 * WEEK).status == "unchanged"
    assert still_open(loader) == []


FORMULAS = ["=1+1", "+cmd", "-x", "@sum", "-5", "+1.5", "plain", "'quoted"]


@pytest.mark.parametrize("name", FORMULAS)
def test_no_cell_is_run_by_a_spreadsheet_and_each_comes_back_as_it_was(name: str, loader: Loader) -> None:
    header = "opportunity_id,opportunity_name,rep_id,stage,created_at"
    rows = [f"O{i},a,r,P,2026-01-01" for i in range(9)]
    refused = loader.one("\n".join([header, *rows, f"O9,{name},r,,2026-01-01"]) + "\n")
    (row,) = written(refused)
    assert not row["opportunity_name"].startswith(("=", "@", "+c", "-x"))
    loader.one(mended(refused, stage="P"), arrived_at=ARRIVAL + WEEK)
    assert loader.values("select opportunity_name from raw.opportunities where opportunity_id = 'O9'") == [name]


def test_rows_of_a_workbook_come_back_as_text(loader: Loader, tmp_path: Path) -> None:
    import polars as pl

    path = tmp_path / "deals.xlsx"
    frame = pl.DataFrame(
        {"opportunity_id": ["O1", "O2"], "rep_id": ["r", "r"], "stage": ["P", None], "created_at": ["2026-01-01"] * 2}
    )
    frame.write_excel(path, worksheet="Deals")
    (refused,) = loader.load_paths([path], max_reject_share=0.5)
    (row,) = written(refused)
    assert (row["_file"], row["_record"], row["_column"]) == ("deals.xlsx/Deals", "3", "stage")
    loader.one(mended(refused, stage="P"), "deals.csv", arrived_at=ARRIVAL + WEEK)
    assert still_open(loader) == []

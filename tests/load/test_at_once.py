"""A file is read and cast in one pass, or in steps: which, and that both give the same rows."""

from __future__ import annotations

from typing import Any

import pytest

from jobs.load import stage as staging
from tests.load.loading import Loader

HEADER = "opportunity_id,rep_id,stage,amount,scope_units,created_at,close_on,is_won"
GOOD = ["O1,r1,P,100.50,3,2026-01-01T12:00:00Z,2026-12-01,true", "O2,r2,P,,,2026-01-02,2026-12-02,"]

# title, records, whether one pass is enough
CASES: list[tuple[str, list[str], bool]] = [
    ("ISO dates and plain numbers", GOOD, True),
    ("blank records are passed over, and counted as lines", [GOOD[0], ",,,,,,,", GOOD[1]], True),
    ("a point that may set thousands apart, beside one that cannot", [*GOOD, "O3,r1,P,1.234,1,2026-01-01,,"], True),
    ("only points that may set thousands apart", ["O1,r1,P,1.234,1,2026-01-01,,", "O2,r1,P,22.500,1,2026-01-01,,"], False),
    ("a comma in a number", [*GOOD, 'O3,r1,P,"1,50",1,2026-01-01,,'], False),
    ("a sign that only SQL takes for a number", [*GOOD, "O3,r1,P,1_000,1,2026-01-01,,"], False),
    ("days before months", ["O1,r1,P,1.5,1,31.01.2026,,"], False),
    ("a bad record", [*GOOD, *GOOD[:0], "O3,r1,P,much,1,2026-01-01,,", *(f"P{i},r1,P,1.5,1,2026-01-01,," for i in range(9))], False),
    ("a record that is cut short", [*GOOD, "O3,r1,P", *(f"P{i},r1,P,1.5,1,2026-01-01,," for i in range(9))], False),
    ("the same record twice", [*GOOD, GOOD[0]], False),
]  # fmt: skip


@pytest.mark.parametrize(("records", "is_at_once"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_both_ways_give_the_same(
    records: list[str], is_at_once: bool, loader: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "\n".join([HEADER, *records]) + "\n"
    found: list[Any] = []
    real = staging._at_once
    monkeypatch.setattr(staging, "_at_once", lambda *given: found.append(real(*given)) or found[-1])
    by_pass = _loaded(loader, text)
    assert [each is not None for each in found] == [is_at_once]
    monkeypatch.setattr(staging, "_at_once", lambda *_: None)
    assert _loaded(loader.reset(), text) == by_pass


def test_a_file_that_turns_bad_after_the_first_records_is_staged_in_steps(loader: Loader) -> None:
    records = [f"P{i},r1,P,1.5,1,2026-01-01,," for i in range(3_000)]
    result = loader.one("\n".join([HEADER, *records, "O1,r1,P,much,1,2026-01-01,,"]) + "\n")
    assert (result.rows_loaded, result.rows_refused) == (3_000, 1)
    assert loader.rows("select record_number, value from ops.rejects") == [(3_002, "much")]


def _loaded(loader: Loader, text: str) -> tuple[Any, ...]:
    result = loader.one(text)
    counts = (result.status, result.problem, result.rows_in, result.rows_unchanged, result.rows_refused)
    rows = loader.rows("select * from raw.opportunities order by record_number")
    rejects = loader.rows("select record_number, column_name, value, reason from ops.rejects order by all")
    return counts, rows, rejects, loader.rows("select newest_stamp_at, exported_at from ops.files")

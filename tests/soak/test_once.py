"""What is told where a week is not published exactly once. Each case breaks one thing of a soak that went well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from benchmarks.soak import once
from benchmarks.soak.analyst import Diary
from benchmarks.soak.company import Put
from benchmarks.soak.plan import Step
from benchmarks.soak.record import Process
from benchmarks.soak.sizes import Held, Pages

FIRST, SECOND = date(2026, 11, 8), date(2026, 11, 15)
SLOTS = [("weekly", date(2026, 11, 9)), ("weekly", date(2026, 11, 16))]
WHOLE = (Step("copied aside", 1.0), Step("prepared", 2.0), Step("journal written", 2.1), Step("run settled", 2.2))


def row(run_id: str, slot: str, status: str, attempt: int = 1) -> dict[str, Any]:
    return {"run_id": run_id, "command": "weekly", "slot": slot, "status": status, "attempt": attempt}


def process(run_id: str, steps: int, code: int | None) -> Process:
    return Process(run_id, "weekly", "2026-11-16", WHOLE[:steps], code, 2.3, 300.0, "")


ROWS = [row("a", "2026-11-09", "ok"), row("b", "2026-11-16", "interrupted"), row("c", "2026-11-16", "ok", 2)]
RUNS = [process("a", 4, 0), process("b", 1, None), process("c", 4, 0)]


def told(found: Iterable[str]) -> str:
    return "; ".join(found)


def test_a_slot_is_done_once() -> None:
    assert told(once.slots_done(ROWS, SLOTS)) == ""


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (ROWS[:1], "weekly of 2026-11-16 was never run"),
        ([*ROWS, row("d", "2026-11-17", "ok")], "weekly of 2026-11-17 was never due"),
        (ROWS[:2], "weekly of 2026-11-16 is interrupted"),
        ([*ROWS, row("d", "2026-11-16", "ok", 3)], "weekly of 2026-11-16 is interrupted, ok, ok"),
        ([*ROWS[:2], row("c", "2026-11-16", "running", 2)], "weekly of 2026-11-16 is interrupted, running"),
        ([*ROWS[:2], row("c", "2026-11-16", "ok", 3)], "weekly of 2026-11-16 has attempts [1, 3]"),
    ],
)
def test_a_slot_that_is_not(rows: list[dict[str, Any]], words: str) -> None:
    assert told(once.slots_done(rows, SLOTS)) == words


@pytest.mark.parametrize(
    ("steps", "code", "statuses"),
    [
        (0, None, {"interrupted", "not on record"}),
        (1, None, {"interrupted"}),
        (2, None, {"interrupted", "ok"}),
        (3, None, {"ok"}),
        (4, None, {"ok"}),
        (4, 0, {"ok"}),
        (0, 0, {"ok", "not on record"}),
        (0, 75, {"ok", "not on record"}),
    ],
)
def test_what_is_on_record_of_a_process_follows_from_how_far_it_came(
    steps: int, code: int | None, statuses: set[str]
) -> None:
    right = set()
    for status in ("ok", "interrupted", "running", "failed", "not on record"):
        rows = [] if status == "not on record" else [row("c", "2026-11-16", status)]
        if not told(once.kills_recorded(rows, [process("c", steps, code)])):
            right.add(status)
    assert right == statuses


def test_a_run_that_no_process_was() -> None:
    assert (
        told(once.kills_recorded([*ROWS, row("d", "2026-11-16", "ok")], RUNS)) == "d is on record, and was no process"
    )


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([FIRST, SECOND], ""),
        ([FIRST], "ops.weeks has 2026-11-15 0 times"),
        ([FIRST, SECOND, SECOND], "ops.weeks has 2026-11-15 2 times"),
        ([FIRST, SECOND, date(2026, 11, 22)], "ops.weeks has 2026-11-22, which nobody asked for"),
    ],
)
def test_a_week_is_scored_once(found: list[date], words: str) -> None:
    assert told(once.weeks_scored({"ops.weeks": found}, [FIRST, SECOND])) == words


PUTS = [Put("deals.csv", FIRST, "one", 10), Put("deals.csv", SECOND, "two", 10)]
LINES = [
    {"archive": "000001-deals.csv", "sha256": "one", "is_archived": False},
    {"archive": "000002-deals.csv", "sha256": "two", "is_archived": True},
]


@pytest.mark.parametrize(
    ("lines", "hashes", "words"),
    [
        (LINES, {"000002-deals.csv": "two"}, ""),
        (LINES[1:], {"000002-deals.csv": "two"}, "an export that was put in 1 times is archived 0 times"),
        ([*LINES, LINES[0]], {"000002-deals.csv": "two"}, "2 files are archived of 1 that were put in"),
        (LINES, {}, "archive/000002-deals.csv is not what came in"),
        (LINES, {"000002-deals.csv": "half"}, "archive/000002-deals.csv is not what came in"),
        (LINES, {"000001-deals.csv": "one", "000002-deals.csv": "two"}, "archive/000001-deals.csv is in no manifest"),
    ],
)
def test_an_export_is_archived_once(lines: list[dict[str, Any]], hashes: dict[str, str], words: str) -> None:
    assert told(once.files_archived(lines, hashes, PUTS)) == words


W45, W46 = Pages(1, "a"), Pages(2, "b")


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ({"2026-W45": W45, "2026-W46": W46}, ""),
        ({"2026-W45": W45}, "no pages of 2026-W46 on 2026-11-15"),
        ({"2026-W46": W46}, "no pages of 2026-W45 on 2026-11-15"),
        ({"2026-W45": Pages(3, "a"), "2026-W46": W46}, "pages of 2026-W45 were published again by 2026-11-15"),
        ({"2026-W45": Pages(1, "c"), "2026-W46": W46}, "pages of 2026-W45 were published again by 2026-11-15"),
        ({"2026-W45": W45, "2026-W46": W46, "2026-W47": W46}, "pages of 2026-W47 before their week"),
    ],
)
def test_pages_are_published_once(second: dict[str, Pages], words: str) -> None:
    assert told(once.pages_published({FIRST: {"2026-W45": W45}, SECOND: second}, keep=5)) == words


def test_pages_may_go_when_they_are_old() -> None:
    assert told(once.pages_published({FIRST: {"2026-W45": W45}, SECOND: {"2026-W46": W46}}, keep=0)) == ""


def test_what_a_run_has_left_is_told() -> None:
    clean = Held(0, 0, 0, 0, 0, 0, {}, (), frozenset())
    weeks = {FIRST: clean, SECOND: replace(clean, left=(".work/journal.json",))}
    assert told(once.nothing_left(weeks)) == ".work/journal.json is left on 2026-11-15"


@pytest.mark.parametrize(
    ("first", "second", "words"), [("a", "b", ""), ("a", "a", "a is still left on 2026-11-15"), ("a", "", "")]
)
def test_the_folder_of_a_run_is_cleared_away_by_the_next(first: str, second: str, words: str) -> None:
    found = [Held(0, 0, 0, 0, 0, 0, {}, (), frozenset({name} - {""})) for name in (first, second)]
    assert told(once.nothing_left(dict(zip((FIRST, SECOND), found, strict=True)))) == words


DIARIES = [Diary("pages", 3, {"w": "one"}), Diary("pages", 3, {"w": "one"})]


@pytest.mark.parametrize(
    ("diary", "words"),
    [
        (DIARIES[1], ""),
        (Diary("pages", 3, {"w": "two"}), "an analyst (pages) is told of w in another way than others"),
        (Diary("pages", 3), "an analyst (pages) saw no week in 3 looks"),
        (Diary("pages", 3, {"w": "one"}, ["look 2: half a page"]), "an analyst (pages): look 2: half a page"),
        (Diary("pages", 3, {"v": "one"}), "an analyst (pages) saw v, which nobody asked for"),
    ],
)
def test_analysts_are_told_alike(diary: Diary, words: str) -> None:
    assert told(once.told_alike([DIARIES[0], diary], {"w"})) == words

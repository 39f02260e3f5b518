"""Memory and disk: what is growing is told, and what is not is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from benchmarks.soak import flat
from benchmarks.soak.analyst import Diary
from benchmarks.soak.company import Put
from benchmarks.soak.record import Process
from benchmarks.soak.sizes import Held, Pages

KEEP, DATES = 5, [date(2026, 1, 4) + timedelta(weeks=number) for number in range(40)]
SMALL = Held(1.0, 40.0, 300.0, 6.0, 0.1, 8, {}, (), frozenset())


def reports(growth: float) -> list[Process]:
    """A report a week; each takes so many MB more than the one before."""
    return [
        Process(f"{number}", "weekly", str(day + timedelta(days=1)), (), 0, 5.0, 300.0 + number * growth, "")
        for number, day in enumerate(DATES)
    ]


def test_a_soak_that_is_too_short_has_no_windows() -> None:
    assert flat.windows(DATES[: KEEP + 25], KEEP) is None


def test_the_windows_begin_when_old_weeks_go() -> None:
    assert flat.windows(DATES, KEEP) == (DATES[5:18], DATES[27:40])


@pytest.mark.parametrize(("growth", "is_kept"), [(0.0, True), (3.0, False)])
def test_memory_of_reports(growth: float, is_kept: bool) -> None:
    [ratio] = flat.memory(reports(growth), DATES[5:18], DATES[27:40], [])
    assert ratio.is_kept is is_kept


def test_a_report_that_was_killed_says_nothing_of_memory() -> None:
    killed = replace(reports(0.0)[30], code=None, peak_mb=0.0)
    assert flat.peak([*reports(0.0), *[killed] * 99], DATES[27:40]) == 300.0


@pytest.mark.parametrize(("growth", "is_kept"), [(0.0, True), (0.5, False)])
def test_memory_of_analysts(growth: float, is_kept: bool) -> None:
    diary = Diary("pages", memory=[80 + growth * number for number in range(100)])
    assert [ratio.is_kept for ratio in flat.memory(reports(0.0), DATES[5:18], DATES[27:40], [diary])] == [True, is_kept]


@pytest.mark.parametrize("part", ["warehouse", "snapshots", "pages"])
def test_disk_that_grows_is_told(part: str) -> None:
    weeks = {day: replace(SMALL, **{part: 10 * (1 + number)}) for number, day in enumerate(DATES)}
    told = {ratio.name: ratio.is_kept for ratio in flat.disk(weeks, DATES[5:18], DATES[27:40])}
    assert told[f"disk, {part}, late against early"] is False


def test_disk_that_does_not_grow_is_not_told() -> None:
    told = flat.disk(dict.fromkeys(DATES, SMALL), DATES[5:18], DATES[27:40])
    assert [ratio.value for ratio in told] == [1.0, 1.0, 1.0, 1.0]


def test_what_the_settings_keep_of_the_archive() -> None:
    days = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    puts = [Put(name, day, "", size) for day in days for name, size in (("User.csv", 5), ("OpportunityHistory.csv", 7))]
    assert flat.archive_kept(puts, date(2026, 2, 15)) == (3 * 7 + 5 + 5) / 1e6


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (SMALL, []),
        (replace(SMALL, snapshot_count=9), ["9 snapshots on 2026-01-04: keep.snapshots is 8"]),
        (
            replace(SMALL, weeks={f"{number}": Pages(number, "") for number in range(8)}),
            ["8 weeks of pages on 2026-01-04: people.keep_weeks is 5"],
        ),
    ],
)
def test_no_more_are_kept_than_the_settings_say(found: Held, words: list[str]) -> None:
    assert list(flat.counted({DATES[0]: found}, KEEP, 8)) == words

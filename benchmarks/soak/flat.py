"""Memory and disk flat: each ratio has a limit, and the reason for it.

A quarter of a year late in the soak is held against the first one in which old weeks go as new ones come: before that a
workspace fills up, as it should. Where a floor can be told, what is seen is held against that too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from benchmarks.soak.analyst import Diary
from benchmarks.soak.company import INCREMENT, Put
from benchmarks.soak.record import Process
from benchmarks.soak.sizes import Held

WINDOW = 13  # weeks
SLACK = 1.10  # one page of the allocator more or less; what leaks by a hundredth a week is at 1.3 after half a year
GROWING = 1.20  # between the windows a company has a third more deals, and scores of deals are kept
AGAINST_FIRST = 1.25  # a year of weeks is behind this report, and none behind the one in a new workspace
AGAINST_ANEW = 2.5  # a table that is made again lies beside the one before it until it is published: twice the rows


@dataclass(frozen=True, slots=True)
class Ratio:
    """What was seen against what it is measured by; more than the limit is a fault."""

    name: str
    seen: float
    floor: float
    limit: float

    @property
    def value(self) -> float:
        return self.seen / self.floor

    @property
    def is_kept(self) -> bool:
        return round(self.value, 3) <= self.limit

    def __str__(self) -> str:
        return f"{self.value:6.2f}  (limit {self.limit:.2f})  {self.name}: {self.seen:.1f} against {self.floor:.1f} MB"


@dataclass(frozen=True, slots=True)
class Floor:
    """MB: peak memory of the first report of a new workspace on the last exports; rows of the warehouse written anew;
    bytes of the exports that the settings keep.
    """

    first_peak: float
    warehouse_anew: float
    archive_kept: float


def windows(dates: Sequence[date], keep: int) -> tuple[Sequence[date], Sequence[date]] | None:
    """The first quarter of a year with old weeks going, and the last one; None where the soak is too short."""
    if len(dates) < keep + 2 * WINDOW:
        return None
    return dates[keep : keep + WINDOW], dates[-WINDOW:]


def memory(
    runs: Sequence[Process], early: Sequence[date], late: Sequence[date], diaries: Sequence[Diary]
) -> Iterator[Ratio]:
    """Of the reports, and of the analysts; of these the most in a fifth of their looks, since an allocator goes up and
    down between two levels from one look to the next.
    """
    before, now = peak(runs, early), peak(runs, late)
    yield Ratio("peak memory of a report, late against early", now, before, SLACK)
    for diary in diaries:
        fifth = len(diary.memory) // 5
        if fifth:
            first, last = max(diary.memory[fifth : 2 * fifth]), max(diary.memory[-fifth:])
            yield Ratio(f"memory of an analyst ({diary.kind}), late against early", last, first, SLACK)


def peak(runs: Sequence[Process], weeks: Sequence[date]) -> float:
    """Median of the peaks of the whole reports of these weeks, in MB."""
    slots = {str(day + timedelta(days=1)) for day in weeks}
    return median(run.peak_mb for run in runs if run.job == "weekly" and run.on in slots and run.code == 0)


def disk(weeks: Mapping[date, Held], early: Sequence[date], late: Sequence[date]) -> Iterator[Ratio]:
    """Of the workspace without its archive, part by part."""
    for name, limit in {"pages": SLACK, "warehouse": GROWING, "snapshots": GROWING, "all_but_archive": GROWING}.items():
        before, now = (median(getattr(weeks[day], name) for day in window) for window in (early, late))
        yield Ratio(f"disk, {name.replace('_', ' ')}, late against early", now, before, limit)


def floors(last: Held, floor: Floor, late_peak: float, archived: float) -> Iterator[Ratio]:
    """What is there at the end against the least that it could be."""
    yield Ratio("peak memory of a report against that of a new workspace", late_peak, floor.first_peak, AGAINST_FIRST)
    yield Ratio("warehouse against its rows written anew", last.warehouse, floor.warehouse_anew, AGAINST_ANEW)
    yield Ratio("archived exports against those that the settings keep", archived, floor.archive_kept, 1.0)


def archive_kept(puts: Sequence[Put], before: date) -> float:
    """MB of the exports that stay: increments, full exports since this day, and the newest one before it."""
    kept = [put.size for put in puts if put.name in INCREMENT or put.on >= before]
    older = {put.name: put.size for put in puts if put.name not in INCREMENT and put.on < before}
    return (sum(kept) + sum(older.values())) / 1e6


def counted(weeks: Mapping[date, Held], keep: int, snapshots: int) -> Iterator[str]:
    """Never more snapshots, and weeks of pages, than the settings say. A killed run may have a week still to remove."""
    for day, found in weeks.items():
        if found.snapshot_count > snapshots:
            yield f"{found.snapshot_count} snapshots on {day}: keep.snapshots is {snapshots}"
        if len(found.weeks) > keep + 2:
            yield f"{len(found.weeks)} weeks of pages on {day}: people.keep_weeks is {keep}"

"""Every week published exactly once, told by what is there: the ledger, the pages, the warehouse, the archive.

Each function takes what was found and what there should be, and tells what is otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from benchmarks.soak.analyst import Diary
from benchmarks.soak.company import Put
from benchmarks.soak.record import START, Process
from benchmarks.soak.sizes import Held, Pages
from jobs.schedule.tick import LOCKED
from jobs.workspace import week_name

Row = Mapping[str, Any]
JOURNAL = "journal written"  # from then on the run counts as done: whoever comes next finishes it
BEFORE = "prepared"
SHOWN = 20  # faults of one analyst


def slots_done(rows: Sequence[Row], wanted: Sequence[tuple[str, date]]) -> Iterator[str]:
    """Every slot is ok once, its last attempt; those before are interrupted. rows: of the ledger, in its order."""
    by_slot: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        by_slot.setdefault((row["command"], row["slot"]), []).append(row)
    slots = {(job, str(on)) for job, on in wanted}
    yield from (f"{job} of {on} was never run" for job, on in sorted(slots - by_slot.keys()))
    yield from (f"{job} of {on} was never due" for job, on in sorted(by_slot.keys() - slots))
    for (job, on), attempts in by_slot.items():
        told = [row["status"] for row in sorted(attempts, key=lambda row: row["attempt"])]
        if told != ["interrupted"] * (len(told) - 1) + ["ok"]:
            yield f"{job} of {on} is {', '.join(told)}"
        if sorted(row["attempt"] for row in attempts) != list(range(1, len(attempts) + 1)):
            yield f"{job} of {on} has attempts {[row['attempt'] for row in attempts]}"


def kills_recorded(rows: Sequence[Row], runs: Sequence[Process]) -> Iterator[str]:
    """The ledger says of each process what became of it: the processes themselves say how far they came."""
    status = {row["run_id"]: row["status"] for row in rows}
    yield from (f"{run_id} is on record, and was no process" for run_id in status.keys() - {run.run_id for run in runs})
    for run in runs:
        told = status.get(run.run_id, "not on record")
        if told not in _endings(run):
            yield f"{run.run_id}, {run.job} of {run.on}, which ended after {run.last_step}, is {told}"


def _endings(run: Process) -> tuple[str, ...]:
    """What may be on record of it.

    One that died with its service before it had a row has none. Nor has one that came second: its service was killed,
    and the next one started another process for the slot before this one had begun.
    """
    if run.code == LOCKED or (run.code == 0 and not run.steps):
        return ("ok", "not on record")
    if not run.is_killed or any(step.name == JOURNAL for step in run.steps):
        return ("ok",)
    if run.last_step == BEFORE:
        return ("ok", "interrupted")
    return ("interrupted", "not on record") if run.last_step == START else ("interrupted",)


def weeks_scored(tables: Mapping[str, Sequence[date]], dates: Sequence[date]) -> Iterator[str]:
    """Each of these tables has each week once. tables: the dates of their rows."""
    for name, found in tables.items():
        counts = Counter(found)
        yield from (f"{name} has {day} {counts[day]} times" for day in dates if counts[day] != 1)
        yield from (f"{name} has {day}, which nobody asked for" for day in counts.keys() - set(dates))


def files_archived(lines: Sequence[Row], hashes: Mapping[str, str], puts: Sequence[Put]) -> Iterator[str]:
    """Every export is in the manifest once, and its bytes lie in the archive unless the manifest says that they went.

    lines: of the manifest. hashes: sha256 of the files in the archive, by their names.
    """
    given, known = Counter(put.sha256 for put in puts), Counter(line["sha256"] for line in lines)
    yield from (f"an export that was put in {given[key]} times is archived {known[key]} times" for key in given - known)
    yield from (f"{known[key]} files are archived of {given[key]} that were put in" for key in known - given)
    there = {line["archive"]: line["sha256"] for line in lines if line["is_archived"]}
    yield from (f"archive/{name} is not what came in" for name, key in there.items() if hashes.get(name) != key)
    yield from (f"archive/{name} is in no manifest" for name in hashes.keys() - there.keys())


def pages_published(weeks: Mapping[date, Mapping[str, Pages]], keep: int) -> Iterator[str]:
    """Each week's folder was put there once, and stays until it is older than so many weeks.

    weeks: what was there after the report as of each day. Another folder, or other bytes, is a second publication.
    """
    first: dict[str, Pages] = {}
    for day, found in weeks.items():
        wanted = {week_name(each) for each in weeks if day - timedelta(weeks=keep) <= each <= day}
        yield from (f"no pages of {name} on {day}" for name in sorted(wanted - found.keys()))
        yield from (f"pages of {name} before their week" for name in found if name > week_name(day))
        for name, pages in found.items():
            if first.setdefault(name, pages) != pages:
                yield f"pages of {name} were published again by {day}"


def nothing_left(weeks: Mapping[date, Held]) -> Iterator[str]:
    """No run has left anything.

    One that was killed together with its service, when all was done but clearing its own folder away, leaves that for
    the next run: so a folder may be there once, and not a week later.
    """
    before: frozenset[str] = frozenset()
    for day, found in weeks.items():
        yield from (f"{name} is left on {day}" for name in found.left)
        yield from (f"{name} is still left on {day}" for name in found.folders & before)
        before = found.folders


def told_alike(diaries: Sequence[Diary], names: Collection[str]) -> Iterator[str]:
    """No analyst met a fault, each looked and saw weeks, and what one was told of a week, all were."""
    told: dict[str, str] = {}
    for diary in diaries:
        yield from (f"an analyst ({diary.kind}): {fault}" for fault in diary.faults[:SHOWN])
        if not diary.weeks:
            yield f"an analyst ({diary.kind}) saw no week in {diary.looks} looks"
        for week, words in diary.weeks.items():
            if told.setdefault(week, words) != words:
                yield f"an analyst ({diary.kind}) is told of {week} in another way than others"
            if week not in names:
                yield f"an analyst ({diary.kind}) saw {week}, which nobody asked for"

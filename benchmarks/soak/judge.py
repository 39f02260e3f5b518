"""Whether every promise was kept, told by what is there and not by what the program says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import duckdb

from benchmarks.soak import flat, once
from benchmarks.soak.company import Exports
from benchmarks.soak.flat import Floor, Ratio
from benchmarks.soak.place import Place, begin
from benchmarks.soak.record import processes
from benchmarks.soak.service import started
from benchmarks.soak.year import Year
from jobs.disk import file_sha256
from jobs.ledger import Ledger
from jobs.publish.archive import read_manifest
from jobs.settings import load_settings
from jobs.slot import Slot
from jobs.warehouse import connect
from jobs.workspace import Workspace, week_name

SCORED = ("ops.weeks", "scores.weeks", "marts.company_week")


def faults(year: Year) -> list[str]:
    """Every promise that was not kept, but for memory and disk."""
    workspace, dates = year.place.workspace, year.dates
    rows = [dict(row) for row in Ledger(workspace.ledger).rows("select * from runs")]
    lines = read_manifest(workspace)
    hashes = {path.name: file_sha256(path) for path in workspace.archive.glob("0*")}
    settings = load_settings(workspace.root)
    return [
        *once.slots_done(rows, year.slots),
        *once.kills_recorded(rows, processes(year.place.runs)),
        *once.weeks_scored(_scored(workspace), dates),
        *once.files_archived(lines, hashes, year.puts),
        *once.pages_published({day: held.weeks for day, held in year.weeks.items()}, year.keep),
        *once.nothing_left(year.weeks),
        *once.told_alike(year.diaries, _names(dates)),
        *flat.counted(year.weeks, year.keep, settings.keep.snapshots),
    ]


def _scored(workspace: Workspace) -> Mapping[str, Sequence[date]]:
    with closing(connect(workspace.warehouse, read_only=True)) as connection:
        found = {name: connection.execute(f"select as_of_on from {name}").fetchall() for name in SCORED}
    return {name: [day for (day,) in rows] for name, rows in found.items()}


def _names(dates: Sequence[date]) -> set[str]:
    """As analysts name the weeks: by their date, or by their folder."""
    return {str(day) for day in dates} | {week_name(day) for day in dates}


def ratios(year: Year, exports: Exports) -> Iterator[Ratio]:
    """Memory and disk; nothing where the soak is too short to say."""
    windows = flat.windows(year.dates, year.keep)
    if windows is None:
        return
    early, late = windows
    runs, last = processes(year.place.runs), year.dates[-1]
    yield from flat.memory(runs, early, late, year.diaries)
    yield from flat.disk(year.weeks, early, late)
    kept = flat.archive_kept(year.puts, last - timedelta(weeks=year.keep))
    floor = Floor(_first_peak(year, exports), _anew_mb(year.place), kept)
    archived = sum(path.stat().st_size for path in year.place.workspace.archive.glob("0*")) / 1e6
    yield from flat.floors(year.weeks[last], floor, flat.peak(runs, late), archived)


def _first_peak(year: Year, exports: Exports) -> float:
    """The report of the last week in a new workspace, from its exports and the whole history."""
    place, last = Place(year.place.folder / "first"), year.dates[-1]
    begin(place, year.keep)
    replace(exports, known="").put(place.workspace.inbox, last)
    now = datetime.combine(last + timedelta(days=1), time(6), UTC)
    slot = Slot("weekly", now.date(), now, "schedule", "first")
    if started(place, slot, now).wait():
        raise SystemExit(f"the first report of a new workspace failed: {place.folder}")
    return processes(place.runs)[0].peak_mb


def _anew_mb(place: Place) -> float:
    """The rows of the warehouse in a new file."""
    anew = place.folder / "anew.duckdb"
    with closing(duckdb.connect()) as connection:
        connection.execute(f"attach '{place.workspace.warehouse}' as now (read_only)")
        connection.execute(f"attach '{anew}' as anew")
        connection.execute("copy from database now to anew")
    return anew.stat().st_size / 1e6

"""The weeks that were scored, scored again: in the order of the runs that scored them, each under its settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby

from duckdb import DuckDBPyConnection

from jobs.errors import SettingsError
from jobs.publish.archive import ManifestLine
from jobs.rebuild.recorded import Recorded
from jobs.records import WeekRecord, settings_of
from jobs.retention.due import due
from jobs.retention.people import forget_scores
from jobs.run import Run
from jobs.settings import Settings
from jobs.stages import Edges
from jobs.week_steps import build_weeks, check_weeks


def told_weeks(recorded: Recorded, settings: Settings) -> tuple[WeekRecord, ...]:
    """The weeks that can be told: all, but where full exports were removed with age only those that are kept."""
    removed = [line for line in recorded.gone if "removed_by" in line]
    if not recorded.weeks or not removed:
        return recorded.weeks
    kept = max(each.as_of_on for each in recorded.weeks) - timedelta(weeks=settings.people.keep_weeks)
    before = max(_needed_before(line, kept) for line in removed)
    return tuple(each for each in recorded.weeks if each.as_of_on >= before)


def _needed_before(line: ManifestLine, kept: date) -> date:
    """Weeks before this date looked into the file; an earlier version did not write it down."""
    return date.fromisoformat(line["removed_before"]) if "removed_before" in line else kept


def rescore(
    connection: DuckDBPyConnection, run: Run, weeks: Sequence[WeekRecord], edges: Edges, *, restate: bool
) -> tuple[WeekRecord, ...]:
    """Score these weeks on what each saw; what is kept of them afterwards.

    Raises SettingsError where this version reads the settings of a week in another way, unless `restate`; CheckFailed.
    """
    done: list[WeekRecord] = []
    for name, settings, of_pass in _passes(run, weeks):
        scored = [_settled(record, name, settings, restate=restate) for record in of_pass]
        _pass(connection, run, settings, scored, edges)
        done += scored
    return tuple(sorted(done, key=lambda record: record.as_of_on))


def _passes(run: Run, weeks: Iterable[WeekRecord]) -> Iterable[tuple[str, Settings, list[WeekRecord]]]:
    """What one run has scored saw the same weeks before it, so it goes in one pass of the models."""

    def kind(record: WeekRecord) -> tuple[int, str]:
        return record.scored_number, record.settings

    for (_, name), records in groupby(sorted(weeks, key=lambda each: (kind(each), each.as_of_on)), key=kind):
        yield name, settings_of(run.workspace, name), list(records)


def _settled(record: WeekRecord, name: str, settings: Settings, *, restate: bool) -> WeekRecord:
    settings_hash = settings.measure_hash()
    if settings_hash == record.settings_hash:
        return record
    if restate:
        return replace(record, settings_hash=settings_hash)
    fault = f"{record.as_of_on} was scored under these settings, which this version reads in another way"
    mend = "Rebuild with the version that scored it, or score such weeks anew: --restate"
    raise SettingsError(f"archive/settings/{name}", fault, mend)


def _pass(
    connection: DuckDBPyConnection, run: Run, settings: Settings, records: Sequence[WeekRecord], edges: Edges
) -> None:
    """One pass, with what the weekly job does after it."""
    dates = [record.as_of_on for record in records]
    _freeze(connection, records)
    build_weeks(connection, settings, dates, edges, restate=False)
    check_weeks(connection, dates, edges)
    old = due(connection, run.workspace, settings, dates)
    if old:
        forget_scores(connection, old.before, dates)


def _freeze(connection: DuckDBPyConnection, records: Sequence[WeekRecord]) -> None:
    """Say before the models run what these weeks see: the table is then found as it was."""
    connection.execute(
        "create table if not exists ops.weeks "
        "(as_of_on date, last_file_number integer, settings_hash varchar, scored_number integer)"
    )
    rows: list[tuple[date, int, str, int]] = [
        (each.as_of_on, each.last_file_number, each.settings_hash, each.scored_number) for each in records
    ]
    connection.executemany("insert into ops.weeks values (?, ?, ?, ?)", rows)

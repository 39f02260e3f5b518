"""`batna backfill`: past weeks scored in one pass of the models, rendered, and published at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from jobs.errors import CheckFailed, DataRefused, UsageError
from jobs.ledger import Ledger
from jobs.publish import Finished, copy_aside
from jobs.records import keep_weeks
from jobs.run import Run, published, running
from jobs.settings import Settings
from jobs.stages import Edges
from jobs.warehouse import make_room
from jobs.week_steps import build_weeks, check_weeks, render_weeks, scored, week_list
from jobs.workspace import Workspace, in_inbox, week_name

Rerun = Literal["missing", "failed", "all"]
State = Literal["never_scored", "no_pages", "failed", "done"]

_FAILED = ("failed", "skipped", "missed", "interrupted")


@dataclass(frozen=True, slots=True)
class Request:
    """Which dates: seven days apart, back from to_on down to from_on. restate: lift the freeze of those weeks."""

    from_on: date
    to_on: date
    rerun: Rerun = "missing"
    restate: bool = False

    @property
    def as_of_dates(self) -> tuple[date, ...]:
        """The dates, the earliest first."""
        count = (self.to_on - self.from_on).days // 7 + 1
        return tuple(self.to_on - timedelta(weeks=number) for number in reversed(range(count)))

    @property
    def overrides(self) -> tuple[str, ...]:
        """What was asked for beyond the rules, for the record."""
        return ("--restate",) if self.restate else ()


@dataclass(frozen=True, slots=True)
class Planned:
    """One date: how its ISO week stands, and whether it is scored by this request.

    is_changed: whether this very date was first scored under other settings.
    """

    as_of_on: date
    state: State
    is_due: bool
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a back-fill did. counts: scorecards of reps, positions of deals, checks; empty where nothing was due."""

    plan: tuple[Planned, ...]
    counts: Mapping[str, int]
    seconds: float
    report: Path
    notes: tuple[str, ...]


def plan(workspace: Workspace, request: Request, settings: Settings, edges: Edges) -> tuple[Planned, ...]:
    """What this request would do, the earliest date first. Reads only.

    Raises UsageError where the dates cannot be filled, DataRefused where nothing was loaded yet.
    """
    _require_past(request, settings, edges)
    hashes = _scored_under(workspace, edges)
    scored_weeks = frozenset(week_name(as_of_on) for as_of_on in hashes)
    changed = frozenset(as_of_on for as_of_on, told in hashes.items() if told != settings.measure_hash())
    seen = _Seen(scored_weeks, frozenset(workspace.weeks()), _failed_weeks(workspace), changed)
    return tuple(_planned(as_of_on, seen, request.rerun) for as_of_on in request.as_of_dates)


def backfill(workspace: Workspace, settings: Settings, request: Request, edges: Edges) -> Outcome:
    """Score the weeks that are due, on what is loaded, and publish all of them or none.

    Raises CheckFailed naming the weeks, DataRefused, SettingsError, UsageError or Locked; then nothing was published.
    """
    started_at = edges.clock()
    with running(workspace, "backfill", edges.clock, overrides=request.overrides, keep=settings.keep) as run:
        planned = plan(workspace, request, settings, edges)
        due = tuple(each.as_of_on for each in planned if each.is_due)
        run.ledger.note_weeks(run.run_id, due)
        counts, told = _publish_weeks(run, settings, due, request, edges) if due else ({}, ())
        run.ledger.note_counts(run.run_id, {"weeks": len(due), **counts})
    seconds = (edges.clock() - started_at).total_seconds()
    notes = (*run.notes, *told, *_waiting(workspace))
    return Outcome(planned, counts, seconds, workspace.out / "index.html", notes)


def _publish_weeks(
    run: Run, settings: Settings, due: Sequence[date], request: Request, edges: Edges
) -> tuple[Mapping[str, int], tuple[str, ...]]:
    copy = copy_aside(run.workspace, run.folder, 0)
    edges.checkpoint("copied aside")
    with closing(edges.stages.connect(copy)) as connection:
        make_room(connection)
        edges.stages.create_raw_tables(connection)
        build_weeks(connection, settings, due, edges, restate=request.restate)
        try:
            counts = scored(connection, due) | check_weeks(connection, due, edges)
        except CheckFailed as error:
            run.ledger.note_failed_weeks(run.run_id, error.failed_on)
            raise
        weeks = render_weeks(connection, run, settings, due, edges)
        keep_weeks(connection, run.workspace, run.folder, settings, due)
        edges.checkpoint("rendered")
    listed = week_list(run.workspace, settings, weeks, edges)
    none = run.folder / "none"
    return counts, published(run, Finished(run.folder, copy, (), none, none, weeks, listed), edges.checkpoint)


def _require_past(request: Request, settings: Settings, edges: Edges) -> None:
    today = edges.clock().astimezone(settings.workspace.zone).date()
    if request.from_on > request.to_on:
        raise UsageError("--from", f"{request.from_on} is after {request.to_on}", "Name the earlier day first")
    if request.to_on >= today:
        fault = f"{request.to_on} is not over"
        raise UsageError("--to", fault, "A back-fill tells past weeks: name a day before today")


@dataclass(frozen=True, slots=True)
class _Seen:
    """Names of weeks: scored on any of their days, with pages, and those whose last run did not end well.

    changed: the dates that were first scored under other settings than those of today.
    """

    scored: frozenset[str]
    published: frozenset[str]
    failed: frozenset[str]
    changed: frozenset[date]


def _planned(as_of_on: date, seen: _Seen, rerun: Rerun) -> Planned:
    name = week_name(as_of_on)
    is_missing = name not in seen.scored or name not in seen.published
    is_failed = name in seen.failed
    is_due = {"missing": is_missing, "failed": is_failed, "all": True}[rerun]
    return Planned(as_of_on, _state(name, seen), is_due, as_of_on in seen.changed)


def _state(name: str, seen: _Seen) -> State:
    if name in seen.failed:
        return "failed"
    if name not in seen.scored:
        return "never_scored"
    return "done" if name in seen.published else "no_pages"


def _scored_under(workspace: Workspace, edges: Edges) -> Mapping[date, str]:
    """The dates that were scored, each with the hash of the settings under which it first was."""
    if not workspace.warehouse.exists():
        mend = "Load exports first: `batna load`, or the next `batna weekly`"
        raise DataRefused(str(workspace.root), "nothing was loaded yet", mend)
    with closing(edges.stages.connect(workspace.warehouse, read_only=True)) as connection:
        tables = "select 1 from duckdb_tables() where schema_name = 'ops' and table_name = 'weeks'"
        if not connection.execute(tables).fetchall():
            return {}
        return dict(connection.execute("select as_of_on, settings_hash from ops.weeks").fetchall())


def _failed_weeks(workspace: Workspace) -> frozenset[str]:
    """Weeks whose last run did not end well, on whichever of their days."""
    last = {week_name(as_of_on): outcome for as_of_on, outcome in Ledger(workspace.ledger).last_outcomes()}
    return frozenset(name for name, outcome in last.items() if outcome in _FAILED)


def _waiting(workspace: Workspace) -> tuple[str, ...]:
    count = len(in_inbox(workspace))
    if not count:
        return ()
    files = "1 file waits" if count == 1 else f"{count:,} files wait"
    return (f"{files} in the inbox: a back-fill scores what is loaded already",)

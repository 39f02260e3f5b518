"""`batna rebuild`: the whole story.

check the archive -> load every run again -> score every week again -> compare -> publish
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from jobs.publish import Finished, require_room
from jobs.rebuild.differences import Comparison, compare
from jobs.rebuild.recorded import Recorded, read_recorded
from jobs.rebuild.replay import replay
from jobs.rebuild.rescore import rescore, told_weeks
from jobs.records import WeekRecord, write_weeks
from jobs.run import Run, published, running
from jobs.settings import Settings
from jobs.stages import Edges
from jobs.warehouse import make_room
from jobs.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Request:
    """without: files to go on without. restate: weeks whose settings are read in another way are scored anew."""

    without: tuple[str, ...] = ()
    restate: bool = False
    dry_run: bool = False

    @property
    def overrides(self) -> tuple[str, ...]:
        """What was asked for beyond the rules, for the record."""
        flags = {"--restate": self.restate, "--dry-run": self.dry_run}
        return (*(flag for flag, is_set in flags.items() if is_set), *(f"--without {each}" for each in self.without))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rebuild did. files_left_out: removed with age, or lost. weeks_left_out: not to be told any more."""

    run_count: int
    file_count: int
    files_left_out: int
    rows_in: int
    week_count: int
    weeks_left_out: int
    comparison: Comparison
    seconds: float
    warehouse: Path
    is_published: bool
    notes: tuple[str, ...]


def rebuild(workspace: Workspace, settings: Settings, request: Request, edges: Edges) -> Outcome:
    """Make the warehouse again from the archive, and publish it unless it is a dry run.

    Raises DataRefused (the archive is not what was accepted), SettingsError, CheckFailed, UsageError, Locked, and
    BatnaError where the disk has no room; then nothing was published.
    """
    started_at = edges.clock()
    with running(workspace, "rebuild", edges.clock, overrides=request.overrides, keep=settings.keep) as run:
        recorded = read_recorded(workspace, request.without)
        edges.checkpoint("archive checked")
        copy, rows_in, weeks = _make(run, settings, recorded, request, edges)
        edges.progress("comparing with the warehouse before")
        comparison = compare(copy, workspace.warehouse)
        run.ledger.note_counts(run.run_id, {"rows_in": rows_in, "weeks": len(weeks)})
        notes = run.notes if request.dry_run else (*run.notes, *_publish(run, copy, weeks, edges))
    return Outcome(
        run_count=len(recorded.runs),
        file_count=sum(len(each.lines) for each in recorded.runs),
        files_left_out=len(recorded.gone),
        rows_in=rows_in,
        week_count=len(weeks),
        weeks_left_out=len(recorded.weeks) - len(weeks),
        comparison=comparison,
        seconds=(edges.clock() - started_at).total_seconds(),
        warehouse=workspace.warehouse,
        is_published=not request.dry_run,
        notes=notes,
    )


def _make(
    run: Run, settings: Settings, recorded: Recorded, request: Request, edges: Edges
) -> tuple[Path, int, tuple[WeekRecord, ...]]:
    """The rebuilt warehouse, closed; how many rows its files have, and the weeks that it tells."""
    copy = run.folder / "warehouse.duckdb"
    require_room(run.workspace, run.folder, 2 * _archived_bytes(run.workspace, recorded))
    with closing(edges.stages.connect(copy)) as connection:
        edges.stages.create_raw_tables(connection)
        rows_in = sum(replay(connection, run, each, n, edges) for n, each in enumerate(recorded.runs, start=1))
        edges.checkpoint("loaded")
        make_room(connection)
        weeks = rescore(connection, run, told_weeks(recorded, settings), edges, restate=request.restate)
    return copy, rows_in, weeks


def _publish(run: Run, copy: Path, weeks: Sequence[WeekRecord], edges: Edges) -> tuple[str, ...]:
    """Archive, pages, rejects/ and review/ stay as they are."""
    none = run.folder / "none"
    write_weeks(run.folder, weeks)
    return published(run, Finished(run.folder, copy, (), none, none), edges.checkpoint)


def _archived_bytes(workspace: Workspace, recorded: Recorded) -> int:
    return sum((workspace.archive / line["archive"]).stat().st_size for run in recorded.runs for line in run.lines)

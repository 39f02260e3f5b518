"""The main job: load -> build -> score -> check -> render -> publish, on a copy, and then all at once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from duckdb import DuckDBPyConnection

from jobs.intake import Intake, keep_rejects, require_all_accepted, require_opportunities, take_in
from jobs.letting_in import NOTHING, LetIn
from jobs.person.archive import hide_in_files
from jobs.publish import Finished, copy_aside
from jobs.recent import require_recent, taken
from jobs.records import keep_weeks
from jobs.retention.due import Due, due
from jobs.retention.people import forget_scores
from jobs.retention.remove import remove
from jobs.run import Run, published, running
from jobs.settings import Settings
from jobs.slot import Slot
from jobs.stages import Edges
from jobs.week_steps import build_weeks, check_weeks, render_weeks, scored, week_list
from jobs.workspace import Arrival, Workspace, total_bytes

_MEND_REFUSED = "Mend the file in the inbox and run again, or go on without it: --despite-refused"


@dataclass(frozen=True, slots=True)
class Request:
    """Which date to score. despite_refused: go on without refused files. restate: lift a week's freeze.

    let_in: guards that are not to stop a file (--accept).
    slot: of the schedule; then files that may still be growing are left, and so is a week without recent exports.
    """

    as_of_on: date
    despite_refused: bool = False
    restate: bool = False
    let_in: LetIn = NOTHING
    slot: Slot | None = None

    @property
    def overrides(self) -> tuple[str, ...]:
        """What was asked for beyond the rules, for the record."""
        flags = {"--despite-refused": self.despite_refused, "--restate": self.restate}
        return (*(flag for flag, is_set in flags.items() if is_set), *sorted(map(str, self.let_in)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did. counts: files, rows, reps, deals, checks. notes: what a person should know besides."""

    as_of_on: date
    intake: Intake
    counts: Mapping[str, int]
    seconds: float
    report: Path
    notes: tuple[str, ...]


def weekly(workspace: Workspace, settings: Settings, request: Request, edges: Edges) -> Outcome:
    """Load what is in the inbox, score one date and publish it.

    Raises DataRefused (a file was refused, or there is nothing to score), CheckFailed, SettingsError,
    Locked, or of a slot Skipped; then nothing was published, and every file is still in the inbox.
    """
    started_at, as_of_on, slot = edges.clock(), request.as_of_on, request.slot
    with running(
        workspace, "weekly", edges.clock, as_of_on=as_of_on, overrides=request.overrides, slot=slot, keep=settings.keep
    ) as run:
        incoming = taken(run, settings, started_at, slot)
        copy = copy_aside(workspace, run.folder, total_bytes(incoming))
        edges.checkpoint("copied aside")
        with closing(edges.stages.connect(copy)) as connection:
            intake = _load(connection, run, settings, incoming, request, edges)
            build_weeks(connection, settings, [as_of_on], edges, restate=request.restate)
            counts = intake.counts() | scored(connection, [as_of_on]) | check_weeks(connection, [as_of_on], edges)
            old = _forget(connection, run, settings, as_of_on)
            [week] = render_weeks(connection, run, settings, [as_of_on], edges)
            _write_review(connection, run, settings, as_of_on, edges)
            keep_weeks(connection, workspace, run.folder, settings, [as_of_on])
            edges.checkpoint("rendered")
            told = (*_unseen(connection, as_of_on), *_ahead(as_of_on, settings, edges))
        run.ledger.note_counts(run.run_id, counts)
        listed = week_list(workspace, settings, [week], edges, gone=old.weeks if old else ())
        review = run.folder / "review"
        finished = Finished(
            run.folder, copy, intake.accepted, intake.rejects, review, [week], listed, intake.settled_rejects
        )
        notes = (*run.notes, *told, *published(run, finished, edges.checkpoint))
        hide_in_files(workspace, settings)
        if old:
            remove(workspace, old)
    seconds = (edges.clock() - started_at).total_seconds()
    return Outcome(as_of_on, intake, counts, seconds, workspace.out / week.name / "index.html", notes)


def yesterday(settings: Settings, edges: Edges) -> date:
    """The date that is scored when nobody names one: yesterday in the workspace's zone, which is over."""
    return edges.clock().astimezone(settings.workspace.zone).date() - timedelta(days=1)


def _load(
    connection: DuckDBPyConnection,
    run: Run,
    settings: Settings,
    incoming: tuple[Arrival, ...],
    request: Request,
    edges: Edges,
) -> Intake:
    intake = take_in(connection, run, settings, incoming, edges, request.let_in)
    if not request.despite_refused:
        keep_rejects(run.workspace, intake)
        require_all_accepted(intake, _MEND_REFUSED)
    require_opportunities(connection, run)
    if request.slot:
        require_recent(connection, run, request.slot, settings.schedule.max_age)
    edges.checkpoint("loaded")
    return intake


def _forget(connection: DuckDBPyConnection, run: Run, settings: Settings, as_of_on: date) -> Due | None:
    """Take people out of scores that are older than people.keep_weeks; what else is due goes after publishing."""
    old = due(connection, run.workspace, settings, [as_of_on])
    if old:
        forget_scores(connection, old.before, [as_of_on])
    return old


def _unseen(connection: DuckDBPyConnection, as_of_on: date) -> tuple[str, ...]:
    """A week sees the files of its first scoring: say so where there are later ones."""
    sql = (
        "select count(distinct files.sha256) from ops.files as files, ops.weeks as weeks"
        " where weeks.as_of_on = ? and files.file_number > weeks.last_file_number"
    )
    [(count,)] = connection.execute(sql, [as_of_on]).fetchall()
    if not count:
        return ()
    files, are = ("1 file", "is") if count == 1 else (f"{count:,} files", "are")
    return (
        f"{files} came in after {as_of_on} was first scored and {are} not in it; --restate scores it on all of them",
    )


def _ahead(as_of_on: date, settings: Settings, edges: Edges) -> tuple[str, ...]:
    if as_of_on <= edges.clock().astimezone(settings.workspace.zone).date():
        return ()
    return (f"{as_of_on} is still to come: this week is told by what is known today, and is frozen so",)


def _write_review(connection: DuckDBPyConnection, run: Run, settings: Settings, as_of_on: date, edges: Edges) -> None:
    """On a cursor of its own: a result that the pages did not read to its end would be in the way."""
    review = run.folder / "review"
    review.mkdir()
    with closing(connection.cursor()) as cursor:
        edges.stages.write_review(cursor, settings, as_of_on, review)

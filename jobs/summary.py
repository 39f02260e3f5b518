"""What a run says of itself on the terminal when it is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from shutil import get_terminal_size
from typing import TYPE_CHECKING, TextIO

from jobs.backfill import Outcome as Backfilled
from jobs.backfill import Planned
from jobs.intake import Intake, problem_of
from jobs.stages import Progress
from jobs.weekly import Outcome
from jobs.workspace import week_name

if TYPE_CHECKING:
    from jobs.load import FileResult

_CLEAR = "\r\x1b[2K"


def week_summary(outcome: Outcome) -> str:
    """Files, rows, reps, deals, checks and time of a week; the last line is where the report is."""
    counts = outcome.counts
    refused = "".join(f"\n          {problem_of(each)}" for each in outcome.intake.refused)
    lines = [
        f"week      {week_name(outcome.as_of_on)}, as of {outcome.as_of_on}",
        f"files     {counts['files']:,} taken, {counts['files_refused']:,} refused{refused}",
        f"rows      {_identity(counts)}",
        f"scored    {counts['reps']:,} reps, {counts['deals']:,} open deals",
        f"checks    {counts['checks']:,} passed",
        f"time      {outcome.seconds:.1f} s",
        *(f"note      {note}" for note in (*_notes(outcome.intake), *outcome.notes)),
        str(outcome.report),
    ]
    return "\n".join(lines)


_STATES = {
    "never_scored": "never scored",
    "no_pages": "scored, without pages",
    "failed": "its last run failed",
    "done": "scored and published",
}


def plan_summary(planned: Sequence[Planned], *, restate: bool) -> str:
    """One line per week: how it stands, and what a back-fill would do with it."""
    lines = [
        f"{week_name(each.as_of_on)}  {each.as_of_on}  {'score' if each.is_due else 'keep '}  {_STATES[each.state]}"
        for each in planned
    ]
    count = sum(each.is_due for each in planned)
    told = [f"{count} of {len(planned)} weeks would be scored; nothing was changed", *_changed(planned, restate)]
    return "\n".join([*lines, *told])


def _changed(planned: Sequence[Planned], restate: bool) -> list[str]:
    """The weeks among them that were first scored under other settings, and what comes of that."""
    names = [str(each.as_of_on) for each in planned if each.is_due and each.is_changed]
    if not names:
        return []
    end = "they would be scored again under these" if restate else "restore those, or the run needs --restate"
    return [f"First scored under other settings: {', '.join(names)}; {end}"]


def backfill_summary(outcome: Backfilled) -> str:
    """Weeks, scorecards, deals, checks and time of a back-fill; the last line is where the list of weeks is."""
    planned, counts = outcome.plan, outcome.counts
    due = [each for each in planned if each.is_due]
    span = f"{week_name(planned[0].as_of_on)} to {week_name(planned[-1].as_of_on)}"
    lines = [f"weeks     {span}: {len(due)} scored, {len(planned) - len(due)} kept as they were"]
    if due:
        lines += [
            f"scored    {counts['reps']:,} scorecards of reps, {counts['deals']:,} positions of open deals",
            f"checks    {counts['checks']:,} passed on every week",
        ]
    lines += [f"time      {outcome.seconds:.1f} s", *(f"note      {note}" for note in outcome.notes)]
    return "\n".join([*lines, str(outcome.report)])


def load_summary(intake: Intake, notes: Sequence[str]) -> str:
    """One line per file and entity with its sum of rows, then the sum of the files that were kept."""
    if not intake.results:
        return "\n".join(["The inbox is empty: there was nothing to load.", *notes])
    total = f"all         {_identity(intake.counts())}"
    return "\n".join([*map(_file_line, intake.results), total, *_notes(intake), *notes])


def _file_line(result: FileResult) -> str:
    feeds = f" ({result.entity}, profile {result.profile})" if result.entity else ""
    if result.status in ("refused", "ignored"):
        return f"{result.status:<11} {result.file_name}{feeds}"
    rows = {
        "rows_in": result.rows_in,
        "rows_loaded": result.rows_loaded,
        "rows_unchanged": result.rows_unchanged,
        "rows_refused": result.rows_refused,
    }
    return f"{result.status:<11} {result.file_name}{feeds}: {_identity(rows)}"


def _identity(counts: Mapping[str, int]) -> str:
    parts = " + ".join(f"{counts[f'rows_{part}']:,} {part}" for part in ("loaded", "unchanged", "refused"))
    return f"{counts['rows_in']:,} in = {parts}"


def _notes(intake: Intake) -> list[str]:
    let_in = [
        f"{result.file_name}: let in on purpose, though a guard said no: {', '.join(result.despite)}"
        for result in intake.results
        if result.despite
    ]
    settled = [
        f"{result.file_name}: rows refused before that are in it: {result.settled_count:,}"
        for result in intake.results
        if result.settled_count
    ]
    return [*let_in, *settled, *(f"{result.file_name}: {note}" for result in intake.results for note in result.notes)]


@contextmanager
def shown_progress(stream: TextIO) -> Iterator[Progress]:
    """Progress on one line of a terminal, which is empty again afterwards; nothing where nobody looks on."""
    if not stream.isatty():
        yield lambda _: None
        return

    def show(text: str) -> None:
        stream.write(_CLEAR + text[: get_terminal_size().columns - 1])
        stream.flush()

    try:
        yield show
    finally:
        stream.write(_CLEAR)
        stream.flush()

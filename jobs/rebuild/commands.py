"""The command `batna rebuild`, and what it says."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.command import WorkspaceOption, edges, workspace_of

if TYPE_CHECKING:
    from jobs.rebuild.differences import Comparison
    from jobs.rebuild.rebuild import Outcome


def rebuild(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Make it, compare it, and publish nothing.")] = False,
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="NAME", help="Go on without this file of archive/.")
    ] = None,
    restate: Annotated[
        bool, typer.Option("--restate", help="Score weeks anew whose settings this version reads in another way.")
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Make the warehouse again from archive/, with the same rows and the same scores."""
    from jobs.rebuild.rebuild import Request
    from jobs.rebuild.rebuild import rebuild as run_rebuild
    from jobs.settings import load_settings
    from jobs.summary import shown_progress

    chosen = workspace_of(context, workspace)
    request = Request(tuple(without or ()), restate, dry_run)
    with shown_progress(sys.stderr) as progress:
        outcome = run_rebuild(chosen, load_settings(chosen.root), request, edges(progress))
    print(summary(outcome))


def summary(outcome: Outcome) -> str:
    """Files, weeks and what is otherwise than before; the last line is where the warehouse is."""
    left_out = f", {outcome.weeks_left_out:,} left out: their exports are gone" if outcome.weeks_left_out else ""
    gone = f", {outcome.files_left_out:,} left out" if outcome.files_left_out else ""
    lines = [
        f"files     {outcome.file_count:,} of {outcome.run_count:,} runs, {outcome.rows_in:,} rows{gone}",
        f"weeks     {outcome.week_count:,} scored again{left_out}",
        *_compared(outcome.comparison),
        f"time      {outcome.seconds:.1f} s",
        *(f"note      {note}" for note in outcome.notes),
        str(outcome.warehouse) if outcome.is_published else "Nothing was changed.",
    ]
    return "\n".join(lines)


def _compared(comparison: Comparison) -> list[str]:
    whole = f"{comparison.row_count:,} rows in {comparison.table_count:,} tables of raw, ops and scores"
    if comparison.unread:
        return [f"made      {whole}; the warehouse before was not compared: {comparison.unread}"]
    if not comparison.differences:
        return [f"same      {whole} are those of the warehouse before"]
    return [
        f"differs   of {whole}:",
        *(
            f"          {each.table}: {each.earlier_count:,} only before, {each.rebuilt_count:,} only now"
            for each in comparison.differences
        ),
    ]

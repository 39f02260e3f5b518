"""The command `batna rollback`, and what it says."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from jobs.command import WorkspaceOption, edges, workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jobs.rollback.rollback import Outcome
    from jobs.rollback.snapshots import Snapshot


def rollback(
    context: typer.Context,
    to: Annotated[
        str | None, typer.Option("--to", metavar="SNAPSHOT", help="Its name, the beginning of it, or `last`.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="NAME", help="This file of archive/ does not come again.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    form: Annotated[Literal["table", "json"], typer.Option("--format", help="Of the list.")] = "table",
    workspace: WorkspaceOption = None,
) -> None:
    """List the earlier warehouses; with --to put one of them in the place of the published one."""
    from jobs.rollback.rollback import Request
    from jobs.rollback.rollback import rollback as run_rollback
    from jobs.rollback.snapshots import snapshots
    from jobs.settings import load_settings
    from jobs.summary import shown_progress

    chosen = workspace_of(context, workspace)
    load_settings(chosen.root)
    if to is None:
        write_list(snapshots(chosen), form)
        return
    with shown_progress(sys.stderr) as progress:
        outcome = run_rollback(chosen, Request(to, tuple(without or ()), dry_run), edges(progress))
    print("\n".join(told(outcome)))


def write_list(found: Sequence[Snapshot], form: str) -> None:
    """A line for each, the latest first."""
    from jobs.output import WRITERS, Result

    columns = ("snapshot", "replaced_at", "megabytes", "files", "weeks", "latest", "fault")
    if form == "table" and not found:
        print("There is no earlier warehouse here yet.")
    else:
        WRITERS[form](Result(columns, map(_row, found)), sys.stdout)


def _row(each: Snapshot) -> tuple[object, ...]:
    replaced_at = f"{each.replaced_at:%Y-%m-%d %H:%M}" if each.replaced_at else ""
    latest = each.latest_on.isoformat() if each.latest_on else ""
    return each.name, replaced_at, round(each.byte_count / 1e6, 1), each.files, each.weeks, latest, each.fault


def told(outcome: Outcome) -> Iterator[str]:
    """What was done, and what is to be done now; the last line is where the warehouse is."""
    snapshot = outcome.snapshot
    latest = f", the latest {snapshot.latest_on}" if snapshot.latest_on else ""
    yield f"back to   {snapshot.name}: {snapshot.files:,} files, {snapshot.weeks:,} weeks{latest}"
    if outcome.put_back:
        place = "inbox/" + outcome.put_back[0].partition("/")[0]
        yield f"again     {len(outcome.put_back):,} files that were loaded since then lie in {place}:"
        yield from (f"          {name.partition('/')[2]}" for name in outcome.put_back)
        yield "          the next run loads them; take out first what must not come again"
    if outcome.withdrawn:
        yield f"withdrawn {len(outcome.withdrawn):,} files left the inbox: the warehouse has them again"
    for day in outcome.untold:
        yield f"pages     {day} stays as it was published; `batna weekly --as-of {day}` tells it anew"
    if outcome.undo and outcome.is_published:
        yield f"undo      batna rollback --to {outcome.undo}"
    yield from (f"note      {note}" for note in outcome.notes)
    yield str(outcome.warehouse) if outcome.is_published else "Nothing was changed."

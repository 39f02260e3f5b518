"""The command `batna retention`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jobs.command import WorkspaceOption, edges, workspace_of

if TYPE_CHECKING:
    from jobs.retention.due import Due


def retention(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Remove what is kept no longer, by people.keep_weeks and [keep]."""
    from jobs.retention.retain import retain
    from jobs.settings import load_settings

    chosen = workspace_of(context, workspace)
    found = retain(chosen, load_settings(chosen.root), edges(lambda _: None), dry_run=dry_run)
    print(told(found, dry_run=dry_run))


def told(found: Due | None, *, dry_run: bool) -> str:
    """What goes, or has gone, a line each."""
    from jobs.retention.due import lines_of

    if found is None or found.is_nothing:
        return "Nothing is older than it is kept."
    end = ["Nothing was changed."] if dry_run else []
    return "\n".join(["Would be removed:" if dry_run else "Removed:", *lines_of(found), *end])

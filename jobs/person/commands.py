"""`batna person`: what a workspace holds about one person, given out or erased."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from jobs.command import WorkspaceOption, edges, workspace_of

app = typer.Typer(help="Give out or erase what is held about one person.", no_args_is_help=True, rich_markup_mode=None)

_WHO = "The id, as deals and quotas name the person; or an address that mail goes to."
PersonArgument = Annotated[str, typer.Argument(metavar="ID", help=_WHO)]


@app.command()
def export(
    context: typer.Context,
    person_id: PersonArgument,
    output: Annotated[Path | None, typer.Option(metavar="DIR", help="A new folder. Default: person-ID.")] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Write everything that is held about a person into a folder of CSV files with an index."""
    from jobs.person.export import export as run_export
    from jobs.render.names import page_name
    from jobs.settings import load_settings

    chosen = workspace_of(context, workspace)
    folder = output or Path("person-" + page_name(person_id, person_id).removesuffix(".html"))
    parts = run_export(chosen, load_settings(chosen.root), person_id, folder)
    print(f"{sum(len(part.rows) for part in parts):,} rows in {len(parts)} files.")
    print(folder / "index.md")


@app.command()
def due(context: typer.Context, workspace: WorkspaceOption = None) -> None:
    """Say what the next weekly job removes because it is older than people.keep_weeks."""
    from jobs.retention.due import due_text
    from jobs.settings import load_settings

    chosen = workspace_of(context, workspace)
    print(due_text(chosen, load_settings(chosen.root)))


@app.command()
def erase(
    context: typer.Context,
    person_id: PersonArgument,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it. There is no way back.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Put a pseudonym in the place of a person, everywhere and for good; sums stay as they are."""
    from jobs.errors import UsageError
    from jobs.person.erase import erase as run_erase
    from jobs.person.erase import report_text
    from jobs.settings import load_settings
    from jobs.summary import shown_progress

    if dry_run == yes:
        mend = "Look at what would change with --dry-run first, and then say --yes"
        raise UsageError("batna person erase", "this cannot be undone", mend)
    chosen = workspace_of(context, workspace)
    settings = load_settings(chosen.root)
    with shown_progress(sys.stderr) as progress:
        report = run_erase(chosen, settings, person_id, edges(progress), dry_run=dry_run)
    print(report_text(report))

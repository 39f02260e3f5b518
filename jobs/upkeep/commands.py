"""`batna runs` and `batna doctor`."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Literal

import typer

from jobs.command import WorkspaceOption, now, workspace_of

Form = Annotated[Literal["table", "json"], typer.Option("--format")]
runs = typer.Typer(help="What ran, and how it ended.", rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(runs, name="runs")
    app.command()(doctor)


@runs.callback(invoke_without_command=True)
def listed(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="The last N. Default: 20.")] = 20,
    form: Form = "table",
    workspace: WorkspaceOption = None,
) -> None:
    """The last runs, the latest first; `show RUN` says all of one."""
    from jobs.upkeep.runs import recent_runs, write_runs

    chosen = workspace_of(context, workspace)
    if context.invoked_subcommand is None:
        write_runs(recent_runs(chosen, limit), form, sys.stdout)


@runs.command()
def show(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help="Its id, the beginning of it, or `last`.")],
    form: Form = "table",
    workspace: WorkspaceOption = None,
) -> None:
    """All that is on record of one run."""
    from jobs.upkeep.runs import the_run, write_run

    write_run(the_run(workspace_of(context, workspace), run), form, sys.stdout)


def doctor(context: typer.Context, form: Form = "table", workspace: WorkspaceOption = None) -> None:
    """Say what holds and what needs mending, and change nothing."""
    from jobs.upkeep.doctor import examine, write_findings
    from jobs.upkeep.probes import PROBES

    findings = examine(workspace_of(context, workspace), now(), os.environ, PROBES)
    write_findings(findings, form, sys.stdout)
    if any(finding.state == "mend" for finding in findings):
        raise typer.Exit(1)

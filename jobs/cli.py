"""The commands: each reads its arguments, calls one function and prints. `main` makes errors exit codes."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from jobs.analyst.commands import register as register_analyst
from jobs.command import WorkspaceOption, now, workspace_at
from jobs.command import edges as _edges
from jobs.command import workspace_of as _workspace
from jobs.day_options import AsOfOption, FromOption, ScoredOption, ToOption
from jobs.deliver.commands import deliver, deliver_latest
from jobs.disk_faults import disk_fault
from jobs.draft.commands import profile
from jobs.errors import BatnaError, exit_code, is_interrupt
from jobs.letting_in import AcceptOption
from jobs.person.commands import app as person
from jobs.rebuild.commands import rebuild
from jobs.retention.commands import retention
from jobs.rollback.commands import rollback
from jobs.schedule.commands import schedule
from jobs.upkeep.commands import register as register_upkeep
from jobs.workspace import SETTINGS_FILE, Workspace
from jobs.workspace import init as init_workspace

if TYPE_CHECKING:
    from jobs.intake import Intake

INTERRUPTED = 130

app = typer.Typer(
    name="batna",
    help="Scores every rep's BATNA strength, walk-away history and deal-buffer coverage from CRM exports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (docs/commands.md). Errors are printed without a traceback."""
    chosen: list[Workspace] = []
    try:
        app(arguments, prog_name="batna", obj=chosen)
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else 1
    except BatnaError as error:
        print(error, file=sys.stderr)
        return exit_code(error)
    except Exception as error:
        if is_interrupt(error):
            return INTERRUPTED
        known = disk_fault(error, chosen[-1].root if chosen else Path.cwd())
        print(known or _unexpected(error, chosen), file=sys.stderr)
        return exit_code(known or error)
    return 0


app.add_typer(person, name="person")
register_analyst(app)
app.command()(profile)
app.command()(rebuild)
app.command()(rollback)
app.command()(retention)
app.command()(schedule)
app.command()(deliver)
register_upkeep(app)


@app.callback()
def choose(context: typer.Context, workspace: WorkspaceOption = None) -> None:
    if workspace is not None:
        context.obj.append(workspace_at(workspace))


@app.command()
def init(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="WORKSPACE", help="The folder to make.")] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Make a workspace: its folders, and a commented batna.toml."""
    made = init_workspace(_workspace(context, folder or workspace).root)
    print(f"{made.root} is a workspace now.")
    print(f"Say what is yours in {SETTINGS_FILE}, put exports into {made.inbox}, and run `batna weekly`.")


@app.command()
def demo(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="WORKSPACE", help="Default: batna-demo.")] = None,
    as_of: AsOfOption = None,
    weeks: Annotated[int, typer.Option(min=1, metavar="N", help="Weeks to tell, --as-of the last. Default: 1.")] = 1,
    workspace: WorkspaceOption = None,
) -> None:
    """Make a workspace with the exports of an invented company, and run the weekly job on it."""
    from jobs.demo import AS_OF_ON
    from jobs.demo import demo as run_demo
    from jobs.summary import shown_progress, week_summary

    given = folder or workspace or (None if context.obj else Path("batna-demo"))
    chosen = _workspace(context, given)
    with shown_progress(sys.stderr) as progress:
        outcome = run_demo(chosen.root, as_of or AS_OF_ON, _edges(progress), weeks=weeks)
    print(week_summary(outcome))


@app.command()
def load(
    context: typer.Context,
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILES]...", help="Default: the inbox.")] = None,
    accept: AcceptOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Load exports, and publish nothing but what was loaded."""
    from jobs.loading import load as run_load
    from jobs.settings import load_settings
    from jobs.summary import load_summary, shown_progress

    chosen = _workspace(context, workspace)
    settings = load_settings(chosen.root)
    with shown_progress(sys.stderr) as progress:

        def tell(intake: Intake, notes: Sequence[str]) -> None:
            progress("")
            print(load_summary(intake, notes))

        run_load(chosen, settings, files or (), _edges(progress), tell, frozenset(accept or ()))


@app.command()
def weekly(
    context: typer.Context,
    as_of: AsOfOption = None,
    despite_refused: Annotated[
        bool, typer.Option("--despite-refused", help="Go on without files that were refused.")
    ] = False,
    accept: AcceptOption = None,
    restate: Annotated[
        bool, typer.Option("--restate", help="Score a past week again, on all that is known now.")
    ] = False,
    no_deliver: Annotated[bool, typer.Option("--no-deliver", help="Publish it, and send it to nobody.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Load, build, score, check, render, publish and deliver one week: the main job. Default date: yesterday."""
    from jobs.settings import load_settings
    from jobs.summary import shown_progress, week_summary
    from jobs.weekly import Request, yesterday
    from jobs.weekly import weekly as run_weekly

    chosen = _workspace(context, workspace)
    settings = load_settings(chosen.root)
    with shown_progress(sys.stderr) as progress:
        edges = _edges(progress)
        as_of_on = as_of or yesterday(settings, edges)
        request = Request(as_of_on, despite_refused, restate, frozenset(accept or ()))
        outcome = run_weekly(chosen, settings, request, edges)
    print(week_summary(outcome))
    if not no_deliver:
        deliver_latest(chosen, settings, as_of_on, edges)


@app.command()
def backfill(
    context: typer.Context,
    from_on: FromOption,
    to_on: ToOption,
    rerun: Annotated[
        Literal["missing", "failed", "all"] | None,
        typer.Option(
            "--rerun",
            help="Which weeks: without scores or pages, whose last run failed, or every one.",
            show_default="missing; with --restate all",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be done, and change nothing.")] = False,
    restate: Annotated[
        bool, typer.Option("--restate", help="Score weeks that were scored before on all that is known now.")
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Score and publish past weeks on what is loaded, seven days apart, back from --to down to --from."""
    from jobs.backfill import Request, plan
    from jobs.backfill import backfill as run_backfill
    from jobs.settings import load_settings
    from jobs.summary import backfill_summary, plan_summary, shown_progress

    chosen = _workspace(context, workspace)
    settings = load_settings(chosen.root)
    request = Request(from_on, to_on, rerun or ("all" if restate else "missing"), restate)
    with shown_progress(sys.stderr) as progress:
        edges = _edges(progress)
        if dry_run:
            print(plan_summary(plan(chosen, request, settings, edges), restate=restate))
            return
        outcome = run_backfill(chosen, settings, request, edges)
    print(backfill_summary(outcome))


@app.command()
def template(
    context: typer.Context,
    entity: Annotated[str, typer.Argument(metavar="ENTITY", help="Such as declines or walk_away_points.")],
    workspace: WorkspaceOption = None,
) -> None:
    """Print an empty file of one entity, to fill in what no CRM exports."""
    from jobs.load import template as template_of

    _workspace(context, workspace)
    sys.stdout.write(template_of(entity))


@app.command()
def declined(
    context: typer.Context,
    quarter: Annotated[str | None, typer.Option(metavar="2026-Q3", help="Fiscal quarter. Default: all.")] = None,
    form: Annotated[Literal["table", "csv", "json"], typer.Option("--format")] = "table",
    workspace: WorkspaceOption = None,
) -> None:
    """What did we decline?"""
    from jobs.declined import declined as write_declined
    from jobs.settings import load_settings

    chosen = _workspace(context, workspace)
    write_declined(chosen, load_settings(chosen.root), quarter, form, sys.stdout)


@app.command()
def explain(
    context: typer.Context,
    identifier: Annotated[str, typer.Argument(metavar="REP|DEAL", help="The id of a rep or of an open deal.")],
    as_of: ScoredOption = None,
    form: Annotated[Literal["text", "json"], typer.Option("--format")] = "text",
    workspace: WorkspaceOption = None,
) -> None:
    """Where does a number come from, and what moved since the week before?"""
    from jobs.explain import explain as write_explanation
    from jobs.settings import load_settings

    chosen = _workspace(context, workspace)
    write_explanation(chosen, load_settings(chosen.root), identifier, as_of, form, sys.stdout)


@app.command()
def version(context: typer.Context, workspace: WorkspaceOption = None) -> None:
    """Print the versions of batna, Python and DuckDB."""
    _workspace(context, workspace)
    print(f"batna {version_of('batna')}, Python {platform.python_version()}, DuckDB {version_of('duckdb')}")


def _unexpected(error: Exception, chosen: Sequence[Workspace]) -> str:
    """What is said of an error that nobody foresaw; its traceback is kept for this user alone, since it may quote a
    cell: in the workspace where there is one that this user may write in.
    """
    is_ours = bool(chosen) and os.access(chosen[-1].work, os.W_OK | os.X_OK)
    folder = chosen[-1].work if is_ours else Path(tempfile.gettempdir())
    what = f"batna: unexpected {type(error).__name__}."
    try:
        handle, place = tempfile.mkstemp(".txt", f"traceback-{now():%Y%m%dT%H%M%S%f}-", folder)
        with open(handle, "w", encoding="utf-8") as stream:
            stream.write(traceback.format_exc())
    except OSError as reason:
        return f"{what} Its traceback could not be kept in {folder} ({reason.strerror})."
    return f"{what} The traceback is in {place}."

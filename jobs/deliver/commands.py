"""`batna deliver`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.command import WorkspaceOption, edges, workspace_of
from jobs.day_options import ScoredOption

if TYPE_CHECKING:
    from datetime import date

    from jobs.deliver.ways import Outcome
    from jobs.settings import Settings
    from jobs.stages import Edges
    from jobs.workspace import Workspace


def deliver(
    context: typer.Context,
    as_of: ScoredOption = None,
    to_file: Annotated[
        Path | None, typer.Option("--to-file", metavar="DIR", help="Write what would be sent, and send nothing.")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Send a published week to everybody who is to have it and has not had it."""
    from jobs.deliver.deliver import Request, latest_week, parcel_of, write_to
    from jobs.deliver.deliver import deliver as run_deliver
    from jobs.settings import load_settings

    chosen = workspace_of(context, workspace)
    settings, real = load_settings(chosen.root), edges(lambda _: None)
    if not settings.delivery.is_set_up:
        print("No delivery is set up: see [delivery] in docs/settings.md.")
    elif to_file is not None:
        parcel = parcel_of(chosen, settings, as_of or latest_week(chosen, real), os.environ, real)
        print("\n".join(map(str, write_to(parcel, to_file))))
    else:
        run_deliver(chosen, settings, Request(as_of), os.environ, real, lambda told: print(outcomes_text(told)))


def deliver_latest(workspace: Workspace, settings: Settings, as_of_on: date, edges: Edges) -> None:
    """After a weekly run by hand: deliver its week, unless a later one was told before. Says what became of it."""
    from jobs.deliver.deliver import Request, latest_week
    from jobs.deliver.deliver import deliver as run_deliver

    if not settings.delivery.is_set_up:
        return
    if as_of_on < latest_week(workspace, edges):
        print(f"This is not the latest week: `batna deliver --as-of {as_of_on}` sends it.")
        return
    run_deliver(workspace, settings, Request(as_of_on), os.environ, edges, lambda told: print(outcomes_text(told)))


def outcomes_text(outcomes: Sequence[Outcome]) -> str:
    """A line per recipient: what became of it."""
    return "\n".join(map(_line, outcomes)) or "Nobody is to have it."


def _line(outcome: Outcome) -> str:
    code = f" ({outcome.code})" if outcome.code and outcome.status != "sent" else ""
    fault = f": {outcome.fault}" if outcome.fault else ""
    return f"{outcome.status:<10} {outcome.key.channel:<8} {outcome.key.recipient}{code}{fault}"

"""`batna schedule`."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.command import WorkspaceOption, now, workspace_of
from jobs.workspace import Workspace

if TYPE_CHECKING:
    from jobs.settings import Settings


def schedule(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Run what is due now, and end: for cron and the like.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what is due now and what comes next.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Run the nightly loading, the weekly report and the retention at their times."""
    from jobs.log import Log
    from jobs.schedule import service
    from jobs.schedule.outside import outside_of
    from jobs.schedule.wake import Wake
    from jobs.settings import load_settings

    chosen = workspace_of(context, workspace)
    settings = load_settings(chosen.root)
    if dry_run:
        print(plan_text(chosen, settings, now()))
        return
    wake, log = Wake(), Log(sys.stderr, now)
    wake.stop_on_signals()
    outside = outside_of(chosen, wake, log, now, os.environ)
    if once:
        raise typer.Exit(service.once(chosen, settings, outside))
    service.serve(chosen, outside, wake, log)


def plan_text(workspace: Workspace, settings: Settings, at: datetime) -> str:
    """What is due at this moment, and the next slot of every job, in the workspace's zone."""
    from jobs.ledger import Ledger
    from jobs.schedule.slots import next_slot, plans
    from jobs.schedule.tick import what_is_due

    zone = settings.workspace.zone
    found = what_is_due(Ledger(workspace.ledger), settings, at)
    lines = [f"due      {slot.job:<10} {slot.on}  {slot.trigger}" for slot in found.run]
    lines += [f"missed   {slot.job:<10} {slot.on}" for slot in found.missed]
    for plan in plans(settings):
        slot = next_slot(plan, at)
        when = f"{slot.due_at.astimezone(zone):%Y-%m-%d %H:%M}  {zone.key}" if slot else "never"
        lines.append(f"next     {plan.job:<10} {when}")
    return "\n".join(lines)

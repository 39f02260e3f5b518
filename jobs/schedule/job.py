"""One slot, run in this process: what the child of the service does."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from jobs.deliver import deliver as delivery
from jobs.deliver.deliver import deliver
from jobs.disk import write_synced
from jobs.errors import Locked, Skipped
from jobs.loading import load
from jobs.lock import held
from jobs.retention.retain import retain
from jobs.settings import Settings
from jobs.slot import Slot
from jobs.stages import Edges
from jobs.week_steps import week_list
from jobs.weekly import Request, weekly
from jobs.workspace import Workspace


def run_job(workspace: Workspace, settings: Settings, slot: Slot, edges: Edges, environment: Mapping[str, str]) -> None:
    """Do what is due. environment: where passwords and secret addresses are.

    Raises what the job raises, and SlotDone where another process has done it."""
    match slot.job:
        case "load":
            load(workspace, settings, (), edges, lambda *_: None, slot=slot)
        case "weekly":
            assert slot.as_of_on is not None, "a weekly report is of a day"
            try:
                weekly(workspace, settings, Request(slot.as_of_on, slot=slot), edges)
            except Skipped:
                _tell_left_out(workspace, settings, edges)
                raise
        case "deliver":
            deliver(workspace, settings, delivery.Request(slot.as_of_on, slot), environment, edges, lambda _: None)
        case "retention":
            retain(workspace, settings, edges, slot=slot)


def _tell_left_out(workspace: Workspace, settings: Settings, edges: Edges) -> None:
    """The list of weeks names the week that was left out; where another run has begun since then, that run does."""
    with suppress(Locked), held(workspace, "schedule", edges.clock()):
        write_synced(workspace.out / "index.html", week_list(workspace, settings, (), edges))

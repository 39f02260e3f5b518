"""`python -m jobs.schedule.child WORKSPACE JOB DAY DUE_AT TRIGGER RUN_ID`: the process of one slot.

It says on standard error what it does, without row data; the full words of an error go to a file in the workspace.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import get_args

from jobs.command import now
from jobs.errors import Locked, Skipped, SlotDone
from jobs.log import Log
from jobs.run import run_exit_code
from jobs.schedule.job import run_job
from jobs.settings import load_settings
from jobs.slot import Job, Slot, Trigger
from jobs.stages import Edges, shipped_stages
from jobs.workspace import Workspace


def main(arguments: Sequence[str], edges: Edges) -> int:
    """Run one slot and return the exit code of the commands. Whoever the edges tell of a step is told after the log."""
    workspace, slot = _read(arguments)
    log = Log(sys.stderr, edges.clock, {"run": slot.run_id, "job": slot.job, "slot": slot.on.isoformat()})

    def done(step: str) -> None:
        log.say("step done", step=step)
        edges.checkpoint(step)

    try:
        run_job(workspace, load_settings(workspace.root), slot, replace(edges, checkpoint=done), os.environ)
    except SlotDone:
        log.say("another process has dealt with this slot")
        return 0
    except Locked as error:  # the slot is run once the other run has ended: there is nothing to look into
        log.say("another run holds the workspace")
        return run_exit_code(error)
    except Skipped as error:  # the record says why
        log.say("run left out", error=type(error).__name__)
        return run_exit_code(error)
    except BaseException as error:
        place = _keep(workspace, slot)
        log.say("run ended early", error=type(error).__name__, details=place)
        return run_exit_code(error)
    return 0


def _read(arguments: Sequence[str]) -> tuple[Workspace, Slot]:
    root, job, on, due_at, trigger, run_id = arguments
    [known] = [each for each in get_args(Job) if each == job]
    why: Trigger = "schedule" if trigger == "schedule" else "catch-up"
    slot = Slot(known, date.fromisoformat(on), datetime.fromisoformat(due_at), why, run_id)
    return Workspace(Path(root)), slot


def _keep(workspace: Workspace, slot: Slot) -> str | None:
    """Where the error's own words are: they may quote a cell, so they are not for the log."""
    place = workspace.work / f"traceback-{slot.run_id}.txt"
    try:
        with open(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as stream:
            stream.write(f"{slot.name}\n{traceback.format_exc()}")
    except OSError:  # no such folder, a full disk: Python would print what may quote a cell
        return None
    return str(place)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Edges(shipped_stages(), now)))

"""Around each command that changes a workspace: the lock, what a killed run left, the ledger, a folder."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from jobs.errors import LedgerFault, Skipped, exit_code, is_interrupt
from jobs.ledger import Ledger, RunRow, Status
from jobs.lock import held
from jobs.publish import Checkpoint, Finished, publish, recover, tidy
from jobs.settings.service_tables import Keep
from jobs.slot import Slot
from jobs.workspace import Workspace

Clock = Callable[[], datetime]
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Run:
    """A run that holds the workspace. folder: its own, removed at the end. notes: what recovery had to do.

    keep: how many snapshots and tracebacks are left at its end; all, where it is None.
    """

    workspace: Workspace
    run_id: str
    folder: Path
    ledger: Ledger
    notes: tuple[str, ...]
    clock: Clock
    keep: Keep | None


@contextmanager
def running(
    workspace: Workspace,
    command: str,
    clock: Clock,
    *,
    as_of_on: date | None = None,
    overrides: Sequence[str] = (),
    slot: Slot | None = None,
    keep: Keep | None = None,
) -> Iterator[Run]:
    """Hold the workspace for one run and keep its record.

    keep: how many snapshots and tracebacks are left at its end; all, where it is not told.
    Raises Locked where another run holds it, and SlotDone where the slot of the schedule was dealt with before.
    """
    started_at = clock()
    with held(workspace, command, started_at):
        notes = recovered(workspace, started_at)
        run_id = (slot.run_id if slot else None) or new_run_id(started_at)
        ledger = Ledger(workspace.ledger)
        ledger.begin(RunRow(run_id, command, started_at, as_of_on, overrides, slot))
        folder = workspace.work / run_id
        folder.mkdir()
        try:
            yield Run(workspace, run_id, folder, ledger, notes, clock, keep)
        except BaseException as error:
            with suppress(LedgerFault):  # a full disk: the next run marks this one as interrupted
                ledger.end(run_id, clock(), _status(error), run_exit_code(error), type(error).__name__)
            raise
        else:
            ledger.end(run_id, clock(), "ok", 0, None)
        finally:
            tidy(workspace, keep)


def new_run_id(now: datetime) -> str:
    """A name that no other run has, in the order of time."""
    return f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def published(run: Run, finished: Finished, checkpoint: Checkpoint) -> tuple[str, ...]:
    """Publish what this run has finished and keep on record what that was; returns notes for people."""
    snapshot = f"snapshots/before-{run.run_id}.duckdb" if run.workspace.warehouse.exists() else None
    pages = [f"out/{week.name}" for week in finished.weeks]
    run.ledger.note_published(run.run_id, snapshot, [run.workspace.warehouse.name, *pages])
    keep = run.keep.snapshots if run.keep else None
    return publish(run.workspace, finished, checkpoint, lambda run_id: run.ledger.end_late(run_id, run.clock()), keep)


def recovered(workspace: Workspace, now: datetime) -> tuple[str, ...]:
    """Finish what a killed run had begun to put in its place. Call it with the workspace held; returns notes."""
    ledger = Ledger(workspace.ledger)
    notes = recover(workspace, settle=lambda run_id: ledger.end_late(run_id, now))
    return (*notes, *_recover_erasure(workspace))


def _recover_erasure(workspace: Workspace) -> tuple[str, ...]:
    if not workspace.erasure.exists():
        return ()
    from jobs.person.journal import recover_erasure

    notes = recover_erasure(workspace)
    tidy(workspace)
    return notes


def run_exit_code(error: BaseException) -> int:
    """Exit code of a command that ended with this error, being stopped by the keyboard included."""
    return INTERRUPTED if is_interrupt(error) else exit_code(error)


def _status(error: BaseException) -> Status:
    if is_interrupt(error):
        return "interrupted"
    return "skipped" if isinstance(error, Skipped) else "failed"

"""Around each command that changes a workspace: the lock, what a killed run left, the ledger, a folder."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from jobs.errors import exit_code
from jobs.ledger import Ledger, RunRow
from jobs.lock import held
from jobs.publish import recover, tidy
from jobs.workspace import Workspace

Clock = Callable[[], datetime]
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Run:
    """A run that holds the workspace. folder: its own, removed at the end. notes: what recovery had to do."""

    workspace: Workspace
    run_id: str
    folder: Path
    ledger: Ledger
    notes: tuple[str, ...]


@contextmanager
def running(
    workspace: Workspace,
    command: str,
    clock: Clock,
    *,
    as_of_on: date | None = None,
    overrides: Sequence[str] = (),
) -> Iterator[Run]:
    """Hold the workspace for one run and keep its record. Raises Locked where another run holds it."""
    started_at = clock()
    with held(workspace, command, started_at):
        notes = (*recover(workspace), *_recover_erasure(workspace))
        run_id = f"{started_at:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        ledger = Ledger(workspace.ledger)
        ledger.begin(RunRow(run_id, command, started_at, as_of_on, overrides))
        folder = workspace.work / run_id
        folder.mkdir()
        try:
            yield Run(workspace, run_id, folder, ledger, notes)
        except BaseException as error:
            ledger.end(run_id, clock(), run_exit_code(error), type(error).__name__)
            raise
        else:
            ledger.end(run_id, clock(), 0, None)
        finally:
            tidy(workspace)


def _recover_erasure(workspace: Workspace) -> tuple[str, ...]:
    if not workspace.erasure.exists():
        return ()
    from jobs.person.journal import recover_erasure

    notes = recover_erasure(workspace)
    tidy(workspace)
    return notes


def run_exit_code(error: BaseException) -> int:
    """Exit code of a command that ended with this error, being stopped by the keyboard included."""
    return INTERRUPTED if isinstance(error, KeyboardInterrupt) else exit_code(error)

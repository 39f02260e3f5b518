"""The journal of an erasure: finished files that take the place of others, and what is removed.

Everything is made aside first. Until the journal is written nothing has changed; from then on the erasure will be
finished, by this command or by the next one. It holds paths alone, so that it names nobody longer than the files do;
whose addresses leave the record of deliveries is told by the new list of erased people, which is in its place by then.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from jobs.deliver.record import hide_erased
from jobs.disk import move_synced, sync_file, sync_folder, write_synced
from jobs.errors import BatnaError
from jobs.ledger import Ledger
from jobs.load.erased import read_erased
from jobs.publish import Checkpoint
from jobs.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Erasure:
    """Paths relative to the workspace. moves: (finished file, its place), in order. removals: files that go."""

    run: str
    moves: tuple[tuple[str, str], ...]
    removals: tuple[str, ...]


def carry_out(workspace: Workspace, erasure: Erasure, checkpoint: Checkpoint = lambda _: None) -> None:
    """Write the journal and do what it says; `checkpoint` is told of each step once it is done."""
    for source, _ in erasure.moves:
        sync_file(workspace.root / source)
    checkpoint("prepared")
    write_synced(workspace.erasure, json.dumps(asdict(erasure), ensure_ascii=False, indent=1))
    checkpoint("journal written")
    _finish(workspace, erasure, checkpoint)


def recover_erasure(workspace: Workspace) -> tuple[str, ...]:
    """Finish an erasure that was cut short. Call it with the lock held. Returns what a person should know of it."""
    try:
        values = json.loads(workspace.erasure.read_text(encoding="utf-8"))
        moves = tuple((str(source), str(target)) for source, target in values["moves"])
        erasure = Erasure(values["run"], moves, tuple(values["removals"]))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        mend = "It is written in one step, so somebody changed it: put it back, or move it away and erase again"
        raise BatnaError(str(workspace.erasure), f"the open journal cannot be read ({error!r})", mend) from error
    _finish(workspace, erasure, lambda _: None)
    return (f"the erasure of run {erasure.run} was cut short; it is finished now",)


def _finish(workspace: Workspace, erasure: Erasure, checkpoint: Checkpoint) -> None:
    """Each step does nothing where it was done before."""
    for source, target in erasure.moves:
        _put(workspace, workspace.root / source, workspace.root / target)
        checkpoint(f"{target} placed")
    ledger = Ledger(workspace.ledger)
    hide_erased(ledger, read_erased(workspace))
    ledger.compact()
    checkpoint("record of deliveries written")
    for path in erasure.removals:
        _remove(workspace.root / path)
        checkpoint(f"{path} removed")
    os.unlink(workspace.erasure)
    sync_folder(workspace.work)
    checkpoint("journal dropped")


def _put(workspace: Workspace, source: Path, target: Path) -> None:
    if source.exists() and target == workspace.warehouse:
        target.with_name(target.name + ".wal").unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    move_synced(source, target)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)

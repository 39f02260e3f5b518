"""Publishing: a finished run takes the place of the published one, by renames that a journal can finish.

A reader sees the old warehouse or the new one, the old pages of a week or the new ones. A run that is killed
before its journal is written has changed nothing; one that is killed later is finished by the next command.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from jobs.disk import folder_sha256, keep_link, move_anywhere, move_synced, put_folder, sync_folder
from jobs.publish.archive import archive_file, drop_emptied, lost_files, write_manifest
from jobs.publish.journal import Journal, Move, Pages, read_journal, write_journal
from jobs.publish.prepare import Accepted, Finished, Week, copy_aside, prepared, require_room
from jobs.publish.review import place_review
from jobs.settings.service_tables import Keep
from jobs.workspace import Workspace

__all__ = ["Accepted", "Checkpoint", "Finished", "Week", "copy_aside", "publish", "recover", "require_room", "tidy"]

Checkpoint = Callable[[str], None]
Settle = Callable[[str], None]


def _nobody(_: str) -> None:
    """Is told, and does nothing."""


def publish(
    workspace: Workspace,
    finished: Finished,
    checkpoint: Checkpoint = _nobody,
    settle: Settle = _nobody,
    keep_snapshots: int | None = None,
) -> tuple[str, ...]:
    """Put everything in its place; `checkpoint` is told the name of each step once it is done.

    keep_snapshots: how many earlier warehouses stay, this one's among them; all, where it is not told.

    settle: keeps on record that the run of this name has done its work, before its journal goes. Were it the other
    way round, a run that is killed in between would have published, and nobody would know.
    Returns what a person should know of it. Raises DataRefused where an accepted file was changed since it
    was read.
    """
    journal = replace(prepared(workspace, finished), keep_snapshots=keep_snapshots)
    checkpoint("prepared")
    write_journal(workspace, journal)
    checkpoint("journal written")
    return _finish(workspace, journal, checkpoint, settle)


def recover(workspace: Workspace, checkpoint: Checkpoint = _nobody, settle: Settle = _nobody) -> tuple[str, ...]:
    """Finish what a killed run had begun to publish, and remove what others left. Call it with the lock held.

    Returns what a person should know of it.
    """
    journal = read_journal(workspace)
    notes: tuple[str, ...] = ()
    if journal is not None:
        finished = f"run {journal.run} was cut short while it published; that is finished now"
        notes = (finished, *_finish(workspace, journal, checkpoint, settle))
    tidy(workspace)
    return notes


def tidy(workspace: Workspace, keep: Keep | None = None) -> None:
    """Remove folders of runs that are over, and snapshots and tracebacks beyond the number that is kept.

    While a journal is open, of a publication or an erasure, nothing is removed: it names what lies in a run's
    folder.
    """
    if workspace.journal.exists() or workspace.erasure.exists():
        return
    for folder in workspace.work.iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)
    if keep is None:
        return
    _drop_snapshots(workspace, keep.snapshots)
    for traceback in sorted(workspace.work.glob("traceback-*.txt"))[: -keep.tracebacks]:
        traceback.unlink()


def _finish(workspace: Workspace, journal: Journal, checkpoint: Checkpoint, settle: Settle) -> tuple[str, ...]:
    for name, step in _steps(workspace, journal):
        step()
        checkpoint(name)
    settle(journal.run)
    checkpoint("run settled")
    _drop_journal(workspace)
    checkpoint("journal dropped")
    return lost_files(workspace, journal.archive)


def _steps(workspace: Workspace, journal: Journal) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is left to do, in order. Each step does nothing where it was done before."""
    yield "earlier warehouse kept", partial(_keep_snapshot, workspace, journal)
    yield "warehouse published", partial(_publish_warehouse, workspace, journal)
    for pages in journal.pages:
        yield f"{pages.target} published", partial(_publish_pages, workspace, pages)
    for move in journal.beside:
        yield f"{move.target} placed", partial(_place, workspace, move)
    if journal.week_list:  # after all that it leads to
        source, target = workspace.root / journal.week_list, workspace.out / "index.html"
        yield "list of weeks published", partial(move_synced, source, target)
    for move in journal.records:
        yield f"{move.target} placed", partial(_place, workspace, move)
    for move in journal.archive:
        yield f"{move.target} archived", partial(archive_file, workspace, move)
    for move in journal.put_back:
        yield f"{move.target} put back", partial(_put_back, workspace, move)
    yield "manifest written", partial(write_manifest, workspace, journal.archive, journal.manifest)
    for settled in journal.settled:
        yield f"{settled} settled", partial(_drop_settled, workspace, journal, settled)
    for move in journal.rejects:
        yield f"{move.target} placed", partial(_place, workspace, move)
    for move in journal.review:
        yield f"{move.target} placed", partial(place_review, workspace, move, journal.run)
    if journal.keep_snapshots:  # here, and not only at the end of a run: one that is killed again and again has none
        yield "oldest warehouses removed", partial(_drop_snapshots, workspace, journal.keep_snapshots)


def _keep_snapshot(workspace: Workspace, journal: Journal) -> None:
    """While the copy is still there, the warehouse is the earlier one."""
    if (workspace.root / journal.warehouse).exists() and workspace.warehouse.exists():
        keep_link(workspace.warehouse, workspace.root / journal.snapshot)


def _publish_warehouse(workspace: Workspace, journal: Journal) -> None:
    """A write-ahead log beside the target belongs to no published file, and would spoil the new one."""
    copy = workspace.root / journal.warehouse
    if copy.exists():
        workspace.warehouse.with_name(workspace.warehouse.name + ".wal").unlink(missing_ok=True)
        move_synced(copy, workspace.warehouse)


def _publish_pages(workspace: Workspace, pages: Pages) -> None:
    """Known by their bytes: after the exchange the earlier pages stand where the new ones stood."""
    source, target = workspace.root / pages.source, workspace.root / pages.target
    if folder_sha256(target) != pages.sha256 and folder_sha256(source) == pages.sha256:
        put_folder(source, target)


def _drop_snapshots(workspace: Workspace, keep: int) -> None:
    for snapshot in sorted(workspace.snapshots.glob("before-*.duckdb"))[:-keep]:
        snapshot.unlink()


def _place(workspace: Workspace, move: Move) -> None:
    target = workspace.root / move.target
    target.parent.mkdir(parents=True, exist_ok=True)
    move_synced(workspace.root / move.source, target)


def _put_back(workspace: Workspace, move: Move) -> None:
    """The inbox may lie on another file system than the rest."""
    source, target = workspace.root / move.source, workspace.root / move.target
    if source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        move_anywhere(source, target)


def _drop_settled(workspace: Workspace, journal: Journal, settled: str) -> None:
    """What this run has put under the name already, before it was cut short, stays."""
    if all(move.target != settled or (workspace.root / move.source).exists() for move in journal.rejects):
        (workspace.root / settled).unlink(missing_ok=True)
        drop_emptied(workspace, workspace.root / settled)


def _drop_journal(workspace: Workspace) -> None:
    os.unlink(workspace.journal)
    sync_folder(workspace.work)

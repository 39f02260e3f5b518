"""`batna retention`, and the job of the schedule: what is kept no longer goes, whether a week is scored or not."""

from __future__ import annotations

from contextlib import closing

from jobs.disk import write_synced
from jobs.publish import Finished, copy_aside
from jobs.query import opened
from jobs.retention.due import Due, due, with_surplus
from jobs.retention.people import forget_scores
from jobs.retention.remove import remove
from jobs.run import Run, published, running
from jobs.settings import Settings
from jobs.slot import Slot
from jobs.stages import Edges
from jobs.week_steps import week_list
from jobs.workspace import Workspace


def retain(
    workspace: Workspace, settings: Settings, edges: Edges, *, dry_run: bool = False, slot: Slot | None = None
) -> Due | None:
    """Remove what is due, or with `dry_run` only find it; None where no week was ever scored.

    People go out of older scores on a copy, which is published like a week; the files go after it. Raises Locked,
    SlotDone, and BatnaError where the disk has no room.
    """
    overrides = ("--dry-run",) if dry_run else ()
    keep = None if dry_run else settings.keep
    with running(workspace, "retention", edges.clock, overrides=overrides, slot=slot, keep=keep) as run:
        found = _found(workspace, settings)
        if found and not found.is_nothing and not dry_run:
            _forget(run, found, edges)
            listed = week_list(workspace, settings, (), edges, gone=found.weeks)
            write_synced(workspace.out / "index.html", listed)
            edges.checkpoint("list of weeks published")
            remove(workspace, found)
            run.ledger.note_counts(run.run_id, _counts(found))
        return found


def _found(workspace: Workspace, settings: Settings) -> Due | None:
    if not workspace.warehouse.exists():
        return None
    with closing(opened(workspace)) as connection:
        found = due(connection, workspace, settings)
    return with_surplus(found, workspace, settings.keep) if found else None


def _forget(run: Run, found: Due, edges: Edges) -> None:
    if not found.rows:
        return
    copy, none = copy_aside(run.workspace, run.folder, 0), run.folder / "none"
    with closing(edges.stages.connect(copy)) as connection:
        forget_scores(connection, found.before)
    published(run, Finished(run.folder, copy, (), none, none), edges.checkpoint)


def _counts(found: Due) -> dict[str, int]:
    files = len(found.snapshots) + len(found.files) + len(found.rejects)
    rows, deliveries = sum(found.rows.values()), sum(found.mails.values())
    return {"rows": rows, "weeks": len(found.weeks), "files": files, "deliveries": deliveries}

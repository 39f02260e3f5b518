"""Removing what is due. Each step may be done again: one that is cut short is done by the next run."""

from __future__ import annotations

import shutil

from jobs.deliver.record import forget
from jobs.disk import write_synced
from jobs.ledger import Ledger
from jobs.publish.archive import ManifestLine, manifest_text, read_manifest
from jobs.retention.due import Due
from jobs.workspace import Workspace


def remove(workspace: Workspace, found: Due) -> None:
    """Remove the files that are due; the list of weeks does not name them any more."""
    for name in found.weeks:
        shutil.rmtree(workspace.out / name, ignore_errors=True)
    for name in found.mails:
        forget(Ledger(workspace.ledger), name)
    for name in found.snapshots:
        (workspace.snapshots / name).unlink(missing_ok=True)
    for name in found.rejects:
        (workspace.rejects / name).unlink(missing_ok=True)
    if found.files:
        lines = [_without(line, found) if line["archive"] in found.files else line for line in read_manifest(workspace)]
        write_synced(workspace.manifest, manifest_text(lines))
    for name in found.files:
        (workspace.archive / name).unlink(missing_ok=True)


def _without(line: ManifestLine, found: Due) -> ManifestLine:
    reason = "people.keep_weeks" if found.files_before == found.before else "keep.archive_weeks"
    return {**line, "is_archived": False, "removed_by": reason, "removed_before": found.files_before.isoformat()}

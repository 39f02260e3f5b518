"""`batna rollback --to SNAPSHOT`: the whole story.

look into the snapshot -> copy it aside -> the manifest and the weeks as they belong to it -> publish

Pages stay as they were published, and so does the record of runs. Files that were accepted since then go back into
the inbox, so that no row is lost unless somebody takes them out.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from duckdb import DuckDBPyConnection

from jobs.disk import copy_synced, file_sha256
from jobs.errors import DataRefused
from jobs.load.erased import read_erased
from jobs.person.columns import text_columns
from jobs.publish import Finished, require_room
from jobs.publish.archive import ManifestLine, manifest_text, read_manifest
from jobs.records import WeekRecord, read_weeks, write_weeks
from jobs.rollback.branch import Branch, branch
from jobs.rollback.snapshots import Snapshot, snapshots, the_snapshot
from jobs.rollback.weeks import records_of
from jobs.run import Run, published, running
from jobs.stages import Edges
from jobs.workspace import ROLLED_BACK, Workspace

_FILES = "select file_number, sha256 from ops.files"


@dataclass(frozen=True, slots=True)
class Request:
    """to: a snapshot. without: names of files in archive/ that are not to come again."""

    to: str
    without: tuple[str, ...] = ()
    dry_run: bool = False

    @property
    def overrides(self) -> tuple[str, ...]:
        """What was asked for, for the record."""
        dry = ("--dry-run",) if self.dry_run else ()
        return (f"--to {self.to}", *(f"--without {name}" for name in self.without), *dry)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rollback did, or would do.

    put_back: files that are to be loaded again, by their place in the inbox. withdrawn: files that went from there,
    since the warehouse has them again. untold: dates whose pages the warehouse does not have as they were published.
    undo: the snapshot that undoes it; empty where no warehouse was there.
    """

    snapshot: Snapshot
    put_back: tuple[str, ...]
    withdrawn: tuple[str, ...]
    untold: tuple[date, ...]
    undo: str
    notes: tuple[str, ...]
    warehouse: Path
    is_published: bool


def rollback(workspace: Workspace, request: Request, edges: Edges) -> Outcome:
    """Put a snapshot in the place of the published warehouse, which becomes a snapshot itself.

    Raises UsageError where there is no such snapshot, DataRefused where it cannot be put back or a file would be
    lost, BatnaError where the disk has no room, and Locked; then nothing was changed.
    """
    with running(workspace, "rollback", edges.clock, overrides=request.overrides) as run:
        snapshot = the_snapshot(snapshots(workspace), request.to)
        if snapshot.fault:
            raise DataRefused(str(snapshot.path), snapshot.fault, "Choose another: `batna rollback` lists them")
        with closing(edges.stages.connect(snapshot.path, read_only=True)) as connection:
            _require_nobody_erased(connection, workspace, snapshot)
            weeks = records_of(connection, workspace)
            files = {(number, sha256) for number, sha256 in connection.execute(_FILES).fetchall()}
        found = branch(read_manifest(workspace), files, snapshot.run, run.run_id)
        require_room(workspace, run.folder, snapshot.byte_count + sum(_sizes(workspace, found.taken_back)))
        outcome = _outcome(run, snapshot, found, weeks, request)
        if not request.dry_run:
            _publish(run, found, weeks, outcome, edges)
        return outcome


def _outcome(run: Run, snapshot: Snapshot, found: Branch, weeks: Sequence[WeekRecord], request: Request) -> Outcome:
    workspace = run.workspace
    return Outcome(
        snapshot=snapshot,
        put_back=_put_back(run, [line for line in found.taken_back if line["archive"] not in request.without]),
        withdrawn=_withdrawn(workspace, {str(line["sha256"]) for line in found.restored}),
        untold=_untold(workspace, weeks),
        undo=f"before-{run.run_id}" if workspace.warehouse.exists() else "",
        notes=(*run.notes, *_unknown(found)),
        warehouse=workspace.warehouse,
        is_published=not request.dry_run,
    )


def _publish(run: Run, found: Branch, weeks: Sequence[WeekRecord], outcome: Outcome, edges: Edges) -> None:
    """Pages, rejects/ and review/ stay as they are."""
    copy = run.folder / "warehouse.duckdb"
    copy_synced(outcome.snapshot.path, copy)
    edges.checkpoint("copied aside")
    run.ledger.note_counts(run.run_id, {"files": len(outcome.put_back), "weeks": len(weeks)})
    write_weeks(run.folder, weeks)
    (run.folder / "records" / "manifest.jsonl").write_text(manifest_text(found.lines), encoding="utf-8", newline="\n")
    none = run.folder / "none"
    finished = Finished(run.folder, copy, (), none, none, put_back=run.folder / "put-back", withdrawn=outcome.withdrawn)
    published(run, finished, edges.checkpoint)


def _put_back(run: Run, lines: Sequence[ManifestLine]) -> tuple[str, ...]:
    """Copies of these files in the run's folder, each under its own name and with the time of its arrival.

    Raises DataRefused where one is not in the archive any more.
    """
    gone = [line["archive"] for line in lines if not (run.workspace.archive / line["archive"]).exists()]
    if gone:
        fault = f"{gone[0]} was loaded since then and is not in the archive any more, so its rows would be lost"
        raise DataRefused(str(run.workspace.archive), fault, f"Put it back, or go on without it: --without {gone[0]}")
    names = []
    for line in lines:
        name = f"{ROLLED_BACK}{run.run_id}/{line['archive'][:6]}/{line['file_name']}"
        place = run.folder / "put-back" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        copy_synced(run.workspace.archive / line["archive"], place)
        arrived_at = datetime.fromisoformat(line["arrived_at"] + "+00:00").timestamp()
        os.utime(place, (arrived_at, arrived_at))
        names.append(name)
    return tuple(names)


def _withdrawn(workspace: Workspace, restored: Collection[str]) -> tuple[str, ...]:
    """Files that an earlier rollback put into the inbox, and that the warehouse has again."""
    waiting = sorted(path for path in workspace.inbox.glob(f"{ROLLED_BACK}*/*/*") if path.is_file()) if restored else []
    return tuple(path.relative_to(workspace.inbox).as_posix() for path in waiting if file_sha256(path) in restored)


def _untold(workspace: Workspace, weeks: Sequence[WeekRecord]) -> tuple[date, ...]:
    """Dates that were scored since then, for the first time or again."""
    told = {each.as_of_on: each for each in weeks}
    return tuple(each.as_of_on for each in read_weeks(workspace) if told.get(each.as_of_on) != each)


def _require_nobody_erased(connection: DuckDBPyConnection, workspace: Workspace, snapshot: Snapshot) -> None:
    """Erasing removes every snapshot; one that was put here by hand must not bring anybody back."""
    erased = read_erased(workspace)
    columns = [each for each in text_columns(connection) if each.table.startswith("raw.") and erased.people]
    for column in (each for each in columns if each.names_person != "false"):
        query = f"select distinct {column.quoted} from {column.table} where {column.names_person}"
        values = [row[0] for row in connection.execute(query).fetchall() if row[0] is not None]
        if any(erased.cell(value) != value for value in values):
            fault = "it is from before somebody was erased, and would bring them back"
            raise DataRefused(str(snapshot.path), fault, "Remove it, and choose a later one")


def _sizes(workspace: Workspace, lines: Sequence[ManifestLine]) -> list[int]:
    places = [workspace.archive / line["archive"] for line in lines]
    return [place.stat().st_size for place in places if place.exists()]


def _unknown(found: Branch) -> tuple[str, ...]:
    if not found.unknown:
        return ()
    count = len(found.unknown)
    return (f"{count} of its files are not in the archive's manifest: `batna rebuild` could not make it again",)

"""Before publishing: a copy of the warehouse to work on, and the journal of what a run will put where."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from jobs.disk import copy_synced, file_sha256, folder_sha256, size_text, sync_file, sync_tree, write_synced
from jobs.disk_faults import PUT_BACK
from jobs.errors import BatnaError, DataRefused
from jobs.publish.archive import ManifestLine, archive_name, archived_count, standing_lines
from jobs.publish.journal import Journal, Move, Pages
from jobs.workspace import Arrival, Workspace, fingerprint_of, require_usable

SPARE_BYTES = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted file. facts: what the manifest says of it.

    is_kept: the file stays where it is, and a copy goes into the archive.
    sha256: of its bytes, where the loader has told it; they are not read for it once more.
    """

    arrival: Arrival
    facts: ManifestLine
    is_kept: bool = False
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """The pages of one week: its name, and the finished folder."""

    name: str
    pages: Path


@dataclass(frozen=True, slots=True)
class Finished:
    """What a run has made in its folder. The warehouse is closed.

    settled_rejects: names of files in rejects/ of which nothing is open any more.
    weeks: whose pages were made, each with a folder of its own. week_list: the text of out/index.html then.
    put_back: a folder of files that go into the inbox. withdrawn: names of files in the inbox that go.
    """

    folder: Path
    warehouse: Path
    accepted: Sequence[Accepted]
    rejects: Path
    review: Path
    weeks: Sequence[Week] = ()
    week_list: str = ""
    settled_rejects: Sequence[str] = ()
    put_back: Path | None = None
    withdrawn: Sequence[str] = ()


def copy_aside(workspace: Workspace, folder: Path, incoming_bytes: int) -> Path:
    """A copy of the published warehouse to work on; only its path where nothing has been published yet.

    Raises BatnaError where the disk has no room for it and for what will be loaded, and where it is gone.
    """
    copy = folder / "warehouse.duckdb"
    size = workspace.warehouse.stat().st_size if workspace.warehouse.exists() else 0
    if not size:
        _require_nothing_loaded(workspace)
    require_room(workspace, folder, 2 * (size + incoming_bytes))
    if size:
        shutil.copyfile(workspace.warehouse, copy)
    return copy


def _require_nothing_loaded(workspace: Workspace) -> None:
    """Without the warehouse, a run would publish the new files alone, as if there had been no others."""
    count = len(standing_lines(workspace))
    if count:
        fault = f"it is gone or empty, and {count} files of the archive were in it"
        raise BatnaError(str(workspace.warehouse), fault, PUT_BACK)


def require_room(workspace: Workspace, folder: Path, wanted: int) -> None:
    """Raises BatnaError where the disk has no room for so many bytes and some to spare."""
    needed, free = wanted + SPARE_BYTES, shutil.disk_usage(folder).free
    if free < needed:
        fault = f"the run needs {size_text(needed)} of free disk, and has {size_text(free)}"
        raise BatnaError(str(workspace.root), fault, "Make room, or move the workspace to a larger disk")


def prepared(workspace: Workspace, finished: Finished) -> Journal:
    """Bring the run's files to the disk and say what will become of each.

    Raises DataRefused where an accepted file was changed since it was read.
    """
    if finished.warehouse.with_name(finished.warehouse.name + ".wal").exists():
        raise BatnaError(str(finished.warehouse), "the finished copy was not closed")
    sync_file(finished.warehouse)
    for folder in sorted({each.arrival.path.parent for each in finished.accepted if not each.is_kept}):
        _require_writable(folder)
    for place in (workspace.out / week.name for week in finished.weeks):
        if place.exists():  # it changes places with the new one
            require_usable(place)
    first = archived_count(workspace) + 1
    archive = tuple(
        _archive_move(workspace, finished.folder, number, accepted)
        for number, accepted in enumerate(finished.accepted, start=first)
    )
    return Journal(
        run=finished.folder.name,
        warehouse=_relative(workspace, finished.warehouse),
        snapshot=f"snapshots/before-{finished.folder.name}.duckdb",
        pages=tuple(_pages(workspace, week) for week in finished.weeks),
        week_list=_week_list(workspace, finished) if finished.weeks else None,
        archive=archive,
        manifest=_manifest(archive, finished.accepted),
        rejects=_moves(workspace, finished.rejects, "rejects"),
        settled=(
            *(f"rejects/{name}" for name in finished.settled_rejects),
            *(f"inbox/{name}" for name in finished.withdrawn),
        ),
        review=_moves(workspace, finished.review, "review"),
        records=_moves(workspace, finished.folder / "records", "archive"),
        beside=_moves(workspace, finished.folder / "beside", "out"),
        put_back=_moves(workspace, finished.put_back, "inbox") if finished.put_back else (),
    )


def _require_writable(folder: Path) -> None:
    """Asked before anything is published: what cannot be moved away would be in the way of every later run."""
    try:
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        fault = f"its files cannot be moved to archive/ ({error.strerror})"
        raise BatnaError(str(folder), fault, "Make the folder writable and run again; nothing was published") from None


def _archive_move(workspace: Workspace, folder: Path, number: int, accepted: Accepted) -> Move:
    path = accepted.arrival.path
    source, name = path, archive_name(number, path.name)
    if accepted.is_kept:
        source = folder / "accepted" / name
        source.parent.mkdir(exist_ok=True)
        copy_synced(path, source)
    sha256 = accepted.sha256 or file_sha256(source)
    if fingerprint_of(path) != accepted.arrival.fingerprint:
        raise DataRefused(str(path), "this file was changed while it was read", "Run the job again")
    return Move(_relative(workspace, source), f"archive/{name}", sha256, fingerprint_of(source))


def _manifest(archive: Sequence[Move], accepted: Sequence[Accepted]) -> tuple[ManifestLine, ...]:
    return tuple(
        {"archive": Path(move.target).name, "sha256": move.sha256, **file.facts}
        for move, file in zip(archive, accepted, strict=True)
    )


def _pages(workspace: Workspace, week: Week) -> Pages:
    sync_tree(week.pages)
    return Pages(_relative(workspace, week.pages), f"out/{week.name}", folder_sha256(week.pages))


def _week_list(workspace: Workspace, finished: Finished) -> str:
    path = finished.folder / "week_list.html"
    write_synced(path, finished.week_list)
    return _relative(workspace, path)


def _moves(workspace: Workspace, folder: Path, target: str) -> tuple[Move, ...]:
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    return tuple(
        Move(_relative(workspace, path), f"{target}/{path.relative_to(folder).as_posix()}", file_sha256(path))
        for path in files
    )


def _relative(workspace: Workspace, path: Path) -> str:
    return path.relative_to(workspace.root).as_posix()

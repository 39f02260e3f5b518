"""What a workspace holds after a week, looked at from outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jobs.disk import folder_sha256
from jobs.workspace import Workspace

PARTS = ("archive", "snapshots", "out")
REVIEWED = "review.json"  # what was asked in review/, so that an answer is known from it


@dataclass(frozen=True, slots=True)
class Pages:
    """A week's folder of pages. number: of the folder itself, another one whenever it is published."""

    number: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes by part of the workspace, in MB; how many snapshots; the pages; what a run should not have left,
    and the folder and the note of one, which the next run clears away.
    """

    archive: float
    warehouse: float
    snapshots: float
    pages: float
    rest: float
    snapshot_count: int
    weeks: dict[str, Pages]
    left: tuple[str, ...]
    folders: frozenset[str]

    @property
    def all_but_archive(self) -> float:
        return self.warehouse + self.snapshots + self.pages + self.rest


def held(workspace: Workspace) -> Held:
    """What is there now, with no run going on."""
    files = {path: path.stat().st_size / 1e6 for path in workspace.root.rglob("*") if path.is_file()}
    by_part = {part: sum(mb for path, mb in files.items() if _is_in(path, workspace, part)) for part in PARTS}
    warehouse = files.get(workspace.warehouse, 0.0)
    return Held(
        archive=by_part["archive"],
        warehouse=warehouse,
        snapshots=by_part["snapshots"],
        pages=by_part["out"],
        rest=sum(files.values()) - sum(by_part.values()) - warehouse,
        snapshot_count=len(list(workspace.snapshots.iterdir())),
        weeks={name: _pages(workspace.out / name) for name in workspace.weeks()},
        left=tuple(_left(workspace)),
        folders=frozenset(path.name for path in workspace.work.iterdir() if _is_of_a_run(path, workspace)),
    )


def _is_in(path: Path, workspace: Workspace, part: str) -> bool:
    return path.is_relative_to(workspace.root / part)


def _pages(folder: Path) -> Pages:
    return Pages(folder.stat().st_ino, folder_sha256(folder))


def _is_of_a_run(path: Path, workspace: Workspace) -> bool:
    return path.is_dir() or path == workspace.holder_note


def _left(workspace: Workspace) -> Iterator[str]:
    """Journals, tracebacks, half-written files, exports that were to be loaded."""
    for path in workspace.work.iterdir():
        if path.name != REVIEWED and not _is_of_a_run(path, workspace):
            yield f".work/{path.name}"
    yield from (f"inbox/{path.name}" for path in workspace.inbox.iterdir())
    for path in workspace.root.rglob("*"):
        if path.suffix in (".new", ".wal", ".tmp", ".earlier"):
            yield path.relative_to(workspace.root).as_posix()

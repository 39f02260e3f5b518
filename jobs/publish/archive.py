"""archive/: every accepted file, byte for byte, and manifest.jsonl, from which a warehouse can be rebuilt."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from jobs.disk import file_sha256, json_lines, move_anywhere, write_synced
from jobs.errors import BatnaError
from jobs.publish.journal import Move
from jobs.workspace import ROLLED_BACK, Workspace, fingerprint_of

ManifestLine = dict[str, Any]


def read_manifest(workspace: Workspace) -> list[ManifestLine]:
    """What the archive holds, one entry per accepted file, the first one first.

    Raises BatnaError where it is damaged.
    """
    if not workspace.manifest.exists():
        return []
    try:
        return list(json_lines(workspace.manifest))
    except ValueError as error:
        fault = f"it is damaged ({error})"
        raise BatnaError(str(workspace.manifest), fault, "Put it back from a copy of the workspace") from error


def standing_lines(workspace: Workspace) -> list[ManifestLine]:
    """The lines of the files that the published warehouse is made of: without those that a rollback took back."""
    return [line for line in read_manifest(workspace) if "rolled_back_by" not in line]


def archive_name(number: int, name: str) -> str:
    """A name that no other archived file has, in the order of acceptance."""
    return f"{number:06d}-{name}"


def archived_count(workspace: Workspace) -> int:
    """The highest number that an archived file has, by the manifest and by the folder."""
    names = [line["archive"] for line in read_manifest(workspace)]
    names += [path.name for path in workspace.archive.iterdir()]
    return max((int(name[:6]) for name in names if name[:6].isdigit()), default=0)


def archive_file(workspace: Workspace, move: Move) -> None:
    """Move an accepted file into the archive, once; a file that took its name since then is left alone."""
    source, target = workspace.root / move.source, workspace.root / move.target
    if source.exists() and _is_what_was_loaded(source, move):
        if target.exists():
            source.unlink()  # it was copied from another file system, and the run was cut short
        else:
            move_anywhere(source, target)
    drop_emptied(workspace, source)


def drop_emptied(workspace: Workspace, source: Path) -> None:
    """Remove the folders in inbox/ that a rollback has made for this file, where nothing else is in them."""
    inner = source.relative_to(workspace.inbox).parts if source.is_relative_to(workspace.inbox) else ("",)
    if not inner[0].startswith(ROLLED_BACK):
        return
    for folder in list(source.parents)[: len(inner) - 1]:
        with suppress(OSError):  # something is in it, or it is gone already
            folder.rmdir()


def _is_what_was_loaded(source: Path, move: Move) -> bool:
    """Its bytes are read again only where something about the file has changed since."""
    return fingerprint_of(source) == tuple(move.fingerprint) or file_sha256(source) == move.sha256


def write_manifest(workspace: Workspace, moves: Sequence[Move], lines: Sequence[ManifestLine]) -> None:
    """Add the lines that the manifest lacks; `is_archived` is false where a file had gone before its move."""
    known = read_manifest(workspace)
    names = {line["archive"] for line in known}
    added = [
        {**line, "is_archived": (workspace.root / move.target).exists()}
        for move, line in zip(moves, lines, strict=True)
        if line["archive"] not in names
    ]
    if added:
        write_synced(workspace.manifest, manifest_text((*known, *added)))


def manifest_text(lines: Iterable[ManifestLine]) -> str:
    """The file, as text."""
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def lost_files(workspace: Workspace, moves: Sequence[Move]) -> tuple[str, ...]:
    """A note on each file that was changed or taken away between its loading and its archiving."""
    return tuple(
        f"{move.source} was changed or taken away before it was archived: its rows are loaded, its bytes lost"
        for move in moves
        if not (workspace.root / move.target).exists()
    )

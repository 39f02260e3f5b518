"""review/: files that people fill in. A new one takes the place of ours, never of one that was edited."""

from __future__ import annotations

import json
import os
from pathlib import Path

from jobs.disk import file_sha256, move_synced, write_synced
from jobs.publish.journal import Move
from jobs.workspace import Workspace

REMEMBERED = 50


def place_review(workspace: Workspace, move: Move, run: str) -> None:
    """Put a file into review/; an edited one of that name is kept beside it under the name of this run."""
    source, target = workspace.root / move.source, workspace.root / move.target
    if not source.exists():
        return
    ours = _written(workspace)
    if target.exists() and file_sha256(target) not in ours:
        os.replace(target, edited_name(target, run))
    remembered = [*(known for known in ours if known != move.sha256), move.sha256][-REMEMBERED:]
    write_synced(_memory(workspace), json.dumps(remembered))
    move_synced(source, target)


def edited_name(target: Path, run: str) -> Path:
    """What an edited review file is called once a newer one has its name."""
    return target.with_name(f"{target.stem}-edited-{run}{target.suffix}")


def _memory(workspace: Workspace) -> Path:
    """The fingerprints of the review files that were written here: a file with another one was edited."""
    return workspace.work / "review.json"


def _written(workspace: Workspace) -> list[str]:
    try:
        values: list[str] = json.loads(_memory(workspace).read_text(encoding="utf-8"))
        return values
    except (FileNotFoundError, ValueError):
        return []  # one that nobody can read remembers nothing: what lies in review/ then counts as edited

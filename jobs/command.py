"""What every command needs: the workspace that is meant, and the edges of a run."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.workspace import Workspace

if TYPE_CHECKING:
    from jobs.stages import Edges, Progress

VARIABLE = "BATNA_WORKSPACE"

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        metavar="DIR",
        readable=False,  # settings say so, and how to mend it
        help=f"The workspace. Default: {VARIABLE}, else this folder.",
    ),
]


def workspace_of(context: typer.Context, given: Path | None) -> Workspace:
    """The workspace named after the command, else before it, else by the environment, else this folder."""
    chosen: list[Workspace] = context.obj
    if given is not None:
        chosen.append(workspace_at(given))
    elif not chosen:
        chosen.append(workspace_at(Path(os.environ.get(VARIABLE) or ".")))
    return chosen[-1]


def workspace_at(folder: Path) -> Workspace:
    """The workspace in a folder, whatever way it was named."""
    return Workspace(Path(os.path.abspath(folder.expanduser())))


def edges(progress: Progress) -> Edges:
    """The real stages and clock."""
    from jobs.stages import Edges, shipped_stages

    return Edges(shipped_stages(), now, progress)


def now() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)

"""Runs of one week on small stages, stopped where a test says, and what can be seen afterwards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from jobs.settings import load_settings
from jobs.warehouse import connect
from jobs.weekly import Outcome, Request, weekly
from jobs.workspace import Workspace
from tests.fakes import STAGES, edges
from tests.killed_run import AS_OF_ON

OLD, NEW = 2, 5
WEEK = "2026-W46"


class Killed(Exception):
    """Stands for a kill in the same process, where a real one would end the test too."""


def run(workspace: Workspace, as_of_on: date = AS_OF_ON, **changes: Any) -> Outcome:
    return weekly(workspace, load_settings(workspace.root), Request(as_of_on), edges(**changes))


def put(workspace: Workspace, name: str, *ids: str) -> None:
    (workspace.inbox / name).write_text("opportunity_id\n" + "\n".join(ids) + "\n")


def stop_at(step: str) -> Callable[[str], None]:
    def checkpoint(done: str) -> None:
        if done == step:
            raise Killed(step)

    return checkpoint


def deals(workspace: Workspace) -> int:
    with closing(connect(workspace.warehouse, read_only=True)) as connection:
        row = connection.execute("select count(*) from raw.opportunities").fetchone()
    assert row
    return int(row[0])


def page(workspace: Workspace) -> str:
    return (workspace.out / WEEK / "index.html").read_text()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def with_stages(**stages: Any) -> Any:
    return replace(STAGES, **stages)

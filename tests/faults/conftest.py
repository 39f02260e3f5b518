"""A workspace in which two weeks are published and an export waits, and what a week makes of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jobs.workspace import Workspace
from tests.acceptance.commands import new_workspace
from tests.faults.scene import SETTINGS, WEEK, Held, export, held, put, run


@pytest.fixture(scope="package")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two weeks are published, and an export waits."""
    workspace = new_workspace(tmp_path_factory.mktemp("faults") / "acme", SETTINGS)
    for name, count, day in (("first.csv", 8, "2026-11-08"), ("second.csv", 9, "2026-11-15")):
        put(workspace, name, export(count, day), f"{day}T06:00")
        run(workspace, "weekly", "--as-of", day)
    put(workspace, "deals.csv", export(10, "2026-11-15"), "2026-11-15T20:00")
    return workspace


@pytest.fixture(scope="package")
def unharmed(waiting: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Held:
    """What there is after a week to which nothing happened."""
    workspace = Workspace(Path(shutil.copytree(waiting.root, tmp_path_factory.mktemp("unharmed") / "acme")))
    run(workspace, *WEEK)
    return held(workspace)

"""A workspace whose archive tells three loadings."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jobs.workspace import Workspace
from tests.acceptance.commands import batna, new_workspace
from tests.rebuild.company import CHANGES, FIRST, LARGER, PEOPLE, POINTS, SETTINGS, arrive


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Three loadings, and nothing scored: quick to make again."""
    workspace = new_workspace(tmp_path_factory.mktemp("once") / "acme", SETTINGS)
    for at, files in (
        ("2026-08-04T06:00", {"deals.csv": FIRST, **PEOPLE, "points.csv": POINTS}),
        ("2026-08-06T06:00", {"changes.csv": CHANGES}),
        ("2026-08-13T06:00", {"deals.csv": LARGER, **PEOPLE}),
    ):
        arrive(workspace, at, files)
        assert batna("load", "--workspace", workspace.root).code == 0
    return workspace


@pytest.fixture
def loaded(once: Workspace, tmp_path: Path) -> Workspace:
    return Workspace(Path(shutil.copytree(once.root, tmp_path / "acme")))

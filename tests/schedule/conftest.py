"""A world with a weekly report on Mondays at 05:30 in Berlin, begun on Sunday 2026-11-15."""

from __future__ import annotations

import pytest

from jobs.workspace import Workspace
from tests.schedule.world import SETTINGS, World, at


@pytest.fixture
def world(workspace: Workspace) -> World:
    workspace.settings_file.write_text(SETTINGS)
    made = World(workspace, at("2026-11-15T12:00+01:00"))
    made.export("first.csv", "a", "b", written_at="2026-11-15T03:00+01:00")
    assert made.tick().news == ()
    return made

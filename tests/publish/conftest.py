"""A published week, with more to come."""

from __future__ import annotations

import pytest

from jobs.workspace import Workspace
from tests.publish.runs import put, run


@pytest.fixture
def published(workspace: Workspace) -> Workspace:
    """One week is published; two exports wait for the next run of the same week."""
    put(workspace, "first.csv", "a", "b")
    run(workspace)
    put(workspace, "second.csv", "c", "d")
    put(workspace, "third.csv", "e", "bad")
    return workspace

"""What every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from jobs.workspace import Workspace, init

# A shared machine is slow at times, and a law that holds today must hold tomorrow.
settings.register_profile("batna", deadline=None, derandomize=True)
settings.load_profile("batna")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A new workspace."""
    return init(tmp_path / "acme")

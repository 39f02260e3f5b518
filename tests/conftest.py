"""What every test may use."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from jobs.command import VARIABLE
from jobs.demo import AS_OF_ON, demo
from jobs.stages import Edges, shipped_stages
from jobs.weekly import Outcome
from jobs.workspace import Workspace, init
from tests.commanded import Batna
from tests.fakes import STAGES

# A shared machine is slow at times, and a law that holds today must hold tomorrow.
settings.register_profile("batna", deadline=None, derandomize=True)
settings.load_profile("batna")


@pytest.fixture(scope="session")
def sample_company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Outcome]:
    """The demo as it is made, and what the run said. Made once: copy it before you change it."""
    root = tmp_path_factory.mktemp("sample") / "batna-demo"
    return Workspace(root), demo(root, AS_OF_ON, Edges(shipped_stages(), lambda: datetime.now(UTC)))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A new workspace."""
    return init(tmp_path / "acme")


@pytest.fixture
def batna(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Batna:
    monkeypatch.setattr("jobs.stages.shipped_stages", lambda: STAGES)
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    return Batna(capsys)


@pytest.fixture
def scored(workspace: Workspace, batna: Batna) -> Workspace:
    """A workspace with a published week of three deals."""
    (workspace.inbox / "deals.csv").write_text("opportunity_id\na\nb\nc\n")
    assert batna("weekly", "--workspace", workspace.root, "--as-of", "2026-11-15") == 0
    return workspace

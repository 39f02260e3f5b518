from __future__ import annotations

from pathlib import Path

import pytest

from tests.load.loading import Loader


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Loader:
    """One warehouse for all tests of a process: its many tables take longer to make than a file to load."""
    return Loader(tmp_path_factory.mktemp("warehouse"))


@pytest.fixture
def loader(warehouse: Loader, tmp_path: Path) -> Loader:
    """An empty warehouse, with a folder of its own."""
    return warehouse.reset(tmp_path)

from __future__ import annotations

from pathlib import Path

import pytest

from tests.load.loading import Loader


@pytest.fixture
def loader(tmp_path: Path) -> Loader:
    """An empty warehouse, with a folder of its own."""
    return Loader(tmp_path)

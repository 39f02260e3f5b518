"""Commands as a person types them, in this process."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs import cli


class Batna:
    """Runs commands in this process: `batna("sql", "select 1")` gives the exit code, and keeps what was printed."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self.captured = captured
        self.out = self.err = ""

    def __call__(self, *arguments: str | Path) -> int:
        code = cli.main([str(argument) for argument in arguments])
        self.out, self.err = self.captured.readouterr()
        return code

"""Where a soak takes place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jobs.sample import settings_toml
from jobs.workspace import Workspace, init

SETTINGS = """
[schedule]
attempts = 3
load.on = ["thursday"]
[batna]
correlation = 0
"""


@dataclass(frozen=True, slots=True)
class Place:
    """The workspace, and beside it what the processes say of themselves."""

    folder: Path

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.folder / "company")

    @property
    def runs(self) -> Path:
        return self.folder / "runs"


def begin(place: Place, keep: int) -> None:
    """A new workspace of the invented company. keep: people.keep_weeks."""
    workspace = init(place.workspace.root)
    place.runs.mkdir()
    settings = settings_toml().replace("[people]", f"[people]\nkeep_weeks = {keep}")
    workspace.settings_file.write_text(settings + SETTINGS, encoding="utf-8")

"""A published week, and settings that send it to two leaders and a team lead."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from jobs.deliver.deliver import Request, deliver
from jobs.deliver.ways import Outcome
from jobs.errors import BatnaError
from jobs.ledger import Ledger
from jobs.settings import load_settings
from jobs.weekly import Request as Weekly
from jobs.weekly import weekly
from jobs.workspace import Workspace
from tests.fakes import NOON, edges

AS_OF_ON = date(2026, 11, 15)
WEEK = "2026-W46"
SETTINGS = """
[workspace]
name = "Acme & Söhne"
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "batna@acme.example"
[delivery]
{more}
[[delivery.recipients]]
address = "cro@acme.example"
[[delivery.recipients]]
address = "vp@acme.example"
language = "ms"
[[delivery.recipients]]
address = "north@acme.example"
role = "team_lead"
team = "North"
"""


@dataclass
class Sender:
    """Delivers the week of one workspace, and keeps what became of it."""

    workspace: Workspace
    outcomes: list[Outcome] = field(default_factory=list)
    error: str | None = None
    changes: dict[str, Any] = field(default_factory=dict)

    def settings(self, port: int, more: str = "") -> None:
        """Write the settings."""
        self.workspace.settings_file.write_text(SETTINGS.format(port=port, more=more), encoding="utf-8")

    def send(self, environment: dict[str, str] | None = None, request: Request | None = None) -> list[str]:
        """Deliver, and return the status of each recipient."""
        self.outcomes, self.error = [], None
        settings = load_settings(self.workspace.root)
        try:
            deliver(
                self.workspace, settings, request or Request(), environment or {}, edges(**self.changes), self._keep
            )
        except BatnaError as error:
            self.error = type(error).__name__
        return [outcome.status for outcome in self.outcomes]

    def _keep(self, outcomes: Any) -> None:
        self.outcomes = list(outcomes)

    def rows(self, columns: str = "recipient, status, code, attempts") -> list[tuple[Any, ...]]:
        """What the ledger says."""
        ledger = Ledger(self.workspace.ledger)
        return [tuple(row) for row in ledger.rows(f"select {columns} from deliveries order by channel, recipient")]


@pytest.fixture
def sender(workspace: Workspace) -> Sender:
    made = Sender(workspace)
    made.settings(9)
    (workspace.inbox / "deals.csv").write_text("opportunity_id\na\nb\n")
    weekly(workspace, load_settings(workspace.root), Weekly(AS_OF_ON), edges(clock=lambda: NOON - timedelta(hours=1)))
    return made

"""A workspace with a schedule, a clock that the test sets, and jobs that run in this process."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jobs.errors import SlotDone
from jobs.ledger import Ledger
from jobs.run import run_exit_code
from jobs.schedule.job import run_job
from jobs.schedule.tick import News, Outside, Ticked, tick
from jobs.settings import load_settings
from jobs.slot import Slot
from jobs.workspace import Workspace
from tests.fakes import edges

SETTINGS = """
workspace.time_zone = "Europe/Berlin"
schedule.load.on = []
schedule.retention.on = []
"""


def at(text: str) -> datetime:
    """A moment, as 2026-11-16T05:30+01:00."""
    return datetime.fromisoformat(text)


@dataclass
class World:
    """One workspace under a schedule."""

    workspace: Workspace
    now: datetime
    news: list[News] = field(default_factory=list)
    begun: list[Slot] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)
    run: Callable[[Slot], int] | None = None
    stopping: bool = False
    troubles: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    def tick(self, now: str = "") -> Ticked:
        """Look once, at this moment."""
        if now:
            self.now = at(now)
        outside = Outside(
            clock=lambda: self.now,
            run=self.run or self.in_process,
            is_stopping=lambda: self.stopping,
            begins=self.begun.append,
            tell=self.news.extend,
            trouble=self.troubles.append,
        )
        return tick(self.workspace, load_settings(self.workspace.root), outside)

    def in_process(self, slot: Slot) -> int:
        """What the child does."""
        own = edges(**({"clock": lambda: self.now} | self.changes))
        try:
            run_job(self.workspace, load_settings(self.workspace.root), slot, own, self.environment)
        except SlotDone:
            return 0
        except BaseException as error:
            return run_exit_code(error)
        return 0

    def export(self, name: str, *ids: str, written_at: str) -> None:
        """Put an export into the inbox."""
        path = self.workspace.inbox / name
        path.write_text("opportunity_id\n" + "".join(f"{each}\n" for each in ids))
        moment = at(written_at).timestamp()
        os.utime(path, (moment, moment))

    def rows(self) -> list[tuple[Any, ...]]:
        """Slot, attempt, trigger and status of each row, in order."""
        sql = "select command, slot, attempt, trigger, status from runs order by started_at, attempt, slot"
        return [tuple(row) for row in Ledger(self.workspace.ledger).rows(sql)]

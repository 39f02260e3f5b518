"""A slot: one day on which one job of the schedule is due, and the moment of that day; weeks that were left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Job = Literal["load", "retention", "weekly", "deliver"]
Trigger = Literal["schedule", "catch-up"]


@dataclass(frozen=True, slots=True)
class Slot:
    """job and on (the day in the workspace's zone) name it, whatever the clocks do; due_at is aware.

    run_id: of the run that it was given to.
    """

    job: Job
    on: date
    due_at: datetime
    trigger: Trigger = "schedule"
    run_id: str | None = None

    @property
    def as_of_on(self) -> date | None:
        """The date of the weekly report of this slot: the day before, which is over."""
        return self.on - timedelta(days=1) if self.job in ("weekly", "deliver") else None

    @property
    def name(self) -> str:
        """How messages name it."""
        return f"{self.job} of {self.on}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A week (2026-W47) that the schedule left out: exports were too old. data_on: day of the newest one."""

    week: str
    data_on: date | None

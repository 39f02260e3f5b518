"""The tables of what runs by itself: schedule, mail, alerts, delivery. config/default.toml explains them."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import Field

from jobs.settings.kinds import Count, CountFromOne, Language, Table

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class JobTable(Table):
    """When one job is due: `at` in the workspace's zone, on these days; never where there are none."""

    at: str
    on: Annotated[tuple[Weekday, ...], Field(strict=False)]
    ping_env: str

    @property
    def time(self) -> time:
        return time.fromisoformat(self.at)

    @property
    def weekdays(self) -> frozenset[int]:
        """Monday is 0."""
        return frozenset(WEEKDAYS.index(day) for day in self.on)


class Schedule(Table):
    """stop_within in seconds, run_within in minutes, max_age in days."""

    load: JobTable
    retention: JobTable
    weekly: JobTable
    catchup: Count
    attempts: CountFromOne
    stop_within: Count
    run_within: CountFromOne
    max_age: CountFromOne


class Keep(Table):
    """What a workspace keeps, in weeks or by number."""

    report_weeks: CountFromOne
    archive_weeks: CountFromOne
    reject_weeks: CountFromOne
    snapshots: CountFromOne
    tracebacks: CountFromOne


class Mail(Table):
    """The server that takes our mail; none where host is empty. timeout in seconds."""

    host: str
    port: Annotated[int, Field(ge=1, le=65535)]
    security: Literal["starttls", "tls", "none"]
    user: str
    password_env: str
    sender: str
    timeout: CountFromOne
    ca_file: str | None = None


class Alerts(Table):
    """Who is told when something needs somebody."""

    to: Annotated[tuple[str, ...], Field(strict=False)]
    webhook_env: str


class Recipient(Table):
    """Who gets a week by mail: a leader the whole of it, who leads a team that team's page."""

    address: str
    role: Literal["leader", "team_lead"] = "leader"
    team: str | None = None
    language: Language | None = None


class Delivery(Table):
    """pages: attached, linked below `address`, or neither. Nothing is delivered where no way is set up."""

    pages: Literal["attach", "link", "none"]
    address: str
    folder: str
    webhook_env: str
    attempts: CountFromOne
    recipients: Annotated[tuple[Recipient, ...], Field(strict=False)]

    @property
    def is_set_up(self) -> bool:
        return bool(self.recipients or self.folder or self.webhook_env)

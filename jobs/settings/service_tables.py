"""The tables of what runs by itself: schedule, mail, alerts, delivery. config/default.toml explains them."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import Field

from jobs.settings.kinds import Count, CountFromOne, Edition, Language, Table

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


Role = Literal["leader", "team_lead", "team_member", "rep"]


class Recipient(Table):
    """Who gets a week by mail: a leader the whole of it, anybody else the page of a team (by name) or rep (by id)."""

    address: str
    role: Role = "leader"
    team: str | None = None
    rep: str | None = None
    language: Language | None = None

    @property
    def edition(self) -> Edition:
        """Whose pages are sent."""
        editions: dict[Role, Edition] = {"rep": "rep", "team_member": "team"}
        return editions.get(self.role, "leader")


class SharedFolder(Table):
    """A folder that gets the pages of one edition: of all teams or of one, of one rep. address: where it is read."""

    path: str
    edition: Literal["rep", "team"]
    team: str | None = None
    rep: str | None = None
    address: str = ""

    def holds(self, recipient: Recipient) -> bool:
        """Whether the page that this recipient gets is put there."""
        is_own = self.rep == recipient.rep and self.team in (None, recipient.team)
        return self.edition == recipient.edition and is_own


class Delivery(Table):
    """pages: attached, linked below `address`, or neither. Nothing is delivered where no way is set up.

    folder: gets the pages of leaders, folders: those of other editions.
    """

    pages: Literal["attach", "link", "none"]
    address: str
    folder: str
    folders: Annotated[tuple[SharedFolder, ...], Field(strict=False)]
    webhook_env: str
    attempts: CountFromOne
    recipients: Annotated[tuple[Recipient, ...], Field(strict=False)]

    @property
    def is_set_up(self) -> bool:
        return bool(self.recipients or self.folder or self.folders or self.webhook_env)

    def address_for(self, recipient: Recipient) -> str:
        """Below which web address the recipient's pages can be read; empty where nothing says so.

        `address` is that of out/, where all pages are, unless a folder gets copies: then it is that of leaders' pages.
        """
        if recipient.edition == "leader":
            return self.address
        own = (folder.address for folder in self.folders if folder.address and folder.holds(recipient))
        return next(own, "" if self.folder else self.address)

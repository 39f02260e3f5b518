"""What every page of a week has in common: its head, its foot, and the settings that its words depend on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from jobs.render.contests import Contests
from jobs.render.language import html_name
from jobs.render.rows import Check
from jobs.render.twins import Twin
from jobs.settings import Settings
from jobs.settings.kinds import Edition
from jobs.weeks import Quarter, quarter_of


@dataclass(frozen=True)
class Frame:
    """The part of a context that is the same on every page of a week."""

    language: str  # of the page, as in settings.reporting.languages
    edition: Edition  # whose pages these are
    root: str  # from the page to the folder of its week: empty or ../
    css: str
    workspace_name: str
    as_of_on: date
    earlier_on: date | None  # date that changes are told against
    week_number: int
    week_start_on: date
    week_end_on: date
    quarter: Quarter
    checks_passed: int
    checks_total: int
    contests: Contests  # open ones; they stand beside what they contest
    settings: Settings
    twins: tuple[Twin, ...] = ()  # the same pages in other languages
    page: str = ""  # its path below the folder of its edition

    @property
    def min_percent_count(self) -> int:
        """From so many on a share is shown as a percentage."""
        return self.settings.small_samples.min_percent_count

    @property
    def html_language(self) -> str:
        """The language as HTML names it."""
        return html_name(self.language)

    def below(self) -> Frame:
        """The same frame for a page one folder down."""
        return replace(self, root="../")


@dataclass(frozen=True, kw_only=True)
class Page:
    """The base of every context: its template and its frame."""

    frame: Frame


def make_frame(
    settings: Settings,
    as_of_on: date,
    *,
    language: str,
    edition: Edition,
    css: str,
    earlier_on: date | None,
    checks: tuple[Check, ...],
    contests: Contests,
) -> Frame:
    """The frame of one edition of one week in one language."""
    monday = as_of_on - timedelta(days=as_of_on.weekday())
    return Frame(
        language=language,
        edition=edition,
        root="",
        css=css,
        workspace_name=settings.workspace.name,
        as_of_on=as_of_on,
        earlier_on=earlier_on,
        week_number=as_of_on.isocalendar().week,
        week_start_on=monday,
        week_end_on=monday + timedelta(days=6),
        quarter=quarter_of(as_of_on, settings.fiscal.first_month),
        checks_passed=sum(check.is_passed for check in checks),
        checks_total=len(checks),
        contests=contests,
        settings=settings,
    )

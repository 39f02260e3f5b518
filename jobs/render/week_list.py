"""The page that lists the weeks: the context of weeks.html."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar


@dataclass(frozen=True)
class ListedWeek:
    """One week's folder."""

    label: str  # name of the folder: 2026-W47
    number: int
    start_on: date
    end_on: date


@dataclass(frozen=True)
class WeekListPage:
    """The context of weeks.html.j2."""

    template: ClassVar[str] = "weeks.html.j2"
    weeks: tuple[ListedWeek, ...]  # the latest first
    css: str


def week_list_page(weeks: Sequence[str], css: str) -> WeekListPage:
    """The list of the weeks whose folders have these names."""
    return WeekListPage(weeks=tuple(map(_listed, sorted(set(weeks), reverse=True))), css=css)


def _listed(label: str) -> ListedWeek:
    year, week = label.split("-W")
    monday = date.fromisocalendar(int(year), int(week), 1)
    return ListedWeek(label, int(week), monday, monday + timedelta(days=6))

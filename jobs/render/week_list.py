"""The page that lists the weeks: the context of weeks.html."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar

from jobs.render.language import html_name
from jobs.render.twins import Twin, twins
from jobs.slot import LeftOut


@dataclass(frozen=True)
class ListedWeek:
    """One week's folder, or a week that was left out."""

    label: str  # name of the folder: 2026-W47
    number: int
    start_on: date
    end_on: date
    twins: tuple[Twin, ...] = ()  # its pages in other languages than that of its root
    is_left_out: bool = False
    data_on: date | None = None  # of a week that was left out: day of the newest export of opportunities


@dataclass(frozen=True)
class WeekListPage:
    """The context of weeks.html.j2."""

    template: ClassVar[str] = "weeks.html.j2"
    html_language: str
    weeks: tuple[ListedWeek, ...]  # the latest first
    told_count: int  # weeks that have pages
    css: str


def week_list_page(
    language: str, made: Mapping[str, Sequence[str]], left_out: Sequence[LeftOut], css: str
) -> WeekListPage:
    """The list of weeks and of those that were left out. made: name of a week's folder -> languages of its pages."""
    told = [replace(_listed(label), twins=twins(has[0], has) if has else ()) for label, has in made.items()]
    listed = [*told, *(_left_out(each) for each in left_out)]
    latest_first = sorted(listed, key=lambda week: week.label, reverse=True)
    return WeekListPage(html_name(language), tuple(latest_first), told_count=len(told), css=css)


def _left_out(week: LeftOut) -> ListedWeek:
    return replace(_listed(week.week), is_left_out=True, data_on=week.data_on)


def _listed(label: str) -> ListedWeek:
    year, week = label.split("-W")
    monday = date.fromisocalendar(int(year), int(week), 1)
    return ListedWeek(label, int(week), monday, monday + timedelta(days=6))

"""The pages of one week: read everything once, then write every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

from babel import Locale
from duckdb import DuckDBPyConnection

from jobs import shipped
from jobs.render.conduct import conduct_page
from jobs.render.deals import Owner
from jobs.render.editions import edition_folder, made_editions
from jobs.render.formats import Formats
from jobs.render.frame import Frame, Page, make_frame
from jobs.render.language import Messages, translations
from jobs.render.method import method_page
from jobs.render.names import rep_page, team_page
from jobs.render.overview import index_page
from jobs.render.people import SMALLEST_GROUP
from jobs.render.person import PersonPages
from jobs.render.read import WeekRows, read_week
from jobs.render.register import declined_page
from jobs.render.rep_view import for_rep, told_teams
from jobs.render.rows import RepScorecard
from jobs.render.team_view import shared_team_page
from jobs.render.templates import Templates, read_css
from jobs.render.twins import made_languages, twins
from jobs.render.week_list import week_list_page
from jobs.settings import Settings
from jobs.settings.kinds import Edition
from jobs.slot import LeftOut

Progress = Callable[[int, int], None]  # pages written, pages in all

TEMPLATES = shipped.REPORTS / "templates"
ASSETS = shipped.REPORTS / "assets"
LOCALE = shipped.REPORTS / "locale"


def _silent(done: int, total: int) -> None:
    """Nobody watches."""


def render_week(
    connection: DuckDBPyConnection,
    settings: Settings,
    as_of_on: date,
    target: Path,
    *,
    progress: Progress = _silent,
) -> tuple[Path, ...]:
    """Write the pages of one week below `target`, and return their paths in the order of writing.

    Reads scores.* and ops.* of that date, and of the week before for what changed. The bytes depend on these
    rows, the settings and the version alone. Raises BatnaError where the date was never scored.
    """
    week = read_week(connection, as_of_on, settings.people.level)
    languages = settings.reporting.languages
    editions = made_editions(settings.reporting.editions, week.people)
    written: list[Path] = []
    total = len(languages) * sum(_page_count(week, edition) for edition in editions)
    for language, edition in product(languages, editions):
        folder = target / edition_folder(language, edition, is_first=language == languages[0])
        for page in _write_edition(week, settings, language, edition, folder):
            written.append(page)
            progress(len(written), total)
    return tuple(written)


def render_week_list(settings: Settings, weeks: Mapping[str, Path], left_out: Sequence[LeftOut] = ()) -> str:
    """The page that lists the weeks: names of their folders (2026-W47) -> where these are, and weeks that have none.

    It is written in the first language, and leads to the pages of every language that a week has.
    """
    language = settings.reporting.languages[0]
    formats = Formats(Locale.parse(language), settings.reporting.currency, settings.workspace.zone, year=0)
    templates = Templates(TEMPLATES, Messages(translations(language, LOCALE)), formats)
    made = {name: made_languages(folder) for name, folder in weeks.items()}
    return templates.render(week_list_page(language, made, left_out, read_css(ASSETS)))


def _page_count(week: WeekRows, edition: Edition) -> int:
    reps = len(week.reps) if week.people.has_rep_pages else 0
    return {"leader": 4 + len(week.teams) + reps, "rep": reps, "team": len(week.teams)}[edition]


def _write_edition(week: WeekRows, settings: Settings, language: str, edition: Edition, folder: Path) -> Iterator[Path]:
    formats = formats_of(settings, language, week.as_of_on)
    templates = Templates(TEMPLATES, Messages(translations(language, LOCALE)), formats)
    frame = make_frame(
        settings,
        week.as_of_on,
        language=language,
        edition=edition,
        css=read_css(ASSETS),
        earlier_on=week.earlier.as_of_on if week.earlier else None,
        checks=week.checks,
        contests=week.contests,
    )
    frame = replace(frame, twins=twins(language, settings.reporting.languages) if edition == "leader" else ())
    for name, page in _PAGES[edition](week, frame):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        placed = replace(page, frame=replace(page.frame, page=name))
        path.write_text(templates.render(placed), encoding="utf-8", newline="\n")
        yield path


def formats_of(settings: Settings, language: str, as_of_on: date) -> Formats:
    """How values of that week are written in a language."""
    locale = Locale.parse(language)
    return Formats(locale, settings.reporting.currency, settings.workspace.zone, as_of_on.year)


Named = tuple[str, Page]  # path below the folder of the edition


def _leader_pages(week: WeekRows, frame: Frame) -> Iterator[Named]:
    """Everything; each page is made when it is asked for."""
    owners = owners_of(week)
    persons = PersonPages(frame, week, owners)
    yield "index.html", index_page(frame, week, owners)
    yield "declined.html", declined_page(frame, week, owners)
    yield "conduct.html", conduct_page(frame, week, owners)
    yield "method.html", method_page(frame, week)
    for team in week.teams:
        yield team_page(team.team), persons.team(team)
    if week.people.has_rep_pages:
        for rep in week.reps:
            yield rep_page(rep.rep_name, rep.rep_id), persons.rep(rep)


def _rep_pages(week: WeekRows, frame: Frame) -> Iterator[Named]:
    """The page that each rep gets."""
    shown = for_rep(week, has_floor=frame.settings.reporting.rep_floor)
    persons = PersonPages(frame, shown, owners_of(shown))
    told = told_teams(week.teams)
    for rep in shown.reps:
        page = replace(persons.rep(rep), least_group=None if rep.team in told else SMALLEST_GROUP)
        yield rep_page(rep.rep_name, rep.rep_id), page


def _team_pages(week: WeekRows, frame: Frame) -> Iterator[Named]:
    """What the people of each team may see."""
    for team in week.teams:
        yield team_page(team.team), shared_team_page(frame, week, team)


_PAGES: Mapping[Edition, Callable[[WeekRows, Frame], Iterator[Named]]] = {
    "leader": _leader_pages,
    "rep": _rep_pages,
    "team": _team_pages,
}


def owners_of(week: WeekRows) -> dict[str, Owner]:
    """Rep id -> the name that may be shown, and that rep's page; nothing of reps who may not be named at all."""
    return {rep.rep_id: _owner(rep, week.people.has_rep_pages) for rep in week.reps if rep.rep_name}


def _owner(rep: RepScorecard, has_page: bool) -> Owner:
    page = rep_page(rep.rep_name, rep.rep_id) if has_page else None
    return Owner(rep.rep_name, page, is_out_of_reach=bool(rep.is_out_of_reach))

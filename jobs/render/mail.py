"""Summaries of a week for mail: the contexts of mail.html and mail_team.html, and which pages they are of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import css_inline
from duckdb import DuckDBPyConnection

from jobs.errors import DataRefused
from jobs.render.deal_rows import Position
from jobs.render.deals import OwnedDeal
from jobs.render.editions import edition_folder
from jobs.render.formats import WORD_JOINER
from jobs.render.frame import Frame, Page, make_frame
from jobs.render.language import Messages, translations
from jobs.render.names import team_page
from jobs.render.overview import decisions, index_page
from jobs.render.read import WeekRows, read_week
from jobs.render.rows import CompanyWeek, TeamScorecard
from jobs.render.templates import Templates, read_css
from jobs.render.twins import made_languages
from jobs.render.week import ASSETS, LOCALE, TEMPLATES, formats_of, owners_of
from jobs.settings import Settings

MAX_ROWS = 5
_WHOLE = ("index.html", "declined.html", "conduct.html", "method.html")


@dataclass(frozen=True, slots=True)
class Letter:
    """A summary that somebody is to get: of the company, or of one team; with a link, or with its pages attached."""

    language: str
    team: str | None = None
    address: str | None = None  # where the pages of the week are, for a link
    is_attached: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """A finished summary. pages: the paths of its pages below the week's folder, the first one first."""

    html: str
    pages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MailPage(Page):
    """What both mails have in common."""

    css: str
    link: str | None
    is_attached: bool
    decisions: tuple[OwnedDeal, ...]  # most money at stake first
    decision_count: int  # of all, shown or not


@dataclass(frozen=True, kw_only=True)
class CompanyMail(MailPage):
    """The context of mail.html.j2; what the headline needs is as in IndexPage."""

    template: ClassVar[str] = "mail.html.j2"
    company: CompanyWeek
    below: tuple[Position, ...]
    lined_count: int
    open_count: int
    breaking_count: int


@dataclass(frozen=True, kw_only=True)
class TeamMail(MailPage):
    """The context of mail_team.html.j2."""

    template: ClassVar[str] = "mail_team.html.j2"
    team: TeamScorecard


def render_mails(
    connection: DuckDBPyConnection, settings: Settings, as_of_on: date, letters: Sequence[Letter], published: Path
) -> tuple[Summary | None, ...]:
    """The summaries of one week, None for a team that the week does not have. People are shown as in the pages.

    published: the folder of the week. A letter in a language that it has no pages in is in that of its root.

    Reads what render_week reads. Raises BatnaError where the date was never scored, or its pages say no language.
    """
    week = read_week(connection, as_of_on, settings.people.level)
    made = made_languages(published)
    if not made:
        fault = "its first page does not say in which language it is"
        raise DataRefused(str(published), fault, "`batna backfill --rerun all` makes it again")
    return tuple(_summary(week, settings, as_of_on, letter, made) for letter in letters)


def _summary(week: WeekRows, settings: Settings, as_of_on: date, letter: Letter, made: Sequence[str]) -> Summary | None:
    language = letter.language if letter.language in made else made[0]
    folder = edition_folder(language, "leader", is_first=language == made[0])
    frame = make_frame(
        settings,
        as_of_on,
        language=language,
        edition="leader",
        css="",
        earlier_on=None,
        checks=week.checks,
        contests=week.contests,
    )
    team = next((team for team in week.teams if team.team == letter.team), None)
    if letter.team is not None and team is None:
        return None
    pages = tuple(folder + name for name in ([team_page(team.team)] if team else _WHOLE))
    link = f"{letter.address.rstrip('/')}/{pages[0]}" if letter.address else None
    context = _team(frame, week, team, link, letter) if team else _company(frame, week, link, letter)
    formats = formats_of(settings, language, as_of_on)
    source = Templates(TEMPLATES, Messages(translations(language, LOCALE)), formats).render(context)
    source = source.replace(WORD_JOINER, "")  # some clients draw a box for it
    return Summary(css_inline.inline(source, keep_style_tags=False, load_remote_stylesheets=False), pages)


def _company(frame: Frame, week: WeekRows, link: str | None, letter: Letter) -> CompanyMail:
    page = index_page(frame, week, owners_of(week))
    return CompanyMail(
        frame=frame,
        css=read_css(ASSETS, "mail.css"),
        link=link,
        is_attached=letter.is_attached,
        decisions=page.decisions[:MAX_ROWS],
        decision_count=page.decision_count,
        company=page.company,
        below=page.below,
        lined_count=page.lined_count,
        open_count=page.open_count,
        breaking_count=page.breaking_count,
    )


def _team(frame: Frame, week: WeekRows, team: TeamScorecard, link: str | None, letter: Letter) -> TeamMail:
    deals = [deal for deal in week.positions if deal.team == team.team]
    calls = decisions(deals, owners_of(week), week.moves)
    return TeamMail(
        frame=frame,
        css=read_css(ASSETS, "mail.css"),
        link=link,
        is_attached=letter.is_attached,
        decisions=calls[:MAX_ROWS],
        decision_count=len(calls),
        team=team,
    )

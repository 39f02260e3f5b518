"""Summaries of a week for mail: to whom which pages go, in which language, and with which words before them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import css_inline
from duckdb import DuckDBPyConnection

from jobs.errors import DataRefused
from jobs.render.editions import edition_folder
from jobs.render.formats import WORD_JOINER
from jobs.render.frame import Frame, make_frame
from jobs.render.language import Messages, translations
from jobs.render.mail_pages import Draft, NoPage, of_company, of_rep, of_shared_team, of_team
from jobs.render.read import WeekRows, read_week
from jobs.render.rep_view import for_rep
from jobs.render.templates import Templates, read_css
from jobs.render.twins import made_languages
from jobs.render.week import ASSETS, LOCALE, TEMPLATES, formats_of
from jobs.settings import Settings
from jobs.settings.kinds import Edition

__all__ = ["Letter", "NoPage", "Summary", "render_mails"]


@dataclass(frozen=True, slots=True)
class Letter:
    """A summary that somebody is to get, of an edition: of a team or a rep, or of the company; with a link or pages."""

    language: str
    team: str | None = None
    address: str | None = None  # where the pages of the week are, for a link
    is_attached: bool = False
    edition: Edition = "leader"
    rep: str | None = None  # id


@dataclass(frozen=True, slots=True)
class Summary:
    """A finished summary. pages: the paths of its pages below the week's folder, the first one first."""

    html: str
    pages: tuple[str, ...]


def render_mails(
    connection: DuckDBPyConnection, settings: Settings, as_of_on: date, letters: Sequence[Letter], published: Path
) -> tuple[Summary | NoPage, ...]:
    """The summaries of one week, or why it has none for somebody. People are shown as in the pages.

    published: the folder of the week. A letter in a language that it has no pages in is in that of its root.

    Reads what render_week reads. Raises BatnaError where the date was never scored, or its pages say no language.
    """
    week = read_week(connection, as_of_on, settings.people.level)
    made = made_languages(published)
    if not made:
        fault = "its first page does not say in which language it is"
        raise DataRefused(str(published), fault, "`batna backfill --rerun all` makes it again")
    desk = _Desk(week, settings, made)
    return tuple(_summary(desk, letter) for letter in letters)


@dataclass(frozen=True)
class _Desk:
    """What the mails of one week have in common, made once: there may be one for each of many reps."""

    week: WeekRows
    settings: Settings
    made: Sequence[str]

    @cached_property
    def for_reps(self) -> WeekRows:
        """The week as reps may see it."""
        return for_rep(self.week, has_floor=self.settings.reporting.rep_floor)

    @cached_property
    def templates(self) -> Mapping[str, Templates]:
        """By language."""
        return {language: self._templates(language) for language in self.made}

    def _templates(self, language: str) -> Templates:
        formats = formats_of(self.settings, language, self.week.as_of_on)
        return Templates(TEMPLATES, Messages(translations(language, LOCALE)), formats)


def _summary(desk: _Desk, letter: Letter) -> Summary | NoPage:
    week, settings, made = desk.week, desk.settings, desk.made
    language = letter.language if letter.language in made else made[0]
    frame = make_frame(
        settings,
        week.as_of_on,
        language=language,
        edition=letter.edition,
        css="",
        earlier_on=None,
        checks=week.checks,
        contests=week.contests,
    )
    draft = _draft(frame, desk, letter)
    if isinstance(draft, NoPage):
        return draft
    folder = edition_folder(language, letter.edition, is_first=language == made[0])
    pages = tuple(folder + name for name in draft.pages)
    link = f"{letter.address.rstrip('/')}/{pages[0]}" if letter.address else None
    mail = replace(draft.mail, css=read_css(ASSETS, "mail.css"), link=link, is_attached=letter.is_attached)
    source = desk.templates[language].render(mail).replace(WORD_JOINER, "")  # some clients draw a box for it
    return Summary(css_inline.inline(source, keep_style_tags=False, load_remote_stylesheets=False), pages)


def _draft(frame: Frame, desk: _Desk, letter: Letter) -> Draft | NoPage:
    if letter.edition == "rep":
        return of_rep(frame, desk.for_reps, letter.rep or "")
    if letter.team is None:
        return of_company(frame, desk.week)
    return (of_shared_team if letter.edition == "team" else of_team)(frame, desk.week, letter.team)

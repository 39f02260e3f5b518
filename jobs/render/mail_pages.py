"""What stands in a mail, by whom it is for: the contexts of mail*.html, and which pages of the week they are of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from jobs.render.deal_rows import Position
from jobs.render.deals import OwnedDeal
from jobs.render.frame import Frame, Page
from jobs.render.names import rep_page, team_page
from jobs.render.overview import decisions, index_page
from jobs.render.person import PersonPages
from jobs.render.read import WeekRows
from jobs.render.rows import CompanyWeek, RepScorecard, TeamScorecard
from jobs.render.team_view import shared_team_page
from jobs.render.week import owners_of

MAX_ROWS = 5
_WHOLE = ("index.html", "declined.html", "conduct.html", "method.html")


@dataclass(frozen=True, kw_only=True)
class MailPage(Page):
    """What all mails have in common; how it is sent is filled in where that is known."""

    css: str = ""
    link: str | None = None
    is_attached: bool = False


@dataclass(frozen=True, kw_only=True)
class DecisionsMail(MailPage):
    """A mail that names decisions."""

    decisions: tuple[OwnedDeal, ...]  # most money at stake first
    decision_count: int  # of all, shown or not


@dataclass(frozen=True, kw_only=True)
class CompanyMail(DecisionsMail):
    """The context of mail.html.j2; what the headline needs is as in IndexPage."""

    template: ClassVar[str] = "mail.html.j2"
    company: CompanyWeek
    below: tuple[Position, ...]
    lined_count: int
    open_count: int
    breaking_count: int


@dataclass(frozen=True, kw_only=True)
class TeamMail(DecisionsMail):
    """The context of mail_team.html.j2, for who leads the team."""

    template: ClassVar[str] = "mail_team.html.j2"
    team: TeamScorecard


@dataclass(frozen=True, kw_only=True)
class RepMail(DecisionsMail):
    """The context of mail_rep.html.j2; what the headline needs is as in RepPage."""

    template: ClassVar[str] = "mail_rep.html.j2"
    rep: RepScorecard
    has_table: bool
    breaking_count: int


@dataclass(frozen=True, kw_only=True)
class SharedTeamMail(MailPage):
    """The context of mail_team_shared.html.j2; its fields are as in SharedTeamPage."""

    template: ClassVar[str] = "mail_team_shared.html.j2"
    team: TeamScorecard
    is_pooled: bool
    are_wins_told: bool
    deal_count: int
    below_count: int
    lined_count: int
    least_group: int
    least_deals: int


@dataclass(frozen=True)
class Draft:
    """A mail and the pages that go with it, by their paths below the folder of the edition, the first one first."""

    mail: MailPage
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoPage:
    """Why a week has nothing for somebody."""

    fault: str


NO_TEAM = NoPage("the week has no such team")
NO_REP = NoPage("the week has no rep with this id")
GROUPED = NoPage("people are shown as teams (people.level), so no rep has a page")


def of_company(frame: Frame, week: WeekRows) -> Draft:
    """The week in short."""
    page = index_page(frame, week, owners_of(week))
    mail = CompanyMail(
        frame=frame,
        decisions=page.decisions[:MAX_ROWS],
        decision_count=page.decision_count,
        company=page.company,
        below=page.below,
        lined_count=page.lined_count,
        open_count=page.open_count,
        breaking_count=page.breaking_count,
    )
    return Draft(mail, _WHOLE)


def of_team(frame: Frame, week: WeekRows, name: str) -> Draft | NoPage:
    """A team in short, for who leads it."""
    team = _team(week, name)
    if team is None:
        return NO_TEAM
    calls = _calls(week, [deal for deal in week.positions if deal.team == name])
    mail = TeamMail(frame=frame, decisions=calls[:MAX_ROWS], decision_count=len(calls), team=team)
    return Draft(mail, (team_page(name),))


def of_shared_team(frame: Frame, week: WeekRows, name: str) -> Draft | NoPage:
    """A team in short, for its people: what their page says first."""
    team = _team(week, name)
    if team is None:
        return NO_TEAM
    page = shared_team_page(frame, week, team)
    mail = SharedTeamMail(
        frame=frame,
        team=page.team,
        is_pooled=page.is_pooled,
        are_wins_told=page.are_wins_told,
        deal_count=page.deal_count,
        below_count=page.below_count,
        lined_count=page.lined_count,
        least_group=page.least_group,
        least_deals=page.least_deals,
    )
    return Draft(mail, (team_page(name),))


def of_rep(frame: Frame, shown: WeekRows, rep_id: str) -> Draft | NoPage:
    """A rep's own quarter in short. shown: the week as reps may see it."""
    if not shown.people.has_rep_pages:
        return GROUPED
    rep = next((rep for rep in shown.reps if rep.rep_id == rep_id), None)
    if rep is None:
        return NO_REP
    page = PersonPages(frame, shown, owners_of(shown)).rep(rep)
    calls = _calls(shown, [deal for deal in shown.positions if deal.rep_id == rep_id])
    mail = RepMail(
        frame=frame,
        decisions=calls[:MAX_ROWS],
        decision_count=len(calls),
        rep=rep,
        has_table=page.has_table,
        breaking_count=page.breaking_count,
    )
    return Draft(mail, (rep_page(rep.rep_name, rep.rep_id),))


def _team(week: WeekRows, name: str) -> TeamScorecard | None:
    return next((team for team in week.teams if team.team == name), None)


def _calls(week: WeekRows, deals: Sequence[Position]) -> tuple[OwnedDeal, ...]:
    return decisions(deals, owners_of(week), week.moves)

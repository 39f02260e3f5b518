"""The page about one rep, and the page of one-to-ones of a team: the contexts of rep.html and team.html."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from jobs.render.conduct_rows import Difference, GroupConduct, RepConduct
from jobs.render.deal_rows import Decline, Position, ShouldHaveDeclined
from jobs.render.deals import DealCard, Owner, breaks_quarter, by_stake, card, in_focus, own
from jobs.render.exit_rows import DeclineDetail
from jobs.render.frame import Frame, Page
from jobs.render.names import team_page
from jobs.render.read import WeekRows
from jobs.render.reader import grouped
from jobs.render.rows import RepScorecard, TeamScorecard
from jobs.render.trend import Trend

_MAX_ONE_TO_ONE = 3
_MAX_PIPELINE_CARDS = 5
_MAX_OTHERS = 60


@dataclass(frozen=True, kw_only=True)
class RepPage(Page):
    """The context of rep.html.j2."""

    template: ClassVar[str] = "rep.html.j2"
    rep: RepScorecard
    earlier: RepScorecard | None  # a week ago
    team_link: str | None
    has_table: bool  # whether any deal is in negotiation
    cards: tuple[DealCard, ...]  # the deals at the table; without any, the largest candidates
    called: tuple[DealCard, ...]  # other candidates that need a decision
    breaking_count: int  # of those in focus, the ones that carry more than half of what can still be expected
    others: tuple[Position, ...]  # the other open deals
    other_count: int
    declines: tuple[Decline, ...]  # of this quarter and the four before
    details: Mapping[tuple[str, datetime], DeclineDetail]  # of declines, by deal and moment
    accepted: tuple[ShouldHaveDeclined, ...]  # should have been declined, of the same quarters
    conduct: RepConduct | None
    trend: Trend | None
    differences: Mapping[str, Difference]  # measure -> the rep beside the team
    least_group: int | None = None  # people that must stand behind a figure of the team, where fewer do


@dataclass(frozen=True)
class OneToOne:
    """What to speak about with one rep this week."""

    rep: RepScorecard
    link: str | None
    cards: tuple[DealCard, ...]  # up to three deals, most money at stake first


@dataclass(frozen=True, kw_only=True)
class TeamPage(Page):
    """The context of team.html.j2."""

    template: ClassVar[str] = "team.html.j2"
    team: TeamScorecard
    earlier: TeamScorecard | None  # a week ago
    members: tuple[OneToOne, ...]  # empty where people are shown as groups
    conduct: GroupConduct | None
    trend: Trend | None


class PersonPages:
    """Makes the pages about people, from rows that are grouped once."""

    def __init__(self, frame: Frame, week: WeekRows, owners: Mapping[str, Owner]) -> None:
        year = frame.quarter.start_on.replace(year=frame.quarter.start_on.year - 1)
        self._frame = frame.below()
        self._week = week
        self._owners = owners
        self._similar = frame.settings.batna.similar_amount_share
        self._positions = grouped(week.positions, lambda deal: deal.rep_id)
        self._declines = grouped((d for d in week.declines if d.quarter_start_on >= year), lambda d: d.rep_id)
        self._accepted = grouped((d for d in week.accepted if d.quarter_start_on >= year), lambda d: d.rep_id)
        self._teams = {team.team for team in week.teams}
        self._members = grouped(week.reps, lambda rep: rep.team)

    def rep(self, rep: RepScorecard) -> RepPage:
        """The page of one rep."""
        deals = self._positions.get(rep.rep_id, ())
        focus = in_focus(deals)
        has_table = any(deal.is_at_table for deal in focus)
        shown = by_stake(focus) if has_table else by_stake(focus)[:_MAX_PIPELINE_CARDS]
        called = self._called(deals, shown)
        others = _others(deals, [*shown, *called])
        earlier = self._week.earlier
        return RepPage(
            frame=self._frame,
            rep=rep,
            earlier=earlier.reps.get(rep.rep_id) if earlier else None,
            team_link=team_page(rep.team) if rep.team in self._teams else None,
            has_table=has_table,
            cards=self._cards(shown, deals),
            called=self._cards(called, deals),
            breaking_count=sum(map(breaks_quarter, focus)),
            others=tuple(others[:_MAX_OTHERS]),
            other_count=len(others),
            declines=self._declines.get(rep.rep_id, ()),
            details=self._week.exits.details,
            accepted=self._accepted.get(rep.rep_id, ()),
            conduct=self._week.conduct.reps.get(rep.rep_id),
            trend=self._week.trends.get(("rep", rep.rep_id)),
            differences={row.measure: row for row in self._week.conduct.differences.get(rep.rep_id, ())},
        )

    def team(self, team: TeamScorecard) -> TeamPage:
        """The page of one team."""
        members = self._members.get(team.team, ()) if self._week.people.has_rep_pages else ()
        earlier = self._week.earlier
        return TeamPage(
            frame=self._frame,
            team=team,
            earlier=earlier.teams.get(team.team) if earlier else None,
            members=tuple(sorted(map(self._one_to_one, members), key=_most_at_stake)),
            conduct=self._week.conduct.groups.get(("team", team.team)),
            trend=self._week.trends.get(("team", team.team)),
        )

    def _called(self, deals: Iterable[Position], shown: Iterable[Position]) -> list[Position]:
        """Candidates without a card that need a decision."""
        left = [deal for deal in _others(deals, shown) if deal.is_candidate]
        return by_stake(deal for deal in left if own(deal, self._owners, self._week.moves).is_decision)

    def _one_to_one(self, rep: RepScorecard) -> OneToOne:
        deals = self._positions.get(rep.rep_id, ())
        chosen = by_stake(in_focus(deals))[:_MAX_ONE_TO_ONE]
        return OneToOne(rep, self._owners[rep.rep_id].page, self._cards(chosen, deals))

    def _cards(self, deals: Iterable[Position], siblings: Sequence[Position]) -> tuple[DealCard, ...]:
        return tuple(card(own(deal, self._owners, self._week.moves), siblings, self._similar) for deal in deals)


def _others(deals: Iterable[Position], shown: Iterable[Position]) -> list[Position]:
    """The deals without a card: candidates first, then by amount."""
    carded = {deal.opportunity_id for deal in shown}
    left = [deal for deal in deals if deal.opportunity_id not in carded]
    left.sort(key=lambda deal: (not deal.is_candidate, -(deal.amount or 0), deal.opportunity_id))
    return left


def _most_at_stake(member: OneToOne) -> tuple[Decimal, str, str]:
    loss = sum((card.deal.loss_if_gone_amount or Decimal(0) for card in member.cards), Decimal(0))
    return (-loss, member.rep.rep_name, member.rep.rep_id)

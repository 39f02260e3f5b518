"""How people are named on pages, by the setting people.level."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from duckdb import DuckDBPyConnection

from jobs.render.deal_rows import Decline, Position, PossibleDecline, ShouldHaveDeclined
from jobs.render.exit_rows import DeclineDetail
from jobs.render.names import short_hash
from jobs.render.rows import Contest, Finding, RepScorecard, TeamScorecard

SMALLEST_GROUP = 5


class Group(Protocol):
    """A team, and how many people it has."""

    @property
    def team(self) -> str: ...

    @property
    def rep_count(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class _Team:
    team: str
    rep_count: int | None


def people_of(connection: DuckDBPyConnection, as_of_on: date, level: str) -> People:
    """How people are named on a date that was scored."""
    query = "select team, rep_count from scores.team_scorecard where as_of_on = ? order by team"
    return People(level, [_Team(*row) for row in connection.execute(query, [as_of_on]).fetchall()])


class People:
    """Replaces names where the level asks for it: named, pseudonym or team.

    At the level of teams, a team of fewer than five would show the single person, so it has no name either. Nor
    has the smallest of the others where the company less the teams shown would leave fewer than five.
    """

    def __init__(self, level: str, teams: Iterable[Group] = ()) -> None:
        self._level = level
        self._hidden = _too_small(teams) if level == "team" else set()

    @property
    def are_named(self) -> bool:
        """Whether people stand by their names and ids."""
        return self._level == "named"

    @property
    def has_rep_pages(self) -> bool:
        """Whether there are pages and rows about single persons."""
        return self._level != "team"

    @property
    def hidden(self) -> tuple[str, ...]:
        """Teams that may not be shown."""
        return tuple(sorted(self._hidden))

    def name(self, rep_id: str | None, rep_name: str | None, team: str | None) -> str | None:
        """What stands where a person's name would stand."""
        if self._level == "team":
            return None if team in self._hidden else team
        if self._level == "pseudonym":
            return "R-" + short_hash(rep_id) if rep_id else None
        return rep_name or rep_id

    def rep(self, row: RepScorecard) -> RepScorecard:
        """The scorecard under the name that may be shown."""
        return replace(row, rep_name=self.name(row.rep_id, row.rep_name, row.team) or "")

    def position(self, row: Position) -> Position:
        """The open deal, without a team that may not be shown."""
        return replace(row, team=None) if row.team in self._hidden else row

    def decline(self, row: Decline) -> Decline:
        """The decline under the name that may be shown; who confirmed it is a person too."""
        shown = replace(row, rep_name=self.name(row.rep_id, row.rep_name, row.team))
        return shown if self._level == "named" else replace(shown, confirmed_by_name=None, escalated_to=None)

    def detail(self, row: DeclineDetail) -> DeclineDetail:
        """How a decline was kept, without the words of people where none may be named."""
        return row if self.are_named else replace(row, what_changed=None)

    def accepted(self, row: ShouldHaveDeclined) -> ShouldHaveDeclined:
        """The accepted deal under the name that may be shown."""
        return replace(row, rep_name=self.name(row.rep_id, row.rep_name, row.team))

    def possible(self, row: PossibleDecline) -> PossibleDecline:
        """The possible decline under the name that may be shown."""
        return replace(row, rep_name=self.name(row.rep_id, row.rep_name, row.team))

    def finding(self, row: Finding) -> Finding:
        """The finding, without an id that names a person where none may be named."""
        if self._level == "named" or row.rep_id is None:
            return row
        return replace(row, rep_id=self.name(row.rep_id, None, None))

    def contest(self, row: Contest) -> Contest:
        """The contest, without the words of people where none may be named."""
        return row if self.are_named else replace(row, claim=None, proposed_value=None)

    def teams(self, rows: Iterable[TeamScorecard]) -> tuple[TeamScorecard, ...]:
        """The teams that may be shown."""
        return tuple(row for row in rows if row.team not in self._hidden)


def _too_small(teams: Iterable[Group]) -> set[str]:
    """The teams that may not be shown: together they have at least five people, or there are none."""
    ordered = sorted(teams, key=lambda row: (row.rep_count or 0, row.team))
    hidden, count = set[str](), 0
    for row in ordered:
        size = row.rep_count or 0
        if size < SMALLEST_GROUP or 0 < count < SMALLEST_GROUP:
            hidden.add(row.team)
            count += size
    return hidden

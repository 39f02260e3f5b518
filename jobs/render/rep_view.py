"""What a rep's own page may say: the rows of a week without what is for leaders alone (03-metrics.md, section 8).

Taken out of the rows, so that no template, order or coordinate can tell it: floors, unless the settings show
them; red flags and what buyers are said to want; teams so small that their figures, less the reader's own, would
be those of a few colleagues.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

from jobs.render.conduct_rows import Difference
from jobs.render.deal_rows import Decline, Position, ShouldHaveDeclined, codes
from jobs.render.exit_rows import DeclineDetail
from jobs.render.people import SMALLEST_GROUP
from jobs.render.read import WeekRows
from jobs.render.rows import TeamScorecard

_OF_BUYERS = ("red_flags", "red_flag")  # as trigger, and as reason of a decline


def for_rep(week: WeekRows, *, has_floor: bool) -> WeekRows:
    """The week as its reps may see it, each of them the own page."""
    told = told_teams(week.teams)
    exits = replace(week.exits, details={key: _detail(row) for key, row in week.exits.details.items()})
    return replace(
        week,
        teams=(),
        positions=tuple(_position(row, row.team in told, has_floor=has_floor) for row in week.positions),
        declines=tuple(_decline(row, has_floor=has_floor) for row in week.declines),
        accepted=tuple(_accepted(row, has_floor=has_floor) for row in week.accepted),
        conduct=replace(week.conduct, differences=_compared(week, told)),
        exits=exits,
    )


def told_teams(teams: Collection[TeamScorecard]) -> frozenset[str]:
    """The teams of which a colleague may see figures: at least five people with a quota stand behind them."""
    return frozenset(team.team for team in teams if pool_size(team) >= SMALLEST_GROUP)


def pool_size(team: TeamScorecard) -> int:
    """People whose quotas, wins and deals are in the figures of a team."""
    return (team.rep_count or 0) - (team.quota_missing_rep_count or 0)


def _position(row: Position, is_told: bool, *, has_floor: bool) -> Position:
    return replace(
        row,
        floor_amount=row.floor_amount if has_floor else None,
        team_without_probability=row.team_without_probability if is_told else None,
        pair_code=row.pair_code if is_told else None,
        triggers=_without_flags(row.triggers),
        flags=None,
    )


def _decline(row: Decline, *, has_floor: bool) -> Decline:
    """A decline over red flags reads like one for any other reason."""
    shown = replace(row, reason="other" if row.reason in _OF_BUYERS else row.reason)
    if has_floor:
        return shown
    return replace(shown, floor_amount=None, margin_protected_amount=None, loss_avoided_amount=None)


def _detail(row: DeclineDetail) -> DeclineDetail:
    return replace(row, what_changed=None)


def _accepted(row: ShouldHaveDeclined, *, has_floor: bool) -> ShouldHaveDeclined:
    shown = replace(row, triggers=_without_flags(row.triggers))
    return shown if has_floor else replace(shown, floor_amount=None, loss_amount=None)


def _without_flags(triggers: str | None) -> str | None:
    """None where nothing else is left: without a trigger there is none."""
    return ",".join(code for code in codes(triggers) if code not in _OF_BUYERS) or None


def _compared(week: WeekRows, told: Collection[str]) -> Mapping[str, tuple[Difference, ...]]:
    """The reps' own counts, with the team beside them only where at least five people of it have a case."""
    teams = {rep.rep_id: rep.team for rep in week.reps}
    pools = Counter((teams.get(rep), row.measure) for rep, rows in week.conduct.differences.items() for row in rows)

    def shown(rep_id: str, row: Difference) -> Difference:
        team = teams.get(rep_id)
        if team in told and pools[team, row.measure] >= SMALLEST_GROUP:
            return row
        return replace(row, team_share=None, is_reported=False, direction=None)

    return {rep: tuple(shown(rep, row) for row in rows) for rep, rows in week.conduct.differences.items()}

"""Where teams and reps stand: the rows and columns of the two tables of index.html."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jobs.render.deal_rows import Position
from jobs.render.deals import Owner, below_line, breaks_quarter, in_focus
from jobs.render.frame import Frame
from jobs.render.names import team_page
from jobs.render.read import WeekRows
from jobs.render.reader import grouped
from jobs.render.rows import Measures, RepScorecard, TeamScorecard

_CHANGED_POINTS = 10


@dataclass(frozen=True)
class TeamRow:
    """One line of the table of teams."""

    team: TeamScorecard
    earlier: TeamScorecard | None
    link: str
    below_count: int  # open deals below their line
    lined_count: int  # open deals that have one


@dataclass(frozen=True)
class RepRow:
    """One line of the table of reps."""

    rep: RepScorecard
    earlier: RepScorecard | None
    link: str | None
    heaviest: Position | None  # the deal with which most of the quarter would go
    below_count: int
    lined_count: int


@dataclass(frozen=True)
class RepTable:
    """The table of reps."""

    rows: tuple[RepRow, ...]
    count: int  # of all reps, listed or not
    is_chosen: bool  # only those that need help are listed
    resting_count: int  # reps listed whose quarter rests on one deal
    weak_count: int  # reps listed whose strength is weak
    made_count: int  # reps listed whose quarter is made


def team_rows(week: WeekRows) -> tuple[TeamRow, ...]:
    """The teams, the largest gap to quota first."""
    deals = grouped(week.positions, lambda deal: deal.team)
    earlier = week.earlier.teams if week.earlier else {}
    rows = [
        TeamRow(team, earlier.get(team.team), team_page(team.team), *_line_counts(deals.get(team.team, ())))
        for team in week.teams
    ]
    return tuple(sorted(rows, key=lambda row: (-_gap(row.team), row.team.team)))


def _gap(measures: Measures) -> Decimal:
    return measures.gap_amount if measures.gap_amount is not None else Decimal("-Infinity")


def _line_counts(deals: Sequence[Position]) -> tuple[int, int]:
    return sum(map(below_line, deals)), sum(deal.zone is not None for deal in deals)


def rep_table(frame: Frame, week: WeekRows, owners: Mapping[str, Owner]) -> RepTable:
    """The reps, those with most money on one deal first; of many only those that need help."""
    rows = sorted(_all_rep_rows(week, owners), key=_rep_order) if week.people.has_rep_pages else []
    limit = frame.settings.reporting.max_index_reps
    is_chosen = len(rows) > limit
    if is_chosen:
        rows = [row for row in rows if _needs_help(row)][:limit]
    return RepTable(
        rows=tuple(rows),
        count=len(week.reps),
        is_chosen=is_chosen,
        resting_count=sum(_rests_on_one(row) for row in rows),
        weak_count=sum(row.rep.batna_band == "weak" for row in rows),
        made_count=sum(row.rep.gap_amount is not None and row.rep.gap_amount <= 0 for row in rows),
    )


def _all_rep_rows(week: WeekRows, owners: Mapping[str, Owner]) -> list[RepRow]:
    deals = grouped(week.positions, lambda deal: deal.rep_id)
    earlier = week.earlier.reps if week.earlier else {}
    return [
        RepRow(
            rep, earlier.get(rep.rep_id), owners[rep.rep_id].page,
            _heaviest(deals.get(rep.rep_id, ())), *_line_counts(deals.get(rep.rep_id, ())),
        )
        for rep in week.reps
    ]  # fmt: skip


def _heaviest(deals: Iterable[Position]) -> Position | None:
    """The deal in focus with which most money of the quarter would go."""
    known = [deal for deal in in_focus(deals) if deal.loss_if_gone_amount]
    return max(known, key=lambda deal: (deal.loss_if_gone_amount or 0, deal.opportunity_id), default=None)


def _rep_order(row: RepRow) -> tuple[Decimal, str, str]:
    """Most money on one deal first: an order of money, never of a rate that few deals stand behind."""
    loss = row.heaviest.loss_if_gone_amount if row.heaviest else None
    return (-(loss or Decimal(0)), row.rep.rep_name, row.rep.rep_id)


def _needs_help(row: RepRow) -> bool:
    """Weak or out of reach, resting on one deal, with a deal below its line, or changed since last week."""
    rep = row.rep
    return bool(
        rep.batna_band == "weak" or rep.is_out_of_reach or _rests_on_one(row) or row.below_count
        or _changed(rep.batna_strength, row.earlier.batna_strength if row.earlier else None)
    )  # fmt: skip


def _rests_on_one(row: RepRow) -> bool:
    return row.heaviest is not None and breaks_quarter(row.heaviest)


def _changed(now: float | None, before: float | None) -> bool:
    return now is not None and before is not None and abs(now - before) >= _CHANGED_POINTS


def said_columns(week: WeekRows) -> frozenset[str]:
    """The columns that have something to say in at least one row."""
    rows: tuple[Measures, ...] = (*week.teams, *week.reps)
    unmade = [row for row in rows if row.qualified_count and row.gap_amount is not None and row.gap_amount > 0]
    said = {
        "strength": any(row.batna_strength is not None for row in unmade),
        "survives": any(row.surviving_share is not None for row in unmade),
        "lines": any(deal.zone is not None for deal in week.positions),
        "coverage": any(row.buffer_coverage_share is not None for row in rows),
        "declined": any(row.declined_count is not None for row in rows),
        "win_rate": any(row.closed_count for row in rows),
        "last_week": any(row.won_4q_count for row in rows),
    }
    return frozenset(name for name, is_said in said.items() if is_said)

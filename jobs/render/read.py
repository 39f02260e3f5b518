"""Everything that the pages of one week need, read in a few queries: never a query per rep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from duckdb import DuckDBPyConnection

from jobs.errors import BatnaError
from jobs.render.conduct_rows import (
    Difference,
    Effect,
    GroupConduct,
    LowPrice,
    ProcessLine,
    QuarterWeek,
    RepConduct,
    WillingnessThird,
)
from jobs.render.contests import Contests, open_contests
from jobs.render.deal_rows import Decline, EarlierPosition, Move, Position, PossibleDecline, ShouldHaveDeclined
from jobs.render.evidence_rows import CalibrationBin, Correlation, Learning, Skill
from jobs.render.exit_rows import ApprovalRate, DeclineDetail, PossibleReturn, Precedent, ReturnRate, WarningSign
from jobs.render.people import People
from jobs.render.reader import Reader, as_rows, grouped
from jobs.render.rows import (
    Check,
    CompanyWeek,
    Contest,
    Finding,
    Quality,
    Refusal,
    RepScorecard,
    TeamScorecard,
)
from jobs.render.trend import Trends, read_trends


@dataclass(frozen=True)
class Earlier:
    """The same measures a week ago: what changes are told against."""

    as_of_on: date
    company: CompanyWeek
    teams: Mapping[str, TeamScorecard]  # empty, as reps, where that week lies in another quarter
    reps: Mapping[str, RepScorecard]
    positions: Mapping[str, EarlierPosition]  # by opportunity


@dataclass(frozen=True)
class ConductRows:
    """How deals are negotiated."""

    reps: Mapping[str, RepConduct]  # by rep
    groups: Mapping[tuple[str, str], GroupConduct]  # by kind and id
    differences: Mapping[str, tuple[Difference, ...]]  # by rep
    low_prices: tuple[LowPrice, ...]  # of all quarters, the largest first
    quarter_weeks: tuple[QuarterWeek, ...]
    process: tuple[ProcessLine, ...]  # the latest quarter first
    effects: tuple[Effect, ...]
    willingness: tuple[WillingnessThird, ...]


@dataclass(frozen=True)
class ExitRows:
    """What follows a decline, an exception or a warning, and who grants exceptions."""

    approvals: tuple[ApprovalRate, ...]
    details: Mapping[tuple[str, datetime], DeclineDetail]  # by deal and moment of its decline
    return_rates: tuple[ReturnRate, ...]
    possible_returns: tuple[PossibleReturn, ...]  # the latest first
    precedents: tuple[Precedent, ...]
    warnings: tuple[WarningSign, ...]


@dataclass(frozen=True)
class EvidenceRows:
    """How far the numbers can be believed."""

    bins: tuple[CalibrationBin, ...]
    skills: tuple[Skill, ...]
    correlation: Correlation | None
    learning: Learning | None


@dataclass(frozen=True)
class WeekRows:
    """The rows of one as-of date."""

    as_of_on: date
    people: People  # how the rows name them
    company: CompanyWeek
    teams: tuple[TeamScorecard, ...]
    reps: tuple[RepScorecard, ...]
    positions: tuple[Position, ...]
    moves: Mapping[str, str]  # by opportunity
    declines: tuple[Decline, ...]  # of all quarters, the latest first
    accepted: tuple[ShouldHaveDeclined, ...]  # should have been declined; of all quarters, the latest first
    possible: tuple[PossibleDecline, ...]
    findings: tuple[Finding, ...]
    quality: tuple[Quality, ...]
    conduct: ConductRows
    evidence: EvidenceRows
    exits: ExitRows
    refusals: tuple[Refusal, ...]
    checks: tuple[Check, ...]
    contests: Contests
    earlier: Earlier | None
    trends: Trends


def read_week(connection: DuckDBPyConnection, as_of_on: date, people_level: str) -> WeekRows:
    """All rows of one as-of date, with the names that may be shown at a level of people.level."""
    at = Reader(connection, as_of_on)
    teams = at.rows("scores.team_scorecard", TeamScorecard, "team")
    people = People(people_level, teams)
    company = _one_company(at)
    return WeekRows(
        as_of_on=as_of_on,
        people=people,
        company=company,
        teams=people.teams(teams),
        reps=tuple(map(people.rep, at.rows("scores.rep_scorecard", RepScorecard, "rep_id"))),
        positions=tuple(map(people.position, at.rows("scores.deal_positions", Position, "opportunity_id"))),
        moves={
            row.opportunity_id: row.move for row in at.rows("scores.deal_moves", Move, "opportunity_id") if row.move
        },
        declines=tuple(map(people.decline, at.rows("scores.declined_deals", Decline, _LATEST_DECLINE))),
        accepted=tuple(map(people.accepted, at.rows(_ACCEPTED, ShouldHaveDeclined, _LATEST_CLOSED))),
        possible=tuple(map(people.possible, at.rows(_POSSIBLE, PossibleDecline, _LATEST_CLOSED))),
        findings=tuple(map(people.finding, at.rows("scores.findings", Finding, _FINDING_ORDER))),
        quality=at.rows("scores.data_quality", Quality, "measure"),
        conduct=_conduct(at),
        evidence=_evidence(at),
        exits=_exits(at, people),
        refusals=_refusals(connection, as_of_on),
        checks=at.rows("ops.checks", Check, "check_name"),
        contests=open_contests(map(people.contest, _contests(at))),
        earlier=_earlier(connection, as_of_on, company.quarter_start_on, people),
        trends=read_trends(connection, as_of_on),
    )


# A week that was back-filled afterwards must not change the pages of this one.
_EARLIER = """
    select max(weeks.as_of_on)
    from ops.weeks as weeks
    inner join ops.weeks as own
        on own.as_of_on = ?
        and coalesce(weeks.scored_number, 0) <= coalesce(own.scored_number, 0)
    inner join scores.company_week as company
        on weeks.as_of_on = company.as_of_on
    where weeks.as_of_on >= ?
        and weeks.as_of_on < ?
"""
_ACCEPTED, _POSSIBLE = "scores.should_have_declined", "scores.possible_declines"
_LATEST_DECLINE = "decided_at desc, opportunity_id"
_LATEST_CLOSED = "closed_at desc, opportunity_id"
_FINDING_ORDER = "code, opportunity_id, rep_id, detail"


def _one_company(at: Reader) -> CompanyWeek:
    rows = at.rows("scores.company_week", CompanyWeek, "as_of_on")
    if not rows:
        raise BatnaError("scores.company_week", "has no row for this date", "Score it first: batna weekly")
    return rows[0]


def _conduct(at: Reader) -> ConductRows:
    reps = at.rows("scores.rep_conduct", RepConduct, "rep_id")
    groups = at.rows("scores.team_conduct", GroupConduct, "group_kind, group_id")
    differences = at.rows("scores.rep_differences", Difference, "rep_id, measure")
    return ConductRows(
        reps={row.rep_id: row for row in reps},
        groups={(row.group_kind, row.group_id): row for row in groups},
        differences=grouped(differences, lambda row: row.rep_id),
        low_prices=at.rows("scores.unneeded_discounts", LowPrice, "discount_amount desc, opportunity_id"),
        quarter_weeks=at.rows("scores.quarter_end", QuarterWeek, "quarter_start_on, week_number"),
        process=at.rows("scores.process_lines", ProcessLine, "quarter_start_on desc"),
        effects=at.rows("scores.effects", Effect, "effect"),
        willingness=at.rows("scores.willingness", WillingnessThird, "view desc, third"),
    )


def _evidence(at: Reader) -> EvidenceRows:
    return EvidenceRows(
        bins=at.rows("scores.calibration", CalibrationBin, "quantity, segment, weeks_left_band, bin_low"),
        skills=at.rows("scores.calibration_summary", Skill, "quantity, segment, weeks_left_band"),
        correlation=next(iter(at.rows("scores.correlation", Correlation, "as_of_on")), None),
        learning=next(iter(at.rows("scores.learning", Learning, "as_of_on")), None),
    )


def _exits(at: Reader, people: People) -> ExitRows:
    latest = "new_created_on desc, new_opportunity_id, opportunity_id, end_kind, ended_at"
    details = at.rows("scores.decline_details", DeclineDetail, "opportunity_id, decided_at")
    return ExitRows(
        details={(row.opportunity_id, row.decided_at): people.detail(row) for row in details},
        approvals=at.rows("scores.approval_rates", ApprovalRate, "kind, role, period"),
        return_rates=at.rows("scores.return_rates", ReturnRate, "basis, exit_type, window_days"),
        possible_returns=at.rows("scores.possible_returns", PossibleReturn, latest),
        precedents=at.rows("scores.precedents", Precedent, "measure, after_kind"),
        warnings=at.rows("scores.flag_precision", WarningSign, "sign_kind, code"),
    )


def _moves(at: Reader) -> dict[str, str]:
    rows = at.rows("scores.deal_moves", Move, "opportunity_id")
    return {row.opportunity_id: row.move for row in rows if row.move is not None}


def _contests(at: Reader) -> tuple[Contest, ...]:
    return at.rows("scores.contests", Contest, "contested_at, row_kind, opportunity_id, rep_id, measure")


def _refusals(connection: DuckDBPyConnection, as_of_on: date) -> tuple[Refusal, ...]:
    """Refused rows of the files that this week saw, and that none of them settled."""
    query = """
        select entity, column_name, reason, count(distinct (file_number, record_number)) as row_count
        from ops.rejects
        cross join (select last_file_number from ops.weeks where as_of_on = ?) as week
        where file_number <= week.last_file_number
            and (cleared_file_number is null or cleared_file_number > week.last_file_number)
        group by entity, column_name, reason
        order by all
    """
    return as_rows(Refusal, connection.execute(query, [as_of_on]).fetchall())


def _earlier(connection: DuckDBPyConnection, as_of_on: date, quarter_start_on: date, people: People) -> Earlier | None:
    """The last date scored in the calendar week before, where there is one that this week may see."""
    monday = as_of_on - timedelta(days=as_of_on.weekday())
    found = connection.execute(_EARLIER, [as_of_on, monday - timedelta(days=7), monday]).fetchone()
    if found is None or found[0] is None:
        return None
    at = Reader(connection, found[0])
    company = _one_company(at)
    is_same_quarter = company.quarter_start_on == quarter_start_on
    teams = at.rows("scores.team_scorecard", TeamScorecard, "team") if is_same_quarter else ()
    reps = at.rows("scores.rep_scorecard", RepScorecard, "rep_id") if is_same_quarter else ()
    return Earlier(
        as_of_on=found[0],
        company=company,
        teams={row.team: row for row in teams},
        reps={row.rep_id: people.rep(row) for row in reps},
        positions={
            row.opportunity_id: row for row in at.rows("scores.deal_positions", EarlierPosition, "opportunity_id")
        },
    )

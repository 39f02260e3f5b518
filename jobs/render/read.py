"""Everything that the pages of one week need, read in a few queries: never a query per rep."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar, get_type_hints

from duckdb import DuckDBPyConnection

from jobs.errors import BatnaError
from jobs.render.contests import Contests, open_contests
from jobs.render.deal_rows import Decline, EarlierPosition, Position, PossibleDecline, ShouldHaveDeclined
from jobs.render.people import People
from jobs.render.rows import (
    Check,
    CompanyWeek,
    Contest,
    Finding,
    Quality,
    QuarterWeek,
    Refusal,
    RepScorecard,
    TeamScorecard,
)

Row = TypeVar("Row")
Key = TypeVar("Key", bound=Hashable)

_SQL_TYPES = {
    Decimal: "decimal(38, 4)",
    float: "double",
    int: "bigint",
    bool: "boolean",
    str: "varchar",
    datetime: "timestamp",
    date: "date",
}


@dataclass(frozen=True)
class Earlier:
    """The same measures a week ago: what changes are told against."""

    as_of_on: date
    company: CompanyWeek
    teams: Mapping[str, TeamScorecard]  # empty, as reps, where that week lies in another quarter
    reps: Mapping[str, RepScorecard]
    positions: Mapping[str, EarlierPosition]  # by opportunity


@dataclass(frozen=True)
class WeekRows:
    """The rows of one as-of date."""

    as_of_on: date
    people: People  # how the rows name them
    company: CompanyWeek
    teams: tuple[TeamScorecard, ...]
    reps: tuple[RepScorecard, ...]
    positions: tuple[Position, ...]
    declines: tuple[Decline, ...]  # of all quarters, the latest first
    accepted: tuple[ShouldHaveDeclined, ...]  # should have been declined; of all quarters, the latest first
    possible: tuple[PossibleDecline, ...]
    findings: tuple[Finding, ...]
    quality: tuple[Quality, ...]
    quarter_weeks: tuple[QuarterWeek, ...]
    refusals: tuple[Refusal, ...]
    checks: tuple[Check, ...]
    contests: Contests
    earlier: Earlier | None


def read_week(connection: DuckDBPyConnection, as_of_on: date, people_level: str) -> WeekRows:
    """All rows of one as-of date, with the names that may be shown at a level of people.level."""
    at = _Reader(connection, as_of_on)
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
        declines=tuple(map(people.decline, at.rows("scores.declined_deals", Decline, _LATEST_DECLINE))),
        accepted=tuple(map(people.accepted, at.rows(_ACCEPTED, ShouldHaveDeclined, _LATEST_CLOSED))),
        possible=tuple(map(people.possible, at.rows(_POSSIBLE, PossibleDecline, _LATEST_CLOSED))),
        findings=tuple(map(people.finding, at.rows("scores.findings", Finding, _FINDING_ORDER))),
        quality=at.rows("scores.data_quality", Quality, "measure"),
        quarter_weeks=_quarter_weeks(at),
        refusals=_refusals(connection, as_of_on),
        checks=at.rows("ops.checks", Check, "check_name"),
        contests=open_contests(map(people.contest, _contests(at))),
        earlier=_earlier(connection, as_of_on, company.quarter_start_on, people),
    )


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, tuple[Row, ...]]:
    """The rows by a key, in their order."""
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {name: tuple(members) for name, members in groups.items()}


_ACCEPTED, _POSSIBLE = "scores.should_have_declined", "scores.possible_declines"
_LATEST_DECLINE = "decided_at desc, opportunity_id"
_LATEST_CLOSED = "closed_at desc, opportunity_id"
_FINDING_ORDER = "code, opportunity_id, rep_id, detail"


class _Reader:
    """Reads a table's rows of one as-of date as the dataclass whose fields are its columns."""

    def __init__(self, connection: DuckDBPyConnection, as_of_on: date) -> None:
        self._connection = connection
        self._as_of_on = as_of_on

    def rows(self, table: str, row_type: type[Row], order_by: str) -> tuple[Row, ...]:
        query = f"select {_columns(row_type)} from {table} where as_of_on = ? order by {order_by}"
        return as_rows(row_type, self._connection.execute(query, [self._as_of_on]).fetchall())

    def has(self, table: str) -> bool:
        schema, name = table.split(".")
        query = "select 1 from information_schema.tables where table_schema = ? and table_name = ?"
        return self._connection.execute(query, [schema, name]).fetchone() is not None

    def company(self) -> tuple[CompanyWeek, ...]:
        return self.rows("scores.company_week", CompanyWeek, "as_of_on")


def as_rows(row_type: type[Row], values: Sequence[tuple[Any, ...]]) -> tuple[Row, ...]:
    """Tuples in the order of a dataclass's fields, as that dataclass."""
    return tuple(row_type(*row) for row in values)


def sql_types(row_type: type[Any]) -> dict[str, str]:
    """Column name -> SQL type of the fields of a row."""
    hints = get_type_hints(row_type)
    return {field.name: _sql_type(hints[field.name]) for field in fields(row_type)}


def _sql_type(hint: Any) -> str:
    return next(_SQL_TYPES[kind] for kind in getattr(hint, "__args__", (hint,)) if kind in _SQL_TYPES)


def _columns(row_type: type[Any]) -> str:
    return ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in sql_types(row_type).items())


def _one_company(at: _Reader) -> CompanyWeek:
    rows = at.company()
    if not rows:
        raise BatnaError("scores.company_week", "has no row for this date", "Score it first: batna weekly")
    return rows[0]


def _quarter_weeks(at: _Reader) -> tuple[QuarterWeek, ...]:
    """The quarter-end curve, once it is measured."""
    if not at.has("scores.quarter_end"):
        return ()
    return at.rows("scores.quarter_end", QuarterWeek, "quarter_start_on, week_number")


def _contests(at: _Reader) -> tuple[Contest, ...]:
    return at.rows("scores.contests", Contest, "contested_at, row_kind, opportunity_id, rep_id, measure")


def _refusals(connection: DuckDBPyConnection, as_of_on: date) -> tuple[Refusal, ...]:
    """Refused rows of the files that this week saw."""
    query = """
        select entity, column_name, reason, count(distinct (file_number, record_number)) as row_count
        from ops.rejects
        where file_number <= (select last_file_number from ops.weeks where as_of_on = ?)
        group by all
        order by all
    """
    return as_rows(Refusal, connection.execute(query, [as_of_on]).fetchall())


def _earlier(connection: DuckDBPyConnection, as_of_on: date, quarter_start_on: date, people: People) -> Earlier | None:
    """The last date scored in the calendar week before, where there is one."""
    monday = as_of_on - timedelta(days=as_of_on.weekday())
    query = "select max(as_of_on) from scores.company_week where as_of_on >= ? and as_of_on < ?"
    found = connection.execute(query, [monday - timedelta(days=7), monday]).fetchone()
    if found is None or found[0] is None:
        return None
    at = _Reader(connection, found[0])
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

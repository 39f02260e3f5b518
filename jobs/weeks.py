"""The as-of dates of a run as rows: staging.weeks, staging.quarters; what each may see: ops.weeks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from jobs.errors import SettingsError
from jobs.settings import Settings

_FIRST_YEAR, _LAST_YEAR = 1990, 2100

_TABLES = """
create or replace table staging.quarters (
    quarter_start_on date, quarter_end_on date, quarter_start_at timestamp, quarter_end_at timestamp,
    fiscal_year integer, fiscal_quarter integer, quarter_label varchar
);
create or replace table staging.days as
    select day_on, timezone('UTC', timezone(getvariable('time_zone'), cast(day_on as timestamp))) as start_at,
        timezone('UTC', timezone(getvariable('time_zone'), cast(day_on + 1 as timestamp))) as end_at
    from (select cast(unnest(generate_series(date '1970-01-01', date '2099-12-31', interval 1 day)) as date) as day_on);
create or replace table staging.weeks (
    as_of_on date, as_of_end_at timestamp, quarter_start_on date, quarter_end_on date,
    quarter_start_at timestamp, quarter_end_at timestamp, history_start_on date, next_quarter_end_on date,
    weeks_left integer, week_number integer, last_file_number integer, scored_number integer
);
create table if not exists ops.weeks (as_of_on date, last_file_number integer, settings_hash varchar);
alter table ops.weeks add column if not exists scored_number integer;
comment on table ops.weeks is
    'One row per as-of date scored: it sees files up to last_file_number, and scored weeks up to scored_number.';
comment on table staging.weeks is 'One row per as-of date of the last run.';
comment on table staging.days is 'One row per day: when it begins and ends in the zone of the workspace, UTC.';
comment on table staging.quarters is 'One row per fiscal quarter.';
"""

_INSERT_QUARTERS = f"insert into staging.quarters select {', '.join(['unnest(?)'] * 7)}"


_LABEL = re.compile(r"(\d{4})-?Q([1-4])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quarter:
    """A fiscal quarter; fiscal_year is the calendar year in which the fiscal year ends."""

    start_on: date
    end_on: date
    fiscal_year: int
    number: int

    @property
    def label(self) -> str:
        return f"{self.fiscal_year}-Q{self.number}"


class Sight(NamedTuple):
    """What an as-of date may see, for ever: files up to last_file_number, and of the weeks that were scored,
    those up to scored_number. All dates that one run scores for the first time share both.
    """

    last_file_number: int
    scored_number: int


def quarter_of(day: date, first_month: int) -> Quarter:
    """The fiscal quarter that a day lies in, of a fiscal year that begins in `first_month`."""
    months_in = (day.month - first_month) % 12
    number = months_in // 3 + 1
    start = _add_months(day.replace(day=1), -(months_in % 3))
    year_start = _add_months(start, -3 * (number - 1))
    fiscal_year = (_add_months(year_start, 12) - timedelta(days=1)).year
    return Quarter(start, _add_months(start, 3) - timedelta(days=1), fiscal_year, number)


def quarter_named(label: str, first_month: int) -> Quarter | None:
    """The fiscal quarter of a label such as 2026-Q3; None for any other text."""
    found = _LABEL.fullmatch(label.strip())
    if not found:
        return None
    fiscal_year, number = int(found[1]), int(found[2])
    months = fiscal_year * 12 + first_month - 1 + 3 * (number - 1) - (0 if first_month == 1 else 12)
    return quarter_of(date(months // 12, months % 12 + 1, 1), first_month)


def _add_months(day: date, months: int) -> date:
    """The same day of a month so many months on; only for first days of months."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, day.day)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins in a zone, as UTC without a zone."""
    return datetime.combine(day, time(), zone).astimezone(UTC).replace(tzinfo=None)


def write_weeks(
    connection: DuckDBPyConnection, settings: Settings, as_of_dates: Sequence[date], *, restate: bool
) -> None:
    """Write staging.quarters and staging.weeks, and in ops.weeks what each of these dates may see."""
    connection.execute("set variable time_zone = ?", [settings.workspace.time_zone])
    connection.execute(_TABLES)
    zone, first_month = ZoneInfo(settings.workspace.time_zone), settings.fiscal.first_month
    columns = [list(column) for column in zip(*_quarters(zone, first_month), strict=True)]
    connection.execute(_INSERT_QUARTERS, columns)
    run = _everything(connection)
    for as_of_on in sorted(set(as_of_dates)):
        sight = _sight(connection, settings, as_of_on, run, restate=restate)
        values = (*_week(as_of_on, zone, first_month), *sight)
        connection.execute(f"insert into staging.weeks values ({', '.join('?' * len(values))})", values)


def _quarters(zone: ZoneInfo, first_month: int) -> list[tuple[object, ...]]:
    starts = [
        date(year, month, 1) for year in range(_FIRST_YEAR, _LAST_YEAR) for month in range(1, 13)
        if (month - first_month) % 3 == 0
    ]  # fmt: skip
    quarters = [quarter_of(start, first_month) for start in starts]
    return [
        (quarter.start_on, quarter.end_on, start_of(quarter.start_on, zone),
         start_of(quarter.end_on + timedelta(days=1), zone),
         quarter.fiscal_year, quarter.number, quarter.label)
        for quarter in quarters
    ]  # fmt: skip


def _week(as_of_on: date, zone: ZoneInfo, first_month: int) -> tuple[object, ...]:
    quarter = quarter_of(as_of_on, first_month)
    return (
        as_of_on, start_of(as_of_on + timedelta(days=1), zone), quarter.start_on, quarter.end_on,
        start_of(quarter.start_on, zone), start_of(quarter.end_on + timedelta(days=1), zone),
        _add_months(quarter.start_on, -12), _add_months(quarter.start_on, 6) - timedelta(days=1),
        (quarter.end_on - as_of_on).days // 7, (as_of_on - quarter.start_on).days // 7 + 1,
    )  # fmt: skip


def _sight(connection: DuckDBPyConnection, settings: Settings, as_of_on: date, run: Sight, *, restate: bool) -> Sight:
    """What this date sees: as when it was first scored, or everything where it is new or restated."""
    settings_hash = settings.measure_hash()
    known = connection.execute(
        "select settings_hash, last_file_number, coalesce(scored_number, 0) from ops.weeks where as_of_on = ?",
        [as_of_on],
    ).fetchall()
    if known and not restate:
        if known[0][0] != settings_hash:
            raise SettingsError(
                "batna.toml", f"{as_of_on} was first scored under other settings",
                "Restore them, or run with --restate to score that week again under these",
            )  # fmt: skip
        return Sight(*known[0][1:])
    connection.execute("delete from ops.weeks where as_of_on = ?", [as_of_on])
    values = [as_of_on, run.last_file_number, settings_hash, run.scored_number]
    connection.execute(
        "insert into ops.weeks (as_of_on, last_file_number, settings_hash, scored_number) values (?, ?, ?, ?)", values
    )
    return run


def _everything(connection: DuckDBPyConnection) -> Sight:
    """What a date sees that is scored for the first time: every file, and every week scored so far."""
    [files] = connection.execute("select coalesce(max(file_number), 0) from ops.files").fetchall()
    [runs] = connection.execute("select coalesce(max(scored_number), 0) from ops.weeks").fetchall()
    return Sight(int(files[0]), int(runs[0]) + 1)

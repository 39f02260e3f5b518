"""sql/checks/*.sql -> failures. A check selects the rows that must not be; none means that it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from duckdb import DuckDBPyConnection

from jobs import shipped
from jobs.models import leading_comment

SAMPLE_SIZE = 5

_TABLE = """
create schema if not exists ops;
create table if not exists ops.checks (
    as_of_on date, check_name varchar, is_passed boolean, row_count bigint
);
comment on table ops.checks is 'Whether each property held. One row per as-of date and check.';
"""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One property: its name, whether it held on every date, how many rows broke it, ids of a few of them.

    failed_on: the as-of dates on which it did not hold, the earliest first.
    """

    name: str
    about: str
    is_passed: bool
    row_count: int
    sample: tuple[str, ...]
    failed_on: tuple[date, ...] = ()


def run_checks(connection: DuckDBPyConnection, as_of_dates: Sequence[date]) -> tuple[CheckResult, ...]:
    """Run every shipped check on these dates; failures are kept in ops.checks and returned, not raised."""
    connection.execute(_TABLE)
    connection.execute("delete from ops.checks where as_of_on in (select unnest(?::date[]))", [list(as_of_dates)])
    paths = sorted((shipped.SQL / "checks").glob("*.sql"))
    return tuple(run_check(connection, path, as_of_dates) for path in paths)


def run_check(connection: DuckDBPyConnection, path: Path, as_of_dates: Sequence[date]) -> CheckResult:
    """Run one check: a select whose columns are as_of_on and the id of an offending row."""
    sql = path.read_text(encoding="utf-8")
    counts = dict.fromkeys(as_of_dates, 0)
    sample: list[str] = []
    for as_of_on, identifier in connection.execute(sql).fetchall():
        counts[as_of_on] = counts.get(as_of_on, 0) + 1
        sample.append(str(identifier))
    connection.executemany(
        "insert into ops.checks values (?, ?, ?, ?)",
        [(as_of_on, path.stem, count == 0, count) for as_of_on, count in sorted(counts.items())],
    )
    total, failed_on = sum(counts.values()), tuple(sorted(as_of_on for as_of_on, count in counts.items() if count))
    few = tuple(sorted(sample)[:SAMPLE_SIZE])
    return CheckResult(path.stem, leading_comment(sql), total == 0, total, few, failed_on)

"""runs.sqlite: one row per run, for the operator who asks whether it ran, on what, and what was refused."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from jobs.errors import BatnaError

_TABLE = """
create table if not exists runs (
    run_id text primary key,      -- time of the start, and eight random digits
    command text not null,
    started_at text not null,     -- UTC, ISO 8601
    ended_at text,
    as_of_on text,                -- the date that was scored
    outcome text not null,        -- running, done, refused, failed or interrupted
    exit_code integer,
    error text,                   -- kind of error; never row data
    counts text not null,         -- JSON object: files, rows, reps, deals, checks
    refused text not null,        -- JSON list of {"file", "reason"}
    overrides text not null       -- JSON list: what was asked for beyond the rules, such as --restate
)
"""
_WEEKS_TABLE = """
create table if not exists run_weeks (
    run_id text not null,         -- a run of several weeks
    as_of_on text not null,       -- a date that it was to score
    outcome text,                 -- failed: a check failed; held_back: one of another week did; empty: as the run
    primary key (run_id, as_of_on)
)
"""
_LAST_OUTCOMES = """
select as_of_on, outcome
from (
    select as_of_on, outcome, started_at from runs
    union all
    select weeks.as_of_on, coalesce(weeks.outcome, runs.outcome), runs.started_at
    from run_weeks as weeks inner join runs on weeks.run_id = runs.run_id
)
where as_of_on is not null
order by started_at
"""
_OUTCOMES = {0: "done", 3: "refused"}


@dataclass(frozen=True, slots=True)
class RunRow:
    """How a run begins."""

    run_id: str
    command: str
    started_at: datetime
    as_of_on: date | None
    overrides: Sequence[str]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The runs of a workspace; each call is one transaction, so a killed run leaves a readable ledger."""

    path: Path

    def begin(self, row: RunRow) -> None:
        """Write the row of a run that starts; runs that never came to an end are marked as interrupted.

        Raises BatnaError where the file cannot be written.
        """
        try:
            self._begin(row)
        except sqlite3.OperationalError as error:
            mend = "Let this user write in the workspace, look at the free disk, and run it again"
            raise BatnaError(str(self.path), f"cannot be written ({error})", mend) from error

    def _begin(self, row: RunRow) -> None:
        with closing(self._connect()) as connection, connection:
            connection.execute("update runs set outcome = 'interrupted' where outcome = 'running'")
            times, overrides = (_text(row.started_at), _text(row.as_of_on)), json.dumps(list(row.overrides))
            connection.execute(
                "insert into runs values (?, ?, ?, null, ?, 'running', null, null, '{}', '[]', ?)",
                (row.run_id, row.command, *times, overrides),
            )

    def note_counts(self, run_id: str, counts: Mapping[str, int]) -> None:
        """Keep what is counted so far."""
        self._set("counts", run_id, dict(counts))

    def note_refused(self, run_id: str, refused: Sequence[Mapping[str, str]]) -> None:
        """Keep which files were refused, and why."""
        self._set("refused", run_id, list(refused))

    def hide(self, hidden: Callable[[str], str]) -> None:
        """Put every kept reason as `hidden` writes it: a reason may quote a cell."""
        with closing(self._connect()) as connection, connection:
            for run_id, refused in connection.execute("select run_id, refused from runs").fetchall():
                if hidden(refused) != refused:
                    connection.execute("update runs set refused = ? where run_id = ?", (hidden(refused), run_id))

    def note_weeks(self, run_id: str, as_of_dates: Sequence[date]) -> None:
        """Keep which dates a run of several weeks is to score."""
        rows = [(run_id, _text(as_of_on)) for as_of_on in as_of_dates]
        with closing(self._connect()) as connection, connection:
            connection.executemany("insert into run_weeks values (?, ?, null)", rows)

    def note_failed_weeks(self, run_id: str, as_of_dates: Sequence[date]) -> None:
        """Keep on which dates of a run a check failed; its other dates were held back by them."""
        failed = [_text(as_of_on) for as_of_on in as_of_dates]
        with closing(self._connect()) as connection, connection:
            connection.execute("update run_weeks set outcome = 'held_back' where run_id = ?", (run_id,))
            connection.executemany(
                "update run_weeks set outcome = 'failed' where run_id = ? and as_of_on = ?",
                [(run_id, as_of_on) for as_of_on in failed],
            )

    def last_outcomes(self) -> Sequence[tuple[date, str]]:
        """Date and outcome of every run of a date, the latest run last. Reads only."""
        if not self.path.exists():
            return ()
        with closing(self._connect()) as connection:
            rows = connection.execute(_LAST_OUTCOMES).fetchall()
        return tuple((date.fromisoformat(as_of_on), outcome) for as_of_on, outcome in rows)

    def _set(self, column: str, run_id: str, value: object) -> None:
        with closing(self._connect()) as connection, connection:
            text = json.dumps(value, ensure_ascii=False)
            connection.execute(f"update runs set {column} = ? where run_id = ?", (text, run_id))

    def end(self, run_id: str, ended_at: datetime, exit_code: int, error: str | None) -> None:
        """Write how a run ended."""
        with closing(self._connect()) as connection, connection:
            connection.execute(
                "update runs set ended_at = ?, outcome = ?, exit_code = ?, error = ? where run_id = ?",
                (_text(ended_at), _OUTCOMES.get(exit_code, "failed"), exit_code, error, run_id),
            )

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path)
        connection.execute(_TABLE)
        connection.execute(_WEEKS_TABLE)
        return connection


def _text(moment: datetime | date | None) -> str | None:
    return moment.isoformat() if moment else None

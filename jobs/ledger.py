"""runs.sqlite: one row per run, for the operator who asks whether it ran, on what, and what was refused."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

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
        """Write the row of a run that starts; runs that never came to an end are marked as interrupted."""
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
        return connection


def _text(moment: datetime | date | None) -> str | None:
    return moment.isoformat() if moment else None

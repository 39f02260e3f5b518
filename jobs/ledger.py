"""runs.sqlite: one row per run, for the operator who asks whether it ran, on what, and what was refused."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from jobs.disk_faults import ledger_fault
from jobs.errors import SlotDone
from jobs.ledger_tables import is_current, prepare
from jobs.modes import make_private_file
from jobs.slot import Slot

Status = Literal["running", "ok", "failed", "skipped", "interrupted", "missed"]
FINAL: tuple[Status, ...] = ("ok", "failed", "skipped", "missed")

# A clock that was ahead has left slots out whose day is still to come: that does not count. The value: ahead_of(now).
AHEAD = "(status in ('missed', 'skipped') and started_at > ?)"
_A_LITTLE = timedelta(minutes=5)  # between two processes that look at once, or where a clock is put right by seconds
_LAST_OUTCOMES = """
select as_of_on, status
from (
    select as_of_on, status, started_at from runs
    union all
    select weeks.as_of_on, coalesce(weeks.outcome, runs.status), runs.started_at
    from run_weeks as weeks inner join runs on weeks.run_id = runs.run_id
)
where as_of_on is not null
order by started_at
"""
_INSERT = """
insert into runs
select
    :run_id, :command, :slot,
    1 + coalesce((select max(attempt) from runs where command = :command and slot = :slot), 0),
    :trigger, :started_at, null, :as_of_on, null, 'running', null, null, null, '[]', '{}', '[]', :overrides
"""


@dataclass(frozen=True, slots=True)
class RunRow:
    """How a run begins."""

    run_id: str
    command: str
    started_at: datetime
    as_of_on: date | None = None
    overrides: Sequence[str] = ()
    slot: Slot | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The runs of a workspace; each call is one transaction, so a killed run leaves a readable ledger."""

    path: Path

    def begin(self, row: RunRow) -> None:
        """Write the row of a run that starts; call it with the workspace held, so runs without an end are over.

        Raises SlotDone where the slot was dealt with.
        """
        with self.transaction() as connection:
            mark_orphans(connection)
            begin_row(connection, row)

    def note_counts(self, run_id: str, counts: Mapping[str, int]) -> None:
        """Keep what is counted so far, beside what was counted before."""
        with self.transaction() as connection:
            [(text,)] = connection.execute("select counts from runs where run_id = ?", (run_id,)).fetchall()
            told = json.dumps(json.loads(text) | dict(counts))
            connection.execute("update runs set counts = ? where run_id = ?", (told, run_id))

    def note_refused(self, run_id: str, refused: Sequence[Mapping[str, str]]) -> None:
        """Keep which files were refused, and why."""
        self._set("refused", run_id, list(refused))

    def note_data_on(self, run_id: str, day: date | None) -> None:
        """Keep the day of the newest export of opportunities."""
        with self.transaction() as connection:
            connection.execute("update runs set data_on = ? where run_id = ?", (_text(day), run_id))

    def note_published(self, run_id: str, snapshot: str | None, outputs: Sequence[str]) -> None:
        """Keep what was published, and where the warehouse lies that was there before."""
        self._set("outputs", run_id, list(outputs))
        with self.transaction() as connection:
            connection.execute("update runs set snapshot = ? where run_id = ?", (snapshot, run_id))

    def hide(self, hidden: Callable[[str], str]) -> None:
        """Put every kept reason as `hidden` writes it: a reason may quote a cell."""
        with self.transaction() as connection:
            for run_id, refused in connection.execute("select run_id, refused from runs").fetchall():
                if hidden(refused) != refused:
                    connection.execute("update runs set refused = ? where run_id = ?", (hidden(refused), run_id))

    def note_weeks(self, run_id: str, as_of_dates: Sequence[date]) -> None:
        """Keep which dates a run of several weeks is to score."""
        rows = [(run_id, _text(as_of_on)) for as_of_on in as_of_dates]
        with self.transaction() as connection:
            connection.executemany("insert into run_weeks values (?, ?, null)", rows)

    def note_failed_weeks(self, run_id: str, as_of_dates: Sequence[date]) -> None:
        """Keep on which dates of a run a check failed; its other dates were held back by them."""
        failed = [_text(as_of_on) for as_of_on in as_of_dates]
        with self.transaction() as connection:
            connection.execute("update run_weeks set outcome = 'held_back' where run_id = ?", (run_id,))
            connection.executemany(
                "update run_weeks set outcome = 'failed' where run_id = ? and as_of_on = ?",
                [(run_id, as_of_on) for as_of_on in failed],
            )

    def last_outcomes(self) -> Sequence[tuple[date, str]]:
        """Date and status of every run of a date, the latest run last. Reads only."""
        rows = self.rows(_LAST_OUTCOMES)
        return tuple((date.fromisoformat(row["as_of_on"]), row["status"]) for row in rows)

    def skipped_weeks(self) -> Sequence[tuple[date, date | None]]:
        """As-of dates that the schedule left out, each with the day of the newest export then, in order. Reads only."""
        sql = "select as_of_on, data_on from runs where status = 'skipped' and as_of_on is not null order by as_of_on"
        return tuple((date.fromisoformat(row["as_of_on"]), _day(row["data_on"])) for row in self.rows(sql))

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[sqlite3.Row]:
        """What a query finds, by column name; nothing where no run was ever recorded. Writes nothing.

        Raises LedgerFault where the file cannot be read.
        """
        if not self.path.exists():
            return []
        uri = f"{self.path.absolute().as_uri()}?mode=ro"
        with self._telling(), closing(sqlite3.connect(uri, uri=True)) as connection:
            if is_current(connection):
                connection.row_factory = sqlite3.Row
                return connection.execute(sql, parameters).fetchall()
        with self.transaction() as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(sql, parameters).fetchall()

    def end(self, run_id: str, ended_at: datetime, status: Status, exit_code: int, error: str | None) -> None:
        """Write how a run ended."""
        with self.transaction() as connection:
            connection.execute(
                "update runs set ended_at = ?, status = ?, exit_code = ?, error = ? where run_id = ?",
                (_text(ended_at), status, exit_code, error, run_id),
            )

    def end_late(self, run_id: str, ended_at: datetime) -> None:
        """A run was cut short while it published, and that is finished now: its work is done."""
        with self.transaction() as connection:
            connection.execute(
                "update runs set ended_at = ?, status = 'ok', exit_code = 0, error = null"
                " where run_id = ? and status in ('running', 'interrupted')",
                (_text(ended_at), run_id),
            )

    def compact(self) -> None:
        """Write the file anew: an earlier version left bytes of what it replaced.

        Raises LedgerFault where the file cannot be read or written.
        """
        with self._telling(), closing(sqlite3.connect(self.path)) as connection:
            connection.execute("vacuum")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes are kept together, or not at all where the block raises.

        Raises LedgerFault where the file cannot be read or written.
        """
        make_private_file(self.path)
        with self._telling(), closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            prepare(connection, str(self.path))
            connection.execute("pragma secure_delete = on")  # what is replaced leaves no bytes behind
            connection.execute("begin immediate")
            try:
                yield connection
            except BaseException:
                if connection.in_transaction:  # a full disk has ended it already
                    connection.execute("rollback")
                raise
            connection.execute("commit")

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """What somebody can mend as a LedgerFault; a row that must not be is a fault of ours."""
        try:
            yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except sqlite3.DatabaseError as error:
            raise ledger_fault(error, self.path) from error

    def _set(self, column: str, run_id: str, value: object) -> None:
        text = json.dumps(value, ensure_ascii=False)
        with self.transaction() as connection:
            connection.execute(f"update runs set {column} = ? where run_id = ?", (text, run_id))


def mark_orphans(connection: sqlite3.Connection) -> None:
    """Runs without an end are interrupted: whoever calls this holds the workspace, so nobody runs."""
    connection.execute("update runs set status = 'interrupted' where status = 'running'")


def begin_row(connection: sqlite3.Connection, row: RunRow) -> None:
    """Write the row of a run that starts. Raises SlotDone where its slot was dealt with."""
    slot = row.slot
    if slot and is_final(connection, slot, row.started_at):
        raise SlotDone(slot.name, "another process has run it")
    values = {
        "run_id": row.run_id,
        "command": row.command,
        "slot": slot.on.isoformat() if slot else None,
        "trigger": slot.trigger if slot else "hand",
        "started_at": _text(row.started_at),
        "as_of_on": _text(row.as_of_on),
        "overrides": json.dumps(list(row.overrides)),
    }
    connection.execute(_INSERT, values)


def is_final(connection: sqlite3.Connection, slot: Slot, now: datetime) -> bool:
    """Whether nothing is left to do for this slot at this moment; a delivery that failed may be tried again."""
    final = ("ok",) if slot.job == "deliver" else FINAL
    sql = f"select status from runs where command = ? and slot = ? and not {AHEAD}"
    values = (slot.job, slot.on.isoformat(), ahead_of(now))
    return any(status in final for (status,) in connection.execute(sql, values))


def ahead_of(now: datetime) -> str:
    """The time on record from which on a clock must have been ahead."""
    return (now + _A_LITTLE).isoformat()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _text(moment: datetime | date | None) -> str | None:
    return moment.isoformat() if moment else None

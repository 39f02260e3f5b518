"""What the schedule reads from and writes into the ledger, which is its only memory."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import get_args

from jobs.ledger import AHEAD, FINAL, Ledger, RunRow, Status, ahead_of, begin_row, is_final
from jobs.run import new_run_id
from jobs.schedule.slots import Plan
from jobs.slot import Job, Slot

A_MOMENT = timedelta(minutes=15)  # an outside clock that calls at a slot's own time comes a moment later
_SINCE = "insert or replace into schedules values (?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run of a slot stands in the ledger."""

    status: Status
    attempt: int
    error: str | None
    data_on: date | None
    has_refused: bool


def since(ledger: Ledger, plans: Sequence[Plan], now: datetime) -> Mapping[Job, datetime]:
    """From when on the slots of each plan are due: a plan that is new or has changed begins now. Reads only."""
    rows = {row["command"]: row for row in ledger.rows("select command, pattern, since from schedules")}
    begun: dict[Job, datetime] = {}
    for plan in plans:
        row = rows.get(plan.job)
        since_at = datetime.fromisoformat(row["since"]) if row and row["pattern"] == plan.pattern else now
        begun[plan.job] = since_at if since_at < now else now - A_MOMENT
    return begun


def keep_since(ledger: Ledger, plans: Sequence[Plan], now: datetime) -> None:
    """Keep from when on each plan holds, where that is not on record, or is still to come: the clock was wrong then."""
    rows = ledger.rows("select command, pattern, since from schedules")
    kept = {(row["command"], row["pattern"]) for row in rows if datetime.fromisoformat(row["since"]) <= now}
    new = [(plan.job, plan.pattern) for plan in plans if (plan.job, plan.pattern) not in kept]
    if new:
        begun = since(ledger, plans, now)
        with ledger.transaction() as connection:
            for job, pattern in new:
                connection.execute(_SINCE, (job, pattern, begun[job].isoformat()))


def done_slots(ledger: Ledger, attempts: int, now: datetime) -> frozenset[tuple[Job, date]]:
    """Slots with which nothing is left to do: dealt with, or interrupted as often as they may be tried."""
    marks = ", ".join("?" for _ in FINAL)
    sql = (
        "select distinct command, slot from runs where slot is not null"
        f" and (status in ({marks}) or status = 'interrupted' and attempt >= ?) and not {AHEAD}"
    )
    jobs = {job: job for job in get_args(Job)}
    rows = ledger.rows(sql, (*FINAL, attempts, ahead_of(now)))
    return frozenset((jobs[row["command"]], date.fromisoformat(row["slot"])) for row in rows if row["command"] in jobs)


def has_running(ledger: Ledger) -> bool:
    """Whether a run has not ended, or was killed before it could say so."""
    return bool(ledger.rows("select 1 from runs where status = 'running'"))


def ended(ledger: Ledger, run_id: str) -> Ended | None:
    """How a run stands; None where it never began."""
    for row in ledger.rows("select * from runs where run_id = ?", (run_id,)):
        data_on = date.fromisoformat(row["data_on"]) if row["data_on"] else None
        return Ended(row["status"], row["attempt"], row["error"], data_on, bool(json.loads(row["refused"])))
    return None


def note(ledger: Ledger, slot: Slot, status: Status, now: datetime, error: str | None = None) -> bool:
    """Keep what became of a slot that no process has a row of; False where another process has dealt with it."""
    run_id = slot.run_id or new_run_id(now)
    with ledger.transaction() as connection:
        if is_final(connection, slot, now):
            return False
        begin_row(connection, RunRow(run_id, slot.job, now, slot.as_of_on, slot=slot))
        _end(connection, run_id, status, now, error)
    return True


def _end(connection: sqlite3.Connection, run_id: str, status: Status, now: datetime, error: str | None) -> None:
    connection.execute(
        "update runs set status = ?, ended_at = ?, error = ? where run_id = ?",
        (status, now.isoformat(), error, run_id),
    )

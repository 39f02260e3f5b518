"""What the ledger knows of deliveries: each week goes to each recipient once.

`sending` is written before a message is handed over, and what became of it after. Between the two nobody can know: a
run that dies there leaves `sending`, which the next one turns into `unknown`, and that is never sent again.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from jobs.ledger import Ledger
from jobs.mail.server import Verdict

Channel = Literal["mail", "webhook", "folder"]
OVER = ("sent", "unknown")

_CLAIM = """
insert into deliveries values (:week, :channel, :recipient, 'sending', null, 1, :message_id, :run_id, :now, null)
on conflict (week, channel, recipient) do update set
    status = 'sending', code = null, attempts = attempts + 1, run_id = :run_id, began_at = :now, ended_at = null
"""
_WHERE = "where week = ? and channel = ? and recipient = ?"


@dataclass(frozen=True, slots=True)
class Key:
    """One week for one recipient. A recipient of mail is one however the address is written."""

    week: str
    channel: Channel
    recipient: str

    @property
    def values(self) -> tuple[str, str, str]:
        recipient = self.recipient.casefold() if self.channel == "mail" else self.recipient
        return (self.week, self.channel, recipient)


def status_of(ledger: Ledger, key: Key) -> str | None:
    """How it stands; None where it was never tried. Reads only."""
    rows = ledger.rows(f"select status from deliveries {_WHERE}", key.values)
    return str(rows[0]["status"]) if rows else None


def claim(ledger: Ledger, key: Key, run_id: str, now: datetime, message_id: str | None = None) -> str | None:
    """Take it on, to be handed over now: None. Else how it stands, and it must not be handed over.

    Call it with the workspace held, so that whoever left `sending` is dead.
    """
    with ledger.transaction() as connection:
        row = connection.execute(f"select status from deliveries {_WHERE}", key.values).fetchone()
        if row and row[0] == "sending":
            _write(connection, key, "unknown", None, now)
            return "unknown"
        if row and row[0] in OVER:
            return str(row[0])
        week, channel, recipient = key.values
        values = {"week": week, "channel": channel, "recipient": recipient, "message_id": message_id}
        connection.execute(_CLAIM, {**values, "run_id": run_id, "now": now.isoformat()})
    return None


def settle(ledger: Ledger, key: Key, verdict: Verdict, code: int | None, now: datetime) -> None:
    """Keep what became of it."""
    with ledger.transaction() as connection:
        _write(connection, key, verdict, code, now)


def _write(connection: sqlite3.Connection, key: Key, status: str, code: int | None, now: datetime) -> None:
    sql = f"update deliveries set status = ?, code = ?, ended_at = ? {_WHERE}"
    connection.execute(sql, (status, code, now.isoformat(), *key.values))

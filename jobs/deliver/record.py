"""What the ledger knows of deliveries: each week goes to each recipient once.

`sending` is written before a message is handed over, and what became of it after. Between the two nobody can know: a
run that dies there leaves `sending`, which the next one turns into `unknown`, and that is never sent again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from jobs.ledger import Ledger
from jobs.load.erased import Erased
from jobs.mail.server import Verdict

Channel = Literal["mail", "webhook", "folder"]
OVER = ("sent", "unknown")

_CLAIM = """
insert into deliveries values (:week, :channel, :recipient, 'sending', null, 1, :message_id, :run_id, :now, null)
on conflict (week, channel, recipient) do update set
    status = 'sending', code = null, attempts = attempts + 1, run_id = :run_id, began_at = :now, ended_at = null
"""
_FORGET = """
insert into deliveries
select week, channel, :all, 'forgotten', null, sum(attempts), null, max(run_id), max(began_at), max(ended_at)
from deliveries where channel = 'mail' and week = :week
"""
EVERYBODY = "everybody"  # the recipient of a week of which it is no longer on record who got it
_WHERE = "where week = ? and channel = ? and recipient = ?"


@dataclass(frozen=True, slots=True)
class Key:
    """One week for one recipient. on_record: what the ledger calls the recipient, where it is not the same."""

    week: str
    channel: Channel
    recipient: str
    on_record: str = ""

    @property
    def values(self) -> tuple[str, str, str]:
        return (self.week, self.channel, self.on_record or self.recipient)


def mail_key(week: str, address: str, erased: Erased) -> Key:
    """One week for an address, which is one however it is written; whoever was erased is on record without it."""
    return Key(week, "mail", address, erased.address(address.casefold()))


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


def deliveries_to(ledger: Ledger, addresses: Collection[str]) -> list[sqlite3.Row]:
    """What went to these addresses (in small letters), the first week first. Reads only."""
    rows = ledger.rows("select * from deliveries where channel = 'mail' order by week, recipient")
    return [row for row in rows if row["recipient"] in addresses]


def mail_addresses(ledger: Ledger) -> frozenset[str]:
    """Every address that is on record, in small letters. Reads only."""
    rows = ledger.rows("select distinct recipient from deliveries where channel = 'mail'")
    return frozenset(str(row["recipient"]) for row in rows) - {EVERYBODY}


def weeks_on_record(ledger: Ledger, before: str) -> dict[str, int]:
    """Weeks before this one of which it is on record who got them, each with the number of records. Reads only."""
    sql = (
        "select week, count(*) as count from deliveries where channel = 'mail' and recipient <> ? and week < ? "
        "group by week order by week"
    )
    return {str(row["week"]): int(row["count"]) for row in ledger.rows(sql, (EVERYBODY, before))}


def is_forgotten(ledger: Ledger, week: str) -> bool:
    """Whether the week went out, and it is no longer on record to whom. Reads only."""
    return status_of(ledger, Key(week, "mail", EVERYBODY)) is not None


def forget(ledger: Ledger, week: str) -> None:
    """Keep no longer who got this week, but that somebody did: nobody will be sent it again."""
    with ledger.transaction() as connection:
        if not connection.execute(f"select 1 from deliveries {_WHERE}", (week, "mail", EVERYBODY)).fetchone():
            connection.execute(_FORGET, {"all": EVERYBODY, "week": week})
        sql = "delete from deliveries where channel = 'mail' and week = ? and recipient <> ?"
        connection.execute(sql, (week, EVERYBODY))


def hide_erased(ledger: Ledger, erased: Erased) -> None:
    """Take the addresses of erased people out of the record; what went to them stays known by what is put there.

    The Message-ID goes too: whoever has the address could make it again.
    """
    pairs = [(hidden, old) for old in mail_addresses(ledger) if (hidden := erased.address(old)) != old]
    if pairs:
        with ledger.transaction() as connection:
            sql = "update deliveries set recipient = ?, message_id = null where channel = 'mail' and recipient = ?"
            connection.executemany(sql, pairs)


def _write(connection: sqlite3.Connection, key: Key, status: str, code: int | None, now: datetime) -> None:
    sql = f"update deliveries set status = ?, code = ?, ended_at = ? {_WHERE}"
    connection.execute(sql, (status, code, now.isoformat(), *key.values))

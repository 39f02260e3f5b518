"""When a week that the schedule has published is to be delivered, and delivered again what failed for a time."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime, timedelta

from jobs.ledger import Ledger
from jobs.settings import Settings
from jobs.slot import Slot

FIRST_PAUSE = timedelta(minutes=5)  # doubled after each attempt
RECENT = timedelta(days=7)  # a week that was published longer ago is no news

_PUBLISHED = """
select slot, ended_at from runs where command = 'weekly' and status = 'ok' and slot is not null
order by slot desc limit 1
"""
_TRIED = "select * from runs where command = 'deliver' and slot = ? order by attempt desc limit 1"


def delivery_due(ledger: Ledger, settings: Settings, now: datetime) -> Slot | None:
    """The delivery of the last report, where it is due now. Reads only."""
    published = ledger.rows(_PUBLISHED) if settings.delivery.is_set_up else []
    if not published:
        return None
    ended_at = datetime.fromisoformat(published[0]["ended_at"])
    tried = ledger.rows(_TRIED, (published[0]["slot"],))
    if now - ended_at > RECENT or (tried and _is_over(settings, tried[0])):
        return None
    pause = FIRST_PAUSE * 2 ** (tried[0]["attempt"] - 1) if tried else timedelta(0)
    since = datetime.fromisoformat(tried[0]["started_at"]) if tried else ended_at
    if now < since + pause:
        return None
    return Slot("deliver", date.fromisoformat(published[0]["slot"]), ended_at)


def is_to_be_tried_again(settings: Settings, attempt: int, status: str, error: str | None) -> bool:
    """Whether a delivery that ended so may succeed later."""
    return (status == "interrupted" or error == "DeliveryDelayed") and attempt < settings.delivery.attempts


def _is_over(settings: Settings, last: sqlite3.Row) -> bool:
    return not is_to_be_tried_again(settings, last["attempt"], last["status"], last["error"])

"""What the schedule asks before it takes files, or tells a week: have they settled, are they recent?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from duckdb import DuckDBPyConnection

from jobs.errors import Skipped
from jobs.intake import newest_export
from jobs.run import Run
from jobs.settings import Settings
from jobs.slot import Slot
from jobs.workspace import Arrival, arrivals, fingerprint_of, in_inbox


def taken(run: Run, settings: Settings, now: datetime, slot: Slot | None) -> tuple[Arrival, ...]:
    """The files in the inbox that a run takes: all of them, or of a slot those that have stopped growing.

    How many it leaves for the next slot is kept on record.
    """
    paths = in_inbox(run.workspace)
    if slot is None:
        return arrivals(paths, now)
    moving = timedelta(seconds=settings.load.settle_seconds)
    settled = tuple(path for path in paths if abs(now - _written_at(fingerprint_of(path))) >= moving)
    if len(settled) < len(paths):
        run.ledger.note_counts(run.run_id, {"files_still_arriving": len(paths) - len(settled)})
    return arrivals(settled, now)


def require_recent(connection: DuckDBPyConnection, run: Run, slot: Slot, max_age: int) -> None:
    """Raises Skipped where the newest export of opportunities is more than `max_age` days older than the slot."""
    newest = newest_export(connection)
    if newest is None or slot.due_at - newest <= timedelta(days=max_age):
        return
    fault = f"the newest export of opportunities is of {newest.date()}, and schedule.max_age is {max_age} days"
    raise Skipped(slot.name, fault, f"Put a newer one into {run.workspace.inbox}, and run `batna weekly`")


def _written_at(fingerprint: tuple[int, int, int]) -> datetime:
    return datetime.fromtimestamp(fingerprint[1] / 1e9, UTC)

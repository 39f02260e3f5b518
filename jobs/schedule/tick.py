"""One look at the clock: whatever is due is run, one job at a time, and the ledger says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from jobs.errors import BatnaError, Locked
from jobs.ledger import Ledger, Status, mark_orphans
from jobs.lock import held
from jobs.run import Clock, new_run_id, recovered
from jobs.schedule import record
from jobs.schedule.delivering import delivery_due, is_to_be_tried_again
from jobs.schedule.due import Due, due
from jobs.schedule.slots import plans
from jobs.settings import Settings
from jobs.slot import Slot
from jobs.workspace import Workspace

LOCKED = 75


@dataclass(frozen=True, slots=True)
class News:
    """What became of a slot. data_on: day of the newest export of opportunities that the run saw.

    is_over: nothing more will be tried. has_refused: files were refused.
    """

    slot: Slot
    status: Status
    error: str | None = None
    data_on: object = None
    has_refused: bool = False
    is_over: bool = True


@dataclass(frozen=True, slots=True)
class Outside:
    """Where the schedule meets the world. run: runs a slot to its end and returns the exit code.

    is_stopping: whether the service was told to end. begins, tell: are told of a slot before and after it is run.

    trouble: is told what keeps the schedule itself from looking.
    """

    clock: Clock
    run: Callable[[Slot], int]
    is_stopping: Callable[[], bool]
    begins: Callable[[Slot], None]
    tell: Callable[[Sequence[News]], None]
    trouble: Callable[[str], None]


Ending = Literal["idle", "busy", "stopping"]


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a tick did. ending: busy where another run holds the workspace, so that something may still be due."""

    news: tuple[News, ...]
    ending: Ending


def tick(workspace: Workspace, settings: Settings, outside: Outside) -> Ticked:
    """Run everything that is due now, and whatever becomes due meanwhile.

    Raises BatnaError where the ledger cannot be read or written.
    """
    ledger, told = Ledger(workspace.ledger), list[News]()
    record.keep_since(ledger, plans(settings), outside.clock())
    while not outside.is_stopping():
        found = what_is_due(ledger, settings, outside.clock())
        if not (found.run or found.missed or record.has_running(ledger) or workspace.journal.exists()):
            return Ticked(tuple(told), "idle")
        if not _settled(workspace, ledger, outside.clock()):
            return Ticked(tuple(told), "busy")
        found = what_is_due(ledger, settings, outside.clock())
        told += _told(outside, _missed(ledger, found.missed, outside.clock()))
        if found.run:
            news = _run(workspace, ledger, settings, found.run[0], outside)
            if news is None:
                return Ticked(tuple(told), "busy")
            told += _told(outside, [news])
    return Ticked(tuple(told), "stopping")


def what_is_due(ledger: Ledger, settings: Settings, now: datetime) -> Due:
    """What is due at this moment, by the settings and the ledger. Reads only."""
    all_plans = plans(settings)
    since = record.since(ledger, all_plans, now)
    done = record.done_slots(ledger, settings.schedule.attempts, now)
    found = due(all_plans, since, done, now, settings.schedule.catchup)
    delivery = None if found.run else delivery_due(ledger, settings, now)
    return replace(found, run=(delivery,)) if delivery else found


def _settled(workspace: Workspace, ledger: Ledger, now: datetime) -> bool:
    """Finish and mark what dead processes have left; False where a run is still alive.

    Raises BatnaError where the workspace has gone meanwhile: a run may take an hour, and a new one must not be made.
    """
    if not workspace.settings_file.is_file():
        raise BatnaError(str(workspace.root), "the workspace is gone", "Mount it again: what is due is run then")
    try:
        with held(workspace, "schedule", now):
            recovered(workspace, now)
            with ledger.transaction() as connection:
                mark_orphans(connection)
    except Locked:
        return False
    return True


def _run(workspace: Workspace, ledger: Ledger, settings: Settings, slot: Slot, outside: Outside) -> News | None:
    """Run a slot; None where another run came first."""
    slot = replace(slot, run_id=new_run_id(outside.clock()))
    outside.begins(slot)
    code = outside.run(slot)
    _settled(workspace, ledger, outside.clock())
    assert slot.run_id is not None, "it was given one above"
    found = record.ended(ledger, slot.run_id)
    if found is None and code < 0 and record.note(ledger, slot, "interrupted", outside.clock(), f"signal {-code}"):
        found = record.ended(ledger, slot.run_id)  # it was killed before it had a row
    if found is not None:
        is_over = not _is_tried_again(settings, slot, found)
        return News(slot, found.status, found.error, found.data_on, found.has_refused, is_over)
    if code == LOCKED or not record.note(ledger, slot, "failed", outside.clock(), f"exit code {code}"):
        return None
    return News(slot, "failed", f"exit code {code}")


def _is_tried_again(settings: Settings, slot: Slot, found: record.Ended) -> bool:
    if slot.job == "deliver":
        return is_to_be_tried_again(settings, found.attempt, found.status, found.error)
    return found.status == "interrupted" and found.attempt < settings.schedule.attempts


def _missed(ledger: Ledger, slots: Sequence[Slot], now: datetime) -> list[News]:
    return [News(slot, "missed") for slot in slots if record.note(ledger, slot, "missed", now)]


def _told(outside: Outside, news: Sequence[News]) -> Sequence[News]:
    if news:
        outside.tell(news)
    return news


def worst(news: Sequence[News]) -> int:
    """The exit code of a service that has ended: 1 where a slot did not end well."""
    return int(any(each.status != "ok" for each in news))

"""Which slots are run, which are caught up, and which are missed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from jobs.schedule.due import LOOK_BACK, due
from jobs.schedule.slots import Plan
from jobs.slot import Job

MONDAYS = Plan("weekly", time(5, 30), frozenset({0}), ZoneInfo("UTC"))
LONG_AGO = datetime(2026, 10, 1, tzinfo=UTC)
# when one looks, what is done, how many are caught up -> run, missed (days of November; c: caught up)
CASES = {
    "before the time nothing is due": ("2026-11-16T05:29", "2 9", 1, "", ""),
    "at the time the slot is due": ("2026-11-16T05:30", "2 9", 1, "16", ""),
    "what is done is not due": ("2026-11-16T05:30", "2 9 16", 1, "", ""),
    "within the hour it is on time, also where nothing is caught up": ("2026-11-16T06:30", "2 9", 0, "16", ""),
    "later it is caught up": ("2026-11-16T06:31", "2 9", 1, "16c", ""),
    "or missed, where nothing is caught up": ("2026-11-16T06:31", "2 9", 0, "", "16"),
    "of three late ones the last is caught up": ("2026-11-18T12:00", "", 1, "16c", "2 9"),
    "or the last two": ("2026-11-18T12:00", "", 2, "9c 16c", "2"),
    "or all": ("2026-11-18T12:00", "", 5, "2c 9c 16c", ""),
    "one on time does not count among them": ("2026-11-16T05:31", "2", 1, "9c 16", ""),
    "a gap before what is done is found": ("2026-11-18T12:00", "2 16", 1, "9c", ""),
}


@pytest.mark.parametrize(("now", "done", "catchup", "run", "missed"), CASES.values(), ids=CASES.keys())
def test_of_a_weekly_job(now: str, done: str, catchup: int, run: str, missed: str) -> None:
    done_slots: set[tuple[Job, date]] = {("weekly", date(2026, 11, int(day))) for day in done.split()}
    october: set[tuple[Job, date]] = {("weekly", date(2026, 10, day)) for day in (5, 12, 19, 26)}
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = due([MONDAYS], {"weekly": LONG_AGO}, done_slots | october, at, catchup)
    assert " ".join(f"{slot.on.day}{'c' * (slot.trigger == 'catch-up')}" for slot in found.run) == run
    assert " ".join(str(slot.on.day) for slot in found.missed) == missed


def test_nothing_is_due_of_the_time_before_a_plan_began() -> None:
    now = datetime(2026, 11, 18, tzinfo=UTC)
    assert due([MONDAYS], {"weekly": now - timedelta(hours=1)}, (), now, 9).run == ()


def test_jobs_are_run_in_the_order_in_which_they_were_due() -> None:
    load = Plan("load", time(2, 30), frozenset(range(7)), ZoneInfo("UTC"))
    now, begun = datetime(2026, 11, 16, 5, 45, tzinfo=UTC), datetime(2026, 11, 15, tzinfo=UTC)
    found = due([MONDAYS, load], {"weekly": begun, "load": begun}, (), now, 2)
    assert [(slot.job, slot.on.day) for slot in found.run] == [("load", 15), ("load", 16), ("weekly", 16)]


def test_a_clock_far_ahead_fills_no_ledger() -> None:
    load = Plan("load", time(2, 30), frozenset(range(7)), ZoneInfo("UTC"))
    found = due([load], {"load": LONG_AGO}, (), datetime(2046, 1, 1, tzinfo=UTC), 1)
    assert len(found.missed) < LOOK_BACK.days

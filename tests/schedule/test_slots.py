"""When a slot is due, around the changes of the clocks; APScheduler's trigger loses days there."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.calendarinterval import CalendarIntervalTrigger
from hypothesis import given
from hypothesis import strategies as st

from jobs.schedule.slots import Plan, next_slot, plans, slots_between
from jobs.settings import parse_settings

EVERY_DAY = frozenset(range(7))
# zone, the day on which the clocks change, time of the slot -> when that is (UTC)
VECTORS = [
    ("America/New_York", "2026-03-08", "00:00", "2026-03-08T05:00"),
    ("America/New_York", "2026-03-08", "00:30", "2026-03-08T05:30"),
    ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:30"),  # does not exist: half an hour after the change
    ("America/New_York", "2026-11-01", "00:00", "2026-11-01T04:00"),
    ("America/New_York", "2026-11-01", "00:30", "2026-11-01T04:30"),
    ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"),  # comes twice: the first one
    ("America/New_York", "2026-11-01", "02:30", "2026-11-01T07:30"),
    ("Europe/Berlin", "2026-03-29", "00:00", "2026-03-28T23:00"),
    ("Europe/Berlin", "2026-03-29", "00:30", "2026-03-28T23:30"),
    ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:30"),  # does not exist
    ("Europe/Berlin", "2026-10-25", "00:00", "2026-10-24T22:00"),
    ("Europe/Berlin", "2026-10-25", "00:30", "2026-10-24T22:30"),
    ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30"),  # comes twice
    ("Australia/Sydney", "2026-10-04", "00:00", "2026-10-03T14:00"),
    ("Australia/Sydney", "2026-10-04", "00:30", "2026-10-03T14:30"),
    ("Australia/Sydney", "2026-10-04", "02:30", "2026-10-03T16:30"),  # does not exist
    ("Australia/Sydney", "2026-04-05", "00:00", "2026-04-04T13:00"),
    ("Australia/Sydney", "2026-04-05", "00:30", "2026-04-04T13:30"),
    ("Australia/Sydney", "2026-04-05", "02:30", "2026-04-04T15:30"),  # comes twice
    ("America/Santiago", "2026-09-06", "00:00", "2026-09-06T04:00"),  # the day begins at 01:00
    ("America/Santiago", "2026-09-06", "00:30", "2026-09-06T04:30"),
    ("America/Santiago", "2026-09-06", "02:30", "2026-09-06T05:30"),
    ("America/Santiago", "2026-04-05", "00:00", "2026-04-05T04:00"),  # the hour before midnight comes twice
    ("America/Santiago", "2026-04-05", "00:30", "2026-04-05T04:30"),
    ("America/Santiago", "2026-04-05", "02:30", "2026-04-05T06:30"),
]
ZONES = sorted({zone for zone, *_ in VECTORS})


def plan(zone: str, at: str, weekdays: frozenset[int] = EVERY_DAY) -> Plan:
    return Plan("weekly", time.fromisoformat(at), weekdays, ZoneInfo(zone))


@pytest.mark.parametrize(("zone", "on", "at", "due_at"), VECTORS)
def test_a_slot_on_the_day_of_a_change(zone: str, on: str, at: str, due_at: str) -> None:
    day = date.fromisoformat(on)
    weekly = plan(zone, at, frozenset({day.weekday()}))
    assert weekly.slot(day).due_at == datetime.fromisoformat(due_at).replace(tzinfo=UTC)
    around = weekly.slot(day).due_at
    found = list(slots_between(weekly, around - timedelta(days=15), around + timedelta(days=15)))
    assert [slot.on for slot in found] == [day + timedelta(weeks=week) for week in (-2, -1, 0, 1, 2)]


@pytest.mark.parametrize(("zone", "on", "at"), [(zone, on, at) for zone, on, at, _ in VECTORS])
def test_every_day_has_one_slot_whatever_the_clocks_do(zone: str, on: str, at: str) -> None:
    middle = datetime.fromisoformat(f"{on}T12:00").replace(tzinfo=UTC)
    found = list(slots_between(plan(zone, at), middle - timedelta(days=5), middle + timedelta(days=5)))
    assert all(later.on - earlier.on == timedelta(days=1) for earlier, later in pairwise(found))
    assert all(later.due_at > earlier.due_at for earlier, later in pairwise(found))
    assert len(found) == 10


def test_the_alarm_alone_would_lose_the_week_of_a_change() -> None:
    """Why the slots are our own, and the trigger is only the alarm."""
    trigger = CalendarIntervalTrigger(
        weeks=1, hour=0, minute=30, start_date=date(2026, 9, 6), timezone=ZoneInfo("America/Santiago")
    )
    first = trigger.get_next_fire_time(None, datetime(2026, 9, 1, tzinfo=UTC))
    assert first is not None
    assert first.date() == date(2026, 9, 13)


@given(
    zone=st.sampled_from(ZONES),
    at=st.times().map(lambda each: each.replace(second=0, microsecond=0)),
    start=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),
    cuts=st.lists(st.integers(0, 60 * 24 * 20), max_size=6),
)
def test_however_often_one_looks_each_slot_is_found_once(zone: str, at: time, start: datetime, cuts: list[int]) -> None:
    daily = Plan("load", at, EVERY_DAY, ZoneInfo(zone))
    begin = start.replace(tzinfo=UTC)
    moments = [begin, *(begin + timedelta(minutes=cut) for cut in sorted(cuts)), begin + timedelta(days=20)]
    pieces = [slot for one, other in pairwise(moments) for slot in slots_between(daily, one, other)]
    assert pieces == list(slots_between(daily, begin, moments[-1]))


def test_a_job_without_days_is_never_due() -> None:
    never = plans(parse_settings("schedule.weekly.on = []"))[-1]
    assert next_slot(never, datetime(2026, 11, 16, tzinfo=UTC)) is None


def test_the_plans_of_the_settings() -> None:
    settings = parse_settings('workspace.time_zone = "Europe/Berlin"\nschedule.weekly.at = "06:15"\n')
    assert [(each.job, each.pattern) for each in plans(settings)] == [
        ("load", "02:30 0,1,2,3,4,5,6 Europe/Berlin"),
        ("retention", "04:30 6 Europe/Berlin"),
        ("weekly", "06:15 0 Europe/Berlin"),
    ]

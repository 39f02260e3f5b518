"""Which slots the settings ask for: one day, one slot, whatever the clocks do on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jobs.settings import Settings
from jobs.slot import Job, Slot

JOBS: tuple[Job, ...] = ("load", "retention", "weekly")  # a delivery follows its report


@dataclass(frozen=True, slots=True)
class Plan:
    """When a job is due. weekdays: Monday is 0; none where it never is."""

    job: Job
    at: time
    weekdays: frozenset[int]
    zone: ZoneInfo

    @property
    def pattern(self) -> str:
        """All of it as text: when it changes, slots of the former plan are no longer due."""
        return f"{self.at:%H:%M} {','.join(map(str, sorted(self.weekdays)))} {self.zone.key}"

    def slot(self, on: date) -> Slot:
        """The slot of a day. A time that the clocks pass over comes as long after the change as it was after it
        by the old clock; of one that comes twice the first counts.
        """
        return Slot(self.job, on, datetime.combine(on, self.at, self.zone).astimezone(UTC))


def plans(settings: Settings) -> tuple[Plan, ...]:
    """The plan of every job."""
    zone = settings.workspace.zone
    tables = ((job, getattr(settings.schedule, job)) for job in JOBS)
    return tuple(Plan(job, table.time, table.weekdays, zone) for job, table in tables)


def slots_between(plan: Plan, after: datetime, until: datetime) -> Iterator[Slot]:
    """The slots that are due after the one moment and not after the other, the earliest first."""
    on, last_on = after.astimezone(plan.zone).date(), until.astimezone(plan.zone).date()
    while on <= last_on:
        if on.weekday() in plan.weekdays:
            slot = plan.slot(on)
            if after < slot.due_at <= until:
                yield slot
        on += timedelta(days=1)


def next_slot(plan: Plan, now: datetime) -> Slot | None:
    """The next slot; None where the job is never due."""
    return next(slots_between(plan, now, now + timedelta(days=9)), None)

"""What is due at a moment: slots to run, and slots that nobody will make up for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from jobs.schedule.slots import Plan, slots_between
from jobs.slot import Job, Slot

ON_TIME = timedelta(hours=1)  # later than this a run is caught up: it may wait behind another job until then
LOOK_BACK = timedelta(days=92)  # slots before are not looked for, so that a clock gone wrong fills no ledger


@dataclass(frozen=True, slots=True)
class Due:
    """run: in the order in which they were due. missed: beyond what is caught up."""

    run: tuple[Slot, ...] = ()
    missed: tuple[Slot, ...] = ()


def due(
    plans: Sequence[Plan],
    since: Mapping[Job, datetime],
    done: Collection[tuple[Job, date]],
    now: datetime,
    catchup: int,
) -> Due:
    """What is due now. since: when each plan began. done: slots with which nothing is left to do.

    Of the late slots of a job the last `catchup` are run, and the earlier ones missed.
    """
    run: list[Slot] = []
    missed: list[Slot] = []
    for plan in plans:
        after = max(since[plan.job], now - LOOK_BACK)
        found = [slot for slot in slots_between(plan, after, now) if (slot.job, slot.on) not in done]
        late = [slot for slot in found if now - slot.due_at > ON_TIME]
        split = max(len(late) - catchup, 0)
        missed += late[:split]
        run += [replace(slot, trigger="catch-up") for slot in late[split:]]
        run += [slot for slot in found if now - slot.due_at <= ON_TIME]
    return Due(tuple(sorted(run, key=lambda slot: (slot.due_at, slot.job))), tuple(missed))

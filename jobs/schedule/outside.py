"""The real world of the schedule: child processes, the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jobs.log import Log
from jobs.run import Clock
from jobs.schedule.process import child_command, run_child
from jobs.schedule.tick import News, Outside
from jobs.schedule.wake import Wake
from jobs.settings import load_settings
from jobs.slot import Slot
from jobs.workspace import Workspace

Command = Callable[[Workspace, Slot], Sequence[str]]


def outside_of(workspace: Workspace, wake: Wake, log: Log, clock: Clock, command: Command = child_command) -> Outside:
    """What `batna schedule` works with; a test may put another command in the place of the child."""

    def run(slot: Slot) -> int:
        limits = load_settings(workspace.root).schedule
        return run_child(
            command(workspace, slot), wake, stop_within=limits.stop_within, run_within=limits.run_within * 60
        )

    def begins(slot: Slot) -> None:
        _about(log, slot).say("run begins", trigger=slot.trigger)

    def tell(news: News) -> None:
        data_on = str(news.data_on) if news.data_on else None
        _about(log, news.slot).say(f"run {news.status}", error=news.error, data_on=data_on)

    return Outside(clock, run, lambda: wake.stops > 0, begins, tell)


def _about(log: Log, slot: Slot) -> Log:
    return log.about(run=slot.run_id, job=slot.job, slot=slot.on.isoformat())

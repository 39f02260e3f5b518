"""The service: APScheduler is its alarm clock, the ledger its memory, and it looks once a minute besides.

An alarm says only that it is time to look. It may come late, twice or not at all (a day on which the clocks pass over
its time has none), and nothing depends on it but punctuality.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.calendarinterval import CalendarIntervalTrigger

from jobs.disk_faults import disk_fault
from jobs.errors import BatnaError, SettingsError
from jobs.log import Log
from jobs.schedule.slots import Plan, plans
from jobs.schedule.tick import Outside, tick, worst
from jobs.schedule.wake import Wake
from jobs.settings import Settings, load_settings
from jobs.workspace import Workspace

LOOK_EVERY = 60.0  # seconds: a clock that was set, a machine that slept, a lock that was held


@dataclass
class Alarms:
    """Calls at the time of each job, every day; set anew where the plans change."""

    wake: Wake
    scheduler: BackgroundScheduler = field(default_factory=lambda: BackgroundScheduler(timezone="UTC"))
    plans: tuple[Plan, ...] = ()

    def set(self, wanted: tuple[Plan, ...]) -> None:
        """Set the alarms of these plans, where they are not set already."""
        if wanted == self.plans:
            return
        self.plans = wanted
        for plan in wanted:
            trigger = CalendarIntervalTrigger(days=1, hour=plan.at.hour, minute=plan.at.minute, timezone=plan.zone)
            self.scheduler.add_job(
                self.wake.call, trigger, id=plan.job, replace_existing=True, coalesce=True, misfire_grace_time=None
            )
        if not self.scheduler.running:
            self.scheduler.start()

    def end(self) -> None:
        """Call no more."""
        if self.scheduler.running:
            self.scheduler.shutdown(wait=False)


def serve(workspace: Workspace, outside: Outside, wake: Wake, log: Log) -> None:
    """Run what is due, for as long as nobody stops the service. Raises SettingsError where it cannot begin."""
    alarms, troubles = Alarms(wake), Troubles(outside.trouble)
    load_settings(workspace.root)
    log.say("service started", workspace=str(workspace.root))
    try:
        while not wake.stops:
            settings = _settings(workspace, troubles)
            if settings:
                alarms.set(plans(settings))
                _look(workspace, settings, outside, troubles)
            if not wake.stops:
                wake.wait(LOOK_EVERY)
    finally:
        alarms.end()
        log.say("service stopped")


@dataclass
class Troubles:
    """What keeps the service from working, told once and not each minute."""

    tell: Callable[[str], None]
    last: dict[str, str] = field(default_factory=dict)

    def note(self, about: str, words: str) -> None:
        """Something is wrong, or where there are no words, all is well again."""
        if words and self.last.get(about) != words:
            self.tell(f"{about}: {words}")
        self.last[about] = words


def once(workspace: Workspace, settings: Settings, outside: Outside) -> int:
    """Run what is due now and return the exit code: 0, 1 where a slot did not end well, 75 where another run is on."""
    ticked = tick(workspace, settings, outside)
    return 75 if ticked.ending == "busy" else worst(ticked.news)


def _look(workspace: Workspace, settings: Settings, outside: Outside, troubles: Troubles) -> None:
    """A tick; what a person has to mend is told, and looked at again with the next one."""
    words = ""
    try:
        tick(workspace, settings, outside)
    except (BatnaError, OSError) as error:
        words = str(disk_fault(error, workspace.root) or error)
    troubles.note("It cannot look what is due", words)


def _settings(workspace: Workspace, troubles: Troubles) -> Settings | None:
    """The settings as they are now; None where they cannot be used, or the whole workspace is not there (a volume that
    is not mounted): a run would fail, and what it had to do is done once that is mended.
    """
    words, settings = "", None
    try:
        settings = load_settings(workspace.root)
    except (SettingsError, OSError) as error:
        words = str(error)
    troubles.note("The settings cannot be used, and nothing is run until they can", words)
    return settings

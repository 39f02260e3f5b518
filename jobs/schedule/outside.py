"""The real world of the schedule: child processes, the log, whoever is to be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from jobs.errors import SettingsError
from jobs.log import Log
from jobs.run import Clock
from jobs.schedule.alerts import Alert, alert_of, ping, send_alert
from jobs.schedule.process import child_command, run_child
from jobs.schedule.tick import News, Outside
from jobs.schedule.wake import Wake
from jobs.settings import Settings, load_settings
from jobs.slot import Slot
from jobs.workspace import Workspace

Command = Callable[[Workspace, Slot], Sequence[str]]


def outside_of(
    workspace: Workspace,
    wake: Wake,
    log: Log,
    clock: Clock,
    environment: Mapping[str, str],
    command: Command = child_command,
) -> Outside:
    """What `batna schedule` works with; a test may put another command in the place of the child.

    environment: where passwords and secret addresses are.
    """

    known: list[Settings] = [load_settings(workspace.root)]

    def settings() -> Settings:
        """As they are now; the last ones that could be used, where these cannot."""
        with suppress(SettingsError):
            known[:] = [load_settings(workspace.root)]
        return known[0]

    def run(slot: Slot) -> int:
        limits, line = settings().schedule, command(workspace, slot)
        return run_child(line, wake, stop_within=limits.stop_within, run_within=limits.run_within * 60)

    def begins(slot: Slot) -> None:
        _about(log, slot).say("run begins", trigger=slot.trigger)
        ping(slot.job, "start", settings(), environment, log)

    def tell(news: Sequence[News]) -> None:
        for each in news:
            data_on = str(each.data_on) if each.data_on else None
            _about(log, each.slot).say(f"run {each.status}", error=each.error, data_on=data_on)
            if each.status != "missed":
                ping(each.slot.job, "" if each.status == "ok" else "fail", settings(), environment, log)
        alert = alert_of(news, settings())
        if alert:
            send_alert(alert, settings(), environment, clock, log)

    def trouble(words: str) -> None:
        log.say("the schedule needs somebody", error=words)
        name = settings().workspace.name
        send_alert(Alert(f"batna, {name}: the schedule needs somebody", words), settings(), environment, clock, log)

    return Outside(clock, run, lambda: wake.stops > 0, begins, tell, trouble)


def _about(log: Log, slot: Slot) -> Log:
    return log.about(run=slot.run_id, job=slot.job, slot=slot.on.isoformat())

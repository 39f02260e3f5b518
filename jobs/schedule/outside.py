"""The real world of the schedule: child processes, the log, whoever is to be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

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

    environment: where passwords and secret addresses are. Raises SettingsError.
    """
    real = _Real(workspace, wake, log, clock, environment, command, load_settings(workspace.root))
    return Outside(clock, real.run, lambda: wake.stops > 0, real.begins, real.tell, real.trouble)


@dataclass
class _Real:
    """known: the last settings that could be used."""

    workspace: Workspace
    wake: Wake
    log: Log
    clock: Clock
    environment: Mapping[str, str]
    command: Command
    known: Settings

    def settings(self) -> Settings:
        """As they are now; the last ones that could be used, where these cannot."""
        with suppress(SettingsError):
            self.known = load_settings(self.workspace.root)
        return self.known

    def run(self, slot: Slot) -> int:
        """Run a slot in a process of its own."""
        limits, line = self.settings().schedule, self.command(self.workspace, slot)
        return run_child(line, self.wake, stop_within=limits.stop_within, run_within=limits.run_within * 60)

    def begins(self, slot: Slot) -> None:
        """Say that a slot begins."""
        self._about(slot).say("run begins", trigger=slot.trigger)
        ping(slot.job, "start", self.settings(), self.environment, self.log)

    def tell(self, news: Sequence[News]) -> None:
        """Say what became of slots, and alert people where they are needed."""
        for each in news:
            data_on = str(each.data_on) if each.data_on else None
            self._about(each.slot).say(f"run {each.status}", error=each.error, data_on=data_on)
            if each.status != "missed":
                ending = "" if each.status == "ok" else "fail"
                ping(each.slot.job, ending, self.settings(), self.environment, self.log)
        alert = alert_of(news, self.settings())
        if alert:
            send_alert(alert, self.settings(), self.environment, self.clock, self.log)

    def trouble(self, words: str) -> None:
        """Say what keeps the schedule from looking, and alert people."""
        self.log.say("the schedule needs somebody", error=words)
        alert = Alert(f"batna, {self.settings().workspace.name}: the schedule needs somebody", words)
        send_alert(alert, self.settings(), self.environment, self.clock, self.log)

    def _about(self, slot: Slot) -> Log:
        return self.log.about(run=slot.run_id, job=slot.job, slot=slot.on.isoformat())

"""The service as a process: signals, kills, restarts, and two of them on one workspace."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from time import sleep

import pytest

from jobs.ledger import Ledger
from jobs.schedule.record import keep_since
from jobs.schedule.slots import plans
from jobs.settings import load_settings
from jobs.workspace import Workspace
from tests.fakes import NOON

ROOT = Path(__file__).parent.parent.parent
SETTINGS = """
schedule.load.on = []
schedule.retention.on = []
schedule.weekly.at = "11:55"
schedule.stop_within = 600
"""


class Service:
    """A service that a test has started, and that the test ends."""

    def __init__(self, workspace: Workspace) -> None:
        command = [sys.executable, "-m", "tests.schedule.serve", str(workspace.root)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        self.said: list[str] = []

    def until(self, words: str) -> None:
        """Read what it says until it says this."""
        assert self.process.stderr
        for line in self.process.stderr:
            self.said.append(line)
            if words in line:
                return
        raise AssertionError(f"it never said {words!r}: {''.join(self.said)}")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end."""
        self.process.send_signal(number)
        return self.process.wait(timeout=60)


@pytest.fixture
def started(workspace: Workspace) -> Iterator[list[Service]]:
    services: list[Service] = []
    yield services
    for service in services:
        service.process.kill()
        service.process.wait()
        assert service.process.stderr
        service.process.stderr.close()
    child = workspace.root / "child"
    if child.exists():
        with suppress(ProcessLookupError):
            os.kill(int(child.read_text()), signal.SIGKILL)


@pytest.fixture
def due(workspace: Workspace) -> Workspace:
    """A workspace whose weekly report is due."""
    return set_due(workspace)


def set_due(workspace: Workspace) -> Workspace:
    workspace.settings_file.write_text(SETTINGS)
    (workspace.inbox / "first.csv").write_text("opportunity_id\na\n")
    os.utime(workspace.inbox / "first.csv", (NOON.timestamp() - 3600,) * 2)
    keep_since(Ledger(workspace.ledger), plans(load_settings(workspace.root)), NOON)
    return workspace


def start(workspace: Workspace, started: list[Service]) -> Service:
    started.append(Service(workspace))
    return started[-1]


def attempts(workspace: Workspace) -> list[str]:
    rows = Ledger(workspace.ledger).rows("select status from runs where slot is not null order by attempt")
    return [row["status"] for row in rows]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_service_ends_at_once_and_well(workspace: Workspace, started: list[Service], number: int) -> None:
    workspace.settings_file.write_text(SETTINGS + "schedule.weekly.on = []\n")
    service = start(workspace, started)
    service.until("service started")
    assert service.stop(number) == 0
    service.until("service stopped")


def test_what_is_due_is_run_and_every_line_names_the_run_and_its_slot(due: Workspace, started: list[Service]) -> None:
    service = start(due, started)
    service.until('"event": "run ok"')
    assert service.stop() == 0
    assert attempts(due) == ["ok"]
    [row] = Ledger(due.ledger).rows("select run_id from runs")
    steps = [line for line in service.said if '"step":' in line]
    assert len(steps) > 5
    assert all(f'"run": "{row["run_id"]}"' in line and '"slot": "2026-11-16"' in line for line in steps)


def test_what_keeps_it_from_looking_is_told_once_and_it_goes_on_when_that_is_mended(
    due: Workspace, started: list[Service]
) -> None:
    aside = due.ledger.with_suffix(".aside")
    due.ledger.rename(aside)
    due.ledger.write_bytes(b"no database" * 200)
    service = start(due, started)
    service.until("the schedule needs somebody")
    aside.rename(due.ledger)
    service.until('"event": "run ok"')
    assert service.stop() == 0
    assert sum("needs somebody" in line for line in service.said) == 1
    assert "runs.sqlite: cannot be used" in "".join(service.said)


def test_nothing_is_run_under_settings_that_cannot_be_used_and_what_was_due_is_run_once_they_can(
    workspace: Workspace, started: list[Service]
) -> None:
    workspace.settings_file.write_text(SETTINGS + "schedule.weekly.on = []\n")
    service = start(workspace, started)
    service.until("service started")
    (workspace.root / "batna.toml").write_text("[schedul]\n")
    service.until("nothing is run until they can")
    set_due(workspace)
    service.until('"event": "run ok"')
    assert service.stop() == 0
    assert attempts(workspace) == ["ok"]


def test_a_workspace_that_is_gone_for_a_while_ends_no_service_and_nothing_is_made_in_its_place(
    due: Workspace, started: list[Service]
) -> None:
    service = start(due, started)
    service.until('"event": "run ok"')
    sleep(1)  # it has looked again, and found nothing to do
    aside = due.root.with_name("aside")
    due.root.rename(aside)
    service.until("nothing is run until they can")
    due.root.mkdir()  # as where a volume belongs that is not mounted
    sleep(1)
    assert list(due.root.iterdir()) == []
    due.root.rmdir()
    aside.rename(due.root)
    assert service.stop() == 0
    service.until("service stopped")


def test_a_ledger_that_somebody_else_holds_is_waited_for(due: Workspace, started: list[Service]) -> None:
    with closing(sqlite3.connect(due.ledger, isolation_level=None)) as other:
        other.execute("begin exclusive")
        service = start(due, started)
        service.until("the schedule needs somebody")
    assert "another program holds it" in service.said[-1]
    service.until('"event": "run ok"')
    assert service.stop() == 0


class TestWhileOneRuns:
    """Signals to the service while the report is being made."""

    def at_the_gate(self, due: Workspace, started: list[Service], *, deaf: bool = False) -> Service:
        os.mkfifo(due.root / "gate")
        if deaf:
            (due.root / "deaf").touch()
        service = start(due, started)
        service.until("at the gate")
        return service

    def open_gate(self, due: Workspace) -> None:
        gate = due.root / "gate"
        gate.write_text("")
        gate.unlink()

    def limit(self, due: Workspace, line: str) -> None:
        due.settings_file.write_text(SETTINGS.replace("schedule.stop_within = 600", line))

    def test_the_run_may_end_and_then_the_service_ends(self, due: Workspace, started: list[Service]) -> None:
        service = self.at_the_gate(due, started)
        service.process.send_signal(signal.SIGTERM)
        self.open_gate(due)
        assert service.process.wait(timeout=60) == 0
        assert attempts(due) == ["ok"]

    @pytest.mark.parametrize("deaf", [False, True], ids=["", "also one that hangs in native code"])
    def test_one_that_does_not_end_in_time_is_interrupted_and_run_again_later(
        self, due: Workspace, started: list[Service], deaf: bool
    ) -> None:
        self.limit(due, "schedule.stop_within = 0")
        service = self.at_the_gate(due, started, deaf=deaf)
        assert service.stop() == 0
        assert attempts(due) == ["interrupted"]
        assert not due.weeks()
        (due.root / "gate").unlink()
        (due.root / "deaf").unlink(missing_ok=True)
        again = start(due, started)
        again.until('"event": "run ok"')
        assert again.stop() == 0
        assert attempts(due) == ["interrupted", "ok"]
        assert due.weeks() == ("2026-W46",)

    def test_a_second_signal_waits_no_longer(self, due: Workspace, started: list[Service]) -> None:
        service = self.at_the_gate(due, started)
        service.process.send_signal(signal.SIGTERM)
        assert service.stop(signal.SIGINT) == 0
        assert attempts(due) == ["interrupted"]

    def test_a_killed_service_leaves_its_run_alone_and_the_next_service_waits_for_it(
        self, due: Workspace, started: list[Service]
    ) -> None:
        killed = self.at_the_gate(due, started)
        assert killed.stop(signal.SIGKILL) == -signal.SIGKILL
        again = start(due, started)
        again.until("service started")
        self.open_gate(due)
        killed.until('"step": "journal dropped"')
        killed.process.stderr.read()  # the child has ended, too
        assert again.stop() == 0
        assert attempts(due) == ["ok"]

    def test_where_both_are_killed_the_next_service_runs_it_again(self, due: Workspace, started: list[Service]) -> None:
        killed = self.at_the_gate(due, started)
        killed.stop(signal.SIGKILL)
        os.kill(int((due.root / "child").read_text()), signal.SIGKILL)
        (due.root / "gate").unlink()
        again = start(due, started)
        again.until('"event": "run ok"')
        assert again.stop() == 0
        assert attempts(due) == ["interrupted", "ok"]

    def test_two_services_run_it_once(self, due: Workspace, started: list[Service]) -> None:
        first = self.at_the_gate(due, started)
        second = start(due, started)
        second.until("service started")
        self.open_gate(due)
        first.until('"event": "run ok"')
        assert (first.stop(), second.stop()) == (0, 0)
        assert attempts(due) == ["ok"]

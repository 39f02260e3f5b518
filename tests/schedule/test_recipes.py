"""docs/schedule.md: what it offers to be copied can be used."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger

PAGE = (Path(__file__).parent.parent.parent / "docs" / "schedule.md").read_text(encoding="utf-8")
UNITS = re.findall(r"`/etc/systemd/system/(batna[\w.-]+)`.*?```ini\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"/opt/batna/bin/batna ([^\n]*)", PAGE)


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("name", "text"), UNITS, ids=[name for name, _ in UNITS])
def test_a_unit_has_the_sections_and_keys_of_one(name: str, text: str) -> None:
    unit = configparser.ConfigParser(strict=True, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(text)
    kind = "Timer" if name.endswith(".timer") else "Service"
    assert set(unit.sections()) <= {"Unit", "Install", kind}
    assert unit.has_option(kind, "OnCalendar" if kind == "Timer" else "ExecStart")
    if kind == "Service":
        assert unit[kind]["KillMode"] == "mixed", "the run must not get the service's SIGTERM"


def test_three_units_are_told() -> None:
    assert [name for name, _ in UNITS] == ["batna.service", "batna-once.service", "batna-once.timer"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_finds_no_fault(tmp_path: Path) -> None:
    program = tmp_path / "batna"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for name, text in UNITS:
        (tmp_path / name).write_text(text.replace("/opt/batna/bin/batna", str(program)))
    command = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name, _ in UNITS)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    said = [line for line in told.stderr.splitlines() if str(tmp_path) in line or "batna" in line]
    assert said == []


def test_the_cron_line_is_one() -> None:
    [line] = blocks("cron")
    minute, hour, day, month, weekday, *command = line.split()
    trigger = CronTrigger.from_crontab(f"{minute} {hour} {day} {month} {weekday}", timezone="UTC")
    assert trigger.get_next_fire_time(None, datetime(2026, 11, 16, 5, 31, tzinfo=UTC)).minute == 40
    assert "%" not in line, "cron ends a command there"
    assert shlex.split(" ".join(command))[1:] == [
        "/opt/batna/bin/batna", "schedule", "--once", "2>>/srv/batna/schedule.log",
    ]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_is_called_exists(command: str) -> None:
    assert command.split()[0] in {"schedule"}
    assert set(re.findall(r"--[a-z-]+", command.partition("2>")[0])) <= {"--once"}

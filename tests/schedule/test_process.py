"""The process of a run, and the alarms of the service."""

from __future__ import annotations

import signal
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest

from jobs.lock import held
from jobs.schedule.child import main as child
from jobs.schedule.process import child_command, run_child
from jobs.schedule.service import Alarms, Troubles, _look
from jobs.schedule.slots import next_slot, plans
from jobs.schedule.tick import LOCKED, Outside
from jobs.schedule.wake import Wake
from jobs.settings import load_settings, parse_settings
from jobs.slot import Slot
from jobs.stages import Edges
from jobs.workspace import Workspace
from tests.fakes import NOON, STAGES
from tests.schedule.world import World, at

NEVER_ENDS = "import signal\nwhile True: signal.pause()"


def test_the_exit_code_is_the_childs() -> None:
    assert run_child([sys.executable, "-c", "raise SystemExit(3)"], Wake(), stop_within=9, run_within=600) == 3


def test_a_run_that_takes_too_long_is_interrupted() -> None:
    assert run_child([sys.executable, "-c", NEVER_ENDS], Wake(), stop_within=600, run_within=0) < 0


def test_a_run_that_ends_by_itself_when_it_is_told_to_was_interrupted() -> None:
    """As Python does where it is told so while it starts."""
    shell = ["/bin/sh", "-c", "trap 'exit 1' INT; while :; do sleep 0.1; done"]
    assert run_child(shell, Wake(), stop_within=600, run_within=0.5) == -signal.SIGINT


def test_a_stop_that_came_before_the_run_counts() -> None:
    wake = Wake()
    wake.stop()
    assert run_child([sys.executable, "-c", NEVER_ENDS], wake, stop_within=0, run_within=600) < 0


def test_the_command_of_a_child_says_all_that_it_needs() -> None:
    slot = Slot("weekly", NOON.date(), NOON, "catch-up", "R")
    assert child_command(Workspace(Path("/w")), slot)[1:] == [
        "-P", "-m", "jobs.schedule.child", "/w", "weekly", "2026-11-16", "2026-11-16T12:00:00+00:00", "catch-up", "R",
    ]  # fmt: skip


def test_where_the_words_of_an_error_cannot_be_kept_they_stay_out_of_the_log(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("a cell")

    slot = Slot("weekly", NOON.date(), NOON, "catch-up", "R")
    (workspace.work / "traceback-R.txt").mkdir(parents=True)
    workspace.settings_file.touch()
    (workspace.inbox / "opportunities.csv").write_text("id\nD1\n")
    told = child_command(workspace, slot)[4:]
    assert child(told, Edges(replace(STAGES, build=fail), lambda: NOON)) == 1
    lines = capsys.readouterr().err
    assert '"error": "ValueError"' in lines
    assert "a cell" not in lines


class TestAlarms:
    """APScheduler calls at the times of the plans."""

    def test_at_the_next_slot_of_each_job(self) -> None:
        daily = 'schedule.weekly.on = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]\n'
        wanted = plans(parse_settings(daily + 'workspace.time_zone = "Asia/Kolkata"\n'))
        alarms = Alarms(Wake())
        try:
            alarms.set(wanted)
            for plan in wanted:
                if len(plan.weekdays) == 7:
                    slot = next_slot(plan, datetime.now(UTC))
                    assert slot
                    assert alarms.scheduler.get_job(plan.job).next_run_time == slot.due_at
        finally:
            alarms.end()

    def test_are_set_anew_where_the_plans_change(self) -> None:
        alarms = Alarms(Wake())
        try:
            alarms.set(plans(parse_settings("")))
            alarms.set(plans(parse_settings('schedule.load.at = "23:45"\n')))
            assert alarms.scheduler.get_job("load").next_run_time.strftime("%H:%M") == "23:45"
            assert len(alarms.scheduler.get_jobs()) == 3
        finally:
            alarms.end()


def test_a_child_that_meets_another_run_leaves_nothing_to_look_into(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    slot = Slot("weekly", date(2026, 11, 16), NOON, "schedule", "R")
    with held(workspace, "load", NOON):
        assert child(child_command(workspace, slot)[4:], Edges(STAGES, lambda: NOON)) == LOCKED
    assert list(workspace.work.glob("traceback-*")) == []
    assert "another run holds the workspace" in capsys.readouterr().err


def test_a_record_that_cannot_be_written_is_told_once_and_looked_at_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sqlite3.connect", partial(sqlite3.connect, timeout=0))
    told: list[str] = []
    outside = Outside(
        lambda: world.now, world.in_process, lambda: False, world.begun.append, world.news.extend, told.append
    )
    troubles, settings = Troubles(told.append), load_settings(world.workspace.root)
    world.now = at("2026-11-16T05:30+01:00")
    with closing(sqlite3.connect(world.workspace.ledger, isolation_level=None)) as other:
        other.execute("begin exclusive")
        for _ in range(2):
            _look(world.workspace, settings, outside, troubles)
    [words] = told
    assert "runs.sqlite: another program holds it (database is locked). Close what has it open" in words
    _look(world.workspace, settings, outside, troubles)
    assert [news.status for news in world.news] == ["ok"]


def test_a_folder_that_cannot_be_used_is_told_and_its_slot_stays_due(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    outside = Outside(
        lambda: world.now, world.in_process, lambda: False, world.begun.append, world.news.extend, told.append
    )
    troubles, settings = Troubles(told.append), load_settings(world.workspace.root)
    world.now = at("2026-11-16T05:30+01:00")

    def closed(*, dir: Path, suffix: str) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("jobs.workspace.TemporaryFile", closed)
        _look(world.workspace, settings, outside, troubles)
    assert told == [
        f"It cannot look what is due: {world.workspace.root}: may not be used by this user (Permission denied). "
        "Let this user read and write there, and run it again."
    ]
    _look(world.workspace, settings, outside, troubles)
    assert [news.status for news in world.news] == ["ok"]

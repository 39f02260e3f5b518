"""`batna schedule` as a person calls it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from jobs import cli
from jobs.lock import held
from jobs.workspace import Workspace
from tests.fakes import NOON
from tests.schedule.test_service import SETTINGS

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def calm(monkeypatch: pytest.MonkeyPatch, workspace: Workspace) -> Workspace:
    """Noon, small stages in the child, and no handlers of signals left behind."""
    monkeypatch.setattr("jobs.schedule.commands.now", lambda: NOON)
    monkeypatch.setattr("jobs.schedule.wake.Wake.stop_on_signals", lambda _: None)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    workspace.settings_file.write_text(SETTINGS)
    return workspace


def call(workspace: Workspace, *options: str) -> int:
    return cli.main(["schedule", "--workspace", str(workspace.root), *options])


def test_a_dry_run_says_what_is_due_and_what_comes_next(calm: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    calm.settings_file.write_text('schedule.load.on = []\nschedule.weekly.at = "11:50"\n')
    before = sorted(calm.root.rglob("*"))
    assert call(calm, "--dry-run") == 0
    assert capsys.readouterr().out.splitlines() == [
        "due      weekly     2026-11-16  schedule",
        "next     load       never",
        "next     retention  2026-11-22 04:30  UTC",
        "next     weekly     2026-11-23 11:50  UTC",
    ]
    assert sorted(calm.root.rglob("*")) == before


def test_once_runs_what_is_due_in_a_process_of_its_own_and_ends(
    calm: Workspace, capfd: pytest.CaptureFixture[str]
) -> None:
    """With the real stages, on an inbox that holds nothing: the run ends with what is missing."""
    assert call(calm, "--once") == 1
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["run begins", "step done", "run ended early", "run failed"]
    assert {line["slot"] for line in lines} == {"2026-11-16"}
    assert lines[-1]["error"] == "DataRefused"
    assert "no opportunities have been loaded yet" in Path(lines[-2]["details"]).read_text()
    assert call(calm, "--once") == 0, "it is not tried again"


def test_once_says_where_another_run_is_on(calm: Workspace) -> None:
    with held(calm, "weekly", NOON):
        assert call(calm, "--once") == 75


def test_settings_that_cannot_be_used_are_told(calm: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    calm.settings_file.write_text('schedule.weekly.at = "half past five"\n')
    assert call(calm, "--once") == 2
    assert '"half past five" is no time of day' in capsys.readouterr().err


def test_the_log_holds_no_words_of_an_error(calm: Workspace, capfd: pytest.CaptureFixture[str]) -> None:
    """The words may quote a cell."""
    (calm.inbox / "deals.csv").write_text("opportunity_id,rep_id,stage,created_at\nsecret-deal,Ada,Won,not a day\n")
    os.utime(calm.inbox / "deals.csv", (NOON.timestamp() - 3600,) * 2)
    assert call(calm, "--once") == 1
    said = capfd.readouterr().err
    assert "run failed" in said
    assert "secret" not in said
    assert "Ada" not in said

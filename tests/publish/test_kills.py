"""Runs that are killed while they publish: old or new, and the next run or recovery finishes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from jobs.errors import BatnaError
from jobs.ledger import Ledger
from jobs.publish import recover
from jobs.publish.journal import read_journal
from jobs.workspace import Workspace
from tests.publish.runs import NEW, OLD, WEEK, Killed, deals, names, page, put, run, stop_at

ROOT = Path(__file__).parents[2]
PREPARED = 6  # the last step before the journal is written


@pytest.mark.parametrize("step", range(1, 23))
def test_a_kill_after_any_step_leaves_old_or_new_and_the_next_run_finishes(published: Workspace, step: int) -> None:
    sizes = {path.name: path.read_bytes() for path in published.inbox.iterdir()}
    child = [sys.executable, str(ROOT / "tests" / "killed_run.py"), str(published.root), str(step)]
    ended = subprocess.run(child, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert ended.returncode == -signal.SIGKILL

    assert deals(published) in (OLD, NEW)
    assert page(published) in (f"2026-11-15: {OLD} deals\n", f"2026-11-15: {NEW} deals\n")
    assert (published.out / WEEK / "reps" / "ada.html").exists()
    for name, content in sizes.items():
        places = [published.inbox / name, *published.archive.glob(f"*-{name}")]
        assert [place.read_bytes() for place in places if place.exists()] == [content]

    run(published)
    assert deals(published) == NEW
    assert page(published) == f"2026-11-15: {NEW} deals\n"
    assert names(published.inbox) == []
    archived = Counter(path.name.partition("-")[2] for path in published.archive.glob("0*"))
    assert archived == {"first.csv": 1, "second.csv": 1, "third.csv": 1}
    told = [status for (status,) in Ledger(published.ledger).rows("select status from runs order by rowid")]
    assert told == ["ok", "interrupted" if step <= PREPARED else "ok", "ok"], "what has published is on record"
    lines = [json.loads(line) for line in published.manifest.read_text().splitlines()]
    assert [line["file_name"] for line in lines] == ["first.csv", "second.csv", "third.csv"]
    assert names(published.work) == ["review.json"]
    assert names(published.rejects) == ["third.csv"]


def test_recovery_alone_finishes_what_was_begun(published: Workspace) -> None:
    with pytest.raises(Killed):
        run(published, checkpoint=stop_at("warehouse published"))
    assert page(published) == f"2026-11-15: {OLD} deals\n"
    notes = recover(published)
    assert [note.partition(" was cut short")[1] for note in notes] == [" was cut short"]
    assert page(published) == f"2026-11-15: {NEW} deals\n"
    assert read_journal(published) is None
    assert recover(published) == ()


@pytest.mark.parametrize("step", ["journal written", "out/2026-W46 published", "manifest written"])
def test_recovery_that_is_cut_short_is_finished_by_the_next(published: Workspace, step: str) -> None:
    with pytest.raises(Killed):
        run(published, checkpoint=stop_at(step))
    for again in ("earlier warehouse kept", "warehouse published", "out/2026-W46 published", "manifest written"):
        with pytest.raises(Killed):
            recover(published, stop_at(again))
    recover(published)
    assert deals(published) == NEW
    assert page(published) == f"2026-11-15: {NEW} deals\n"
    assert len(published.manifest.read_text().splitlines()) == 3
    assert len(names(published.snapshots)) == 1


def test_a_workspace_that_was_moved_with_an_open_journal_is_finished(published: Workspace) -> None:
    with pytest.raises(Killed):
        run(published, checkpoint=stop_at("journal written"))
    moved = Workspace(Path(shutil.copytree(published.root, published.root.with_name("moved"))))
    recover(moved)
    assert deals(moved) == NEW
    assert page(moved) == f"2026-11-15: {NEW} deals\n"


def test_a_first_run_that_is_killed_makes_no_snapshot_of_itself(workspace: Workspace) -> None:
    put(workspace, "first.csv", "a")
    with pytest.raises(Killed):
        run(workspace, checkpoint=stop_at("warehouse published"))
    recover(workspace)
    assert names(workspace.snapshots) == []
    assert deals(workspace) == 1


def test_a_journal_that_somebody_changed_is_named(published: Workspace) -> None:
    with pytest.raises(Killed):
        run(published, checkpoint=stop_at("journal written"))
    published.journal.write_text("{}")
    with pytest.raises(BatnaError, match="put in its place, and is damaged"):
        run(published)
    assert deals(published) == OLD


def test_a_failure_while_publishing_keeps_what_the_journal_names(
    published: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("jobs.publish.write_manifest", no_space)
        with pytest.raises(OSError, match="No space left"):
            run(published)
    assert run(published).counts["deals"] == NEW
    assert len(published.manifest.read_text().splitlines()) == 3


def test_the_list_of_weeks_leads_to_nothing_that_is_still_to_come(workspace: Workspace) -> None:
    put(workspace, "first.csv", "a")
    with pytest.raises(Killed):
        run(workspace, checkpoint=stop_at("list of weeks published"))
    assert (workspace.out / WEEK / "index.html").exists()
    assert (workspace.out / "dictionary.html").exists()

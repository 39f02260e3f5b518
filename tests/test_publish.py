"""Publishing: what a reader sees, whatever happens to the run, and where every file is afterwards."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs import disk
from jobs.errors import BatnaError, CheckFailed, DataRefused
from jobs.ledger import Ledger
from jobs.load import FileResult, LoadResult
from jobs.publish import recover
from jobs.publish.journal import read_journal
from jobs.publish.prepare import _require_writable
from jobs.settings import load_settings
from jobs.warehouse import connect
from jobs.weekly import Outcome, Request, weekly
from jobs.workspace import Workspace
from tests.fakes import NOON, STAGES, edges
from tests.killed_run import AS_OF_ON

ROOT = Path(__file__).parent.parent
OLD, NEW = 2, 5
PREPARED = 6  # the last step before the journal is written
WEEK = "2026-W46"


class Killed(Exception):
    """Stands for a kill in the same process, where a real one would end the test too."""


def run(workspace: Workspace, as_of_on: date = AS_OF_ON, **changes: Any) -> Outcome:
    return weekly(workspace, load_settings(workspace.root), Request(as_of_on), edges(**changes))


def put(workspace: Workspace, name: str, *ids: str) -> None:
    (workspace.inbox / name).write_text("opportunity_id\n" + "\n".join(ids) + "\n")


def stop_at(step: str) -> Callable[[str], None]:
    def checkpoint(done: str) -> None:
        if done == step:
            raise Killed(step)

    return checkpoint


def deals(workspace: Workspace) -> int:
    with closing(connect(workspace.warehouse, read_only=True)) as connection:
        row = connection.execute("select count(*) from raw.opportunities").fetchone()
    assert row
    return int(row[0])


def page(workspace: Workspace) -> str:
    return (workspace.out / WEEK / "index.html").read_text()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def published(workspace: Workspace) -> Workspace:
    """One week is published; two exports wait for the next run of the same week."""
    put(workspace, "first.csv", "a", "b")
    run(workspace)
    put(workspace, "second.csv", "c", "d")
    put(workspace, "third.csv", "e", "bad")
    return workspace


def steps_of(workspace: Workspace) -> list[str]:
    steps: list[str] = []
    run(workspace, checkpoint=steps.append)
    return steps


def test_a_run_publishes_everything_and_leaves_nothing_behind(published: Workspace) -> None:
    outcome = run(published)
    assert deals(published) == NEW
    assert page(published) == f"2026-11-15: {NEW} deals\n"
    assert (published.out / "index.html").read_text() == f"{WEEK}\n"
    assert outcome.report == published.out / WEEK / "index.html"
    assert names(published.inbox) == []
    assert names(published.archive) == [
        "000001-first.csv", "000002-second.csv", "000003-third.csv", "manifest.jsonl", "settings", "weeks.jsonl",
    ]  # fmt: skip
    assert names(published.rejects) == ["third.csv"]
    assert names(published.review) == ["declines.csv"]
    assert names(published.work) == ["review.json"]


def test_the_steps_of_a_run(published: Workspace) -> None:
    [settings] = names(published.kept_settings)
    assert steps_of(published) == [
        "copied aside", "loaded", "built", "checked", "rendered", "prepared", "journal written",
        "earlier warehouse kept", "warehouse published", "out/2026-W46 published",
        "out/dictionary.html placed", "list of weeks published", f"archive/settings/{settings} placed", "archive/weeks.jsonl placed",
        "archive/000002-second.csv archived", "archive/000003-third.csv archived", "manifest written",
        "rejects/third.csv placed", "review/declines.csv placed", "oldest warehouses removed", "run settled",
        "journal dropped",
    ]  # fmt: skip


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


class TestRunsThatFail:
    """Nothing that a reader can see has changed, and every file is still in the inbox."""

    @pytest.fixture
    def before(self, published: Workspace) -> dict[str, bytes]:
        return self.visible(published)

    @staticmethod
    def visible(workspace: Workspace) -> dict[str, bytes]:
        places = [workspace.inbox, workspace.archive, workspace.out, workspace.snapshots, workspace.review]
        files = [path for place in places for path in place.rglob("*") if path.is_file()]
        return {str(path): path.read_bytes() for path in [workspace.warehouse, *files]}

    def test_by_a_refused_file(self, published: Workspace, before: dict[str, bytes]) -> None:
        (published.inbox / "zz.csv").write_text("refuse\n")
        before |= {str(published.inbox / "zz.csv"): b"refuse\n"}
        with pytest.raises(DataRefused, match=r"zz\.csv: the header lacks x"):
            run(published)
        assert self.visible(published) == before
        assert names(published.rejects) == ["third.csv"], "refused rows are shown to whoever has to mend them"

    def test_by_a_failed_check(self, published: Workspace, before: dict[str, bytes]) -> None:
        with pytest.raises(CheckFailed) as raised:
            run(published, stages=_with(run_checks=lambda *_: (_Failed(),)))
        assert "1 of 1 checks failed:\n  team_sums: 2 rows, such as a, b" in str(raised.value)
        assert self.visible(published) == before

    @pytest.mark.parametrize("stage", ["load_files", "build", "render_week", "render_week_list", "write_review"])
    def test_by_an_error_in_a_stage(self, published: Workspace, before: dict[str, bytes], stage: str) -> None:
        def broken(*_: Any, **__: Any) -> None:
            raise ValueError(stage)

        with pytest.raises(ValueError, match=stage):
            run(published, stages=_with(**{stage: broken}))
        assert self.visible(published) == before
        assert names(published.work) == ["review.json"]

    def test_by_a_full_disk(
        self, published: Workspace, before: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(0, 0, 10**6))
        with pytest.raises(BatnaError, match=r"needs \d+ MB of free disk, and has \d MB"):
            run(published)
        assert self.visible(published) == before

    def test_by_a_file_that_changes_while_it_is_read(self, published: Workspace) -> None:
        def change(step: str) -> None:
            if step == "built":
                put(published, "second.csv", "other")

        with pytest.raises(DataRefused, match="this file was changed while it was read"):
            run(published, checkpoint=change)
        assert deals(published) == OLD
        assert names(published.inbox) == ["second.csv", "third.csv"]

    def test_by_an_empty_inbox_in_a_new_workspace(self, workspace: Workspace) -> None:
        with pytest.raises(DataRefused, match="no opportunities have been loaded yet"):
            run(workspace)
        assert not workspace.warehouse.exists()


def _with(**stages: Any) -> Any:
    from dataclasses import replace

    return replace(STAGES, **stages)


class _Failed:
    name, is_passed, row_count, sample, failed_on = "team_sums", False, 2, ("a", "b"), (AS_OF_ON,)


def test_an_empty_inbox_is_fine_once_there_are_opportunities(published: Workspace) -> None:
    run(published)
    assert run(published).counts["files"] == 0
    assert deals(published) == NEW


def test_two_runs_of_one_week_give_the_same_bytes(published: Workspace) -> None:
    run(published)
    first = disk.folder_sha256(published.out)
    run(published, clock=lambda: NOON + timedelta(days=3))
    assert disk.folder_sha256(published.out) == first


def test_another_date_of_a_week_takes_its_place_and_another_week_stands_beside_it(
    published: Workspace,
) -> None:
    run(published, date(2026, 11, 14))
    assert page(published).startswith("2026-11-14")
    run(published, date(2026, 11, 16))
    assert published.weeks() == (WEEK, "2026-W47")
    assert (published.out / "index.html").read_text() == f"{WEEK}\n2026-W47\n"


def test_an_open_reader_keeps_its_snapshot_and_blocks_nobody(published: Workspace) -> None:
    held = "import sys, jobs.warehouse as w; from pathlib import Path\n" \
        "c = w.connect(Path(sys.argv[1]), read_only=True)\n" \
        "ask = lambda: c.execute('select count(*) from raw.opportunities').fetchone()[0]\n" \
        "print(ask(), flush=True); sys.stdin.readline(); print(ask(), flush=True)\n"  # fmt: skip
    command = [sys.executable, "-c", held, str(published.warehouse)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as reader:
        assert reader.stdout
        assert reader.stdin
        assert reader.stdout.readline() == f"{OLD}\n"
        run(published)
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == f"{OLD}\n"
    assert deals(published) == NEW


def test_a_stale_write_ahead_log_beside_the_warehouse_is_removed(published: Workspace) -> None:
    stale = published.root / "warehouse.duckdb.wal"
    stale.write_bytes(b"left by somebody")
    run(published)
    assert not stale.exists()
    assert deals(published) == NEW


def test_the_last_snapshots_are_kept(published: Workspace) -> None:
    keep = "\n[keep]\nsnapshots = 3\n"
    published.settings_file.write_text(published.settings_file.read_text() + keep)
    for day in range(5):
        run(published, clock=lambda day=day: NOON + timedelta(days=day))
    kept = names(published.snapshots)
    assert len(kept) == 3
    assert kept[-1].startswith("before-20261120T")
    with closing(connect(published.snapshots / kept[-1], read_only=True)) as connection:
        assert connection.execute("select count(*) from raw.opportunities").fetchone() == (NEW,)


def test_no_more_are_kept_where_the_runs_that_made_them_were_killed(published: Workspace) -> None:
    published.settings_file.write_text(published.settings_file.read_text() + "\n[keep]\nsnapshots = 1\n")
    for day in range(1, 4):
        with pytest.raises(Killed):
            run(published, clock=lambda day=day: NOON + timedelta(days=day), checkpoint=stop_at("warehouse published"))
        recover(published)
        assert len(names(published.snapshots)) == 1


def test_the_list_of_weeks_leads_to_nothing_that_is_still_to_come(workspace: Workspace) -> None:
    put(workspace, "first.csv", "a")
    with pytest.raises(Killed):
        run(workspace, checkpoint=stop_at("list of weeks published"))
    assert (workspace.out / WEEK / "index.html").exists()
    assert (workspace.out / "dictionary.html").exists()


def test_files_of_one_name_are_archived_side_by_side(published: Workspace) -> None:
    run(published)
    put(published, "first.csv", "f")
    (published.inbox / "sub").mkdir()
    put(published, "sub/first.csv", "g")
    run(published)
    assert [name for name in names(published.archive) if "first" in name] == [
        "000001-first.csv", "000004-first.csv", "000005-first.csv",
    ]  # fmt: skip


def test_hidden_files_and_files_that_are_still_arriving_are_left_alone(published: Workspace) -> None:
    for name in (".hidden.csv", "~$open.xlsx", "fourth.csv.part"):
        put(published, name, "x")
    run(published)
    assert names(published.inbox) == [".hidden.csv", "fourth.csv.part", "~$open.xlsx"]
    assert deals(published) == NEW


def test_a_file_that_takes_the_name_of_an_accepted_one_before_recovery_is_not_lost(
    published: Workspace,
) -> None:
    with pytest.raises(Killed):
        run(published, checkpoint=stop_at("journal written"))
    put(published, "second.csv", "newer")
    notes = recover(published)
    assert "inbox/second.csv was changed or taken away before it was archived" in notes[1]
    assert names(published.inbox) == ["second.csv"]
    lines = [json.loads(line) for line in published.manifest.read_text().splitlines()]
    assert [line["is_archived"] for line in lines] == [True, False, True]


def test_an_inbox_on_another_file_system_is_emptied_too(published: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.replace

    def no_way_out_of_the_inbox(source: Any, target: Any) -> None:
        if published.inbox in Path(source).parents:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        real(source, target)

    monkeypatch.setattr(os, "replace", no_way_out_of_the_inbox)
    run(published)
    assert names(published.inbox) == []
    assert "000002-second.csv" in names(published.archive)


def test_a_copy_from_another_file_system_that_was_cut_short_is_finished(published: Workspace) -> None:
    with pytest.raises(Killed):
        run(published, checkpoint=stop_at("journal written"))
    shutil.copy(published.inbox / "second.csv", published.archive / "000002-second.csv")
    recover(published)
    assert names(published.inbox) == []
    assert len(published.manifest.read_text().splitlines()) == 3


def test_of_a_link_in_the_inbox_the_file_is_archived(published: Workspace, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.csv").write_text("opportunity_id\nz\n")
    (published.inbox / "link.csv").symlink_to(tmp_path / "elsewhere.csv")
    run(published)
    [archived] = published.archive.glob("*-link.csv")
    assert not archived.is_symlink()
    assert (tmp_path / "elsewhere.csv").exists()
    assert names(published.inbox) == []


def test_a_file_that_was_refused_in_part_stays_and_its_copy_is_archived_once(published: Workspace) -> None:
    def in_part(connection: Any, files: Any, *_: Any, **__: Any) -> LoadResult:
        load_files = STAGES.load_files(connection, files, *_, **__).files
        quotas = [
            FileResult(each.path, each.path.name, "", "quotas", "generic", "refused", problem="x: y")
            for each in files if each.path.name == "second.csv"
        ]  # fmt: skip
        return LoadResult((*load_files, *quotas))

    settings, request = load_settings(published.root), Request(AS_OF_ON, despite_refused=True)
    for _ in range(2):
        weekly(published, settings, request, edges(stages=_with(load_files=in_part)))
    assert names(published.inbox) == ["second.csv"]
    assert [name for name in names(published.archive) if "second" in name] == ["000002-second.csv"]
    assert deals(published) == NEW


class TestReview:
    """Files that people fill in."""

    def test_a_newer_one_takes_the_place_of_ours(self, published: Workspace) -> None:
        run(published)
        assert (published.review / "declines.csv").read_text().endswith("e,\n")
        assert names(published.review) == ["declines.csv"]

    def test_one_that_was_edited_is_kept(self, published: Workspace) -> None:
        edited = "opportunity_id,who_left\na,we left\n"
        (published.review / "declines.csv").write_text(edited)
        run(published)
        kept = [name for name in names(published.review) if "edited" in name]
        assert len(kept) == 1
        assert (published.review / kept[0]).read_text() == edited
        assert (published.review / "declines.csv").read_text().endswith("e,\n")


class TestExchange:
    """A folder takes the place of another."""

    @pytest.mark.parametrize("at_once", [True, False])
    def test_and_the_other_one_is_out_of_the_way(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool
    ) -> None:
        if not at_once:
            monkeypatch.setattr(disk, "_is_exchanged_at_once", lambda *_: False)
        for name in ("new", "old"):
            (tmp_path / name).mkdir()
            (tmp_path / name / name).touch()
        disk.put_folder(tmp_path / "new", tmp_path / "old")
        assert names(tmp_path / "old") == ["new"]

    def test_without_a_moment_in_which_there_is_neither(self, tmp_path: Path) -> None:
        (tmp_path / "new").mkdir()
        (tmp_path / "old").mkdir()
        assert disk._is_exchanged_at_once(tmp_path / "new", tmp_path / "old") is sys.platform.startswith("linux")


def test_an_inbox_that_nothing_can_be_moved_out_of_is_told_before_publishing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("jobs.publish.prepare.TemporaryFile", refused)
    with pytest.raises(BatnaError, match=r"inbox: its files cannot be moved to archive/ \(Permission denied\)"):
        _require_writable(tmp_path / "inbox")

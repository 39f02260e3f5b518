"""Files of the inbox: which are taken, and where every one is after a run."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from jobs.errors import BatnaError
from jobs.load import FileResult, LoadResult
from jobs.publish import recover
from jobs.publish.prepare import _require_writable
from jobs.settings import load_settings
from jobs.weekly import Request, weekly
from jobs.workspace import Workspace
from tests.fakes import STAGES, edges
from tests.killed_run import AS_OF_ON
from tests.publish.runs import NEW, Killed, deals, names, put, run, stop_at, with_stages


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
        weekly(published, settings, request, edges(stages=with_stages(load_files=in_part)))
    assert names(published.inbox) == ["second.csv"]
    assert [name for name in names(published.archive) if "second" in name] == ["000002-second.csv"]
    assert deals(published) == NEW


def test_an_inbox_that_nothing_can_be_moved_out_of_is_told_before_publishing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("jobs.publish.prepare.TemporaryFile", refused)
    with pytest.raises(BatnaError, match=r"inbox: its files cannot be moved to archive/ \(Permission denied\)"):
        _require_writable(tmp_path / "inbox")

"""Runs that fail before they publish: nothing that a reader can see has changed."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from jobs.errors import BatnaError, CheckFailed, DataRefused
from jobs.workspace import Workspace
from tests.killed_run import AS_OF_ON
from tests.publish.runs import OLD, deals, names, put, run, with_stages


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
            run(published, stages=with_stages(run_checks=lambda *_: (_Failed(),)))
        assert "1 of 1 checks failed:\n  team_sums: 2 rows, such as a, b" in str(raised.value)
        assert self.visible(published) == before

    @pytest.mark.parametrize("stage", ["load_files", "build", "render_week", "render_week_list", "write_review"])
    def test_by_an_error_in_a_stage(self, published: Workspace, before: dict[str, bytes], stage: str) -> None:
        def broken(*_: Any, **__: Any) -> None:
            raise ValueError(stage)

        with pytest.raises(ValueError, match=stage):
            run(published, stages=with_stages(**{stage: broken}))
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


class _Failed:
    name, is_passed, row_count, sample, failed_on = "team_sums", False, 2, ("a", "b"), (AS_OF_ON,)

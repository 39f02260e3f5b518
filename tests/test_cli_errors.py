"""What goes wrong under a command: one line that says what to do, and the exit code."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jobs.command import VARIABLE
from jobs.workspace import Workspace
from tests.commanded import Batna

ROOT = Path(__file__).parent.parent


class TestErrors:
    def test_bad_settings_are_told_with_their_line(self, workspace: Workspace, batna: Batna) -> None:
        workspace.settings_file.write_text("[workspace]\nnam = 3\n")
        assert batna("weekly", "--workspace", workspace.root) == 2
        assert batna.err.startswith(f'{workspace.settings_file}:2: "nam" is no key of [workspace]')

    @pytest.mark.parametrize("arguments", [("nonsense",), ("weekly", "--nonsense"), ("sql",), ("sql", "a", "b")])
    def test_a_wrong_call_is_a_usage_error(
        self, workspace: Workspace, batna: Batna, arguments: tuple[str, ...]
    ) -> None:
        assert batna("--workspace", workspace.root, *arguments) == 2
        assert "Error: " in batna.err or batna.err.startswith("sql: say one query.")

    def test_a_folder_that_may_not_be_written_is_named(
        self, scored: Workspace, batna: Batna, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def closed(*_: Any, **__: Any) -> None:
            raise PermissionError(13, "Permission denied", "new", None, str(scored.out))

        monkeypatch.setattr("jobs.weekly.weekly", closed)
        assert batna("weekly", "--workspace", scored.root) == 1
        assert (
            batna.err
            == f"{scored.out}: may not be used by this user (Permission denied). Let this user read and write there, and run it again.\n"
        )

    def test_a_record_of_runs_that_cannot_be_written_is_named(self, scored: Workspace, batna: Batna) -> None:
        scored.ledger.unlink()
        scored.ledger.mkdir()
        assert batna("weekly", "--workspace", scored.root) == 1
        assert batna.err.startswith(
            f"{scored.ledger}: may not be used by this user (unable to open database file). Let this user"
        )

    @pytest.mark.parametrize("text", ["15.11.2026", "yesterday"])
    def test_a_day_that_is_none_is_told_with_the_form_of_one(self, batna: Batna, text: str) -> None:
        assert batna("backfill", "--from", "2026-11-01", "--to", text) == 2
        assert batna.err == f'--to: "{text}" is not a day. Write it as 2026-01-31.\n'

    def test_an_unexpected_error_is_one_line_and_a_file(
        self, scored: Workspace, batna: Batna, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: Any, **__: Any) -> None:
            raise ZeroDivisionError("by nothing")

        monkeypatch.setattr("jobs.weekly.weekly", broken)
        assert batna("weekly", "--workspace", scored.root) == 1
        said = re.fullmatch(r"batna: unexpected ZeroDivisionError\. The traceback is in (\S+\.txt)\.\n", batna.err)
        assert said
        assert Path(said[1]).parent == scored.work
        assert "by nothing" in Path(said[1]).read_text()

    def test_without_a_workspace_the_traceback_goes_where_temporary_files_go(
        self, batna: Batna, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
        monkeypatch.setattr("jobs.cli.init_workspace", lambda _: 1 / 0)
        assert batna("init", "acme") == 1
        assert len(list(tmp_path.glob("traceback-*.txt"))) == 1

    def test_the_keyboard_ends_it_with_130(self, scored: Workspace) -> None:
        code = (
            "import sys, time; import jobs.stages; from jobs import cli; from tests.fakes import STAGES\n"
            "from dataclasses import replace\n"
            "def build(*_, **__): print('building', flush=True); time.sleep(60)\n"
            "jobs.stages.shipped_stages = lambda: replace(STAGES, build=build)\n"
            "sys.exit(cli.main(['weekly', '--workspace', sys.argv[1]]))\n"
        )
        before = scored.warehouse.read_bytes()
        command = [sys.executable, "-c", code, str(scored.root)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
            assert run.stdout
            assert run.stdout.readline() == "building\n"
            run.send_signal(signal.SIGINT)
            _, said = run.communicate(timeout=60)
        assert run.returncode == 130
        assert "Traceback" not in said
        assert scored.warehouse.read_bytes() == before
        assert list(scored.work.glob("2*")) == []

    def test_a_reader_that_goes_away_is_no_fault(self, scored: Workspace) -> None:
        sql = "select * from range(1000000)"
        command = f"{sys.executable} -m jobs sql '{sql}' --format csv | head -n 2"
        answer = subprocess.run(
            ["bash", "-c", command], cwd=ROOT, env={**os.environ, VARIABLE: str(scored.root)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert answer.stdout.split() == ["range", "0"]
        assert answer.stderr == ""

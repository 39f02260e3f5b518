"""Two commands at once in one workspace: who waits, and what is said of the other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from jobs.lock import held
from jobs.workspace import Workspace
from tests.commanded import Batna
from tests.fakes import NOON

ROOT = Path(__file__).parent.parent


class TestLock:
    def test_a_second_run_is_told_who_holds_the_workspace(self, scored: Workspace, batna: Batna) -> None:
        with held(scored, "weekly", NOON):
            assert batna("load", "--workspace", scored.root) == 75
        assert f"{scored.root}: another run holds this workspace: batna weekly, process {os.getpid()} on" in batna.err
        assert "since 2026-11-16T12:00:00+00:00. Wait until it has ended" in batna.err

    def test_a_process_that_died_blocks_nobody(self, scored: Workspace, batna: Batna) -> None:
        code = (
            "import os, sys; from jobs.lock import held; from jobs.workspace import Workspace\n"
            "from pathlib import Path; from datetime import datetime, UTC\n"
            "with held(Workspace(Path(sys.argv[1])), 'weekly', datetime.now(UTC)): os.kill(os.getpid(), 9)\n"
        )
        died = subprocess.run([sys.executable, "-c", code, scored.root], cwd=ROOT, check=False)
        assert died.returncode == -signal.SIGKILL
        assert scored.holder_note.exists()
        assert batna("load", "--workspace", scored.root) == 0
        assert not scored.holder_note.exists()

    def test_a_holder_without_a_note_blocks_all_the_same(self, scored: Workspace, batna: Batna) -> None:
        with held(scored, "weekly", NOON):
            scored.holder_note.write_text("{")
            assert batna("load", "--workspace", scored.root) == 75
        assert "another run holds this workspace." in batna.err

    def test_readers_do_not_wait(self, scored: Workspace, batna: Batna) -> None:
        with held(scored, "weekly", NOON):
            assert batna("sql", "select 1", "--workspace", scored.root) == 0
            assert batna("declined", "--workspace", scored.root) == 0

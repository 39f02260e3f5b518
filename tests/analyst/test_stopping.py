"""`batna sql` while it works: how a query is stopped, and what goes on beside it."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.analyst.ask import _pass_on, _row_count
from jobs.analyst.refused import Refused
from jobs.command import VARIABLE
from jobs.workspace import Workspace
from tests.commanded import Batna

ROOT = Path(__file__).parents[2]
ENDLESS = "select count(*) from range(1000000) as a, range(1000000) as b where a.range + b.range = -1"


class TestStopping:
    """Real processes: a query that does not end is ended."""

    def test_by_its_time(self, published: Workspace, batna: Batna) -> None:
        published.settings_file.write_text("sql.timeout_seconds = 0.5\n")
        assert batna("sql", ENDLESS, "--workspace", published.root) == 1
        assert batna.err == (
            "sql: the query was stopped after 0.5 seconds. Ask for less, or raise timeout_seconds under [sql] in batna.toml.\n"
        )

    def test_the_time_that_the_reader_takes_does_not_count(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Two waits of two seconds each, and a hundred seconds in which somebody looks at a page of rows."""
        read_end, write_end = os.pipe()
        os.write(write_end, b"rows")
        os.close(write_end)
        times = iter([0.0, 2.0, 102.0, 104.0])
        monkeypatch.setattr("jobs.analyst.ask.monotonic", lambda: next(times))
        out = io.BytesIO()
        with os.fdopen(read_end, "rb") as source:
            _pass_on(source, out, seconds=5)
        assert out.getvalue() == b"rows"

    def test_by_the_system(self) -> None:
        with pytest.raises(Refused, match=r"sql: the query brought its process down \(SIGSEGV\)\. It needs more than"):
            _row_count(b"", -signal.SIGSEGV)

    def test_by_a_fault_of_ours_which_is_no_fault_of_the_query(self) -> None:
        with pytest.raises(RuntimeError, match="ZeroDivisionError"):
            _row_count(b"Traceback ...\nZeroDivisionError: by nothing\n", 1)

    def test_by_the_keyboard(self, published: Workspace) -> None:
        command = [sys.executable, "-m", "jobs", "sql", ENDLESS]
        env = {**os.environ, VARIABLE: str(published.root)}
        with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            worker = _worker_of(run)
            run.send_signal(signal.SIGINT)
            _, said = run.communicate(timeout=60)
        assert run.returncode == 130
        assert b"Traceback" not in said
        assert not Path(f"/proc/{worker}").exists(), "the process that worked on it is gone too"

    def test_a_query_that_runs_blocks_no_run_and_the_next_one_sees_the_new_week(
        self, scored: Workspace, batna: Batna
    ) -> None:
        env = {**os.environ, VARIABLE: str(scored.root)}
        command = [sys.executable, "-m", "jobs", "sql", ENDLESS]
        with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            _worker_of(run)
            assert batna("weekly", "--workspace", scored.root, "--as-of", "2026-11-22") == 0
            assert run.poll() is None
            run.send_signal(signal.SIGINT)
            run.communicate(timeout=60)
        sql = "select max(as_of_on) as latest from marts.rep_scorecard"
        assert batna("sql", sql, "--format", "csv", "--workspace", scored.root) == 0
        assert batna.out == "latest\r\n2026-11-22\r\n"

    def test_by_a_reader_that_goes_away(self, published: Workspace) -> None:
        command = f"{sys.executable} -m jobs sql 'select * from range(100000000)' --format csv | head -n 2"
        env = {**os.environ, VARIABLE: str(published.root)}
        run = subprocess.run(["bash", "-c", command], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
        assert run.stdout.split() == ["range", "0"]
        assert run.stderr == ""


def _worker_of(run: subprocess.Popen[bytes]) -> int:
    """The process in which the engine works for a command, once its threads are there."""
    children = Path(f"/proc/{run.pid}/task/{run.pid}/children")
    while run.poll() is None:
        for child in children.read_text().split():
            if len(list(Path(f"/proc/{child}/task").glob("*"))) > 2:
                return int(child)
    raise AssertionError("it ended by itself")

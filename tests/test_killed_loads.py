"""A load that is killed at random moments: afterwards every export and every row is there once.

The process is ended by a timer of its own CPU time, for which it has no handler: the system ends it then and there, as
kill -9 does. So the moments are spread over all that a load does, however busy the machine is. `make kill` does a hundred.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
from pathlib import Path
from random import Random

import pytest

from jobs.workspace import Workspace
from tests.acceptance.commands import batna
from tests.loads import exports, half_loaded, load, rows

KILLS = int(os.environ.get("BATNA_KILLS", "10"))
SEED = 20261128


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return half_loaded(tmp_path_factory.mktemp("kill") / "acme")


def test_every_row_is_there_once_after_a_kill_at_any_moment(waiting: Workspace, tmp_path: Path) -> None:
    whole = Workspace(Path(shutil.copytree(waiting.root, tmp_path / "whole")))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert load(whole).returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    duration = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    moments = [Random(SEED + number).uniform(0, duration) for number in range(KILLS)]
    killed = [kill_at(moment, waiting, whole, tmp_path / str(number)) for number, moment in enumerate(moments)]
    assert sum(killed) >= KILLS // 2, "most of the moments are before the load has ended"


def kill_at(moment: float, waiting: Workspace, whole: Workspace, root: Path) -> bool:
    """Kill a load after so many CPU seconds, look, and load again. Whether it was killed before its end."""
    workspace = Workspace(Path(shutil.copytree(waiting.root, root)))
    ended = load(workspace, before=lambda: signal.setitimer(signal.ITIMER_PROF, max(moment, 0.001)))
    assert ended.returncode in (0, -signal.SIGPROF), ended.stderr
    assert rows(workspace) in (rows(waiting), rows(whole)), f"at {moment} s: the old warehouse or the new one"
    assert exports(workspace) == exports(waiting), f"at {moment} s: each export is in one place"
    again = batna("load", "--workspace", workspace.root)
    assert again.code == 0, again.err
    assert rows(workspace) == rows(whole), f"at {moment} s: every row once"
    assert exports(workspace) == exports(whole)
    assert [path.name for path in workspace.inbox.iterdir()] == []
    assert len(workspace.manifest.read_text().splitlines()) == 4
    assert [path for path in workspace.work.iterdir() if path.is_dir()] == [], "nothing of the killed run is left"
    shutil.rmtree(root)
    return ended.returncode != 0
